/** A value inside a document, by its path; undefined where the path ends early. */
export function at(content: unknown, ...path: readonly (string | number)[]): unknown {
  let value = content;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A list inside a document; empty where there is none. Terraform's JSON writes a block as an object or as a list of one. */
export function listAt(content: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = at(content, ...path);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
