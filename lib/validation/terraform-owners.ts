import type { CheckContext } from './check-context';
import { at } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** What resources of one type are about one other resource. */
export interface Owners {
  /** Those that are about it. */
  readonly of: readonly SynthesizedObject[];
  /** Those of which nobody can tell here what they are about: a variable, an attribute of something else. */
  readonly unknown: readonly SynthesizedObject[];
}

/** How the resources of a type say what they are about, and how that is called. */
export interface Ownership {
  /** The type of what owns a setting: `aws_s3_bucket_policy`. */
  readonly owner: string;
  /** Its attribute that says of what: `bucket`. */
  readonly attribute: string;
  /** The type of what the setting is on: `aws_s3_bucket`. */
  readonly owned: string;
  /** The attribute that names it; undefined where AWS gives the name, and a text says nothing at synth. */
  readonly nameAttribute?: string;
}

/** Every resource that owns a setting of another: Terraform lets two own one setting, and the one that is applied last wins. */
export function ownersOf(owned: SynthesizedObject, ownership: Ownership, context: CheckContext): Owners {
  const { owner, attribute, nameAttribute } = ownership;
  const { byKey, unknown } = context.once(`owners ${owner}`, () => {
    const index = { byKey: new Map<string, SynthesizedObject[]>(), unknown: [] as SynthesizedObject[] };
    for (const object of context.ofKind(owner)) {
      const key = keyOf(at(object.content, attribute), object, ownership, context);
      if (key === undefined) index.unknown.push(object);
      else index.byKey.set(key, [...(index.byKey.get(key) ?? []), object]);
    }
    return index;
  });
  const name = nameAttribute === undefined ? undefined : at(owned.content, nameAttribute);
  return { of: byKey.get(typeof name === 'string' ? name : addressKey(owned)) ?? [], unknown };
}

/** The name of what a value is about, or its address where it has no name. */
function keyOf(value: unknown, from: SynthesizedObject, { owned, nameAttribute }: Ownership, context: CheckContext): string | undefined {
  const text = String(value);
  if (!text.includes('${')) return nameAttribute === undefined ? undefined : text;
  const address = /^\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+)\.[a-z_]+\}$/.exec(text)?.[1];
  const resource = address?.startsWith(`${owned}.`) ? context.resource(from.reference.stack, address) : undefined;
  if (!resource) return undefined;
  const name = nameAttribute === undefined ? undefined : at(resource.content, nameAttribute);
  return typeof name === 'string' ? name : addressKey(resource);
}

function addressKey({ reference }: SynthesizedObject): string {
  return `${reference.stack} ${reference.address}`;
}
