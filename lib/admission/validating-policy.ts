import type { AdmissionPolicy } from './admission-policy';
import { celLiteral } from './cel-literal';
import { EnforcementAction } from './enforcement-action';
import { celValidation } from './engine/cel-validation';
import { celVariables } from './engine/cel-source';
import { resourcesOf } from './resource-names';

const API_VERSION = 'admissionregistration.k8s.io/v1';

const ACTIONS: Readonly<Record<EnforcementAction, readonly string[]>> = {
  [EnforcementAction.DENY]: ['Deny'],
  [EnforcementAction.WARN]: ['Warn', 'Audit'],
  [EnforcementAction.DRYRUN]: ['Audit'],
};

/** The fields of an object of the API. */
export interface ApiFields {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: object;
}

/**
 * A rule as a ValidatingAdmissionPolicy. It has the parameters in itself, so that nobody changes the rule by an object beside it, and refuses where
 * it can't be evaluated.
 *
 * @param params the expression of the parameters, by `paramsExpression`; or what becomes it when the app is whole.
 */
export function validatingPolicy(policy: AdmissionPolicy, name: string, phiNamespaces: readonly string[], params: unknown): ApiFields {
  const operations = policy.operations ?? ['CREATE', 'UPDATE'];
  return {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        // Objects that belong to no namespace pass the selector; a Namespace has the label itself.
        namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...phiNamespaces] }] },
        resourceRules: policy.matches.map(({ apiGroups, kinds }) => ({ apiGroups, apiVersions: ['*'], operations, resources: kinds.flatMap(resourcesOf) })),
      },
      variables: [
        { name: 'anyObject', expression: "request.operation == 'DELETE' ? oldObject : object" },
        { name: 'params', expression: params },
        ...celVariables(policy).map(({ name: variable, expression }) => ({ name: variable, expression })),
      ],
      validations: [{ ...celValidation(policy), reason: 'Forbidden' }],
    },
  };
}

/** Parameters as an expression; dyn, as rules compare them with null. */
export function paramsExpression(parameters: object): string {
  return `dyn(${celLiteral(parameters)})`;
}

/** Without a binding, a policy judges nothing. */
export function validatingPolicyBinding(name: string, action: EnforcementAction): ApiFields {
  return { apiVersion: API_VERSION, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, validationActions: ACTIONS[action] } };
}
