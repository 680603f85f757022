import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { AuditLogDelivery } from '../../../lib/audit/delivery/audit-log-delivery';
import { DeliveryPath } from '../../../lib/profile/delivery-path';
import { Safeguard } from '../../../lib/controls/safeguard';
import { claimsBelow } from '../../support/claims';
import { DELIVERY_PROPS, makeDelivery } from '../../support/delivery';
import { concrete, decide } from '../../support/iam';
import { expectRefusal } from '../../support/refusal';
import { synthStack, testStack, type ResourceArguments, type SynthesizedStack } from '../../support/stack';

const BUCKET = DELIVERY_PROPS.bucketArn;
const KEY = DELIVERY_PROPS.kmsKeyArn;
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/eks/healthcare-cluster/cluster';
const STREAM = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/healthcare-cluster-audit';

/** Trust and permissions of the role of a name. */
function roleOf(stack: SynthesizedStack, name: string): { trust: string; permissions: string; policyAddress: string } {
  const [address, role] = Object.entries(stack.resources.aws_iam_role).find(([, candidate]) => candidate.name === name)!;
  const [policyAddress, policy] = Object.entries(stack.resources.aws_iam_role_policy).find(([, candidate]) => candidate.role === `\${aws_iam_role.${address}.name}`)!;
  return { trust: concrete(role.assume_role_policy as string), permissions: concrete(policy.policy as string), policyAddress: `aws_iam_role_policy.${policyAddress}` };
}

describe('AuditLogDelivery', () => {
  const stack = synthStack(makeDelivery());
  const stream = stack.only('aws_kinesis_firehose_delivery_stream');
  const target = stream.extended_s3_configuration as ResourceArguments;
  const writer = roleOf(stack, 'healthcare-cluster-audit-firehose');
  const subscriber = roleOf(stack, 'healthcare-cluster-audit-logs');

  test('delivers the whole log group, as soon as its role may', () => {
    const [name] = Object.keys(stack.resources.aws_kinesis_firehose_delivery_stream);

    expect(stack.only('aws_cloudwatch_log_subscription_filter')).toMatchObject({
      name: 'healthcare-cluster-audit', filter_pattern: '', log_group_name: '/aws/eks/healthcare-cluster/cluster', region: 'us-east-1',
      destination_arn: `\${aws_kinesis_firehose_delivery_stream.${name}.arn}`, depends_on: [subscriber.policyAddress],
    });
    expect(stream.depends_on).toEqual([writer.policyAddress]);
  });

  test('delivers nothing before what it is given is there', () => {
    const made = synthStack((scope) => new AuditLogDelivery(scope, 'Delivery', { ...DELIVERY_PROPS, after: [new S3BucketPolicy(scope, 'Landing', { bucket: 'landing', policy: '{}' })] }));
    for (const type of ['aws_kinesis_firehose_delivery_stream', 'aws_cloudwatch_log_subscription_filter']) expect(made.only(type).depends_on).toContain('aws_s3_bucket_policy.Landing');
  });

  test('says which errors CloudWatch Logs does not try again', () => {
    const alarm = Object.values(stack.resources.aws_cloudwatch_metric_alarm).find(({ metric_name: name }) => name === 'DeliveryErrors')!;
    expect(alarm.alarm_description).toMatch(/role or the stream is wrong it drops them at once/);
  });

  test('writes compressed lines by the hour in UTC, as queries look for them', () => {
    expect(stream).toMatchObject({ name: 'healthcare-cluster-audit', destination: 'extended_s3', region: 'us-east-1' });
    expect(target).toMatchObject({
      bucket_arn: BUCKET,
      prefix: 'audit-logs/healthcare-cluster/!{timestamp:yyyy/MM/dd/HH}/',
      error_output_prefix: 'delivery-errors/audit-logs/healthcare-cluster/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
      custom_time_zone: 'UTC',
      compression_format: 'GZIP',
      file_extension: '.json.gz',
      buffering_interval: 300,
      buffering_size: 64,
      s3_backup_mode: 'Disabled',
    });
    expect(target.dynamic_partitioning_configuration ?? target.data_format_conversion_configuration).toBeUndefined();
    // The bucket's default encrypts, as it does for the log shipper.
    expect(target.kms_key_arn).toBeUndefined();
  });

  test('opens the envelopes, takes out the messages and ends each with a newline, in this order', () => {
    expect(target.processing_configuration).toEqual({
      enabled: true,
      processors: [
        { type: 'Decompression', parameters: [{ parameter_name: 'CompressionFormat', parameter_value: 'GZIP' }] },
        { type: 'CloudWatchLogProcessing', parameters: [{ parameter_name: 'DataMessageExtraction', parameter_value: 'true' }] },
        { type: 'AppendDelimiterToRecord' },
      ],
    });
  });

  test('encrypts what waits, and tells its errors to an encrypted log group', () => {
    const [group] = Object.keys(stack.resources.aws_cloudwatch_log_group);
    const [logStream] = Object.keys(stack.resources.aws_cloudwatch_log_stream);

    expect(stream.server_side_encryption).toEqual({ enabled: true, key_type: 'AWS_OWNED_CMK' });
    expect(stack.only('aws_cloudwatch_log_group')).toMatchObject({ name: '/aws/kinesisfirehose/healthcare-cluster-audit', retention_in_days: 90, kms_key_id: DELIVERY_PROPS.logsKmsKeyArn });
    expect(target.cloudwatch_logging_options).toEqual({ enabled: true, log_group_name: `\${aws_cloudwatch_log_group.${group}.name}`, log_stream_name: `\${aws_cloudwatch_log_stream.${logStream}.name}` });
    expect(AuditLogDelivery.errorLogGroupName('a')).toBe('/aws/kinesisfirehose/a');
    expect(AuditLogDelivery.defaultErrorPrefix('a/b')).toBe('delivery-errors/a/b');
  });

  test('alarms on errors, on what waits and on silence, and never on missing errors', () => {
    const [name] = Object.keys(stack.resources.aws_kinesis_firehose_delivery_stream);
    const alarms = Object.values(stack.resources.aws_cloudwatch_metric_alarm);
    const ofGroup = { LogGroupName: '/aws/eks/healthcare-cluster/cluster' };
    const ofStream = { DeliveryStreamName: `\${aws_kinesis_firehose_delivery_stream.${name}.name}` };
    const summary = alarms.map((alarm) => [
      alarm.alarm_name, `${alarm.namespace} ${alarm.metric_name}`, alarm.dimensions, alarm.statistic, alarm.comparison_operator, alarm.threshold, alarm.period, alarm.treat_missing_data,
    ]);

    expect(summary.sort(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['healthcare-cluster-audit-delivery-errors', 'AWS/Logs DeliveryErrors', ofGroup, 'Sum', 'GreaterThanOrEqualToThreshold', 1, 300, 'notBreaching'],
      ['healthcare-cluster-audit-delivery-throttling', 'AWS/Logs DeliveryThrottling', ofGroup, 'Sum', 'GreaterThanOrEqualToThreshold', 1, 300, 'notBreaching'],
      ['healthcare-cluster-audit-log-group-silent', 'AWS/Logs IncomingLogEvents', ofGroup, 'Sum', 'LessThanThreshold', 1, 3600, 'breaching'],
      ['healthcare-cluster-audit-nothing-arrives', 'AWS/Firehose IncomingRecords', ofStream, 'Sum', 'LessThanThreshold', 1, 3600, 'breaching'],
      ['healthcare-cluster-audit-staleness', 'AWS/Firehose DeliveryToS3.DataFreshness', ofStream, 'Maximum', 'GreaterThanThreshold', 1800, 300, 'notBreaching'],
      ['healthcare-cluster-audit-write-failures', 'AWS/Firehose DeliveryToS3.Success', ofStream, 'Average', 'LessThanThreshold', 1, 300, 'notBreaching'],
    ]);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [DELIVERY_PROPS.topicArn], actions_enabled: true, region: 'us-east-1' });
  });

  test('takes every prop', () => {
    const made = synthStack((scope) => new AuditLogDelivery(scope, 'Delivery', DELIVERY_PROPS));
    const all = made.only('aws_kinesis_firehose_delivery_stream');
    const alarms = Object.values(made.resources.aws_cloudwatch_metric_alarm);

    expect(all.server_side_encryption).toEqual({ enabled: true, key_type: 'CUSTOMER_MANAGED_CMK', key_arn: DELIVERY_PROPS.streamKmsKeyArn });
    expect(all.extended_s3_configuration).toMatchObject({ buffering_interval: 900, buffering_size: 128, error_output_prefix: expect.stringMatching(/^delivery-errors\/healthcare-cluster\/!/) });
    expect(alarms.map(({ period }) => Number(period)).sort((a, b) => a - b)).toEqual([300, 300, 300, 300, 900, 900]);
    expect(alarms.find(({ metric_name: name }) => name === 'DeliveryToS3.DataFreshness')?.threshold).toBe(2700);
  });

  test('leaves out the alarms on silence alone, for a log that may be silent', () => {
    const alarms = Object.values(synthStack(makeDelivery({ alarmOnSilence: false })).resources.aws_cloudwatch_metric_alarm);

    expect(alarms.map(({ alarm_name: name }) => String(name).replace('healthcare-cluster-audit-', '')).sort()).toEqual(['delivery-errors', 'delivery-throttling', 'staleness', 'write-failures']);
  });

  test('has S3 encrypt where the bucket is', () => {
    const made = synthStack(makeDelivery({ bucketRegion: 'us-west-2', kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }));
    expect(roleOf(made, 'healthcare-cluster-audit-firehose').permissions).toContain('"kms:ViaService":"s3.us-west-2.amazonaws.com"');
  });

  test('takes references to log group, bucket and keys', () => {
    const made = synthStack(makeDelivery({ logGroupName: '${aws_cloudwatch_log_group.Cluster.name}', bucketArn: '${aws_s3_bucket.Landing.arn}', kmsKeyArn: '${aws_kms_key.Logs.arn}' }));
    const policies = JSON.stringify([made.resources.aws_iam_role, made.resources.aws_iam_role_policy]);

    expect(made.only('aws_cloudwatch_log_subscription_filter').log_group_name).toBe('${aws_cloudwatch_log_group.Cluster.name}');
    expect(policies).toContain('${aws_s3_bucket.Landing.arn}/audit-logs/healthcare-cluster/*');
  });

  test('uses the names of the partition', () => {
    const key = 'arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const text = JSON.stringify(synthStack(makeDelivery({
      region: 'cn-north-1', bucketArn: 'arn:aws-cn:s3:::landing', kmsKeyArn: key, logsKmsKeyArn: key, topicArn: 'arn:aws-cn:sns:cn-north-1:123456789012:alarms',
    })).resources);

    expect(text).toContain('logs.cn-north-1.amazonaws.com.cn');
    expect(text).toContain('s3.cn-north-1.amazonaws.com.cn');
    expect(text).not.toMatch(/arn:aws:/);
  });

  test('exposes its parts, and claims on the subscription that the log leaves', () => {
    const scope = testStack();
    const delivery = makeDelivery()(scope);
    const direct = makeDelivery({ path: DeliveryPath.DIRECT })(testStack());

    expect(delivery.node.defaultChild).toBe(delivery.stream);
    expect([delivery.role.nameInput, delivery.subscriptionRole.nameInput]).toEqual(['healthcare-cluster-audit-firehose', 'healthcare-cluster-audit-logs']);
    expect([delivery.errorPrefix, delivery.errorLogGroup.logGroup.nameInput, delivery.alarms.length]).toEqual(['delivery-errors/audit-logs/healthcare-cluster', '/aws/kinesisfirehose/healthcare-cluster-audit', 6]);
    expect(claimsBelow(scope)).toEqual(['Test/Delivery/Subscription implements AU4']);
    expect(Safeguard.claimsOf(direct.subscriptionFilter)[0].how).toContain('proven by an object there');
  });

  test('has two roles, to be read at a glance', () => {
    expect([writer, subscriber].map(({ trust, permissions }) => [trust, permissions].map((policy) => JSON.parse(policy) as unknown))).toMatchSnapshot();
  });

  test.each<[string, 'writer' | 'subscriber', string, Record<string, string>, string]>([
    ['Firehose for another account', 'writer', 'firehose.amazonaws.com', { 'sts:ExternalId': '999999999999' }, 'ImplicitlyDenied'],
    ['Firehose for another source account', 'writer', 'firehose.amazonaws.com', { 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['Firehose for another stream', 'writer', 'firehose.amazonaws.com', { 'sts:ExternalId': '123456789012', 'aws:SourceArn': `${STREAM}-2` }, 'ImplicitlyDenied'],
    ['CloudWatch Logs', 'writer', 'logs.us-east-1.amazonaws.com', { 'sts:ExternalId': '123456789012' }, 'ImplicitlyDenied'],
    ['an administrator', 'writer', 'arn:aws:iam::123456789012:role/admin', { 'sts:ExternalId': '123456789012' }, 'ImplicitlyDenied'],
    ['Firehose for this account', 'writer', 'firehose.amazonaws.com', { 'sts:ExternalId': '123456789012' }, 'Allowed'],
    ['Firehose for its stream', 'writer', 'firehose.amazonaws.com', { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': STREAM }, 'Allowed'],
    ['Firehose that does not say for whom', 'writer', 'firehose.amazonaws.com', {}, 'Allowed'],
    ['a log group of another account', 'subscriber', 'logs.us-east-1.amazonaws.com', { 'aws:SourceArn': GROUP.replace('123456789012', '999999999999') }, 'ImplicitlyDenied'],
    ['a log group of another region', 'subscriber', 'logs.us-east-1.amazonaws.com', { 'aws:SourceArn': GROUP.replace('us-east-1', 'us-west-2') }, 'ImplicitlyDenied'],
    ['no log group', 'subscriber', 'logs.us-east-1.amazonaws.com', {}, 'ImplicitlyDenied'],
    ['CloudWatch Logs of another region', 'subscriber', 'logs.us-west-2.amazonaws.com', { 'aws:SourceArn': GROUP }, 'ImplicitlyDenied'],
    ['Firehose', 'subscriber', 'firehose.amazonaws.com', { 'aws:SourceArn': GROUP }, 'ImplicitlyDenied'],
    ['the log group', 'subscriber', 'logs.us-east-1.amazonaws.com', { 'aws:SourceArn': GROUP }, 'Allowed'],
    ['the log group, as Lambda is told', 'subscriber', 'logs.us-east-1.amazonaws.com', { 'aws:SourceArn': `${GROUP}:*` }, 'Allowed'],
  ])('answers %s that asks for the role of the %s', async (_who, role, principal, context, decision) => {
    const { trust } = role === 'writer' ? writer : subscriber;
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/delivery', context, resourcePolicy: trust })).toBe(decision);
  });

  const viaS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  const errorLog = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/kinesisfirehose/healthcare-cluster-audit:log-stream:';
  /** Leaves the key to IAM, so that the role's own policy decides. */
  const keyPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });
  test.each<['writer' | 'subscriber', string, string, Record<string, string>, string]>([
    ['writer', 's3:GetObject', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:DeleteObject', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutObjectRetention', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutObject', `${BUCKET}/audit-logs/healthcare-cluster-2/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutObject', `${BUCKET}/sessions/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutObject', `${BUCKET}-2/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutBucketPolicy', BUCKET, {}, 'ImplicitlyDenied'],
    ['writer', 'kms:Decrypt', KEY, {}, 'ImplicitlyDenied'],
    ['writer', 'kms:Decrypt', KEY, { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, 'ImplicitlyDenied'],
    ['writer', 'kms:CreateGrant', KEY, viaS3, 'ImplicitlyDenied'],
    ['writer', 'kms:GenerateDataKey', DELIVERY_PROPS.logsKmsKeyArn, viaS3, 'ImplicitlyDenied'],
    ['writer', 'logs:PutLogEvents', `${GROUP}:log-stream:kube-apiserver-audit-1`, {}, 'ImplicitlyDenied'],
    ['writer', 'logs:DeleteLogStream', `${errorLog}DestinationDelivery`, {}, 'ImplicitlyDenied'],
    ['writer', 's3:PutObject', `${BUCKET}/audit-logs/healthcare-cluster/2026/01/31/23/a.json.gz`, {}, 'Allowed'],
    ['writer', 's3:PutObject', `${BUCKET}/delivery-errors/audit-logs/healthcare-cluster/processing-failed/a`, {}, 'Allowed'],
    ['writer', 's3:AbortMultipartUpload', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'Allowed'],
    ['writer', 's3:GetBucketLocation', BUCKET, {}, 'Allowed'],
    ['writer', 's3:ListBucketMultipartUploads', BUCKET, {}, 'Allowed'],
    ['writer', 'kms:GenerateDataKey', KEY, viaS3, 'Allowed'],
    ['writer', 'kms:Decrypt', KEY, viaS3, 'Allowed'],
    ['writer', 'logs:PutLogEvents', `${errorLog}DestinationDelivery`, {}, 'Allowed'],
    ['subscriber', 'firehose:PutRecord', `${STREAM}-2`, {}, 'ImplicitlyDenied'],
    ['subscriber', 'firehose:DeleteDeliveryStream', STREAM, {}, 'ImplicitlyDenied'],
    ['subscriber', 'firehose:UpdateDestination', STREAM, {}, 'ImplicitlyDenied'],
    ['subscriber', 's3:PutObject', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['subscriber', 'firehose:PutRecord', STREAM, {}, 'Allowed'],
    ['subscriber', 'firehose:PutRecordBatch', STREAM, {}, 'Allowed'],
  ])('answers the %s that asks for %s on %s with %j', async (role, action, resource, context, decision) => {
    const { permissions } = role === 'writer' ? writer : subscriber;
    const resourcePolicy = action.startsWith('kms:') ? keyPolicy : undefined;
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/delivery/s', action, resource, context, identityPolicies: [permissions], resourcePolicy })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name with a slash', { deliveryName: 'a/b' }, 'a/b', 'CreateDeliveryStream', '1 to 55'],
    ['a name that leaves no place for its roles', { deliveryName: 'a'.repeat(56) }, 'a'.repeat(56), 'names of roles', '1 to 55'],
    ['every log group', { logGroupName: '*' }, '*', 'CreateLogGroup', 'full name'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['a bucket region that is none', { bucketRegion: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a bucket region that only Terraform knows', { bucketRegion: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['every bucket', { bucketArn: 'arn:aws:s3:::*' }, 'arn:aws:s3:::*', 'without wildcards', 'full ARN'],
    ['the ARN of an object', { bucketArn: `${BUCKET}/a` }, `${BUCKET}/a`, 'a bucket has no key', 'prefix'],
    ['a bucket of another partition', { bucketArn: 'arn:aws-cn:s3:::logs' }, 'arn:aws-cn:s3:::logs', 'partition aws', "'arn:aws:'"],
    ['an alias for the key', { kmsKeyArn: 'alias/archive' }, 'alias/archive', 'AWS: arn:', 'full ARN'],
    ['a key of another region than the bucket', { bucketRegion: 'us-west-2' }, KEY, 'its own region alone', 'in us-west-2'],
    ['a key of another region for the error log', { logsKmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ['a key of another region for the stream', { streamKmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ['every prefix', { prefix: '*' }, '*', 'AC11', 'audit-logs/'],
    ['a prefix that is an expression', { prefix: '!{partitionKeyFromQuery:a}' }, '!{partitionKeyFromQuery:a}', 'AC11', 'audit-logs/'],
    ['errors among the events', { errorPrefix: 'audit-logs/healthcare-cluster' }, 'audit-logs/healthcare-cluster', 'under prefix', 'leave errorPrefix out'],
    ['errors below the events', { errorPrefix: 'audit-logs/healthcare-cluster/errors' }, 'audit-logs/healthcare-cluster/errors', 'under prefix', 'leave errorPrefix out'],
    ['a path that is none', { path: 'straight' }, 'straight', 'AU4', 'DeliveryPath.STAGED'],
    ['a retention that is none', { errorLogRetention: 90 }, 90, '316(b)(2)(i)', 'Retention'],
    ['a buffer of seconds', { bufferSeconds: 59 }, 59, 'BufferingHints', '60 to 900'],
    ['a buffer of an hour', { bufferSeconds: 3600 }, 3600, 'BufferingHints', '60 to 900'],
    ['a buffer above what Firehose takes', { bufferMegabytes: 129 }, 129, 'BufferingHints', '1 to 128'],
    ['a silence of parts of a minute', { silenceSeconds: 90 }, 90, 'PutMetricAlarm', 'whole minutes'],
    ['a silence of two days', { silenceSeconds: 172_800 }, 172_800, 'PutMetricAlarm', 'whole minutes'],
    ['silence that is neither', { alarmOnSilence: 'no' }, 'no', 'AU4', 'leave it out'],
    ['a topic that is none', { topicArn: 'alarms' }, 'alarms', 'AWS: arn:', 'full ARN'],
    ['an unknown field', { filterPattern: '{ $.verb = "get" }' }, 'filterPattern', 'no other field', 'deliveryName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => makeDelivery(changes)(testStack()), { path: 'Test/Delivery', value, rule, remedy });
  });
});
