import { Token, type TerraformStack } from 'cdktf';
import { WorkforceRole, type WorkforceRoleProps } from '../../lib/access/workforce-role';
import { PolicyEffect } from '../../lib/iam/policy-statement';
import { SignIn } from '../../lib/profile/sign-in';
import { claimsBelow } from '../support/claims';
import { decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';
import { enter, type Entry } from '../support/trust';

const CLUSTER = 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster';
const ROLE = 'arn:aws:iam::123456789012:role/auditor';
const ALICE = 'arn:aws:iam::123456789012:user/people/alice';
const PROVIDER = 'arn:aws:iam::123456789012:saml-provider/company';
const OIDC = 'arn:aws:iam::123456789012:oidc-provider/login.company.com';
const base: WorkforceRoleProps = { roleName: 'auditor', description: 'Auditors', signIn: SignIn.iamUsers({ userArns: [ALICE] }), account: '123456789012', region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new WorkforceRole(stack, 'Auditor', { ...base, ...changes });
const trustOf = (changes: object = {}): string => synthStack(make(changes)).only('aws_iam_role').assume_role_policy as string;

describe('WorkforceRole', () => {
  test('is a role for an hour, without a permission in AWS', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_iam_role')).toMatchObject({ name: 'auditor', description: 'Auditors', max_session_duration: 3600 });
    expect(stack.resources.aws_iam_role_policy).toBeUndefined();
    expect(JSON.parse(stack.only('aws_iam_role').assume_role_policy as string)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<WorkforceRoleProps> = {
      ...base, trustPolicyQuota: 4096, clusterArn: CLUSTER, permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/people',
      statements: [{ sid: 'Read', effect: PolicyEffect.ALLOW, actions: ['athena:GetQueryResults'], resources: ['arn:aws:athena:us-east-1:123456789012:workgroup/audit'] }],
    };
    const stack = synthStack((scope) => new WorkforceRole(scope, 'Auditor', props));

    expect(stack.only('aws_iam_role').permissions_boundary).toBe('arn:aws:iam::123456789012:policy/people');
    expect(JSON.parse(stack.only('aws_iam_role_policy').policy as string)).toMatchObject({ Statement: [{ Action: 'eks:DescribeCluster', Resource: CLUSTER }, { Sid: 'Read' }] });
  });

  test('lets people read where their cluster is, and no other', async () => {
    const policy = synthStack(make({ clusterArn: CLUSTER })).only('aws_iam_role_policy').policy as string;
    const ask = (action: string, resource: string) => decide({ principal: 'arn:aws:sts::123456789012:assumed-role/auditor/alice', action, resource, identityPolicies: [policy] });

    expect(await ask('eks:DescribeCluster', `${CLUSTER}-2`)).toBe('ImplicitlyDenied');
    expect(await ask('eks:UpdateClusterConfig', CLUSTER)).toBe('ImplicitlyDenied');
    expect(await ask('eks:DescribeCluster', CLUSTER)).toBe('Allowed');
  });

  test.each<[string, SignIn, string[]]>([
    ['IAM users', base.signIn, ['implements AC7', 'implements AC1', 'implements AC2']],
    ['SAML with a tag', SignIn.saml({ providerArn: PROVIDER, mfaTag: { key: 'mfa', value: 'true' } }), ['implements AC7', 'implements AC1', 'implements AC2']],
    ['SAML', SignIn.saml({ providerArn: PROVIDER }), ['implements AC7', 'implements AC1', 'left-open AC2']],
    ['OIDC', SignIn.oidc({ providerArn: OIDC, issuer: 'https://login.company.com', audience: 'app' }), ['implements AC7', 'falls-short AC1', 'left-open AC2']],
    ['OIDC with subjects', SignIn.oidc({ providerArn: OIDC, issuer: 'https://login.company.com', audience: 'app', subjects: ['alice'] }), ['implements AC7', 'implements AC1', 'left-open AC2']],
    ['Identity Center', SignIn.identityCenter({ permissionSet: 'Auditor' }), ['implements AC7', 'implements AC1', 'left-open AC2']],
  ])('claims what the role enforces for %s', (_what, signIn, claims) => {
    const stack = testStack();
    make({ signIn })(stack);
    expect(claimsBelow(stack)).toEqual(claims.map((claim) => `Test/Auditor/Resource ${claim}`));
  });

  test('exposes the role', () => {
    const stack = testStack();
    const auditor = make()(stack);
    expect(auditor.node.defaultChild).toBe(auditor.role);
    expect(Token.isUnresolved(auditor.roleArn)).toBe(true);
  });

  const byUser = (changes: Record<string, string | undefined> = {}, principal = ALICE): Entry => ({
    principal,
    context: Object.fromEntries(Object.entries({
      'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'aws:username': 'alice', 'sts:RoleSessionName': 'alice', ...changes,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  test.each<[string, Entry, string]>([
    ['without a second factor', byUser({ 'aws:MultiFactorAuthPresent': 'false' }), 'ImplicitlyDenied'],
    ['with keys that know of no factor', byUser({ 'aws:MultiFactorAuthPresent': undefined, 'aws:MultiFactorAuthAge': undefined }), 'ImplicitlyDenied'],
    ['with a factor of an hour ago', byUser({ 'aws:MultiFactorAuthAge': '3600' }), 'ImplicitlyDenied'],
    ['with a factor of no age', byUser({ 'aws:MultiFactorAuthAge': undefined }), 'ImplicitlyDenied'],
    ["under somebody else's name", byUser({ 'sts:RoleSessionName': 'bob' }), 'ImplicitlyDenied'],
    ['under no name', byUser({ 'sts:RoleSessionName': undefined }), 'ImplicitlyDenied'],
    ['as another user', byUser({}, 'arn:aws:iam::123456789012:user/mallory'), 'ImplicitlyDenied'],
    ['as the user of that name of another account', byUser({}, 'arn:aws:iam::999999999999:user/people/alice'), 'ImplicitlyDenied'],
    ['from a role, with a name that it chose', byUser({ 'aws:username': undefined, 'sts:RoleSessionName': 'alice' }, 'arn:aws:sts::123456789012:assumed-role/ci/alice'), 'ImplicitlyDenied'],
    ['from a role whose session has a name of its own', byUser({ 'aws:username': undefined, 'sts:RoleSessionName': '${aws:username}' }, 'arn:aws:sts::123456789012:assumed-role/ci/x'), 'ImplicitlyDenied'],
    ['anonymously', byUser({}, 'anonymous'), 'ImplicitlyDenied'],
    ['with tags', { ...byUser({ 'sts:RoleSessionName': undefined, 'aws:RequestTag/a': 'b', 'aws:TagKeys': 'a' }), action: 'sts:TagSession' }, 'ImplicitlyDenied'],
    ['by a token', { ...byUser({ 'sts:RoleSessionName': 'alice' }), action: 'sts:AssumeRoleWithWebIdentity' }, 'ImplicitlyDenied'],
    ['properly', byUser(), 'Allowed'],
    ['properly, fifty-nine minutes after the factor', byUser({ 'aws:MultiFactorAuthAge': '3599' }), 'Allowed'],
  ])('answers an IAM user who comes %s: %s', async (_what, entry, decision) => {
    expect(await enter(ROLE, trustOf(), entry)).toBe(decision);
  });

  const AUD = 'https://signin.aws.amazon.com/saml';
  const SAML_TRUST = trustOf({ signIn: SignIn.saml({ providerArn: PROVIDER, mfaTag: { key: 'mfa', value: 'true' } }) });
  const bySaml = (context: Record<string, string>, principal = PROVIDER, action = 'sts:AssumeRoleWithSAML'): Entry => ({ principal, action, context });
  test.each<[string, Entry, string]>([
    ['without the tag of a second factor', bySaml({ 'SAML:aud': AUD }), 'ImplicitlyDenied'],
    ['with the tag of one factor', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/mfa': 'false' }), 'ImplicitlyDenied'],
    ['with an assertion for somebody else', bySaml({ 'SAML:aud': 'https://portal.company.com/saml', 'aws:RequestTag/mfa': 'true' }), 'ImplicitlyDenied'],
    ["with an assertion for another partition's sign-in", bySaml({ 'SAML:aud': 'https://signin.amazonaws.cn/saml', 'aws:RequestTag/mfa': 'true' }), 'ImplicitlyDenied'],
    ['from another provider', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/mfa': 'true' }, `${PROVIDER}-2`), 'ImplicitlyDenied'],
    ['from the provider of another account', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/mfa': 'true' }, PROVIDER.replace('123456789012', '999999999999')), 'ImplicitlyDenied'],
    ['by sts:AssumeRole, with the tag in hand', { principal: ALICE, context: { 'aws:RequestTag/mfa': 'true', 'sts:RoleSessionName': 'alice' } }, 'ImplicitlyDenied'],
    ['anonymously', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/mfa': 'true' }, 'anonymous'), 'ImplicitlyDenied'],
    ['properly', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/mfa': 'true' }), 'Allowed'],
    ['with what the provider says of the person', bySaml({ 'SAML:aud': AUD, 'aws:RequestTag/department': 'cardiology' }, PROVIDER, 'sts:TagSession'), 'Allowed'],
  ])('answers who comes by SAML %s: %s', async (_what, entry, decision) => {
    expect(await enter(ROLE, SAML_TRUST, entry)).toBe(decision);
  });

  const ISSUER = 'login.company.com';
  const OIDC_TRUST = trustOf({ signIn: SignIn.oidc({ providerArn: OIDC, issuer: `https://${ISSUER}`, audience: 'app', subjects: ['ad|alice', 'bob'], mfaTag: { key: 'mfa', value: 'true' } }) });
  const token = { [`${ISSUER}:aud`]: 'app', [`${ISSUER}:sub`]: 'ad|alice', 'sts:RoleSessionName': 'ad-alice', 'aws:RequestTag/mfa': 'true' };
  const byToken = (changes: Record<string, string | undefined> = {}, principal = OIDC): Entry => ({
    principal, action: 'sts:AssumeRoleWithWebIdentity', context: Object.fromEntries(Object.entries({ ...token, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  test.each<[string, Entry, string]>([
    ['for another audience', byToken({ [`${ISSUER}:aud`]: 'portal' }), 'ImplicitlyDenied'],
    ['of another subject', byToken({ [`${ISSUER}:sub`]: 'ad|mallory' }), 'ImplicitlyDenied'],
    ["of one person, under another's name", byToken({ 'sts:RoleSessionName': 'bob' }), 'ImplicitlyDenied'],
    ['under a name that nobody has', byToken({ 'sts:RoleSessionName': 'root' }), 'ImplicitlyDenied'],
    ['without a second factor', byToken({ 'aws:RequestTag/mfa': undefined }), 'ImplicitlyDenied'],
    ['of another issuer', byToken({}, OIDC.replace('login', 'dev')), 'ImplicitlyDenied'],
    ['of one person', byToken(), 'Allowed'],
    ['of the other', byToken({ [`${ISSUER}:sub`]: 'bob', 'sts:RoleSessionName': 'bob' }), 'Allowed'],
  ])('answers who brings a token %s: %s', async (_what, entry, decision) => {
    expect(await enter(ROLE, OIDC_TRUST, entry, ISSUER)).toBe(decision);
  });

  const CENTER_TRUST = trustOf({ signIn: SignIn.identityCenter({ permissionSet: 'Auditor' }) });
  const MAY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ROLE }] });
  const PERSON = 'alice@company.com';
  const bySet = (name: string, { path = 'aws-reserved/sso.amazonaws.com/eu-west-2/', account = '123456789012', as = PERSON, identityPolicies = [MAY] } = {}): Entry => ({
    principal: `arn:aws:sts::${account}:assumed-role/${name}/${PERSON}`,
    context: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${path}${name}`, 'aws:userid': `AROAEXAMPLE:${PERSON}`, 'sts:RoleSessionName': as },
    identityPolicies,
  });
  const SET = 'AWSReservedSSO_Auditor_0123456789abcdef';
  test.each<[string, Entry, string]>([
    ['another permission set', bySet('AWSReservedSSO_Developer_0123456789abcdef'), 'ImplicitlyDenied'],
    ['a permission set whose name begins alike', bySet('AWSReservedSSO_Auditor_Lead_0123456789abcdef'), 'ImplicitlyDenied'],
    ['a permission set whose name ends alike', bySet('AWSReservedSSO_xAWSReservedSSO_Auditor_0123456789abcdef'), 'ImplicitlyDenied'],
    ["a role of somebody's own with that name", bySet(SET, { path: '' }), 'ImplicitlyDenied'],
    ["a role of somebody's own with that name and a path", bySet(SET, { path: 'x/aws-reserved/sso.amazonaws.com/' }), 'ImplicitlyDenied'],
    ['the permission set of another account', bySet(SET, { account: '999999999999' }), 'ImplicitlyDenied'],
    ["the permission set, under somebody else's name", bySet(SET, { as: 'bob@company.com' }), 'ImplicitlyDenied'],
    ['the permission set, under the end of its name', bySet(SET, { as: 'company.com' }), 'ImplicitlyDenied'],
    ['the permission set, without leave to assume the role', bySet(SET, { identityPolicies: [] }), 'ImplicitlyDenied'],
    ['the permission set, with tags', { ...bySet(SET), action: 'sts:TagSession', context: { 'aws:PrincipalArn': `arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/${SET}`, 'aws:RequestTag/a': 'b' } }, 'ImplicitlyDenied'],
    ['the permission set', bySet(SET), 'Allowed'],
    ['the permission set, where the path names no region', bySet(SET, { path: 'aws-reserved/sso.amazonaws.com/' }), 'Allowed'],
  ])('answers who comes from Identity Center by %s: %s', async (_what, entry, decision) => {
    expect(await enter(ROLE, CENTER_TRUST, entry)).toBe(decision);
  });

  test('takes people of a permission set of another account, and then of that one alone', async () => {
    const trust = trustOf({ signIn: SignIn.identityCenter({ permissionSet: 'Auditor', account: '210987654321' }) });
    expect(await enter(ROLE, trust, bySet(SET))).toBe('ImplicitlyDenied');
    expect(await enter(ROLE, trust, bySet(SET, { account: '210987654321' }))).toBe('Allowed');
  });

  test.each<[string, string, string]>([
    ['us-gov-west-1', 'aws-us-gov', 'https://signin.amazonaws-us-gov.com/saml'],
    ['cn-northwest-1', 'aws-cn', 'https://signin.amazonaws.cn/saml'],
  ])('trusts principals of the partition of %s', (region, partition, endpoint) => {
    expect(trustOf({ region, signIn: SignIn.identityCenter({ permissionSet: 'Auditor' }) })).toContain(`"AWS":"arn:${partition}:iam::123456789012:root"`);
    expect(trustOf({ region, signIn: SignIn.saml({ providerArn: `arn:${partition}:iam::123456789012:saml-provider/company` }) })).toContain(`"SAML:aud":"${endpoint}"`);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a longer session', { maxSessionDuration: 43_200 }, 'maxSessionDuration', 'their session is an hour', 'roleName'],
    ['a role name that IAM refuses', { roleName: 'a b' }, 'a b', 'names of roles', '1 to 64'],
    ['no description', { description: '' }, '', 'required', 'non-empty'],
    ['too long a description', { description: 'a'.repeat(1001) }, 1001, '1000 characters', 'shorter'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['no way to sign in', { signIn: undefined }, undefined, '312(d)', 'SignIn.iamUsers()'],
    ['people of another partition', { region: 'us-gov-west-1' }, ALICE, 'aws-us-gov', 'arn:aws-us-gov:'],
    ['a boundary that is no policy', { permissionsBoundaryArn: 'arn:aws:iam::123456789012:role/x' }, 'arn:aws:iam::123456789012:role/x', 'permissions boundaries', ':policy/'],
    ['a boundary of another partition', { permissionsBoundaryArn: 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' }, 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess', 'partition aws', 'arn:aws:'],
    ['a quota below the one that every account has', { trustPolicyQuota: 1024 }, 1024, 'role trust policy length', '2048 to 4096'],
    ['a quota that AWS gives nobody', { trustPolicyQuota: 4097 }, 4097, 'role trust policy length', '2048 to 4096'],
    ['every cluster', { clusterArn: 'arn:aws:eks:us-east-1:123456789012:cluster/*' }, 'arn:aws:eks:us-east-1:123456789012:cluster/*', 'without wildcards', 'full ARN'],
    ['what is no cluster', { clusterArn: 'arn:aws:eks:us-east-1:123456789012:nodegroup/a' }, 'arn:aws:eks:us-east-1:123456789012:nodegroup/a', 'DescribeCluster', 'cluster/healthcare-cluster'],
    ['every action', { statements: [{ sid: 'All', effect: PolicyEffect.ALLOW, actions: ['*'], resources: ['arn:aws:s3:::a'] }] }, '*', '308(a)(4)(ii)(B)', 'reason'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Auditor', value, rule, remedy });
  });

  const crowd = (people: number): SignIn => SignIn.iamUsers({ userArns: Array.from({ length: people }, (_, index) => `arn:aws:iam::123456789012:user/people/person-number-${100 + index}`) });
  test.each<[number, number | undefined]>([[40, undefined], [40, 2048], [80, 4096]])('refuses %d people where a trust policy has %s characters, before it makes anything', (people, trustPolicyQuota) => {
    const stack = testStack();
    expect(() => make({ signIn: crowd(people), trustPolicyQuota })(stack)).toThrow(new RegExp(`more people than a trust policy holds[^]*${trustPolicyQuota ?? 2048} characters at most[^]*give trustPolicyQuota`));
    expect(stack.node.findChild('Auditor').node.children).toEqual([]);
  });

  test('takes more people where the quota was raised, and counts characters as AWS does', () => {
    const trust = trustOf({ signIn: crowd(40), trustPolicyQuota: 4096 });
    expect(trust.length).toBeGreaterThan(2048);
    // Without Terraform's second `$`, of which there is one.
    const length = trust.length - 1;
    expect(trustOf({ signIn: crowd(40), trustPolicyQuota: length })).toBe(trust);
    expect(() => trustOf({ signIn: crowd(40), trustPolicyQuota: length - 1 })).toThrow(/more people/);
  });
});
