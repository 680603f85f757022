import { Chart, Testing } from 'cdk8s';
import { AccessRole, type AccessRoleProps } from '../../lib/access/access-role';
import type { AccessRule } from '../../lib/access/access-rule';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { Safeguard } from '../../lib/controls/safeguard';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const READ_PODS: AccessRule = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] };
const base = { namespace: 'healthcare-prod', name: 'on-call' };
const synth = (props: AccessRoleProps): Manifest => synthChart((chart) => new AccessRole(chart, 'Role', props))[0];
const withRule = (rule: unknown): (() => unknown) => () => synth({ ...base, rules: [READ_PODS, rule as AccessRule] });
const exception = (control: Control): ControlException => new ControlException({ control, reason: 'the vendor attaches a debugger, recorded', approver: 'ciso@company.com', expires: '2027-01-31' });

describe('AccessRole', () => {
  test('is a Role of one namespace with the rules as given', () => {
    const role = synth({ ...base, rules: [READ_PODS, { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] }] });

    expect([role.apiVersion, role.kind]).toEqual(['rbac.authorization.k8s.io/v1', 'Role']);
    expect(role.metadata).toEqual({ name: 'on-call', namespace: 'healthcare-prod' });
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] },
    ]);
    expect(role).toMatchSnapshot();
  });

  test('takes every prop, and says its name', () => {
    const rule: Required<AccessRule> = { apiGroups: [''], resources: ['pods/exec'], verbs: ['get'], resourceNames: ['debug-0'], allow: [exception(Control.AC5_EXEC)] };
    const props: Required<AccessRoleProps> = { namespace: 'patient-data', name: 'vendor', rules: [rule] };
    const role = new AccessRole(Testing.chart(), 'Role', props);

    expect([role.namespace, role.roleName]).toEqual(['patient-data', 'vendor']);
    // The exception is documentation: it does not reach the API server.
    expect(synth(props).rules).toEqual([{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'], resourceNames: ['debug-0'] }]);
  });

  test('what the caller changes later does not reach the role', () => {
    const verbs = ['get'];
    const [role] = synthChart((chart) => {
      new AccessRole(chart, 'Role', { ...base, rules: [{ apiGroups: [''], resources: ['pods'], verbs }] });
      verbs.push('create');
    });

    expect(role.rules[0].verbs).toEqual(['get']);
  });

  test('claims least privilege, no escalation and no exec on the Role', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AccessRole(chart, 'Role', { ...base, rules: [READ_PODS] });

    expect(claimsBelow(chart)).toEqual(['Test/Role/Resource implements AC3', 'Test/Role/Resource implements AC4', 'Test/Role/Resource implements AC5']);
  });

  describe('an exception', () => {
    const exec = (allow?: readonly ControlException[]): AccessRule => ({ apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'], allow });

    test('lets its rule pass, and the control falls short', () => {
      const chart = new Chart(Testing.app(), 'Test');
      const role = new AccessRole(chart, 'Role', { ...base, rules: [exec([exception(Control.AC5_EXEC)])] });
      const [claim] = Safeguard.claimsOf(role.node.defaultChild!).filter((candidate) => candidate.control === Control.AC5_EXEC);

      expect(claimsBelow(chart)).toEqual(['Test/Role/Resource implements AC3', 'Test/Role/Resource implements AC4', 'Test/Role/Resource falls-short AC5']);
      expect(claim.how).toBe('grants get pods/exec, create pods/exec: the vendor attaches a debugger, recorded (approved by ciso@company.com, expires 2027-01-31)');
    });

    test('tells of every grant that it excuses', () => {
      const chart = new Chart(Testing.app(), 'Test');
      const ephemeral: AccessRule = { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'], allow: [exception(Control.AC5_EXEC)] };
      const role = new AccessRole(chart, 'Role', { ...base, rules: [exec([exception(Control.AC5_EXEC)]), ephemeral] });
      const [claim] = Safeguard.claimsOf(role.node.defaultChild!).filter((candidate) => candidate.control === Control.AC5_EXEC);

      expect(claim.how).toMatch(/grants get pods\/exec, create pods\/exec: .*; grants patch pods\/ephemeralcontainers: /);
    });

    test('for another control does not help', () => {
      expectRefusal(withRule(exec([exception(Control.AC4_ESCALATION)])), { path: 'Test/Role.rules[1]', value: 'get pods/exec, create pods/exec', rule: 'AC5', remedy: 'ControlException for AC5' });
    });

    test('of another rule does not help', () => {
      expectRefusal(() => synth({ ...base, rules: [exec([exception(Control.AC5_EXEC)]), { ...exec(), resources: ['pods/attach'] }] }),
        { path: 'Test/Role.rules[1]', value: 'get pods/attach, create pods/attach', rule: 'AC5', remedy: 'break-glass' });
    });

    test('for a wildcard leaves what the wildcard covers forbidden', () => {
      expectRefusal(withRule({ apiGroups: [''], resources: ['*'], verbs: ['get'], allow: [exception(Control.AC3_LEAST_PRIVILEGE)] }), { path: 'Test/Role.rules[1]', value: 'get *', rule: 'AC4', remedy: 'break-glass' });
    });

    test('that excuses nothing is refused', () => {
      expectRefusal(withRule({ ...READ_PODS, allow: [exception(Control.AC5_EXEC)] }), { path: 'Test/Role.rules[1]', value: 'AC5', rule: '164.306(d)(3)', remedy: 'remove it' });
    });

    test('must be one', () => {
      const plain = { control: 'AC5', reason: 'r', approver: 'a', expires: '2027-01-31' };
      expectRefusal(withRule(exec([plain as never])), { path: 'Test/Role.rules[1]', value: plain, rule: '164.306(d)(3)', remedy: 'new ControlException' });
    });
  });

  test.each<[string, object, string, string, string]>([
    ['a wildcard verb', { ...READ_PODS, verbs: ['*'] }, 'verbs *', 'AC3', 'name each'],
    ['a wildcard resource', { ...READ_PODS, resources: ['*'] }, 'resources *', 'AC3', 'name each'],
    ['a wildcard group', { ...READ_PODS, apiGroups: ['*'] }, 'apiGroups *', 'AC3', 'name each'],
    ['*/exec', { ...READ_PODS, resources: ['*/exec'] }, 'resources */exec', 'AC3', 'name each'],
    ['pods/*', { ...READ_PODS, resources: ['pods/*'] }, 'resources pods/*', 'AC3', 'name each'],
    ['exec with the verb get alone', { ...READ_PODS, resources: ['pods/exec'], verbs: ['get'] }, 'get pods/exec', '164.312(a)(1)', 'break-glass'],
    ['exec beside harmless resources', { ...READ_PODS, resources: ['services', 'pods/exec'], verbs: ['get'] }, 'get pods/exec', 'AC5', 'break-glass'],
    ['watching Secrets', { ...READ_PODS, resources: ['secrets'], verbs: ['watch'] }, 'watch secrets', '164.308(a)(4)(ii)(B)', 'external store'],
    ['reading one Secret', { ...READ_PODS, resources: ['secrets'], verbs: ['get'], resourceNames: ['tls'] }, 'get secrets', 'AC3', 'external store'],
    ['writing Secrets', { ...READ_PODS, resources: ['secrets'], verbs: ['create'] }, 'create secrets', 'PS4', 'external store'],
    ['creating pods', { ...READ_PODS, verbs: ['create'] }, 'create pods', 'AC3', 'pipeline'],
    ['Jobs', { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] }, 'create jobs.batch', 'AC3', 'pipeline'],
    ['replication controllers', { apiGroups: [''], resources: ['replicationcontrollers'], verbs: ['patch'] }, 'patch replicationcontrollers', 'AC3', 'pipeline'],
    ['pod templates', { apiGroups: [''], resources: ['podtemplates'], verbs: ['update'] }, 'update podtemplates', 'AC3', 'pipeline'],
    ['controller revisions', { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['update'] }, 'update controllerrevisions.apps', 'AC3', 'pipeline'],
    ['workflows of a custom group', { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create'] }, 'create workflows.argoproj.io', 'AC3', 'pipeline'],
    ['tokens', { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }, 'create serviceaccounts/token', 'AC4', 'kubelet'],
    ['the proxy of nodes', { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }, 'get nodes/proxy', 'AC4', 'break-glass'],
    ['bind', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['bind'] }, 'bind roles.rbac.authorization.k8s.io', 'AC4', 'pipeline'],
    ['escalate', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate'] }, 'escalate roles.rbac.authorization.k8s.io', 'AC4', 'pipeline'],
    ['impersonate', { apiGroups: [''], resources: ['groups'], verbs: ['impersonate'] }, 'impersonate groups', 'AC4', 'pipeline'],
    ['RoleBindings', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['patch'] }, 'patch rolebindings.rbac.authorization.k8s.io', 'AC4', 'pipeline'],
    ['NetworkPolicies', { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['delete'] }, 'delete networkpolicies.networking.k8s.io', 'NW1', 'pipeline'],
  ])('refuses %s', (_text, rule, value, control, remedy) => {
    expectRefusal(withRule(rule), { path: 'Test/Role.rules[1]', value, rule: control, remedy });
  });

  test.each<[string, object, unknown, string, string]>([
    ['a resource in another case', { ...READ_PODS, resources: ['Secrets'] }, 'Secrets', 'compared exactly', "'pods'"],
    ['a resource with a blank', { ...READ_PODS, resources: ['secrets '] }, 'secrets ', 'compared exactly', "'pods'"],
    ['half a wildcard', { ...READ_PODS, resources: ['pod*'] }, 'pod*', 'compared exactly', "'pods'"],
    ['a path of three', { ...READ_PODS, resources: ['pods/exec/x'] }, 'pods/exec/x', 'compared exactly', "'pods'"],
    ['an empty resource', { ...READ_PODS, resources: [''] }, '', 'compared exactly', "'pods'"],
    ['the core group by a name', { ...READ_PODS, apiGroups: ['core'] }, 'core', 'a group has no version', "'' for the core group"],
    ['a group with a version', { ...READ_PODS, apiGroups: ['apps/v1'] }, 'apps/v1', 'a group has no version', "'' for the core group"],
    ['the removed group extensions', { ...READ_PODS, apiGroups: ['extensions'] }, 'extensions', 'a group has no version', 'apps'],
    ['a typing error in a verb', { ...READ_PODS, verbs: ['gett'] }, 'gett', 'request verbs', 'use one of: get, list'],
    ['a verb in another case', { ...READ_PODS, verbs: ['GET'] }, 'GET', 'request verbs', 'use one of: get, list'],
    ['a verb in the form of constrained impersonation', { ...READ_PODS, verbs: ['impersonate-on:user-info:list'] }, 'impersonate-on:user-info:list', 'request verbs', 'use one of'],
    ['a verb twice', { ...READ_PODS, verbs: ['get', 'list', 'get'] }, 'get', 'AC3', 'remove one'],
    ['a resource twice', { ...READ_PODS, resources: ['pods', 'pods'] }, 'pods', 'AC3', 'remove one'],
    ['a group twice', { ...READ_PODS, apiGroups: ['', ''] }, '', 'AC3', 'remove one'],
    ['no verb', { ...READ_PODS, verbs: [] }, [], 'needs groups, resources and verbs', 'to verbs'],
    ['no resource', { ...READ_PODS, resources: [] }, [], 'needs groups, resources and verbs', 'to resources'],
    ['no group', { ...READ_PODS, apiGroups: [] }, [], 'needs groups, resources and verbs', 'to apiGroups'],
    ['missing verbs', { apiGroups: [''], resources: ['pods'] }, undefined, 'needs groups, resources and verbs', 'to verbs'],
    ['verbs as text', { ...READ_PODS, verbs: 'get' }, 'get', 'needs groups, resources and verbs', 'to verbs'],
    ['verbs that are no text', { ...READ_PODS, verbs: [null] }, [null], 'needs groups, resources and verbs', 'to verbs'],
    ['paths', { nonResourceURLs: ['/metrics'], verbs: ['get'] }, 'nonResourceURLs', 'verbs on resources', 'use one of: apiGroups'],
    ['a field with a typing error', { ...READ_PODS, resourceName: ['a'] }, 'resourceName', 'verbs on resources', 'resourceNames'],
    ['empty resource names, which mean every object', { ...READ_PODS, resourceNames: [] }, [], 'needs groups', 'to resourceNames'],
    ['a wildcard in resource names', { ...READ_PODS, resourceNames: ['portal-*'] }, 'portal-*', 'compared exactly', 'full name'],
    ['an empty resource name', { ...READ_PODS, resourceNames: [''] }, '', 'compared exactly', 'full name'],
    ['deletecollection of names', { ...READ_PODS, verbs: ['deletecollection'], resourceNames: ['a'] }, 'deletecollection', 'carry no name', 'without resourceNames'],
    ['creating names', { ...READ_PODS, verbs: ['get', 'create'], resourceNames: ['a'] }, 'create', 'carry no name', 'without resourceNames'],
  ])('refuses %s, which would not grant what it says', (_text, rule, value, source, remedy) => {
    expectRefusal(withRule(rule), { path: 'Test/Role.rules[1]', value, rule: source, remedy });
  });

  test('takes names where a request carries one', () => {
    const rule: AccessRule = { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'], resourceNames: ['portal-0'] };

    expect(synth({ ...base, rules: [rule] }).rules).toEqual([rule]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a namespace', { ...base, namespace: 'Prod', rules: [READ_PODS] }, 'Prod', 'RFC 1123 label', 'use at most'],
    ['a name', { ...base, name: 'On Call', rules: [READ_PODS] }, 'On Call', 'RFC 1123 subdomain', 'use at most'],
    ['no rules', { ...base, rules: [] }, [], 'grants nothing', 'at least one rule'],
    ['missing rules', base, undefined, 'grants nothing', 'at least one rule'],
    ['an unknown field', { ...base, rules: [READ_PODS], clusterWide: true }, 'clusterWide', 'Role', 'use one of: namespace'],
  ])('refuses %s', (_text, props, value, rule, remedy) => {
    expectRefusal(() => synth(props as AccessRoleProps), { path: 'Test/Role', value, rule, remedy });
  });
});
