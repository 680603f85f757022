/** A mesh where the Amazon VPC CNI starts every pod closed: its control plane, ztunnel, gateways and the agents beside it, as policies of this library let them work. */
import { AgentPolicies } from '../../../lib/network/agent-policies';
import { AllowFlow } from '../../../lib/network/allow-flow';
import { CoreDnsPolicy } from '../../../lib/network/core-dns-policy';
import { DefaultDenyPolicy } from '../../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../../lib/network/dns-egress-policy';
import { FlowSides } from '../../../lib/network/flow-sides';
import { IngressControllerPolicy } from '../../../lib/network/ingress-controller-policy';
import { MeshControlPlanePolicy } from '../../../lib/network/mesh/mesh-control-plane-policy';
import { AgentNamespace } from '../../../lib/profile/agent-namespace';
import { MeshMode } from '../../../lib/profile/mesh-mode';
import { schemaFindings } from '../../support/api-schema';
import { synthChart } from '../../support/chart';
import { NetworkEvaluator, type Endpoint, type Pod, type Protocol } from '../../support/network-evaluator';

const VPC = { vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16' };
const SIDECARS = 'healthcare-prod';
const AMBIENT = 'patient-data';
const GATEWAYS = 'istio-ingress';
const named = (app: string) => ({ app });
const gatewayLabels = { istio: 'ingressgateway' };

const policies = synthChart((chart) => {
  new CoreDnsPolicy(chart, 'CoreDns', VPC);
  new AgentPolicies(chart, 'Agents', {
    agents: [
      AgentNamespace.istio(), AgentNamespace.gatekeeper(), { ...AgentNamespace.certManager(), egressCidrs: ['0.0.0.0/0'] }, AgentNamespace.secretsStoreDriver(), AgentNamespace.secretsStoreAwsProvider(),
    ],
    ...VPC,
  });
  for (const namespace of [SIDECARS, AMBIENT, GATEWAYS]) {
    new DefaultDenyPolicy(chart, `${namespace}-deny`, { namespace });
    new DnsEgressPolicy(chart, `${namespace}-dns`, { namespace });
    new MeshControlPlanePolicy(chart, `${namespace}-mesh`, { namespace, mode: namespace === AMBIENT ? MeshMode.AMBIENT : MeshMode.SIDECAR });
  }
  const from = { namespace: GATEWAYS, podLabels: gatewayLabels };
  new IngressControllerPolicy(chart, 'LoadBalancer', { namespace: GATEWAYS, podLabels: gatewayLabels, port: 8443, sourceCidrs: ['10.0.1.0/24'] });
  new AllowFlow(chart, 'ToPortal', { from, to: { namespace: SIDECARS, podLabels: named('portal'), port: 8443 }, mesh: MeshMode.SIDECAR });
  new AllowFlow(chart, 'ToRecords', { from, to: { namespace: AMBIENT, podLabels: named('records'), port: 8443 }, mesh: MeshMode.AMBIENT, sides: FlowSides.BOTH });
});
const cluster = new NetworkEvaluator(policies, {}, true);

const pod = (namespace: string, labels: Record<string, string>, ip: string): Pod => ({ namespace, labels, ip });
const ip = (address: string): Endpoint => ({ ip: address });
const istiod = pod('istio-system', { app: 'istiod', istio: 'pilot' }, '10.0.2.1');
const ztunnel = pod('istio-system', named('ztunnel'), '10.0.2.2');
const cni = pod('istio-system', { 'k8s-app': 'istio-cni-node' }, '10.0.2.3');
const gateway = pod(GATEWAYS, gatewayLabels, '10.0.2.4');
const portal = pod(SIDECARS, named('portal'), '10.0.2.5');
const records = pod(AMBIENT, named('records'), '10.0.2.6');
const gatekeeper = pod('gatekeeper-system', { 'gatekeeper.sh/system': 'yes' }, '10.0.2.7');
const certManager = pod('cert-manager', named('cert-manager'), '10.0.2.8');
const driver = pod('kube-system', named('secrets-store-csi-driver'), '10.0.2.9');
const provider = pod('kube-system', named('secrets-store-csi-driver-provider-aws'), '10.0.2.10');
const coreDns = pod('kube-system', { 'k8s-app': 'kube-dns' }, '10.0.2.11');
const API_SERVER = ip('10.0.255.5');
const API_SERVICE = ip('172.20.0.1');

const FLOWS: [what: string, from: Endpoint, to: Endpoint, port: number, protocol: Protocol, allowed: boolean][] = [
  // Who asks istiod
  ['a sidecar', portal, istiod, 15012, 'TCP', true],
  ['a gateway', gateway, istiod, 15012, 'TCP', true],
  ['ztunnel', ztunnel, istiod, 15012, 'TCP', true],
  ['the API server calls its webhook', API_SERVER, istiod, 15017, 'TCP', true],
  ['a sidecar in plaintext', portal, istiod, 15010, 'TCP', false],
  ['ztunnel in plaintext', ztunnel, istiod, 15010, 'TCP', false],
  ['a sidecar at the webhook', portal, istiod, 15017, 'TCP', false],
  ['a gateway at its metrics', gateway, istiod, 15014, 'TCP', false],
  ['the API server at its clients\' port', API_SERVER, istiod, 15012, 'TCP', false],
  ['an ambient pod by itself', records, istiod, 15012, 'TCP', false],
  ['a pod that is closed everywhere else', gatekeeper, istiod, 15012, 'TCP', false],
  ['the internet', ip('203.0.113.9'), istiod, 15012, 'TCP', false],
  ['a pod that no policy selects', pod('web', named('portal'), '10.0.2.12'), istiod, 15012, 'TCP', false],

  // What the control plane needs
  ['istiod asks the API server', istiod, API_SERVICE, 443, 'TCP', true],
  ['istio-cni asks the API server', cni, API_SERVICE, 443, 'TCP', true],
  ['istiod asks for names', istiod, coreDns, 53, 'UDP', true],
  ['ztunnel asks for names', ztunnel, coreDns, 53, 'UDP', true],
  ['ztunnel asks for names over TCP', ztunnel, coreDns, 53, 'TCP', true],
  ['istiod reaches the metadata service', istiod, ip('169.254.169.254'), 80, 'TCP', false],
  ['ztunnel reaches the internet', ztunnel, ip('203.0.113.9'), 443, 'TCP', false],
  ['ztunnel reaches a PHI pod past the mesh', ztunnel, records, 8443, 'TCP', false],

  // What gateways need
  ['the load balancer reaches a gateway', ip('10.0.1.9'), gateway, 8443, 'TCP', true],
  ['another host of the VPC reaches a gateway', ip('10.0.9.9'), gateway, 8443, 'TCP', false],
  ['the load balancer reaches a gateway in plaintext', ip('10.0.1.9'), gateway, 8080, 'TCP', false],
  ['the load balancer reaches a workload', ip('10.0.1.9'), portal, 8443, 'TCP', false],
  ['a gateway asks for names', gateway, coreDns, 53, 'UDP', true],
  ['a gateway reaches a workload with a sidecar', gateway, portal, 8443, 'TCP', true],
  ['a gateway reaches an ambient workload', gateway, records, 15008, 'TCP', true],
  ['a gateway reaches an ambient workload past the mesh', gateway, records, 8443, 'TCP', false],
  ['a gateway reaches another workload', gateway, pod(SIDECARS, named('api'), '10.0.2.13'), 8443, 'TCP', false],
  ['a gateway reaches the API server', gateway, API_SERVICE, 443, 'TCP', false],

  // Certificates and secrets
  ['cert-manager reaches STS, Route 53 and the authority', certManager, ip('203.0.113.9'), 443, 'TCP', true],
  ['cert-manager asks the zone\'s own name servers', certManager, ip('203.0.113.9'), 53, 'UDP', false],
  ['cert-manager asks the cluster\'s DNS server', certManager, coreDns, 53, 'UDP', true],
  ['cert-manager reaches the metadata service', certManager, ip('169.254.169.254'), 443, 'TCP', false],
  ['the driver of secrets asks the API server', driver, API_SERVICE, 443, 'TCP', true],
  ['the driver of secrets reaches AWS', driver, ip('10.0.7.7'), 443, 'TCP', false],
  ['its AWS provider asks the API server', provider, API_SERVICE, 443, 'TCP', true],
  ['its AWS provider reaches AWS by an interface endpoint', provider, ip('10.0.7.7'), 443, 'TCP', true],
  ['its AWS provider asks for a pod\'s credentials', provider, ip('169.254.170.23'), 80, 'TCP', true],
  ['its AWS provider asks for the node\'s', provider, ip('169.254.169.254'), 80, 'TCP', false],
  ['its AWS provider is asked by pods', portal, provider, 8989, 'TCP', false],
];

describe('a mesh in strict mode', () => {
  test('the policies are what the API takes', () => expect(policies.flatMap((policy) => schemaFindings(policy))).toEqual([]));

  test.each(FLOWS)('%s', (_what, from, to, port, protocol, allowed) => {
    expect(cluster.allows({ from, to, port, protocol })).toBe(allowed);
  });
});
