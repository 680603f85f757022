import { AllowFlow } from '../../lib/network/allow-flow';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../lib/network/dns-egress-policy';
import { IngressControllerPolicy } from '../../lib/network/ingress-controller-policy';
import { NetworkProtocol } from '../../lib/network/network-protocol';
import { TlsWithinNamespacePolicy } from '../../lib/network/tls-within-namespace-policy';
import { Environment } from '../../lib/profile/environment';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { NetworkEvaluator, type Address, type Endpoint, type Pod, type Protocol } from '../support/network-evaluator';

const PROD = 'healthcare-prod';
const DATA = 'patient-data';
const TEST = 'healthcare-test';
const named = (name: string) => ({ 'app.kubernetes.io/name': name });
const CONTROLLER = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };

/** Three PHI namespaces as a user would compose them, two of production and one of test. */
const policies = synthChart((chart) => {
  for (const namespace of [PROD, DATA, TEST]) {
    new DefaultDenyPolicy(chart, `${namespace}-deny`, { namespace });
    new DnsEgressPolicy(chart, `${namespace}-dns`, { namespace });
    new TlsWithinNamespacePolicy(chart, `${namespace}-tls`, { namespace });
  }
  new IngressControllerPolicy(chart, 'Portal', { namespace: PROD, podLabels: named('patient-portal'), port: 9443 });
  new IngressControllerPolicy(chart, 'Api', { namespace: PROD, podLabels: named('api'), port: 9443, sourceCidrs: ['10.0.8.0/24', '10.0.9.0/24'] });
  new AllowFlow(chart, 'PortalToRecords', {
    from: { namespace: PROD, podLabels: named('patient-portal'), environment: Environment.PROD },
    to: { namespace: DATA, podLabels: named('records'), environment: Environment.PROD },
    port: 5433,
  });
  new AllowFlow(chart, 'RecordsToReplica', { from: { namespace: DATA, podLabels: named('records') }, to: { namespace: DATA, podLabels: named('replica') }, port: 5433 });
  new AllowFlow(chart, 'DeviceFeed', { from: { namespace: PROD, podLabels: named('api') }, to: { namespace: DATA, podLabels: named('feed') }, port: 2575, protocol: NetworkProtocol.SCTP });
});

/** Labels that people give namespaces by hand; the impostors copy what the sources' policy looked for. */
const cluster = new NetworkEvaluator(policies, {
  'kube-system': {},
  'kube-system-2': { name: 'kube-system', 'k8s-app': 'kube-dns' },
  'shadow': { name: 'healthcare-prod', 'app.kubernetes.io/name': 'ingress-nginx', 'cdk8s-hipaa/data-classification': 'phi' },
});

const pod = (namespace: string, labels: Record<string, string>, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ...more });
const portal = pod(PROD, named('patient-portal'), { ip: '10.0.0.11' });
const api = pod(PROD, named('api'), { ip: '10.0.0.12' });
const debug = pod(PROD, { run: 'debug' }, { ip: '10.0.0.13' });
const records = pod(DATA, named('records'), { ip: '10.0.0.21' });
const replica = pod(DATA, named('replica'), { ip: '10.0.0.22' });
const feed = pod(DATA, named('feed'), { ip: '10.0.0.23' });
const testPortal = pod(TEST, named('patient-portal'), { ip: '10.0.0.31' });
const coreDns = pod('kube-system', { 'k8s-app': 'kube-dns' }, { ip: '10.0.0.2' });
const metricsServer = pod('kube-system', { 'k8s-app': 'metrics-server' });
const controller = pod('ingress-nginx', CONTROLLER);
const ip = (address: string): Address => ({ ip: address });
const INTERNET = ip('203.0.113.9');

type Row = [what: string, from: Endpoint, to: Endpoint, port: number, protocol: Protocol, allowed: boolean];

const FLOWS: Row[] = [
  // DNS
  ['DNS over UDP', portal, coreDns, 53, 'UDP', true],
  ['DNS over TCP', portal, coreDns, 53, 'TCP', true],
  ['DNS from a pod that nobody named', debug, coreDns, 53, 'UDP', true],
  ['DNS from the other namespace', records, coreDns, 53, 'TCP', true],
  ['another port of the DNS server', portal, coreDns, 9153, 'TCP', false],
  ['DNS over TLS port of the DNS server', portal, coreDns, 853, 'TCP', false],
  ['DNS to another pod of kube-system', portal, metricsServer, 53, 'UDP', false],
  ['DNS to a pod that calls itself kube-dns elsewhere', portal, pod('default', { 'k8s-app': 'kube-dns' }), 53, 'UDP', false],
  ['DNS to a namespace that labels itself kube-system', portal, pod('kube-system-2', { 'k8s-app': 'kube-dns' }), 53, 'UDP', false],
  ['DNS to a fake server in the same namespace', portal, pod(PROD, { 'k8s-app': 'kube-dns' }), 53, 'UDP', false],
  ['DNS to a resolver on the internet', portal, ip('8.8.8.8'), 53, 'UDP', false],
  ['DNS to the resolver of the VPC', portal, ip('169.254.169.253'), 53, 'UDP', false],
  ['DNS to a cache on the node that was not declared', portal, ip('169.254.20.10'), 53, 'UDP', false],
  ['the DNS server calls back', coreDns, portal, 53, 'UDP', false],

  // Metadata services and the internet
  ['instance metadata', portal, ip('169.254.169.254'), 80, 'TCP', false],
  ['instance metadata on the port of DNS', portal, ip('169.254.169.254'), 53, 'TCP', false],
  ['instance metadata on the port of TLS', debug, ip('169.254.169.254'), 443, 'TCP', false],
  ['instance metadata over IPv6', portal, ip('fd00:ec2::254'), 80, 'TCP', false],
  ['EKS Pod Identity', portal, ip('169.254.170.23'), 80, 'TCP', false],
  ['EKS Pod Identity over IPv6', portal, ip('fd00:ec2::23'), 80, 'TCP', false],
  ['credentials of ECS', portal, ip('169.254.170.2'), 80, 'TCP', false],
  ['HTTPS to the internet', portal, INTERNET, 443, 'TCP', false],
  ['QUIC to the internet', portal, INTERNET, 443, 'UDP', false],
  ['HTTPS to the internet over IPv6', portal, ip('2001:db8::1'), 443, 'TCP', false],
  ['the API server', portal, ip('10.100.0.1'), 443, 'TCP', false],
  ['the internet straight to a pod', INTERNET, portal, 9443, 'TCP', false],

  // Within a namespace
  ['TLS between pods of the namespace', portal, api, 8443, 'TCP', true],
  ['TLS on 443', portal, api, 443, 'TCP', true],
  ['HTTP between pods of the namespace', portal, api, 80, 'TCP', false],
  ['HTTP on 8080', portal, api, 8080, 'TCP', false],
  ['a database port within the namespace', portal, api, 5432, 'TCP', false],
  ['the port of TLS over UDP', portal, api, 8443, 'UDP', false],
  ['the port of the ingress within the namespace', debug, portal, 9443, 'TCP', false],

  // Ingress controller
  ['the controller to the pod port', controller, portal, 9443, 'TCP', true],
  ['the controller to the Service port', controller, portal, 443, 'TCP', false],
  ['the controller to plain HTTP', controller, portal, 80, 'TCP', false],
  ['the controller to a workload that it does not serve', controller, debug, 9443, 'TCP', false],
  ['the controller to PHI in the other namespace', controller, records, 9443, 'TCP', false],
  ['the controller over UDP', controller, portal, 9443, 'UDP', false],
  ['another pod of the controller\'s namespace', pod('ingress-nginx', { app: 'debug' }), portal, 9443, 'TCP', false],
  ['the default backend of the controller', pod('ingress-nginx', { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'default-backend' }), portal, 9443, 'TCP', false],
  ['a pod that carries the controller\'s labels elsewhere', pod('default', CONTROLLER), portal, 9443, 'TCP', false],
  ['a pod that carries the controller\'s labels in the workload\'s namespace', pod(PROD, CONTROLLER), portal, 9443, 'TCP', false],
  ['a namespace that labels itself like the controller', pod('shadow', CONTROLLER), portal, 9443, 'TCP', false],
  ['the workload opens a connection to the controller', portal, controller, 443, 'TCP', false],

  // Load balancer outside the cluster
  ['the load balancer from its subnet', ip('10.0.8.17'), api, 9443, 'TCP', true],
  ['the load balancer from its second subnet', ip('10.0.9.255'), api, 9443, 'TCP', true],
  ['a host beside the load balancer\'s subnets', ip('10.0.10.1'), api, 9443, 'TCP', false],
  ['the load balancer to the Service port', ip('10.0.8.17'), api, 443, 'TCP', false],
  ['the load balancer to another workload', ip('10.0.8.17'), portal, 9443, 'TCP', false],
  ['the in-cluster controller to the load balancer\'s workload', controller, api, 9443, 'TCP', false],

  // Between workloads
  ['the named flow into the other namespace', portal, records, 5433, 'TCP', true],
  ['the named flow on another port', portal, records, 5432, 'TCP', false],
  ['the named flow over UDP', portal, records, 5433, 'UDP', false],
  ['the named flow backwards', records, portal, 5433, 'TCP', false],
  ['another pod of the source\'s namespace', debug, records, 5433, 'TCP', false],
  ['the source to another pod of the destination\'s namespace', portal, replica, 5433, 'TCP', false],
  ['the destination\'s labels in the source\'s namespace', portal, pod(PROD, named('records')), 5433, 'TCP', false],
  ['the source\'s labels in the destination\'s namespace', pod(DATA, named('patient-portal')), records, 5433, 'TCP', false],
  ['TLS ports do not cross namespaces', portal, records, 8443, 'TCP', false],
  ['the named flow within a namespace', records, replica, 5433, 'TCP', true],
  ['the named flow within a namespace, backwards', replica, records, 5433, 'TCP', false],
  ['a flow of SCTP', api, feed, 2575, 'SCTP', true],
  ['its port over TCP', api, feed, 2575, 'TCP', false],

  // Other environments and impostors
  ['test reaches production on the named port', testPortal, records, 5433, 'TCP', false],
  ['test reaches production over TLS', testPortal, portal, 8443, 'TCP', false],
  ['production reaches test', portal, testPortal, 8443, 'TCP', false],
  ['the source\'s labels in a namespace that no policy binds', pod('default', named('patient-portal')), records, 5433, 'TCP', false],
  ['the source\'s labels in a namespace that labels itself healthcare-prod', pod('shadow', named('patient-portal')), records, 5433, 'TCP', false],
  ['a pod of an unbound namespace over TLS', pod('default', {}), portal, 8443, 'TCP', false],

  // What no policy can do: PHI namespaces refuse such pods (Pod Security restricted)
  ['a pod on the node\'s network is bound by nothing', { ...debug, hostNetwork: true }, ip('169.254.169.254'), 80, 'TCP', true],
  ['and yet it is let in by nobody\'s labels', { ...portal, hostNetwork: true }, records, 5433, 'TCP', false],
];

describe('flows in a cluster with the composed policies', () => {
  test.each(FLOWS)('%s', (_what, from, to, port, protocol, allowed) => {
    expect(cluster.allows({ from, to, port, protocol })).toBe(allowed);
  });

  test('each policy has a place of its own, and the API takes it', () => {
    const places = policies.map((policy) => `${policy.metadata.namespace}/${policy.metadata.name}`);

    expect(policies).toHaveLength(3 * 3 + 2 + 3 * 2);
    expect(new Set(places).size).toBe(policies.length);
    expect(policies.flatMap((policy) => schemaFindings(policy))).toEqual([]);
  });
});

describe('flows of one policy alone', () => {
  const flow = { from: portal, to: ip('203.0.113.9'), port: 443 };

  test('DNS closes egress without a default deny policy', () => {
    const dns = new NetworkEvaluator(synthChart((chart) => new DnsEgressPolicy(chart, 'Dns', { namespace: PROD })));

    expect(dns.allows({ from: portal, to: coreDns, port: 53, protocol: 'UDP' })).toBe(true);
    expect(dns.allows(flow)).toBe(false);
    expect(dns.allows({ from: portal, to: ip('169.254.169.254'), port: 80 })).toBe(false);
  });

  test('policies bind no pod of a namespace without one', () => {
    expect(new NetworkEvaluator(policies).allows({ ...flow, from: pod('default', {}) })).toBe(true);
  });

  test.each<[string, Address, number, Protocol, boolean]>([
    ['the cache over UDP', ip('169.254.20.10'), 53, 'UDP', true],
    ['the cache over TCP', ip('169.254.20.10'), 53, 'TCP', true],
    ['another port of the cache\'s address', ip('169.254.20.10'), 80, 'TCP', false],
    ['the address beside the cache', ip('169.254.20.11'), 53, 'UDP', false],
    ['instance metadata on the port of DNS', ip('169.254.169.254'), 53, 'UDP', false],
  ])('a cache on the node: %s', (_what, to, port, protocol, allowed) => {
    const cached = new NetworkEvaluator(synthChart((chart) => new DnsEgressPolicy(chart, 'Dns', { namespace: PROD, nodeLocalDns: '169.254.20.10' })));

    expect(cached.allows({ from: portal, to, port, protocol })).toBe(allowed);
  });

  test('one side of a flow is not enough', () => {
    const pair = synthChart((chart) => new AllowFlow(chart, 'Flow', { from: { namespace: PROD, podLabels: named('patient-portal') }, to: { namespace: DATA, podLabels: named('records') }, port: 5433 }));
    const closed = policies.filter((policy) => policy.metadata.name === 'default-deny');
    const allowed = (side: typeof pair) => new NetworkEvaluator([...closed, ...side]).allows({ from: portal, to: records, port: 5433 });

    expect(allowed(pair)).toBe(true);
    expect(pair.map((policy) => allowed([policy]))).toEqual([false, false]);
  });
});
