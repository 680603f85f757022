/** Kubernetes objects of a user's own that undo a safeguard of a PHI namespace without touching the object that claims it. */
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { checkFor } from '../../lib/validation/checks';
import { findingsWith, selfManagedObjects, verdict } from './harness';
import { beside, manifest, type Weakening } from './weakening';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';

const PHI = 'patient-data';
const calico = (kind: string, namespace?: string, apiVersion = 'projectcalico.org/v3'): SynthesizedObject => manifest(apiVersion, kind, namespace, 'own', { spec: { ingress: [{ action: 'Allow' }] } });
const admin = (kind: string, action: string, apiVersion = 'policy.networking.k8s.io/v1alpha1'): SynthesizedObject => manifest(apiVersion, kind, undefined, 'own', { spec: { subject: { namespaces: {} }, egress: [{ action, to: [{ networks: ['0.0.0.0/0'] }] }] } });
const config = (...match: object[]): SynthesizedObject => manifest('config.gatekeeper.sh/v1alpha1', 'Config', 'gatekeeper-system', 'config', { spec: { match } });
const service = (spec: object, namespace = PHI): SynthesizedObject => manifest('v1', 'Service', namespace, 'own', { spec });
const pod = { automountServiceAccountToken: true };
const template = { spec: { template: { spec: pod } } };

const isOfWebhook = (finding: string): boolean => finding.startsWith('[70-admission-fail-closed/');

test.each<[Control, string, SynthesizedObject, RegExp]>([
  [Control.NW1_DENY_ALL, 'an administrator lets flows through', admin('AdminNetworkPolicy', 'Allow'), /AdminNetworkPolicy own has a rule with the action Allow/],
  [Control.NW1_DENY_ALL, 'an administrator passes over policies', admin('AdminNetworkPolicy', 'Pass'), /action Pass/],
  [Control.NW1_DENY_ALL, 'a baseline', admin('BaselineAdminNetworkPolicy', 'Allow'), /BaselineAdminNetworkPolicy/],
  [Control.NW1_DENY_ALL, 'the newer kind', admin('ClusterNetworkPolicy', 'Accept', 'policy.networking.k8s.io/v1alpha2'), /action Accept/],
  [Control.NW1_DENY_ALL, 'Calico, everywhere', calico('GlobalNetworkPolicy'), /GlobalNetworkPolicy own of projectcalico\.org\/v3 cannot be judged here/],
  [Control.NW1_DENY_ALL, 'Calico, in a PHI namespace', calico('NetworkPolicy', PHI), /cannot be judged here/],
  [Control.NW1_DENY_ALL, 'Calico, by its CRDs', calico('GlobalNetworkPolicy', undefined, 'crd.projectcalico.org/v1'), /cannot be judged here/],
  [Control.NW1_DENY_ALL, 'Cilium, in a PHI namespace', calico('CiliumNetworkPolicy', PHI, 'cilium.io/v2'), /cannot be judged here/],
  [Control.NW1_DENY_ALL, 'Cilium, everywhere', calico('CiliumClusterwideNetworkPolicy', undefined, 'cilium.io/v2'), /cannot be judged here/],
  [Control.NW1_DENY_ALL, 'the Amazon VPC CNI', calico('ClusterNetworkPolicy', undefined, 'networking.k8s.aws/v1alpha1'), /cannot be judged here/],
  [Control.TX1_INGRESS, 'Gatekeeper passes over a namespace', config({ excludedNamespaces: [PHI], processes: ['webhook'] }), /has Gatekeeper pass over patient-data/],
  [Control.TX1_INGRESS, 'Gatekeeper passes over names', config({ excludedNamespaces: ['kube-*', 'patient-*'], processes: ['*'] }), /pass over patient-data/],
  [Control.TX1_INGRESS, 'Gatekeeper passes over ends of names', config({ excludedNamespaces: ['*-data'], processes: ['audit'] }), /pass over patient-data/],
  [Control.TX1_INGRESS, 'Gatekeeper passes over all', config({ excludedNamespaces: ['*'], processes: ['*'] }), /pass over/],
  [Control.TX1_INGRESS, 'Gatekeeper passes over parts of names', config({ excludedNamespaces: ['*ent-da*'], processes: ['*'] }), /pass over patient-data/],
  [Control.TX1_INGRESS, 'a load balancer', service({ type: 'LoadBalancer' }), /Service patient-data\/own is published as a LoadBalancer/],
  [Control.TX1_INGRESS, 'a port of every node', service({ type: 'NodePort' }), /NodePort/],
  [Control.TX1_INGRESS, 'addresses of its own', service({ externalIPs: ['192.0.2.1'] }), /externalIPs/],
  [Control.AC12_SA_TOKENS, 'a pod with a token', manifest('v1', 'Pod', PHI, 'own', { spec: pod }), /Pod patient-data\/own sets automountServiceAccountToken: true/],
  [Control.AC12_SA_TOKENS, 'a workload with a token', manifest('apps/v1', 'StatefulSet', PHI, 'own', template), /StatefulSet/],
  [Control.AC12_SA_TOKENS, 'a schedule with a token', manifest('batch/v1', 'CronJob', PHI, 'own', { spec: { jobTemplate: template } }), /CronJob/],
  [Control.AC12_SA_TOKENS, 'a workload with a token in a List', manifest('v1', 'List', undefined, 'own', { items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'hidden', namespace: PHI }, ...template }] }), /Deployment patient-data\/hidden/],
])('%s: %s is found once', (control, _what, object, message) => {
  // The quota of the namespace refuses load balancers too, and the webhook rests on Gatekeeper's Config: both are judged by tests of their own.
  const findings = findingsWith(object).filter((finding) => !finding.includes('does not fit into ResourceQuota') && !isOfWebhook(finding));

  expect(findings).toEqual([expect.stringMatching(message)]);
  expect(findings[0]).toContain(`control ${control} `);
});

test.each<[string, SynthesizedObject]>([
  ['an administrator that denies', admin('AdminNetworkPolicy', 'Deny')],
  ["Cilium in the shipper's namespace", calico('CiliumNetworkPolicy', 'hipaa-logging', 'cilium.io/v2')],
  ['Calico in another namespace', calico('NetworkPolicy', 'web')],
  ['a staged policy, which nobody enforces', calico('StagedGlobalNetworkPolicy')],
  ["Calico's addresses", calico('IPPool')],
  ['Gatekeeper passes over another namespace', config({ excludedNamespaces: ['kube-*', 'patient'], processes: ['*'] })],
  ['Gatekeeper does not mutate', config({ excludedNamespaces: ['*'], processes: ['mutation-webhook', 'sync'] })],
  ['a load balancer in another namespace', service({ type: 'LoadBalancer' }, 'web')],
  ['a Service in the cluster', service({ type: 'ClusterIP' })],
  ['a pod with a token in another namespace', manifest('v1', 'Pod', 'web', 'own', { spec: pod })],
  ['a pod that asks for none', manifest('v1', 'Pod', PHI, 'own', { spec: { automountServiceAccountToken: false } })],
])('%s is fine', (_what, object) => expect(findingsWith(object).filter((finding) => !isOfWebhook(finding))).toEqual([]));

const inNamespace: Weakening = (_content, others) => {
  const { content } = others.find(({ reference }) => reference.kind === 'Namespace' && reference.name === PHI)!;
  (content.metadata as { labels: Record<string, string> }).labels['admission.gatekeeper.sh/ignore'] = '';
};
test('a PHI namespace that Gatekeeper ignores is found', () => expect(verdict(Control.TX1_INGRESS, 'HipaaIngressTls', inNamespace)).toMatch(/Namespace patient-data has the label admission\.gatekeeper\.sh\/ignore/));

test.each<[string, Weakening, RegExp]>([
  ['two groups', (o) => o.subjects.push({ kind: 'Group', name: 'oidc:auditors@company.com' }), /2 subjects/],
  ['a group of nobody', (o) => (o.subjects[0].name = 'oidc:contractors@company.com'), /and the profile to oidc:/],
  ["the identity provider's bare name", (o) => (o.subjects[0].name = o.subjects[0].name.replace('oidc:', '')), /which the cluster does not know/],
])('a binding of %s fails', (_what, weaken, message) => expect(verdict(Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', weaken)).toMatch(message));

const conf = (change: (text: string) => string): Weakening => (_content, others) => {
  const data = others.find(({ reference }) => reference.kind === 'ConfigMap' && reference.name === 'fluent-bit-config')!.content.data as Record<string, string>;
  data['fluent-bit.conf'] = change(data['fluent-bit.conf']);
};
test.each<[string, Weakening, RegExp]>([
  ['another tag', conf((text) => text.replace('Tag                  audit.apiserver', 'Tag                  other.apiserver')), /no output into the archive matches the tag other\.apiserver/],
  ['another match', conf((text) => text.replace(/Match +audit\.\*/, 'Match  audits.*')), /matches the tag audit\.apiserver/],
  ['no match', conf((text) => text.replace(/Match +audit\.\*/, '')), /matches the tag/],
  ['a filter that drops', conf((text) => `${text}\n[FILTER]\n    Name   grep\n    Match  *\n    Exclude  verb .*\n`), /the filter grep may drop/],
  ['a filter in lower case', conf((text) => `${text}\n[filter]\n    name   lua\n`), /the filter lua may drop/],
  ['another file', conf((text) => `${text}\n@INCLUDE other.conf\n`), /includes another file/],
  ['another input plugin', conf((text) => text.replace(/Name +tail/, 'Name  dummy')), /does not read/],
  ['some nodes', (o) => (o.spec.template.spec.nodeSelector.zone = 'a'), /nodeSelector zone: a/],
  ['another operating system', (o) => (o.spec.template.spec.nodeSelector['kubernetes.io/os'] = 'windows'), /nodeSelector kubernetes\.io\/os: windows/],
  ['an affinity', (o) => (o.spec.template.spec.affinity = { nodeAffinity: {} }), /nodeAffinity/],
  ['a ServiceAccount that is not there', (o) => (o.spec.template.spec.serviceAccountName = 'other'), /the ServiceAccount other is not among the objects/],
])('a log shipper with %s fails', (_what, weaken, message) => expect(verdict(Control.AU4_OFF_CLUSTER, 'DaemonSet', weaken)).toMatch(message));

test('a log shipper that takes every tag, and names who it is, holds', () => expect(verdict(Control.AU4_OFF_CLUSTER, 'DaemonSet', conf((text) => `${text.replace(/Match +audit\.\*/, 'Match  *')}\n[FILTER]\n    Name   record_modifier\n`))).toBeUndefined());

test('no claim on an object of another API group is verified', () => {
  const claimed = selfManagedObjects.filter((object) => object.reference.apiVersion !== undefined);
  for (const object of claimed) {
    const homonym = { ...object, reference: { ...object.reference, apiVersion: 'example.com/v1' } };
    for (const { control } of object.claims.filter((claim) => claim.kind === ClaimKind.IMPLEMENTS)) {
      expect(checkFor(control, object)).toBeDefined();
      expect(checkFor(control, homonym)).toBeUndefined();
    }
  }
});

test('what is wrong in two PHI namespaces is told in each', () => {
  expect(findingsWith(calico('NetworkPolicy', PHI), calico('NetworkPolicy', 'healthcare-prod'))).toHaveLength(2);
  expect(verdict(Control.NW1_DENY_ALL, 'NetworkPolicy', beside(calico('NetworkPolicy', PHI)))).toBeUndefined();
});
