/** A value that nobody can tell from the document: an expression, or what is known only after apply. It is never taken for a missing one. */
export class UnknownValue {
  /**
   * @param why for people: `it is ${var.days}`, `known only after apply`.
   * @param targets addresses of the resources it comes from, with their modules, as far as they are known; attributes are left out.
   * @param attribute of the one target, where the value is nothing but that: `arn`.
   * @param attributes of the targets, where the value is made of them and of nothing else; a plan does not tell one from a list or a text with it.
   * @param isExplained whether the document says of what it is made: a plan does not, of what stands in a dynamic block.
   */
  public constructor(
    public readonly why: string, public readonly targets: readonly string[] = [], public readonly attribute?: string,
    public readonly attributes: readonly string[] = attribute === undefined ? [] : [attribute], public readonly isExplained = true,
  ) {}

  /** Whether it is made of ARNs and identifiers of resources, in which there is no wildcard, and of nothing else. */
  public get isNamed(): boolean {
    return this.isMadeOf(/(^|_)(arn|id)$/);
  }

  public isMadeOf(attribute: RegExp): boolean {
    return this.attributes.length > 0 && this.attributes.every((name) => attribute.test(name));
  }
}

/** A value as a flag of Terraform, which converts the texts `true`, `false`, `1` and `0` and no others; a value that is none of them is returned as it is. */
export function flagOf(value: unknown): unknown {
  if (value === 'true' || value === '1' || value === 1) return true;
  if (value === 'false' || value === '0' || value === 0) return false;
  return value ?? undefined;
}

/** A number, which Terraform also takes as text; undefined where it is missing, NaN where it is none. */
export function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : NaN;
}

/** A text in which nothing is left to be filled in. */
export function isLiteral(value: unknown): value is string {
  return typeof value === 'string' && !/[$%]\{/.test(value);
}

/** The blocks of a name, which Terraform's JSON writes as an object or as a list; unknown where a dynamic block makes them. */
export function blocksOf(body: unknown, name: string): readonly unknown[] | UnknownValue {
  if (typeof body !== 'object' || body === null || body instanceof UnknownValue) return [];
  const fields = body as Record<string, unknown>;
  if (listOf(fields.dynamic).some((dynamic) => typeof dynamic === 'object' && dynamic !== null && Object.hasOwn(dynamic, name))) {
    return new UnknownValue(`a dynamic block makes ${name}`);
  }
  const value = fields[name];
  if (value instanceof UnknownValue) return value;
  // A block of which nothing is known stands in a list that is otherwise known.
  const list = listOf(value);
  return list.find((item): item is UnknownValue => item instanceof UnknownValue) ?? list;
}

/** A value as a list: of one where it is no list, of none where it is missing. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A field of a block; undefined where the block is none. */
export function fieldOf(block: unknown, name: string): unknown {
  if (block instanceof UnknownValue) return block;
  return typeof block === 'object' && block !== null ? (block as Record<string, unknown>)[name] ?? undefined : undefined;
}
