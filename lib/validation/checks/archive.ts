import { Control } from '../../controls/control';
import { PlatformKind } from '../../profile/platform';
import { Retention } from '../../profile/retention';
import { otherOwners } from '../archive-owners';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { clusterDeliveryFlaw } from '../log-delivery';
import { hasOnlyCondition, isForEveryone, statementsOf, type WrittenStatement } from '../policy-statements';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { ownersOf } from '../terraform-owners';
import { referenced, referenceTo } from '../terraform-references';
import { unsettled } from '../terraform-settled';

/** What is checked on the bucket that keeps audit logs. */
export const ARCHIVE_CHECKS: readonly Check[] = [
  {
    control: Control.AU5_WORM_6Y,
    kind: 'aws_s3_bucket_object_lock_configuration',
    check: (object, context) => {
      const retention = listAt(listAt(object.content, 'rule')[0], 'default_retention')[0];
      if (at(retention, 'mode') !== 'COMPLIANCE') return 'the lock is not in COMPLIANCE mode';
      const days = Number(at(retention, 'days') ?? 0);
      if (!(days >= Retention.SIX_YEARS_IN_DAYS)) return `the lock holds ${days} days`;
      return notOnArchive(Control.AU5_WORM_6Y, object, context) ?? hidden(days, object, context) ?? undelivered(context);
    },
  },
  {
    control: Control.EN4_BUCKET_KMS,
    kind: 'aws_s3_bucket_server_side_encryption_configuration',
    check: (object, context) => {
      const rules = listAt(object.content, 'rule');
      if (rules.length === 0) return 'there is no default encryption';
      for (const rule of rules) {
        const encryption = listAt(rule, 'apply_server_side_encryption_by_default')[0];
        if (at(encryption, 'sse_algorithm') !== 'aws:kms') return 'the default encryption is not aws:kms';
        const key = at(encryption, 'kms_master_key_id');
        if (!key || /(^|:)alias\/aws\//.test(String(key))) return 'the default encryption names no key of yours';
      }
      return notOnArchive(Control.EN4_BUCKET_KMS, object, context);
    },
  },
  {
    control: Control.TX4_TLS_BUCKET,
    kind: 'aws_s3_bucket_policy',
    check: (object, context) => {
      const statements = statementsOf(at(object.content, 'policy'));
      const elsewhere = notOnArchive(Control.TX4_TLS_BUCKET, object, context);
      if (elsewhere !== undefined) return elsewhere;
      const bucket = bucketOf(object, context)!;
      const denials = statements.filter((statement) => statement.denies && isForEveryone(statement) && statement.actions.includes('s3:*') && isOnAllOf(statement, bucket));
      if (!denials.some((statement) => hasOnlyCondition(statement, 'Bool', 'aws:SecureTransport', 'false'))) return 'the bucket policy does not deny insecure transport to everyone, on the bucket and its objects';
      if (!denials.some((statement) => hasOnlyCondition(statement, 'NumericLessThan', 's3:TlsVersion', '1.2'))) return 'the bucket policy does not deny TLS before 1.2 to everyone, on the bucket and its objects';
      const allowances = statements.filter((statement) => statement.allows);
      if (allowances.some((statement) => statement.inverted || statement.principals.get('AWS')?.includes('*'))) return 'the bucket policy opens the archive to everyone';
      return allowances.some((statement) => statement.principals.has('Service') && !isForOneSource(statement)) ? 'the bucket policy lets a service in for anybody: no condition names one aws:SourceArn' : undefined;
    },
  },
];

/** On EKS the audit log is in CloudWatch Logs: a lock on a bucket that never gets it keeps nothing. */
function undelivered(context: CheckContext): string | undefined {
  return context.profile.platform.kind === PlatformKind.EKS ? clusterDeliveryFlaw(context) : undefined;
}

/** A lifecycle that puts delete markers before the lock ends: the versions stay, and queries and replicas do not see them (Amazon S3, Object Lock and lifecycles). */
function hidden(days: number, lock: SynthesizedObject, context: CheckContext): string | undefined {
  const { of, unknown } = ownersOf(bucketOf(lock, context)!, { owner: 'aws_s3_bucket_lifecycle_configuration', attribute: 'bucket', owned: 'aws_s3_bucket', nameAttribute: 'bucket' }, context);
  if (unknown.length > 0) return `nobody can tell here which bucket ${describeReference(unknown[0].reference)} is about: ${String(at(unknown[0].content, 'bucket'))}`;
  const hides = of.find((lifecycle) => listAt(lifecycle.content, 'rule').some((rule) => at(rule, 'status') !== 'Disabled' && listAt(rule, 'expiration').some((expiration) => isBefore(expiration, days))));
  return hides && `${describeReference(hides.reference)} hides objects before the lock of ${days} days ends`;
}

/** Whether an expiration comes within a number of days; the end of lone delete markers hides nothing. */
function isBefore(expiration: unknown, days: number): boolean {
  if (at(expiration, 'date') !== undefined) return true;
  const after = at(expiration, 'days');
  return after !== undefined && !(Number(after) >= days);
}

function bucketOf(object: SynthesizedObject, context: CheckContext): SynthesizedObject | undefined {
  return referenced(at(object.content, 'bucket'), object, 'aws_s3_bucket', 'bucket', context);
}

/** Whether a setting is on a bucket whose objects are locked from the first day, alone there, and the profile's archive has its own. */
function notOnArchive(control: Control, object: SynthesizedObject, context: CheckContext): string | undefined {
  const bucket = bucketOf(object, context);
  if (!bucket || at(bucket.content, 'object_lock_enabled') !== true) return 'it is not set on a bucket of the same stack that has object_lock_enabled: true';
  const other = unsettled(bucket) ?? otherOwners(control, bucket, context);
  if (other !== undefined) return other;
  const type = object.reference.address!.split('.')[0];
  const archive = context.ofKind('aws_s3_bucket').find((candidate) => at(candidate.content, 'bucket') === context.profile.names.archiveBucket);
  const set = !archive || archive === bucket || context.ofKind(type).some((other) => bucketOf(other, context) === archive);
  return set ? undefined : `no ${type} is set on the archive ${context.profile.names.archiveBucket}`;
}

/** Whether a service is let in for resources of one account alone (AWS IAM, the confused deputy problem). */
function isForOneSource({ conditions }: WrittenStatement): boolean {
  return conditions.some(({ operator, key, values }) => /^(Arn|String)(Equals|Like)$/.test(operator) && key === 'aws:sourcearn'
    && values.every((value) => /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:/.test(value)));
}

/** Whether a statement is on a bucket and on all of its objects, by its ARN as text or as a reference. */
function isOnAllOf(statement: WrittenStatement, bucket: SynthesizedObject): boolean {
  const name = String(at(bucket.content, 'bucket'));
  const isArn = (text: string): boolean => text === referenceTo(bucket, 'arn') || (/^arn:aws[a-z-]*:s3:::/.test(text) && text.slice(text.indexOf(':::') + 3) === name);
  return !statement.inverted && statement.resources.some(isArn) && statement.resources.some((resource) => resource.endsWith('/*') && isArn(resource.slice(0, -2)));
}
