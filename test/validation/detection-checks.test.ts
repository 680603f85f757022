/** What is checked on the trail, on GuardDuty and on the keys of volumes, in a stack of a user's own, and on the same resources weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { AlarmTopic } from '../../lib/alarms/alarm-topic';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { AuditArchive } from '../../lib/audit/audit-archive';
import { Control } from '../../lib/controls/control';
import { AuditTrail } from '../../lib/detection/audit-trail';
import { GuardDutyDetection } from '../../lib/detection/guard-duty';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant } from '../../lib/encryption/key-service-grant';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { inPolicy, resource, type Statement, type Weakening } from './weakening';

const profile = eksProfile();
const SLR = 'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

function synthesize(): SynthesizedObject[] {
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Own');
  new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'own', region: 'us-east-1' });
  const common = { account: '123456789012', region: 'us-east-1' };
  const key = new EncryptionKey(stack, 'Key', { ...common, alias: 'archive', administrators: ['arn:aws:iam::123456789012:role/key-administrators'], denyDeletion: true, services: KeyServiceGrant.alarms(common) });
  key.addVolumeRole(SLR);
  const archive = new AuditArchive(stack, 'Archive', {
    ...common, bucketName: profile.names.archiveBucket, lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn: key.arn,
  });
  new AuditTrail(stack, 'Trail', {
    ...common, trailName: profile.names.trail, bucketName: archive.bucketName, bucketPolicy: archive.bucketPolicy, prefix: profile.names.trailPrefix, kmsKeyArn: key.arn,
    logGroupName: profile.names.trailLogGroup, logGroupKmsKeyArn: key.arn, logGroupRetention: Retention.years(6), logsRoleName: 'trail',
  });
  const topic = new AlarmTopic(stack, 'Alarms', { ...common, topicName: 'alarms', kmsKeyArn: key.arn });
  new GuardDutyDetection(stack, 'GuardDuty', { region: 'us-east-1', ruleName: 'findings', topicArn: topic.topicArn });
  return [...app.synthesize().objects];
}

const OBJECTS = synthesize();

function verdict(control: Control, kind: string, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(OBJECTS);
  const object = copies.find((candidate) => kindOf(candidate) === kind && candidate.claims.some((claim) => claim.control === control))!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}

/** A change of the first other resource of a type. */
const inOther = (type: string, change: (content: Statement) => void): Weakening => (_content, others) => (
  change(others.find((object) => kindOf(object) === type)!.content as Statement));
const [TRAIL, FEATURE, KEY] = ['aws_cloudtrail', 'aws_guardduty_detector_feature', 'aws_kms_key'];
const detectorId = String((OBJECTS.find((object) => kindOf(object) === FEATURE)!.content as Statement).detector_id);
const inRule = (change: (rule: Statement) => void): Weakening => inOther('aws_cloudwatch_event_rule', change);
const inTopicPolicy = (change: (statements: Statement[]) => void): Weakening => inOther('aws_sns_topic_policy', (policy) => inPolicy(change)(policy, []));
const pattern = (severity: unknown, more: object = {}): Weakening => inRule((rule) => (
  rule.event_pattern = JSON.stringify({
    'source': ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], 'detail': { severity, ...more },
  })));
const inVolumes = (change: (statement: Statement) => void): Weakening => inPolicy((statements) => change(statements.find(({ Sid }) => Sid === 'AllowVolumes')!));
const principalArn = (value: unknown): Weakening => inVolumes(({ Condition: condition }) => (condition.ArnEquals['aws:PrincipalArn'] = value));

describe('the checks of detection', () => {
  test.each<[Control, string]>([[Control.AU11_CLOUD_TRAIL, TRAIL], [Control.AU9_RUNTIME, FEATURE], [Control.EN2_KEY_POLICY, KEY]])('%s passes on %s as it is emitted', (control, kind) => {
    expect(verdict(control, kind)).toBeUndefined();
  });

  test.each<[string, Weakening]>([
    ['the bucket by its name', (o) => (o.s3_bucket_name = profile.names.archiveBucket)],
    ['the objects by the name of their bucket', (o) => (o.advanced_event_selector[1].field_selector[2].starts_with = [`${profile.names.archiveBucketArn}/`])],
    ['every object of S3', (o) => o.advanced_event_selector[1].field_selector.pop()],
    ['a selector of its own for writes, beside', (o) => o.advanced_event_selector.push({ field_selector: [{ field: 'eventCategory', equals: ['Management'] }, { field: 'readOnly', equals: ['false'] }] })],
    ['logging by default', (o) => delete o.enable_logging],
  ])('take %s for a trail', (_what, change) => {
    expect(verdict(Control.AU11_CLOUD_TRAIL, TRAIL, change)).toBeUndefined();
  });

  test.each<[string, Weakening]>([
    ['high findings', pattern([{ numeric: ['>=', 7] }])],
    ['every finding', inRule((rule) => (rule.event_pattern = '{"source":["aws.guardduty"]}'))],
    ['a rule on the bus of the account by its name', inRule((rule) => (rule.event_bus_name = 'default'))],
    ['what it tells, beside runtime monitoring in another region', resource('aws_guardduty_detector_feature.Own', { detector_id: '${aws_guardduty_detector.Other.id}', name: 'RUNTIME_MONITORING', status: 'ENABLED', region: 'us-west-2' })],
    ['what it tells, beside a filter that archives nothing', resource('aws_guardduty_filter.Own', { detector_id: detectorId, action: 'NOOP' })],
    ['what it tells, beside a filter of another region', resource('aws_guardduty_filter.Own', { detector_id: '${aws_guardduty_detector.Other.id}', action: 'ARCHIVE', region: 'us-west-2' })],
    ['what it tells, beside another cluster that is left out', resource('aws_eks_cluster.Own', { name: 'other', tags: { GuardDutyManaged: 'false' } })],
  ])('take a rule that tells of %s', (_what, change) => {
    expect(verdict(Control.AU9_RUNTIME, FEATURE, change)).toBeUndefined();
  });

  test.each<[Control, string, string, Weakening, RegExp]>([
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'stopped', (o) => (o.enable_logging = false), /does not log/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'stopped by a variable', (o) => (o.enable_logging = '${var.on}'), /does not log/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'one region', (o) => (o.is_multi_region_trail = false), /one region/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no IAM', (o) => (o.include_global_service_events = false), /such as IAM/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no digests', (o) => delete o.enable_log_file_validation, /no digests/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no key', (o) => delete o.kms_key_id, /no key/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'another key', (o) => (o.kms_key_id = 'arn:aws:kms:us-east-1:123456789012:key/2345bcde'), /another key than the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'another bucket', (o) => (o.s3_bucket_name = 'elsewhere'), /another bucket than the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'a bucket of a variable', (o) => (o.s3_bucket_name = '${var.bucket}'), /another bucket/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'a bucket that is called otherwise', inOther('aws_s3_bucket', (bucket) => (bucket.bucket = 'other')), /another bucket/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'writes alone', (o) => o.advanced_event_selector[0].field_selector.push({ field: 'readOnly', equals: ['false'] }), /every management event/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no KMS', (o) => o.advanced_event_selector[0].field_selector.push({ field: 'eventSource', not_equals: ['kms.amazonaws.com'] }), /KMS and reads/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'a category beside', (o) => (o.advanced_event_selector[0].field_selector[0].not_equals = ['Management']), /every management event/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no selector at all', (o) => delete o.advanced_event_selector, /every management event/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'basic selectors', (o) => (o.event_selector = { include_management_events: false }), /one kind/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'no objects', (o) => o.advanced_event_selector.pop(), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'objects of another bucket', (o) => (o.advanced_event_selector[1].field_selector[2].starts_with = ['arn:aws:s3:::other/']), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'objects below a prefix', (o) => (o.advanced_event_selector[1].field_selector[2].starts_with = [`${profile.names.archiveBucketArn}/public/`]), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'all but objects below a prefix', (o) => (o.advanced_event_selector[1].field_selector[2].not_starts_with = [`${profile.names.archiveBucketArn}/audit-logs/`]), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'all but reads of objects', (o) => o.advanced_event_selector[1].field_selector.push({ field: 'eventName', not_equals: ['GetObject'] }), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'a field twice', (o) => o.advanced_event_selector[1].field_selector.push({ field: 'resources.ARN', starts_with: ['arn:aws:s3:::other/'] }), /objects of the archive/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'not made', (o) => (o.count = 0), /count is 0/],
    [Control.AU11_CLOUD_TRAIL, TRAIL, 'changes that are ignored', (o) => (o.lifecycle.ignore_changes = ['advanced_event_selector']), /ignores changes/],

    [Control.AU9_RUNTIME, FEATURE, 'disabled', (o) => (o.status = 'DISABLED'), /not enabled/],
    [Control.AU9_RUNTIME, FEATURE, 'another feature', (o) => (o.name = 'S3_DATA_EVENTS'), /not enabled/],
    [Control.AU9_RUNTIME, FEATURE, 'no agent', (o) => (o.additional_configuration[0].status = 'DISABLED'), /does not install its agent/],
    [Control.AU9_RUNTIME, FEATURE, 'an agent elsewhere', (o) => o.additional_configuration.shift(), /does not install its agent/],
    [Control.AU9_RUNTIME, FEATURE, 'an agent that is off in a second block', (o) => o.additional_configuration.push({ name: 'EKS_ADDON_MANAGEMENT', status: 'DISABLED' }), /does not install its agent/],
    [Control.AU9_RUNTIME, FEATURE, 'a detector that is off', inOther('aws_guardduty_detector', (detector) => (detector.enable = false)), /detector is not enabled/],
    [Control.AU9_RUNTIME, FEATURE, 'a detector that is not made', inOther('aws_guardduty_detector', (detector) => (detector.count = 0)), /count is 0/],
    [Control.AU9_RUNTIME, FEATURE, 'a detector from elsewhere', (o) => (o.detector_id = '0123456789abcdef0123456789abcdef'), /none of the same stack/],
    [Control.AU9_RUNTIME, FEATURE, 'a second resource that disables it', resource('aws_guardduty_detector_feature.Own', { detector_id: detectorId, name: 'RUNTIME_MONITORING', status: 'DISABLED' }), /applied last/],
    [Control.AU9_RUNTIME, FEATURE, 'the older feature beside it', resource('aws_guardduty_detector_feature.Own', { detector_id: '${var.detector}', name: 'EKS_RUNTIME_MONITORING', status: 'ENABLED' }), /applied last/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule that is off', inRule((rule) => (rule.state = 'DISABLED')), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule that is off in the former way', inRule((rule) => (rule.is_enabled = false)), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule on another bus', inRule((rule) => (rule.event_bus_name = 'own')), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule on critical findings', pattern([{ numeric: ['>=', 9] }]), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule on low findings', pattern([{ numeric: ['>=', 1, '<', 4] }]), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule on one kind of finding', pattern([{ numeric: ['>=', 4] }], { type: ['Recon:EC2/Portscan'] }), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule on other events', inRule((rule) => (rule.event_pattern = '{"source":["aws.ec2"]}')), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule that cannot be read', inRule((rule) => (rule.event_pattern = '${var.pattern}')), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule of another account', inRule((rule) => (rule.event_pattern = '{"source":["aws.guardduty"],"account":["999999999999"]}')), /no rule in the region tells/],
    [Control.AU9_RUNTIME, FEATURE, 'a target of another rule', inOther('aws_cloudwatch_event_target', (target) => (target.rule = 'other')), /no topic/],
    [Control.AU9_RUNTIME, FEATURE, 'a topic from elsewhere', inOther('aws_cloudwatch_event_target', (target) => (target.arn = 'arn:aws:sns:us-east-1:999999999999:a')), /no topic/],
    [Control.AU9_RUNTIME, FEATURE, 'a function in place of a topic', inOther('aws_cloudwatch_event_target', (target) => (target.arn = '${aws_lambda_function.Own.arn}')), /no topic/],
    [Control.AU9_RUNTIME, FEATURE, 'a topic that is not made', inOther('aws_sns_topic', (topic) => (topic.count = 0)), /count is 0/],

    [Control.AU9_RUNTIME, FEATURE, 'another region than the cluster', (o) => (o.region = 'us-west-2'), /another region than the cluster/],
    [Control.AU9_RUNTIME, FEATURE, 'a region that nobody names', (o) => delete o.region, /another region than the cluster/],
    [Control.AU9_RUNTIME, FEATURE, 'a detector in another region', inOther('aws_guardduty_detector', (detector) => (detector.region = 'us-west-2')), /another region than the cluster/],
    [Control.AU9_RUNTIME, FEATURE, 'a rule in another region', inRule((rule) => (rule.region = 'us-west-2')), /no rule in the region/],
    [Control.AU9_RUNTIME, FEATURE, 'a target in another region', inOther('aws_cloudwatch_event_target', (target) => (target.region = 'us-west-2')), /another region than the cluster/],
    [Control.AU9_RUNTIME, FEATURE, 'a topic in another region', inOther('aws_sns_topic', (topic) => (topic.region = 'us-west-2')), /another region than the cluster/],
    [Control.AU9_RUNTIME, FEATURE, 'a topic that rules may not publish to', inTopicPolicy((statements) => void statements.splice(statements.findIndex(({ Sid }) => Sid === 'AllowEvents'), 1)), /does not let events/],
    [Control.AU9_RUNTIME, FEATURE, 'a topic that asks rules for an account', inTopicPolicy((statements) => (statements.find(({ Sid }) => Sid === 'AllowEvents')!.Condition = { StringEquals: { 'aws:SourceAccount': '123456789012' } })), /does not let events/],
    [Control.AU9_RUNTIME, FEATURE, 'a key that rules may not use', inOther('aws_kms_key', (key) => inPolicy((statements) => void statements.splice(statements.findIndex(({ Principal: principal }) => principal.Service === 'events.amazonaws.com'), 1))(key, [])), /does not let events\.amazonaws\.com encrypt/],
    [Control.AU9_RUNTIME, FEATURE, 'a cluster that is left out', resource('aws_eks_cluster.Own', { name: profile.cluster, tags: { GuardDutyManaged: 'false' } }), /keeps GuardDuty's agent out/],
    [Control.AU9_RUNTIME, FEATURE, 'a cluster that a variable leaves out', resource('aws_eks_cluster.Own', { name: profile.cluster, tags: '${var.tags}' }), /keeps GuardDuty's agent out/],
    [Control.AU9_RUNTIME, FEATURE, 'findings that are archived', resource('aws_guardduty_filter.Own', { detector_id: detectorId, action: 'ARCHIVE' }), /archives findings/],
    [Control.AU9_RUNTIME, FEATURE, 'findings that a variable archives', resource('aws_guardduty_filter.Own', { detector_id: '${var.detector}', action: '${var.action}' }), /archives findings/],

    [Control.EN2_KEY_POLICY, KEY, 'rotation in seven years', (o) => (o.rotation_period_in_days = 2560), /rotates every 2560 days/],
    [Control.EN2_KEY_POLICY, KEY, 'a key that is off', (o) => (o.is_enabled = false), /not enabled/],
    [Control.EN2_KEY_POLICY, KEY, 'a service for anybody', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' })), /for anybody: ec2/],
    [Control.EN2_KEY_POLICY, KEY, 'everything for a role', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:role/terraform' }, Action: 'kms:*', Resource: '*' })), /hands everything about the key/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for every service-linked role', principalArn('arn:aws:iam::123456789012:role/aws-service-role/*'), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for service-linked roles of a service', principalArn('arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/*'), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for a role beside', principalArn([SLR, 'arn:aws:iam::123456789012:role/mallory']), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for a role that looks alike', principalArn('arn:aws:iam::123456789012:role/own/aws-service-role/autoscaling.amazonaws.com/a'), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for a role of another account', principalArn(SLR.replace('123456789012', '999999999999')), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for roles of two accounts', principalArn([SLR, SLR.replace('123456789012', '999999999999')]), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for nobody in particular', principalArn([]), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes by a pattern', inVolumes((statement) => (statement.Condition = { ArnLike: { 'aws:PrincipalArn': SLR }, StringEquals: { 'kms:CallerAccount': '123456789012' } })), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes where the principal is not told', inVolumes((statement) => (statement.Condition = { ArnEqualsIfExists: { 'aws:PrincipalArn': SLR }, StringEquals: { 'kms:CallerAccount': '123456789012' } })), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for all principals of a list', inVolumes((statement) => (statement.Condition = { 'ForAllValues:ArnEquals': { 'aws:PrincipalArn': SLR }, 'StringEquals': { 'kms:CallerAccount': '123456789012' } })), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes without the account', inVolumes((statement) => delete statement.Condition.StringEquals), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes by the source', inVolumes((statement) => (statement.Condition = { ArnEquals: { 'aws:SourceArn': SLR }, StringEquals: { 'kms:CallerAccount': '123456789012' } })), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes with every action', inVolumes((statement) => (statement.Action = 'kms:*')), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes with the policy', inVolumes((statement) => statement.Action.push('kms:PutKeyPolicy')), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'grants to anybody', inVolumes((statement) => statement.Action.push('kms:CreateGrant')), /to everyone/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for the account', inVolumes((statement) => (statement.Principal = { AWS: 'arn:aws:iam::123456789012:root' })), /every IAM administrator/],
    [Control.EN2_KEY_POLICY, KEY, 'volumes for everyone and a service', inVolumes((statement) => (statement.Principal = { AWS: '*', Service: 'ec2.amazonaws.com' })), /to everyone/],
  ])('%s fails on %s with %s', (control, kind, _what, weaken, finding) => {
    expect(verdict(control, kind, weaken)).toMatch(finding);
  });
});
