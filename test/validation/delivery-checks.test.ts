/** What is checked on a delivery into the archive, as it is, weakened, and evaded; and that an archive without one keeps nothing. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { AuditArchive } from '../../lib/audit/audit-archive';
import { AuditLogDelivery } from '../../lib/audit/delivery/audit-log-delivery';
import { LandingBucket } from '../../lib/audit/landing-bucket';
import { Control } from '../../lib/controls/control';
import { EncryptedLogGroup } from '../../lib/logs/encrypted-log-group';
import { DeliveryPath } from '../../lib/profile/delivery-path';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import type { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { eksProfile, selfManagedProfile } from '../support/profiles';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const FILTER = 'aws_cloudwatch_log_subscription_filter';
const STREAM = 'aws_kinesis_firehose_delivery_stream';
const REPLICATION = 'aws_s3_bucket_replication_configuration';
const LOCK = 'aws_s3_bucket_object_lock_configuration';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Weakening = (content: any, others: SynthesizedObject[]) => void;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
type Change = (content: any) => void;

/** What a user's own stack would have for an EKS cluster, delivered on a path. */
function synthesized(profile: HipaaProfile, path: DeliveryPath): SynthesizedObject[] {
  const { names } = profile;
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Delivered');
  const place = { account: '123456789012', region: 'us-east-1' };
  new AwsProvider(stack, 'Aws', { region: place.region });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'test', region: place.region });
  const group = new EncryptedLogGroup(stack, 'Group', { logGroupName: names.clusterLogGroup, region: place.region, retention: Retention.years(6), kmsKeyArn: KEY });
  const archive = new AuditArchive(stack, 'Archive', {
    ...place, bucketName: names.archiveBucket, lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn: KEY,
  });
  const landing = new LandingBucket(stack, 'Landing', {
    ...place, bucketName: 'landing-123456789012', kmsKeyArn: KEY, archiveBucketArn: archive.bucketArn, archiveKmsKeyArn: KEY, replicationRoleName: 'landing-replication',
  });
  const delivery = new AuditLogDelivery(stack, 'Delivery', {
    ...place,
    deliveryName: 'audit',
    logGroupName: group.logGroupName,
    bucketArn: path === DeliveryPath.STAGED ? landing.bucketArn : archive.bucketArn,
    kmsKeyArn: KEY,
    prefix: names.auditLogPrefix,
    path,
    errorLogRetention: Retention.days(90),
    logsKmsKeyArn: KEY,
    topicArn: 'arn:aws:sns:us-east-1:123456789012:alarms',
  });
  landing.addWriter(delivery.role.arn);
  const { objects, findings } = app.synthesize();
  expect(findings).toEqual([]);
  return [...objects];
}

const profile = eksProfile();
const staged = synthesized(profile, DeliveryPath.STAGED);
const direct = synthesized(profile, DeliveryPath.DIRECT);

/** Judges the first object of a kind that claims the control, after `weaken`. */
function verdict(control: Control, kind: string, weaken: Weakening = () => undefined, objects = staged, judged = profile): string | undefined {
  const copies = structuredClone(objects);
  const object = copies.find((candidate) => kindOf(candidate) === kind && candidate.claims.some((claim) => claim.control === control))!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(judged, copies));
}

const inOther = (kind: string, change: Change): Weakening => (_content, others) => others.filter((object) => kindOf(object) === kind).forEach((object) => change(object.content));
/** A resource of a user's own, without a claim, in the same stack. */
const resource = (address: string, content: Record<string, unknown>): Weakening => (_content, others) => {
  others.push({ reference: { tree: Tree.TERRAFORM, address, stack: others[0].reference.stack }, path: address, claims: [], content });
};
const inTarget = (change: Change): Weakening => inOther(STREAM, (content) => change(content.extended_s3_configuration));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
const inProcessors = (change: (processors: any[]) => void): Weakening => inTarget((target) => change(target.processing_configuration.processors));
const inRule = (change: Change): Weakening => inOther(REPLICATION, (content) => change(content.rule[0]));
const inWriter = (change: Change): Weakening => (_content, others) => {
  const { content } = others.find(({ reference }) => reference.address?.startsWith('aws_iam_role_policy.Delivery_RolePolicy'))! as { content: Record<string, string> };
  const policy = JSON.parse(content.policy) as { Statement: object[] };
  change(policy.Statement);
  content.policy = JSON.stringify(policy);
};
const gone = (kind: string): Weakening => (_content, others) => void others.splice(0, others.length, ...others.filter((object) => kindOf(object) !== kind));

const CASES: [string, Weakening, RegExp][] = [
  ['a pattern', (o) => (o.filter_pattern = '{ $.verb = "create" }'), /filter pattern/],
  ['no pattern at all', (o) => delete o.filter_pattern, /filter pattern/],
  ['events that a policy of the account masks', (_o, others) => others.push({ ...others[0], reference: { ...others[0].reference, address: 'aws_cloudwatch_log_account_policy.Mask' }, claims: [], content: { policy_type: 'DATA_PROTECTION_POLICY' } }), /changes what filters see/],
  ['what a transformer made', (o) => (o.apply_on_transformed_logs = true), /transformer/],
  ['none of it', (o) => (o.count = 0), /count is 0/],
  ['changes ignored', (o) => (o.lifecycle = { ignore_changes: ['filter_pattern'] }), /ignores changes/],
  ['a log group that nobody knows', (o) => (o.log_group_name = '${var.group}'), /which log group/],
  ['another log group, below the audit log', (o) => (o.log_group_name = '/app/portal'), /would pass for audit events/],
  ['another destination', (o) => (o.destination_arn = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/other'), /no aws_kinesis_firehose_delivery_stream/],
  ['a function as the destination', (o) => (o.destination_arn = '${aws_lambda_function.Drop.arn}'), /no aws_kinesis_firehose_delivery_stream/],
  ['a stream that is not made', inOther(STREAM, (o) => (o.count = 0)), /aws_kinesis_firehose_delivery_stream\..*count is 0/],
  ['a stream whose changes are ignored', inOther(STREAM, (o) => (o.lifecycle = { ignore_changes: 'all' })), /ignores changes/],
  ['a stream to Splunk', inOther(STREAM, (o) => (o.destination = 'splunk')), /into a bucket/],
  ['a stream without a target', inOther(STREAM, (o) => delete o.extended_s3_configuration), /into a bucket/],
  ['another prefix', inTarget((t) => (t.prefix = 'elsewhere/!{timestamp:yyyy/MM/dd/HH}/')), /not written below audit-logs/],
  ['a prefix that only begins alike', inTarget((t) => (t.prefix = `${profile.names.auditLogPrefix}-2/!{timestamp:yyyy/MM/dd/HH}/`)), /not written below audit-logs/],
  ['no prefix', inTarget((t) => delete t.prefix), /not written below audit-logs/],
  ['errors among the events', inTarget((t) => (t.error_output_prefix = `${profile.names.auditLogPrefix}/!{firehose:error-output-type}/`)), /could not be processed/],
  ['errors nowhere', inTarget((t) => delete t.error_output_prefix), /could not be processed/],
  ['no processing', inTarget((t) => delete t.processing_configuration), /does not open/],
  ['processing that is off', inTarget((t) => (t.processing_configuration.enabled = false)), /does not open/],
  ['no decompression', inProcessors((p) => p.shift()), /no processor Decompression/],
  ['decompression of something else', inProcessors((p) => (p[0].parameters[0].parameter_value = 'SNAPPY')), /no processor Decompression/],
  ['no extraction', inProcessors((p) => p.splice(1, 1)), /no processor CloudWatchLogProcessing/],
  ['extraction that is off', inProcessors((p) => (p[1].parameters[0].parameter_value = 'false')), /no processor CloudWatchLogProcessing/],
  ['no newlines', inProcessors((p) => p.pop()), /no processor AppendDelimiterToRecord/],
  ['newlines before extraction', inProcessors((p) => p.splice(1, 2, p[2], p[1])), /no processor CloudWatchLogProcessing/],
  ['a function that may drop events', inProcessors((p) => p.push({ type: 'Lambda', parameters: [] })), /Lambda may drop/],
  ['another format', inTarget((t) => (t.data_format_conversion_configuration = { output_format_configuration: {} })), /data_format_conversion/],
  ['partitions by content', inTarget((t) => (t.dynamic_partitioning_configuration = { enabled: true })), /dynamic_partitioning/],
  ['a bucket elsewhere', inTarget((t) => (t.bucket_arn = 'arn:aws:s3:::elsewhere')), /neither into the archive/],
  ['a bucket that nobody knows', inTarget((t) => (t.bucket_arn = '${var.bucket}')), /neither into the archive/],
  ['a bucket by another attribute', inTarget((t) => (t.bucket_arn = t.bucket_arn.replace('.arn}', '.id}'))), /neither into the archive/],
  ['no replication', gone(REPLICATION), /nothing replicates landing-123456789012/],
  ['a replication that is not made', inOther(REPLICATION, (o) => (o.count = 0)), /count is 0/],
  ['a rule that is off', inRule((r) => (r.status = 'Disabled')), /no enabled rule/],
  ['a rule for some keys', inRule((r) => (r.filter = { prefix: 'audit-logs/other' })), /no enabled rule/],
  ['a rule for some keys, as it was once written', inRule((r) => (r.prefix = 'audit-logs/other')), /no enabled rule/],
  ['a rule for some tags', inRule((r) => (r.filter = { tag: { key: 'a', value: 'b' } })), /no enabled rule/],
  ['a rule for both', inRule((r) => (r.filter = { and: { prefix: '', tags: { a: 'b' } } })), /no enabled rule/],
  ['a rule that leaves encrypted objects out', inRule((r) => delete r.source_selection_criteria), /encrypted ones among them/],
  ['a rule that leaves encrypted objects out by name', inRule((r) => (r.source_selection_criteria.sse_kms_encrypted_objects.status = 'Disabled')), /encrypted ones among them/],
  ['a replica elsewhere', inRule((r) => (r.destination.bucket = 'arn:aws:s3:::elsewhere')), /no enabled rule/],
  ['a second replication of the bucket', resource(`${REPLICATION}.Other`, { bucket: 'landing-123456789012', rule: [] }), /what is applied last wins/],
  ['a replication of a bucket that nobody knows', resource(`${REPLICATION}.Other`, { bucket: '${var.bucket}', rule: [] }), /which bucket/],
  ['a role from elsewhere', inTarget((t) => (t.role_arn = 'arn:aws:iam::123456789012:role/other')), /nobody judged it/],
  ['a role that may not write', inWriter(([write]) => (write.Action = 's3:GetObject')), /may not write/],
  ['a role that writes elsewhere', inWriter(([write]) => (write.Resource = 'arn:aws:s3:::elsewhere/*')), /may not write/],
  ['a role that writes under a condition', inWriter(([write]) => (write.Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })), /may not write/],
  ['a role that is denied to write', inWriter((statements) => statements.push({ Sid: 'Deny', Effect: 'Deny', Action: 's3:*', Resource: '*' })), /is denied s3:PutObject/],
];

describe('AU4 on a subscription filter', () => {
  test('holds for a staged and a direct delivery, with every other claim of the stack', () => {
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER)).toBeUndefined();
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER, undefined, direct)).toBeUndefined();
    expect([...verifyClaims(staged, profile), ...verifyClaims(direct, profile)]).toEqual([]);
  });

  test('holds for names as text, and for another log group that lies apart', () => {
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER, (o, others) => {
      o.log_group_name = profile.names.clusterLogGroup;
      inTarget((t) => (t.bucket_arn = 'arn:aws:s3:::landing-123456789012'))(o, others);
      inWriter(([write]) => (write.Resource = 'arn:aws:s3:::landing-123456789012/*'))(o, others);
      inRule((r) => (r.destination.bucket = profile.names.archiveBucketArn))(o, others);
    })).toBeUndefined();
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER, (o, others) => {
      o.log_group_name = '/hipaa/healthcare-cluster/sessions';
      inTarget((t) => (t.prefix = 'sessions/healthcare-cluster/!{timestamp:yyyy/MM/dd/HH}/'))(o, others);
      inWriter(([write]) => (write.Resource = write.Resource.map((keys: string) => keys.replace('audit-logs/', 'sessions/'))))(o, others);
    })).toBeUndefined();
  });

  test('leaves a role to the policies that are attached to it, which are not read here', () => {
    const weaken: Weakening = (o, others) => {
      inWriter(([write]) => (write.Action = 's3:GetObject'))(o, others);
      resource('aws_iam_role_policy_attachment.Other', { role: 'audit-firehose', policy_arn: 'arn:aws:iam::123456789012:policy/write' })(o, others);
    };
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER, weaken)).toBeUndefined();
  });

  test.each(CASES)('fails for %s', (_what, weaken, finding) => {
    expect(verdict(Control.AU4_OFF_CLUSTER, FILTER, weaken)).toMatch(finding);
  });
});

describe('AU5 on the lock of the archive', () => {
  const onFilter = (change: Weakening): Weakening => (_content, others) => change(others.find((object) => kindOf(object) === FILTER)!.content, others);

  test('holds where the audit log of EKS is delivered', () => {
    expect(verdict(Control.AU5_WORM_6Y, LOCK)).toBeUndefined();
    expect(verdict(Control.AU5_WORM_6Y, LOCK, undefined, direct)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['nothing is delivered', gone(FILTER), /^nothing delivers the API audit log of Amazon EKS into it$/],
    ['another log group is', onFilter((o) => (o.log_group_name = '/app/portal')), /^nothing delivers the API audit log of Amazon EKS into it$/],
    ['a part is', onFilter((o) => (o.filter_pattern = 'create')), /^nothing delivers .*: the subscription has a filter pattern/],
    ['it is not made', onFilter((o) => (o.count = 0)), /^nothing delivers .*: its count is 0/],
    ['it goes to another bucket', inTarget((t) => (t.bucket_arn = 'arn:aws:s3:::elsewhere')), /^nothing delivers .*: the stream writes neither/],
    ['it stays in the landing bucket', gone(REPLICATION), /^nothing delivers .*: nothing replicates/],
  ])('fails where %s', (_what, weaken, finding) => {
    expect(verdict(Control.AU5_WORM_6Y, LOCK, weaken)).toMatch(finding);
  });

  test('holds where a second filter of the log group takes a part, as long as one takes all', () => {
    const other = { log_group_name: profile.names.clusterLogGroup, filter_pattern: 'create', destination_arn: 'arn:aws:lambda:us-east-1:123456789012:function:a' };
    expect(verdict(Control.AU5_WORM_6Y, LOCK, resource(`${FILTER}.Other`, other))).toBeUndefined();
  });

  test('asks for no log group on a self-managed control plane, whose shipper writes into the archive', () => {
    const judged = selfManagedProfile();
    expect(verdict(Control.AU5_WORM_6Y, LOCK, gone(FILTER), staged, judged)).toBeUndefined();
  });
});
