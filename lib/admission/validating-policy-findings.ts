import { at, listAt } from '../manifests/content';
import { celValidation } from './engine/cel-validation';
import { celVariables } from './engine/cel-source';
import type { AdmissionPolicy } from './admission-policy';
import type { GatekeeperFinding } from './gatekeeper/gatekeeper-finding';
import { NAMESPACE_NAME } from './gatekeeper/webhook-coverage';
import { POLICY_PACK } from './policy-pack';

/** What policies of the API server have to hold for. */
export interface ValidatingPolicyFindingOptions {
  readonly phiNamespaces: readonly string[];
  /** Every policy and binding of the input, the judged one among them: of two bindings, one that denies is enough. @default - the judged one alone */
  readonly policies?: readonly unknown[];
}

const BY_NAME: ReadonlyMap<string, AdmissionPolicy> = new Map(POLICY_PACK.filter(({ cel }) => cel !== undefined).map((policy) => [policy.defaultName, policy]));

/** Whether an object is a ValidatingAdmissionPolicy under the name of one of the policy pack, or binds one. */
export function isPackPolicy(object: unknown): boolean {
  return policyOf(object) !== undefined || boundBy(object) !== undefined;
}

/**
 * What a ValidatingAdmissionPolicy under the name of one of the policy pack, or its binding, lets into PHI namespaces: one that fails open, that holds another rule, that is
 * narrowed, or whose violations are let in.
 *
 * Control PS2, 45 CFR 164.312(c)(1) (Kubernetes, Validating Admission Policy: failurePolicy and validationActions).
 */
export function validatingPolicyFindings(object: unknown, { phiNamespaces, policies = [object] }: ValidatingPolicyFindingOptions): GatekeeperFinding[] {
  const policy = policyOf(object);
  if (policy !== undefined) return ofPolicy(object, policy, phiNamespaces);
  const bound = boundBy(object);
  if (bound === undefined || policies.some((other) => boundBy(other) === bound && ofBinding(other).length === 0)) return [];
  return ofBinding(object);
}

function ofPolicy(object: unknown, policy: AdmissionPolicy, phiNamespaces: readonly string[]): GatekeeperFinding[] {
  const failurePolicy = at(object, 'spec', 'failurePolicy') ?? 'Fail';
  return [
    ...(failurePolicy === 'Fail' ? [] : [{ path: 'spec.failurePolicy', problem: `failurePolicy is ${String(failurePolicy)}: what can't be judged is let in`, remedy: 'set failurePolicy: Fail' }]),
    ...(holdsRule(object, policy) ? [] : [{ path: 'spec.validations', problem: `the policy holds another rule than ${policy.id}, by whose name it goes`, remedy: 'synthesize it again with this version, or give it a name of its own' }]),
    ...listAt(object, 'spec', 'matchConditions').map((_condition, index) => ({ path: `spec.matchConditions[${index}]`, problem: 'the condition passes over requests', remedy: 'remove the condition' })),
    ...narrowed(at(object, 'spec', 'matchConstraints'), 'spec.matchConstraints', ['namespaceSelector', 'resourceRules', 'matchPolicy']),
    ...phiNamespaces.filter((namespace) => !selects(object, namespace)).map((namespace) => ({
      path: 'spec.matchConstraints.namespaceSelector', problem: `the policy does not bind in the PHI namespace ${namespace}`, remedy: `select it by ${NAMESPACE_NAME}`,
    })),
  ];
}

function ofBinding(object: unknown): GatekeeperFinding[] {
  const isDenied = listAt(object, 'spec', 'validationActions').includes('Deny');
  return [
    ...(isDenied ? [] : [{ path: 'spec.validationActions', problem: 'the binding denies nothing: violations are let in', remedy: 'set validationActions: [Deny]' }]),
    ...narrowed(at(object, 'spec', 'matchResources'), 'spec.matchResources', ['matchPolicy']),
  ];
}

/** The parameters are everybody's own; all else of a rule is as it was tested. */
function holdsRule(object: unknown, policy: AdmissionPolicy): boolean {
  const expected = celVariables(policy).map(({ name, expression }) => ({ name, expression }));
  const variables = listAt(object, 'spec', 'variables').filter((variable) => !['anyObject', 'params'].includes(String(at(variable, 'name'))));
  const [validation, ...more] = listAt(object, 'spec', 'validations');
  return more.length === 0 && at(validation, 'expression') === celValidation(policy).expression && variables.length === expected.length
    && expected.every(({ name, expression }, index) => at(variables[index], 'name') === name && at(variables[index], 'expression') === expression);
}

/** Selection by labels that whoever labels a namespace can change counts for nothing. */
function selects(object: unknown, namespace: string): boolean {
  const selector = at(object, 'spec', 'matchConstraints', 'namespaceSelector');
  if (Object.keys((at(selector, 'matchLabels') ?? {}) as object).length > 0) return false;
  return listAt(selector, 'matchExpressions').every((expression) => {
    const values = listAt(expression, 'values');
    const operator = at(expression, 'operator');
    return at(expression, 'key') === NAMESPACE_NAME && (operator === 'In' ? values.includes(namespace) : operator === 'NotIn' ? !values.includes(namespace) : operator === 'Exists');
  });
}

function narrowed(match: unknown, path: string, fields: readonly string[]): GatekeeperFinding[] {
  return Object.keys((match ?? {}) as object).filter((field) => !fields.includes(field) && !isEmpty(at(match, field)))
    .map((field) => ({ path: `${path}.${field}`, problem: `what is judged is narrowed by ${field}`, remedy: 'remove it: exceptions name objects' }));
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value as object).length === 0);
}

function policyOf(object: unknown): AdmissionPolicy | undefined {
  return isOf(object, 'ValidatingAdmissionPolicy') ? BY_NAME.get(String(at(object, 'metadata', 'name'))) : undefined;
}

/** The name of the policy that is bound, where it is one of the pack. */
function boundBy(object: unknown): string | undefined {
  const name = isOf(object, 'ValidatingAdmissionPolicyBinding') ? String(at(object, 'spec', 'policyName')) : '';
  return BY_NAME.has(name) ? name : undefined;
}

function isOf(object: unknown, kind: string): boolean {
  return at(object, 'kind') === kind && String(at(object, 'apiVersion')).startsWith('admissionregistration.k8s.io/');
}
