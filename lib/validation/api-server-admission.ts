import type { AdmissionPolicy } from '../admission/admission-policy';
import { paramsExpression, validatingPolicy } from '../admission/validating-policy';
import type { CheckContext } from './check-context';
import { at, listAt, sameContent } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** What keeps the API server from judging, by the policy of a binding, what it is asked in every PHI namespace, or from refusing what it can't judge. */
export function failsOpen({ content }: SynthesizedObject, context: CheckContext): string | undefined {
  if (!listAt(content, 'spec', 'validationActions').includes('Deny')) return 'the binding denies nothing: violations are let in';
  const narrower = Object.keys((at(content, 'spec') ?? {}) as object).filter((field) => !['policyName', 'validationActions'].includes(field));
  if (narrower.length > 0) return `the binding is narrowed by ${narrower.join(', ')}`;
  const policy = policyOf(content, context);
  if (!policy) return `no ValidatingAdmissionPolicy is named ${String(at(content, 'spec', 'policyName'))}`;
  const failurePolicy = at(policy.content, 'spec', 'failurePolicy') ?? 'Fail';
  if (failurePolicy !== 'Fail') return `the policy fails open: failurePolicy is ${String(failurePolicy)}`;
  if (listAt(policy.content, 'spec', 'matchConditions').length > 0) return 'the policy is narrowed by matchConditions';
  const missing = context.profile.phiNamespaces.filter(({ name }) => !boundIn(policy.content).includes(name));
  if (missing.length > 0) return `the policy does not bind in ${missing.map(({ name }) => name).join(', ')}`;
  const others = Object.keys((at(policy.content, 'spec', 'matchConstraints') ?? {}) as object).filter((field) => !['namespaceSelector', 'resourceRules'].includes(field));
  return others.length > 0 ? `the policy is narrowed by ${others.join(', ')}` : undefined;
}

/** As `failsOpen`, and for a policy that is another than the one that was tested, or that exempts something. */
export function weakRule(policy: AdmissionPolicy, object: SynthesizedObject, context: CheckContext): string | undefined {
  const open = failsOpen(object, context);
  if (open !== undefined) return open;
  const written = policyOf(object.content, context)!.content;
  const expected = validatingPolicy(policy, String(at(written, 'metadata', 'name')), boundIn(written), paramsExpression({})).spec;
  return sameContent(at(written, 'spec'), expected) ? undefined : 'the policy holds another rule than the one that was tested, or passes something over';
}

function policyOf(binding: unknown, context: CheckContext): SynthesizedObject | undefined {
  return context.find('ValidatingAdmissionPolicy', undefined, String(at(binding, 'spec', 'policyName')));
}

/** Namespaces that the policy selects by name, and by nothing else. */
function boundIn(policy: unknown): string[] {
  const [expression, ...more] = listAt(policy, 'spec', 'matchConstraints', 'namespaceSelector', 'matchExpressions');
  const byName = at(expression, 'key') === 'kubernetes.io/metadata.name' && at(expression, 'operator') === 'In' && more.length === 0;
  return byName ? listAt(expression, 'values').map(String) : [];
}
