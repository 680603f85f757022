/** `spec.rules[0].host` and `metadata.annotations[example.com/key]` in their parts: keys as text, indexes as numbers. */
export function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([part, inner]) => {
    const key = inner ?? part;
    return inner !== undefined && /^\d+$/.test(key) ? Number(key) : key.replaceAll(/^["']|["']$/g, '');
  });
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(content: unknown, path: string): unknown {
  let value = content;
  for (const part of partsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part) || (Array.isArray(value) && typeof part !== 'number')) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
