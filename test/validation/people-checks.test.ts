/** The checks on roles of people and on how they come into the cluster: as they are, and weakened. */
import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { BreakGlassRole } from '../../lib/access/break-glass-role';
import { HipaaEksCluster } from '../../lib/access/eks-cluster';
import { EksAccessEntry } from '../../lib/access/eks-access-entry';
import { EksAccessLevel, EksAccessPolicy } from '../../lib/access/eks-access-policy';
import { WorkforceRole } from '../../lib/access/workforce-role';
import { AlarmTopic } from '../../lib/alarms/alarm-topic';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Attestation } from '../../lib/controls/attestation';
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant } from '../../lib/encryption/key-service-grant';
import { controlMatrix } from '../../lib/evidence/control-matrix';
import { EncryptedLogGroup } from '../../lib/logs/encrypted-log-group';
import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import type { HipaaProfile } from '../../lib/profile/profile';
import { Retention } from '../../lib/profile/retention';
import { SignIn } from '../../lib/profile/sign-in';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { inPolicy, type Statement, type Weakening } from './weakening';

const ATTESTED = eksProfile({
  attestations: [new Attestation({ control: Control.AC2_MFA, statement: 'the provider asks for a second factor', by: 'ciso@company.com', on: '2026-01-01', until: '2027-01-01' })],
});
const [account, region] = ['123456789012', 'us-east-1'];
const { names } = ATTESTED;
const role = (stack: TerraformStack, id: string, signIn: SignIn): WorkforceRole => (
  new WorkforceRole(stack, id, { roleName: id.toLowerCase(), description: id, signIn, account, region }));
const provider = { providerArn: `arn:aws:iam::${account}:oidc-provider/login.company.com`, issuer: 'https://login.company.com', audience: 'app' };
const mfaTag = { key: 'mfa', value: 'true' };

function synthesize(profile: HipaaProfile, build: (stack: TerraformStack) => void): { objects: readonly SynthesizedObject[]; findings: readonly string[] } {
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Own');
  new AwsProvider(stack, 'Aws', { region });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'test', region });
  build(stack);
  return app.synthesize();
}

function reference(stack: TerraformStack): void {
  new HipaaEksCluster(stack, 'Cluster', { name: 'healthcare-cluster', version: KubernetesVersion.V1_33, account, region, subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'], roleName: 'control-plane' });
  const logs = new EncryptedLogGroup(stack, 'TrailLogs', { logGroupName: names.trailLogGroup, region, retention: Retention.years(6), kmsKeyArn: `arn:aws:kms:${region}:${account}:key/a` });
  const trailRole = new IamRole(stack, 'TrailRole', { name: 'trail', assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole' }] }) });
  new IamRolePolicy(stack, 'TrailPolicy', { role: trailRole.name, policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `${logs.logGroupArn}:*` }] }) });
  const key = new EncryptionKey(stack, 'Key', { alias: 'alarms', account, region, administrators: [`arn:aws:iam::${account}:role/key-administrators`], services: KeyServiceGrant.alarms({ account, region }) });
  const topic = new AlarmTopic(stack, 'Topic', { topicName: 'alarms', account, region, kmsKeyArn: key.arn, subscribers: [AlarmSubscriber.email('security@company.com')] });
  new Cloudtrail(stack, 'Trail', { name: names.trail, s3BucketName: 'archive', isMultiRegionTrail: true, cloudWatchLogsGroupArn: `${logs.logGroupArn}:*`, cloudWatchLogsRoleArn: trailRole.arn });
  const auditor = role(stack, 'Users', SignIn.iamUsers({ userArns: [`arn:aws:iam::${account}:user/alice`, `arn:aws:iam::${account}:user/bob`] }));
  role(stack, 'Saml', SignIn.saml({ providerArn: `arn:aws:iam::${account}:saml-provider/company`, mfaTag }));
  role(stack, 'Oidc', SignIn.oidc({ ...provider, subjects: ['alice', 'bob'], mfaTag }));
  role(stack, 'Center', SignIn.identityCenter({ permissionSet: 'Auditor' }));
  new EksAccessEntry(stack, 'Entry', { clusterName: 'healthcare-cluster', principalArn: auditor.roleArn, kubernetesGroups: ['oidc:auditors@company.com'], account, region });
  new EksAccessEntry(stack, 'Pipeline', { clusterName: 'healthcare-cluster', principalArn: ATTESTED.terraformRole, kubernetesGroups: [], accessPolicies: [EksAccessPolicy.onCluster(EksAccessLevel.CLUSTER_ADMIN)], account, region });
  new BreakGlassRole(stack, 'Emergency', {
    roleName: names.breakGlassRole, description: 'Emergencies', signIn: SignIn.iamUsers({ userArns: [`arn:aws:iam::${account}:user/carol`] }), account, region,
    clusterName: 'healthcare-cluster', trailLogGroupName: logs.logGroupName, topicArn: topic.topicArn, alarmName: 'break-glass',
  });
}

const { objects, findings } = synthesize(ATTESTED, reference);
const [ROLE, ENTRY, FILTER, ALARM, TRAIL, POLICY, CLUSTER] = [
  'aws_iam_role', 'aws_eks_access_entry', 'aws_cloudwatch_log_metric_filter', 'aws_cloudwatch_metric_alarm', 'aws_cloudtrail', 'aws_eks_access_policy_association', 'aws_eks_cluster',
];
const isAt = (address: string) => (object: SynthesizedObject): boolean => object.reference.address!.startsWith(address);

/** What the check says of the resource whose address begins with `address`, after `weaken`. */
function verdict(control: Control, address: string, weaken: Weakening = () => undefined, profile = ATTESTED): string | undefined {
  const copies = structuredClone(objects) as SynthesizedObject[];
  const object = copies.find(isAt(address))!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- weakenings reach into every shape
type Content = any;
const trust = (change: (statements: Statement[]) => void): Weakening => inPolicy(change, 'assume_role_policy');
const inOther = (address: string, change: (content: Content) => void): Weakening => (_content, others) => change(others.find(isAt(address))!.content);
const remove = (address: string): Weakening => (_content, others) => void others.splice(others.findIndex(isAt(address)), 1);
const add = (address: string, content: object): Weakening => (_content, others) => void others.push({ reference: { tree: Tree.TERRAFORM, address, stack: 'Own' }, path: address, claims: [], content: content as Record<string, unknown> });
const admin = (principal: string): Weakening => add(`${POLICY}.Own`, { principal_arn: principal, policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', access_scope: { type: 'cluster' } });
const open = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' };

const CASES: [Control, string, string, Weakening, RegExp][] = [
  [Control.AC7_LOGOFF, `${ROLE}.Users`, 'half a day', (o) => (o.max_session_duration = 43_200), /may last 43200 s/],
  [Control.AC7_LOGOFF, `${ROLE}.Users`, 'a time that only Terraform knows', (o) => (o.max_session_duration = '${var.seconds}'), /may last \$\{var\.seconds\}/],
  [Control.AC7_LOGOFF, `${ROLE}.Users`, 'every change ignored', (o) => (o.lifecycle = { ignore_changes: 'all' }), /ignores changes/],

  [Control.AC2_MFA, `${ROLE}.Users`, 'no condition', trust(([first]) => delete first.Condition), /who used no second factor/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'a condition that holds without the key', trust(([first]) => { first.Condition.BoolIfExists = first.Condition.Bool; delete first.Condition.Bool; }), /who used no second factor/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'true or false', trust(([first]) => (first.Condition.Bool['aws:MultiFactorAuthPresent'] = ['true', 'false'])), /who used no second factor/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'no age', trust(([first]) => delete first.Condition.NumericLessThan), /older than an hour/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'the age of a day', trust(([first]) => (first.Condition.NumericLessThan['aws:MultiFactorAuthAge'] = '86400')), /older than an hour/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'another statement', trust((statements) => void statements.push(open)), /who used no second factor/],
  [Control.AC2_MFA, `${ROLE}.Users`, "a tag that is the caller's own word", trust((statements) => void statements.push({ ...open, Condition: { StringEquals: { 'aws:RequestTag/mfa': 'true' } } })), /who used no second factor/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'a service', trust((statements) => void statements.push({ ...open, Principal: { Service: 'ec2.amazonaws.com' } })), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'every action', trust((statements) => void statements.push({ ...open, Action: 'sts:*' })), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'every action but one', trust((statements) => void statements.push({ Effect: 'Allow', Principal: open.Principal, NotAction: 'sts:TagSession' })), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'everyone', trust(([first]) => (first.Principal = '*')), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'everyone but one', trust(([first]) => { first.NotPrincipal = first.Principal; delete first.Principal; }), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Users`, 'a policy from elsewhere', (o) => (o.assume_role_policy = '${data.aws_iam_policy_document.own.json}'), /nobody in that can be read/],
  [Control.AC2_MFA, `${ROLE}.Saml`, 'no tag', trust(([first]) => delete first.Condition.StringEquals['aws:RequestTag/mfa']), /does not mark with a second factor/],
  [Control.AC2_MFA, `${ROLE}.Saml`, 'any value', trust(([first]) => { first.Condition.StringLike = { 'aws:RequestTag/mfa': '*' }; delete first.Condition.StringEquals['aws:RequestTag/mfa']; }), /does not mark/],
  [Control.AC2_MFA, `${ROLE}.Saml`, 'a second action', trust(([first]) => (first.Action = ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'])), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Saml`, 'a provider of another kind', trust(([first]) => (first.Principal = { Federated: 'cognito-identity.amazonaws.com' })), /others than people/],
  [Control.AC2_MFA, `${ROLE}.Oidc`, 'no tag for one person', trust(([, second]) => delete second.Condition.StringEquals['aws:RequestTag/mfa']), /does not mark/],

  [Control.AC1_UNIQUE_ID, `${ROLE}.Users`, 'any name', trust(([first]) => delete first.Condition.StringEquals), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Users`, 'one name for all', trust(([first]) => (first.Condition.StringEquals['sts:RoleSessionName'] = 'admin')), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Users`, 'a name of two', trust(([first]) => (first.Condition.StringEquals['sts:RoleSessionName'] = ['${aws:username}', 'admin'])), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Users`, 'the same name in another account', trust(([first]) => first.Principal.AWS.push('arn:aws:iam::999999999999:user/Alice')), /two users of the name alice/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Users`, 'a role beside the users', trust((statements) => void statements.push({ ...open, Principal: { AWS: `arn:aws:iam::${account}:role/ci` } })), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Saml`, 'a token beside the assertion', trust((statements) => void statements.push({ Effect: 'Allow', Principal: { Federated: provider.providerArn }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: {} })), /who signs in choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Oidc`, 'two subjects in one statement', trust(([first]) => (first.Condition.StringEquals['login.company.com:sub'] = ['alice', 'bob'])), /who signs in choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Oidc`, 'any subject', trust(([first]) => { first.Condition.StringLike = { 'login.company.com:sub': '*' }; delete first.Condition.StringEquals['login.company.com:sub']; }), /who signs in choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Oidc`, 'one name for two', trust(([first]) => (first.Condition.StringEquals['sts:RoleSessionName'] = 'bob')), /one session's name to two people: bob/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Center`, 'any name', trust(([first]) => delete first.Condition.StringLike), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Center`, 'a name that only ends alike', trust(([first]) => (first.Condition.StringLike['aws:userid'] = '*${sts:RoleSessionName}')), /caller choose/],
  [Control.AC1_UNIQUE_ID, `${ROLE}.Center`, 'any id', trust(([first]) => (first.Condition.StringLike['aws:userid'] = ['*:${sts:RoleSessionName}', '*'])), /caller choose/],

  [Control.AC1_UNIQUE_ID, `${ENTRY}.Entry`, 'one name for all', (o) => (o.user_name = 'auditor'), /all sessions of the role have the name auditor/],
  [Control.AC1_UNIQUE_ID, `${ENTRY}.Entry`, 'a user', (o) => (o.principal_arn = `arn:aws:iam::${account}:user/shared`), /no role that can be told/],
  [Control.AC1_UNIQUE_ID, `${ENTRY}.Entry`, 'a principal from elsewhere', (o) => (o.principal_arn = '${var.principal}'), /no role that can be told/],
  [Control.AC1_UNIQUE_ID, `${ENTRY}.`, "an entry of somebody's own with one name", add(`${ENTRY}.Own`, { principal_arn: `arn:aws:iam::${account}:role/x`, user_name: 'ops' }), /Own: all sessions of the role have the name ops/],
  [Control.AC1_UNIQUE_ID, `${ENTRY}.`, "an entry of somebody's own for a user", add(`${ENTRY}.Own`, { principal_arn: '${aws_iam_user.shared.arn}', type: 'STANDARD' }), /Own: the principal is no role/],

  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'half a day', (o) => (o.max_session_duration = 43_200), /may last 43200 s/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'no reason', trust(([first]) => delete first.Condition.StringLike), /gives no reason/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an empty reason', trust(([first]) => (first.Condition.StringLike['aws:RequestTag/reason'] = '*')), /gives no reason/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'one of two patterns empty', trust(([first]) => (first.Condition.StringLike['aws:RequestTag/reason'] = ['INC-*', '*'])), /gives no reason/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a reason where there is one', trust(([first]) => { first.Condition.StringLikeIfExists = first.Condition.StringLike; delete first.Condition.StringLike; }), /gives no reason/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'another way in', trust((statements) => void statements.push(open)), /gives no reason/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'no way to say why', trust((statements) => void statements.pop()), /does not let arn:aws:iam::123456789012:user\/carol say why/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'every tag', trust((statements) => void statements.splice(1, 1)), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'other tags of one person alone', trust(([, denial]) => (denial.Principal = { AWS: `arn:aws:iam::${account}:user/dave` })), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a denial of something else', trust(([, denial]) => (denial.Action = 'sts:SetSourceIdentity')), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a denial where all tags are others', trust(([, denial]) => { denial.Condition = { 'ForAllValues:StringNotEquals': denial.Condition['ForAnyValue:StringNotEquals'] }; }), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a denial under a further condition', trust(([, denial]) => (denial.Condition.Bool = { 'aws:SecureTransport': 'false' })), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'the tag of the user that sessions run as', trust(([, denial]) => (denial.Condition['ForAnyValue:StringNotEquals']['aws:TagKeys'] = ['reason', 'SSMSessionRunAs'])), /other tags of the session/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'no filter', remove(FILTER), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a filter on another role', inOther(FILTER, (o) => (o.pattern = o.pattern.replaceAll('break-glass', 'other'))), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a narrower filter', inOther(FILTER, (o) => (o.pattern = o.pattern.replace('AssumeRole*', 'AssumeRoleWithSAML'))), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'the role of another name', (o) => (o.name = 'other'), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a role with a path', (o) => (o.path = '/people/'), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a filter that Terraform does not make', inOther(FILTER, (o) => (o.count = 0)), /counts who assumes the role/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a filter that counts nothing', inOther(FILTER, (o) => (o.metric_transformation.value = '0')), /counts 0 for a find/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'another log group', inOther(FILTER, (o) => (o.log_group_name = '/own')), /no aws_cloudtrail writes to the log group/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'no trail', remove(TRAIL), /no aws_cloudtrail/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail without its log group', inOther(TRAIL, (o) => delete o.cloud_watch_logs_group_arn), /no aws_cloudtrail/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail that stands still', inOther(TRAIL, (o) => (o.enable_logging = false)), /does not log/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail of one region', inOther(TRAIL, (o) => delete o.is_multi_region_trail), /one region/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail without global services', inOther(TRAIL, (o) => (o.include_global_service_events = false)), /global services/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail of writes', inOther(TRAIL, (o) => (o.event_selector = [{ read_write_type: 'WriteOnly' }])), /leaves out reads/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail of data', inOther(TRAIL, (o) => (o.event_selector = { include_management_events: false })), /leaves out reads/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail of other services', inOther(TRAIL, (o) => (o.advanced_event_selector = [{ field_selector: [{ field: 'eventCategory', equals: ['Management'] }, { field: 'eventSource', not_equals: ['sts.amazonaws.com'] }] }])), /leaves out reads/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'no alarm', remove(ALARM), /no aws_cloudwatch_metric_alarm watches/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm on another metric', inOther(ALARM, (o) => (o.namespace = 'own')), /no aws_cloudwatch_metric_alarm watches/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm that tells nobody', inOther(ALARM, (o) => (o.alarm_actions = [])), /tells no topic/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm that is switched off', inOther(ALARM, (o) => (o.actions_enabled = false)), /actions are not on/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm at ten', inOther(ALARM, (o) => (o.threshold = 10)), /rings at 10/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm after an hour of it', inOther(ALARM, (o) => (o.evaluation_periods = 60)), /waits for 60/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm on few', inOther(ALARM, (o) => (o.comparison_operator = 'LessThanThreshold')), /compares by LessThan/],

  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm to a topic of elsewhere', inOther(ALARM, (o) => (o.alarm_actions = ['arn:aws:sns:us-east-1:123456789012:nowhere'])), /tells no topic/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a topic without subscribers', remove('aws_sns_topic_subscription'), /nobody is subscribed/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm on a part of the metric', inOther(ALARM, (o) => (o.dimensions = { a: 'b' })), /has dimensions/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm that always rings', inOther(ALARM, (o) => (o.threshold = 0)), /rings at 0/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'an alarm of the same name', add(`${ALARM}.Own`, { alarm_name: 'break-glass', region }), /applied last/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a filter of the same name', add(`${FILTER}.Own`, { name: 'break-glass', log_group_name: names.trailLogGroup, region, pattern: '' }), /applied last/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a filter that counts nothings', inOther(FILTER, (o) => (o.metric_transformation.default_value = '1')), /counts 1 where it finds nothing/],
  [Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, 'a trail without a role', inOther(TRAIL, (o) => delete o.cloud_watch_logs_role_arn), /nobody judged it/],

  [Control.AC10_API_AUTH_MODE, CLUSTER, 'another administrator', admin(`arn:aws:iam::${account}:role/dev`), /AmazonEKSClusterAdminPolicy to arn:aws:iam::123456789012:role\/dev/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'the role of people for an administrator', (_content, others) => admin(`\${${others.find(isAt(`${ROLE}.Users`))!.reference.address}.arn}`)(undefined, others), /AmazonEKSClusterAdminPolicy to \$\{aws_iam_role\.Users/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, "the pipeline's role of another account", admin(ATTESTED.terraformRole.replace(account, '999999999999')), /999999999999/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an emergency role that nobody judges', (_content, others) => {
    const index = others.findIndex(isAt(`${ROLE}.Emergency`));
    others[index] = { ...others[index], claims: [] };
  }, /AmazonEKSClusterAdminPolicy to \$\{aws_iam_role\.Emergency/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an emergency role of another name', inOther(`${ROLE}.Emergency`, (o) => (o.name = 'other')), /AmazonEKSClusterAdminPolicy/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an emergency role that is not there', (_content, others) => [remove(`${ROLE}.Emergency`), admin(names.breakGlassRoleArn)].forEach((weaken) => weaken(undefined, others)), /AmazonEKSClusterAdminPolicy to arn:aws:iam::123456789012:role\/healthcare-cluster-break-glass/],
];

describe('checks on people', () => {
  test('find nothing in what is made here', () => expect(findings).toEqual([]));

  test.each(CASES)('%s on %s fails: %s', (control, address, _what, weaken, message) => {
    expect(verdict(control, address)).toBeUndefined();
    expect(verdict(control, address, weaken)).toMatch(message);
  });

  test.each<[string, Control, string, Weakening]>([
    ["AWS' own maximum", Control.AC7_LOGOFF, `${ROLE}.Users`, (o) => delete o.max_session_duration],
    ['a denial', Control.AC2_MFA, `${ROLE}.Users`, trust((statements) => void statements.push({ ...open, Effect: 'Deny', Principal: '*' }))],
    ['a younger factor', Control.AC2_MFA, `${ROLE}.Users`, trust(([first]) => (first.Condition.NumericLessThan['aws:MultiFactorAuthAge'] = '300'))],
    ['a name that ends in that of the session', Control.AC1_UNIQUE_ID, `${ENTRY}.Entry`, (o) => (o.user_name = 'auditor:{{SessionNameRaw}}')],
    ['nodes', Control.AC1_UNIQUE_ID, `${ENTRY}.`, add(`${ENTRY}.Nodes`, { principal_arn: '${aws_iam_role.nodes.arn}', type: 'EC2_LINUX' })],
    ['tags that are inherited', Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, trust(([, denial]) => (denial.Condition['ForAnyValue:StringNotEquals']['aws:TagKeys'] = ['department', 'reason']))],
    ['the log group by its name', Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, inOther(FILTER, (o) => (o.log_group_name = names.trailLogGroup))],
    ['a log group of another stack', Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, (_content, others) => [
      remove('aws_cloudwatch_log_group.TrailLogs'),
      inOther(FILTER, (o) => (o.log_group_name = names.trailLogGroup)),
      inOther('aws_iam_role_policy.TrailPolicy', (o) => (o.policy = o.policy.replace(/"Resource":"[^"]*"/, `"Resource":"arn:aws:logs:us-east-1:123456789012:log-group:${names.trailLogGroup}:log-stream:*"`))),
      inOther(TRAIL, (o) => (o.cloud_watch_logs_group_arn = `arn:aws:logs:us-east-1:123456789012:log-group:${names.trailLogGroup}:*`)),
    ].forEach((change) => change(undefined, others))],
    ['a trail that selects everything', Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, inOther(TRAIL, (o) => (o.advanced_event_selector = [{ field_selector: [{ field: 'eventCategory', equals: ['Management'] }] }]))],
    ['an alarm above none', Control.AC6_BREAK_GLASS, `${ROLE}.Emergency`, inOther(ALARM, (o) => { o.comparison_operator = 'GreaterThanThreshold'; o.threshold = 0; })],
    ['the emergency role by its ARN', Control.AC10_API_AUTH_MODE, CLUSTER, admin(names.breakGlassRoleArn)],
    ['the pipeline', Control.AC10_API_AUTH_MODE, CLUSTER, admin(ATTESTED.terraformRole)],
  ])('hold with %s', (_what, control, address, change) => {
    expect(verdict(control, address, change)).toBeUndefined();
  });

  test('leave it to an attestation where AWS does not test the second factor', () => {
    const statusOf = (profile: HipaaProfile): string => controlMatrix({ profile, objects }).controls.find(({ id }) => id === Control.AC2_MFA)!.status;
    expect(statusOf(eksProfile())).toBe('not met');
    expect(statusOf(ATTESTED)).toBe('attested');
  });

  test('say that a name is not unique where whoever signs in chooses it', () => {
    const { objects: own } = synthesize(eksProfile(), (stack) => void role(stack, 'Oidc', SignIn.oidc(provider)));
    expect(own[0].claims.filter(({ kind }) => kind === ClaimKind.FALLS_SHORT).map(({ control }) => control)).toEqual([Control.AC1_UNIQUE_ID]);
    expect(checkFor(Control.AC1_UNIQUE_ID, own[0])!.check(own[0], new CheckContext(eksProfile(), own))).toMatch(/who signs in choose/);
  });
});
