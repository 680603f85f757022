import type { SynthesizedObject } from './synthesized-object';

/** The kind of an object, as checks name it: `NetworkPolicy`, `aws_kms_key`, `data.aws_eks_cluster`, `EncryptionConfiguration`. */
export function kindOf(object: SynthesizedObject): string {
  return object.reference.address?.split('.').slice(0, -1).join('.') ?? object.reference.kind ?? '';
}

/** A value inside a synthesized object, by its path; undefined where the path ends early. */
export function at(content: unknown, ...path: readonly (string | number)[]): unknown {
  let value = content;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A list inside a synthesized object; empty where there is none. Terraform's JSON writes a block as an object or as a list of one. */
export function listAt(content: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = at(content, ...path);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether two values of a document are the same, in whatever order their fields are. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameContent(at(a, key), at(b, key)));
}
