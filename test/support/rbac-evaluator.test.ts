import type { Manifest } from './chart';
import { ANONYMOUS, person, RbacEvaluator, serviceAccount } from './rbac-evaluator';

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

  describe('aggregation', () => {
    const part = (name: string, labels: Record<string, string>, resource: string): Manifest => ({ ...clusterRole(name, { apiGroups: [''], resources: [resource], verbs: ['get'] }), metadata: { name, labels } });
    const aggregated = (name: string, selectors: object[], labels: Record<string, string> = {}, ...rules: object[]): Manifest => ({
      ...clusterRole(name, ...rules), metadata: { name, labels }, aggregationRule: { clusterRoleSelectors: selectors },
    });
    const ON = { matchLabels: { on: 'true' } };
    const secrets = { group: '', resource: 'secrets', namespace: 'a' };
    const bound = (...objects: Manifest[]): RbacEvaluator => new RbacEvaluator([...objects, clusterBinding('ClusterRole', 'r', GROUP)]);

    test('gives the rules of the ClusterRoles that it selects, and of no other', () => {
      const rbac = bound(aggregated('r', [ON]), part('yes', { on: 'true' }, 'pods'), part('no', { on: 'false' }, 'secrets'));

      expect(rbac.can(ALICE, 'get', pods)).toBe(true);
      expect(rbac.can(ALICE, 'get', secrets)).toBe(false);
    });

    test('replaces rules that stand in the object', () => {
      expect(bound(aggregated('r', [ON], {}, { apiGroups: [''], resources: ['pods'], verbs: ['get'] })).can(ALICE, 'get', pods)).toBe(false);
    });

    test('ORs its selectors, takes expressions, and selects everything by an empty one', () => {
      const parts = [part('one', { on: 'true' }, 'pods'), part('two', { tier: 'x' }, 'secrets')];

      expect(bound(aggregated('r', [ON, { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }]), ...parts).can(ALICE, 'get', secrets)).toBe(true);
      expect(bound(aggregated('r', [{}]), ...parts).can(ALICE, 'get', secrets)).toBe(true);
      expect(bound(aggregated('r', []), ...parts).can(ALICE, 'get', pods)).toBe(false);
    });

    test('goes through ClusterRoles that aggregate themselves, in a circle too', () => {
      const rbac = bound(aggregated('r', [ON], { back: 'true' }), aggregated('middle', [{ matchLabels: { deep: 'true' } }, { matchLabels: { back: 'true' } }], { on: 'true' }), part('leaf', { deep: 'true' }, 'pods'));

      expect(rbac.can(ALICE, 'get', pods)).toBe(true);
      expect(rbac.can(ALICE, 'get', secrets)).toBe(false);
    });

    test('selects no Role', () => {
      const labelled = { ...part('yes', { on: 'true' }, 'pods'), kind: 'Role' };
      labelled.metadata = { ...labelled.metadata, namespace: 'a' };

      expect(bound(aggregated('r', [ON]), labelled).can(ALICE, 'get', pods)).toBe(false);
    });
  });

  test('a ServiceAccount is in the groups of all of them, of its namespace, and of everybody who signed in', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const bound = (name: string): RbacEvaluator => new RbacEvaluator([role('a', 'r', rule), binding('a', 'Role', 'r', { kind: 'Group', name, apiGroup })]);

    for (const group of ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated']) expect(bound(group).can(serviceAccount('a', 'ci'), 'get', pods)).toBe(true);
    for (const group of ['system:serviceaccounts:b', 'system:serviceaccount:a:ci', 'system:unauthenticated']) expect(bound(group).can(serviceAccount('a', 'ci'), 'get', pods)).toBe(false);
    expect(bound('system:serviceaccounts').can(ALICE, 'get', pods)).toBe(false);
  });

  test('a ServiceAccount is bound as a user by its full name as well, and by no short one', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const bound = (name: string): RbacEvaluator => new RbacEvaluator([role('a', 'r', rule), binding('a', 'Role', 'r', { kind: 'User', name, apiGroup })]);

    expect(bound('system:serviceaccount:tools:ci').can(serviceAccount('tools', 'ci'), 'get', pods)).toBe(true);
    expect(bound('ci').can(serviceAccount('tools', 'ci'), 'get', pods)).toBe(false);
  });

  test('a ClusterRoleBinding takes a ServiceAccount by its namespace alone', () => {
    const all = clusterRole('r', { apiGroups: [''], resources: ['pods'], verbs: ['get'] });

    expect(new RbacEvaluator([all, clusterBinding('ClusterRole', 'r', { kind: 'ServiceAccount', name: 'ci', namespace: 'tools' })]).can(serviceAccount('tools', 'ci'), 'get', pods)).toBe(true);
    expect(new RbacEvaluator([all, clusterBinding('ClusterRole', 'r', { kind: 'ServiceAccount', name: 'ci' })]).can(serviceAccount('tools', 'ci'), 'get', pods)).toBe(false);
  });

  test('nobody who did not sign in is in system:authenticated', () => {
    const bound = (name: string): RbacEvaluator => new RbacEvaluator([clusterRole('r', { nonResourceURLs: ['/version'], verbs: ['get'] }), clusterBinding('ClusterRole', 'r', { kind: 'Group', name, apiGroup })]);

    expect(bound('system:authenticated').can(ANONYMOUS, 'get', { nonResourceUrl: '/version' })).toBe(false);
    expect(bound('system:unauthenticated').can(ANONYMOUS, 'get', { nonResourceUrl: '/version' })).toBe(true);
    expect(bound('system:unauthenticated').can(ALICE, 'get', { nonResourceUrl: '/version' })).toBe(false);
  });

  test('names of a rule count for subresources too, and bound no other rule', () => {
    const rbac = new RbacEvaluator([
      role('a', 'r', { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'], resourceNames: ['dns'] }, { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: ['settings'] }),
      binding('a', 'Role', 'r', GROUP),
    ]);
    const token = { group: '', resource: 'serviceaccounts', subresource: 'token', namespace: 'a' };

    expect(rbac.can(ALICE, 'create', { ...token, name: 'dns' })).toBe(true);
    expect(rbac.can(ALICE, 'create', { ...token, name: 'settings' })).toBe(false);
    expect(rbac.can(ALICE, 'create', token)).toBe(false);
  });

  test('rules of every binding are a union, and none takes away', () => {
    const rbac = new RbacEvaluator([
      role('a', 'r', { apiGroups: [''], resources: ['pods'], verbs: ['get'] }), role('a', 's', { apiGroups: [''], resources: ['pods'], verbs: ['list'] }), role('a', 'empty'),
      binding('a', 'Role', 'r', GROUP), binding('a', 'Role', 's', GROUP), binding('a', 'Role', 'empty', GROUP),
    ]);

    expect(['get', 'list', 'watch'].map((verb) => rbac.can(ALICE, verb, pods))).toEqual([true, true, false]);
  });

  test('other objects and other groups of roles are no RBAC', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const foreign = { ...binding('a', 'Role', 'r', GROUP), roleRef: { apiGroup: 'example.com', kind: 'Role', name: 'r' } };

    expect(new RbacEvaluator([role('a', 'r', rule), foreign]).can(ALICE, 'get', pods)).toBe(false);
    expect(new RbacEvaluator([role('a', 'r', rule), { ...binding('a', 'Role', 'r', GROUP), apiVersion: 'example.com/v1' }]).can(ALICE, 'get', pods)).toBe(false);
  });
});
