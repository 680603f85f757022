/** Rules of NetworkPolicies in PHI namespaces, for whatever pods they are: whom they let in and out has to be named. */
import { ApiObject, Chart } from 'cdk8s';
import { NetworkPolicy, NetworkPolicyIpBlock, NetworkPolicyPort, NetworkPolicyTrafficDefault, Namespaces, PodConnectionsIsolation, Pods } from 'cdk8s-plus-28';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { AllowExternalTls, type ExternalFlowOptions } from '../../lib/network/allow-external-tls';
import { AllowFlow } from '../../lib/network/allow-flow';
import { AllowPodIdentity } from '../../lib/network/allow-pod-identity';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../lib/network/dns-egress-policy';
import { IngressControllerPolicy } from '../../lib/network/ingress-controller-policy';
import { MeshControlPlanePolicy } from '../../lib/network/mesh/mesh-control-plane-policy';
import { TlsWithinNamespacePolicy } from '../../lib/network/tls-within-namespace-policy';
import { Image } from '../../lib/workloads/image';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { eksProfile } from '../support/profiles';

const PHI = 'healthcare-prod';
const API = { namespace: PHI, podLabels: { app: 'api' }, port: 8443 };
const SELECTED = { podSelector: { matchLabels: { app: 'api' } } };
const profile = eksProfile();

function findings(build: (chart: Chart) => void): readonly string[] {
  const app = new HipaaKubernetesApp(profile);
  build(new Chart(app, 'Test'));
  return app.synthesize().findings;
}
const own = (spec: object, annotations: Record<string, string> = {}) => findings((chart) => new ApiObject(chart, 'Own', {
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'own', namespace: PHI, annotations }, spec: { ...SELECTED, ...spec },
}));
const egress = (cidr: string, ports?: object[], except?: string[]) => ({ policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr, except } }], ports }] });
const ingress = (...from: object[]) => ({ policyTypes: ['Ingress'], ingress: [{ from, ports: [{ port: 8443 }] }] });
const named = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const HTTPS = [{ port: 443 }];
const WIDE = { 'cdk8s-hipaa/wide-because': 'the addresses of the clearing house change' };

test('a finding says where, what, which rule and how to mend it', () => {
  expect(own({ policyTypes: ['Ingress'], ingress: [{}] })).toEqual([expect.stringMatching(
    /^\[Test\/Own\] NetworkPolicy healthcare-prod\/own opens pods with PHI to whom nobody named: 'it lets the pods that it selects be reached from everyone'\n +rule: +control NW1[^\n]*164\.312\(a\)\(1\)[^\n]*\n +remedy: use allow[^\n]*ControlException/)]);
});

test.each<[string, object, RegExp, Record<string, string>?]>([
  ['everyone, on a port', { policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 8443 }] }] }, /be reached from everyone/],
  ['everyone, out', { policyTypes: ['Egress'], egress: [{ ports: HTTPS }] }, /reach everyone[^]*control NW3/],
  ['everyone, by a rule that nobody declared a type for', { egress: [{}] }, /reach everyone/],
  ['the internet', ingress({ ipBlock: { cidr: '0.0.0.0/0' } }), /none of the cluster's network: 0\.0\.0\.0\/0/],
  ['a public block', ingress({ ipBlock: { cidr: '203.0.113.0/24' } }), /203\.0\.113\.0\/24/],
  ['a whole private range, where pods are', ingress({ ipBlock: { cidr: '10.0.0.0/8' } }), /wider than subnets/],
  ['all namespaces', ingress({ namespaceSelector: {} }), /pods of all namespaces/],
  ['some pods of all namespaces', ingress({ namespaceSelector: {}, podSelector: { matchLabels: { app: 'x' } } }), /pods of all namespaces/],
  ['all namespaces but one', ingress({ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['web'] }] } }), /pods of all namespaces/],
  ['namespaces by a label', ingress({ namespaceSelector: { matchLabels: { team: 'web' } } }), /does not name/],
  ['a whole namespace without PHI', ingress(named('default')), /every pod of the namespace default/],
  ['one peer of two', ingress({ podSelector: { matchLabels: { app: 'web' } } }, { namespaceSelector: {} }), /all namespaces/],
  ['the internet, out', egress('0.0.0.0/0', HTTPS), /no annotation cdk8s-hipaa\/wide-because/],
  ['the internet, for an empty reason', egress('0.0.0.0/0', HTTPS, ['10.0.0.0/8']), /wide-because/, { 'cdk8s-hipaa/wide-because': ' ' }],
  ['the internet, and pods with it', egress('0.0.0.0/0', HTTPS), /10\.77\.41\.9 within 0\.0\.0\.0\/0/, WIDE],
  ['the internet, and the node', egress('0.0.0.0/0', HTTPS, ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']), /169\.254\.169\.254 within/, WIDE],
  ['half of the internet', egress('128.0.0.0/1', HTTPS), /wide-because/],
  ['a public block on every port', egress('203.0.113.0/24'), /ports that it does not name/],
  ['a public block on a range', egress('203.0.113.0/24', [{ port: 443, endPort: 65535 }]), /one by one/],
  ['a private block on every port', egress('10.1.0.0/16'), /one by one/],
  ['a port that nobody explains', egress('203.0.113.0/24', [{ port: 5432 }]), /TCP port 5432, and no annotation cdk8s-hipaa\/tls-because/],
  ['datagrams on 443', egress('203.0.113.0/24', [{ port: 443, protocol: 'UDP' }]), /UDP port 443/],
  ['plaintext with a reason', egress('203.0.113.0/24', [{ port: 80 }]), /no TLS/, { 'cdk8s-hipaa/tls-because': 'it is' }],
  ["the node's credentials", egress('169.254.169.254/32', [{ port: 80 }]), /services of the node/],
  ['Pod Identity on another port', egress('169.254.170.23/32', [{ port: 22 }]), /services of the node/],
])('is found: %s', (...[, spec, message, annotations]) => expect(own(spec, annotations)).toEqual([expect.stringMatching(message)]));

test.each<[string, object, Record<string, string>?]>([
  ['another workload of the namespace', ingress({ podSelector: { matchLabels: { app: 'web' } } })],
  ['a workload of a PHI namespace', ingress({ ...named('patient-data'), podSelector: { matchLabels: { app: 'web' } } })],
  ['an agent by its namespace and labels', ingress({ ...named('monitoring'), podSelector: { matchLabels: { app: 'prometheus' } } })],
  ['namespaces in a list', ingress({ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [PHI, 'patient-data'] }] } })],
  ['subnets of a load balancer', ingress({ ipBlock: { cidr: '10.0.1.0/24' } })],
  ['a public port with a reason', egress('203.0.113.0/24', [{ port: 5432 }]), { 'cdk8s-hipaa/tls-because': 'PostgreSQL with sslmode=verify-full' }],
  ['nobody', { policyTypes: ['Ingress', 'Egress'] }],
  ['a rule of a direction that is not named', { policyTypes: ['Ingress'], egress: [{}] }],
])('passes: %s', (...[, spec, annotations]) => expect(own(spec, annotations)).toEqual([]));

const external = (options: ExternalFlowOptions) => (chart: Chart) => new AllowExternalTls(chart, 'P', { from: API, ...options });
test.each<[string, (chart: Chart) => unknown]>([
  ['AllowExternalTls', external({ cidrs: ['203.0.113.16/28'] })],
  ['AllowExternalTls to the internet', external({ cidrs: ['0.0.0.0/0', '::/0'], wideBecause: 'the addresses change' })],
  ['AllowExternalTls on another port', external({ cidrs: ['10.2.0.0/16', '2001:db8:1::/48'], port: 5432, tlsBecause: 'sslmode=verify-full' })],
  ['IngressControllerPolicy', (chart) => new IngressControllerPolicy(chart, 'P', API)],
  ['IngressControllerPolicy of a load balancer', (chart) => new IngressControllerPolicy(chart, 'P', { ...API, sourceCidrs: ['10.0.0.0/16', '172.16.4.0/24'] })],
  ['AllowPodIdentity', (chart) => new AllowPodIdentity(chart, 'P', { from: API })],
  ['DefaultDenyPolicy', (chart) => new DefaultDenyPolicy(chart, 'P', { namespace: PHI })],
  ['DnsEgressPolicy with a cache on the node', (chart) => { new DefaultDenyPolicy(chart, 'D', { namespace: PHI }); new DnsEgressPolicy(chart, 'P', { namespace: PHI, nodeLocalDns: '169.254.20.10' }); }],
  ['TlsWithinNamespacePolicy', (chart) => new TlsWithinNamespacePolicy(chart, 'P', { namespace: PHI })],
  ['AllowFlow in a mesh', (chart) => new AllowFlow(chart, 'P', { from: { ...API, podLabels: { app: 'web' } }, to: API, mesh: MeshMode.SIDECAR })],
  ['MeshControlPlanePolicy, ambient', (chart) => new MeshControlPlanePolicy(chart, 'P', { namespace: PHI, mode: MeshMode.AMBIENT })],
  ['MeshControlPlanePolicy, sidecars', (chart) => new MeshControlPlanePolicy(chart, 'P', { namespace: PHI, mode: MeshMode.SIDECAR })],
])('what this library makes passes: %s', (_what, build) => expect(findings(build).filter((finding) => finding.includes('opens pods with PHI'))).toEqual([]));

describe('connections of cdk8s-plus', () => {
  const api = (chart: Chart, id = 'Api') => new HardenedDeployment(chart, id, {
    namespace: PHI, image: Image.of(`${profile.imageRegistry}/api@sha256:${'3c'.repeat(32)}`), port: 8443, probes: { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.tcp() },
  });
  const opened = (build: (chart: Chart) => void) => findings(build).filter((finding) => finding.includes('opens pods with PHI'));

  test.each<[string, (chart: Chart) => void, RegExp]>([
    ['any address', (chart) => api(chart).connections.allowFrom(NetworkPolicyIpBlock.anyIpv4(chart, 'Any')), /be reached from addresses/],
    ['any address, out', (chart) => api(chart).connections.allowTo(NetworkPolicyIpBlock.anyIpv4(chart, 'Any'), { ports: [NetworkPolicyPort.tcp(443)] }), /wide-because/],
    ['pods of all namespaces', (chart) => api(chart).connections.allowFrom(Pods.all(chart, 'All', { namespaces: Namespaces.all(chart, 'Namespaces') }), { isolation: PodConnectionsIsolation.POD }), /all namespaces/],
    ['a default that allows', (chart) => new NetworkPolicy(chart, 'Own', { metadata: { namespace: PHI }, selector: api(chart), ingress: { default: NetworkPolicyTrafficDefault.ALLOW } }), /from everyone/],
  ])('to %s are found', (_what, build, message) => expect(opened(build)).toEqual([expect.stringMatching(message)]));

  test('between two workloads pass', () => expect(opened((chart) => api(chart).connections.allowTo(api(chart, 'Db')))).toEqual([]));
});
