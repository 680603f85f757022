/**
 * An object as the API server hands it on: a field that is null is one that is absent, and an element of a list that is null is an empty one.
 * Rules in CEL rest on it.
 */
export function asStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => (element === null || element === undefined ? {} : asStored(element)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null || inner === undefined ? [] : [[key, asStored(inner)]])));
}
