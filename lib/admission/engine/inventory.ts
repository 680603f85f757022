/** An object as far as an inventory needs it. */
export interface Inventoried {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Other objects in the form in which Gatekeeper shows to Rego what it syncs: `cluster[apiVersion][kind][name]` and `namespace[namespace][apiVersion][kind][name]`. */
export function inventoryOf(objects: readonly Inventoried[]): object {
  const inventory = { cluster: {}, namespace: {} };
  for (const object of objects) {
    const { apiVersion, kind, metadata: { name, namespace } } = object;
    put(inventory, namespace === undefined ? ['cluster', apiVersion, kind, name] : ['namespace', namespace, apiVersion, kind, name], object);
  }
  return inventory;
}

type Level = Record<string, unknown>;

function put(level: Level, path: readonly string[], object: unknown): void {
  const [key, ...rest] = path;
  // Names of YAML are no keys of a prototype.
  if (!Object.hasOwn(level, key)) Object.defineProperty(level, key, { value: rest.length === 0 ? object : {}, enumerable: true });
  if (rest.length > 0) put(level[key] as Level, rest, object);
}
