import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { RegoRule } from '../../lib/admission/engine/rego-rule';
import { wasmFolderOf } from '../../scripts/rego-sources';

/** What Gatekeeper gives to a rule. */
export interface PolicyInput {
  readonly parameters?: Record<string, unknown>;
  readonly review: { readonly object: unknown; readonly operation?: string; readonly oldObject?: unknown };
}

/** Evaluates a policy's Rego with OPA's own engine: the messages of its violations, sorted. */
export function evaluatorOf(policy: AdmissionPolicy): (input: PolicyInput) => string[] {
  const rule = new RegoRule(policy, wasmFolderOf(policy));
  return ({ parameters, review }) => rule.judge(review, parameters).map(({ message }) => message);
}
