import { matchesGlob } from '../../validation/arn-glob';
import { Control } from '../../controls/control';
import { BUCKET, bucketsOf, companionsOf } from './terraform-buckets';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { logArchives } from './terraform-log-archives';
import { doubt, finding, type TerraformAnswer, type TerraformRule, type TerraformSettings } from './terraform-rule';
import { blocksOf, fieldOf, flagOf, isLiteral, listOf, numberOf, UnknownValue } from './unknown-value';

/** Six years of 365 days and the leap days that they may hold. */
const DAYS = 2192;
const LOCK = 'aws_s3_bucket_object_lock_configuration';
const REMEDY = `set object_lock_enabled on the bucket, and ${LOCK} with default_retention in mode COMPLIANCE for ${DAYS} days or more`;

/** Names of buckets that keep audit logs, without the stage, account and region that many names end with. */
export const AUDIT_BUCKET_NAMES: readonly string[] = ['*audit', '*audit-log', '*audit-logs', '*audit-archive', '*audit-trail', '*cloudtrail', '*cloudtrail-logs', '*cloud-trail'];

/**
 * Buckets that keep audit logs are write-once for six years (45 CFR 164.316(b)(2)(i); Amazon S3, Object Lock). Not every bucket does: it is those that CloudTrail, flow
 * logs or a subscription of CloudWatch Logs through Data Firehose write into, and those that the settings name. A bucket that logs only pass through, as it
 * replicates every object into another of the same document, is left out, and the other judged. Buckets of Amazon S3's own access logs and of AWS Config are
 * left out: neither can write into a bucket with default retention.
 */
export const TERRAFORM_BUCKET_LOCK: TerraformRule = {
  rule: {
    id: 'terraform-bucket-lock', control: Control.AU5_WORM_6Y, reference: '45 CFR 164.316(b)(2)(i)',
    purpose: 'Buckets that keep audit logs are write-once for six years.',
  },
  *judge(document, settings) {
    const archives = new Map<TerraformResource, string>();
    for (const { value, from, what } of deliveries(document)) {
      const buckets = bucketsOf(value, from, document);
      if (buckets === undefined) yield doubt(from, '', `nobody can tell into which bucket ${what} delivers`, document);
      for (const bucket of buckets ?? []) {
        const [next] = isNamed(bucket, settings) ? [] : replicasOf(bucket, document);
        archives.set(next ?? bucket, next ? `${bucket.address}, into which ${what} delivers, replicates into it` : `${what} delivers into it`);
      }
    }
    for (const bucket of document.ofType(BUCKET)) {
      const why = archives.get(bucket) ?? (isNamed(bucket, settings) ? 'its name says that it keeps audit logs' : undefined);
      if (why !== undefined) yield* judgeLock(bucket, why, document);
    }
  },
};

interface Delivery {
  readonly value: unknown;
  readonly from: TerraformResource;
  readonly what: string;
}

/** Where logs are delivered. */
function* deliveries(document: TerraformDocument): Generator<Delivery> {
  for (const trail of document.ofType('aws_cloudtrail')) yield { value: trail.values.s3_bucket_name, from: trail, what: trail.address };
  for (const flow of document.ofType('aws_flow_log')) {
    if (flow.values.log_destination_type === 's3') yield { value: flow.values.log_destination, from: flow, what: flow.address };
  }
  for (const { firehose, bucketArn } of logArchives(document)) yield { value: bucketArn, from: firehose, what: firehose.address };
}

/** Whether the settings name a bucket, by its name, by the name of its resource or by its address. */
function isNamed(bucket: TerraformResource, { archiveBuckets }: TerraformSettings): boolean {
  const { bucket: name, id, bucket_prefix: prefix } = bucket.values;
  const own = [name, id].find(isLiteral);
  const texts = own === undefined ? [bucket.declaration.split('.').at(-1)!.replaceAll('_', '-').toLowerCase()] : [own];
  // A prefix, and what a name begins with before an expression, say as much.
  texts.push(...[own ?? name, prefix].filter((text): text is string => typeof text === 'string').map((text) => withoutPlace(text.replace(/-$/, ''))));
  return archiveBuckets.some((pattern) => bucket.address === pattern || texts.some((text) => matchesGlob(pattern, text)));
}

/** Ends of names: a stage, an account and what makes a name unique, a region, an expression. */
const PLACE = new RegExp(`(${[
  '-(prod|production|prd|live|stage|staging|stg|preprod|nonprod|dev|development|test|testing|qa|uat|sandbox)', '-\\d{12}(-[0-9a-f]{3,12})?', '-[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\\d', '[-.]?\\$\\{[^{}]*\\}',
].join('|')})$`);

/** A name without what tells one of many such buckets from the others. */
function withoutPlace(name: string): string {
  // No name of a bucket is longer than 63 characters, but an expression may be.
  const shorter = name.length > 255 ? name : name.replace(PLACE, '');
  return shorter === name ? name : withoutPlace(shorter);
}

/** The buckets of the document into which everything of a bucket is replicated. */
function replicasOf(bucket: TerraformResource, document: TerraformDocument): readonly TerraformResource[] {
  return companionsOf(bucket, 'aws_s3_bucket_replication_configuration', document).of
    .flatMap((replication) => listOf(blocksOf(replication.values, 'rule')).filter(isWhole)
      .flatMap((rule) => listOf(blocksOf(rule, 'destination')).flatMap((destination) => bucketsOf(fieldOf(destination, 'bucket'), replication, document) ?? [])));
}

function isWhole(rule: unknown): boolean {
  const narrows = (value: unknown): boolean => (typeof value === 'object' && value !== null ? Object.values(value).some(narrows) : value !== '' && value !== undefined && value !== null);
  return fieldOf(rule, 'status') === 'Enabled' && !narrows(fieldOf(rule, 'prefix')) && !narrows(fieldOf(rule, 'filter'));
}

function* judgeLock(bucket: TerraformResource, why: string, document: TerraformDocument): Generator<TerraformAnswer> {
  const { of, unknown } = companionsOf(bucket, LOCK, document);
  const inline = blocksOf(bucket.values, 'object_lock_configuration');
  if (of.length > 0) {
    for (const lock of of) yield* judgeRetention(lock, lock.values, '', document);
  } else if (inline instanceof UnknownValue) yield doubt(bucket, 'object_lock_configuration', inline, document);
  else if (inline.length > 0 && blocksOf(inline[0], 'rule') !== undefined && listOf(blocksOf(inline[0], 'rule')).length > 0) yield* judgeRetention(bucket, inline[0], 'object_lock_configuration[0].', document);
  else if (unknown) yield doubt(bucket, '', `nobody can tell whether ${unknown.address} is of this bucket`, document);
  else yield finding(bucket, 'object_lock_enabled', bucket.values.object_lock_enabled, `${why}, and nothing retains what is in it`, REMEDY);
  for (const versioning of companionsOf(bucket, 'aws_s3_bucket_versioning', document).of) {
    const [settings] = listOf(blocksOf(versioning.values, 'versioning_configuration'));
    const status = fieldOf(settings, 'status');
    if (settings instanceof UnknownValue || status instanceof UnknownValue) yield doubt(versioning, 'versioning_configuration[0].status', status as UnknownValue, document);
    else if (status !== 'Enabled') yield finding(versioning, 'versioning_configuration[0].status', status, 'Object Lock retains versions, and this bucket keeps none', 'set status Enabled');
  }
}

function* judgeRetention(owner: TerraformResource, body: unknown, prefix: string, document: TerraformDocument): Generator<TerraformAnswer> {
  const enabled = fieldOf(body, 'object_lock_enabled') ?? 'Enabled';
  if (enabled instanceof UnknownValue) yield doubt(owner, `${prefix}object_lock_enabled`, enabled, document);
  else if (enabled !== 'Enabled' && flagOf(enabled) !== true) yield finding(owner, `${prefix}object_lock_enabled`, enabled, 'Object Lock is off', REMEDY);
  const [rule] = listOf(blocksOf(body, 'rule'));
  const [retention] = listOf(blocksOf(rule, 'default_retention'));
  const path = `${prefix}rule[0].default_retention[0]`;
  // A state holds 0 for the one of days and years that is not set.
  const [mode, days, years] = ['mode', 'days', 'years'].map((name) => fieldOf(retention, name) || undefined);
  const unknown = [rule, retention, mode, days, years].find((value): value is UnknownValue => value instanceof UnknownValue);
  if (unknown) return yield doubt(owner, path, unknown, document);
  if (retention === undefined) return yield finding(owner, `${prefix}rule`, undefined, 'it has no default retention: what is written without one can be deleted', REMEDY);
  if (mode !== 'COMPLIANCE') yield finding(owner, `${path}.mode`, mode, 'whoever may bypass governance deletes what it retains', REMEDY);
  // How many days a year of Object Lock has is not said: six of them may be 2190 days, which are less than six years.
  const least = days === undefined ? (numberOf(years) ?? 0) * 365 : numberOf(days) ?? 0;
  if (!(least >= DAYS)) yield finding(owner, days === undefined ? `${path}.years` : `${path}.days`, days ?? years, 'it retains less than six years', `retain ${DAYS} days or more`);
}
