import { Token, type TerraformStack } from 'cdktf';
import { BreakGlassRole, type BreakGlassRoleProps } from '../../lib/access/break-glass-role';
import { PolicyEffect } from '../../lib/iam/policy-statement';
import { SignIn } from '../../lib/profile/sign-in';
import { claimsBelow } from '../support/claims';
import { matches } from '../support/metric-filter';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';
import { enter, type Entry } from '../support/trust';

const ROLE = 'arn:aws:iam::123456789012:role/break-glass';
const ALICE = 'arn:aws:iam::123456789012:user/alice';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const base: BreakGlassRoleProps = {
  roleName: 'break-glass', description: 'Emergencies', signIn: SignIn.iamUsers({ userArns: [ALICE] }), account: '123456789012', region: 'us-east-1',
  clusterName: 'healthcare-cluster', trailLogGroupName: '/hipaa/healthcare-cluster/cloudtrail', topicArn: TOPIC, alarmName: 'break-glass',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new BreakGlassRole(stack, 'BreakGlass', { ...base, ...changes });
const trustOf = (changes: object = {}): string => synthStack(make(changes)).only('aws_iam_role').assume_role_policy as string;

describe('BreakGlassRole', () => {
  test('administers the cluster for an hour, beside RBAC', () => {
    const stack = synthStack(make());
    const arn = `\${aws_iam_role.${Object.keys(stack.resources.aws_iam_role)[0]}.arn}`;

    expect(stack.only('aws_iam_role').max_session_duration).toBe(3600);
    expect(JSON.parse(stack.only('aws_iam_role_policy').policy as string)).toMatchObject({ Statement: [{ Action: 'eks:DescribeCluster', Resource: 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster' }] });
    expect(stack.only('aws_eks_access_entry')).toMatchObject({ principal_arn: arn, type: 'STANDARD' });
    // Bound to nothing: admission knows by it who broke the glass.
    expect(stack.only('aws_eks_access_entry').kubernetes_groups).toEqual(['hipaa-break-glass']);
    expect(stack.only('aws_eks_access_policy_association')).toMatchObject({ principal_arn: arn, policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', access_scope: { type: 'cluster' } });
    expect(JSON.parse(stack.only('aws_iam_role').assume_role_policy as string)).toMatchSnapshot();
  });

  test('rings at the first attempt within a minute', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_cloudwatch_log_metric_filter')).toMatchObject({ log_group_name: '/hipaa/healthcare-cluster/cloudtrail', metric_transformation: { value: '1' } });
    expect(stack.only('aws_cloudwatch_metric_alarm')).toMatchObject({ alarm_name: 'break-glass', threshold: 1, period: 60, evaluation_periods: 1, comparison_operator: 'GreaterThanOrEqualToThreshold', alarm_actions: [TOPIC] });
    expect(stack.only('aws_cloudwatch_metric_alarm').alarm_description).toMatch(/break-glass administers healthcare-cluster/);
  });

  test('takes every prop', () => {
    const props: Required<BreakGlassRoleProps> = {
      ...base, trustPolicyQuota: 4096, alarmRegion: 'us-west-2', topicArn: TOPIC.replace('us-east-1', 'us-west-2'), reasonPattern: 'INC-????*', permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/people',
      statements: [{ sid: 'Session', effect: PolicyEffect.ALLOW, actions: ['ssm:StartSession'], resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d'] }],
    };
    const stack = synthStack((scope) => new BreakGlassRole(scope, 'BreakGlass', props));

    expect(stack.only('aws_cloudwatch_metric_alarm').region).toBe('us-west-2');
    expect(stack.only('aws_iam_role').permissions_boundary).toBe('arn:aws:iam::123456789012:policy/people');
    expect(stack.only('aws_iam_role_policy').policy).toContain('ssm:StartSession');
    expect(stack.only('aws_iam_role').assume_role_policy).toContain('"StringLike":{"aws:RequestTag/reason":"INC-????*"}');
  });

  test('exposes role, alarm and entry', () => {
    const stack = testStack();
    const role = make()(stack);

    expect(role.node.defaultChild).toBe(role.role);
    expect(Token.isUnresolved(role.roleArn)).toBe(true);
    expect(role.alarm.metricAlarm.alarm.alarmNameInput).toBe('break-glass');
    expect(role.accessEntry.entry.clusterNameInput).toBe('healthcare-cluster');
  });

  test('claims emergency access on the role', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual([
      ...['AC7', 'AC1', 'AC2', 'AC6'].map((control) => `Test/BreakGlass/Resource implements ${control}`),
      'Test/BreakGlass/AccessEntry/Resource implements AC1',
    ]);
  });

  const KNOWN = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'aws:username': 'alice', 'sts:RoleSessionName': 'alice' };
  const WHY = { 'aws:RequestTag/reason': 'INC-1234 portal down', 'aws:TagKeys': 'reason' };
  test.each<[string, Entry, string]>([
    ['no reason', { principal: ALICE, context: KNOWN }, 'ImplicitlyDenied'],
    ['an empty reason', { principal: ALICE, context: { ...KNOWN, ...WHY, 'aws:RequestTag/reason': '' } }, 'ImplicitlyDenied'],
    ['a reason by another spelling of its key', { principal: ALICE, context: { ...KNOWN, ...WHY, 'aws:TagKeys': 'Reason' } }, 'ImplicitlyDenied'],
    ['another tag', { principal: ALICE, context: { ...KNOWN, 'aws:RequestTag/ticket': 'INC-1234', 'aws:TagKeys': 'ticket' } }, 'ImplicitlyDenied'],
    ['a reason and no second factor', { principal: ALICE, context: { ...KNOWN, ...WHY, 'aws:MultiFactorAuthPresent': 'false' } }, 'ImplicitlyDenied'],
    ["a reason, under somebody else's name", { principal: ALICE, context: { ...KNOWN, ...WHY, 'sts:RoleSessionName': 'bob' } }, 'ImplicitlyDenied'],
    ['a reason, as somebody else', { principal: 'arn:aws:iam::123456789012:user/mallory', context: { ...KNOWN, ...WHY } }, 'ImplicitlyDenied'],
    ['a reason', { principal: ALICE, context: { ...KNOWN, ...WHY } }, 'Allowed'],
    ['the tag of the reason', { principal: ALICE, action: 'sts:TagSession', context: WHY }, 'Allowed'],
    ['the tag of the reason, and of the user that sessions on nodes run as', { principal: ALICE, action: 'sts:TagSession', context: { ...WHY, 'aws:RequestTag/SSMSessionRunAs': 'root', 'aws:TagKeys': ['reason', 'SSMSessionRunAs'] } }, 'ExplicitlyDenied'],
    ['the tag of the reason, and of another role', { principal: ALICE, action: 'sts:TagSession', context: { ...WHY, 'aws:RequestTag/department': 'security', 'aws:TagKeys': ['department', 'reason'] } }, 'ExplicitlyDenied'],
    ['another tag alone', { principal: ALICE, action: 'sts:TagSession', context: { 'aws:RequestTag/SSMSessionRunAs': 'root', 'aws:TagKeys': ['SSMSessionRunAs'] } }, 'ExplicitlyDenied'],
    ['the tag of no reason', { principal: ALICE, action: 'sts:TagSession', context: { 'aws:RequestTag/reason': '', 'aws:TagKeys': 'reason' } }, 'ImplicitlyDenied'],
  ])('answers who gives %s: %s', async (_what, entry, decision) => {
    expect(await enter(ROLE, trustOf(), entry)).toBe(decision);
  });

  test('takes reasons of the given form alone', async () => {
    const trust = trustOf({ reasonPattern: 'INC-????*' });
    const ask = (reason: string) => enter(ROLE, trust, { principal: ALICE, context: { ...KNOWN, 'aws:RequestTag/reason': reason, 'aws:TagKeys': 'reason' } });
    expect(await ask('because')).toBe('ImplicitlyDenied');
    expect(await ask('INC-1')).toBe('ImplicitlyDenied');
    expect(await ask('INC-1234')).toBe('Allowed');
  });

  test.each<[string, SignIn, Entry]>([
    ['SAML', SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company' }), { principal: 'arn:aws:iam::123456789012:saml-provider/company', action: 'sts:AssumeRoleWithSAML', context: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } }],
    ['Identity Center', SignIn.identityCenter({ permissionSet: 'BreakGlass' }), {
      principal: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_BreakGlass_0123456789abcdef/alice',
      context: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_BreakGlass_0123456789abcdef', 'aws:userid': 'AROAEXAMPLE:alice', 'sts:RoleSessionName': 'alice' },
      identityPolicies: [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ROLE }] })],
    }],
  ])('asks people of %s for a reason, and lets them give it', async (_what, signIn, entry) => {
    const trust = trustOf({ signIn });
    const tags: Entry = { ...entry, action: 'sts:TagSession', context: { ...entry.context, ...WHY } };
    delete tags.context!['sts:RoleSessionName'];

    expect(await enter(ROLE, trust, entry)).toBe('ImplicitlyDenied');
    expect(await enter(ROLE, trust, { ...entry, context: { ...entry.context, ...WHY } })).toBe('Allowed');
    expect(await enter(ROLE, trust, tags)).toBe('Allowed');
  });

  const CENTER: Entry = {
    principal: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_BreakGlass_0123456789abcdef/alice',
    action: 'sts:TagSession',
    identityPolicies: [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ROLE }] })],
  };
  test.each<[string, readonly string[] | undefined, string[], string]>([
    ['another tag', undefined, ['reason', 'SSMSessionRunAs'], 'ExplicitlyDenied'],
    ['an inherited tag that nobody named', undefined, ['department', 'reason'], 'ExplicitlyDenied'],
    ['another tag beside those that are inherited', ['department'], ['department', 'reason', 'SSMSessionRunAs'], 'ExplicitlyDenied'],
    ['an inherited tag and no reason', ['department'], ['department'], 'ImplicitlyDenied'],
    ['an inherited tag', ['department'], ['department', 'reason'], 'Allowed'],
    ['the reason alone, where tags may be inherited', ['department'], ['reason'], 'Allowed'],
  ])('answers who comes from Identity Center with %s: %#', async (_what, transitiveTagKeys, keys, decision) => {
    const trust = trustOf({ signIn: SignIn.identityCenter({ permissionSet: 'BreakGlass', transitiveTagKeys }) });
    const context = {
      'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_BreakGlass_0123456789abcdef',
      ...(keys.includes('reason') ? { 'aws:RequestTag/reason': 'INC-1234' } : {}), 'aws:TagKeys': keys,
    };
    expect(await enter(ROLE, trust, { ...CENTER, context })).toBe(decision);
  });

  test('takes the tags that a provider signs', async () => {
    const providerArn = 'arn:aws:iam::123456789012:saml-provider/company';
    const context = { ...WHY, 'aws:RequestTag/mfa': 'true', 'aws:TagKeys': ['mfa', 'reason'] };
    expect(await enter(ROLE, trustOf({ signIn: SignIn.saml({ providerArn, mfaTag: { key: 'mfa', value: 'true' } }) }), { principal: providerArn, action: 'sts:TagSession', context })).toBe('Allowed');
  });

  /** Events of AWS STS in a trail, as they are recorded; a refusal has no parameters, and says the role in its message. */
  const event = (eventName: string, changes: object = {}): object => ({
    eventSource: 'sts.amazonaws.com', eventName, requestParameters: { roleArn: ROLE, roleSessionName: 'alice', durationSeconds: 3600, tags: [{ key: 'reason', value: 'INC-1234' }] },
    responseElements: { assumedRoleUser: { arn: 'arn:aws:sts::123456789012:assumed-role/break-glass/alice' } },
    resources: [{ ARN: ROLE, accountId: '123456789012', type: 'AWS::IAM::Role' }], readOnly: true, eventCategory: 'Management', ...changes,
  });
  const refusal = (message: string): object => event('AssumeRole', { requestParameters: null, responseElements: null, resources: undefined, errorCode: 'AccessDenied', errorMessage: message });
  const other = 'arn:aws:iam::123456789012:role/break-glass-drill';
  test.each<[string, object, boolean]>([
    ['sts:AssumeRole', event('AssumeRole'), true],
    ['SAML', event('AssumeRoleWithSAML'), true],
    ['a token', event('AssumeRoleWithWebIdentity', { resources: undefined }), true],
    ['a name that is spelled in another way', event('AssumeRole', { requestParameters: { roleArn: ROLE.replace('break', 'Break') } }), true],
    ['a refusal', refusal(`User: ${ALICE} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`), true],
    ['a refusal that gives its reason', refusal(`User: ${ALICE} is not authorized to perform: sts:AssumeRole on resource: ${ROLE} with an explicit deny in a service control policy`), true],
    ['a refused tag', refusal(`User: ${ALICE} is not authorized to perform: sts:TagSession on resource: ${ROLE}`), true],
    ['another role', event('AssumeRole', { requestParameters: { roleArn: other }, resources: [{ ARN: other }] }), false],
    ['the role of that name of another account', event('AssumeRole', { requestParameters: { roleArn: ROLE.replace('123456789012', '999999999999') }, resources: [{ ARN: ROLE.replace('123456789012', '999999999999') }] }), false],
    ['a change of the role', { eventSource: 'iam.amazonaws.com', eventName: 'UpdateAssumeRolePolicy', requestParameters: { roleName: 'break-glass' } }, false],
    ['a call of the role itself', { eventSource: 'eks.amazonaws.com', eventName: 'DescribeCluster', userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/break-glass/alice' } }, false],
  ])('counts who comes by %s: %#', (_what, record, counted) => {
    expect(matches(synthStack(make()).only('aws_cloudwatch_log_metric_filter').pattern as string, record)).toBe(counted);
  });

  test.each<[string, string]>([['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn']])('uses the ARNs of the partition of %s', (region, partition) => {
    const stack = synthStack(make({ region, signIn: SignIn.identityCenter({ permissionSet: 'BreakGlass' }), topicArn: TOPIC.replace('aws:sns:us-east-1', `${partition}:sns:${region}`) }));

    expect(stack.only('aws_cloudwatch_log_metric_filter').pattern).toContain(`"arn:${partition}:iam::123456789012:role/break-glass"`);
    expect(stack.only('aws_iam_role_policy').policy).toContain(`arn:${partition}:eks:${region}:123456789012:cluster/healthcare-cluster`);
    expect(stack.only('aws_eks_access_policy_association').policy_arn).toContain(`arn:${partition}:eks::aws:`);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no way to sign in', { signIn: undefined }, undefined, '312(d)', 'SignIn.iamUsers()'],
    ['a role name that only Terraform knows', { roleName: '${var.role}' }, '${var.role}', 'at synth', 'itself'],
    ['a cluster name that EKS refuses', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['every log group', { trailLogGroupName: '/hipaa/*' }, '/hipaa/*', 'CreateLogGroup', 'full name'],
    ['what is no topic', { topicArn: 'arn:aws:sqs:us-east-1:123456789012:alarms' }, 'arn:aws:sqs:us-east-1:123456789012:alarms', 'without wildcards', 'full ARN'],
    ['an alarm nowhere', { alarmRegion: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
    ['an alarm without a name', { alarmName: '' }, '', 'required', 'non-empty'],
    ['no reason at all', { reasonPattern: '*' }, '*', '312(a)(2)(ii)', 'INC-'],
    ['a blank for a reason', { reasonPattern: ' *' }, ' *', '312(a)(2)(ii)', 'INC-'],
    ['a variable for a reason', { reasonPattern: '${aws:username}' }, '${aws:username}', '312(a)(2)(ii)', 'INC-'],
    ['a quota that AWS gives nobody', { trustPolicyQuota: 8192 }, 8192, 'role trust policy length', '2048 to 4096'],
    ['a longer session', { maxSessionDuration: 7200 }, 'maxSessionDuration', 'its session is an hour', 'reasonPattern'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/BreakGlass', value, rule, remedy });
  });
});
