/** What a cluster lets pass, of policies as users compose them: a namespace with sidecars, an ambient one, one of another stage. */
import { AllowExternalTls } from '../../../lib/network/allow-external-tls';
import { AllowFlow } from '../../../lib/network/allow-flow';
import { DefaultDenyPolicy } from '../../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../../lib/network/dns-egress-policy';
import { MeshControlPlanePolicy } from '../../../lib/network/mesh/mesh-control-plane-policy';
import { Environment } from '../../../lib/profile/environment';
import { HBONE_PORT, MeshMode } from '../../../lib/profile/mesh-mode';
import { schemaFindings } from '../../support/api-schema';
import { synthChart } from '../../support/chart';
import { NetworkEvaluator, type Endpoint, type Pod, type Protocol } from '../../support/network-evaluator';

const SIDECARS = 'healthcare-prod';
const AMBIENT = 'patient-data';
const TEST = 'healthcare-test';
const PROBES = '169.254.7.127';
const named = (name: string) => ({ 'app.kubernetes.io/name': name });
const prod = { environment: Environment.PROD };

const policies = synthChart((chart) => {
  for (const namespace of [SIDECARS, AMBIENT, TEST]) {
    new DefaultDenyPolicy(chart, `${namespace}-deny`, { namespace });
    new DnsEgressPolicy(chart, `${namespace}-dns`, { namespace });
  }
  new MeshControlPlanePolicy(chart, 'Sidecars', { namespace: SIDECARS, mode: MeshMode.SIDECAR, metricsScraper: { namespace: 'monitoring', podLabels: { app: 'prometheus' } } });
  new MeshControlPlanePolicy(chart, 'Ambient', { namespace: AMBIENT, mode: MeshMode.AMBIENT });
  new MeshControlPlanePolicy(chart, 'TestMesh', { namespace: TEST, mode: MeshMode.AMBIENT, hboneWithinNamespace: true });
  new AllowFlow(chart, 'PortalToApi', { from: { namespace: SIDECARS, podLabels: named('portal'), ...prod }, to: { namespace: SIDECARS, podLabels: named('api'), port: 8443, ...prod }, mesh: MeshMode.SIDECAR });
  new AllowFlow(chart, 'FhirToRecords', { from: { namespace: AMBIENT, podLabels: named('fhir'), ...prod }, to: { namespace: AMBIENT, podLabels: named('records'), port: 5432, ...prod }, mesh: MeshMode.AMBIENT });
  new AllowExternalTls(chart, 'Claims', { from: { namespace: SIDECARS, podLabels: named('api') }, cidrs: ['203.0.113.16/28'] });
  new AllowExternalTls(chart, 'Labs', { from: { namespace: AMBIENT, podLabels: named('fhir') }, cidrs: ['0.0.0.0/0'], wideBecause: 'the addresses of the laboratories change', port: 8443, tlsBecause: 'HTTPS' });
});

/** Impostors copy every label that people give by hand. */
const cluster = new NetworkEvaluator(policies, {
  'istio-system-2': { 'istio-injection': 'disabled', 'name': 'istio-system', 'app': 'istiod' },
  'shadow': { 'name': SIDECARS, 'cdk8s-hipaa/data-classification': 'phi', 'cdk8s-hipaa/environment': 'prod' },
});

const pod = (namespace: string, labels: Record<string, string>, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ...more });
const portal = pod(SIDECARS, named('portal'), { ip: '10.0.0.11', node: 'n1' });
const api = pod(SIDECARS, named('api'), { ip: '10.0.0.12', node: 'n1' });
const fhir = pod(AMBIENT, named('fhir'), { ip: '10.0.0.21', node: 'n2' });
const records = pod(AMBIENT, named('records'), { ip: '10.0.0.22', node: 'n2' });
const debug = pod(AMBIENT, { run: 'debug' }, { ip: '10.0.0.23' });
const testFhir = pod(TEST, named('fhir'), { ip: '10.0.0.31' });
const testRecords = pod(TEST, named('records'), { ip: '10.0.0.32' });
const istiod = pod('istio-system', { app: 'istiod', 'istio.io/rev': 'default' });
const ztunnel = pod('istio-system', { app: 'ztunnel' }, { ip: '10.0.0.40' });
const gateway = pod('istio-ingress', { istio: 'ingressgateway' });
const prometheus = pod('monitoring', { app: 'prometheus' });
const coreDns = pod('kube-system', { 'k8s-app': 'kube-dns' });
const kubelet = (node: string): Pod => pod('kube-system', {}, { hostNetwork: true, node, ip: '10.0.1.1' });
const ip = (address: string): Endpoint => ({ ip: address });

const FLOWS: [what: string, from: Endpoint, to: Endpoint, port: number, protocol: Protocol, allowed: boolean][] = [
  // The control plane
  ['a sidecar asks istiod', portal, istiod, 15012, 'TCP', true],
  ['a sidecar asks istiod in plaintext', portal, istiod, 15010, 'TCP', false],
  ['a sidecar reaches the webhook of istiod', portal, istiod, 15017, 'TCP', false],
  ['a sidecar reads the metrics of istiod', portal, istiod, 15014, 'TCP', false],
  ['a sidecar asks istiod over UDP', portal, istiod, 15012, 'UDP', false],
  ['a sidecar asks a pod that calls itself istiod elsewhere', portal, pod('default', { app: 'istiod' }), 15012, 'TCP', false],
  ['a sidecar asks a namespace that calls itself istio-system', portal, pod('istio-system-2', { app: 'istiod' }), 15012, 'TCP', false],
  ['a sidecar asks another pod of istio-system', portal, ztunnel, 15012, 'TCP', false],
  ['a sidecar asks a fake istiod of its own namespace', portal, pod(SIDECARS, { app: 'istiod' }), 15012, 'TCP', false],
  ['istiod calls a sidecar', istiod, portal, 15012, 'TCP', false],
  ['an ambient pod asks istiod itself', fhir, istiod, 15012, 'TCP', false],

  // Probes and metrics
  ['kubelet probes a sidecar of its node', kubelet('n1'), portal, 15021, 'TCP', true],
  ['kubelet of another node probes a sidecar', kubelet('n9'), portal, 15021, 'TCP', false],
  ['kubelet probes an ambient pod by the address that the node gives it', ip(PROBES), records, 8080, 'TCP', true],
  ['the same over IPv6', ip('fd16:9254:7127:1337:ffff:ffff:ffff:ffff'), records, 8080, 'TCP', true],
  ['a neighbour of that address', ip('169.254.7.128'), records, 8080, 'TCP', false],
  ['that address into a namespace with sidecars', ip(PROBES), portal, 8080, 'TCP', false],
  ['an ambient pod reaches that address', fhir, ip(PROBES), 8080, 'TCP', false],
  ['the scraper reads a sidecar', prometheus, portal, 15020, 'TCP', true],
  ['the scraper reads the admin port of a sidecar', prometheus, portal, 15000, 'TCP', false],
  ['the scraper reads the workload', prometheus, portal, 8443, 'TCP', false],
  ['somebody else of its namespace reads a sidecar', pod('monitoring', { app: 'grafana' }), portal, 15020, 'TCP', false],
  ['the scraper reads an ambient pod', prometheus, records, 15020, 'TCP', false],

  // Workloads of the mesh
  ['sidecars speak on the workload\'s port', portal, api, 8443, 'TCP', true],
  ['sidecars need no HBONE', portal, api, HBONE_PORT, 'TCP', false],
  ['the other way round', api, portal, 8443, 'TCP', false],
  ['another port of the workload', portal, api, 8080, 'TCP', false],
  ['an ambient flow crosses the network as HBONE', fhir, records, HBONE_PORT, 'TCP', true],
  ['an ambient flow past the mesh, on the workload\'s own port', fhir, records, 5432, 'TCP', false],
  ['an ambient flow over UDP', fhir, records, HBONE_PORT, 'UDP', false],
  ['HBONE the other way round', records, fhir, HBONE_PORT, 'TCP', false],
  ['HBONE of a pod that nobody named', debug, records, HBONE_PORT, 'TCP', false],
  ['HBONE to a pod that nobody named', fhir, debug, HBONE_PORT, 'TCP', false],
  ['HBONE out of ztunnel itself', ztunnel, records, HBONE_PORT, 'TCP', false],
  ['HBONE of the gateway that nobody named', gateway, records, HBONE_PORT, 'TCP', false],
  ['HBONE out of an impostor', pod('shadow', named('fhir')), records, HBONE_PORT, 'TCP', false],
  ['HBONE within a namespace that opened it', testFhir, testRecords, HBONE_PORT, 'TCP', true],
  ['the workload\'s own port there', testFhir, testRecords, 5432, 'TCP', false],
  ['a pod on the node\'s network speaks HBONE', { ...fhir, hostNetwork: true, node: 'n9' }, records, HBONE_PORT, 'TCP', false],

  // Stages
  ['test reaches production by HBONE', testFhir, records, HBONE_PORT, 'TCP', false],
  ['production reaches test by HBONE', fhir, testRecords, HBONE_PORT, 'TCP', false],
  ['test reaches production on the workload\'s port', testFhir, records, 5432, 'TCP', false],
  ['test reaches a sidecar of production', pod(TEST, named('portal')), api, 8443, 'TCP', false],

  // Names, metadata and the outside
  ['DNS over UDP', fhir, coreDns, 53, 'UDP', true],
  ['DNS over TCP', portal, coreDns, 53, 'TCP', true],
  ['the DNS proxy of ztunnel, on the node', fhir, ip('10.0.1.1'), 15053, 'UDP', false],
  ['instance metadata', portal, ip('169.254.169.254'), 80, 'TCP', false],
  ['instance metadata, of a pod that may reach everywhere', fhir, ip('169.254.169.254'), 8443, 'TCP', false],
  ['instance metadata over IPv6', fhir, ip('fd00:ec2::254'), 8443, 'TCP', false],
  ['EKS Pod Identity, of a pod that may reach everywhere', fhir, ip('169.254.170.23'), 8443, 'TCP', false],
  ['the host outside that is named', api, ip('203.0.113.20'), 443, 'TCP', true],
  ['the host outside that is named, of another workload', portal, ip('203.0.113.20'), 443, 'TCP', false],
  ['the host outside that is named, in plaintext', api, ip('203.0.113.20'), 80, 'TCP', false],
  ['the host outside that is named, by QUIC', api, ip('203.0.113.20'), 443, 'UDP', false],
  ['another host outside', api, ip('203.0.113.99'), 443, 'TCP', false],
  ['everywhere, on the port with a reason', fhir, ip('198.51.100.4'), 8443, 'TCP', true],
  ['everywhere, on 443', fhir, ip('198.51.100.4'), 443, 'TCP', false],
  ['everywhere is not where pods are', fhir, pod(TEST, named('records'), { ip: '10.0.0.32' }), 8443, 'TCP', false],
  ['everywhere is not the API server', fhir, ip('172.20.0.1'), 8443, 'TCP', false],
  ['a pod on the node\'s network is bound by nothing', { ...portal, hostNetwork: true }, ip('198.51.100.4'), 443, 'TCP', true],
];

describe('flows of a mesh', () => {
  test('the policies are what the API takes, and the table is as long as it says', () => {
    expect(policies.flatMap((policy) => schemaFindings(policy))).toEqual([]);
    expect(FLOWS.length).toBeGreaterThanOrEqual(50);
  });

  test.each(FLOWS)('%s', (_what, from, to, port, protocol, allowed) => {
    expect(cluster.allows({ from, to, port, protocol })).toBe(allowed);
  });
});
