import { bucketsOf } from './terraform-buckets';
import { isEveryInstance, push, TerraformForm, type TerraformDocument, type TerraformResource } from './terraform-document';
import { blocksOf, fieldOf, listOf, UnknownValue } from './unknown-value';

const GROUP = 'aws_cloudwatch_log_group';
const FILTER = 'aws_cloudwatch_log_subscription_filter';
/** What a subscription delivers to, and how an ARN of it ends before its name. */
const [FIREHOSE, STREAM, DESTINATION] = ['aws_kinesis_firehose_delivery_stream', 'aws_kinesis_stream', 'aws_cloudwatch_log_destination'];
const ENDINGS: readonly (readonly [type: string, ending: string])[] = [[FIREHOSE, ':deliverystream/'], [STREAM, ':stream/'], [DESTINATION, ':destination:']];

/** A bucket that Data Firehose writes logs into, as its configuration names it. */
export interface LogArchive {
  readonly firehose: TerraformResource;
  readonly bucketArn: unknown;
}

/** The buckets that the events of subscriptions end in: through Data Firehose, be it behind a stream of Amazon Kinesis or a destination of CloudWatch Logs. */
export function logArchives(document: TerraformDocument): readonly LogArchive[] {
  return [...new Set(document.ofType(FILTER).flatMap((filter) => firehosesOf(filter.values.destination_arn, filter, document)))].flatMap(archivesOf);
}

/**
 * Whether subscriptions carry every event of a group into a bucket of the same document, which is judged there: the subscription that does, one of which
 * nobody can tell, or undefined where there is none.
 */
export function carrierOf(group: TerraformResource, document: TerraformDocument): { readonly filter: TerraformResource; readonly isArchive: boolean } | undefined {
  const filters = document.once('filters of log groups', () => filtersByGroup(document)).get(group) ?? [];
  const carriers = filters.filter(({ values, condition }) => values.filter_pattern === '' && (condition === undefined || condition === group.condition));
  const archive = carriers.find((filter) => endsInBucket(filter, document));
  return archive ? { filter: archive, isArchive: true } : carriers.length > 0 ? { filter: carriers[0], isArchive: false } : undefined;
}

/** The groups that a text or reference names: by name, or by ARN. */
export function groupsOf(value: unknown, from: TerraformResource, document: TerraformDocument): readonly TerraformResource[] {
  if (value instanceof UnknownValue) return document.targetsOf(value, from).filter(({ type }) => type === GROUP);
  if (typeof value !== 'string') return [];
  // CloudTrail takes the ARN with `:*` at its end, which Terraform writes behind a reference.
  const reference = /^\$\{(aws_cloudwatch_log_group\.[^}]+?)\.(arn|name|id)\}/.exec(value)?.[1];
  if (reference !== undefined) return document.targetsOf(new UnknownValue('', [reference]), from);
  const name = value.replace(/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
  return document.once('log groups by name', () => groupsByName(document)).get(name) ?? [];
}

function groupsByName(document: TerraformDocument): ReadonlyMap<unknown, readonly TerraformResource[]> {
  const groups = new Map<unknown, TerraformResource[]>();
  for (const group of document.ofType(GROUP)) push(groups, group.values.name, group);
  return groups;
}

function filtersByGroup(document: TerraformDocument): ReadonlyMap<TerraformResource, readonly TerraformResource[]> {
  const filters = new Map<TerraformResource, TerraformResource[]>();
  for (const filter of document.ofType(FILTER)) {
    const name = filter.values.log_group_name;
    for (const group of groupsOf(name, filter, document).filter((one) => isEveryInstance(one, filter, name))) push(filters, group, filter);
  }
  return filters;
}

function endsInBucket(filter: TerraformResource, document: TerraformDocument): boolean {
  const destination = filter.values.destination_arn;
  // An expression of the configuration may choose another.
  if (destination instanceof UnknownValue && destination.attribute === undefined && document.form === TerraformForm.CONFIGURATION) return false;
  return firehosesOf(destination, filter, document).flatMap(archivesOf).some(({ firehose, bucketArn }) => (bucketsOf(bucketArn, firehose, document) ?? []).length > 0);
}

function archivesOf(firehose: TerraformResource): readonly LogArchive[] {
  return listOf(blocksOf(firehose.values, 'extended_s3_configuration')).map((block) => ({ firehose, bucketArn: fieldOf(block, 'bucket_arn') }));
}

function firehosesOf(value: unknown, from: TerraformResource, document: TerraformDocument, isFirst = true): readonly TerraformResource[] {
  return namedBy(value, from, document).flatMap((target) => {
    if (target.type === FIREHOSE) return [target];
    if (target.type === STREAM) return document.once('readers of streams', () => readersOf(document)).get(target) ?? [];
    return isFirst ? firehosesOf(target.values.target_arn, target, document, false) : [];
  });
}

function readersOf(document: TerraformDocument): ReadonlyMap<TerraformResource, readonly TerraformResource[]> {
  const readers = new Map<TerraformResource, TerraformResource[]>();
  for (const firehose of document.ofType(FIREHOSE)) {
    for (const source of listOf(blocksOf(firehose.values, 'kinesis_source_configuration'))) {
      for (const stream of namedBy(fieldOf(source, 'kinesis_stream_arn'), firehose, document)) push(readers, stream, firehose);
    }
  }
  return readers;
}

function namedBy(value: unknown, from: TerraformResource, document: TerraformDocument): readonly TerraformResource[] {
  if (value instanceof UnknownValue) return document.targetsOf(value, from).filter(({ type }) => ENDINGS.some(([known]) => known === type));
  const named = document.once('log destinations by ARN', () => new Map(ENDINGS.flatMap(([type, ending]) => document.ofType(type)
    .flatMap((target) => [[String(target.values.arn), target] as const, [`${ending}${String(target.values.name)}`, target] as const]))));
  const found = named.get(String(value)) ?? named.get(/:(?:deliverystream\/|stream\/|destination:)[^:/]+$/.exec(String(value))?.[0] ?? '');
  return found ? [found] : [];
}
