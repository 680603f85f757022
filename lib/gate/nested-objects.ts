import type { GateObject, KubernetesContent } from './gate-object';

/** Fields of a pod specification that hold containers. */
const POD_FIELDS = ['containers', 'ephemeralContainers', 'initContainers'];
/** Fields that hold containers outside of a pod specification: of Argo, Tekton and others. */
const CONTAINER_FIELDS = [...POD_FIELDS, 'container', 'script', 'sidecars', 'stepTemplate', 'steps'];

/** Objects with what stands in them. */
export interface WithNested {
  readonly objects: readonly GateObject[];
  /** Kinds that no rule knows, of objects whose containers could not be shown to any: `CronWorkflow of argoproj.io/v1alpha1`. */
  readonly unknownTemplates: readonly string[];
}

/**
 * Objects, each with what it holds where it is of a kind that no rule knows: manifests, which who applies it applies as well, and templates of pods, as PodTemplates.
 * However deep they stand: a Pod in a List in a Template, a template in an object in a ManifestWork. What stands several times in one object, by an alias of YAML, is one thing.
 */
export function withNested(given: readonly GateObject[], isKnown: (content: KubernetesContent) => boolean): WithNested {
  const objects: GateObject[] = [];
  const unknown = new Set<string>();
  for (const object of given) {
    objects.push(object);
    if (!isKnown(object.content)) new Search(object, isKnown, objects, unknown).run();
  }
  return { objects, unknownTemplates: [...unknown].sort() };
}

/** A value below an object, by the way to it: paths are put together where something is found. */
interface Place {
  readonly value: object;
  /** The nearest manifest around it. */
  readonly owner: GateObject;
  /** Undefined for the manifest itself. */
  readonly above?: Place;
  readonly key: string | number;
  /** Kind and version of an item of a PodList, which says neither itself. */
  readonly listed?: Pick<KubernetesContent, 'apiVersion' | 'kind'>;
}

class Search {
  private readonly root: GateObject;
  private readonly isKnown: (content: KubernetesContent) => boolean;
  private readonly objects: GateObject[];
  private readonly unknown: Set<string>;
  /** What was looked at, by the name of the owner: elsewhere the same may be in another namespace, or under another exception. It ends what holds itself. */
  private readonly seen = new Map<string, Set<object>>();

  public constructor(root: GateObject, isKnown: (content: KubernetesContent) => boolean, objects: GateObject[], unknown: Set<string>) {
    this.root = root;
    this.isKnown = isKnown;
    this.objects = objects;
    this.unknown = unknown;
  }

  /** No recursion: documents may be deeper than the stack. */
  public run(): void {
    const stack: Place[] = [{ value: this.root.content, owner: this.root, key: '' }];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const seen = this.seenOf(place.owner);
      if (seen.has(place.value)) continue;
      seen.add(place.value);
      const below = this.visit(place);
      for (let index = below.length - 1; index >= 0; index--) stack.push(below[index]);
    }
  }

  /** What is below a place, and is still to be looked at. */
  private visit(place: Place): Place[] {
    const manifest = place.above === undefined ? undefined : manifestOf(place);
    if (manifest !== undefined) {
      const path = pathOf(place);
      const { owner } = place;
      const object: GateObject = { content: manifest, origin: { ...owner.origin, ...owner.locate?.(path) }, locate: (inner) => owner.locate?.(`${path}.${inner}`), within: this.root };
      this.objects.push(object);
      this.seenOf(object).add(place.value);
      return this.isKnown(manifest) ? [] : this.inside({ value: manifest, owner: object, key: '' });
    }
    return this.inside(place);
  }

  private inside(place: Place): Place[] {
    const { value, owner, key } = place;
    const { spec } = value as { readonly spec?: unknown };
    if (isObject(spec) && isPodSpec(spec)) this.addTemplate(place, spec);
    if (typeof key === 'string' && CONTAINER_FIELDS.includes(key) && holdsContainers(value)) this.unknown.add(describeKind(owner));
    const below = Object.entries(value).filter((entry): entry is [string, object] => isObject(entry[1]));
    if (Array.isArray(value)) return below.map(([index, item]) => ({ value: item, owner, above: place, key: Number(index), listed: place.listed }));
    const listed = listedOf(value);
    return below.map(([field, child]) => ({ value: child, owner, above: place, key: field, ...(field === 'items' ? { listed } : {}) }));
  }

  private addTemplate(place: Place, spec: Readonly<Record<string, unknown>>): void {
    const { owner, value } = place;
    const { name, generateName, namespace } = owner.content.metadata ?? {};
    const { metadata } = value as { readonly metadata?: unknown };
    const path = pathOf(place);
    const content = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name, generateName, namespace }, template: { ...(place.above === undefined ? {} : { metadata }), spec } };
    this.objects.push({ content, origin: owner.origin, within: this.root, template: { owner, specPath: path === '' ? 'spec' : `${path}.spec` } });
    // Its containers are judged as those of a pod.
    for (const field of POD_FIELDS) if (isObject(spec[field])) this.seenOf(owner).add(spec[field]);
  }

  private seenOf({ content: { kind, metadata } }: GateObject): Set<object> {
    const key = JSON.stringify([kind, metadata?.namespace, metadata?.name]);
    const seen = this.seen.get(key) ?? new Set();
    this.seen.set(key, seen);
    return seen;
  }
}

/** Whether these are whole pods. Containers without any image are parts that some operator adds to its own. */
function isPodSpec(spec: Readonly<Record<string, unknown>>): boolean {
  return POD_FIELDS.some((field) => Array.isArray(spec[field]) && (spec[field] as readonly unknown[]).some((container) => isObject(container) && 'image' in container));
}

/** An argument of a program may be named `container`, but is a text. */
function holdsContainers(value: object): boolean {
  return Array.isArray(value) ? value.some(isObject) : 'image' in value;
}

/** A reference to an object has its kind as well, and neither metadata nor spec. */
function manifestOf({ value, listed }: Place): KubernetesContent | undefined {
  const { apiVersion = listed?.apiVersion, kind = listed?.kind, metadata, spec } = value as Record<string, unknown>;
  const isOne = typeof apiVersion === 'string' && typeof kind === 'string' && (isObject(metadata) || isObject(spec));
  return isOne ? { ...value, apiVersion, kind } : undefined;
}

/** What the items of a PodList are. Those of a List say it themselves. */
function listedOf(value: object): Place['listed'] {
  const { apiVersion, kind } = value as Record<string, unknown>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && /.List$/.test(kind) ? { apiVersion, kind: kind.slice(0, -'List'.length) } : undefined;
}

function pathOf(place: Place): string {
  const keys: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.above !== undefined; at = at.above) keys.unshift(at.key);
  return keys.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : /[.[\]]/.test(key) ? `${path}["${key}"]` : path === '' ? key : `${path}.${key}`), '');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function describeKind({ content }: GateObject): string {
  return `${content.kind} of ${content.apiVersion}`;
}
