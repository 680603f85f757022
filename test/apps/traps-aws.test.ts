/** The known traps that touch AWS, each asserted on what the reference platform on EKS emits. Those that policies answer are simulated. */
import { app } from '../../apps/eks/main';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import type { EksPlatform } from '../../lib/profile/platform';
import { Retention } from '../../lib/profile/retention';
import { at, listAt } from '../../lib/validation/content';
import { eksObjects } from '../validation/harness';
import { ACCOUNT, ADMINISTRATOR_ACCESS, concrete, decide, type Decision } from '../support/iam';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';

const { names } = app.profile;
const of = (kind: string): SynthesizedObject[] => eksObjects.filter((object) => kindOf(object) === kind);
const named = (kind: string, attribute: string, value: string): SynthesizedObject => of(kind).find((object) => object.content[attribute] === value)!;
const archive = named('aws_s3_bucket', 'bucket', names.archiveBucket);
/** The one setting of a type on a bucket. */
const onArchive = (kind: string): Record<string, unknown> => of(kind).find((object) => object.content.bucket === `\${${archive.reference.address}.id}`)!.content as Record<string, unknown>;
const role = (name: string): SynthesizedObject => named('aws_iam_role', 'name', name);
const trustOf = (name: string): string => unescaped(String(role(name).content.assume_role_policy));
/** Terraform reads `$${` as text. */
const unescaped = (policy: string): string => policy.replaceAll('$${', '${');

const ARCHIVE_ARN = `arn:aws:s3:::${names.archiveBucket}`;
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d';
/** What Terraform would put in place of references: the ARN of each role by its name, of the keys and the bucket. */
const references = Object.fromEntries([
  ...of('aws_iam_role').flatMap((object) => [[`${object.reference.address}.arn`, names.roleArn(String(object.content.name))], [`${object.reference.address}.name`, String(object.content.name)]]),
  ...of('aws_kms_key').map((object) => [`${object.reference.address}.arn`, KEY_ARN]),
  ...of('aws_s3_bucket').map((object) => [`${object.reference.address}.arn`, `arn:aws:s3:::${String(object.content.bucket)}`]),
]);
const bucketPolicy = concrete(String(onArchive('aws_s3_bucket_policy').policy), references);
const keyPolicy = (alias: string): string => {
  const target = String(named('aws_kms_alias', 'name', `alias/${alias}`).content.target_key_id).slice(2, -'.key_id}'.length);
  return concrete(String(of('aws_kms_key').find((object) => object.reference.address === target)!.content.policy), references);
};
const admin = 'arn:aws:sts::123456789012:assumed-role/administrator/jane';
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

test('6: six years with their leap days, of what CloudWatch takes', () => {
  expect(listAt(listAt(onArchive('aws_s3_bucket_object_lock_configuration'), 'rule')[0], 'default_retention')[0]).toEqual({ mode: 'COMPLIANCE', days: 2192 });
  const groups = of('aws_cloudwatch_log_group').filter((group) => !String(group.content.name).startsWith('/aws/kinesisfirehose/'));
  expect(groups.map((group) => group.content.retention_in_days)).toEqual(groups.map(() => Retention.SIX_YEARS_IN_DAYS));
});

test('12: the instance metadata service takes no token from further than the node', () => {
  expect(of('aws_launch_template').map((template) => at(template.content, 'metadata_options'))).toEqual([expect.objectContaining({ http_tokens: 'required', http_put_response_hop_limit: 1 })]);
});

test('18: a foreign key is denied, a missing header is not, and the default encrypts', async () => {
  const put = (context: Record<string, string>): Promise<Decision> => decide({
    principal: `${names.roleArn(names.logShipperRole).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/fluent-bit`, action: 's3:PutObject', resource: `${ARCHIVE_ARN}/${names.containerLogPrefix}/a.gz`,
    context: { ...TLS, ...context }, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: bucketPolicy,
  });
  const header = (key: string): Record<string, string> => ({ 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': key });
  expect(await put(header('arn:aws:kms:us-east-1:999999999999:key/foreign'))).toBe('ExplicitlyDenied');
  expect(await put({ 's3:x-amz-server-side-encryption': 'AES256' })).toBe('ExplicitlyDenied');
  expect(await put({})).toBe('Allowed');
  expect(await put(header(KEY_ARN))).toBe('Allowed');
  expect(at(listAt(onArchive('aws_s3_bucket_server_side_encryption_configuration'), 'rule')[0], 'apply_server_side_encryption_by_default', 'sse_algorithm')).toBe('aws:kms');
});

test('19: no locked bucket is asked to take access logs; the trail records reads and writes instead', () => {
  expect(of('aws_s3_bucket_logging')).toEqual([]);
  const selectors = listAt(of('aws_cloudtrail')[0].content, 'advanced_event_selector');
  expect(JSON.stringify(selectors)).toContain('AWS::S3::Object');
  expect(JSON.stringify(selectors)).toContain(`arn:aws:s3:::\${${archive.reference.address}.bucket}/`);
});

test.each<[string, string, string, Record<string, string>]>([
  ['insecure transport', 's3:GetObject', `${ARCHIVE_ARN}/audit-logs/a.gz`, { 'aws:SecureTransport': 'false' }],
  ['TLS 1.1', 's3:GetObject', `${ARCHIVE_ARN}/audit-logs/a.gz`, { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' }],
  ['a bypass of governance', 's3:BypassGovernanceRetention', `${ARCHIVE_ARN}/audit-logs/a.gz`, TLS],
  ['a deletion of a version', 's3:DeleteObjectVersion', `${ARCHIVE_ARN}/audit-logs/a.gz`, TLS],
  ['a delete marker', 's3:DeleteObject', `${ARCHIVE_ARN}/audit-logs/a.gz`, TLS],
  ['another lock', 's3:PutBucketObjectLockConfiguration', ARCHIVE_ARN, TLS],
  ['suspended versioning', 's3:PutBucketVersioning', ARCHIVE_ARN, TLS],
  ['another bucket policy', 's3:PutBucketPolicy', ARCHIVE_ARN, TLS],
  ['no bucket policy', 's3:DeleteBucketPolicy', ARCHIVE_ARN, TLS],
  ['another replication', 's3:PutReplicationConfiguration', ARCHIVE_ARN, TLS],
  ['another default key', 's3:PutEncryptionConfiguration', ARCHIVE_ARN, TLS],
  ['an expiry', 's3:PutLifecycleConfiguration', ARCHIVE_ARN, TLS],
  ['public access', 's3:PutBucketPublicAccessBlock', ARCHIVE_ARN, TLS],
  ['a foreign replica', 's3:ReplicateObject', `${ARCHIVE_ARN}/audit-logs/a.gz`, TLS],
  ['a replicated deletion', 's3:ReplicateDelete', `${ARCHIVE_ARN}/audit-logs/a.gz`, TLS],
])('20: the bucket policy denies %s to an administrator of the account', async (_what, action, resource, context) => {
  expect(await decide({ principal: admin, action, resource, context, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: bucketPolicy })).toBe('ExplicitlyDenied');
});

describe.each([['the log key', names.logsKeyAlias], ['the archive key', names.archiveKeyAlias], ['the key of Secrets', names.secretsKeyAlias]])('20, 28: %s', (_name, alias) => {
  test.each<[string, string, Decision]>([
    ['kms:Decrypt', admin, 'ImplicitlyDenied'],
    ['kms:PutKeyPolicy', admin, 'ImplicitlyDenied'],
    ['kms:CreateGrant', admin, 'ImplicitlyDenied'],
    ['kms:ScheduleKeyDeletion', admin, 'ExplicitlyDenied'],
    ['kms:DisableKey', admin, 'ExplicitlyDenied'],
    ['kms:ScheduleKeyDeletion', 'arn:aws:sts::123456789012:assumed-role/key-administrators/jane', 'ExplicitlyDenied'],
    ['kms:ScheduleKeyDeletion', 'arn:aws:iam::123456789012:root', 'ExplicitlyDenied'],
    ['kms:Decrypt', 'arn:aws:sts::123456789012:assumed-role/key-administrators/jane', 'ImplicitlyDenied'],
    ['kms:PutKeyPolicy', 'arn:aws:sts::123456789012:assumed-role/key-administrators/jane', 'Allowed'],
    ['kms:PutKeyPolicy', 'arn:aws:iam::123456789012:root', 'Allowed'],
  ])('answers %s by %s: %s', async (action, principal, expected) => {
    const identityPolicies = principal === admin ? [ADMINISTRATOR_ACCESS] : [];
    expect(await decide({ principal, action, resource: KEY_ARN, identityPolicies, resourcePolicy: keyPolicy(alias), context: { 'kms:CallerAccount': ACCOUNT } })).toBe(expected);
  });
});

test('20: CloudWatch Logs uses the log key for our groups alone', async () => {
  const ask = (group: string): Promise<Decision> => decide({
    principal: 'logs.us-east-1.amazonaws.com', action: 'kms:Decrypt', resource: KEY_ARN, resourcePolicy: keyPolicy(names.logsKeyAlias),
    context: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:123456789012:log-group:${group}` },
  });
  expect(await ask('/aws/eks/other/cluster')).toBe('ImplicitlyDenied');
  for (const group of of('aws_cloudwatch_log_group')) expect(await ask(String(group.content.name))).toBe('Allowed');
});

test('22: keys rotate', () => {
  expect(of('aws_kms_key').filter((key) => key.content.enable_key_rotation !== true)).toEqual([]);
});

test('23, 25: no token of cdktf is in the output, and its state is in S3', () => {
  const terraform = new HipaaTerraformApp(app.profile);
  new HipaaStack(terraform, app.profile);
  const [text] = terraform.synthesize().files.filter((file) => file.path.endsWith('cdk.tf.json')).map((file) => String(file.content));
  expect(text).not.toContain('TfToken');
  expect(Object.keys((JSON.parse(text) as { terraform: { backend: object } }).terraform.backend)).toEqual(['s3']);
});

test('27: the CNI starts pods closed, and CoreDNS and the agents have policies', () => {
  const [cni] = of('aws_eks_addon').filter((addon) => addon.content.addon_name === 'vpc-cni');
  expect(JSON.parse(String(cni.content.configuration_values))).toEqual({ enableNetworkPolicy: 'true', env: { NETWORK_POLICY_ENFORCING_MODE: 'strict' } });
  const covered = new Set(of('NetworkPolicy').map((policy) => policy.reference.namespace));
  for (const namespace of ['kube-system', ...(app.profile.platform as EksPlatform).agentNamespaces.map(({ name }) => name), ...of('Namespace').map((made) => made.reference.name)]) expect(covered).toContain(namespace);
});

describe('29: people sign in as AWS can test it', () => {
  const session = (name: string): string => `arn:aws:sts::123456789012:assumed-role/other/${name}`;

  test('sessions last an hour, AWS\' shortest maximum', () => {
    const people = [names.auditorRole, names.developerRole, names.securityAdminRole, names.breakGlassRole].map((name) => role(name).content.max_session_duration);
    expect(people).toEqual([3600, 3600, 3600, 3600]);
  });

  test('no role asks for a key that SAML sessions do not have', () => {
    for (const name of [names.auditorRole, names.developerRole, names.securityAdminRole]) expect(trustOf(name)).not.toContain('MultiFactorAuth');
  });

  test.each<[string, Record<string, string>, Decision]>([
    ['without a second factor', { 'sts:RoleSessionName': 'alice' }, 'ImplicitlyDenied'],
    ['with an old one', { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '7200', 'sts:RoleSessionName': 'alice', 'aws:username': 'alice' }, 'ImplicitlyDenied'],
    ['under another name', { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'sts:RoleSessionName': 'bob', 'aws:username': 'alice', 'aws:RequestTag/reason': 'INC-1', 'aws:TagKeys': 'reason' }, 'ImplicitlyDenied'],
    ['without a reason', { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'sts:RoleSessionName': 'alice', 'aws:username': 'alice' }, 'ImplicitlyDenied'],
    ['as it should be', { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'sts:RoleSessionName': 'alice', 'aws:username': 'alice', 'aws:RequestTag/reason': 'INC-1', 'aws:TagKeys': 'reason' }, 'Allowed'],
  ])('nobody breaks the glass %s', async (_how, context, expected) => {
    const principal = 'arn:aws:iam::123456789012:user/break-glass/alice';
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: names.breakGlassRoleArn, context, resourcePolicy: trustOf(names.breakGlassRole) })).toBe(expected);
  });

  test('nobody else breaks it', async () => {
    const context = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60', 'sts:RoleSessionName': 'mallory', 'aws:RequestTag/reason': 'INC-1', 'aws:TagKeys': 'reason' };
    expect(await decide({ principal: session('mallory'), action: 'sts:AssumeRole', resource: names.breakGlassRoleArn, context, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: trustOf(names.breakGlassRole) })).toBe('ImplicitlyDenied');
  });
});

test('30: what binds root is the lock; what does not is told by an alarm', async () => {
  const root = { principal: 'arn:aws:iam::123456789012:root', context: TLS, resourcePolicy: bucketPolicy };
  expect(await decide({ ...root, action: 's3:DeleteObjectVersion', resource: `${ARCHIVE_ARN}/audit-logs/a.gz` })).toBe('ExplicitlyDenied');
  expect(listAt(listAt(onArchive('aws_s3_bucket_object_lock_configuration'), 'rule')[0], 'default_retention')[0]).toMatchObject({ mode: 'COMPLIANCE' });
  const alarms = of('aws_cloudwatch_metric_alarm').map((alarm) => String(alarm.content.alarm_name));
  expect(alarms).toEqual(expect.arrayContaining(['healthcare-cluster-root-use', 'healthcare-cluster-archive-changes', 'healthcare-cluster-key-policies', 'healthcare-cluster-key-loss']));
});

test('31: log types and encryption are on the cluster itself', () => {
  const [cluster] = of('aws_eks_cluster');
  expect(listAt(cluster.content, 'enabled_cluster_log_types').map(String).sort()).toEqual(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']);
  expect(at(listAt(cluster.content, 'encryption_config')[0], 'resources')).toEqual(['secrets']);
});

test('33: AWS Config has a bucket of its own, without a lock', () => {
  expect(of('aws_config_delivery_channel')).toEqual([]);
  expect(of('aws_s3_bucket').filter((bucket) => bucket.content.object_lock_enabled === true).map((bucket) => bucket.content.bucket)).toEqual([names.archiveBucket, names.replicaBucket]);
});
