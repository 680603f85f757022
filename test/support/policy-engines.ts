import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { asStored } from '../../lib/admission/engine/as-stored';
import { CelRule, Subject } from '../../lib/admission/engine/cel-rule';
import type { CelVariable } from '../../lib/admission/engine/cel-source';
import { inventoryOf } from '../../lib/admission/engine/inventory';
import { RegoRule } from '../../lib/admission/engine/rego-rule';
import type { Review } from '../../lib/admission/engine/review';
import type { PolicyCase } from '../../lib/admission/policy-case';
import { wasmFolderOf } from '../../scripts/rego-sources';

/** What an engine says of a case: messages, each with the path that it is about, sorted. */
export type Verdict = (one: PolicyCase) => string[];

export function regoVerdict(policy: AdmissionPolicy): Verdict {
  const rule = new RegoRule(policy, wasmFolderOf(policy));
  return (one) => {
    rule.setInventory(inventoryOf(one.inventory ?? []));
    return sorted(rule.judge(reviewOf(one), one.parameters).map(({ message, path }) => told(message, path)));
  };
}

/**
 * @param variables of a mutant; those of the policy by default.
 * @param subjectOf keeps what shared variables say of a case, for mutants that leave these as they are.
 */
export function celVerdict(policy: AdmissionPolicy, variables?: readonly CelVariable[], subjectOf: (one: PolicyCase) => Subject = freshSubject): Verdict {
  const rule = new CelRule(policy, variables);
  return (one) => sorted(rule.judge(subjectOf(one), one.parameters ?? null).map(({ message, path }) => told(message, path)));
}

/** A case as the API server hands it to CEL. */
export function freshSubject(one: PolicyCase): Subject {
  const review = reviewOf(one);
  return new Subject({ ...review, object: asStored(review.object), oldObject: review.oldObject === undefined ? undefined : asStored(review.oldObject) });
}

/** The messages of a verdict. */
export function messagesOf(verdict: readonly string[]): string[] {
  return verdict.map((one) => one.slice(one.indexOf(BESIDE) + BESIDE.length)).sort();
}

const BESIDE = ' | ';

function told(message: string, path: string): string {
  return `${path}${BESIDE}${message}`;
}

/** Elements of a list that are alike in everything share a path in CEL. */
function sorted(verdict: readonly string[]): string[] {
  return [...new Set(verdict)].sort();
}

function reviewOf({ object, oldObject, operation, request }: PolicyCase): Review {
  return { object, oldObject, operation, request: { kind: { kind: object.kind }, ...request } };
}
