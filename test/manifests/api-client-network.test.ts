import { Chart, Testing } from 'cdk8s';
import { ApiClientNetwork, apiServerCidrs, apiServerPorts } from '../../lib/manifests/api-client-network';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const { CILIUM, CALICO, VPC_CNI } = NetworkPolicyEnforcer;
const BLOCKS = ['10.30.0.0/28', '10.96.0.1/32'];
const version = KubernetesVersion.V1_33;
const eks = (networkPolicyEnforcer = VPC_CNI): Platform => Platform.eks({
  region: 'us-east-1', account: '123456789012', version, networkPolicyEnforcer, vpcCidrs: ['10.20.0.0/16'], controlPlaneCidrs: ['10.20.255.0/28'], serviceCidr: '172.20.0.0/16',
});
const own = (networkPolicyEnforcer = CALICO, blocks: readonly string[] | undefined = BLOCKS): Platform =>
  Platform.selfManaged({ version, networkPolicyEnforcer, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED }, apiServerCidrs: blocks });
const aks = (blocks?: readonly string[]): Platform => Platform.external({ provider: 'AKS', version, networkPolicyEnforcer: CALICO, apiServerCidrs: blocks });

const labels = { app: 'job' };
const make = (platform: Platform, ownsNamespace = true): Manifest[] => synthChart((chart) => new ApiClientNetwork(chart, 'Network', {
  namespace: 'jobs', ownsNamespace, name: 'job-api-server', podLabels: labels, platform, cidrs: apiServerCidrs('P', platform, undefined),
}));
const job = { namespace: 'jobs', labels };
const debug = { namespace: 'jobs', labels: { run: 'debug' } };

test.each<[string, Platform, string, number, boolean]>([
  ['EKS', eks(), '10.20.255.5', 443, true],
  ['EKS, by its Service', eks(), '172.20.0.1', 443, true],
  ['EKS, on the port of kubeadm, where nobody listens for it', eks(), '10.20.255.5', 6443, false],
  ['EKS, a pod of the VPC', eks(), '10.20.7.4', 443, false],
  ['kubeadm', own(), '10.30.0.5', 6443, true],
  ['kubeadm, by its Service', own(), '10.96.0.1', 443, true],
  ['kubeadm, the first address behind its block', own(), '10.30.0.16', 6443, false],
  ['kubeadm, etcd beside it', own(), '10.30.0.5', 2379, false],
  ['another provider', aks(BLOCKS), '10.30.0.5', 443, true],
  ['another provider, on the other port', aks(BLOCKS), '10.30.0.5', 6443, true],
  ['another provider, the internet', aks(BLOCKS), '203.0.113.9', 443, false],
])('a job reaches the API server of %s: %s %s', (_what, platform, ip, port, allowed) => {
  const network = new NetworkEvaluator(make(platform));
  expect(network.allows({ from: job, to: { ip }, port })).toBe(allowed);
  expect(network.allows({ from: debug, to: { ip }, port })).toBe(false);
});

test.each<[string, Platform, string[]]>([['EKS', eks(CILIUM), ['443']], ['kubeadm', own(CILIUM), ['443', '6443']]])('to Cilium the API server of %s is an entity, on its own ports', (_what, platform, ports) => {
  const manifests = make(platform);

  expect(manifests.find(({ kind }) => kind === 'CiliumNetworkPolicy')!.spec).toEqual({
    endpointSelector: { matchLabels: labels }, egress: [{ toEntities: ['kube-apiserver'], toPorts: [{ ports: ports.map((port) => ({ port, protocol: 'TCP' })) }] }],
  });
  expect(manifests.flatMap((manifest) => schemaFindings(manifest, ['cilium.io/v2/CiliumNetworkPolicy']))).toEqual([]);
});

test('another enforcer gets no policy of Cilium', () => {
  expect(make(own()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['NetworkPolicy default-deny', 'NetworkPolicy job-api-server']);
});

test.each([[true, 1], [false, 0]])('claims the default deny of a namespace that is made for the job: %s', (ownsNamespace, claims) => {
  const chart = new Chart(Testing.app(), 'Test');
  new ApiClientNetwork(chart, 'Network', { namespace: 'jobs', ownsNamespace, name: 'job-api-server', podLabels: labels, platform: own(), cidrs: BLOCKS });
  expect(claimsBelow(chart)).toHaveLength(claims);
});

test('addresses are those of the platform, or those that were given', () => {
  expect(apiServerCidrs('P', eks(), undefined)).toEqual(['10.20.255.0/28', '172.20.0.0/16']);
  expect(apiServerCidrs('P', own(), undefined)).toEqual(BLOCKS);
  expect(apiServerCidrs('P', own(), ['10.1.0.10/32'])).toEqual(['10.1.0.10/32']);
  expect(apiServerCidrs('P', eks(), ['10.1.0.10/32'])).toEqual(['10.1.0.10/32']);
  expect([eks(), own(), aks()].map(apiServerPorts)).toEqual([[443], [443, 6443], [443, 6443]]);
});

test.each<[string, Platform, unknown, unknown, string, string]>([
  ['nothing, where the platform does not know', aks(), undefined, undefined, 'platform.apiServerCidrs is required', 'Platform.external()'],
  ['no block', own(), [], [], 'a rule without peers', '10.0.0.10/32'],
  ['the internet', eks(), ['0.0.0.0/0'], '0.0.0.0/0', 'control NW1', 'the subnets themselves'],
  ['the metadata service', own(), ['169.254.169.254/32'], '169.254.169.254/32', 'control NW3', 'name the blocks'],
])('refuses %s', (_what, platform, given, value, rule, remedy) => {
  expectRefusal(() => apiServerCidrs('P', platform, given as readonly string[]), { path: 'P', value, rule, remedy });
});
