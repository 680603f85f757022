import { referenceOf, type AdmissionPolicy } from '../admission-policy';

/** One validation of a ValidatingAdmissionPolicy, or of a template of Gatekeeper. */
export interface CelValidation {
  readonly expression: string;
  /** Where the findings are too many for one message. */
  readonly message: string;
  readonly messageExpression: string;
}

/** The one validation that a policy's variables end in. */
export function celValidation(policy: AdmissionPolicy): CelValidation {
  const reference = referenceOf(policy);
  return {
    expression: "variables.operation == 'DELETE' || variables.unchanged || variables.exempt || size(variables.findings) == 0",
    message: `${policy.purpose} (${reference})`,
    messageExpression: `variables.title + ': ' + variables.findings.map(f, string(f.problem) + ': ' + string(f.remedy)).join('; ') + ' (${reference})'`,
  };
}
