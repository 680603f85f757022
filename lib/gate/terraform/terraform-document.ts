import { UnknownValue } from './unknown-value';

/** What a document of Terraform is. */
export enum TerraformForm {
  /** Terraform's JSON configuration, such as `cdk.tf.json`. */
  CONFIGURATION = 'configuration',
  /** `terraform show -json` of a plan. */
  PLAN = 'plan',
  /** `terraform show -json` of a state. */
  STATE = 'state',
}

/** A resource, or a data source, as it will be. */
export interface TerraformResource {
  /** With its module and its instance: `module.logs.aws_s3_bucket.this[0]`; data sources begin with `data.` after the module. */
  readonly address: string;
  /** The address without the instance: `module.logs.aws_s3_bucket.this`. */
  readonly declaration: string;
  /** `aws_s3_bucket`; of a data source `data.aws_iam_policy_document`. */
  readonly type: string;
  /** The rest of the address, which with the type names it: `module.logs.this[0]`. */
  readonly name: string;
  /** The instance, as the address has it: `[0]`; empty where there is one alone. */
  readonly instance: string;
  /** Attributes and blocks; an UnknownValue stands for each that nobody can tell. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Attributes whose value no report may show. */
  readonly sensitive: ReadonlySet<string>;
  /** The provider that makes it, where it is not the module's own: `aws.west`. */
  readonly provider?: string;
  /** Why nobody can tell whether Terraform makes it, by the expression that decides; undefined where it does. */
  readonly condition?: string;
  /** By what a configuration makes any number of it, whose instances stand under one address here; undefined where there is one at most. */
  readonly many?: string;
}

/** Something that a document does not say, and that may hide anything. */
export interface TerraformGap {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** The resources of one document, indexed. */
export class TerraformDocument {
  private readonly byType = new Map<string, TerraformResource[]>();
  private readonly byDeclaration = new Map<string, TerraformResource[]>();
  private readonly answers = new Map<string, unknown>();

  /**
   * @param gaps what of the document could not be read.
   */
  public constructor(public readonly form: TerraformForm, public readonly resources: readonly TerraformResource[], public readonly gaps: readonly TerraformGap[]) {
    for (const resource of resources) {
      push(this.byType, resource.type, resource);
      push(this.byDeclaration, resource.declaration, resource);
    }
  }

  /** Every resource of a type. */
  public ofType(type: string): readonly TerraformResource[] {
    return this.byType.get(type) ?? [];
  }

  /**
   * The resources that a value comes from: of a resource with instances the one that it names, or the same instance as the one that refers to it.
   * None where nobody can tell.
   */
  public targetsOf(value: unknown, from: TerraformResource): readonly TerraformResource[] {
    if (!(value instanceof UnknownValue)) return [];
    return value.targets.flatMap((target) => {
      const instances = this.byDeclaration.get(target) ?? this.byDeclaration.get(withoutInstance(target)) ?? [];
      if (instances.length <= 1) return instances;
      return instances.filter((instance) => instance.address === target || (!target.endsWith(']') && from.instance !== '' && instance.instance === from.instance));
    });
  }

  /** An answer that many rules need and that is found once. */
  public once<T>(question: string, answer: () => T): T {
    if (!this.answers.has(question)) this.answers.set(question, answer());
    return this.answers.get(question) as T;
  }
}

/** Whether what a resource refers to is every instance of another: neither one of some, nor nobody knows which. */
export function isEveryInstance(target: TerraformResource, from: TerraformResource, value: unknown): boolean {
  if (target.many === undefined) return true;
  const isIndexed = value instanceof UnknownValue ? value.targets.some((address) => address.endsWith(']')) : /\[(\d+|")/.test(String(value));
  return from.many === target.many && !isIndexed;
}

/** An address without the instance of the resource: of `module.a["x"].aws_s3_bucket.b[0]` the end. */
export function withoutInstance(address: string): string {
  return address.replace(/\[(\d+|"(?:[^"\\]|\\.)*"|[^\]"]*)\]$/, '');
}

/** Adds to the list of a key. */
export function push<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
