import { TerraformForm, type TerraformDocument, type TerraformResource } from './terraform-document';
import { UnknownValue } from './unknown-value';

const KEYS = ['aws_kms_key', 'aws_kms_alias', 'aws_kms_replica_key', 'aws_kms_external_key', 'aws_kms_replica_external_key'];
/** Aliases of the keys that AWS keeps for a service, whose policy nobody else sets. */
const AWS_KEY = /(^|:)alias\/aws\//;

/** Whether a value names a key of the customer: false where there is none, or one of AWS' own; unknown where nobody can tell. */
export function namesCustomerKey(value: unknown, from: TerraformResource, document: TerraformDocument): boolean | UnknownValue {
  if (value === undefined || value === null || value === '') return false;
  if (!(value instanceof UnknownValue)) return !AWS_KEY.test(String(value));
  const targets = document.targetsOf(value, from);
  const [target] = targets;
  if (targets.length === 1 && value.attribute !== undefined) {
    if (KEYS.includes(target.type)) return true;
    const name = target.type === 'data.aws_kms_key' ? target.values.key_id : target.type === 'data.aws_kms_alias' ? target.values.name : value;
    return name instanceof UnknownValue ? name : !AWS_KEY.test(String(name));
  }
  // An expression of the configuration may choose another. What a plan does not know is made by it, as it has read the keys of AWS.
  const isMade = targets.length > 0 ? targets.every(({ type }) => KEYS.includes(type)) : !value.isExplained;
  return document.form === TerraformForm.PLAN && isMade && !isReadLater(document) ? true : value;
}

/** Whether a plan puts off reading a key, which may be one of AWS. */
function isReadLater(document: TerraformDocument): boolean {
  return document.once('keys that are read later', () => ['data.aws_kms_key', 'data.aws_kms_alias'].some((type) => document.ofType(type).some(({ values }) => typeof values.arn !== 'string')));
}
