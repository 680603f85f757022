import { isConfiguration, readConfiguration } from './terraform-configuration';
import type { TerraformDocument } from './terraform-document';
import { isPlan, isState, readPlan, readState } from './terraform-plan';

/**
 * The resources of a document of Terraform: JSON configuration (`*.tf.json`, cdktf's `cdk.tf.json`), or what `terraform show -json` writes of a plan or
 * a state (Terraform, JSON output format 0.1 to 1.x). Undefined where it is none of them.
 */
export function terraformResources(document: unknown): TerraformDocument | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined;
  const fields = document as Record<string, unknown>;
  if (isPlan(fields)) return readPlan(fields);
  if (isState(fields)) return readState(fields);
  return isConfiguration(fields) ? readConfiguration(fields) : undefined;
}
