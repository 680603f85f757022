import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { ownersOf } from './terraform-owners';

/** Resources that hold a control's settings of the archive, and the attributes of the bucket itself that would (AWS provider: deprecated, and still in force). */
interface Settings {
  readonly types: readonly string[];
  readonly inline: readonly string[];
}

const SETTINGS: ReadonlyMap<Control, Settings> = new Map([
  [Control.AU5_WORM_6Y, { types: ['aws_s3_bucket_object_lock_configuration', 'aws_s3_bucket_versioning'], inline: ['object_lock_configuration', 'versioning'] }],
  [Control.EN4_BUCKET_KMS, { types: ['aws_s3_bucket_server_side_encryption_configuration'], inline: ['server_side_encryption_configuration'] }],
  [Control.TX4_TLS_BUCKET, { types: ['aws_s3_bucket_policy', 'aws_s3_bucket_public_access_block'], inline: ['policy', 'acl', 'grant'] }],
]);
const PUBLIC_ACCESS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

/** What else sets what a control needs of a bucket: what is applied last would win. */
export function otherOwners(control: Control, bucket: SynthesizedObject, context: CheckContext): string | undefined {
  const { types, inline } = SETTINGS.get(control)!;
  const attribute = inline.find((name) => at(bucket.content, name) !== undefined);
  if (attribute !== undefined) return `${describeReference(bucket.reference)} sets ${attribute} itself, too`;
  for (const owner of types) {
    const owners = ownersOf(bucket, { owner, attribute: 'bucket', owned: 'aws_s3_bucket', nameAttribute: 'bucket' }, context);
    const [first, second] = owners.of;
    if (second) return `${describeReference(first.reference)} and ${describeReference(second.reference)} set the same of the bucket: what is applied last wins`;
    const [unknown] = owners.unknown;
    if (unknown) return `nobody can tell here which bucket ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'bucket'))}`;
    const flaw = first && weakness(owner, first);
    if (flaw !== undefined) return `${describeReference(first.reference)}: ${flaw}`;
  }
  return undefined;
}

/** What is wrong with a setting that no claim is on. */
function weakness(type: string, { content }: SynthesizedObject): string | undefined {
  if (type === 'aws_s3_bucket_versioning') {
    const status = at(listAt(content, 'versioning_configuration')[0], 'status');
    return status === 'Enabled' ? undefined : `versioning is ${String(status)}`;
  }
  if (type !== 'aws_s3_bucket_public_access_block') return undefined;
  const off = PUBLIC_ACCESS.find((name) => at(content, name) !== true);
  return off && `${off} is not true`;
}
