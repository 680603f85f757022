import { DisallowWildcardRbac } from '../../lib/admission/disallow-wildcard-rbac';
import { RBAC_WILDCARDS } from '../../lib/admission/policies/rbac-wildcards/policy';
import { FORBIDDEN_PERMISSIONS, forbiddenPermissions } from '../../lib/access/forbidden-permissions';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const evaluate = evaluatorOf(RBAC_WILDCARDS);
const violations = (rules: object[]): string[] => evaluate({
  review: { operation: 'CREATE', object: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'portal', namespace: 'healthcare-prod' }, rules } },
});

test('DisallowWildcardRbac emits two constraints, so that no match by namespaces leaves ClusterRoles out', () => {
  const apiGroups = ['rbac.authorization.k8s.io'];
  const emitted = synthChart((chart) => new DisallowWildcardRbac(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], name: 'roles' }));

  expect(emitted.map(({ metadata, spec }) => [metadata.name, spec.match as unknown])).toEqual([
    ['roles', { kinds: [{ apiGroups, kinds: ['Role'] }], namespaces: ['healthcare-prod'] }],
    ['roles-cluster', { kinds: [{ apiGroups, kinds: ['ClusterRole'] }] }],
  ]);
});

test('DisallowWildcardRbac refuses a name that the second one could not bear', () => {
  const name = 'n'.repeat(250);
  expectRefusal(() => synthChart((chart) => new DisallowWildcardRbac(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], name })), {
    path: 'Test/Constraint', value: `${name}-cluster`, rule: 'RFC 1123 subdomain', remedy: 'use at most 253',
  });
});

describe('the rule and the permissions that no role of people in a PHI namespace grants', () => {
  /** What the rule leaves to others: commands to the requests themselves, Secrets and changes of workloads to bindings. */
  const BOTH = ['wildcard', 'grant-verbs', 'nodes-proxy', 'service-account-tokens', 'rbac', 'admission-policies', 'api-extensions'];

  test.each(FORBIDDEN_PERMISSIONS.filter(({ id }) => BOTH.includes(id)).map((permission) => [permission.id, permission] as const))('agree on %s', (_id, { apiGroups, resources, verbs }) => {
    for (const verb of verbs) {
      for (const resource of resources) {
        const everything = verb === '*' && resource === '*';
        for (const group of apiGroups) {
          const name = resource === '*' && !apiGroups.includes('*') ? 'anything' : resource;
          const rule = { apiGroups: [group === '*' && !everything ? '' : group], resources: [name], verbs: [verb === '*' && !everything ? 'create' : verb] };
          expect(forbiddenPermissions([rule])).not.toEqual([]);
          expect(violations([rule])).not.toEqual([]);
        }
      }
    }
  });

  test('the rule refuses nothing that the permissions let people have', () => {
    const groups = ['', 'apps', 'rbac.authorization.k8s.io', 'certificates.k8s.io', 'admissionregistration.k8s.io', 'constraints.gatekeeper.sh', 'templates.gatekeeper.sh', 'apiextensions.k8s.io', '*'];
    const resources = ['pods', 'nodes/proxy', 'serviceaccounts/token', 'roles', 'rolebindings', 'signers', 'certificatesigningrequests/approval', 'validatingwebhookconfigurations', '*', '*/exec'];
    const verbs = ['get', 'create', 'patch', 'delete', 'approve', 'bind', 'impersonate:user-info', '*'];
    const rules = groups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ apiGroups: [group], resources: [resource], verbs: [verb] }))));

    const refused = rules.filter((rule) => violations([rule]).length > 0);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.filter((rule) => forbiddenPermissions([rule]).length === 0)).toEqual([]);
  });
});
