import type { Control } from '../controls/control';
import { ClaimKind } from '../controls/safeguard';
import type { HipaaProfile } from '../profile/profile';
import { groupOf, isHomonym } from './api-groups';
import { kindOf } from './content';
import { withListItems } from './list-items';
import type { SynthesizedObject } from './synthesized-object';

const NONE: readonly SynthesizedObject[] = [];

/** What a check may know beside the object that it judges: everything else that was synthesized, indexed once. */
export class CheckContext {
  public readonly profile: HipaaProfile;
  private readonly objects: readonly SynthesizedObject[];
  private readonly answers = new Map<string, unknown>();
  private readonly phiNamespaces: ReadonlySet<string>;
  private index: Index | undefined;
  private readonly kinds = new Map<string, KindIndex>();

  public constructor(profile: HipaaProfile, objects: readonly SynthesizedObject[]) {
    this.profile = profile;
    this.objects = objects;
    this.phiNamespaces = new Set(profile.phiNamespaces.map((namespace) => namespace.name));
  }

  public isPhi(namespace: string | undefined): boolean {
    return this.phiNamespaces.has(namespace ?? '');
  }

  /** Every object of a kind, or every Terraform resource of a type. */
  public ofKind(kind: string): readonly SynthesizedObject[] {
    this.index ??= new Index(this.objects);
    return this.index.byKind.get(kind) ?? NONE;
  }

  /** Every Kubernetes object of an API group. */
  public ofGroup(group: string): readonly SynthesizedObject[] {
    this.index ??= new Index(this.objects);
    return this.index.byGroup.get(group) ?? NONE;
  }

  /** The objects of a kind in a namespace. */
  public inNamespace(kind: string, namespace: string | undefined): readonly SynthesizedObject[] {
    return this.kind(kind).inNamespace(namespace);
  }

  /** A Kubernetes object by its name; without a namespace where its kind has none. */
  public find(kind: string, namespace: string | undefined, name: string): SynthesizedObject | undefined {
    return this.kind(kind).find(namespace, name);
  }

  /** A Terraform resource by its address in a stack. */
  public resource(stack: string | undefined, address: string): SynthesizedObject | undefined {
    return this.once(`addresses of ${address.split('.')[0]}`, () => new Map(this.ofKind(address.split('.')[0]).map((object) => [`${object.reference.stack} ${object.reference.address}`, object])))
      .get(`${stack} ${address}`);
  }

  /**
   * The first object that claims a control, in a namespace or at all: what is wrong with the whole set is reported on it, and so once.
   */
  public firstClaimant(control: Control, namespace?: string): SynthesizedObject | undefined {
    this.index ??= new Index(this.objects);
    const claimants = this.index.claimants.get(control);
    return namespace === undefined ? claimants?.first : claimants?.inNamespace.get(namespace);
  }

  /** An answer that many checks need and that is found once. */
  public once<T>(question: string, answer: () => T): T {
    if (!this.answers.has(question)) this.answers.set(question, answer());
    return this.answers.get(question) as T;
  }

  private kind(kind: string): KindIndex {
    const known = this.kinds.get(kind) ?? new KindIndex(this.ofKind(kind));
    this.kinds.set(kind, known);
    return known;
  }
}

interface Claimants {
  readonly first: SynthesizedObject;
  readonly inNamespace: Map<string, SynthesizedObject>;
}

class Index {
  public readonly byKind = new Map<string, SynthesizedObject[]>();
  public readonly byGroup = new Map<string, SynthesizedObject[]>();
  public readonly claimants = new Map<Control, Claimants>();

  public constructor(objects: readonly SynthesizedObject[]) {
    for (const object of withListItems(objects)) {
      const group = groupOf(object);
      if (group !== undefined) push(this.byGroup, group, object);
      if (isHomonym(object)) continue;
      push(this.byKind, kindOf(object), object);
      for (const claim of object.claims) if (claim.kind === ClaimKind.IMPLEMENTS) this.addClaimant(claim.control, object);
    }
  }

  private addClaimant(control: Control, object: SynthesizedObject): void {
    const claimants = this.claimants.get(control) ?? { first: object, inNamespace: new Map<string, SynthesizedObject>() };
    this.claimants.set(control, claimants);
    const { namespace } = object.reference;
    if (namespace !== undefined && !claimants.inNamespace.has(namespace)) claimants.inNamespace.set(namespace, object);
  }
}

/** The objects of one kind. */
class KindIndex {
  private readonly byNamespace = new Map<string, SynthesizedObject[]>();
  private byName: Map<string, SynthesizedObject> | undefined;

  public constructor(objects: readonly SynthesizedObject[]) {
    for (const object of objects) push(this.byNamespace, object.reference.namespace ?? '', object);
  }

  public inNamespace(namespace: string | undefined): readonly SynthesizedObject[] {
    return this.byNamespace.get(namespace ?? '') ?? NONE;
  }

  public find(namespace: string | undefined, name: string): SynthesizedObject | undefined {
    this.byName ??= new Map([...this.byNamespace].flatMap(([inNamespace, objects]) => objects.map((object) => [`${inNamespace} ${object.reference.name}`, object])));
    return this.byName.get(`${namespace ?? ''} ${name}`);
  }
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
