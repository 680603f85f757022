import { TERRAFORM_LOG_GROUP } from '../../../lib/gate/terraform/terraform-log-group';
import { configuration, judged, plan, references, type Body, type Case } from './judged';

const ADDRESS = 'aws_cloudwatch_log_group.g';

function group(body: Body, more: Readonly<Record<string, Body>> = {}): Body {
  return configuration({ 'aws_kms_key.k': {}, [ADDRESS]: { name: '/app/records', kms_key_id: '${aws_kms_key.k.arn}', ...body }, ...more });
}

const AUDIT = { name: '/aws/eks/phi/cluster' };
const TRAIL = { 'aws_cloudtrail.t': { cloud_watch_logs_group_arn: '${aws_cloudwatch_log_group.g.arn}:*' } };
const FILTER = 'aws_cloudwatch_log_subscription_filter.f';
const ALL_EVENTS = { log_group_name: '${aws_cloudwatch_log_group.g.name}', filter_pattern: '', destination_arn: '${aws_kinesis_firehose_delivery_stream.s.arn}' };
const ARCHIVE = { 'aws_s3_bucket.archive': { bucket: 'archive' }, 'aws_kinesis_firehose_delivery_stream.s': { name: 's', extended_s3_configuration: { bucket_arn: '${aws_s3_bucket.archive.arn}' } } };
const SUBSCRIPTION = { ...ARCHIVE, [FILTER]: ALL_EVENTS };
/** Through a stream, which Data Firehose reads. */
const STREAM = {
  ...ARCHIVE, 'aws_kinesis_stream.k': { name: 'k' }, [FILTER]: { ...ALL_EVENTS, destination_arn: '${aws_kinesis_stream.k.arn}' },
  'aws_kinesis_firehose_delivery_stream.s': { ...ARCHIVE['aws_kinesis_firehose_delivery_stream.s'], kinesis_source_configuration: { kinesis_stream_arn: '${aws_kinesis_stream.k.arn}' } },
};
/** Through a destination of this account. */
const DESTINATION = {
  ...ARCHIVE, 'aws_cloudwatch_log_destination.d': { name: 'd', target_arn: '${aws_kinesis_firehose_delivery_stream.s.arn}' }, [FILTER]: { ...ALL_EVENTS, destination_arn: '${aws_cloudwatch_log_destination.d.arn}' },
};
const YEAR = { ...AUDIT, retention_in_days: 365 };
const CASES: readonly Case[] = [
  ['ninety days of an application', group({ retention_in_days: 90 }), []],
  ['days as text', group({ retention_in_days: '90' }), []],
  ['no retention', group({}), [`${ADDRESS} retention_in_days`]],
  ['0, which is for ever', group({ retention_in_days: 0 }), [`${ADDRESS} retention_in_days`]],
  ['days that CloudWatch has not', group({ retention_in_days: 2190 }), [`${ADDRESS} retention_in_days`]],
  ['days by variable', group({ retention_in_days: '${var.days}' }), [`? ${ADDRESS}`]],
  ['no key', group({ retention_in_days: 90, kms_key_id: undefined }), [`${ADDRESS} kms_key_id`]],
  ['an empty key', group({ retention_in_days: 90, kms_key_id: '' }), [`${ADDRESS} kms_key_id`]],
  ['a key by variable', group({ retention_in_days: 90, kms_key_id: '${var.key}' }), [`? ${ADDRESS}`]],
  ['the API audit log for six years', group({ ...AUDIT, retention_in_days: 2192 }), []],
  ['the API audit log for a year', group({ ...AUDIT, retention_in_days: 365 }), [`${ADDRESS} retention_in_days`]],
  ['the API audit log for a year, archived', group({ ...AUDIT, retention_in_days: 365 }, SUBSCRIPTION), []],
  ['archived in part', group({ ...AUDIT, retention_in_days: 365 }, { ...SUBSCRIPTION, [FILTER]: { ...ALL_EVENTS, filter_pattern: 'Forbidden' } }), [`${ADDRESS} retention_in_days`]],
  ['archived maybe', group({ ...AUDIT, retention_in_days: 365 }, { ...SUBSCRIPTION, [FILTER]: { ...ALL_EVENTS, count: '${var.n}' } }), [`${ADDRESS} retention_in_days`]],
  ['archived by names', group(YEAR, { ...ARCHIVE, [FILTER]: { log_group_name: '/aws/eks/phi/cluster', filter_pattern: '', destination_arn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s' } }), []],
  ['archived through a stream', group(YEAR, STREAM), []],
  ['archived through a destination', group(YEAR, DESTINATION), []],
  ['sent to a stream that nothing reads', group(YEAR, { 'aws_kinesis_stream.k': { name: 'k' }, [FILTER]: { ...ALL_EVENTS, destination_arn: '${aws_kinesis_stream.k.arn}' } }), [`? ${ADDRESS}`]],
  ['sent to a function', group(YEAR, { [FILTER]: { ...ALL_EVENTS, destination_arn: 'arn:aws:lambda:us-east-1:123456789012:function:slack' } }), [`? ${ADDRESS}`]],
  ['sent to one of two', group(YEAR, { ...ARCHIVE, [FILTER]: { ...ALL_EVENTS, destination_arn: '${var.x ? aws_kinesis_firehose_delivery_stream.s.arn : var.other}' } }), [`? ${ADDRESS}`]],
  ['archived in a bucket of elsewhere', group(YEAR, { ...SUBSCRIPTION, 'aws_kinesis_firehose_delivery_stream.s': { extended_s3_configuration: { bucket_arn: 'arn:aws:s3:::elsewhere' } } }), [`? ${ADDRESS}`]],
  ['archived, of one of two groups', group({ ...YEAR, count: 2 }, { ...SUBSCRIPTION, [FILTER]: { ...ALL_EVENTS, log_group_name: '${aws_cloudwatch_log_group.g[0].name}' } }), [`${ADDRESS} retention_in_days`]],
  ['a day, of a name that is formatted', group({ name: '${format("/aws/eks/%s/cluster", var.name)}', retention_in_days: 1 }), [`? ${ADDRESS}`]],
  ['a day, of a name by variable', group({ name: '${var.group}', retention_in_days: 1 }), [`? ${ADDRESS}`]],
  ['a day, of a name by variable, archived', group({ name: '${var.group}', retention_in_days: 1 }, SUBSCRIPTION), []],
  ['a day, of a name that may be filled in', group({ name: '/aws/${var.rest}', retention_in_days: 1 }), [`? ${ADDRESS}`]],
  ['a day, of a cluster by variable', group({ name: '/aws/eks/${var.name}/cluster', retention_in_days: 1 }), [`${ADDRESS} retention_in_days`]],
  ['a day, of a name that is another', group({ name: '/aws/lambda/${var.name}', retention_in_days: 1 }), []],
  ['a day, of a name that ends as another', group({ name: '/aws/eks/${var.name}/application', retention_in_days: 1 }), []],
  ['a day, of a name that is made up', group({ name: undefined, name_prefix: 'app-', retention_in_days: 1 }), []],
  ['six years, of a name by variable', group({ name: '${var.group}', retention_in_days: 2192 }), []],
  ['a key or none', group({ retention_in_days: 90, kms_key_id: '${var.cmk ? aws_kms_key.k.arn : null}' }), [`? ${ADDRESS}`]],
  ['the log of CloudTrail for a year', group({ retention_in_days: 365 }, TRAIL), [`${ADDRESS} retention_in_days`]],
  ['the log of CloudTrail, by name', group({ retention_in_days: 365 }, { 'aws_cloudtrail.t': { cloud_watch_logs_group_arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/app/records:*' } }), [`${ADDRESS} retention_in_days`]],
];

test.each(CASES)('a log group: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_LOG_GROUP, document)).toEqual(expected);
});

const KEPT = { retention_in_days: 2192 };

test.each([
  ['made', { name: 'phi', enabled_cluster_log_types: ['audit'] }, { ...AUDIT, ...KEPT }, []],
  ['made by a reference', { name: 'phi', enabled_cluster_log_types: ['audit'] }, { name: '/aws/eks/${aws_eks_cluster.c.name}/cluster', ...KEPT }, []],
  ['made by the same variable', { name: '${var.cluster}', enabled_cluster_log_types: ['audit'] }, { name: '/aws/eks/${var.cluster}/cluster', ...KEPT }, []],
  ['of another cluster', { name: 'phi-2', enabled_cluster_log_types: ['audit'] }, { ...AUDIT, ...KEPT }, ['aws_eks_cluster.c name']],
  ['of nobody knows which', { name: 'phi', enabled_cluster_log_types: ['audit'] }, { name: '${var.group}', ...KEPT }, ['? aws_eks_cluster.c']],
  ['of no cluster that logs', { name: 'phi-2' }, { ...AUDIT, ...KEPT }, []],
])('the log group of a cluster: %s', (_, cluster, body, expected) => {
  expect(judged(TERRAFORM_LOG_GROUP, group(body, { 'aws_eks_cluster.c': cluster }))).toEqual(expected);
});

test.each([
  ['that it makes', references('aws_kms_key.k.arn', 'aws_kms_key.k'), []],
  ['of a local value', references('local.key'), [`? ${ADDRESS}`]],
])('a plan with a key %s', (_, key, expected) => {
  const document = plan([
    { address: 'aws_kms_key.k', values: {} }, { address: ADDRESS, values: { name: 'a', retention_in_days: 90 }, unknown: { kms_key_id: true, arn: true }, expressions: { kms_key_id: key } },
  ]);
  expect(judged(TERRAFORM_LOG_GROUP, document)).toEqual(expected);
});

test.each([
  ['of a name known after apply', { name: true }, { name: references('random_pet.p.id', 'random_pet.p') }, [`? ${ADDRESS}`]],
  ['of a name that the provider gives', { name: true }, {}, []],
])('a plan with a group %s, for a day', (_, unknown, expressions, expected) => {
  const document = plan([{ address: ADDRESS, values: { retention_in_days: 1, kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/0' }, unknown, expressions }]);
  expect(judged(TERRAFORM_LOG_GROUP, document)).toEqual(expected);
});

test('a plan with an archive whose ARNs are known after apply', () => {
  const document = plan([
    { address: ADDRESS, values: { ...YEAR, kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/0' } }, { address: 'aws_s3_bucket.archive', values: { bucket: 'archive' } },
    {
      address: 'aws_kinesis_firehose_delivery_stream.s', values: { name: 's', extended_s3_configuration: [{}] }, unknown: { arn: true, extended_s3_configuration: [{ bucket_arn: true }] },
      expressions: { extended_s3_configuration: [{ bucket_arn: references('aws_s3_bucket.archive.arn', 'aws_s3_bucket.archive') }] },
    },
    {
      address: FILTER, values: { log_group_name: AUDIT.name, filter_pattern: '' }, unknown: { destination_arn: true },
      expressions: { destination_arn: references('aws_kinesis_firehose_delivery_stream.s.arn', 'aws_kinesis_firehose_delivery_stream.s') },
    },
  ]);
  expect(judged(TERRAFORM_LOG_GROUP, document)).toEqual([]);
});
