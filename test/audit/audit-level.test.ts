import { auditDecision, type AuditedRequest, type PolicyDocument, type PolicyRuleDocument } from '../../lib/audit/audit-level';
import { AuditLevel, AuditStage } from '../../lib/profile/audit-rule';

const request = (changes: Partial<AuditedRequest> = {}): AuditedRequest => ({
  user: 'alice', groups: ['nurses', 'system:authenticated'], verb: 'get', apiGroup: '', resource: 'pods', namespace: 'healthcare-prod', name: 'db-0', ...changes,
});
type Conditions = Omit<PolicyRuleDocument, 'level'>;
const policy = (...rules: Conditions[]): PolicyDocument => ({ rules: rules.map((rule) => ({ level: AuditLevel.METADATA, ...rule })) });
const isMatch = (rule: Conditions, changes: Partial<AuditedRequest> = {}): boolean => auditDecision(policy(rule), request(changes)).rule === 0;

describe('auditDecision', () => {
  test('the first rule that matches decides', () => {
    const rules = policy({ verbs: ['list'] }, { users: ['alice'] }, {}).rules;

    expect(auditDecision({ rules }, request()).rule).toBe(1);
    expect(auditDecision({ rules }, request({ user: 'bob' })).rule).toBe(2);
  });

  test('records nothing where no rule matches', () => {
    const decision = auditDecision({ rules: [], omitStages: [AuditStage.PANIC] }, request());

    expect(decision).toEqual({ level: AuditLevel.NONE, omitStages: [AuditStage.PANIC], rule: -1 });
  });

  test('omits the stages of the policy and of the rule together', () => {
    const rules: PolicyRuleDocument[] = [{ level: AuditLevel.REQUEST, omitStages: [AuditStage.RESPONSE_STARTED] }];

    const decision = auditDecision({ rules, omitStages: [AuditStage.REQUEST_RECEIVED] }, request());

    expect(decision.omitStages).toEqual([AuditStage.REQUEST_RECEIVED, AuditStage.RESPONSE_STARTED]);
  });

  test.each<[string, Conditions, Partial<AuditedRequest>, boolean]>([
    ['a user by its name', { users: ['alice'] }, {}, true],
    ['no other user', { users: ['bob'] }, {}, false],
    ['no user by a wildcard', { users: ['*'] }, {}, false],
    ['a member of one of the groups', { userGroups: ['doctors', 'nurses'] }, {}, true],
    ['no one without the group', { userGroups: ['nurses'] }, { groups: undefined }, false],
    ['a verb', { verbs: ['get'] }, {}, true],
    ['no other verb', { verbs: ['get'] }, { verb: 'list' }, false],
    ['every verb where the list is empty', { verbs: [] }, { verb: 'deletecollection' }, true],
    ['a namespace', { namespaces: ['healthcare-prod'] }, {}, true],
    ['no list over all namespaces', { namespaces: ['healthcare-prod'] }, { namespace: '', verb: 'list' }, false],
    ['a list over all namespaces as the empty one', { namespaces: [''] }, { namespace: undefined, verb: 'list' }, true],
    ['no path by namespace', { namespaces: [''] }, { resource: undefined, path: '/healthz' }, false],
    ['a resource', { resources: [{ group: '', resources: ['pods'] }] }, {}, true],
    ['a resource of the core group where none is given', { resources: [{ resources: ['pods'] }] }, { apiGroup: undefined }, true],
    ['no resource of another group', { resources: [{ group: 'metrics.k8s.io', resources: ['pods'] }] }, {}, false],
    ['no subresource by its resource', { resources: [{ resources: ['pods'] }] }, { subresource: 'exec' }, false],
    ['a subresource by both', { resources: [{ resources: ['pods/exec'] }] }, { subresource: 'exec' }, true],
    ['no resource by its subresource', { resources: [{ resources: ['pods/exec'] }] }, {}, false],
    ['every subresource by pods/*', { resources: [{ resources: ['pods/*'] }] }, { subresource: 'exec' }, true],
    ['the resource itself by pods/*', { resources: [{ resources: ['pods/*'] }] }, {}, true],
    ['no other resource by pods/*', { resources: [{ resources: ['pods/*'] }] }, { resource: 'podtemplates' }, false],
    ['a subresource of any resource by */exec', { resources: [{ resources: ['*/exec'] }] }, { subresource: 'exec' }, true],
    ['no plain resource by */exec', { resources: [{ resources: ['*/exec'] }] }, { resource: 'exec' }, false],
    ['nothing by */*', { resources: [{ resources: ['*/*'] }] }, { subresource: 'exec' }, false],
    ['resources and subresources by *', { resources: [{ resources: ['*'] }] }, { subresource: 'exec' }, true],
    ['a whole group, subresources included', { resources: [{ group: '' }] }, { subresource: 'exec' }, true],
    ['a name', { resources: [{ resources: ['pods'], resourceNames: ['db-0'] }] }, {}, true],
    ['no list by a name', { resources: [{ resources: ['pods'], resourceNames: ['db-0'] }] }, { verb: 'list', name: undefined }, false],
    ['a path', { nonResourceURLs: ['/healthz'] }, { resource: undefined, path: '/healthz' }, true],
    ['no path below', { nonResourceURLs: ['/healthz'] }, { resource: undefined, path: '/healthz/etcd' }, false],
    ['paths below by a wildcard at the end', { nonResourceURLs: ['/healthz/*'] }, { resource: undefined, path: '/healthz/etcd' }, true],
    ['every path by *', { nonResourceURLs: ['*'] }, { resource: undefined, path: '/metrics' }, true],
    ['no resource by a path', { nonResourceURLs: ['*'] }, {}, false],
    ['paths too where neither resources nor paths are given', { users: ['alice'] }, { resource: undefined, path: '/metrics' }, true],
  ])('matches %s', (_what, rule, changes, expected) => {
    expect(isMatch(rule, changes)).toBe(expected);
  });
});
