import { isEveryInstance, push, TerraformForm, withoutInstance, type TerraformDocument, type TerraformResource } from './terraform-document';
import { isLiteral, UnknownValue } from './unknown-value';

export const BUCKET = 'aws_s3_bucket';

/** Resources of a type that set something of a bucket. */
export interface Companions {
  readonly of: readonly TerraformResource[];
  /** The first of which nobody can tell whether it is of this bucket, or whether Terraform makes it. */
  readonly unknown: TerraformResource | undefined;
}

interface Index {
  readonly byBucket: ReadonlyMap<TerraformResource, readonly TerraformResource[]>;
  /** Of some instances of a bucket, and not of all. */
  readonly ofSome: ReadonlyMap<TerraformResource, TerraformResource>;
  readonly unknown: readonly TerraformResource[];
}

/** The resources of a type that are about a bucket, by a reference or by its name. */
export function companionsOf(bucket: TerraformResource, type: string, document: TerraformDocument, attribute = 'bucket'): Companions {
  const { byBucket, ofSome, unknown } = document.once(`companions ${type}`, () => indexOf(type, attribute, document));
  const all = byBucket.get(bucket) ?? [];
  // What is made under another condition than its bucket may be missing.
  const of = all.filter((companion) => companion.condition === undefined || companion.condition === bucket.condition);
  return { of, unknown: unknown[0] ?? ofSome.get(bucket) ?? all.find((companion) => !of.includes(companion)) };
}

function indexOf(type: string, attribute: string, document: TerraformDocument): Index {
  const byBucket = new Map<TerraformResource, TerraformResource[]>();
  const ofSome = new Map<TerraformResource, TerraformResource>();
  const unknown: TerraformResource[] = [];
  for (const companion of document.ofType(type)) {
    const buckets = bucketsOf(companion.values[attribute], companion, document);
    if (buckets === undefined) unknown.push(companion);
    for (const bucket of buckets ?? []) {
      if (isEveryInstance(bucket, companion, companion.values[attribute])) push(byBucket, bucket, companion);
      else ofSome.set(bucket, companion);
    }
  }
  return { byBucket, ofSome, unknown };
}

/** The buckets of the document that a value names, by reference, name or ARN; none where it names one of elsewhere, undefined where nobody can tell. */
export function bucketsOf(value: unknown, from: TerraformResource, document: TerraformDocument): readonly TerraformResource[] | undefined {
  if (value instanceof UnknownValue) {
    // An expression of the configuration may choose among values; a plan says of what it is made, through modules.
    if (value.attribute === undefined && document.form === TerraformForm.CONFIGURATION) return undefined;
    const targets = document.targetsOf(value, from);
    const buckets = targets.filter(({ type }) => type === BUCKET);
    if (buckets.length > 0) return buckets.length === 1 ? buckets : undefined;
    // The bucket may be named by another setting of it, as modules do to order their resources.
    const through = targets.filter(({ type, values }) => type.startsWith('aws_s3_bucket_') && values.bucket !== value);
    return through.length === 1 ? bucketsOf(through[0].values.bucket, through[0], document) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const reference = /^(?:arn:[^:]+:s3:::)?\$\{((?:aws_s3_bucket)\.[^}]+?)\.(?:id|bucket|arn)\}/.exec(value)?.[1];
  if (reference !== undefined) {
    const found = document.targetsOf(new UnknownValue('', [reference]), from);
    return found.length === 1 ? found : undefined;
  }
  const name = value.replace(/^arn:[^:]+:s3:::/, '').split('/')[0];
  const named = document.once('buckets by name', () => new Map(document.ofType(BUCKET).flatMap((bucket) => [bucket.values.bucket, bucket.values.id]
    .filter((text): text is string => typeof text === 'string').map((text) => [text, bucket] as const)))).get(name);
  if (named) return [named];
  return isLiteral(name) ? [] : undefined;
}

/** What a bucket's policy has to be about, as patterns can be held against it. */
export interface BucketArns {
  readonly bucket: string;
  readonly object: string;
}

/** The resources of a bucket's policy as patterns, with the bucket's own name in the place of references to it; unknown where one of them nobody can tell. */
export function patternsOf(resources: readonly unknown[], bucket: TerraformResource): readonly string[] | UnknownValue {
  const [own, name] = [bucket.declaration.replace(/^.*(?=aws_s3_bucket\.)/, ''), nameOf(bucket)];
  const patterns: string[] = [];
  for (const resource of resources) {
    if (resource instanceof UnknownValue) {
      if (resource.attribute !== 'arn' || !resource.targets.every((target) => withoutInstance(target) === bucket.declaration)) return resource;
      patterns.push(`arn:aws:s3:::${name}`);
      continue;
    }
    const template = bucket.values.bucket;
    const text = (typeof template === 'string' && !isLiteral(template) ? String(resource).replaceAll(template, name) : String(resource))
      .replace(/\$\{(aws_s3_bucket\.[^}]+?)\.(id|bucket|arn)\}/g, (reference, address: string, attribute: string) => {
        if (withoutInstance(address) !== own) return reference;
        return attribute === 'arn' ? `arn:aws:s3:::${name}` : name;
      }).replace(/^arn:[^:]+:s3:::/, 'arn:aws:s3:::');
    if (!isLiteral(text)) return new UnknownValue(`it is ${text}`);
    patterns.push(text);
  }
  return patterns;
}

export function arnsOf(bucket: TerraformResource): BucketArns {
  // A key that no pattern of a folder or an ending takes in.
  return { bucket: `arn:aws:s3:::${nameOf(bucket)}`, object: `arn:aws:s3:::${nameOf(bucket)}/q7/z` };
}

/** The name of a bucket, or one in its place where Terraform alone knows it. */
function nameOf({ values }: TerraformResource): string {
  return [values.bucket, values.id].find(isLiteral) ?? 'bucket-of-this-policy';
}
