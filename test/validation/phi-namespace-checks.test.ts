/** Checks on what lives in a PHI namespace: quotas, the mesh, and the distance between stages. Each holds, fails where it is weakened, and sees what stands beside it. */
import { Chart } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { AllowFlow } from '../../lib/network/allow-flow';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../lib/network/dns-egress-policy';
import { MeshAllow } from '../../lib/network/mesh/mesh-allow';
import { MeshControlPlanePolicy } from '../../lib/network/mesh/mesh-control-plane-policy';
import { MeshDefaultDeny } from '../../lib/network/mesh/mesh-default-deny';
import { MeshDestinationRule } from '../../lib/network/mesh/mesh-destination-rule';
import { MeshGateway } from '../../lib/network/mesh/mesh-gateway';
import { StrictMutualTls } from '../../lib/network/mesh/strict-mutual-tls';
import { Environment } from '../../lib/profile/environment';
import { meshLabels, MeshMode } from '../../lib/profile/mesh-mode';
import { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { NamespaceLimits } from '../../lib/workloads/namespace-limits';
import { NamespaceQuota } from '../../lib/workloads/namespace-quota';
import { LabelledNamespace } from '../../lib/workloads/labelled-namespace';
import { eksProps } from '../support/profiles';
import { manifest, type Weakening } from './weakening';

const PROD = 'healthcare-prod';
const DATA = 'patient-data';
const TEST = 'healthcare-test';
const profile = new HipaaProfile(eksProps({
  phiNamespaces: [{ name: PROD, environment: Environment.PROD }, { name: DATA, environment: Environment.PROD }, { name: TEST, environment: Environment.TEST }],
}));
const named = (name: string) => ({ app: name });

const emitted = ((): readonly SynthesizedObject[] => {
  const app = new HipaaKubernetesApp(profile);
  const chart = new Chart(app, 'Test');
  for (const { name, environment } of profile.phiNamespaces) {
    new LabelledNamespace(chart, name, { name, environment, kubernetesVersion: profile.platform.version });
    new DefaultDenyPolicy(chart, `${name}-deny`, { namespace: name });
    new DnsEgressPolicy(chart, `${name}-dns`, { namespace: name });
    new NamespaceQuota(chart, `${name}-quota`, { namespace: name });
    new NamespaceLimits(chart, `${name}-limits`, { namespace: name });
    new MeshDefaultDeny(chart, `${name}-mesh-deny`, { namespace: name });
    new StrictMutualTls(chart, `${name}-tls`, { namespace: name });
    new MeshControlPlanePolicy(chart, `${name}-mesh`, { namespace: name, mode: MeshMode.AMBIENT, hboneWithinNamespace: true });
  }
  const from = { namespace: PROD, podLabels: named('portal'), serviceAccount: 'portal' };
  const to = { namespace: DATA, podLabels: named('records'), port: 8443 };
  new AllowFlow(chart, 'Flow', { from, to, mesh: MeshMode.AMBIENT });
  new MeshAllow(chart, 'Allow', { from: [from], to });
  new MeshDestinationRule(chart, 'Rule', { namespace: PROD, name: 'records', host: 'records.patient-data.svc.cluster.local' });
  new MeshGateway(chart, 'Gateway', { namespace: PROD, name: 'portal', hosts: ['portal.example.com'], credentialName: 'portal-tls' });
  const objects = structuredClone(app.synthesize().objects) as SynthesizedObject[];
  for (const { content } of objects.filter(({ reference }) => reference.kind === 'Namespace')) {
    Object.assign((content.metadata as { labels: object }).labels, meshLabels(MeshMode.AMBIENT));
  }
  return objects;
})();

function verdict(control: Control, kind: string, namespace: string | undefined, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(emitted) as SynthesizedObject[];
  const object = copies.find((candidate) => kindOf(candidate) === kind
    && candidate.reference.namespace === namespace && candidate.claims.some((claim) => claim.control === control))!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}
const findingsWith = (...more: SynthesizedObject[]): string[] => verifyClaims([...emitted, ...more], profile);
const labels = (change: (labels: Record<string, string>) => void, name = PROD): Weakening => (_content, others) =>
  change((others.find(({ reference }) => reference.kind === 'Namespace' && reference.name === name)!.content.metadata as { labels: Record<string, string> }).labels);
const beside = (...objects: SynthesizedObject[]): Weakening => (_content, others) => void others.push(...objects);
const without = (kind: string, name: string, namespace?: string): Weakening => (_content, others) =>
  void others.splice(others.findIndex(({ reference }) => reference.kind === kind && reference.name === name && reference.namespace === namespace), 1);

test('what the constructs emit holds', () => expect(findingsWith()).toEqual([]));

describe('quotas', () => {
  const range = (limits: object[], name = 'own', namespace = PROD) => manifest('v1', 'LimitRange', namespace, name, { spec: { limits } });

  test.each<[string, string, Weakening, RegExp]>([
    ['ResourceQuota', 'emptied', (o) => (o.spec.hard = {}), /does not bound pods/],
    ['ResourceQuota', 'without a specification', (o) => delete o.spec, /does not bound pods/],
    ['ResourceQuota', 'without processor time', (o) => delete o.spec.hard['limits.cpu'], /does not bound limits\.cpu/],
    ['ResourceQuota', 'without memory', (o) => delete o.spec.hard['requests.memory'], /does not bound requests\.memory/],
    ['ResourceQuota', 'of some pods', (o) => (o.spec.scopes = ['BestEffort']), /scopes BestEffort/],
    ['ResourceQuota', 'of a priority', (o) => (o.spec.scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['low'] }] }), /of a scope alone/],
    ['LimitRange', 'emptied', (o) => (o.spec.limits = []), /no defaultRequest of cpu/],
    ['LimitRange', 'without defaults', (o) => delete o.spec.limits[0].default, /no default of cpu/],
    ['LimitRange', 'without a default of memory', (o) => delete o.spec.limits[0].defaultRequest.memory, /no defaultRequest of memory/],
    ['LimitRange', 'without a most', (o) => delete o.spec.limits[0].max, /no max of cpu/],
    ['LimitRange', 'for pods, which have no defaults', (o) => (o.spec.limits[0].type = 'Pod'), /no defaultRequest/],
    ['LimitRange', 'beside other defaults', beside(range([{ type: 'Container', default: { cpu: '64' } }])), /LimitRange healthcare-prod\/own sets defaults too/],
    ['LimitRange', 'beside other requests', beside(range([{ type: 'Container', defaultRequest: { cpu: '0' } }])), /sets defaults too/],
    ['LimitRange', 'without a quota', without('ResourceQuota', 'phi-quota', PROD), /no ResourceQuota bounds the namespace/],
  ])('a %s %s fails', (kind, _what, weaken, message) => expect(verdict(Control.PS5_QUOTAS, kind, PROD, weaken)).toMatch(message));

  test.each<[string, string, Weakening]>([
    ['ResourceQuota', 'a second quota, which only narrows', beside(manifest('v1', 'ResourceQuota', PROD, 'own', { spec: { hard: { 'limits.cpu': '1000' } } }))],
    ['ResourceQuota', 'the other names of requests', (o) => { o.spec.hard.cpu = o.spec.hard['requests.cpu']; delete o.spec.hard['requests.cpu']; }],
    ['LimitRange', 'another range of volumes', beside(range([{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }]))],
    ['LimitRange', 'defaults of another namespace', beside(range([{ type: 'Container', default: { cpu: '64' } }], 'own', 'web'))],
    ['LimitRange', 'a kind of the same name of another group', beside({ ...range([{ type: 'Container', default: { cpu: '64' } }]), reference: { ...range([]).reference, apiVersion: 'example.com/v1' } })],
  ])('a %s holds with %s', (kind, _what, weaken) => expect(verdict(Control.PS5_QUOTAS, kind, PROD, weaken)).toBeUndefined());
});

describe('mutual TLS', () => {
  const peer = (spec: object, namespace = PROD) => manifest('security.istio.io/v1', 'PeerAuthentication', namespace, 'own', { spec });
  const rule = (spec: object, namespace = PROD, apiVersion = 'networking.istio.io/v1') => manifest(apiVersion, 'DestinationRule', namespace, 'own', { spec });
  const filter = (namespace: string) => manifest('networking.istio.io/v1alpha3', 'EnvoyFilter', namespace, 'own', { spec: {} });
  const deployment = (metadata: object, spec: object = {}) => manifest('apps/v1', 'Deployment', PROD, 'own', { spec: { template: { metadata, spec } } });
  const off = { tls: { mode: 'DISABLE' } };
  const selector = { matchLabels: { app: 'a' } };

  test.each<[string, Weakening, RegExp]>([
    ['permissive', (o) => (o.spec.mtls.mode = 'PERMISSIVE'), /PERMISSIVE, and not STRICT/],
    ['without a mode', (o) => delete o.spec.mtls, /not set, and not STRICT/],
    ['for some workloads', (o) => (o.spec.selector = selector), /selects some workloads/],
    ['without a port', (o) => (o.spec.portLevelMtls = { 8080: { mode: 'DISABLE' } }), /excepts port 8080/],
    ['with a permissive port', (o) => (o.spec.portLevelMtls = { 8080: { mode: 'PERMISSIVE' } }), /excepts port 8080/],
    ['beside a permissive workload', beside(peer({ selector, mtls: { mode: 'PERMISSIVE' } })), /PeerAuthentication healthcare-prod\/own sets the mode PERMISSIVE/],
    ['beside a workload without', beside(peer({ selector, mtls: { mode: 'DISABLE' } })), /mode DISABLE/],
    ['beside a workload that excepts a port', beside(peer({ selector, portLevelMtls: { 80: { mode: 'DISABLE' } } })), /excepts port 80/],
    ['beside a strict workload that excepts a port', beside(peer({ selector, mtls: { mode: 'STRICT' }, portLevelMtls: { 80: { mode: 'PERMISSIVE' } } })), /excepts port 80/],
    ['beside a second policy of the namespace', beside(peer({ mtls: { mode: 'PERMISSIVE' } })), /mode PERMISSIVE beside it/],
    ['beside a second policy of the namespace that leaves it to the mesh', beside(peer({})), /mode UNSET beside it/],
    ['beside one in a List', beside(manifest('v1', 'List', undefined, 'all', { items: [peer({ selector, mtls: { mode: 'DISABLE' } }).content] })), /mode DISABLE/],
    ['beside one of an older version', beside({ ...peer({ mtls: { mode: 'DISABLE' } }), reference: { ...peer({}).reference, apiVersion: 'security.istio.io/v1beta1' } }), /mode DISABLE/],
    ['in a namespace outside of the mesh', labels((all) => delete all['istio.io/dataplane-mode']), /no label that makes its pods part of the mesh/],
    ['in a namespace that is opted out', labels((all) => { all['istio.io/dataplane-mode'] = 'none'; }), /no label/],
    ['in a namespace whose injection is off', labels((all) => { delete all['istio.io/dataplane-mode']; all['istio-injection'] = 'disabled'; all['istio.io/rev'] = 'x'; }), /no label/],
    ['in a namespace that nobody sees', without('Namespace', PROD), /is not among the objects/],
    ['with a pod that opted out', beside(deployment({ labels: { 'istio.io/dataplane-mode': 'none' } })), /is no part of the mesh/],
    ['with a pod that is reached past the mesh', beside(deployment({ annotations: { 'ambient.istio.io/bypass-inbound-capture': 'true' } })), /reached past the mesh/],
    ['with a pod on the node\'s network', beside(deployment({}, { hostNetwork: true })), /on the node's network/],
    ['with plaintext to a Service', beside(rule({ host: 'records.patient-data.svc.cluster.local', trafficPolicy: off })), /send plaintext to records/],
    ['with plaintext by a short name', beside(rule({ host: 'api', trafficPolicy: off })), /send plaintext to api/],
    ['with plaintext by settings without a mode', beside(rule({ host: 'api', trafficPolicy: { tls: {} } })), /send plaintext/],
    ['with plaintext on a port', beside(rule({ host: 'api', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 }, ...off }] } })), /plaintext to api on port 80/],
    ['with plaintext to a subset', beside(rule({ host: 'api', subsets: [{ name: 'old', trafficPolicy: off }] })), /send plaintext to api/],
    ['with plaintext to a host outside', beside(rule({ host: 'api.example.com', trafficPolicy: off })), /plaintext to api\.example\.com/],
    ['with plaintext from elsewhere', beside(rule({ host: `api.${PROD}.svc.cluster.local`, trafficPolicy: off }, 'web')), /send plaintext/],
    ['with plaintext from elsewhere, by part of a name', beside(rule({ host: `api.${PROD}`, trafficPolicy: off }, 'web')), /send plaintext/],
    ['with plaintext from elsewhere, in another cluster domain', beside(rule({ host: `api.${PROD}.svc.corp.example.com`, trafficPolicy: off }, 'web')), /send plaintext/],
    ['with plaintext to every host', beside(rule({ host: '*', trafficPolicy: off }, 'istio-system')), /plaintext to \*/],
    ['with plaintext to every Service', beside(rule({ host: '*.local', trafficPolicy: off }, 'istio-system')), /plaintext to \*\.local/],
    ['with plaintext to a namespace', beside(rule({ host: `*.${PROD}.svc.cluster.local`, trafficPolicy: off }, 'web')), /send plaintext/],
    ['with plaintext, by an older version', beside(rule({ host: 'api', trafficPolicy: off }, PROD, 'networking.istio.io/v1alpha3')), /send plaintext/],
    ['with proxies that were rewritten', beside(filter(PROD)), /EnvoyFilter healthcare-prod\/own rewrites/],
    ['with a mesh that was rewritten', beside(filter('istio-system')), /rewrites the proxies of the mesh/],
  ])('fails %s', (_what, weaken, message) => expect(verdict(Control.TX2_MTLS, 'PeerAuthentication', PROD, weaken)).toMatch(message));

  test.each<[string, Weakening]>([
    ['sidecars', labels((all) => { delete all['istio.io/dataplane-mode']; Object.assign(all, meshLabels(MeshMode.SIDECAR)); })],
    ['sidecars of a revision', labels((all) => { delete all['istio.io/dataplane-mode']; Object.assign(all, meshLabels(MeshMode.SIDECAR, '1-28')); })],
    ['a strict workload', beside(peer({ selector, mtls: { mode: 'STRICT' } }))],
    ['a workload that leaves it to the namespace', beside(peer({ selector, mtls: { mode: 'UNSET' } }))],
    ['a permissive workload elsewhere', beside(peer({ mtls: { mode: 'PERMISSIVE' } }, 'web'))],
    ['a selector of nobody in particular', (o) => (o.spec.selector = {})],
    ['a deployment without metadata', beside(manifest('apps/v1', 'Deployment', PROD, 'own', { spec: {} }))],
    ['mutual TLS by a rule', beside(rule({ host: 'api', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }))],
    ['a rule without TLS, which leaves it to the mesh', beside(rule({ host: 'api', trafficPolicy: { connectionPool: {} } }))],
    ['plaintext between namespaces without PHI', beside(rule({ host: 'api.web.svc.cluster.local', trafficPolicy: off }, 'web'))],
    ['plaintext to hosts outside, of namespaces without PHI', beside(rule({ host: '*.example.com', trafficPolicy: off }, 'web'))],
    ['proxies elsewhere that were rewritten', beside(filter('web'))],
  ])('holds with %s', (_what, weaken) => expect(verdict(Control.TX2_MTLS, 'PeerAuthentication', PROD, weaken)).toBeUndefined());

  test('what is wrong in one namespace is told once, on it', () => {
    const findings = findingsWith(rule({ host: 'api', trafficPolicy: off }, DATA));

    expect(findings).toEqual([expect.stringMatching(/PeerAuthentication patient-data\/default does not enforce.*\n?.*DestinationRule patient-data\/own/s)]);
  });
});

describe('tunnels of an ambient mesh', () => {
  const authorization = (spec: object) => manifest('security.istio.io/v1', 'AuthorizationPolicy', PROD, 'own', { spec });
  const denial: Weakening = without('AuthorizationPolicy', 'default-deny', PROD);
  const also = (...weakenings: Weakening[]): Weakening => (content, others) => weakenings.forEach((weaken) => weaken(content, others));
  const mesh = (change: (spec: { ingress: { ports?: object[] }[]; policyTypes: string[] }) => void): Weakening => (_content, others) =>
    change(others.find(({ reference }) => reference.name === 'allow-mesh' && reference.namespace === PROD)!.content.spec as never);

  test.each<[string, Weakening, RegExp]>([
    ['nothing denies by default', denial, /NetworkPolicy healthcare-prod\/allow-mesh opens port 15008.*no AuthorizationPolicy denies by default/],
    ['the denial is for one workload', also(denial, beside(authorization({ selector: { matchLabels: named('a') } }))), /no AuthorizationPolicy denies/],
    ['the denial denies nothing', also(denial, beside(authorization({ action: 'DENY' }))), /no AuthorizationPolicy denies/],
    ['the denial is a record', also(denial, beside(authorization({ action: 'AUDIT' }))), /no AuthorizationPolicy denies/],
    ['the port is in a range', also(denial, mesh((spec) => (spec.ingress[1].ports = [{ port: 15000, endPort: 15100 }]))), /no AuthorizationPolicy denies/],
    ['a rule lets everybody in', beside(authorization({ rules: [{}] })), /own has a rule that lets everybody in/],
    ['a rule lets everybody reach a workload', beside(authorization({ selector: { matchLabels: named('a') }, action: 'ALLOW', rules: [{ from: [] }] })), /lets everybody in/],
  ])('fail where %s', (_what, weaken, message) => expect(verdict(Control.NW1_DENY_ALL, 'NetworkPolicy', PROD, weaken)).toMatch(message));

  test.each<[string, Weakening]>([
    ['no tunnel is open', also(denial, mesh((spec) => spec.ingress.pop()))],
    ['the port is another protocol\'s', also(denial, mesh((spec) => (spec.ingress[1].ports = [{ port: 15008, protocol: 'UDP' }])))],
    ['the direction is not named', also(denial, mesh((spec) => (spec.policyTypes = ['Egress'])))],
    ['the rule names who', beside(authorization({ rules: [{ from: [{ source: { namespaces: [DATA] } }] }] }))],
  ])('hold where %s', (_what, weaken) => expect(verdict(Control.NW1_DENY_ALL, 'NetworkPolicy', PROD, weaken)).toBeUndefined());
});

describe('a gateway of the mesh', () => {
  test.each<[string, Weakening, RegExp]>([
    ['plain HTTP', (o) => delete o.spec.servers[1].tls, /port 80 serves plain HTTP/],
    ['plain HTTP without a redirect', (o) => (o.spec.servers[1].tls.httpsRedirect = false), /port 80 serves plain HTTP/],
    ['nothing over TLS', (o) => o.spec.servers.shift(), /no server of the gateway speaks HTTPS/],
    ['TLS 1.0', (o) => (o.spec.servers[0].tls.minProtocolVersion = 'TLSV1_0'), /TLS before 1\.2: .*TLSV1_0/],
    ['whatever version', (o) => delete o.spec.servers[0].tls.minProtocolVersion, /minProtocolVersion is not set/],
    ['TLS 1.1 at most', (o) => (o.spec.servers[0].tls.maxProtocolVersion = 'TLSV1_1'), /no TLS from 1\.2 on/],
    ['TLS that somebody else ends', (o) => (o.spec.servers[0].tls.mode = 'PASSTHROUGH'), /PASSTHROUGH, and not SIMPLE/],
    ['no certificate', (o) => delete o.spec.servers[0].tls.credentialName, /names no certificate/],
    ['every host', (o) => (o.spec.servers[0].hosts = ['*']), /serves \*/],
    ['every host of a namespace', (o) => (o.spec.servers[0].hosts = ['./*']), /serves \.\/\*/],
    ['hosts of every namespace', (o) => (o.spec.servers[0].hosts = ['*/portal.example.com']), /serves \*\//],
    ['no host', (o) => (o.spec.servers[0].hosts = []), /no host in particular/],
    ['another protocol', (o) => o.spec.servers.push({ port: { number: 5432, protocol: 'TCP', name: 'tcp' }, hosts: ['./a'] }), /nobody read what port 5432 speaks: TCP/],
    ['an Ingress beside it in plaintext', beside(manifest('networking.k8s.io/v1', 'Ingress', PROD, 'own', { spec: { rules: [{ host: 'a.example.com' }] } })), /TLS does not cover the host a\.example\.com/],
    ['a load balancer beside it', beside(manifest('v1', 'Service', PROD, 'own', { spec: { type: 'LoadBalancer' } })), /published as a LoadBalancer/],
  ])('fails with %s', (_what, weaken, message) => expect(verdict(Control.TX1_INGRESS, 'Gateway', PROD, weaken)).toMatch(message));

  test('holds with mutual TLS and without a redirect', () => expect(verdict(Control.TX1_INGRESS, 'Gateway', PROD, (o) => { o.spec.servers[0].tls.mode = 'MUTUAL'; o.spec.servers.pop(); })).toBeUndefined());

  test("a Gateway of Kubernetes' own API is another thing", () => {
    const object = emitted.find(({ reference }) => reference.kind === 'Gateway')!;
    expect(checkFor(Control.TX1_INGRESS, { ...object, reference: { ...object.reference, apiVersion: 'gateway.networking.k8s.io/v1' } })).toBeUndefined();
  });
});

describe('stages', () => {
  const NAME = 'kubernetes.io/metadata.name';
  const STAGE = 'cdk8s-hipaa/environment';
  const policy = (spec: object, namespace: string, name = 'own') => manifest('networking.k8s.io/v1', 'NetworkPolicy', namespace, name, { spec: { podSelector: { matchLabels: named('a') }, ...spec } });
  const to = (namespaceSelector: object) => ({ egress: [{ to: [{ namespaceSelector, podSelector: { matchLabels: named('b') } }], ports: [{ port: 443 }] }] });
  const from = (namespaceSelector: object) => ({ ingress: [{ from: [{ namespaceSelector, podSelector: { matchLabels: named('b') } }], ports: [{ port: 443 }] }] });
  const authorization = (source: object, namespace: string, action = 'ALLOW') => manifest('security.istio.io/v1', 'AuthorizationPolicy', namespace, 'own', { spec: { action, rules: [{ from: [{ source }] }] } });

  test.each<[string, SynthesizedObject[], RegExp]>([
    ['egress by name', [policy(to({ matchLabels: { [NAME]: PROD } }), TEST)], /NetworkPolicy healthcare-test\/own \(test\) lets pods reach healthcare-prod \(prod\)/],
    ['ingress by name', [policy(from({ matchLabels: { [NAME]: TEST } }), PROD)], /healthcare-prod\/own \(prod\) lets pods be reached from healthcare-test \(test\)/],
    ['egress out of production', [policy(to({ matchLabels: { [NAME]: TEST } }), DATA)], /reach healthcare-test \(test\)/],
    ['the label of the stage', [policy(from({ matchLabels: { [STAGE]: 'test' } }), PROD)], /reached from healthcare-test/],
    ['stages in an expression', [policy(from({ matchExpressions: [{ key: STAGE, operator: 'In', values: ['prod', 'test'] }] }), PROD)], /reached from healthcare-test/],
    ['names in an expression', [policy(to({ matchExpressions: [{ key: NAME, operator: 'In', values: [PROD, DATA] }] }), TEST)], /reach healthcare-prod/],
    ['what all PHI namespaces carry', [policy(from({ matchLabels: { 'cdk8s-hipaa/data-classification': 'phi' } }), PROD)], /reached from healthcare-test/],
    ['what every namespace of the mesh carries', [policy(from({ matchLabels: { 'istio.io/dataplane-mode': 'ambient' } }), PROD)], /reached from healthcare-test/],
    ['a peer beside a right one', [policy({ egress: [{ to: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { [NAME]: PROD } } }] }] }, TEST)], /reach healthcare-prod/],
    ['a second rule', [policy({ egress: [{ to: [{ podSelector: {} }] }, ...to({ matchLabels: { [NAME]: PROD } }).egress] }, TEST)], /reach healthcare-prod/],
    ['a policy in a List', [manifest('v1', 'List', undefined, 'all', { items: [policy(to({ matchLabels: { [NAME]: PROD } }), TEST).content] })], /reach healthcare-prod/],
    ['everyone on both sides', [policy({ egress: [{}] }, TEST, 'out'), policy({ ingress: [{}] }, PROD, 'in')], /healthcare-test\/out \(test\) lets pods reach everyone, and NetworkPolicy healthcare-prod\/in \(prod\) lets everyone in/],
    ['every namespace on both sides', [policy(to({}), TEST, 'out'), policy(from({}), PROD, 'in')], /lets everyone in/],
    ['another stage by exclusion, and everyone', [policy(to({ matchExpressions: [{ key: STAGE, operator: 'NotIn', values: ['test'] }] }), TEST, 'out'), policy({ ingress: [{}] }, PROD, 'in')], /lets everyone in/],
    ['an identity', [authorization({ principals: ['cluster.local/ns/healthcare-test/sa/portal'] }, PROD)], /AuthorizationPolicy healthcare-prod\/own \(prod\) lets workloads of healthcare-test \(test\) in/],
    ['identities by the end of their name', [authorization({ principals: ['*/ns/healthcare-test/sa/portal'] }, PROD)], /workloads of healthcare-test/],
    ['identities by the beginning of their name', [authorization({ principals: ['cluster.local/ns/healthcare-*'] }, DATA)], /workloads of healthcare-test/],
    ['every identity', [authorization({ principals: ['*'] }, PROD)], /workloads of healthcare-test/],
    ['a namespace of the mesh', [authorization({ namespaces: ['istio-ingress', TEST] }, PROD)], /workloads of healthcare-test/],
    ['namespaces of the mesh by a part of their name', [authorization({ namespaces: ['*-test'] }, PROD)], /workloads of healthcare-test/],
    ['a ServiceAccount of another namespace', [authorization({ serviceAccounts: [`${TEST}/portal`] }, PROD)], /workloads of healthcare-test/],
  ])('a way between them is found once: %s', (_what, objects, message) => {
    const findings = findingsWith(...objects).filter((finding) => /control AC13 /.test(finding));

    expect(findings).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, SynthesizedObject[]]>([
    ['a flow within production', [policy(to({ matchLabels: { [NAME]: DATA } }), PROD), policy(from({ matchLabels: { [NAME]: PROD } }), DATA)]],
    ['a flow to where no PHI is', [policy(to({ matchLabels: { [NAME]: 'web' } }), TEST)]],
    ['a flow out of where no PHI is', [policy(from({ matchLabels: { [STAGE]: 'test' } }), 'web')]],
    ['a name and a stage that no namespace has together', [policy(to({ matchLabels: { [NAME]: PROD, [STAGE]: 'test' } }), TEST)]],
    ['everyone on one side alone', [policy({ egress: [{}] }, TEST)]],
    ['everyone on both sides of one stage', [policy({ egress: [{}] }, PROD, 'out'), policy({ ingress: [{}] }, DATA, 'in')]],
    ['addresses, which nobody can tell', [policy({ egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }, TEST)]],
    ['a rule of a direction that the policy does not name', [policy({ policyTypes: ['Ingress'], ...to({ matchLabels: { [NAME]: PROD } }) }, TEST)]],
    ['a policy of another group', [{ ...policy(to({ matchLabels: { [NAME]: PROD } }), 'web'), reference: { ...policy({}, TEST).reference, apiVersion: 'example.com/v1' } }]],
    ['an identity of the same stage', [authorization({ principals: [`cluster.local/ns/${DATA}/sa/a`], namespaces: ['istio-ingress'] }, PROD)]],
    ['an identity that is denied', [authorization({ namespaces: [TEST] }, PROD, 'DENY')]],
    ['an identity whose namespace begins alike', [authorization({ principals: ['cluster.local/ns/healthcare-test-2/sa/a'], namespaces: ['healthcare-testing'] }, PROD)]],
  ])('%s is fine', (_what, objects) => expect(findingsWith(...objects).filter((finding) => /control AC13 /.test(finding))).toEqual([]));

  test('each end of a way is told of on its own namespace, and none on a third', () => {
    const findings = findingsWith(policy(to({ matchLabels: { [NAME]: TEST } }), DATA), policy(from({ matchLabels: { [NAME]: DATA } }), TEST)).filter((finding) => /control AC13 /.test(finding));

    expect(findings).toHaveLength(2);
    for (const name of [DATA, TEST]) expect(findings).toContainEqual(expect.stringMatching(new RegExp(`Namespace ${name} does not enforce.*NetworkPolicy ${name}/own`)));
  });

  test('a way of a namespace whose Namespace makes no claim is told of on the first that does', () => {
    const claimless = emitted.map((object) => (object.reference.kind === 'Namespace' && object.reference.name === TEST ? { ...object, claims: [] } : object));
    const findings = verifyClaims([...claimless, policy(to({ matchLabels: { [NAME]: DATA } }), TEST)], profile).filter((finding) => /control AC13 /.test(finding));

    expect(findings).toEqual([expect.stringMatching(/Namespace (?!healthcare-test)\S+ does not enforce.*NetworkPolicy healthcare-test\/own \(test\) lets pods reach/)]);
  });

  test('in a cluster of one stage nothing is between stages', () => {
    const one = new HipaaProfile(eksProps());
    const objects = [...emitted, policy(to({ matchLabels: { [NAME]: TEST } }), PROD)];

    expect(verifyClaims(objects, one)).toEqual([]);
    expect(verifyClaims(objects, profile)).toHaveLength(1);
  });

  test('a thousand namespaces are compared in no more time than their number takes', () => {
    const phiNamespaces = Array.from({ length: 1000 }, (_, index) => ({ name: `phi-${index}`, environment: index % 2 === 0 ? Environment.PROD : Environment.TEST }));
    const large = new HipaaProfile(eksProps({ phiNamespaces }));
    const carrier = emitted.find(({ reference }) => reference.kind === 'Namespace')!;
    const policies = phiNamespaces.map(({ name }, index) => policy(to({ matchLabels: { [NAME]: `phi-${(index + 2) % 1000}` } }), name));
    const started = process.cpuUsage().user;

    expect(checkFor(Control.AC13_NAMESPACES, carrier)!.check(carrier, new CheckContext(large, [carrier, ...policies]))).toBeUndefined();
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(1000);
  });
});
