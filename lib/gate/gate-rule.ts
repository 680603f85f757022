import type { Control } from '../controls/control';

/** A rule of the gate: a policy of the pack, or one about Terraform's resources. */
export interface GateRule {
  /** `ingress-tls`: the name of a policy's folder, by which exceptions name it. */
  readonly id: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  readonly control: Control;
  /** Paragraph and benchmark row: `45 CFR 164.312(e)(2)(ii), CIS Kubernetes 5.2.2`. */
  readonly reference: string;
}

/** What a rule finds in one object. */
export interface RuleFinding {
  /** Where in the object, as kubectl writes it: `spec.rules[0].host`; in Terraform, of the resource: `rule[0].sse_algorithm`. */
  readonly path: string;
  /** Without the end of a sentence: it stands before a colon. */
  readonly problem: string;
  readonly remedy: string;
}
