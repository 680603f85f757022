/** Who reaches whom in PHI namespaces, by the policies that their sentences emit: without a mesh, with sidecars, and in an ambient mesh. */
import { Chart } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { FlowEnd } from '../../lib/phi/flow-end';
import { PhiNamespace } from '../../lib/phi/phi-namespace';
import { IngressClass } from '../../lib/network/ingress-class';
import { IssuerReference } from '../../lib/network/certificates/issuer-reference';
import { Environment } from '../../lib/profile/environment';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { NetworkEvaluator, type Address, type Endpoint, type Pod, type Protocol } from '../support/network-evaluator';
import { eksProfile } from '../support/profiles';

const PROD = 'healthcare-prod';
const DATA = 'patient-data';
const TEST = 'healthcare-test';
const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const named = (name: string) => ({ 'app.kubernetes.io/name': name });
const end = (namespace: string, name: string, port?: number) => FlowEnd.pods({ namespace, podLabels: named(name), serviceAccount: name, ...(port === undefined ? {} : { port }) });
const CONTROLLER = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';

/** Two PHI namespaces of production and one of test, as a user would compose them. */
function put(chart: Chart, mode?: MeshMode): void {
  const mesh = mode === undefined ? undefined : { mode };
  const make = (name: string, environment: Environment) => new PhiNamespace(chart, name, { name, environment, groups, kubernetesVersion: KubernetesVersion.V1_33, mesh });
  const prod = make(PROD, Environment.PROD);
  const data = make(DATA, Environment.PROD);
  make(TEST, Environment.TEST);
  const [portal, api, records] = [end(PROD, 'portal', 8443), end(PROD, 'api', 8443), end(DATA, 'records', 5432)];
  prod.allow(portal, api);
  prod.allow(api, records);
  data.allow(end(PROD, 'exporter'), records);
  prod.allowFromAgent(end('monitoring', 'prometheus'), end(PROD, 'portal'), { port: 9102 });
  prod.allowToAgent(api, end('tracing', 'collector'), { port: 4317 });
  prod.allowExternalTls(end(PROD, 'exporter'), { cidrs: ['203.0.113.16/28'] });
  prod.allowExternalTls(api, { cidrs: ['0.0.0.0/0'], wideBecause: 'an identity provider whose addresses change' });
  prod.allowPodIdentity(end(PROD, 'exporter'));
  prod.exposeTls(portal, { host: 'portal.example.com', issuer: IssuerReference.clusterIssuer('company-ca') });
  if (mesh === undefined) prod.exposeTls(api, { host: 'api.example.com', ingressClass: IngressClass.ALB, certificateArn: ARN, sourceCidrs: ['10.0.8.0/24', '10.0.9.0/24'] });
}
const compose = (mode?: MeshMode): Manifest[] => synthChart((chart) => put(chart, mode));

/** Labels that people give namespaces by hand, to look like another. */
const IMPOSTORS = {
  'shadow': { 'name': PROD, 'app.kubernetes.io/name': 'ingress-nginx', 'cdk8s-hipaa/data-classification': 'phi', 'cdk8s-hipaa/environment': 'prod' },
  'ingress-nginx-2': { name: 'ingress-nginx' },
  'kube-system-2': { name: 'kube-system' },
};
const of = (mode?: MeshMode): NetworkEvaluator => new NetworkEvaluator(compose(mode), IMPOSTORS);
const pod = (namespace: string, name: string, more: Partial<Pod> = {}): Pod => ({ namespace, labels: named(name), ...more });
const ip = (address: string): Address => ({ ip: address });

const portal = pod(PROD, 'portal', { ip: '10.0.0.11' });
const api = pod(PROD, 'api', { ip: '10.0.0.12' });
const exporter = pod(PROD, 'exporter', { ip: '10.0.0.13' });
const debug: Pod = { namespace: PROD, labels: { run: 'debug' }, ip: '10.0.0.14' };
const records = pod(DATA, 'records', { ip: '10.0.0.21' });
const testApi = pod(TEST, 'api', { ip: '10.0.0.31' });
const prometheus = pod('monitoring', 'prometheus');
const collector = pod('tracing', 'collector');
const controller: Pod = { namespace: 'ingress-nginx', labels: CONTROLLER };
const coreDns: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const METADATA = ip('169.254.169.254');
const IDENTITY = ip('169.254.170.23');
const INTERNET = ip('198.51.100.7');

type Row = [what: string, from: Endpoint, to: Endpoint, port: number, allowed: boolean, protocol?: Protocol];

/** What a mesh changes nothing of. */
const ALWAYS: Row[] = [
  ['DNS over UDP', debug, coreDns, 53, true, 'UDP'],
  ['DNS over TCP', records, coreDns, 53, true],
  ['DNS to a namespace that labels itself kube-system', portal, { ...coreDns, namespace: 'kube-system-2' }, 53, false, 'UDP'],
  ['DNS to the internet', portal, ip('8.8.8.8'), 53, false, 'UDP'],
  ['DNS to the resolver of the VPC', portal, ip('169.254.169.253'), 53, false, 'UDP'],
  ['the metadata service of the node', portal, METADATA, 80, false],
  ['the metadata service from a workload with an identity of its own', exporter, METADATA, 80, false],
  ['the metadata service from a workload with the whole internet', api, METADATA, 443, false],
  ['the metadata service from a workload with the whole internet, on its own port', api, METADATA, 80, false],
  ['the metadata service over IPv6', exporter, ip('fd00:ec2::254'), 80, false],
  ['Pod Identity from the workload that has one', exporter, IDENTITY, 80, true],
  ['Pod Identity over IPv6', exporter, ip('fd00:ec2::23'), 80, true],
  ['Pod Identity on another port', exporter, IDENTITY, 443, false],
  ['Pod Identity from another workload', portal, IDENTITY, 80, false],
  ['Pod Identity from a workload with the whole internet', api, IDENTITY, 443, false],
  ['Pod Identity from a pod that nobody named', debug, IDENTITY, 80, false],
  ['Pod Identity from the same labels in another namespace', pod(DATA, 'exporter'), IDENTITY, 80, false],
  ['credentials of ECS', exporter, ip('169.254.170.2'), 80, false],
  ['an address that was named, over TLS', exporter, ip('203.0.113.17'), 443, true],
  ['an address that was named, in plaintext', exporter, ip('203.0.113.17'), 80, false],
  ['an address beside it', exporter, ip('203.0.113.32'), 443, false],
  ['an address that was named, from another workload', portal, ip('203.0.113.17'), 443, false],
  ['the internet, where all of it was named', api, INTERNET, 443, true],
  ['the internet in plaintext', api, INTERNET, 80, false],
  ['a pod by its address, where the internet was named', api, ip('10.0.0.21'), 443, false],
  ['the internet from a workload that named none', records, INTERNET, 443, false],
  ['a collector of traces, from the workload that names it', api, collector, 4317, true],
  ['a collector of traces on another port', api, collector, 4318, false],
  ['a collector of traces, from another workload', portal, collector, 4317, false],
  ['a collector of traces backwards', collector, api, 4317, false],
  ['a collector in a namespace of another name', api, pod('tracing-2', 'collector'), 4317, false],
  ['what an agent could do before: others reach it', pod('default', 'web'), collector, 4318, true],
  ['what an agent could do before: it reaches others', prometheus, INTERNET, 443, true],
  ['what an agent could do before: it scrapes others', prometheus, pod('default', 'web'), 8080, true],
  ['an agent on a port that was not named', prometheus, portal, 8443, false],
  ['an agent reaches another workload', prometheus, api, 9102, false],
  ['another pod of the agent\'s namespace', pod('monitoring', 'grafana'), portal, 9102, false],
  ['the agent\'s labels in another namespace', pod('default', 'prometheus'), portal, 9102, false],
  ['the agent\'s labels in the namespace itself', pod(PROD, 'prometheus'), portal, 9102, false],
  ['the named flow on another port', api, records, 5433, false],
  ['the named flow backwards', records, api, 5432, false],
  ['the named flow over UDP', api, records, 5432, false, 'UDP'],
  ['another workload of the same namespace', portal, records, 5432, false],
  ['a pod that nobody named', debug, records, 5432, false],
  ['the source\'s labels in a namespace that labels itself like the right one', pod('shadow', 'api'), records, 5432, false],
  ['the source\'s labels in the destination\'s namespace', pod(DATA, 'api'), records, 5432, false],
  ['the destination\'s labels in a foreign namespace', api, pod('default', 'records'), 5432, false],
  ['another environment, with the source\'s labels', testApi, records, 5432, false],
  ['another environment, the other way', api, testApi, 8443, false],
  ['another environment, inside of HBONE', testApi, records, 15008, false],
  ['within a namespace, unasked', portal, debug, 8443, false],
  ['within a namespace, backwards', api, portal, 8443, false],
  ['the controller reaches what it does not serve', controller, debug, 8443, false],
  ['the controller reaches PHI of the other namespace', controller, records, 5432, false],
  ['the controller on plain HTTP', controller, portal, 80, false],
  ['the default backend of the controller', { namespace: 'ingress-nginx', labels: { ...CONTROLLER, 'app.kubernetes.io/component': 'default-backend' } }, portal, 8443, false],
  ['a controller of a namespace that calls itself so', { ...controller, namespace: 'ingress-nginx-2' }, portal, 8443, false],
  ['a controller of a namespace that calls itself so, inside of HBONE', { ...controller, namespace: 'ingress-nginx-2' }, portal, 15008, false],
  ['the controller\'s labels within the namespace', { ...controller, namespace: PROD }, portal, 8443, false],
  ['the internet straight to a pod', INTERNET, portal, 8443, false],
  ['a pod on the node\'s network is bound by nothing, which Pod Security refuses', { ...debug, hostNetwork: true }, METADATA, 80, true],
];

const evaluate = (network: NetworkEvaluator, [, from, to, port, , protocol]: Row): boolean => network.allows({ from, to, port, ...(protocol === undefined ? {} : { protocol }) });

describe.each<[string, MeshMode | undefined]>([['without a mesh', undefined], ['with sidecars', MeshMode.SIDECAR], ['in an ambient mesh', MeshMode.AMBIENT]])('%s', (_what, mode) => {
  const network = of(mode);
  test.each(ALWAYS)('%s', (...row) => expect(evaluate(network, row)).toBe(row[4]));

  test('every object is one that the API takes, each in a place of its own', () => {
    const manifests = compose(mode);
    const places = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`);

    expect(new Set(places).size).toBe(places.length);
    expect(manifests.filter(({ apiVersion }) => !/istio|cert-manager/.test(apiVersion)).flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
  });

  test('what the namespaces claim holds beside all of it', () => {
    const phiNamespaces = [{ name: PROD, environment: Environment.PROD }, { name: DATA, environment: Environment.PROD }, { name: TEST, environment: Environment.TEST }];
    const app = new HipaaKubernetesApp(eksProfile({ phiNamespaces }));
    put(new Chart(app, 'Test'), mode);
    const { findings, objects } = app.synthesize();

    expect(findings).toEqual([]);
    expect([...new Set(objects.flatMap(({ claims }) => claims.map(({ control }) => control)))].sort()).toEqual(
      ['AC12', 'AC13', 'AC3', 'AC4', 'AC5', 'NW1', 'NW3', 'PS1', 'PS5', 'TX1', ...(mode === undefined ? [] : ['TX2'])]);
  });

  test('no policy stands in a namespace without PHI: it would close what it selects', () => {
    expect([...new Set(compose(mode).filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.namespace))].sort()).toEqual([PROD, TEST, DATA]);
  });
});

describe('a load balancer outside of the cluster', () => {
  const network = of();
  test.each<Row>([
    ['from its subnet', ip('10.0.8.17'), api, 8443, true],
    ['from its second subnet', ip('10.0.9.255'), api, 8443, true],
    ['from beside its subnets', ip('10.0.10.1'), api, 8443, false],
    ['on the port of HTTP', ip('10.0.8.17'), api, 80, false],
    ['to another workload', ip('10.0.8.17'), portal, 8443, false],
    ['in its place, the controller in the cluster', controller, api, 8443, false],
  ])('%s', (...row) => expect(evaluate(network, row)).toBe(row[4]));
});

/** What a mesh changes: with sidecars the workload's port is on the wire, in an ambient mesh HBONE alone. */
describe('in a mesh', () => {
  const [plain, sidecars, ambient] = [of(), of(MeshMode.SIDECAR), of(MeshMode.AMBIENT)];
  const istiod: Pod = { namespace: 'istio-system', labels: { app: 'istiod' } };

  test.each<[string, Endpoint, Endpoint, number, [without: boolean, sidecar: boolean, ambient: boolean]]>([
    ['the named flow into the other namespace', api, records, 5432, [true, true, false]],
    ['the named flow inside of HBONE', api, records, 15008, [false, false, true]],
    ['the flow that the destination\'s namespace opened', exporter, records, 5432, [true, true, false]],
    ['the flow that the destination\'s namespace opened, inside of HBONE', exporter, records, 15008, [false, false, true]],
    ['the named flow within a namespace', portal, api, 8443, [true, true, false]],
    ['the named flow within a namespace, inside of HBONE', portal, api, 15008, [false, false, true]],
    ['an unnamed flow inside of HBONE', debug, records, 15008, [false, false, false]],
    ['the named flow backwards, inside of HBONE', records, api, 15008, [false, false, false]],
    ['an impostor inside of HBONE', pod('shadow', 'api'), records, 15008, [false, false, false]],
    ['the controller', controller, portal, 8443, [true, true, false]],
    ['the controller inside of HBONE', controller, portal, 15008, [false, false, true]],
    ['an agent', prometheus, portal, 9102, [true, true, false]],
    ['an agent inside of HBONE', prometheus, portal, 15008, [false, false, true]],
    ['a collector outside of the mesh keeps its port', api, collector, 4317, [true, true, true]],
    ['a collector outside of the mesh, inside of HBONE', api, collector, 15008, [false, false, false]],
    ['istiod, for configuration and certificates', debug, istiod, 15012, [false, true, false]],
    ['istiod in plaintext', debug, istiod, 15010, [false, false, false]],
    ['istiod of a namespace of another name', debug, { ...istiod, namespace: 'istio-system-2' }, 15012, [false, false, false]],
    ['another pod of the control plane\'s namespace', debug, { ...istiod, labels: { app: 'debug' } }, 15012, [false, false, false]],
    ['istiod calls back', istiod, debug, 15012, [false, false, false]],
    ['kubelet\'s probes, as ztunnel marks them', ip('169.254.7.127'), portal, 8443, [false, false, true]],
    ['a neighbour of the probes\' address', ip('169.254.7.126'), portal, 8443, [false, false, false]],
    ['a pod sends to the probes\' address', debug, ip('169.254.7.127'), 80, [false, false, false]],
  ])('%s', (_what, from, to, port, allowed) => {
    expect([plain, sidecars, ambient].map((network) => network.allows({ from, to, port }))).toEqual(allowed);
  });
});

/**
 * What the mesh lets in, by identity (Istio, AuthorizationPolicy): a pod that a policy of the action ALLOW selects takes what one of their rules matches, and nothing
 * else. Only the fields that are emitted are read.
 */
function letsIn(manifests: Manifest[], principal: string, to: Pod, port: number): boolean {
  const policies = manifests.filter(({ kind, metadata, spec }) => kind === 'AuthorizationPolicy' && metadata.namespace === to.namespace
    && Object.entries((spec.selector?.matchLabels ?? {}) as Record<string, string>).every(([key, value]) => to.labels[key] === value));
  if (policies.length === 0) return true;
  if (policies.some(({ spec }) => (spec.action ?? 'ALLOW') !== 'ALLOW')) throw new Error('another action than ALLOW');
  type Rule = { from: { source: { principals: string[] } }[]; to: { operation: { ports: string[] } }[] };
  return policies.flatMap(({ spec }) => (spec.rules ?? []) as Rule[])
    .some((rule) => rule.from.some(({ source }) => source.principals.includes(principal)) && rule.to.some(({ operation }) => operation.ports.includes(String(port))));
}

describe.each([MeshMode.SIDECAR, MeshMode.AMBIENT])('identities in a mesh of mode %s', (mode) => {
  const manifests = compose(mode);
  const identity = (namespace: string, account: string) => `cluster.local/ns/${namespace}/sa/${account}`;

  test.each<[string, string, Pod, number, boolean]>([
    ['the named workload', identity(PROD, 'api'), records, 5432, true],
    ['the workload that the destination\'s namespace named', identity(PROD, 'exporter'), records, 5432, true],
    ['the named workload on another port', identity(PROD, 'api'), records, 8443, false],
    ['its ServiceAccount of another namespace', identity('shadow', 'api'), records, 5432, false],
    ['its ServiceAccount of another mesh', 'other.mesh/ns/healthcare-prod/sa/api', records, 5432, false],
    ['another workload', identity(PROD, 'portal'), records, 5432, false],
    ['the default ServiceAccount', identity(PROD, 'default'), records, 5432, false],
    ['another environment', identity(TEST, 'api'), records, 5432, false],
    ['backwards', identity(DATA, 'records'), api, 8443, false],
    ['the named workload within the namespace', identity(PROD, 'portal'), api, 8443, true],
    ['the controller', identity('ingress-nginx', 'ingress-nginx'), portal, 8443, true],
    ['the controller, at what it does not serve', identity('ingress-nginx', 'ingress-nginx'), api, 8443, false],
    ['an agent', identity('monitoring', 'prometheus'), portal, 9102, true],
    ['an agent on another port', identity('monitoring', 'prometheus'), portal, 8443, false],
    ['a collector calls back', identity('tracing', 'collector'), api, 4317, false],
    ['whoever asks a pod that nobody named', identity(PROD, 'portal'), debug, 8443, false],
    ['whoever asks in a namespace without flows', identity(TEST, 'portal'), testApi, 8443, false],
  ])('%s', (_what, principal, to, port, allowed) => expect(letsIn(manifests, principal, to, port)).toBe(allowed));
});
