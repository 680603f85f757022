import { masking } from './alarms';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { ownersOf } from './terraform-owners';
import { referenced } from './terraform-references';
import { unsettled } from './terraform-settled';

const SUBSCRIPTION = 'aws_cloudwatch_log_subscription_filter';
const STREAM = 'aws_kinesis_firehose_delivery_stream';
const REPLICATION = 'aws_s3_bucket_replication_configuration';
/** What opens the envelopes of CloudWatch Logs and writes a line for each event, in this order; anything else could drop or change events. */
const PROCESSORS: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['Decompression', 'CompressionFormat', 'GZIP'],
  ['CloudWatchLogProcessing', 'DataMessageExtraction', 'true'],
  ['AppendDelimiterToRecord', undefined, undefined],
];

/** What keeps a subscription filter from carrying the whole of its log group into the archive; undefined where it does. */
export function deliveryFlaw(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const { names } = context.profile;
  const { content } = filter;
  if (at(content, 'filter_pattern') !== '') return 'the subscription has a filter pattern: what does not match is not delivered';
  if (at(content, 'apply_on_transformed_logs') === true) return 'the subscription hands on what a transformer made of the events';
  const logGroup = logGroupOf(filter, context);
  if (logGroup === undefined) return `nobody can tell here which log group is delivered: ${String(at(content, 'log_group_name'))}`;
  const stream = referenced(at(content, 'destination_arn'), filter, STREAM, 'arn', context);
  if (!stream) return `the destination is no ${STREAM} of the same stack`;
  const unmade = unsettled(stream);
  if (unmade !== undefined) return `${describeReference(stream.reference)}: ${unmade}`;
  const target = listAt(stream.content, 'extended_s3_configuration')[0];
  if (at(stream.content, 'destination') !== 'extended_s3' || target === undefined) return 'the stream does not write into a bucket';
  if (logGroup === names.clusterLogGroup ? !isBelow(at(target, 'prefix'), names.auditLogPrefix) : isBelow(at(target, 'prefix'), names.auditLogPrefix)) {
    return logGroup === names.clusterLogGroup
      ? `the audit log is not written below ${names.auditLogPrefix}/, where queries look for it`
      : `another log group is written below ${names.auditLogPrefix}/, where its lines would pass for audit events`;
  }
  const errors = at(target, 'error_output_prefix');
  if (typeof errors !== 'string' || isBelow(errors, names.auditLogPrefix)) return 'what could not be processed is written among the events';
  return masking(filter, context) ?? processingFlaw(target) ?? bucketFlaw(at(target, 'bucket_arn'), stream, context) ?? roleFlaw(target, stream, context);
}

/** What keeps the cluster's log group out of the archive: every delivery of it has a flaw, or there is none. */
export function clusterDeliveryFlaw(context: CheckContext): string | undefined {
  return context.once('delivery of the cluster log group', () => {
    const flaws = context.ofKind(SUBSCRIPTION)
      .filter((filter) => logGroupOf(filter, context) === context.profile.names.clusterLogGroup)
      .map((filter) => unsettled(filter) ?? deliveryFlaw(filter, context));
    if (flaws.includes(undefined)) return undefined;
    const reason = flaws.length > 0 ? `: ${flaws[0]}` : '';
    return `nothing delivers the API audit log of Amazon EKS into it${reason}`;
  });
}

/** The name of the log group of a subscription, as text or by a reference in its own stack. */
function logGroupOf(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const name = at(filter.content, 'log_group_name');
  if (typeof name === 'string' && !name.includes('${')) return name;
  const group = at(referenced(name, filter, 'aws_cloudwatch_log_group', 'name', context)?.content, 'name');
  return typeof group === 'string' && !group.includes('${') ? group : undefined;
}

function isBelow(keyPrefix: unknown, folder: string): boolean {
  return typeof keyPrefix === 'string' && keyPrefix.startsWith(`${folder}/`);
}

function processingFlaw(target: unknown): string | undefined {
  const processing = listAt(target, 'processing_configuration')[0];
  const processors = listAt(processing, 'processors');
  if (at(processing, 'enabled') !== true) return 'the stream does not open the envelopes of CloudWatch Logs';
  const missing = PROCESSORS.find(([type, name, value], index) => at(processors[index], 'type') !== type
    || (name !== undefined && !listAt(processors[index], 'parameters').some((parameter) => at(parameter, 'parameter_name') === name && at(parameter, 'parameter_value') === value)));
  if (missing) return `the stream has no processor ${missing[0]} in its place: objects have no line for each event`;
  if (processors.length > PROCESSORS.length) return `the processor ${String(at(processors[PROCESSORS.length], 'type'))} may drop or change events`;
  const other = ['data_format_conversion_configuration', 'dynamic_partitioning_configuration'].find((name) => listAt(target, name).some((block) => at(block, 'enabled') !== false));
  return other && `the stream has a ${other}: queries look for lines of JSON, by the hour`;
}

/** What keeps the objects of a stream out of the archive. */
function bucketFlaw(arn: unknown, stream: SynthesizedObject, context: CheckContext): string | undefined {
  const { archiveBucket } = context.profile.names;
  const name = bucketName(arn, stream, context);
  if (name === archiveBucket) return undefined;
  const bucket = context.ofKind('aws_s3_bucket').find((candidate) => name !== undefined && candidate.reference.stack === stream.reference.stack && at(candidate.content, 'bucket') === name);
  if (!bucket) return `the stream writes neither into the archive ${archiveBucket} nor into a bucket of the same stack: ${String(arn)}`;
  const unmade = unsettled(bucket);
  if (unmade !== undefined) return `${describeReference(bucket.reference)}: ${unmade}`;
  const { of: [replication, second], unknown: [unknown] } = ownersOf(bucket, { owner: REPLICATION, attribute: 'bucket', owned: 'aws_s3_bucket', nameAttribute: 'bucket' }, context);
  if (!replication) return `nothing replicates ${name} into the archive ${archiveBucket}`;
  if (second) return `${describeReference(replication.reference)} and ${describeReference(second.reference)} set the replication of one bucket: what is applied last wins`;
  if (unknown) return `nobody can tell here which bucket ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'bucket'))}`;
  const carries = listAt(replication.content, 'rule').some((rule) => isWhole(rule) && bucketName(at(listAt(rule, 'destination')[0], 'bucket'), replication, context) === archiveBucket);
  return unsettled(replication) ?? (carries ? undefined : `no enabled rule replicates every object of ${name}, encrypted ones among them, into the archive ${archiveBucket}`);
}

/** What keeps Firehose from writing: its role, where nothing but policies of the same stack says what it may. */
function roleFlaw(target: unknown, stream: SynthesizedObject, context: CheckContext): string | undefined {
  const role = referenced(at(target, 'role_arn'), stream, 'aws_iam_role', 'name', context);
  if (!role) return 'the role of the stream is not in its stack: nobody judged it';
  const isOfRole = (object: SynthesizedObject): boolean => referenced(at(object.content, 'role'), object, 'aws_iam_role', 'name', context) === role;
  const statements = context.ofKind('aws_iam_role_policy').filter((policy) => unsettled(policy) === undefined && isOfRole(policy)).flatMap(({ content }) => statementsOf(at(content, 'policy')));
  if (statements.some((statement) => statement.denies && (statement.inverted || writes(statement)))) return 'the role of the stream is denied s3:PutObject';
  const keys = `${String(at(target, 'bucket_arn'))}/${String(at(target, 'prefix'))}`;
  const allowed = statements.some((statement) => statement.allows && !statement.inverted && writes(statement) && statement.conditions.length === 0
    && statement.resources.some((resource) => resource.endsWith('*') && keys.startsWith(resource.slice(0, -1))));
  const attached = context.ofKind('aws_iam_role_policy_attachment').some(isOfRole) || listAt(role.content, 'managed_policy_arns').length > 0;
  return allowed || attached ? undefined : 'the role of the stream may not write into the bucket';
}

function writes(statement: WrittenStatement): boolean {
  return statement.actions.some((action) => ['s3:putobject', 's3:*', '*'].includes(action));
}

/** Whether a rule is on and about every object; those that a KMS key encrypts are left out unless a rule says otherwise. */
function isWhole(rule: unknown): boolean {
  const narrowed = Boolean(at(rule, 'prefix')) || listAt(rule, 'filter').some((filter) => Object.values(filter as object).some((value) => value !== ''));
  const encrypted = at(listAt(listAt(rule, 'source_selection_criteria')[0], 'sse_kms_encrypted_objects')[0], 'status') === 'Enabled';
  return at(rule, 'status') === 'Enabled' && !narrowed && encrypted;
}

/** The name of a bucket by its ARN as text, or by a reference to it. */
function bucketName(arn: unknown, from: SynthesizedObject, context: CheckContext): string | undefined {
  const text = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]+)$/.exec(String(arn))?.[1];
  if (text !== undefined) return text;
  if (!/^\$\{.*\.arn\}$/.test(String(arn))) return undefined;
  const name = at(referenced(arn, from, 'aws_s3_bucket', 'bucket', context)?.content, 'bucket');
  return typeof name === 'string' && !name.includes('${') ? name : undefined;
}
