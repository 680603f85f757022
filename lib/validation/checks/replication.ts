import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { statementsOf, type WrittenStatement } from '../policy-statements';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { ownersOf } from '../terraform-owners';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

const CONFIGURATION = 'aws_s3_bucket_replication_configuration';
const OF_BUCKET = { attribute: 'bucket', owned: 'aws_s3_bucket', nameAttribute: 'bucket' };

/** What is checked on what copies a bucket into another region, whatever else comes into that bucket. */
export const REPLICATION_CHECKS: readonly Check[] = [
  {
    control: Control.CP4_REPLICA,
    kind: CONFIGURATION,
    check: (object, context) => {
      const source = referenced(at(object.content, 'bucket'), object, 'aws_s3_bucket', 'bucket', context);
      if (!source) return 'the source is no bucket of the same stack: nobody can tell in which region it is';
      const { of: [first, second], unknown: [unknown] } = ownersOf(source, { ...OF_BUCKET, owner: CONFIGURATION }, context);
      if (second) return `${describeReference(first.reference)} and ${describeReference(second.reference)} set the replication of one bucket: what is applied last wins`;
      if (unknown) return `nobody can tell here which bucket ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'bucket'))}`;
      return unsettled(source) ?? expiring(source, context) ?? notOfArchive(source, context)
        ?? uncopied(object, source, context) ?? feeder(object, source, context);
    },
  },
];

/** What keeps a configuration from copying all of its bucket into a region that is not that of `home`. */
function uncopied(object: SynthesizedObject, home: SynthesizedObject, context: CheckContext): string | undefined {
  const rules = listAt(object.content, 'rule');
  if (rules.length === 0) return 'the replication has no rule';
  const of = (values: unknown[]): number => new Set(values.map(String)).size;
  const destinations = of(rules.map((rule) => at(listAt(rule, 'destination')[0], 'bucket')));
  if (rules.length > 1 && (destinations < rules.length || of(rules.map((rule) => at(rule, 'priority'))) < rules.length)) {
    return 'two rules of the replication have one destination, or one priority: nobody can tell here which is used';
  }
  const flaws = rules.map((rule) => partial(rule) ?? near(rule, object, home, context) ?? closed(rule, object, context));
  // A rule that is no copy elsewhere may be beside one that is; one that is about some objects only, or replicates deletions, is never ours.
  return rules.map(partial).find((flaw) => flaw !== undefined) ?? (flaws.includes(undefined) ? undefined : flaws.at(-1));
}

/** S3 replicates no replica: what replicates into the bucket has to replicate into another region as well, and not only by way of it. */
function feeder(object: SynthesizedObject, source: SynthesizedObject, context: CheckContext): string | undefined {
  for (const other of context.ofKind(CONFIGURATION)) {
    if (other === object) continue;
    const destinations = listAt(other.content, 'rule').map((rule) => String(at(listAt(rule, 'destination')[0], 'bucket')));
    const reached = destinations.map((arn) => bucketByArn(arn, other, context));
    const name = describeReference(other.reference);
    const unknown = destinations.find((arn, index) => !reached[index] && arn.includes('${'));
    if (unknown !== undefined) return `nobody can tell here into which bucket ${name} replicates: ${unknown}`;
    if (!reached.includes(source)) continue;
    const flaw = unsettled(other) ?? uncopied(other, source, context);
    if (flaw !== undefined) return `S3 replicates no replica, and what ${name} brings in has no copy in another region: ${flaw}`;
  }
  return undefined;
}

/** Whether objects leave the source: then the destination holds the only copy. Of a locked bucket they leave when their retention is over. */
function expiring(source: SynthesizedObject, context: CheckContext): string | undefined {
  if (at(source.content, 'object_lock_enabled') === true) return undefined;
  const { of: lifecycles, unknown: [unknown] } = ownersOf(source, { ...OF_BUCKET, owner: 'aws_s3_bucket_lifecycle_configuration' }, context);
  if (unknown) return `nobody can tell here which bucket ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'bucket'))}`;
  const rules = lifecycles.flatMap(({ content }) => listAt(content, 'rule'));
  return rules.some((rule) => listAt(rule, 'expiration').length > 0) ? 'objects expire in the source: the replica is no second copy' : undefined;
}

/** A replica of something else is none of the archive. */
function notOfArchive(source: SynthesizedObject, context: CheckContext): string | undefined {
  const { archiveBucket } = context.profile.names;
  const archive = context.ofKind('aws_s3_bucket').find((bucket) => at(bucket.content, 'bucket') === archiveBucket);
  if (!archive || archive === source) return undefined;
  const { of: [own] } = ownersOf(archive, { ...OF_BUCKET, owner: CONFIGURATION }, context);
  return own ? undefined : `the archive ${archiveBucket} is not replicated`;
}

/** What keeps objects from being replicated, or brings deletions along. */
function partial(rule: unknown): string | undefined {
  if (at(rule, 'status') !== 'Enabled') return 'the rule is not enabled';
  if (at(rule, 'prefix') !== undefined || listAt(rule, 'filter').some((filter) => Object.keys(filter as object).length > 0)) return 'the rule is about some objects only';
  if (at(listAt(rule, 'delete_marker_replication')[0], 'status') !== 'Disabled') return 'deletions are replicated as well';
  const criteria = listAt(rule, 'source_selection_criteria')[0];
  if (at(listAt(criteria, 'sse_kms_encrypted_objects')[0], 'status') !== 'Enabled') return 'objects that a KMS key encrypts are left out';
  return at(listAt(listAt(rule, 'destination')[0], 'encryption_configuration')[0], 'replica_kms_key_id') ? undefined : 'no key encrypts the replicas';
}

/** Whether the destination is known to be in another region than `home`. */
function near(rule: unknown, object: SynthesizedObject, home: SynthesizedObject, context: CheckContext): string | undefined {
  const arn = at(listAt(rule, 'destination')[0], 'bucket');
  const destination = bucketByArn(String(arn), object, context);
  if (!destination) return `nobody can tell here in which region the destination is: ${String(arn)}`;
  const unmade = unsettled(destination);
  if (unmade !== undefined) return `${describeReference(destination.reference)}: ${unmade}`;
  const [from, to] = [home, destination].map(({ content }) => at(content, 'region'));
  if (typeof from !== 'string' || typeof to !== 'string' || from.includes('${') || to.includes('${')) return 'nobody can tell here in which regions the two buckets are';
  return from === to ? `the replica is in the same region: ${to}` : undefined;
}

/** What keeps S3 from replicating: its role trusts others, or may not write into the destination. */
function closed(rule: unknown, object: SynthesizedObject, context: CheckContext): string | undefined {
  const role = referenced(at(object.content, 'role'), object, 'aws_iam_role', 'name', context);
  if (!role) return 'the role of the replication is not in its stack: nobody judged it';
  const unmade = unsettled(role);
  if (unmade !== undefined) return `${describeReference(role.reference)}: ${unmade}`;
  const trusts = statementsOf(at(role.content, 'assume_role_policy'));
  const stranger = trusts.some((statement) => statement.allows && (statement.inverted || [...statement.principals.values()].flat().join() !== 's3.amazonaws.com'));
  if (stranger) return 'the role of the replication trusts others than S3';
  if (!trusts.some((statement) => statement.allows) || trusts.some((statement) => statement.denies)) return 'the role of the replication does not trust S3';
  const destination = String(at(listAt(rule, 'destination')[0], 'bucket'));
  const statements = context.ofKind('aws_iam_role_policy')
    .filter((policy) => unsettled(policy) === undefined && referenced(at(policy.content, 'role'), policy, 'aws_iam_role', 'name', context) === role)
    .flatMap(({ content }) => statementsOf(at(content, 'policy')));
  if (statements.some((statement) => statement.denies && replicates(statement))) return 'the role of the replication is denied s3:ReplicateObject';
  const allowed = statements.some((statement) => statement.allows && !statement.inverted && replicates(statement) && statement.conditions.length === 0
    && statement.resources.some((resource) => resource === `${destination}/*`));
  return allowed ? undefined : 'the role of the replication may not write into the destination';
}

function replicates(statement: WrittenStatement): boolean {
  return statement.inverted || statement.actions.some((action) => ['s3:replicateobject', 's3:*', '*'].includes(action));
}

/** The bucket of an ARN: a reference in its own stack, or a name in any. */
function bucketByArn(arn: string, from: SynthesizedObject, context: CheckContext): SynthesizedObject | undefined {
  if (arn.startsWith('${')) return arn.endsWith('.arn}') ? referenced(arn, from, 'aws_s3_bucket', 'bucket', context) : undefined;
  const name = /^arn:aws[a-z-]*:s3:::([^/]+)$/.exec(arn)?.[1];
  return context.ofKind('aws_s3_bucket').find((bucket) => name !== undefined && at(bucket.content, 'bucket') === name);
}
