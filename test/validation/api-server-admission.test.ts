/** Rules that the API server judges itself: what is claimed of them, and the same set weakened. */
import { Chart } from 'cdk8s';
import { RequireIngressTls } from '../../lib/admission/require-ingress-tls';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { Safeguard } from '../../lib/controls/safeguard';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { eksProfile } from '../support/profiles';
import { beside, manifest, type Weakening } from './weakening';

const profile = eksProfile();
const phiNamespaces = profile.phiNamespaces.map(({ name }) => name);
const app = new HipaaKubernetesApp(profile);
const rule = new RequireIngressTls(new Chart(app, 'Admission'), 'Tls', { phiNamespaces, engine: AdmissionEngine.apiServer(profile.platform.version) });
Safeguard.implement(rule.node.findChild('Resource'), Control.PS2_FAIL_CLOSED, 'the API server refuses what it cannot judge');
const { objects: emitted, findings } = app.synthesize();

function verdict(control: Control, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone([...emitted]);
  const binding = copies.find(({ content }) => content.kind === 'ValidatingAdmissionPolicyBinding')!;
  weaken(binding.content, copies);
  return checkFor(control, binding)!.check(binding, new CheckContext(profile, copies));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
const inPolicy = (change: (spec: any) => void): Weakening => (_content, others) => change(others.find(({ content }) => content.kind === 'ValidatingAdmissionPolicy')!.content.spec);

test('holds as it is synthesized', () => {
  expect(findings).toEqual([]);
  expect([verdict(Control.TX1_INGRESS), verdict(Control.PS2_FAIL_CLOSED)]).toEqual([undefined, undefined]);
});

const OPEN: [string, Weakening, RegExp][] = [
  ['a binding that warns', (o) => (o.spec.validationActions = ['Warn']), /denies nothing/],
  ['a binding without actions', (o) => delete o.spec.validationActions, /denies nothing/],
  ['a binding for some namespaces', (o) => (o.spec.matchResources = { namespaceSelector: {} }), /narrowed by matchResources/],
  ['a binding with parameters of somebody', (o) => (o.spec.paramRef = { name: 'x' }), /narrowed by paramRef/],
  ['a binding of nothing', (o) => (o.spec.policyName = 'other'), /no ValidatingAdmissionPolicy is named other/],
  ['a policy that fails open', inPolicy((spec) => (spec.failurePolicy = 'Ignore')), /fails open/],
  ['a condition', inPolicy((spec) => (spec.matchConditions = [{ name: 'x', expression: 'false' }])), /matchConditions/],
  ['a PHI namespace that is not selected', inPolicy((spec) => spec.matchConstraints.namespaceSelector.matchExpressions[0].values.pop()), new RegExp(`does not bind in ${phiNamespaces.at(-1)}`)],
  ['a label that can be changed', inPolicy((spec) => (spec.matchConstraints.namespaceSelector.matchExpressions[0].key = 'phi')), /does not bind in/],
  ['another label beside the name', inPolicy((spec) => spec.matchConstraints.namespaceSelector.matchExpressions.push({ key: 'x', operator: 'Exists' })), /does not bind in/],
  ['an object selector', inPolicy((spec) => (spec.matchConstraints.objectSelector = { matchLabels: { a: 'b' } })), /narrowed by objectSelector/],
  ['resources that are left out', inPolicy((spec) => (spec.matchConstraints.excludeResourceRules = [{}])), /narrowed by excludeResourceRules/],
];

test.each(OPEN)('neither holds with %s', (_what, weaken, why) => {
  expect(verdict(Control.PS2_FAIL_CLOSED, weaken)).toMatch(why);
  expect(verdict(Control.TX1_INGRESS, weaken)).toMatch(why);
});

test.each<[string, Weakening]>([
  ['another expression', inPolicy((spec) => (spec.validations[0].expression = 'true'))],
  ['another finding', inPolicy((spec) => (spec.variables.at(-1).expression = '[]'))],
  ['parameters that exempt', inPolicy((spec) => (spec.variables[1].expression = 'dyn({"exemptions": dyn([])})'))],
  ['other resources', inPolicy((spec) => (spec.matchConstraints.resourceRules[0].resources = ['pods']))],
  ['creations alone', inPolicy((spec) => (spec.matchConstraints.resourceRules[0].operations = ['CREATE']))],
])('the rule is another with %s', (_what, weaken) => {
  expect(verdict(Control.TX1_INGRESS, weaken)).toMatch(/another rule/);
});

test('an Ingress in clear is told on it', () => {
  const ingress = manifest('networking.k8s.io/v1', 'Ingress', phiNamespaces[0], 'web', { spec: { rules: [{ host: 'a.example.com' }] } });

  expect(verdict(Control.TX1_INGRESS, beside(ingress))).toMatch(/Ingress .*web/);
});
