import { checkPeople, type PeopleSettings } from '../../lib/profile/people-settings';
import { SignIn } from '../../lib/profile/sign-in';
import { expectRefusal } from '../support/refusal';

const user = (name: string): string => `arn:aws:iam::123456789012:user/${name}`;
const people: Required<PeopleSettings> = {
  auditors: SignIn.identityCenter({ permissionSet: 'Auditor' }),
  developers: SignIn.identityCenter({ permissionSet: 'Developer' }),
  securityAdmins: SignIn.iamUsers({ userArns: [user('carol')] }),
  breakGlass: SignIn.iamUsers({ userArns: [user('carol')] }),
  trustPolicyQuota: 4096,
};

describe('checkPeople', () => {
  test('takes a way to sign in for each duty; who breaks the glass may have another', () => {
    expect(() => checkPeople('HipaaProfile.people', people, 'us-east-1')).not.toThrow();
  });

  test('takes one provider for all duties, as it decides whom it sends to which role', () => {
    const saml = SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company' });
    expect(() => checkPeople('HipaaProfile.people', { auditors: saml, developers: saml, securityAdmins: saml, breakGlass: saml }, 'us-east-1')).not.toThrow();
  });

  test.each<[string, object, unknown, string, string]>([
    ['another duty', { operators: people.auditors }, 'operators', 'no other duty', 'breakGlass'],
    ['a duty of nobody', { auditors: undefined }, undefined, 'auditors is required', 'SignIn.iamUsers()'],
    ['what is no SignIn', { developers: 'saml' }, 'saml', '312(d)', 'SignIn.iamUsers()'],
    ['one permission set for two duties', { developers: SignIn.identityCenter({ permissionSet: 'Auditor' }) }, 'Auditor in the account of the cluster', '308(a)(4)(ii)(B)', 'its own users'],
    ['one user with two duties', { developers: SignIn.iamUsers({ userArns: [user('bob'), user('carol')] }) }, user('carol'), '308(a)(4)(ii)(B)', 'its own users'],
    ['users of another partition', { breakGlass: SignIn.iamUsers({ userArns: ['arn:aws-cn:iam::123456789012:user/dave'] }) }, 'arn:aws-cn:iam::123456789012:user/dave', 'partition aws', 'arn:aws:'],
    ['a quota that AWS does not give', { trustPolicyQuota: 5000 }, 5000, 'length of a trust policy', '2048 to 4096'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => checkPeople('HipaaProfile.people', { ...people, ...changes } as PeopleSettings, 'us-east-1'), { path: 'HipaaProfile.people', value, rule, remedy });
  });
});
