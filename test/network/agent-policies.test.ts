import { Chart, Testing } from 'cdk8s';
import { AgentPolicies, type AgentPoliciesProps } from '../../lib/network/agent-policies';
import { AgentNamespace, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator, type Endpoint, type Pod } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const VPC = { vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16' };
const make = (agents: readonly AgentNamespaceProps[], more: Partial<AgentPoliciesProps> = {}) => synthChart((chart) => new AgentPolicies(chart, 'Agents', { agents, ...more }));

describe('AgentPolicies', () => {
  test('an agent gets names and the API server, and its webhook is called from where the API server stands', () => {
    const [policy] = make([AgentNamespace.gatekeeper()], VPC);

    expect(policy.metadata).toEqual({ name: 'agent-flows', namespace: 'gatekeeper-system' });
    expect(policy.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.255.0/28' } }, { podSelector: {} }], ports: [{ port: 8443, protocol: 'TCP' }] }],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
          ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }],
        },
        { to: [{ podSelector: {} }], ports: [{ port: 8443, protocol: 'TCP' }] },
        { to: [{ ipBlock: { cidr: '10.0.255.0/28' } }, { ipBlock: { cidr: '172.20.0.0/16' } }], ports: [{ port: 443, protocol: 'TCP' }] },
      ],
    });
    expect(schemaFindings(policy)).toEqual([]);
  });

  test('takes every prop', () => {
    const agent: Required<AgentNamespaceProps> = {
      name: 'kube-system', podLabels: { 'app.kubernetes.io/name': 'agent' }, webhookPorts: [9443, 10251], clientPorts: [15012], publicPorts: [443], podPorts: [8443], apiServer: false, awsEndpoints: true, podIdentity: true, nodePorts: [10250], egressCidrs: ['0.0.0.0/0', '::/0'],
    };
    const props: Required<AgentPoliciesProps> = { agents: [agent], ...VPC };
    const policies = synthChart((chart) => new AgentPolicies(chart, 'Agents', props));

    expect(policies.flatMap((policy) => schemaFindings(policy))).toEqual([]);
    expect(policies[0].spec.ingress[1]).toEqual({ from: [{ namespaceSelector: {} }], ports: [{ port: 15012, protocol: 'TCP' }] });
    expect(policies[0].spec.ingress[2]).toEqual({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }, { namespaceSelector: {} }], ports: [{ port: 443, protocol: 'TCP' }] });
    expect(policies[0].spec.egress[1]).toEqual({ to: [{ namespaceSelector: {} }], ports: [{ port: 8443, protocol: 'TCP' }] });
    expect(policies).toMatchSnapshot();
  });

  test('an agent that pods of any namespace ask is reached by its own as well, and reaches nobody else by it', () => {
    const [policy] = make([{ name: 'istio-system', clientPorts: [15012], apiServer: false }]);

    expect(policy.spec.ingress).toEqual([{ from: [{ namespaceSelector: {} }], ports: [{ port: 15012, protocol: 'TCP' }] }]);
    expect(policy.spec.egress.slice(1)).toEqual([{ to: [{ podSelector: {} }], ports: [{ port: 15012, protocol: 'TCP' }] }]);
  });

  test.each([[[15008], true], [[8443, 15012], false]])('an agent that calls pods on %j is probed from the addresses of an ambient mesh: %s', (podPorts, probed) => {
    const [policy] = make([AgentNamespace.ingressNginx(podPorts)]);
    const probes = { from: [{ ipBlock: { cidr: '169.254.7.127/32' } }, { ipBlock: { cidr: 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128' } }] };

    expect(policy.spec.ingress).toHaveLength(probed ? 3 : 2);
    expect(policy.spec.ingress[2]).toEqual(probed ? probes : undefined);
  });

  test('agents that share a namespace get policies of different names', () => {
    const policies = make([AgentNamespace.metricsServer(), AgentNamespace.ebsCsiController(), AgentNamespace.ebsCsiNode(), AgentNamespace.awsLoadBalancerController()]);
    expect(new Set(policies.map((policy) => policy.metadata.name)).size).toBe(4);
    expect(policies.every((policy) => policy.metadata.namespace === 'kube-system' && Object.keys(policy.spec.podSelector.matchLabels).length > 0)).toBe(true);
  });

  test('claims no control: it opens what strict mode closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AgentPolicies(chart, 'Agents', { agents: [AgentNamespace.gatekeeper()] });
    expect(claimsBelow(chart)).toEqual([]);
  });

  // Whatever these send is judged by the receiving end alone.
  const open = (namespace: string): Manifest => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open', namespace }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } });
  const policies = make([
    AgentNamespace.gatekeeper(), AgentNamespace.velero(), AgentNamespace.metricsServer(), AgentNamespace.istio(), AgentNamespace.policyController(), { name: 'vault', apiServer: false }, AgentNamespace.guardDuty(), AgentNamespace.ingressNginx([8443]), { ...AgentNamespace.externalSecrets(), egressCidrs: ['0.0.0.0/0', '::/0'] },
  ], VPC);
  const cluster = new NetworkEvaluator([...policies, open('shadow')], { shadow: { 'name': 'gatekeeper-system', 'admission.gatekeeper.sh/ignore': 'no-self-managing' } }, true);
  const pod = (namespace: string, labels: Record<string, string>, ip: string, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ip, ...more });
  const gatekeeper = pod('gatekeeper-system', { 'gatekeeper.sh/system': 'yes', 'control-plane': 'controller-manager' }, '10.0.1.1', { node: 'n1' });
  const velero = pod('velero', { deploy: 'velero' }, '10.0.1.2');
  const secrets = pod('external-secrets', { 'app.kubernetes.io/name': 'external-secrets' }, '10.0.1.3');
  const metrics = pod('kube-system', { 'app.kubernetes.io/name': 'metrics-server' }, '10.0.1.4');
  const istiod = pod('istio-system', { app: 'istiod' }, '10.0.1.10');
  const verifier = pod('cosign-system', { 'control-plane': 'policy-controller-webhook' }, '10.0.1.11');
  const controller = pod('ingress-nginx', { 'app.kubernetes.io/name': 'ingress-nginx' }, '10.0.1.13');
  const stranger = pod('shadow', { 'gatekeeper.sh/system': 'yes' }, '10.0.1.5');
  const coreDns = pod('kube-system', { 'k8s-app': 'kube-dns' }, '10.0.1.6');
  const ip = (address: string): Endpoint => ({ ip: address });
  const API_SERVER = ip('10.0.255.5');
  const withDns = new NetworkEvaluator([...policies, { ...open('kube-system'), spec: { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } }, policyTypes: ['Egress'], egress: [{}] } }], {}, true);

  test.each<[string, Endpoint, Endpoint, number, boolean]>([
    ['a pod of a foreign namespace with an agent\'s labels reaches Gatekeeper\'s webhook', stranger, gatekeeper, 8443, false],
    ['a node of the VPC reaches Gatekeeper\'s webhook', ip('10.0.1.200'), gatekeeper, 8443, false],
    ['the internet reaches Gatekeeper\'s webhook', ip('203.0.113.9'), gatekeeper, 8443, false],
    ['the API server reaches Gatekeeper on its metrics', API_SERVER, gatekeeper, 8888, false],
    ['the API server reaches an agent without a webhook', API_SERVER, velero, 8443, false],
    ['an agent reaches the webhook of another', secrets, gatekeeper, 8443, false],
    ['Gatekeeper reaches the metadata service', gatekeeper, ip('169.254.169.254'), 80, false],
    ['an agent with the whole internet reaches the metadata service', secrets, ip('169.254.169.254'), 80, false],
    ['an agent with the whole internet reaches the metadata service on 443', secrets, ip('169.254.169.254'), 443, false],
    ['an agent with the whole internet reaches the metadata service of IPv6', secrets, ip('fd00:ec2::254'), 443, false],
    ['an agent with the whole internet reaches a link-local neighbour', secrets, ip('fe80::1'), 443, false],
    ['an agent with the whole internet sends in plaintext', secrets, ip('203.0.113.9'), 80, false],
    ['Gatekeeper asks for AWS credentials', gatekeeper, ip('169.254.170.23'), 80, false],
    ['Pod Identity on another port', velero, ip('169.254.170.23'), 443, false],
    ['Velero reaches the internet', velero, ip('203.0.113.9'), 443, false],
    ['Velero reaches a database of the VPC', velero, ip('10.0.7.7'), 5432, false],
    ['Gatekeeper reaches an interface endpoint of AWS', gatekeeper, ip('10.0.7.7'), 443, false],
    ['Velero reaches kubelet', velero, ip('10.0.1.200'), 10250, false],
    ['an agent without the API server reaches its Service', pod('vault', {}, '10.0.1.7'), ip('172.20.0.1'), 443, false],
    ['a pod of any namespace reaches istiod where it is plaintext', stranger, istiod, 15010, false],
    ['a pod of any namespace reaches the webhook of istiod', stranger, istiod, 15017, false],
    ['the internet reaches istiod', ip('203.0.113.9'), istiod, 15012, false],
    ['a node, whose pods no selector finds, reaches istiod', pod('kube-system', {}, '10.0.1.200', { hostNetwork: true, node: 'n2' }), istiod, 15012, false],
    ['istiod reaches what asks it', istiod, stranger, 15012, false],
    ['a pod reaches the webhook that verifies images', stranger, verifier, 8443, false],
    ['what verifies images reaches the public instances of Sigstore', verifier, ip('203.0.113.9'), 443, false],
    ['what verifies images reaches the metadata service', verifier, ip('169.254.169.254'), 80, false],
    ['GuardDuty\'s agent reaches the API server', pod('amazon-guardduty', {}, '10.0.1.14'), ip('172.20.0.1'), 443, false],
    ['GuardDuty\'s agent reaches the internet', pod('amazon-guardduty', {}, '10.0.1.14'), ip('203.0.113.9'), 443, false],
    ['a pod reaches GuardDuty\'s agent', stranger, pod('amazon-guardduty', {}, '10.0.1.14'), 443, false],
    ['the internet reaches the webhook of the ingress controller', ip('203.0.113.9'), controller, 8443, false],
    ['a node reaches the webhook of the ingress controller', ip('10.0.1.200'), controller, 8443, false],
    ['the internet reaches metrics of the ingress controller', ip('203.0.113.9'), controller, 10254, false],
    ['the ingress controller reaches a pod on another port', controller, stranger, 5432, false],
    ['the ingress controller reaches an address of the VPC on a pod\'s port', controller, ip('10.0.7.7'), 8443, false],
    ['the ingress controller reaches the internet', controller, ip('203.0.113.9'), 443, false],
    ['the ingress controller reaches the metadata service', controller, ip('169.254.169.254'), 80, false],
    ['another pod of kube-system gets what metrics-server has', pod('kube-system', { app: 'debug' }, '10.0.1.8'), ip('10.0.1.200'), 10250, false],

    ['GuardDuty\'s agent reaches the endpoint of GuardDuty in the VPC', pod('amazon-guardduty', {}, '10.0.1.14'), ip('10.0.7.7'), 443, true],
    ['the internet reaches the ingress controller', ip('203.0.113.9'), controller, 443, true],
    ['the internet reaches the ingress controller over IPv6', ip('2001:db8::9'), controller, 443, true],
    ['the internet reaches it in plaintext, to be sent to TLS', ip('203.0.113.9'), controller, 80, true],
    ['a pod of any namespace reaches the ingress controller', stranger, controller, 443, true],
    ['the API server calls the webhook of the ingress controller', API_SERVER, controller, 8443, true],
    ['the ingress controller forwards to a pod of any namespace that lets it in', controller, stranger, 8443, true],
    ['the ingress controller watches the API server', controller, ip('172.20.0.1'), 443, true],
    ['the API server calls Gatekeeper\'s webhook', API_SERVER, gatekeeper, 8443, true],
    ['the chart\'s own job tries the webhook', pod('gatekeeper-system', { job: 'probe' }, '10.0.1.9'), gatekeeper, 8443, true],
    ['the chart\'s own job tries it by its Service', pod('gatekeeper-system', { job: 'probe' }, '10.0.1.9'), ip('172.20.44.4'), 443, true],
    ['kubelet of its node probes', pod('kube-system', {}, '10.0.1.200', { hostNetwork: true, node: 'n1' }), gatekeeper, 9090, true],
    ['Gatekeeper calls the API server by its Service', gatekeeper, ip('172.20.0.1'), 443, true],
    ['Velero asks for AWS credentials', velero, ip('169.254.170.23'), 80, true],
    ['Velero asks for AWS credentials over IPv6', velero, ip('fd00:ec2::23'), 80, true],
    ['Velero reaches an interface endpoint of AWS', velero, ip('10.0.7.7'), 443, true],
    ['External Secrets reaches a public endpoint of AWS', secrets, ip('203.0.113.9'), 443, true],
    ['a sidecar of any namespace asks istiod', stranger, istiod, 15012, true],
    ['ztunnel, in the namespace of istiod, asks it', pod('istio-system', { app: 'ztunnel' }, '10.0.1.12'), istiod, 15012, true],
    ['the API server calls the webhook of istiod', API_SERVER, istiod, 15017, true],
    ['the API server calls the webhook that verifies images', API_SERVER, verifier, 8443, true],
    ['what verifies images asks for AWS credentials', verifier, ip('169.254.170.23'), 80, true],
    ['what verifies images reads signatures by an interface endpoint', verifier, ip('10.0.7.7'), 443, true],
    ['the API server asks metrics-server', API_SERVER, metrics, 10251, true],
    ['metrics-server asks kubelet of another node', metrics, ip('10.0.1.200'), 10250, true],
  ])('%s', (_what, from, to, port, allowed) => {
    expect(cluster.allows({ from, to, port })).toBe(allowed);
  });

  test.each([gatekeeper, velero, secrets, metrics])('an agent asks for names: $namespace', (agent) => {
    expect(withDns.allows({ from: agent, to: coreDns, port: 53, protocol: 'UDP' })).toBe(true);
    expect(withDns.allows({ from: agent, to: coreDns, port: 9153 })).toBe(false);
  });

  test.each<[string, object, string, unknown, string, string]>([
    ['no list', { agents: 'gatekeeper' }, 'Test/Agents', 'gatekeeper', 'each agent that runs is named', 'AgentNamespace.gatekeeper()'],
    ['an agent twice', { agents: [{ name: 'falco' }, { name: 'falco', awsEndpoints: true }] }, 'Test/Agents', 'falco', 'policies add up', 'merge'],
    ['an unknown field', { agents: [], podLabels: {} }, 'Test/Agents', 'podLabels', 'take no other field', 'use one of'],
    ['a VPC outside of which the API server would stand', { agents: [], vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.1.0.0/28'] }, 'Test/Agents', '10.1.0.0/28', "cluster's VPC", '10.0.0.0/16'],
  ])('refuses %s', (_what, props, path, value, rule, remedy) => {
    expectRefusal(() => synthChart((chart) => new AgentPolicies(chart, 'Agents', props as AgentPoliciesProps)), { path, value, rule, remedy });
  });
});
