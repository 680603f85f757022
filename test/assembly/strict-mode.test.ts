import { ApiObject, App, JsonPatch, type Chart } from 'cdk8s';
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { AllowFlow } from '../../lib/network/allow-flow';
import { FlowEnd } from '../../lib/phi/flow-end';
import { AgentNamespace, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { NetworkPolicyEnforcer, Platform, type EksPlatformProps } from '../../lib/profile/platform';
import type { HipaaProfile } from '../../lib/profile/profile';
import { schemaFindings } from '../support/api-schema';
import type { Manifest } from '../support/chart';
import { NetworkEvaluator, type Endpoint, type Pod, type Protocol } from '../support/network-evaluator';
import { eksProfile, selfManagedProfile } from '../support/profiles';

const profileWith = (changes: Partial<EksPlatformProps> = {}): HipaaProfile => eksProfile({
  platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, ...changes }),
});
const VPC = { vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16' };

function build(profile: HipaaProfile, more: (charts: HipaaCharts, app: HipaaKubernetesApp) => void = () => undefined) {
  const app = new HipaaKubernetesApp(profile);
  const charts = new HipaaCharts(app, profile);
  more(charts, app);
  return app.synthesize();
}
const manifestsOf = (profile: HipaaProfile) => build(profile).objects.map((object) => object.content as unknown as Manifest);
const policiesOf = (profile: HipaaProfile) => manifestsOf(profile).filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
const named = (app: App, kind: string, namespace: string, name: string) => app.node.findAll()
  .find((object): object is ApiObject => ApiObject.isApiObject(object) && object.kind === kind && object.metadata.namespace === namespace && object.name === name)!;

describe('the charts of EKS in strict mode', () => {
  test('let CoreDNS and the agents work before the policy engine is asked for anything', () => {
    const { files, findings } = build(profileWith({ agentNamespaces: [AgentNamespace.gatekeeper(), AgentNamespace.certManager(), AgentNamespace.metricsServer()] }));

    expect(findings).toEqual([]);
    expect(files.map((file) => file.path).slice(0, 3)).toEqual(['00-namespaces.k8s.yaml', '05-cluster-network.k8s.yaml', '10-admission-templates.k8s.yaml']);
    expect(String(files[1].content).match(/^ {2}namespace: .*/gm)).toEqual(['kube-system', 'gatekeeper-system', 'cert-manager', 'kube-system'].map((namespace) => `  namespace: ${namespace}`));
  });

  test('are what the Kubernetes API takes', () => {
    const manifests = manifestsOf(profileWith()).filter((manifest) => manifest.kind === 'NetworkPolicy');
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
  });

  test.each<[string, HipaaProfile]>([
    ['in standard mode', profileWith({ networkPolicyMode: NetworkPolicyMode.STANDARD })],
    ['with another enforcer', profileWith({ networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO })],
    ['on a self-managed cluster', selfManagedProfile()],
  ])('are no part of it %s', (_what, profile) => {
    expect(build(profile).findings).toEqual([]);
    expect(policiesOf(profile).filter((policy) => /^(kube-system|gatekeeper-system)\//.test(policy))).toEqual([]);
  });

  test('take their addresses from the profile', () => {
    const policy = manifestsOf(profileWith(VPC)).find(({ metadata }) => metadata.name === 'agent-flows')!;
    expect(policy.spec.ingress[0].from[0]).toEqual({ ipBlock: { cidr: '10.0.255.0/28' } });
    expect(policy.spec.egress[2].to).toEqual([{ ipBlock: { cidr: '10.0.255.0/28' } }, { ipBlock: { cidr: '172.20.0.0/16' } }]);
  });
});

describe.each<[string, HipaaProfile]>([['a VPC that is described', profileWith(VPC)], ['a VPC that nobody described', profileWith()]])('flows of the whole output in strict mode, %s', (_vpc, profile) => {
  const cluster = new NetworkEvaluator(manifestsOf(profile), {}, true);
  const pod = (namespace: string, labels: Record<string, string>, ip: string, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ip, ...more });
  const phi = pod('healthcare-prod', { app: 'portal' }, '10.0.1.1', { node: 'n1' });
  const shipperLabels = (manifestsOf(profile).find((manifest) => manifest.kind === 'DaemonSet')!.spec.template.metadata as { labels: Record<string, string> }).labels;
  const shipper = pod(profile.names.loggingNamespace, shipperLabels, '10.0.1.2', { node: 'n1' });
  const coreDns = pod('kube-system', { 'k8s-app': 'kube-dns' }, '10.0.1.3', { node: 'n1' });
  const gatekeeper = pod('gatekeeper-system', { 'gatekeeper.sh/system': 'yes' }, '10.0.1.4', { node: 'n1' });
  const undeclared = pod('default', { 'gatekeeper.sh/system': 'yes', 'k8s-app': 'kube-dns' }, '10.0.1.5');
  const kubelet = pod('kube-system', {}, '10.0.1.200', { hostNetwork: true, node: 'n1' });
  const ip = (address: string): Endpoint => ({ ip: address });

  test.each<[string, Endpoint, Endpoint, number, Protocol, boolean]>([
    ['a pod of a namespace that nobody declared asks for names', undeclared, coreDns, 53, 'UDP', false],
    ['a pod of a namespace that nobody declared reaches Gatekeeper\'s webhook', undeclared, gatekeeper, 8443, 'TCP', false],
    ['a pod of a namespace that nobody declared reaches the internet', undeclared, ip('203.0.113.9'), 443, 'TCP', false],
    ['a PHI pod reaches Gatekeeper\'s webhook', phi, gatekeeper, 8443, 'TCP', false],
    ['the log shipper reaches Gatekeeper\'s webhook', shipper, gatekeeper, 8443, 'TCP', false],
    ['a PHI pod reaches CoreDNS on its health port', phi, coreDns, 8080, 'TCP', false],
    ['a PHI pod reaches CoreDNS on its metrics', phi, coreDns, 9153, 'TCP', false],
    ['a PHI pod asks the resolver of the VPC past CoreDNS', phi, ip('10.0.0.2'), 53, 'UDP', false],
    ['a PHI pod reaches the API server', phi, ip('172.20.0.1'), 443, 'TCP', false],
    ['a PHI pod reaches the metadata service', phi, ip('169.254.169.254'), 80, 'TCP', false],
    ['the log shipper reaches the metadata service', shipper, ip('169.254.169.254'), 80, 'TCP', false],
    ['CoreDNS reaches the metadata service', coreDns, ip('169.254.169.254'), 80, 'TCP', false],
    ['Gatekeeper reaches the metadata service', gatekeeper, ip('169.254.169.254'), 80, 'TCP', false],
    ['Gatekeeper reaches the internet', gatekeeper, ip('203.0.113.9'), 443, 'TCP', false],
    ['the API server\'s addresses reach the log shipper', ip('10.0.255.5'), shipper, 2020, 'TCP', false],

    ['a PHI pod asks for names', phi, coreDns, 53, 'UDP', true],
    ['the log shipper asks for names', shipper, coreDns, 53, 'TCP', true],
    ['Gatekeeper asks for names', gatekeeper, coreDns, 53, 'UDP', true],
    ['the log shipper reaches AWS on public addresses', shipper, ip('203.0.113.9'), 443, 'TCP', true],
    ['the log shipper reaches AWS by an interface endpoint', shipper, ip('10.0.7.7'), 443, 'TCP', true],
    ['the log shipper reaches the API server by its Service', shipper, ip('172.20.0.1'), 443, 'TCP', true],
    ['the log shipper asks for AWS credentials', shipper, ip('169.254.170.23'), 80, 'TCP', true],
    ['CoreDNS asks the resolver of the VPC', coreDns, ip('10.0.0.2'), 53, 'UDP', true],
    ['CoreDNS calls the API server', coreDns, ip('172.20.0.1'), 443, 'TCP', true],
    ['Gatekeeper calls the API server', gatekeeper, ip('172.20.0.1'), 443, 'TCP', true],
    ['the API server calls Gatekeeper\'s webhook', ip('10.0.255.5'), gatekeeper, 8443, 'TCP', true],
    ['kubelet probes a PHI pod of its node', kubelet, phi, 8081, 'TCP', true],
    ['kubelet probes Gatekeeper', kubelet, gatekeeper, 9090, 'TCP', true],
  ])('%s', (_what, from, to, port, protocol, allowed) => {
    expect(cluster.allows({ from, to, port, protocol })).toBe(allowed);
  });
});

describe('strict mode is refused', () => {
  const deployment = (scope: Chart, namespace: string, labels: Record<string, string>, spec: object = {}) => new ApiObject(scope, 'Own', {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'own', namespace }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [], ...spec } } },
  });
  const remove = (kind: string, namespace: string, name: string) => (_charts: HipaaCharts, app: HipaaKubernetesApp) => {
    const object = named(app, kind, namespace, name);
    object.node.scope!.node.tryRemoveChild(object.node.id);
  };
  const patch = (namespace: string, name: string, change: JsonPatch) => (_charts: HipaaCharts, app: HipaaKubernetesApp) => named(app, 'NetworkPolicy', namespace, name).addJsonPatch(change);

  test.each<[string, (charts: HipaaCharts, app: HipaaKubernetesApp) => void, RegExp]>([
    ['CoreDNS\' policy was taken away', remove('NetworkPolicy', 'kube-system', 'core-dns-flows'), /'CoreDNS \(k8s-app: kube-dns\) of kube-system'[\s\S]*control NW2[\s\S]*CoreDnsPolicy/],
    ['CoreDNS\' policy selects somebody else', patch('kube-system', 'core-dns-flows', JsonPatch.replace('/spec/podSelector/matchLabels/k8s-app', 'coredns')), /'CoreDNS/],
    ['CoreDNS\' policy lets nobody ask', patch('kube-system', 'core-dns-flows', JsonPatch.remove('/spec/ingress')), /'CoreDNS/],
    ['CoreDNS\' policy lost TCP', patch('kube-system', 'core-dns-flows', JsonPatch.remove('/spec/egress/0/ports/1')), /'CoreDNS/],
    ['Gatekeeper\'s policy was taken away', remove('NetworkPolicy', 'gatekeeper-system', 'agent-flows'), /'the agent of namespace gatekeeper-system'/],
    ['Gatekeeper\'s policy is put into another namespace', patch('gatekeeper-system', 'agent-flows', JsonPatch.replace('/metadata/namespace', 'gatekeeper')), /'the agent of namespace gatekeeper-system'/],
    ['the log shipper\'s policies select it no more', (charts, app) => ['default-deny', 'fluent-bit-flows'].forEach((name) => remove('NetworkPolicy', 'hipaa-logging', name)(charts, app)), /"?the log shipper's namespace hipaa-logging"?/],
    ['a namespace of one\'s own has no policy', ({ workloads }) => new ApiObject(workloads, 'Own', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'falco' } }), /'Namespace falco'[\s\S]*DefaultDenyPolicy/],
    ['a namespace in a List has no policy', ({ workloads }) => new ApiObject(workloads, 'Own', { apiVersion: 'v1', kind: 'List', metadata: { name: 'l' }, items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'falco' } }] }), /'Namespace falco'/],
    ['a workload in a foreign namespace has no policy', ({ workloads }) => deployment(workloads, 'monitoring', { app: 'prometheus' }), /'Deployment monitoring\/own'[\s\S]*AllowFlow/],
    ['a workload in kube-system has CoreDNS\' policy beside it alone', ({ workloads }) => deployment(workloads, 'kube-system', { app: 'debug' }), /'Deployment kube-system\/own'/],
    ['Calico\'s policy selects a workload, which the VPC CNI does not read', ({ workloads }) => {
      deployment(workloads, 'monitoring', { app: 'prometheus' });
      new ApiObject(workloads, 'Calico', { apiVersion: 'crd.projectcalico.org/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'monitoring' }, spec: { podSelector: {} } });
    }, /'Deployment monitoring\/own'/],
  ])('where %s', (_what, change, message) => {
    const { findings, files } = build(profileWith(), change);
    expect(findings.filter((finding) => finding.includes('strict mode keeps pods closed')).join('\n')).toMatch(message);
    expect(files).toEqual([]);
  });

  test.each<[string, (charts: HipaaCharts) => void]>([
    ['a workload with a flow of its own', ({ workloads }) => {
      deployment(workloads, 'monitoring', { app: 'prometheus' });
      new AllowFlow(workloads, 'Flow', { from: { namespace: 'healthcare-prod', podLabels: { app: 'api' } }, to: { namespace: 'monitoring', podLabels: { app: 'prometheus' } }, port: 9091 });
    }],
    ['a workload on the node\'s network, which no policy binds', ({ workloads }) => void deployment(workloads, 'monitoring', { app: 'exporter' }, { hostNetwork: true })],
    ['a PHI workload', ({ workloads }) => void deployment(workloads, 'healthcare-prod', { app: 'api' })],
  ])('but not where there is %s', (_what, change) => {
    expect(build(profileWith(), change).findings.filter((finding) => finding.includes('strict mode'))).toEqual([]);
  });

  describe('for agents that the output rests on', () => {
    const NGINX = AgentNamespace.ingressNginx([8443]);
    const STORE = [AgentNamespace.secretsStoreDriver(), AgentNamespace.secretsStoreAwsProvider()];
    const CONTROLLER = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
    const portal = FlowEnd.pods({ namespace: 'healthcare-prod', podLabels: { app: 'portal' }, port: 8443 });
    const expose = (charts: HipaaCharts): void => charts.phi('healthcare-prod').exposeTls(portal, { name: 'portal', host: 'portal.example.com', tlsSecret: 'portal-tls' });
    const secrets = (provider: string) => ({ workloads }: HipaaCharts): void => void new ApiObject(workloads, 'Secrets', {
      apiVersion: 'secrets-store.csi.x-k8s.io/v1', kind: 'SecretProviderClass', metadata: { name: 'password', namespace: 'healthcare-prod' }, spec: { provider },
    });
    const peers = (direction: 'ingress' | 'egress', peer: object, ports: object[] = [{ port: 8200 }], namespace = 'healthcare-prod') => ({ workloads }: HipaaCharts): void => void new ApiObject(workloads, 'Own', {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'own', namespace },
      spec: { podSelector: { matchLabels: { app: 'portal' } }, [direction]: [{ [direction === 'ingress' ? 'from' : 'to']: [peer], ports }] },
    });
    const NAME = 'kubernetes.io/metadata.name';
    const vault = (podSelector: object | undefined) => ({ namespaceSelector: { matchLabels: { [NAME]: 'vault' } }, podSelector });
    const SERVER = vault({ matchLabels: { app: 'vault', component: 'server' } });
    const missed = (agents: AgentNamespaceProps[], change: (charts: HipaaCharts) => void): string[] =>
      build(profileWith({ agentNamespaces: [AgentNamespace.gatekeeper(), ...agents] }), change).findings.filter((finding) => finding.includes('strict mode keeps pods closed'));

    test.each<[string, AgentNamespaceProps[], (charts: HipaaCharts) => void, RegExp]>([
      ['nobody declared the ingress controller', [], expose, /of ingress-nginx, whom NetworkPolicy healthcare-prod\/[\s\S]*control NW2[\s\S]*AgentNamespace\.ingressNginx\(/],
      ['other pods of its namespace are declared', [{ ...NGINX, podLabels: { 'app.kubernetes.io/name': 'haproxy' } }], expose, /of ingress-nginx, whom/],
      ['it may call no pods', [{ name: 'ingress-nginx', webhookPorts: [8443], publicPorts: [80, 443] }], expose, /to healthcare-prod on port 8443[\s\S]*podPorts of the agent/],
      ['it may call pods on another port', [AgentNamespace.ingressNginx([15008])], expose, /to healthcare-prod on port 8443/],
      ['nobody declared a Vault', [], peers('egress', SERVER), /"component":"server"\}\} of vault, whom NetworkPolicy healthcare-prod\/own names[\s\S]*\{ name: 'vault', \.\.\. \}/],
      ['another part of Vault is declared', [{ name: 'vault', podLabels: { component: 'injector' } }], peers('egress', SERVER), /of vault, whom/],
      ['Vault answers nobody', [{ name: 'vault' }], peers('egress', SERVER), /from healthcare-prod on port 8200[\s\S]*clientPorts of the agent/],
      ['Vault answers the API server alone on that port', [{ name: 'vault', webhookPorts: [8200], podLabels: { app: 'vault' } }], peers('egress', SERVER, [{ port: 8201 }]), /on port 8201/],
      ['every pod of a namespace without policies is named', [], peers('egress', vault({})), /pods \{\} of vault/],
      ['a namespace without policies is named', [], peers('egress', vault(undefined)), /pods \{\} of vault/],
      ['the namespace is named in an expression', [], peers('ingress', { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: ['patient-data', 'vault'] }] }, podSelector: { matchLabels: { app: 'vault' } } }), /of vault, whom/],
      ['the pods are named in an expression', [], peers('egress', vault({ matchExpressions: [{ key: 'app', operator: 'In', values: ['vault'] }] })), /of vault, whom/],
      ['pods of kube-system are named that are no DNS server', [], peers('egress', { namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } }, podSelector: { matchLabels: { app: 'cache' } } }), /of kube-system, whom/],
      ['nobody declared what mounts secrets', [], secrets('vault'), /secrets-store-csi-driver"\} of kube-system, on which SecretProviderClass healthcare-prod\/password rests[\s\S]*AgentNamespace\.secretsStoreDriver\(\)/],
      ['nobody declared what mounts secrets of AWS', STORE.slice(0, 1), secrets('aws'), /driver-provider-aws"\} of kube-system[\s\S]*AgentNamespace\.secretsStoreAwsProvider\(\)/],
      ['the driver is missing beside its provider', STORE.slice(1), secrets('aws'), /secrets-store-csi-driver"\}/],
    ])('it is refused where %s', (_what, agents, change, message) => {
      expect(missed(agents, change)).toEqual([expect.stringMatching(message)]);
    });

    test('both parts are missed where neither is declared', () => {
      expect(missed([], secrets('aws'))).toHaveLength(2);
    });

    test.each<[string, AgentNamespaceProps[], (charts: HipaaCharts) => void]>([
      ['the ingress controller', [NGINX], expose],
      ['the controller\'s pods alone', [{ ...NGINX, podLabels: { 'app.kubernetes.io/name': CONTROLLER['app.kubernetes.io/name'] } }], expose],
      ['both parts of what mounts secrets', STORE, secrets('aws')],
      ['the AWS provider of its own manifest', [STORE[0], { ...STORE[1], podLabels: { app: 'csi-secrets-store-provider-aws' } }], secrets('aws')],
      ['both parts in a namespace of their own', STORE.map((agent) => ({ ...agent, name: 'secrets-store' })), secrets('aws')],
      ['the driver, beside a provider of another vault', STORE.slice(0, 1), secrets('vault')],
      ['a Vault that answers pods', [{ name: 'vault', clientPorts: [8200] }], peers('egress', SERVER)],
      ['a Vault that answers everybody', [{ name: 'vault', publicPorts: [8200] }], peers('egress', SERVER)],
      ['its pods alone', [{ name: 'vault', podLabels: { app: 'vault' }, clientPorts: [8200] }], peers('egress', SERVER)],
      ['a port by its name, which nobody knows here', [{ name: 'vault' }], peers('egress', SERVER, [{ port: 'https' }])],
      ['pods of some namespace that is not named', [], peers('egress', { namespaceSelector: {}, podSelector: { matchLabels: { app: 'vault' } } })],
      ['addresses', [], peers('egress', { ipBlock: { cidr: '10.0.0.0/24' } })],
      ['the DNS server', [], peers('egress', { namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }, [{ port: 53 }])],
      ['another PHI namespace', [], peers('egress', { namespaceSelector: { matchLabels: { [NAME]: 'patient-data' } }, podSelector: { matchLabels: { app: 'db' } } })],
      ['a policy of a namespace that holds no PHI', [], (charts) => peers('egress', SERVER, [{ port: 8200 }], 'gatekeeper-system')(charts)],
    ])('it takes %s', (_what, agents, change) => {
      expect(missed(agents, change)).toEqual([]);
    });

    test('in an ambient mesh the controller calls the tunnel', () => {
      const mesh = (podPorts: number[]): string[] => {
        const platform = Platform.eks({
          region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, agentNamespaces: [AgentNamespace.gatekeeper(), AgentNamespace.istio(), AgentNamespace.ingressNginx(podPorts)],
        });
        return build(eksProfile({ platform, mesh: { mode: MeshMode.AMBIENT } }), expose).findings.filter((finding) => finding.includes('strict mode'));
      };
      expect([mesh([15008]), mesh([8443])]).toEqual([[], [expect.stringMatching(/to healthcare-prod on port 15008/)]]);
    });

    test('each is told once, however many flows name it', () => {
      expect(missed([], (charts) => {
        expose(charts);
        charts.phi('patient-data').exposeTls(FlowEnd.pods({ namespace: 'patient-data', podLabels: { app: 'api' }, port: 8443 }), { name: 'api', host: 'api.example.com', tlsSecret: 'api-tls' });
      })).toHaveLength(1);
    });

    test('nobody is missed where pods start open', () => {
      const { findings } = build(profileWith({ networkPolicyMode: NetworkPolicyMode.STANDARD }), (charts) => [expose, secrets('aws')].forEach((change) => change(charts)));
      expect(findings.filter((finding) => finding.includes('strict mode'))).toEqual([]);
    });
  });

  test('in standard mode nobody is missed', () => {
    const { findings } = build(profileWith({ networkPolicyMode: NetworkPolicyMode.STANDARD }), ({ workloads }) => void deployment(workloads, 'monitoring', { app: 'prometheus' }));
    expect(findings.filter((finding) => finding.includes('strict mode'))).toEqual([]);
  });

  test('a plain cdk8s app is judged as well', () => {
    const app = new App();
    const charts = new HipaaCharts(app, profileWith());
    deployment(charts.workloads, 'monitoring', { app: 'prometheus' });
    expect(() => app.synth()).toThrow(/Deployment monitoring\/own/);
  });
});
