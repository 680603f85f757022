import { constraintFindings, isPackConstraint } from '../admission/gatekeeper/constraint-findings';
import { exemptionFindings } from '../admission/gatekeeper/exemption-findings';
import { failOpenFindings } from '../admission/gatekeeper/fail-open-findings';
import type { GatekeeperFinding } from '../admission/gatekeeper/gatekeeper-finding';
import { asksConstraints } from '../admission/gatekeeper/webhook-coverage';
import { isPackPolicy, validatingPolicyFindings } from '../admission/validating-policy-findings';
import { Control } from '../controls/control';
import { listAt } from '../manifests/content';
import { valueAt } from './field-path';
import { groupOf, nameOf, type GateObject } from './gate-object';
import type { GateViolation, Unchecked } from './gate-result';
import type { GateRule } from './gate-rule';

/** No request to the API server can be asked about webhook configurations, so that the gate alone has this rule. */
export const FAIL_CLOSED_RULE: GateRule = {
  id: 'fail-closed-webhooks',
  purpose: 'Nothing gets into a PHI namespace while Gatekeeper is down or was told to look away.',
  control: Control.PS2_FAIL_CLOSED,
  reference: '45 CFR 164.312(c)(1), CIS Kubernetes 5.2.1',
};

/** Stands for all namespaces where each holds PHI. */
export const ANY_NAMESPACE = 'any-namespace-that-nobody-names';

/** What the rule says. */
export interface FailClosedVerdict {
  readonly violations: readonly GateViolation[];
  readonly unchecked: readonly Unchecked[];
}

/**
 * What admission in the input lets by: webhooks of Gatekeeper that fail open, exemptions of PHI namespaces, and constraints and ValidatingAdmissionPolicies of the policy pack
 * that refuse nothing, or not everywhere.
 */
export function judgeFailClosed(objects: readonly GateObject[], phiNamespaces: readonly string[]): FailClosedVerdict {
  if (phiNamespaces.length === 0) return { violations: [], unchecked: objects.filter(({ content }) => isGuard(content)).slice(0, 1).map(unknownNamespaces) };
  const contents = objects.map(({ content }) => content);
  const configurations = contents.filter(isWebhookConfiguration);
  const constraints = contents.filter(isPackConstraint);
  const policies = contents.filter(isPackPolicy);
  const violations = objects.flatMap((object) => {
    const findings = [
      ...failOpenFindings(object.content, { phiNamespaces, configurations }), ...exemptionFindings(object.content, phiNamespaces),
      ...constraintFindings(object.content, { phiNamespaces, constraints }), ...validatingPolicyFindings(object.content, { phiNamespaces, policies }),
    ];
    return findings.map((finding) => violationOf(object, finding));
  });
  return { violations, unchecked: [] };
}

function violationOf(object: GateObject, { path, problem, remedy }: GatekeeperFinding): GateViolation {
  const name = nameOf(object);
  const value = valueAt(object.content, path);
  return {
    rule: FAIL_CLOSED_RULE, object: name, origin: { ...object.origin, ...object.locate?.(path) }, path, ...(value === undefined ? {} : { value }), problem, remedy,
    message: `${name.kind} '${name.name}': ${problem}: ${remedy} (${FAIL_CLOSED_RULE.control}, ${FAIL_CLOSED_RULE.reference})`,
  };
}

function isWebhookConfiguration({ apiVersion, kind }: GateObject['content']): boolean {
  return kind === 'ValidatingWebhookConfiguration' && groupOf(apiVersion) === 'admissionregistration.k8s.io';
}

/** Whether an object is one that this rule would be asked about. */
function isGuard(content: GateObject['content']): boolean {
  return (isWebhookConfiguration(content) && listAt(content, 'webhooks').some(asksConstraints)) || (content.kind === 'Config' && groupOf(content.apiVersion) === 'config.gatekeeper.sh')
    || isPackConstraint(content) || isPackPolicy(content);
}

function unknownNamespaces(object: GateObject): Unchecked {
  return {
    what: `${object.content.kind} ${nameOf(object).name} by ${FAIL_CLOSED_RULE.id}`, why: 'no namespace is known to hold PHI, so that nobody knows what it has to hold for', origin: object.origin,
    remedy: 'name them by --phi-namespaces, or phiNamespaces; \'*\' is every namespace',
  };
}
