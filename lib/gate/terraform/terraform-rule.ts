import type { GateRule, RuleFinding } from '../gate-rule';
import { TerraformForm, type TerraformDocument, type TerraformResource } from './terraform-document';
import { UnknownValue } from './unknown-value';

/** What the rules of Terraform are told by the user. */
export interface TerraformSettings {
  /** Buckets that keep audit logs, beside those that a log is delivered to: names of buckets with `*` and `?`, or addresses. */
  readonly archiveBuckets: readonly string[];
}

/** What a rule says of one resource: that it is wrong, or that nobody can tell. */
export interface TerraformAnswer extends RuleFinding {
  readonly resource: TerraformResource;
  readonly value?: unknown;
  /** Whether nobody can tell from this document; `problem` then says why. */
  readonly isDoubt: boolean;
}

/** A rule about resources of Terraform. */
export interface TerraformRule {
  readonly rule: GateRule;
  judge(document: TerraformDocument, settings: TerraformSettings): Iterable<TerraformAnswer>;
}

export function finding(resource: TerraformResource, path: string, value: unknown, problem: string, remedy: string): TerraformAnswer {
  return { resource, path, problem, remedy, isDoubt: false, ...(value === undefined || value instanceof UnknownValue ? {} : { value }) };
}

/**
 * The answer where a value is unknown, or something else keeps anybody from telling.
 *
 * @param remedy what settles it, where another form of the document does not.
 */
export function doubt(resource: TerraformResource, path: string, why: UnknownValue | string, document: TerraformDocument, remedy?: string): TerraformAnswer {
  return {
    resource, path, problem: typeof why === 'string' ? why : `${path || 'the resource'} can't be told here: ${why.why}`, isDoubt: true,
    remedy: remedy ?? (document.form === TerraformForm.CONFIGURATION
      ? 'write the value itself, or judge the plan: terraform plan -out=FILE, terraform show -json FILE'
      : 'write the value itself into the configuration (a name, an ARN by its parts) so that the plan has it; what a module writes with the ARN of a resource that is still to be made shows after apply '
        + 'alone: judge the state then, terraform show -json'),
  };
}
