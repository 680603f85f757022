/** What bindings give together in a PHI namespace, whoever declared them: judged on the EKS reference platform with objects of a user's own. */
import { app as eks } from '../../apps/eks/main';
import { ApiObject, Chart } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { AccessRole } from '../../lib/access/access-role';
import { GroupBinding } from '../../lib/access/group-binding';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { eksProfile } from '../support/profiles';
import { findingsWith, verdict } from './harness';
import { manifest } from './weakening';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';

const RBAC = 'rbac.authorization.k8s.io/v1';
const PHI = 'patient-data';
const role = (name: string, rules: object[], namespace: string | undefined = PHI): SynthesizedObject => manifest(RBAC, 'Role', namespace, name, { rules });
const clusterRole = (name: string, rules: object[], more: object = {}): SynthesizedObject => manifest(RBAC, 'ClusterRole', undefined, name, { rules, ...more });
const binding = (namespace: string | undefined, roleRef: string, ...subjects: object[]): SynthesizedObject => {
  const [kind, name] = roleRef.split('/');
  return manifest(RBAC, namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding', namespace, 'own', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name }, subjects });
};
const group = (name: string): object => ({ kind: 'Group', name });
const serviceAccount = (name: string, namespace = 'agents'): object => ({ kind: 'ServiceAccount', name, namespace });
const ALL = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const SECRETS = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] };

/** The controls of the findings, sorted, and each finding once. */
function controlsOf(findings: readonly string[]): string[] {
  return findings.map((finding) => /control (\w+)/.exec(finding)![1]).sort();
}

test('the platform itself has no finding', () => expect(findingsWith()).toEqual([]));

test.each<[string, SynthesizedObject[], string[], RegExp]>([
  ['cluster-admin for everyone', [binding(undefined, 'ClusterRole/cluster-admin', group('system:authenticated'))], ['AC3', 'AC4', 'AC5'], /ClusterRoleBinding own gives system:authenticated the ClusterRole cluster-admin/],
  ['cluster-admin for a person', [binding(undefined, 'ClusterRole/cluster-admin', { kind: 'User', name: 'oidc:dev@company.com' })], ['AC3', 'AC4', 'AC5'], /oidc:dev@company\.com/],
  ['admin for developers in one namespace', [binding(PHI, 'ClusterRole/admin', group('oidc:developers@company.com'))], ['AC3', 'AC4', 'AC5'], /RoleBinding patient-data\/own gives oidc:developers@company\.com the ClusterRole admin/],
  ['edit', [binding(PHI, 'ClusterRole/edit', group('oidc:developers@company.com'))], ['AC3', 'AC4', 'AC5'], /edit/],
  ['a role of one\'s own with everything', [role('god', [ALL]), binding(PHI, 'Role/god', group('oidc:developers@company.com'))], ['AC3', 'AC4', 'AC5'], /the Role god, which grants/],
  ['exec alone', [role('debug', [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }]), binding(PHI, 'Role/debug', group('oidc:developers@company.com'))], ['AC5'], /get pods\/exec/],
  ['new network policies', [role('net', [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create'] }]), binding(PHI, 'Role/net', group('oidc:developers@company.com'))], ['AC3'], /create networkpolicies/],
  ['a cluster role of one\'s own, in one namespace', [clusterRole('reader', [SECRETS]), binding(PHI, 'ClusterRole/reader', group('oidc:auditors@company.com'))], ['AC3'], /get secrets/],
  ['a role that nobody emitted', [binding(PHI, 'Role/unknown', group('oidc:developers@company.com'))], ['AC3'], /the Role unknown, which is not among the emitted roles/],
  ['a cluster role that nobody emitted', [binding(undefined, 'ClusterRole/view', group('oidc:developers@company.com'))], ['AC3'], /not among the emitted roles/],
  ['a cluster role that collects others', [clusterRole('sum', [], { aggregationRule: { clusterRoleSelectors: [{}] } }), binding(PHI, 'ClusterRole/sum', group('oidc:developers@company.com'))], ['AC3'], /collects its rules/],
  ['reading pods, for everyone', [role('pods', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), binding(PHI, 'Role/pods', group('system:authenticated'))], ['AC3'], /grants everyone get of pods/],
  ['reading pods, for nobody in particular', [clusterRole('pods', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), binding(undefined, 'ClusterRole/pods', { kind: 'User', name: 'system:anonymous' })], ['AC3'], /grants everyone get of pods/],
  ['a wildcard for a workload', [role('app', [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }]), binding(PHI, 'Role/app', serviceAccount('app', PHI))], ['AC3'], /patient-data\/app the Role app/],
  ['every Secret for a workload', [role('app', [SECRETS]), binding(PHI, 'Role/app', serviceAccount('app', PHI))], ['AC3'], /list secrets/],
  ['tokens of every ServiceAccount for a workload', [role('app', [{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }]), binding(PHI, 'Role/app', serviceAccount('cert-manager', 'cert-manager'))], ['AC3'], /create serviceaccounts\/token: whoever issues a token acts as the workload/],
  ['every Secret of the cluster for an agent', [clusterRole('agent', [SECRETS]), binding(undefined, 'ClusterRole/agent', serviceAccount('agent'))], ['AC3'], /agents\/agent/],
  ['a ServiceAccount by its user name', [clusterRole('agent', [SECRETS]), binding(undefined, 'ClusterRole/agent', { kind: 'User', name: 'system:serviceaccount:agents:agent' })], ['AC3'], /list secrets/],
  ['a binding inside a List', [manifest('v1', 'RoleBindingList', undefined, 'list', { items: [{ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata: { name: 'hidden' }, roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [group('oidc:developers@company.com')] }] })], ['AC3', 'AC4', 'AC5'], /ClusterRoleBinding hidden/],
])('%s is found, once a control', (_what, objects, controls, text) => {
  const findings = findingsWith(...objects);

  expect(controlsOf(findings)).toEqual(controls);
  for (const finding of findings) expect(finding).toMatch(text);
});

test.each<[string, SynthesizedObject[]]>([
  ['a binding outside of the PHI namespaces', [binding('web', 'ClusterRole/admin', group('oidc:developers@company.com'))]],
  ['a role that nobody holds', [role('god', [ALL])]],
  ['a binding of nobody', [binding(PHI, 'ClusterRole/admin')]],
  ['discovery, for everyone', [binding(undefined, 'ClusterRole/system:discovery', group('system:unauthenticated'))]],
  ['reading pods for an agent', [clusterRole('agent', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), binding(undefined, 'ClusterRole/agent', serviceAccount('agent'))]],
  ['an operator that changes workloads', [clusterRole('agent', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] }]), binding(undefined, 'ClusterRole/agent', serviceAccount('agent'))]],
  ['one Secret by its name, for a workload', [role('app', [{ ...SECRETS, verbs: ['get'], resourceNames: ['tls'] }]), binding(PHI, 'Role/app', serviceAccount('app', PHI))]],
  ['tokens of one ServiceAccount, as cert-manager gets them', [role('dns-issuer-token', [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['dns'], verbs: ['create'] }]), binding(PHI, 'Role/dns-issuer-token', serviceAccount('cert-manager', 'cert-manager'))]],
  ['health checks for everyone', [clusterRole('health', [{ nonResourceURLs: ['/livez'], verbs: ['get'] }]), binding(undefined, 'ClusterRole/health', group('system:unauthenticated'))]],
  ['the token reviews of an aggregated API', [binding(undefined, 'ClusterRole/system:auth-delegator', serviceAccount('agent'))]],
  ['reading pods for people', [role('pods', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), binding(PHI, 'Role/pods', group('oidc:developers@company.com'))]],
])('%s is fine', (_what, objects) => expect(findingsWith(...objects)).toEqual([]));

test('a hundred bindings for the whole cluster are one finding a control, which tells three of them', () => {
  const many = Array.from({ length: 100 }, (_, index) => manifest(RBAC, 'ClusterRoleBinding', undefined, `own-${index}`, { roleRef: { kind: 'ClusterRole', name: 'unknown' }, subjects: [group('oidc:a')] }));

  expect(findingsWith(...many)).toEqual([expect.stringMatching(/own-0 .*own-1 .*own-2 .*; and 97 more/)]);
});

test("the library's own binding answers for itself where it is patched to another role", () => {
  const patch = (content: { metadata: { namespace: string }; roleRef: object }, others: SynthesizedObject[]): void => {
    others.push(role('god', [ALL], content.metadata.namespace));
    content.roleRef = { kind: 'Role', name: 'god' };
  };
  expect(verdict(Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', patch)).toMatch(/the Role god, which grants apiGroups \*/);
});

test("the library's own role answers for a permission of another control that was patched in", () => {
  expect(verdict(Control.AC3_LEAST_PRIVILEGE, 'Role', (content) => content.rules.push({ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create'] }))).toMatch(/create networkpolicies/);
});

test('a role with an approved exception is not found again through its binding', () => {
  const profile = eksProfile();
  const app = new HipaaKubernetesApp(profile);
  const chart = new Chart(app, 'access');
  const exception = new ControlException({ control: Control.AC5_EXEC, reason: 'break-glass', approver: 'ciso@company.com', expires: '2027-01-31' });
  new AccessRole(chart, 'Role', { namespace: PHI, name: 'break-glass', rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'], allow: [exception] }] });
  new AccessRole(chart, 'Other', { namespace: PHI, name: 'other', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] });
  new GroupBinding(chart, 'Binding', { namespace: PHI, role: 'break-glass', group: profile.groups.inCluster('on-call@company.com'), name: 'on-call' });
  expect(app.synthesize().findings).toEqual([]);

  new ApiObject(chart, 'More', { apiVersion: RBAC, kind: 'RoleBinding', metadata: { name: 'more', namespace: PHI }, roleRef: { kind: 'ClusterRole', name: 'edit' }, subjects: [group('oidc:on-call@company.com')] } as never);
  expect(controlsOf(app.synthesize().findings)).toEqual(['AC3', 'AC4', 'AC5']);
});

test('the profile of the reference platform has the namespaces that are judged', () => expect(eks.profile.phiNamespaces.map(({ name }) => name)).toContain(PHI));
