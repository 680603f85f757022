import { DisallowAnonymousBindings } from '../../lib/admission/disallow-anonymous-bindings';
import { ANONYMOUS_BINDINGS } from '../../lib/admission/policies/anonymous-bindings/policy';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

test('DisallowAnonymousBindings emits two constraints, so that no match by namespaces leaves out what belongs to the cluster', () => {
  const apiGroups = ['rbac.authorization.k8s.io'];
  const emitted = synthChart((chart) => new DisallowAnonymousBindings(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], name: 'nobody' }));

  expect(emitted.map(({ metadata, spec }) => [metadata.name, spec.match as unknown])).toEqual([
    ['nobody', { kinds: [{ apiGroups, kinds: ['RoleBinding'] }], namespaces: ['healthcare-prod'] }],
    ['nobody-cluster', { kinds: [{ apiGroups, kinds: ['ClusterRole', 'ClusterRoleBinding'] }] }],
  ]);
});

test('DisallowAnonymousBindings refuses a name that the second one could not bear', () => {
  const name = 'n'.repeat(250);
  expectRefusal(() => synthChart((chart) => new DisallowAnonymousBindings(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], name })), {
    path: 'Test/Constraint', value: `${name}-cluster`, rule: 'RFC 1123 subdomain', remedy: 'use at most 253',
  });
});

test('what the rule refuses, the rule of approved bindings refuses as well, whatever was approved', () => {
  const [anonymous, approval] = [evaluatorOf(ANONYMOUS_BINDINGS), evaluatorOf(BINDING_APPROVAL)];
  for (const name of ['system:anonymous', 'system:unauthenticated', 'system:authenticated']) {
    const subjects = [{ kind: 'Group', name }];
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'all' }, roleRef: { kind: 'ClusterRole', name: 'view' }, subjects };
    const parameters = { phiNamespaces: [], approvedBindings: [{ name: 'all', roleKind: 'ClusterRole', roleName: 'view', subjects }] };

    expect(anonymous({ review: { object } })).toHaveLength(1);
    expect(approval({ parameters, review: { object } })).toHaveLength(1);
  }
});
