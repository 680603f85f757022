import { AUDIT_BUCKET_NAMES, TERRAFORM_BUCKET_LOCK } from '../../../lib/gate/terraform/terraform-bucket-lock';
import { configuration, judged, plan, type Body, type Case } from './judged';

const LOCK = 'aws_s3_bucket_object_lock_configuration.l';
const RETENTION = `${LOCK} rule[0].default_retention[0]`;
const TRAIL = { 'aws_cloudtrail.t': { s3_bucket_name: '${aws_s3_bucket.b.id}' } };

function locked(retention: Body | undefined, more: Readonly<Record<string, Body>> = {}, bucket: Body = {}): Body {
  return configuration({
    'aws_s3_bucket.b': { bucket: 'records', object_lock_enabled: true, ...bucket }, ...TRAIL,
    [LOCK]: { bucket: '${aws_s3_bucket.b.id}', ...(retention ? { rule: { default_retention: retention } } : {}) }, ...more,
  });
}

const HELD = { mode: 'COMPLIANCE', days: 2192 };
const CASES: readonly Case[] = [
  ['a bucket of an application', configuration({ 'aws_s3_bucket.b': { bucket: 'documents' } }), []],
  ['retained for six years', locked(HELD), []],
  ['retained for seven years', locked({ mode: 'COMPLIANCE', years: 7, days: 0 }), []],
  ['no lock where CloudTrail writes', configuration({ 'aws_s3_bucket.b': { bucket: 'records' }, ...TRAIL }), ['aws_s3_bucket.b object_lock_enabled']],
  ['a lock without retention', locked(undefined), [`${LOCK} rule`]],
  ['2190 days', locked({ ...HELD, days: '2190' }), [`${RETENTION}.days`]],
  ['six years, which may be 2190 days', locked({ mode: 'COMPLIANCE', years: 6 }), [`${RETENTION}.years`]],
  ['governance', locked({ ...HELD, mode: 'GOVERNANCE' }), [`${RETENTION}.mode`]],
  ['a mode in lower case', locked({ ...HELD, mode: 'compliance' }), [`${RETENTION}.mode`]],
  ['versions suspended', locked(HELD, { 'aws_s3_bucket_versioning.v': { bucket: 'records', versioning_configuration: { status: 'Suspended' } } }), ['aws_s3_bucket_versioning.v versioning_configuration[0].status']],
  ['days by variable', locked({ ...HELD, days: '${var.days}' }), [`? ${LOCK}`]],
  ['the lock of another bucket', configuration({ 'aws_s3_bucket.b': { bucket: 'records' }, ...TRAIL, [LOCK]: { bucket: 'other', rule: { default_retention: HELD } } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['the old block of the bucket', configuration({ 'aws_s3_bucket.b': { bucket: 'records', object_lock_configuration: { object_lock_enabled: 'Enabled', rule: { default_retention: HELD } } }, ...TRAIL }), []],
  ['the old block without a rule', configuration({ 'aws_s3_bucket.b': { bucket: 'records', object_lock_configuration: { object_lock_enabled: 'Enabled' } }, ...TRAIL }), ['aws_s3_bucket.b object_lock_enabled']],
  ['flow logs by ARN', configuration({ 'aws_s3_bucket.b': { bucket: 'records' }, 'aws_flow_log.f': { log_destination_type: 's3', log_destination: '${aws_s3_bucket.b.arn}/flow/' } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['a trail into nobody knows which', configuration({ 'aws_s3_bucket.b': { bucket: 'records' }, 'aws_cloudtrail.t': { s3_bucket_name: '${var.bucket}' } }), ['? aws_cloudtrail.t']],
  ['its name', configuration({ 'aws_s3_bucket.b': { bucket: 'hospital-audit-logs-123456789012-us-gov-west-1' } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['the name of its resource', configuration({ 'aws_s3_bucket.cloudtrail': { bucket: '${var.name}' } }), ['aws_s3_bucket.cloudtrail object_lock_enabled']],
  ['its name, before a stage', configuration({ 'aws_s3_bucket.b': { bucket: 'acme-audit-logs-prod' } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['its name, before an account, a stage and a region', configuration({ 'aws_s3_bucket.b': { bucket: 'acme-audit-logs-staging-123456789012-eu-west-1' } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['the name that the console gives', configuration({ 'aws_s3_bucket.b': { bucket: 'aws-cloudtrail-logs-123456789012-0a1b2c3d' } }), ['aws_s3_bucket.b object_lock_enabled']],
  ['what its name begins with', configuration({ 'aws_s3_bucket.this': { bucket_prefix: 'hospital-audit-logs-' } }), ['aws_s3_bucket.this object_lock_enabled']],
  ['its name, before expressions', configuration({ 'aws_s3_bucket.this': { bucket: 'acme-audit-logs-${var.stage}-${data.aws_region.here.name}' } }), ['aws_s3_bucket.this object_lock_enabled']],
  ['planned, what its name begins with', plan([{ address: 'aws_s3_bucket.this', values: { bucket_prefix: 'hospital-audit-logs-' }, unknown: { bucket: true } }]), ['aws_s3_bucket.this object_lock_enabled']],
  ['another name with a stage', configuration({ 'aws_s3_bucket.b': { bucket: 'acme-documents-prod' } }), []],
  ['a lock of one of two buckets', configuration({
    'aws_s3_bucket.audit': { count: 2 }, [LOCK]: { bucket: '${aws_s3_bucket.audit[0].id}', rule: { default_retention: HELD } },
  }), ['? aws_s3_bucket.audit']],
  ['a name that only begins so', configuration({ 'aws_s3_bucket.b': { bucket: 'hospital-audit-logs-queries' } }), []],
];

test.each(CASES)('the lock of a bucket: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_LOCK, document)).toEqual(expected);
});

const DELIVERY = {
  'aws_s3_bucket.landing': { bucket: 'landing' },
  'aws_cloudwatch_log_subscription_filter.f': { destination_arn: '${aws_kinesis_firehose_delivery_stream.s.arn}' },
  'aws_kinesis_firehose_delivery_stream.s': { name: 's', extended_s3_configuration: { bucket_arn: '${aws_s3_bucket.landing.arn}' } },
};
const REPLICATION = { bucket: '${aws_s3_bucket.landing.id}', rule: [{ status: 'Enabled', destination: { bucket: '${aws_s3_bucket.b.arn}' } }] };

test.each([
  ['into the bucket that it judges', DELIVERY, ['aws_s3_bucket.landing object_lock_enabled']],
  ['of an application', { ...DELIVERY, 'aws_cloudwatch_log_subscription_filter.f': { destination_arn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/other' } }, []],
  ['through a stream', {
    ...DELIVERY, 'aws_kinesis_stream.k': { name: 'k' }, 'aws_cloudwatch_log_subscription_filter.f': { destination_arn: '${aws_kinesis_stream.k.arn}' },
    'aws_kinesis_firehose_delivery_stream.s': { ...DELIVERY['aws_kinesis_firehose_delivery_stream.s'], kinesis_source_configuration: { kinesis_stream_arn: '${aws_kinesis_stream.k.arn}' } },
  }, ['aws_s3_bucket.landing object_lock_enabled']],
  ['through a stream that nothing reads', { ...DELIVERY, 'aws_kinesis_stream.k': { name: 'k' }, 'aws_cloudwatch_log_subscription_filter.f': { destination_arn: '${aws_kinesis_stream.k.arn}' } }, []],
  ['through a destination', {
    ...DELIVERY, 'aws_cloudwatch_log_destination.d': { name: 'd', target_arn: '${aws_kinesis_firehose_delivery_stream.s.arn}' },
    'aws_cloudwatch_log_subscription_filter.f': { destination_arn: 'arn:aws:logs:us-east-1:123456789012:destination:d' },
  }, ['aws_s3_bucket.landing object_lock_enabled']],
  ['replicated into an archive', { ...DELIVERY, 'aws_s3_bucket_replication_configuration.r': REPLICATION }, []],
  ['replicated in part', { ...DELIVERY, 'aws_s3_bucket_replication_configuration.r': { ...REPLICATION, rule: { ...REPLICATION.rule[0], filter: { prefix: 'a/' } } } }, ['aws_s3_bucket.landing object_lock_enabled']],
  ['with replication off', { ...DELIVERY, 'aws_s3_bucket_replication_configuration.r': { ...REPLICATION, rule: [{ ...REPLICATION.rule[0], status: 'Disabled' }] } }, ['aws_s3_bucket.landing object_lock_enabled']],
])('a delivery %s', (_, resources, expected) => {
  expect(judged(TERRAFORM_BUCKET_LOCK, locked(HELD, resources))).toEqual(expected);
});

test('a delivery is followed to the bucket that keeps it', () => {
  const document = configuration({ 'aws_s3_bucket.b': { bucket: 'records' }, ...DELIVERY, 'aws_s3_bucket_replication_configuration.r': REPLICATION });
  expect(judged(TERRAFORM_BUCKET_LOCK, document)).toEqual(['aws_s3_bucket.b object_lock_enabled']);
});

test.each([
  ['none', [], []],
  ['by a pattern', ['doc*'], ['aws_s3_bucket.b object_lock_enabled']],
  ['by its address', ['aws_s3_bucket.b'], ['aws_s3_bucket.b object_lock_enabled']],
  ['by default', AUDIT_BUCKET_NAMES, []],
])('archives that are named: %s', (_, archiveBuckets, expected) => {
  expect(judged(TERRAFORM_BUCKET_LOCK, configuration({ 'aws_s3_bucket.b': { bucket: 'documents' } }), { archiveBuckets })).toEqual(expected);
});

test('a name of many stages takes no longer than another', () => {
  const started = Date.now();
  expect(judged(TERRAFORM_BUCKET_LOCK, configuration({ 'aws_s3_bucket.b': { bucket: `x${'-123456789012-abc'.repeat(5000)}!` } }))).toEqual([]);
  expect(Date.now() - started).toBeLessThan(1000);
});
