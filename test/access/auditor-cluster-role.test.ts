import { Chart, Testing } from 'cdk8s';
import { AuditorClusterRole, type AuditorClusterRoleProps } from '../../lib/access/auditor-cluster-role';
import { forbiddenPermissions } from '../../lib/access/forbidden-permissions';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const base: AuditorClusterRoleProps = { group: 'oidc:auditors@company.com' };
const synth = (props: AuditorClusterRoleProps): Manifest[] => synthChart((chart) => new AuditorClusterRole(chart, 'Cluster', props));

/** Kinds that no namespace holds (Kubernetes, Gatekeeper and policy-controller, API reference). */
const CLUSTER_SCOPED = [
  'namespaces', 'clusterroles', 'clusterrolebindings', 'validatingwebhookconfigurations', 'mutatingwebhookconfigurations',
  'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'storageclasses', 'constrainttemplates', 'clusterimagepolicies',
];

describe('AuditorClusterRole', () => {
  test('reads cluster-scoped objects alone', () => {
    const [role, binding] = synth(base);
    const rules = role.rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];

    expect(role.kind).toBe('ClusterRole');
    expect(rules.flatMap((rule) => rule.resources)).toEqual(CLUSTER_SCOPED);
    expect(rules.map((rule) => rule.verbs.join())).toEqual(rules.map(() => 'get,list,watch'));
    expect(forbiddenPermissions(rules)).toEqual([]);
    expect(binding.roleRef).toEqual({ kind: 'ClusterRole', name: role.metadata.name, apiGroup: 'rbac.authorization.k8s.io' });
    expect(binding.subjects).toEqual([{ kind: 'Group', name: 'oidc:auditors@company.com', apiGroup: 'rbac.authorization.k8s.io' }]);
    expect([role, binding]).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<AuditorClusterRoleProps> = { group: 'oidc:audit', constraintResources: ['hipaaprivilegedcontainers', 'hipaaingresstls'], name: 'cluster-auditor' };
    const [role, binding] = synth(props);

    expect([role.metadata.name, binding.metadata.name, binding.subjects[0].name]).toEqual(['cluster-auditor', 'cluster-auditor-binding', 'oidc:audit']);
    expect(role.rules.at(-1)).toEqual({ apiGroups: ['constraints.gatekeeper.sh'], resources: ['hipaaprivilegedcontainers', 'hipaaingresstls'], verbs: ['get', 'list', 'watch'] });
  });

  test('stays outside namespaces in a chart that has one', () => {
    const chart = new Chart(Testing.app(), 'Test', { namespace: 'audit' });
    new AuditorClusterRole(chart, 'Cluster', base);

    expect((Testing.synth(chart) as Manifest[]).map((object) => object.metadata.namespace)).toEqual([undefined, undefined]);
  });

  test('claims no escalation on the ClusterRole', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AuditorClusterRole(chart, 'Cluster', base);

    expect(claimsBelow(chart)).toEqual(['Test/Cluster/Resource implements AC4']);
  });

  test.each<[string, object, unknown, string, string]>([
    ["Kubernetes' own group", { group: 'system:authenticated' }, 'system:authenticated', 'AC4', "identity provider's own group"],
    ['a wildcard for constraints', { ...base, constraintResources: ['*'] }, '*', 'no wildcard', 'lower case'],
    ['the kind as it is written', { ...base, constraintResources: ['HipaaIngressTls'] }, 'HipaaIngressTls', 'lower-case kind', 'lower case'],
    ['a subresource', { ...base, constraintResources: ['hipaaingresstls/status'] }, 'hipaaingresstls/status', 'AC3', 'lower case'],
    ['a constraint twice', { ...base, constraintResources: ['a', 'a'] }, 'a', 'AC3', 'lower case'],
    ['constraints as text', { ...base, constraintResources: 'hipaaingresstls' }, 'hipaaingresstls', 'AC3', 'give a list'],
    ['a bad name', { ...base, name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['other verbs', { ...base, verbs: ['*'] }, 'verbs', 'AC3', 'use one of: group'],
  ])('refuses %s', (_text, props, value, rule, remedy) => {
    expectRefusal(() => synth(props as AuditorClusterRoleProps), { path: 'Test/Cluster', value, rule, remedy });
  });
});
