import type { Manifest } from './chart';
import { person, RbacEvaluator, serviceAccount } from './rbac-evaluator';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';
const role = (namespace: string, name: string, ...rules: object[]): Manifest => ({ apiVersion, kind: 'Role', metadata: { name, namespace }, rules });
const clusterRole = (name: string, ...rules: object[]): Manifest => ({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules });
const binding = (namespace: string, kind: string, name: string, ...subjects: object[]): Manifest => ({ apiVersion, kind: 'RoleBinding', metadata: { name: 'b', namespace }, subjects, roleRef: { apiGroup, kind, name } });
const clusterBinding = (kind: string, name: string, ...subjects: object[]): Manifest => ({ apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'b' }, subjects, roleRef: { apiGroup, kind, name } });
const GROUP = { kind: 'Group', name: 'team', apiGroup };
const ALICE = person('alice', 'team');

/** One rule, bound to the team in namespace `a`. */
const one = (rule: object): RbacEvaluator => new RbacEvaluator([role('a', 'r', rule), binding('a', 'Role', 'r', GROUP)]);
const pods = { group: '', resource: 'pods', namespace: 'a' };

describe('RbacEvaluator', () => {
  test('grants what a rule names, in the namespace of the binding', () => {
    const rbac = one({ apiGroups: [''], resources: ['pods'], verbs: ['get'] });

    expect(rbac.can(ALICE, 'get', { ...pods, name: 'p' })).toBe(true);
    expect(rbac.can(ALICE, 'list', pods)).toBe(false);
    expect(rbac.can(ALICE, 'get', { ...pods, group: 'apps' })).toBe(false);
    expect(rbac.can(ALICE, 'get', { ...pods, resource: 'services' })).toBe(false);
    expect(rbac.can(ALICE, 'get', { ...pods, namespace: 'b' })).toBe(false);
    expect(rbac.can(ALICE, 'get', { group: '', resource: 'pods' })).toBe(false);
    expect(rbac.can(person('bob'), 'get', pods)).toBe(false);
  });

  test.each([
    ['an exact resource is not its subresource', ['pods'], 'exec', false],
    ['a subresource is not its resource', ['pods/exec'], undefined, false],
    ['an exact subresource', ['pods/exec'], 'exec', true],
    ['* is every resource', ['*'], undefined, true],
    ['* is every subresource', ['*'], 'exec', true],
    ['*/exec is exec of every resource', ['*/exec'], 'exec', true],
    ['*/exec is no resource', ['*/exec'], undefined, false],
    ['*/exec is no other subresource', ['*/exec'], 'attach', false],
    ['pods/* is not supported', ['pods/*'], 'exec', false],
    ['*/* is not supported', ['*/*'], 'exec', false],
    ['names are compared exactly', ['Pods', 'PODS', ' pods'], undefined, false],
    ['no resources match nothing', [], undefined, false],
  ])('%s', (_text, resources, subresource, expected) => {
    expect(one({ apiGroups: [''], resources, verbs: ['get'] }).can(ALICE, 'get', { ...pods, subresource })).toBe(expected);
  });

  test('* is every verb and every group', () => {
    expect(one({ apiGroups: [''], resources: ['pods'], verbs: ['*'] }).can(ALICE, 'deletecollection', pods)).toBe(true);
    expect(one({ apiGroups: ['*'], resources: ['deployments'], verbs: ['get'] }).can(ALICE, 'get', { group: 'apps', resource: 'deployments', namespace: 'a' })).toBe(true);
    expect(one({ apiGroups: [], resources: ['pods'], verbs: ['get'] }).can(ALICE, 'get', pods)).toBe(false);
    expect(one({ apiGroups: [''], resources: ['pods'], verbs: [] }).can(ALICE, 'get', pods)).toBe(false);
    expect(one({ apiGroups: [''], resources: ['pods'], verbs: ['GET'] }).can(ALICE, 'get', pods)).toBe(false);
  });

  test('resource names bind requests that carry one; create, deletecollection and a plain list do not', () => {
    const rbac = one({ apiGroups: [''], resources: ['pods', 'pods/eviction'], verbs: ['get', 'list', 'create', 'deletecollection'], resourceNames: ['p'] });

    expect(rbac.can(ALICE, 'get', { ...pods, name: 'p' })).toBe(true);
    expect(rbac.can(ALICE, 'get', { ...pods, name: 'q' })).toBe(false);
    expect(rbac.can(ALICE, 'list', pods)).toBe(false);
    // A client that selects metadata.name gives the request a name.
    expect(rbac.can(ALICE, 'list', { ...pods, name: 'p' })).toBe(true);
    expect(rbac.can(ALICE, 'create', pods)).toBe(false);
    expect(rbac.can(ALICE, 'create', { ...pods, subresource: 'eviction', name: 'p' })).toBe(true);
    expect(rbac.can(ALICE, 'deletecollection', pods)).toBe(false);
  });

  test('a ClusterRole that a RoleBinding binds counts in that namespace only', () => {
    const rbac = new RbacEvaluator([clusterRole('r', { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get'] }), binding('a', 'ClusterRole', 'r', GROUP)]);

    expect(rbac.can(ALICE, 'get', pods)).toBe(true);
    expect(rbac.can(ALICE, 'get', { ...pods, namespace: 'b' })).toBe(false);
    expect(rbac.can(ALICE, 'get', { group: '', resource: 'nodes', name: 'n' })).toBe(false);
  });

  test('a ClusterRoleBinding counts everywhere, and binds no Role', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
    const everywhere = new RbacEvaluator([clusterRole('r', rule), clusterBinding('ClusterRole', 'r', GROUP)]);

    expect(everywhere.can(ALICE, 'list', pods)).toBe(true);
    expect(everywhere.can(ALICE, 'list', { group: '', resource: 'pods' })).toBe(true);
    expect(new RbacEvaluator([role('a', 'r', rule), clusterBinding('Role', 'r', GROUP)]).can(ALICE, 'list', pods)).toBe(false);
  });

  test('a binding finds its Role in its own namespace, and a missing one grants nothing', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

    expect(new RbacEvaluator([role('b', 'r', rule), binding('a', 'Role', 'r', GROUP)]).can(ALICE, 'get', pods)).toBe(false);
    expect(new RbacEvaluator([binding('a', 'Role', 'r', GROUP)]).can(ALICE, 'get', pods)).toBe(false);
  });

  test('users, groups and service accounts are matched by exact name', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const bound = (...subjects: object[]): RbacEvaluator => new RbacEvaluator([role('a', 'r', rule), binding('a', 'Role', 'r', ...subjects)]);

    expect(bound({ kind: 'User', name: 'alice', apiGroup }).can(ALICE, 'get', pods)).toBe(true);
    expect(bound({ kind: 'User', name: 'team', apiGroup }).can(ALICE, 'get', pods)).toBe(false);
    expect(bound({ kind: 'Group', name: 'Team', apiGroup }).can(ALICE, 'get', pods)).toBe(false);
    expect(bound({ kind: 'Group', name: 'system:authenticated', apiGroup }).can(ALICE, 'get', pods)).toBe(true);
    expect(bound({ kind: 'ServiceAccount', name: 'ci', namespace: 'tools' }).can(serviceAccount('tools', 'ci'), 'get', pods)).toBe(true);
    expect(bound({ kind: 'ServiceAccount', name: 'ci', namespace: 'tools' }).can(serviceAccount('a', 'ci'), 'get', pods)).toBe(false);
    expect(bound({ kind: 'ServiceAccount', name: 'ci' }).can(serviceAccount('a', 'ci'), 'get', pods)).toBe(true);
    expect(bound().can(ALICE, 'get', pods)).toBe(false);
  });

  test('one namespace object is asked for inside its namespace; a list of them is not', () => {
    const rbac = one({ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'patch'] });

    expect(rbac.can(ALICE, 'patch', { group: '', resource: 'namespaces', name: 'a' })).toBe(true);
    expect(rbac.can(ALICE, 'get', { group: '', resource: 'namespaces', name: 'b' })).toBe(false);
    expect(rbac.can(ALICE, 'list', { group: '', resource: 'namespaces' })).toBe(false);
  });

  test('paths match exactly or by a prefix that ends in *, through a ClusterRoleBinding alone', () => {
    const rule = { nonResourceURLs: ['/healthz', '/logs/*'], verbs: ['get'] };
    const rbac = new RbacEvaluator([clusterRole('r', rule), clusterBinding('ClusterRole', 'r', GROUP)]);

    expect(rbac.can(ALICE, 'get', { nonResourceUrl: '/healthz' })).toBe(true);
    expect(rbac.can(ALICE, 'get', { nonResourceUrl: '/healthz/etcd' })).toBe(false);
    expect(rbac.can(ALICE, 'get', { nonResourceUrl: '/logs/kube-apiserver' })).toBe(true);
    expect(rbac.can(ALICE, 'post', { nonResourceUrl: '/healthz' })).toBe(false);
    expect(one(rule).can(ALICE, 'get', { nonResourceUrl: '/healthz' })).toBe(false);
    expect(new RbacEvaluator([clusterRole('r', { nonResourceURLs: ['*'], verbs: ['*'] }), clusterBinding('ClusterRole', 'r', GROUP)]).can(ALICE, 'get', { nonResourceUrl: '/any' })).toBe(true);
  });

  test('aggregation selects nothing here: only rules that stand in the object count', () => {
    const aggregated: Manifest = { ...clusterRole('r'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { on: 'true' } }] } };
    const part: Manifest = { ...clusterRole('part', { apiGroups: [''], resources: ['pods'], verbs: ['get'] }), metadata: { name: 'part', labels: { on: 'true' } } };

    expect(new RbacEvaluator([aggregated, part, clusterBinding('ClusterRole', 'r', GROUP)]).can(ALICE, 'get', pods)).toBe(false);
  });

  test('other objects and other groups of roles are no RBAC', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const foreign = { ...binding('a', 'Role', 'r', GROUP), roleRef: { apiGroup: 'example.com', kind: 'Role', name: 'r' } };

    expect(new RbacEvaluator([role('a', 'r', rule), foreign]).can(ALICE, 'get', pods)).toBe(false);
    expect(new RbacEvaluator([role('a', 'r', rule), { ...binding('a', 'Role', 'r', GROUP), apiVersion: 'example.com/v1' }]).can(ALICE, 'get', pods)).toBe(false);
  });
});
