import { Chart, Testing } from 'cdk8s';
import { GroupBinding, type GroupBindingProps } from '../../lib/access/group-binding';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const base: GroupBindingProps = { namespace: 'healthcare-prod', role: 'hipaa-auditor', group: 'oidc:auditors@company.com' };
const synth = (props: GroupBindingProps): Manifest => synthChart((chart) => new GroupBinding(chart, 'Binding', props))[0];

describe('GroupBinding', () => {
  test('gives the Role to the group, and to nobody else', () => {
    const binding = synth(base);

    expect([binding.apiVersion, binding.kind]).toEqual(['rbac.authorization.k8s.io/v1', 'RoleBinding']);
    expect(binding.metadata).toEqual({ name: 'hipaa-auditor-binding', namespace: 'healthcare-prod' });
    expect(binding.subjects).toEqual([{ kind: 'Group', name: 'oidc:auditors@company.com', apiGroup: 'rbac.authorization.k8s.io' }]);
    expect(binding.roleRef).toEqual({ kind: 'Role', name: 'hipaa-auditor', apiGroup: 'rbac.authorization.k8s.io' });
    expect(binding).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<GroupBindingProps> = { namespace: 'patient-data', role: 'on-call', group: 'oidc:on-call', name: 'night-shift' };
    const binding = synth(props);

    expect(binding.metadata).toEqual({ name: 'night-shift', namespace: 'patient-data' });
    expect([binding.roleRef.name, binding.subjects[0].name]).toEqual(['on-call', 'oidc:on-call']);
  });

  test('claims least privilege on the RoleBinding', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new GroupBinding(chart, 'Binding', base);

    expect(claimsBelow(chart)).toEqual(['Test/Binding/Resource implements AC3']);
  });

  test.each<[string, object, string, string, string]>([
    ["Kubernetes' own administrators", { ...base, group: 'system:masters' }, 'system:masters', 'AC4', "identity provider's own group"],
    ['everybody who signed in', { ...base, group: 'system:authenticated' }, 'system:authenticated', 'AC4', "identity provider's own group"],
    ['everybody', { ...base, group: 'system:unauthenticated' }, 'system:unauthenticated', 'AC4', "identity provider's own group"],
    ['a wildcard', { ...base, group: '*' }, '*', 'AC3', "identity provider's name"],
    ['a wildcard inside', { ...base, group: 'oidc:*' }, 'oidc:*', 'AC3', "identity provider's name"],
    ['no group', { ...base, group: '' }, '', 'AC3', "identity provider's name"],
    ['a blank', { ...base, group: 'oidc:auditors ' }, 'oidc:auditors ', 'AC3', "identity provider's name"],
    ['a bad namespace', { ...base, namespace: 'a/b' }, 'a/b', 'RFC 1123 label', 'use at most'],
    ['a bad role', { ...base, role: 'Hipaa' }, 'Hipaa', 'RFC 1123 subdomain', 'use at most'],
    ['a bad name', { ...base, name: 'a_b' }, 'a_b', 'RFC 1123 subdomain', 'use at most'],
    ['subjects of other kinds', { ...base, subjects: [{ kind: 'ServiceAccount', name: 'default' }] }, 'subjects', 'AC3', 'use one of: namespace'],
    ['a ClusterRole', { ...base, kind: 'ClusterRole' }, 'kind', 'AC3', 'use one of: namespace'],
  ])('refuses %s', (_text, props, value, rule, remedy) => {
    expectRefusal(() => synth(props as GroupBindingProps), { path: 'Test/Binding', value, rule, remedy });
  });
});
