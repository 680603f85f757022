import { checkSignIn, samlEndpoints, SignIn, SignInKind, type IamUsersProps, type IdentityCenterProps, type OidcProps, type SamlProps, type SamlSignIn } from '../../lib/profile/sign-in';
import { expectRefusal } from '../support/refusal';

const users: Required<IamUsersProps> = { userArns: ['arn:aws:iam::123456789012:user/people/alice', 'arn:aws:iam::210987654321:user/bob'], mfaMaxAgeSeconds: 900 };
const saml: Required<SamlProps> = { providerArn: 'arn:aws:iam::123456789012:saml-provider/company', mfaTag: { key: 'mfa', value: 'true' }, endpoints: ['https://us-east-2.signin.aws.amazon.com/saml'] };
const oidc: Required<OidcProps> = {
  providerArn: 'arn:aws:iam::123456789012:oidc-provider/login.company.com/tenant', issuer: 'https://login.company.com/tenant', audience: 'cluster', subjects: ['ad|alice', 'bob'], mfaTag: { key: 'mfa', value: 'true' },
};
const center: Required<IdentityCenterProps> = { permissionSet: 'Auditor', account: '210987654321', transitiveTagKeys: ['department'] };

describe('SignIn', () => {
  test.each<[SignIn, SignInKind, boolean, boolean]>([
    [SignIn.iamUsers(users), SignInKind.IAM_USERS, true, true],
    [SignIn.saml(saml), SignInKind.SAML, true, true],
    [SignIn.saml({ providerArn: saml.providerArn }), SignInKind.SAML, false, true],
    [SignIn.oidc(oidc), SignInKind.OIDC, true, true],
    [SignIn.oidc({ providerArn: oidc.providerArn, issuer: oidc.issuer, audience: 'cluster' }), SignInKind.OIDC, false, false],
    [SignIn.identityCenter(center), SignInKind.IDENTITY_CENTER, false, true],
  ])('%#: says its kind, whether AWS tests a second factor, and whose name a session bears', (signIn, kind, enforcesMfa, bindsSessionName) => {
    expect(signIn).toMatchObject({ kind, enforcesMfa, bindsSessionName });
    expect(signIn).toBeInstanceOf(SignIn);
    expect(Object.isFrozen(signIn)).toBe(true);
  });

  test('keeps every prop, out of the reach of its maker', () => {
    const arns = [...users.userArns];
    const mine = SignIn.iamUsers({ ...users, userArns: arns });
    arns.push('arn:aws:iam::123456789012:user/mallory');

    expect(mine).toMatchObject(users);
    expect(SignIn.iamUsers({ userArns: users.userArns }).mfaMaxAgeSeconds).toBe(3600);
    expect(SignIn.saml(saml)).toMatchObject(saml);
    expect(SignIn.oidc(oidc)).toMatchObject({ issuerHost: 'login.company.com/tenant', audience: 'cluster', subjects: oidc.subjects, mfaTag: oidc.mfaTag });
    const keys = [...center.transitiveTagKeys];
    const set = SignIn.identityCenter({ ...center, transitiveTagKeys: keys });
    keys.push('team');
    expect(set).toMatchObject(center);
    expect(SignIn.identityCenter({ permissionSet: 'Auditor' }).transitiveTagKeys).toEqual([]);
  });

  test('names a session after a subject, in characters that a name may have', () => {
    const signIn = SignIn.oidc(oidc);
    expect(signIn.subjects.map((subject) => signIn.sessionNameOf(subject))).toEqual(['ad-alice', 'bob']);
  });

  test.each<[string, string]>([
    ['us-east-1', 'https://signin.aws.amazon.com/saml'],
    ['us-gov-west-1', 'https://signin.amazonaws-us-gov.com/saml'],
    ['cn-north-1', 'https://signin.amazonaws.cn/saml'],
  ])('takes assertions for the sign-in endpoint of the partition of %s', (region, endpoint) => {
    expect(samlEndpoints(SignIn.saml({ providerArn: saml.providerArn }), region)).toEqual([endpoint]);
    expect(samlEndpoints(SignIn.saml(saml) as SamlSignIn, region)).toEqual(saml.endpoints);
  });

  test('takes a reference to a provider that Terraform makes', () => {
    expect(() => checkSignIn('Test', 'signIn', SignIn.saml({ providerArn: '${aws_iam_saml_provider.Company.arn}' }), 'us-east-1')).not.toThrow();
    expect(() => checkSignIn('Test', 'signIn', SignIn.oidc({ ...oidc, providerArn: '${aws_iam_openid_connect_provider.Company.arn}' }), 'us-east-1')).not.toThrow();
  });

  const alice = 'arn:aws:iam::123456789012:user/alice';
  test.each<[string, () => unknown, string, unknown, string, string]>([
    ['nobody', () => SignIn.iamUsers({ userArns: [] }), 'iamUsers', [], '312(d)', 'each person'],
    ['a role for a user', () => SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:role/alice'] }), 'iamUsers', 'arn:aws:iam::123456789012:role/alice', '312(d)', 'one user'],
    ['every user of an account', () => SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/*'] }), 'iamUsers', 'arn:aws:iam::123456789012:user/*', 'without wildcards', 'one role or user'],
    ['an account', () => SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:root'] }), 'iamUsers', 'arn:aws:iam::123456789012:root', '312(d)', 'one user'],
    ['a user that only Terraform knows', () => SignIn.iamUsers({ userArns: ['${aws_iam_user.a.arn}'] }), 'iamUsers', '${aws_iam_user.a.arn}', 'at synth', 'itself'],
    ['a name that no session takes', () => SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/a'] }), 'iamUsers', 'arn:aws:iam::123456789012:user/a', '2 to 64', 'one user'],
    ['two users of one name', () => SignIn.iamUsers({ userArns: [alice, 'arn:aws:iam::210987654321:user/people/Alice'] }), 'iamUsers', 'arn:aws:iam::210987654321:user/people/Alice', '312(a)(2)(i)', alice],
    ['a factor of yesterday', () => SignIn.iamUsers({ userArns: [alice], mfaMaxAgeSeconds: 86_400 }), 'iamUsers', 86_400, '312(a)(2)(iii)', '3600'],
    ['users without a second factor', () => SignIn.iamUsers({ userArns: [alice], mfa: false } as never), 'iamUsers', 'mfa', 'no other field', 'userArns'],
    ['an OIDC provider for a SAML one', () => SignIn.saml({ providerArn: oidc.providerArn }), 'saml', oidc.providerArn, 'federated principal', 'saml-provider'],
    ['no endpoint', () => SignIn.saml({ ...saml, endpoints: [] }), 'saml', [], 'SAML:aud', 'leave it out'],
    ['every endpoint', () => SignIn.saml({ ...saml, endpoints: ['https://*.signin.aws.amazon.com/saml'] }), 'saml', 'https://*.signin.aws.amazon.com/saml', 'no wildcard', 'us-east-2'],
    ['a tag without a value', () => SignIn.saml({ ...saml, mfaTag: { key: 'mfa', value: '' } }), 'saml', '', 'compared as it is', "'true'"],
    ['a tag with any value', () => SignIn.saml({ ...saml, mfaTag: { key: 'mfa', value: '*' } }), 'saml', '*', 'compared as it is', "'true'"],
    ['the tag of reasons', () => SignIn.oidc({ ...oidc, mfaTag: { key: 'Reason', value: 'true' } }), 'oidc', 'Reason', 'broke the glass', "'mfa'"],
    ['a tag of AWS', () => SignIn.oidc({ ...oidc, mfaTag: { key: 'aws:mfa', value: 'true' } }), 'oidc', 'aws:mfa', 'session tags', "'mfa'"],
    ['a claim for a tag', () => SignIn.oidc({ ...oidc, mfaClaim: 'amr' } as never), 'oidc', 'mfaClaim', 'no other field', 'mfaTag'],
    ['the provider of another issuer', () => SignIn.oidc({ ...oidc, issuer: 'https://login.company.com' }), 'oidc', oidc.providerArn, 'federated principal', 'oidc-provider/login.company.com'],
    ['an issuer without TLS', () => SignIn.oidc({ ...oidc, issuer: 'http://login.company.com' }), 'oidc', 'http://login.company.com', 'CreateOpenIDConnectProvider', 'https://'],
    ['any audience', () => SignIn.oidc({ ...oidc, audience: '*' }), 'oidc', '*', 'compared as it is', 'value of the claim'],
    ['an audience that is a variable', () => SignIn.oidc({ ...oidc, audience: '${aws:username}' }), 'oidc', '${aws:username}', 'compared as it is', 'value of the claim'],
    ['subjects that are nobody', () => SignIn.oidc({ ...oidc, subjects: [] }), 'oidc', [], '312(d)', 'leave subjects out'],
    ['any subject', () => SignIn.oidc({ ...oidc, subjects: ['repo:*'] }), 'oidc', 'repo:*', 'compared as it is', 'value of the claim'],
    ['subjects whose sessions have one name', () => SignIn.oidc({ ...oidc, subjects: ['ad|alice', 'ad-alice'] }), 'oidc', 'ad-alice', '312(a)(2)(i)', 'leave one out'],
    ['a subject that is too long', () => SignIn.oidc({ ...oidc, subjects: ['a'.repeat(65)] }), 'oidc', 'a'.repeat(65), 'RoleSessionName', 'shorter'],
    ['everybody at a public issuer', () => SignIn.oidc({ providerArn: 'arn:aws:iam::123456789012:oidc-provider/accounts.google.com', issuer: 'https://accounts.google.com', audience: 'app' }), 'oidc', 'https://accounts.google.com', '312(d)', 'subjects'],
    ['a permission set with a wildcard', () => SignIn.identityCenter({ permissionSet: 'Audit*' }), 'identityCenter', 'Audit*', 'CreatePermissionSet', '1 to 32'],
    ['a permission set with a path', () => SignIn.identityCenter({ permissionSet: 'a/b' }), 'identityCenter', 'a/b', 'CreatePermissionSet', '1 to 32'],
    ['a permission set with too long a name', () => SignIn.identityCenter({ permissionSet: 'a'.repeat(33) }), 'identityCenter', 'a'.repeat(33), 'CreatePermissionSet', '1 to 32'],
    ['the user that sessions run as for an inherited tag', () => SignIn.identityCenter({ permissionSet: 'A', transitiveTagKeys: ['department', 'ssmSessionRunAs'] }), 'identityCenter', 'ssmSessionRunAs', 'another user', "'department'"],
    ['the reason for an inherited tag', () => SignIn.identityCenter({ permissionSet: 'A', transitiveTagKeys: ['Reason'] }), 'identityCenter', 'Reason', 'broke the glass', "'department'"],
    ['a wildcard for an inherited tag', () => SignIn.identityCenter({ permissionSet: 'A', transitiveTagKeys: ['*'] }), 'identityCenter', '*', 'session tags', "'department'"],
    ['no list of inherited tags', () => SignIn.identityCenter({ permissionSet: 'A', transitiveTagKeys: 'department' as never }), 'identityCenter', 'department', 'session tags', "'department'"],
    ['an account that is none', () => SignIn.identityCenter({ permissionSet: 'A', account: '1' }), 'identityCenter', '1', 'twelve digits', 'as a string'],
  ])('refuses %s', (_what, action, path, value, rule, remedy) => {
    expectRefusal(action, { path: `SignIn.${path}`, value, rule, remedy });
  });

  test.each<[string, SignIn, string, unknown, string, string]>([
    ['no SignIn', { kind: 'saml' } as never, 'us-east-1', { kind: 'saml' }, '312(d)', 'SignIn.iamUsers()'],
    ['users of another partition', SignIn.iamUsers(users), 'us-gov-west-1', users.userArns[0], 'aws-us-gov', 'arn:aws-us-gov:'],
    ['a provider of another partition', SignIn.saml({ providerArn: saml.providerArn }), 'cn-north-1', saml.providerArn, 'aws-cn', 'arn:aws-cn:'],
    ['an endpoint of another partition', SignIn.saml({ ...saml, providerArn: '${aws_iam_saml_provider.a.arn}' }), 'us-gov-west-1', saml.endpoints[0], 'aws-us-gov', 'signin.amazonaws-us-gov.com'],
    ['an endpoint of a host that only looks alike', SignIn.saml({ ...saml, endpoints: ['https://signin.aws-amazon.com/saml'] }), 'us-east-1', 'https://signin.aws-amazon.com/saml', 'aws', 'signin.aws.amazon.com'],
    ['a partition whose endpoint nobody named', SignIn.saml({ providerArn: 'arn:aws-iso:iam::123456789012:saml-provider/company' }), 'us-iso-east-1', 'aws-iso', 'SAML:aud', 'endpoints of aws-iso'],
  ])('refuses %s where it is used', (_what, signIn, region, value, rule, remedy) => {
    expectRefusal(() => checkSignIn('Test', 'signIn', signIn, region), { path: 'Test', value, rule, remedy });
  });
});
