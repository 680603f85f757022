import { at } from '../manifests/content';
import type { SynthesizedObject } from './synthesized-object';

export { at, listAt } from '../manifests/content';

/** The kind of an object, as checks name it: `NetworkPolicy`, `aws_kms_key`, `data.aws_eks_cluster`, `EncryptionConfiguration`. */
export function kindOf(object: SynthesizedObject): string {
  return object.reference.address?.split('.').slice(0, -1).join('.') ?? object.reference.kind ?? '';
}

/** Whether two values of a document are the same, in whatever order their fields are. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameContent(at(a, key), at(b, key)));
}
