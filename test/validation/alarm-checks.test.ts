/** What is checked on alarms, from the log group to the mailbox, in a stack of a user's own, and on the same resources weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { AlarmTopic } from '../../lib/alarms/alarm-topic';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { AuditLogAlarms } from '../../lib/detection/audit-log-alarms';
import { AuditTrail } from '../../lib/detection/audit-trail';
import { TrailAlarms } from '../../lib/detection/trail-alarms';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant } from '../../lib/encryption/key-service-grant';
import { EncryptedLogGroup } from '../../lib/logs/encrypted-log-group';
import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { Retention } from '../../lib/profile/retention';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { inPolicy, resource, type Statement, type Weakening } from './weakening';

const profile = eksProfile();
const { names } = profile;
const READER = 'arn:aws:iam::123456789012:role/healthcare-cluster-auditor';

function synthesize(): SynthesizedObject[] {
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Own');
  new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'own', region: 'us-east-1' });
  const common = { account: '123456789012', region: 'us-east-1' };
  const key = new EncryptionKey(stack, 'Key', { ...common, alias: 'alarms', administrators: ['arn:aws:iam::123456789012:role/key-administrators'], services: KeyServiceGrant.alarms(common) });
  const topic = new AlarmTopic(stack, 'Topic', { ...common, topicName: 'alarms', kmsKeyArn: key.arn, subscribers: [AlarmSubscriber.email('security@company.com'), AlarmSubscriber.https('https://events.example.com/key')] });
  const group = (id: string, logGroupName: string) => new EncryptedLogGroup(stack, id, { logGroupName, region: 'us-east-1', retention: Retention.years(6), kmsKeyArn: key.arn }).logGroupName;
  const alarms = { namePrefix: 'healthcare-cluster', topicArn: topic.topicArn, region: 'us-east-1' };
  new AuditLogAlarms(stack, 'Audit', { ...alarms, logGroupName: group('AuditLog', names.clusterLogGroup), phiNamespaces: [...profile.phiNamespaces.map(({ name }) => name), 'own'], breakGlassRoleName: names.breakGlassRole });
  const trail = new AuditTrail(stack, 'Trail', {
    ...common, trailName: names.trail, bucketName: 'events', prefix: names.trailPrefix, kmsKeyArn: key.arn, logGroupName: names.trailLogGroup, logGroupKmsKeyArn: key.arn,
    logGroupRetention: Retention.years(6), logsRoleName: 'trail',
  }).logGroup.logGroupName;
  new TrailAlarms(stack, 'TrailAlarms', {
    ...alarms, account: '123456789012', logGroupName: trail, archiveBucketName: names.archiveBucket, otherBuckets: ['landing'], watchedLogGroups: [trail, names.clusterLogGroup],
    keys: [{ name: 'alarms', keyArn: key.arn, decrypters: [READER, '${aws_iam_role.Reader.arn}'] }, { name: 'other', keyArn: 'arn:aws:kms:us-east-1:123456789012:key/a', decrypters: [] }],
  });
  const { objects, findings } = app.synthesize();
  // The bucket that the trail writes into is no archive.
  expect(findings.filter((finding) => !finding.includes('AU11'))).toEqual([]);
  return [...objects];
}

const OBJECTS = synthesize();
const [ALARM, FILTER, TOPIC, SUBSCRIPTION] = ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_log_metric_filter', 'aws_sns_topic', 'aws_sns_topic_subscription'];
const isNamed = (name: string) => ({ content }: SynthesizedObject): boolean => content.alarm_name === `healthcare-cluster-${name}`;

function verdict(is: (object: SynthesizedObject) => boolean, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(OBJECTS);
  const object = copies.find(is)!;
  const [{ control }] = object.claims;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}

const inOther = (type: string, change: (content: Statement) => void): Weakening => (_content, others) => {
  for (const object of others) if (kindOf(object) === type) change(object.content as Statement);
};
/** A change of the filters of the alarm that is judged. */
const inFilters = (change: (filter: Statement) => void): Weakening => (alarm, others) => inOther(FILTER, (filter) => {
  if (filter.metric_transformation.name === alarm.metric_name) change(filter);
})(alarm, others);
const inPattern = (from: string | RegExp, to: string): Weakening => inFilters((filter) => (filter.pattern = filter.pattern.replace(from, to)));
const topicPolicy = (change: (statements: Statement[]) => void): Weakening => (_content, others) => inPolicy(change)(others.find((object) => kindOf(object) === 'aws_sns_topic_policy')!.content, []);
const keyPolicy = (change: (statements: Statement[]) => void): Weakening => (_content, others) => inPolicy(change)(others.find((object) => kindOf(object) === 'aws_kms_key')!.content, []);
/** A change of what lets publishers use the key. */
const ofAlarms = (statements: Statement[], change: (statement: Statement) => void): void => statements.filter(({ Principal: principal }) => principal.Service === 'cloudwatch.amazonaws.com').forEach(change);
const TOPIC_ARN = 'arn:aws:sns:us-east-1:123456789012:alarms';
const addressOf = (kind: string): string => OBJECTS.find((object) => kindOf(object) === kind)!.reference.address!;

describe('checks on alarms', () => {
  test.each(OBJECTS.filter((object) => kindOf(object) === ALARM).map((object) => [String(object.content.alarm_name), object] as const))('%s holds', (_name, object) => {
    expect(object.claims).toHaveLength(1);
    expect(verdict((one) => one.reference.address === object.reference.address)).toBeUndefined();
  });

  test.each<[string, string, Weakening, RegExp]>([
    ['exec', 'without actions', (o) => (o.actions_enabled = false), /actions are not on/],
    ['exec', 'actions by a variable', (o) => (o.actions_enabled = '${var.on}'), /actions are not on/],
    ['exec', 'no topic', (o) => (o.alarm_actions = []), /tells no topic/],
    ['exec', 'a topic of elsewhere', (o) => (o.alarm_actions = ['arn:aws:sns:us-east-1:123456789012:other']), /tells no topic/],
    ['exec', 'a topic that is not made', inOther(TOPIC, (topic) => (topic.count = 0)), /count is 0/],
    ['exec', 'a topic in clear text', inOther(TOPIC, (topic) => delete topic.kms_master_key_id), /is not encrypted/],
    ['exec', 'a key that CloudWatch may not use', inOther(TOPIC, (topic) => (topic.kms_master_key_id = 'alias/aws/sns')), /AWS manages/],
    ['exec', 'a key that does not let CloudWatch in', keyPolicy((statements) => void statements.splice(statements.findIndex(({ Principal: principal }) => principal.Service === 'cloudwatch.amazonaws.com'), 1)), /would be lost/],
    ['exec', 'nobody who is told', inOther(SUBSCRIPTION, (subscription) => (subscription.protocol = 'http')), /nobody is subscribed/],
    ['exec', 'subscribers that are not made', inOther(SUBSCRIPTION, (subscription) => (subscription.count = 0)), /nobody is subscribed/],
    ['exec', 'subscribers of another topic', inOther(SUBSCRIPTION, (subscription) => (subscription.topic_arn = 'arn:aws:sns:us-east-1:123456789012:other')), /nobody is subscribed/],
    ['exec', 'a topic that CloudWatch may not publish to', topicPolicy((statements) => void statements.shift()), /does not let cloudwatch\.amazonaws\.com publish/],
    ['exec', 'a topic that denies CloudWatch', topicPolicy((statements) => void statements.push({ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: '*' })), /denies more/],
    ['exec', 'a topic for everyone', topicPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: '*' })), /lets everyone in/],
    ['exec', 'a topic without a policy', (_o, others) => void others.splice(others.findIndex((object) => kindOf(object) === 'aws_sns_topic_policy'), 1), /no aws_sns_topic_policy/],
    ['exec', 'a topic with two policies', resource('aws_sns_topic_policy.Own', { arn: `\${${addressOf(TOPIC)}.arn}`, policy: '{}' }), /what is applied last wins/],
    ['exec', 'a policy of nobody knows what', resource('aws_sns_topic_policy.Own', { arn: '${var.topic}', policy: '{}' }), /nobody can tell/],
    ['exec', 'an alarm of the same name', resource(`${ALARM}.Own`, { alarm_name: 'healthcare-cluster-exec' }), /has the same name/],
    ['exec', 'an alarm of the same name in the region', resource(`${ALARM}.Own`, { alarm_name: 'healthcare-cluster-exec', region: 'us-east-1' }), /has the same name/],
    ['exec', 'a threshold of none', (o) => (o.threshold = 0), /rings at 0/],
    ['exec', 'a threshold below none', (o) => Object.assign(o, { threshold: -1, comparison_operator: 'GreaterThanThreshold' }), /rings at -1/],
    ['exec', 'silence for an alarm', (o) => (o.treat_missing_data = 'breaching'), /takes silence for breaching/],
    ['exec', 'silence for the state before', (o) => (o.treat_missing_data = 'ignore'), /takes silence for ignore/],
    ['exec', 'filters that count what they do not find', inFilters((filter) => (filter.metric_transformation.default_value = '1')), /counts 1 where it finds nothing/],
    ['exec', 'filters of what a transformer made', inFilters((filter) => (filter.apply_on_transformed_logs = true)), /transformer/],
    ['exec', 'a filter of the same name, by the name of the group', resource(`${FILTER}.Own`, { name: 'healthcare-cluster-exec', log_group_name: names.clusterLogGroup, pattern: '', region: 'us-east-1' }), /has the same name/],
    ['exec', 'a log group without metric filters', inOther('aws_cloudwatch_log_group', (group) => (group.log_group_class = 'INFREQUENT_ACCESS')), /class INFREQUENT_ACCESS/],
    ['exec', 'a policy that masks the log', resource('aws_cloudwatch_log_data_protection_policy.Own', { log_group_name: names.clusterLogGroup, policy_document: '{}' }), /changes what filters see/],
    ['exec', 'a policy that masks a log that nobody can tell', resource('aws_cloudwatch_log_data_protection_policy.Own', { log_group_name: '${var.group}', policy_document: '{}' }), /changes what filters see/],
    ['exec', 'a policy that masks every log', resource('aws_cloudwatch_log_account_policy.Own', { policy_type: 'DATA_PROTECTION_POLICY', policy_name: 'own' }), /changes what filters see/],
    ['exec', 'a topic in another region', inOther(TOPIC, (topic) => (topic.region = 'us-west-2')), /another region than the alarm/],
    ['exec', 'a topic policy for another topic', topicPolicy((statements) => statements.forEach((statement) => (statement.Resource = `${TOPIC_ARN}-other`))), /does not let cloudwatch/],
    ['exec', 'a topic policy for another account', topicPolicy(([first]) => (first.Condition.StringEquals['aws:SourceAccount'] = '999999999999')), /does not let cloudwatch/],
    ['exec', 'a topic policy with a condition more', topicPolicy(([first]) => (first.Condition.StringLike = { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:other' })), /does not let cloudwatch/],
    ['exec', 'a topic that denies by a pattern', topicPolicy((statements) => void statements.push({ Effect: 'Deny', Principal: '*', Action: 'sns:Pub*', Resource: '*' })), /denies more/],
    ['exec', 'a topic with two policies, one by its ARN', resource('aws_sns_topic_policy.Own', { arn: TOPIC_ARN, policy: '{}' }), /what is applied last wins/],
    ['exec', 'a topic that drops what it does not like', resource('aws_sns_topic_data_protection_policy.Own', { arn: `\${${addressOf(TOPIC)}.arn}`, policy: '{}' }), /drops or changes messages/],
    ['exec', 'a key for another topic', keyPolicy((statements) => ofAlarms(statements, (statement) => (statement.Condition = { ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': `${TOPIC_ARN}-other` } }))), /would be lost/],
    ['exec', 'a key with a condition more', keyPolicy((statements) => ofAlarms(statements, (statement) => (statement.Condition.StringEquals = { 'aws:SourceAccount': '999999999999' }))), /would be lost/],
    ['exec', 'a key that denies everyone', keyPolicy((statements) => void statements.push({ Effect: 'Deny', Principal: '*', Action: 'kms:Generate*', Resource: '*' })), /denies what cloudwatch/],
    ['exec', 'a key that denies the service', keyPolicy((statements) => void statements.push({ Effect: 'Deny', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' })), /denies what cloudwatch/],
    ['exec', 'a key that is off', inOther('aws_kms_key', (key) => (key.is_enabled = false)), /not enabled/],
    ['root-use', 'a trail without its log group', inOther('aws_cloudtrail', (trail) => delete trail.cloud_watch_logs_group_arn), /no aws_cloudtrail writes/],
    ['root-use', 'a trail of another log group', inOther('aws_cloudtrail', (trail) => (trail.cloud_watch_logs_group_arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/own:*')), /no aws_cloudtrail writes/],
    ['root-use', 'a trail without a role', inOther('aws_cloudtrail', (trail) => delete trail.cloud_watch_logs_role_arn), /nobody judged it/],
    ['root-use', 'a trail that is not made', inOther('aws_cloudtrail', (trail) => (trail.count = 0)), /count is 0/],
    ['root-use', 'a trail of reads', inOther('aws_cloudtrail', (trail) => Object.assign(trail, { advanced_event_selector: undefined, event_selector: { read_write_type: 'ReadOnly' } })), /leaves out reads, writes/],
    ['root-use', 'a trail without KMS', inOther('aws_cloudtrail', (trail) => Object.assign(trail, { advanced_event_selector: undefined, event_selector: { exclude_management_event_sources: ['kms.amazonaws.com'] } })), /leaves out reads, writes or services/],
    ['root-use', 'a role that CloudTrail may not take', inOther('aws_iam_role', (role) => inPolicy(([first]) => (first.Principal = { Service: 'ec2.amazonaws.com' }), 'assume_role_policy')(role, [])), /does not let CloudTrail in/],
    ['root-use', 'a role that may write elsewhere', inOther('aws_iam_role_policy', (policy) => inPolicy(([first]) => (first.Resource = 'arn:aws:logs:us-east-1:123456789012:log-group:/own:*'))(policy, [])), /may not write/],
    ['root-use', 'a role that may not write', inOther('aws_iam_role_policy', (policy) => inPolicy(([first]) => (first.Action = 'logs:CreateLogStream'))(policy, [])), /may not write/],
    ['root-use', 'a role whose policy is not made', inOther('aws_iam_role_policy', (policy) => (policy.count = 0)), /may not write/],
    ['root-use', 'a role that is denied', inOther('aws_iam_role_policy', (policy) => inPolicy((statements) => void statements.push({ Effect: 'Deny', Action: 'logs:*', Resource: '*' }))(policy, [])), /is denied/],
    ['exec', 'another name', (o) => (o.alarm_name = 'anything'), /called after nothing/],
    ['exec', 'the name of another', (o) => (o.alarm_name = 'healthcare-cluster-rbac-2-exec-rbac'), /less than was emitted/],
    ['exec', 'a threshold of ten', (o) => (o.threshold = 10), /rings at 10/],
    ['exec', 'a threshold by a variable', (o) => (o.threshold = '${var.threshold}'), /rings at/],
    ['exec', 'rings below', (o) => (o.comparison_operator = 'LessThanThreshold'), /compares by LessThan/],
    ['exec', 'an average', (o) => (o.statistic = 'Average'), /statistic is Average/],
    ['exec', 'twice in a row', (o) => (o.evaluation_periods = 2), /waits for 2/],
    ['exec', 'a period of a day', (o) => (o.period = 86400), /86400 seconds/],
    ['exec', 'a dimension', (o) => (o.dimensions = { Cluster: 'a' }), /has dimensions/],
    ['exec', 'another metric', (o) => (o.metric_name = 'other'), /no filter counts/],
    ['exec', 'another namespace of metrics', (o) => (o.namespace = 'other'), /no filter counts/],
    ['exec', 'another region than its filters', (o) => (o.region = 'us-west-2'), /another region/],
    ['exec', 'filters that are not made', inFilters((filter) => (filter.count = 0)), /count is 0/],
    ['exec', 'filters of another group', inFilters((filter) => (filter.log_group_name = '/aws/lambda/other')), /reads \/aws\/lambda\/other/],
    ['exec', 'filters that count nothing', inFilters((filter) => (filter.metric_transformation.value = '0')), /counts 0/],
    ['exec', 'filters that count by a dimension', inFilters((filter) => (filter.metric_transformation.dimensions = { user: '$.user.username' })), /by dimensions/],
    ['exec', 'a filter of the same name', resource(`${FILTER}.Own`, { name: 'healthcare-cluster-exec', log_group_name: OBJECTS.find((object) => kindOf(object) === FILTER)!.content.log_group_name, pattern: '' }), /has the same name/],
    ['exec', 'without a PHI namespace', inPattern(' || $.objectRef.namespace = "patient-data"', ''), /less than was emitted/],
    ['exec', 'one way in less', inPattern('$.objectRef.subresource = "exec" || ', ''), /less than was emitted/],
    ['exec', 'without nodes', inPattern('"nodes"', '"never"'), /less than was emitted/],
    ['exec', 'but for somebody', inPattern(' }', ' && $.user.username != "jane" }'), /less than was emitted/],
    ['unauthorized', 'only 401', inPattern(' || $.responseStatus.code = 403', ''), /less than was emitted/],
    ['unauthorized', 'a burst of thousands', (o) => (o.threshold = 5000), /rings at 5000/],
    ['anonymous', 'but secrets', inPattern(' }', ' && $.requestURI != "/api/v1/secrets" }'), /less than was emitted/],
    ['rbac', 'but somebody', inPattern(' }', ' && $.user.username != "jane" }'), /less than was emitted/],
    ['admission', 'without the definitions of constraints', inPattern('*.gatekeeper.sh', '*.example.com'), /less than was emitted/],
    ['break-glass', 'another role', inPattern(/break-glass/g, 'other'), /less than was emitted/],
    ['root-use', 'but sign-ins', inPattern(' }', ' && $.eventName != "ConsoleLogin" }'), /less than was emitted/],
    ['root-use', 'in the audit log', inFilters((filter) => (filter.log_group_name = names.clusterLogGroup)), /reads \/aws\/eks/],
    ['archive-changes', 'another bucket', inPattern(names.archiveBucket, 'other'), /less than was emitted/],
    ['log-changes', 'but deletion', inPattern('$.eventName = "DeleteLogGroup" || ', ''), /less than was emitted/],
    ['alarm-changes', 'but for somebody', inPattern(' }', ' && $.userIdentity.arn != "a" }'), /less than was emitted/],
    ['alarm-changes', 'without the topic', inPattern('"sns.*"', '"sns"'), /less than was emitted/],
    ['sign-in-failures', 'a hundred', (o) => (o.threshold = 100), /rings at 100, and not at 3/],
    ['sign-in-without-mfa', 'never', inPattern('"IAMUser"', '"Nobody"'), /less than was emitted/],
    ['decrypt-alarms', 'but every role of the account', inPattern('assumed-role/healthcare-cluster-auditor/*', 'assumed-role/*'), /less than was emitted/],
    ['decrypt-alarms', 'but every user', inPattern('arn:aws:sts::123456789012:assumed-role/healthcare-cluster-auditor/*', 'arn:aws:iam::123456789012:user/*'), /less than was emitted/],
    ['decrypt-alarms', 'but on weekends', inPattern(' }', ' && $.awsRegion = "us-east-1" }'), /less than was emitted/],
    ['decrypt-alarms', 'without re-encryption', inPattern('"ReEncrypt"', '"Never"'), /less than was emitted/],
    ['decrypt-other', 'but everyone', inPattern('assumed-role/aws:*', '*'), /less than was emitted/],
  ])('%s fails: %s', (name, _what, weaken, message) => {
    expect(verdict(isNamed(name), weaken)).toMatch(message);
  });

  test.each<[string, string, Weakening]>([
    ['exec', 'one more subscriber that reaches nobody', resource(`${SUBSCRIPTION}.Own`, { protocol: 'http', topic_arn: `\${${addressOf(TOPIC)}.arn}` })],
    ['exec', 'one more filter that counts other finds', (o, others) => resource(`${FILTER}.Own`, { name: 'own', log_group_name: 'own', pattern: '{ $.a = "b" }', region: 'us-east-1', metric_transformation: { name: o.metric_name, namespace: o.namespace, value: '1' } })(o, others)],
    ['exec', 'the group by its name', inFilters((filter) => (filter.log_group_name = names.clusterLogGroup))],
    ['exec', 'actions that are on by default', (o) => delete o.actions_enabled],
    ['exec', 'a key of another stack', inOther(TOPIC, (topic) => (topic.kms_master_key_id = 'arn:aws:kms:us-east-1:123456789012:key/a'))],
    ['exec', 'an alarm of the same name in another region', resource(`${ALARM}.Own`, { alarm_name: 'healthcare-cluster-exec', region: 'us-west-2' })],
    ['exec', 'filters that count nothing by default', inFilters((filter) => delete filter.metric_transformation.default_value)],
    ['exec', 'an alarm above none', (o) => Object.assign(o, { threshold: 0, comparison_operator: 'GreaterThanThreshold' })],
    ['exec', 'the policy of another topic', resource('aws_sns_topic_policy.Own', { arn: `${TOPIC_ARN}-other`, policy: '{}' })],
    ['exec', 'the policy of a topic of that name in another region', resource('aws_sns_topic_policy.Own', { arn: TOPIC_ARN.replace('us-east-1', 'us-west-2'), policy: '{}' })],
    ['exec', 'the topic by a reference in its policy', topicPolicy(([first]) => (first.Resource = `\${${addressOf(TOPIC)}.arn}`))],
    ['exec', 'a key for the topic by its ARN', keyPolicy((statements) => ofAlarms(statements, (statement) => (statement.Condition = { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': TOPIC_ARN } })))],
    ['exec', 'a key that denies one role', keyPolicy((statements) => void statements.push({ Effect: 'Deny', Principal: { AWS: READER }, Action: 'kms:Decrypt', Resource: '*' }))],
    ['exec', 'a policy that masks another log', resource('aws_cloudwatch_log_data_protection_policy.Own', { log_group_name: '/own', policy_document: '{}' })],
    ['exec', 'a trail that stands still, of another log', inOther('aws_cloudtrail', (trail) => (trail.enable_logging = false))],
    ['root-use', 'the log group of the trail by its ARN', inOther('aws_cloudtrail', (trail) => (trail.cloud_watch_logs_group_arn = `arn:aws:logs:us-east-1:123456789012:log-group:${names.trailLogGroup}:*`))],
    ['unauthorized', 'a lower threshold', (o) => (o.threshold = 5)],
  ])('%s holds with %s', (name, _what, change) => {
    expect(verdict(isNamed(name), change)).toBeUndefined();
  });
});

describe('checks on subscribers', () => {
  const isSubscriber = (object: SynthesizedObject): boolean => kindOf(object) === SUBSCRIPTION;

  test('hold for each, with a claim', () => {
    const subscribers = OBJECTS.filter(isSubscriber);

    expect(subscribers.map((object) => object.claims.map(({ control }) => control))).toEqual([[Control.IR1_INCIDENT], [Control.IR1_INCIDENT]]);
    for (const { reference } of subscribers) expect(verdict((object) => object.reference.address === reference.address)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['without TLS', (o) => (o.protocol = 'http'), /without TLS/],
    ['a queue, which nobody reads', (o) => (o.protocol = 'sqs'), /nobody is known to be reached by sqs/],
    ['no endpoint', (o) => delete o.endpoint, /none of email/],
    ['an endpoint of another protocol', (o) => (o.endpoint = 'https://events.example.com'), /none of email/],
    ['a clear URL', (o) => Object.assign(o, { protocol: 'https', endpoint: 'http://events.example.com' }), /none of https/],
    ['a filter that drops alarms', (o) => (o.filter_policy = '{"a":["b"]}'), /drops messages/],
    ['not made', (o) => (o.count = 0), /count is 0/],
    ['no topic of the stack', (o) => (o.topic_arn = 'arn:aws:sns:us-east-1:123456789012:other'), /no topic of the same stack/],
    ['a topic in clear text', inOther(TOPIC, (topic) => delete topic.kms_master_key_id), /is not encrypted/],
    ['alarms that tell another topic', inOther(ALARM, (alarm) => (alarm.alarm_actions = [])), /no alarm tells/],
    ['alarms that are off', inOther(ALARM, (alarm) => (alarm.actions_enabled = false)), /no alarm tells/],
    ['alarms that are not made', inOther(ALARM, (alarm) => (alarm.count = 0)), /no alarm tells/],
  ])('fail: %s', (_what, weaken, message) => {
    expect(verdict(isSubscriber, weaken)).toMatch(message);
  });
});
