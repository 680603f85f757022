import { BreakGlassBinding } from '../../lib/access/break-glass-binding';
import { findingsWith } from './harness';
import { manifest } from './weakening';
import { objectsOf } from './own-objects';

const [binding] = objectsOf((chart) => {
  new BreakGlassBinding(chart, 'BreakGlass', { group: 'oidc:break-glass@company.com', approver: 'ciso@company.com', session: 'OIDC token of one hour' });
});
const withSubjects = (subjects: object[]) => ({ ...binding, content: { ...binding.content, subjects } });
const group = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name });

test('the standing binding of the break-glass group is no finding: the control is left to an owner', () => {
  expect(findingsWith(binding)).toEqual([]);
});

test.each<[string, object[]]>([
  ['everybody', [group('system:authenticated')]],
  ['a second group', [group('oidc:break-glass@company.com'), group('oidc:developers@company.com')]],
  ['the masters of Kubernetes', [group('system:masters')]],
  ['a workload too', [group('oidc:break-glass@company.com'), { kind: 'ServiceAccount', name: 'default', namespace: 'patient-data' }]],
])('given to %s, it is one', (_who, subjects) => {
  expect(findingsWith(withSubjects(subjects)).join()).toContain('cluster-admin');
});

test('a binding that carries its labels and claims nothing is one', () => {
  const own = manifest('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', undefined, 'own', { ...binding.content, metadata: { ...(binding.content.metadata as object), name: 'own' } });

  expect(findingsWith(own).join()).toContain('cluster-admin');
});
