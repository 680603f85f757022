import { IdentityGroups, type IdentityGroupsProps } from '../../lib/profile/identity-groups';
import { expectRefusal } from '../support/refusal';

const props = (changes: Partial<IdentityGroupsProps> = {}): IdentityGroupsProps => ({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com', ...changes });
const path = 'HipaaProfile.groups';

describe('IdentityGroups', () => {
  test('have a prefix of their own by default', () => {
    expect({ ...new IdentityGroups(props()) }).toEqual({ ...props(), groupsPrefix: 'oidc:' });
  });

  test('take every prop', () => {
    const every: Required<IdentityGroupsProps> = { auditors: 'a', developers: 'b', securityAdmins: 'c', groupsPrefix: 'sso/' };
    expect({ ...new IdentityGroups(every) }).toEqual(every);
  });

  test('are frozen', () => {
    expect(Object.isFrozen(new IdentityGroups(props()))).toBe(true);
  });

  describe.each(['auditors', 'developers', 'securityAdmins'] as const)('%s', (role) => {
    test.each<[unknown]>([[undefined], [''], [' system:masters'], ['a b'], ['*'], ['a\n'], [5], [['auditors']]])('cannot be %j', (value) => {
      expectRefusal(() => new IdentityGroups(props({ [role]: value as never })), { path, value, rule: 'control AC3', remedy: "identity provider's name" });
    });
    test.each([['system:masters'], ['System:masters'], ['system:nodes']])('cannot be %s', (value) => {
      expectRefusal(() => new IdentityGroups(props({ [role]: value })), { path, value, rule: 'control AC4', remedy: "identity provider's own" });
    });
  });

  test.each([
    [{ developers: 'auditors@company.com' }], [{ securityAdmins: 'developers@company.com' }], [{ securityAdmins: 'auditors@company.com' }], [{ developers: 'Auditors@Company.com' }],
  ])('one group has one role: %j', (changes) => {
    const given = props(changes);
    expectRefusal(() => new IdentityGroups(given), { path, value: [given.auditors, given.developers, given.securityAdmins], rule: 'separate duties', remedy: 'a group for each role' });
  });

  test.each(['oidc:', 'sso/', 'company.com#', 'okta-', 'my-system:'])('take the prefix %j', (groupsPrefix) => {
    expect(new IdentityGroups(props({ groupsPrefix })).inCluster('auditors')).toBe(`${groupsPrefix}auditors`);
  });

  test.each<[unknown]>([
    [''], [' '], ['system:'], ['System:'], ['system:oidc:'], ['eks:'], ['EKS:'], ['aws:'], ['amazon:'], ['iam:'], ['oidc'], ['oidc: '], [' oidc:'], [':'], ['oidc:\n'], ['*:'], ['oi dc:'], ['${TfToken[TOKEN.1]}:'], [5], [['oidc:']], [{}],
  ])('refuse the prefix %j', (groupsPrefix) => {
    expectRefusal(() => new IdentityGroups(props({ groupsPrefix: groupsPrefix as never })), { path, value: groupsPrefix, rule: 'control AC4', remedy: "'oidc:'" });
  });

  test('no prefix that is taken makes a group of Kubernetes or AWS', () => {
    for (const groupsPrefix of ['oidc:', 'sys-', 'my-system:']) {
      for (const group of ['masters', 'tem:masters', 'auditors']) expect(new IdentityGroups(props({ groupsPrefix })).inCluster(group)).not.toMatch(/^(system|eks|aws|amazon|iam):/);
    }
  });

  test('refuse an unknown field', () => {
    expectRefusal(() => new IdentityGroups({ ...props(), admins: 'a' } as never), { path, value: 'admins', rule: 'no other group', remedy: 'auditors, developers, securityAdmins, groupsPrefix' });
  });

  describe('inCluster', () => {
    const groups = new IdentityGroups(props());

    test('puts the prefix before any group of the identity provider', () => {
      expect(groups.inCluster(groups.auditors)).toBe('oidc:auditors@company.com');
      expect(groups.inCluster('break-glass@company.com')).toBe('oidc:break-glass@company.com');
    });

    test('refuses a name that has the prefix already: twice prefixed it binds nobody', () => {
      expectRefusal(() => groups.inCluster('oidc:auditors@company.com'), { path: 'IdentityGroups.inCluster', value: 'oidc:auditors@company.com', rule: 'control AC3', remedy: 'without the prefix' });
    });

    test.each<[unknown, string]>([['system:masters', 'control AC4'], ['', 'control AC3'], [undefined, 'control AC3'], ['a b', 'control AC3']])('refuses %j', (group, rule) => {
      expectRefusal(() => groups.inCluster(group as never), { path: 'IdentityGroups.inCluster', value: group, rule, remedy: "identity provider's" });
    });
  });
});
