import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { RUN_AS_NON_ROOT } from '../../lib/admission/policies/run-as-non-root/policy';
import { paramsExpression, validatingPolicy, validatingPolicyBinding } from '../../lib/admission/validating-policy';
import { validatingPolicyFindings } from '../../lib/admission/validating-policy-findings';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into every shape
type Content = any;

const phiNamespaces = ['phi', 'records'];
const NAME = 'hipaa-run-as-non-root';
const policy = (change: (content: Content) => void = () => undefined): Content =>
  changed(validatingPolicy(RUN_AS_NON_ROOT, NAME, phiNamespaces, paramsExpression({ exemptions: [] })), change);
const binding = (change: (content: Content) => void = () => undefined): Content => changed(validatingPolicyBinding(NAME, EnforcementAction.DENY), change);
const found = (object: unknown, policies: readonly unknown[] = []): string[] => validatingPolicyFindings(object, { phiNamespaces, policies: [object, ...policies] }).map(({ path, problem }) => `${path} ${problem}`);

function changed(content: object, change: (content: Content) => void): Content {
  const copy = structuredClone(content);
  change(copy);
  return copy;
}

test.each<[string, Content, RegExp]>([
  ['a policy that fails open', policy((o) => (o.spec.failurePolicy = 'Ignore')), /^spec\.failurePolicy failurePolicy is Ignore/],
  ['another rule', policy((o) => (o.spec.validations[0].expression = 'true')), /^spec\.validations the policy holds another rule than run-as-non-root/],
  ['no rule', policy((o) => (o.spec.validations = [])), /^spec\.validations/],
  ['a variable that finds nothing', policy((o) => (o.spec.variables.at(-1).expression = '[]')), /^spec\.validations/],
  ['a condition', policy((o) => (o.spec.matchConditions = [{ name: 'a', expression: 'false' }])), /^spec\.matchConditions\[0\]/],
  ['resources that are left out', policy((o) => (o.spec.matchConstraints.excludeResourceRules = [{ resources: ['pods'] }])), /^spec\.matchConstraints\.excludeResourceRules/],
  ['an object selector', policy((o) => (o.spec.matchConstraints.objectSelector = { matchLabels: { a: 'b' } })), /narrowed by objectSelector/],
  ['a PHI namespace that is not named', policy((o) => o.spec.matchConstraints.namespaceSelector.matchExpressions[0].values.pop()), /^spec\.matchConstraints\.namespaceSelector the policy does not bind in the PHI namespace records/],
  ['a binding that reports', binding((o) => (o.spec.validationActions = ['Audit'])), /^spec\.validationActions the binding denies nothing/],
  ['a binding that is narrowed', binding((o) => (o.spec.matchResources = { namespaceSelector: { matchLabels: { a: 'b' } } })), /^spec\.matchResources\.namespaceSelector/],
])('found: %s', (_what, object, problem) => {
  expect(found(object)).toEqual([expect.stringMatching(problem)]);
});

test('labels that can be changed select nothing for sure', () => {
  expect(found(policy((o) => (o.spec.matchConstraints.namespaceSelector = { matchLabels: { phi: 'yes' } })))).toHaveLength(2);
});

const CLOSED: [string, unknown, unknown[]?][] = [
  ['the policy as it is emitted', policy()],
  ['every namespace', policy((o) => delete o.spec.matchConstraints.namespaceSelector)],
  ['empty selectors', policy((o) => (o.spec.matchConstraints.objectSelector = {}))],
  ['its binding', binding()],
  ['a binding that reports beside one that denies', binding((o) => (o.spec.validationActions = ['Audit'])), [binding()]],
  ['a policy of another name', policy((o) => Object.assign(o.metadata, { name: 'own' }) && (o.spec.failurePolicy = 'Ignore'))],
  ['a binding of another policy', binding((o) => Object.assign(o.spec, { policyName: 'own', validationActions: ['Audit'] }))],
  ['no object', null],
];
test.each(CLOSED.map(([what, object, policies = []]) => [what, object, policies] as const))('nothing is open with: %s', (_what, object, policies) => {
  expect(found(object, policies)).toEqual([]);
});
