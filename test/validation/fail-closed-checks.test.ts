/** The check of the webhook that fails closed on a synthesized set, and on the same set weakened. */
import { Chart } from 'cdk8s';
import { AdmissionConstraints } from '../../lib/admission/admission-constraints';
import { AdmissionTemplates } from '../../lib/admission/admission-templates';
import { GatekeeperConfig } from '../../lib/admission/gatekeeper/gatekeeper-config';
import { GatekeeperWebhook } from '../../lib/admission/gatekeeper/gatekeeper-webhook';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { closedConfiguration, stockConfiguration } from '../admission/gatekeeper/stock-configuration';
import { eksProfile } from '../support/profiles';
import { beside, manifest, type Weakening } from './weakening';

const profile = eksProfile();
const phiNamespaces = profile.phiNamespaces.map(({ name }) => name);
const app = new HipaaKubernetesApp(profile);
const chart = new Chart(app, 'Admission');
new AdmissionTemplates(chart, 'Templates');
new AdmissionConstraints(chart, 'Constraints', { phiNamespaces });
new GatekeeperConfig(chart, 'Config', { phiNamespaces });
new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces });
const { objects: emitted, findings } = app.synthesize();

const verdict = (weaken: Weakening = () => undefined): string | undefined => {
  const copies = structuredClone([...emitted]);
  const webhook = copies.find(({ claims }) => claims.some(({ control }) => control === Control.PS2_FAIL_CLOSED))!;
  weaken(webhook.content, copies);
  return checkFor(Control.PS2_FAIL_CLOSED, webhook)!.check(webhook, new CheckContext(profile, copies));
};
const constraint = (kinds: object[] | undefined, fields: object = {}, match: object = { namespaces: phiNamespaces }): SynthesizedObject =>
  manifest('constraints.gatekeeper.sh/v1beta1', 'OwnRule', undefined, 'own', { spec: { match: { ...match, ...(kinds && { kinds }) }, ...fields } });
const of = (group: string, kind: string): object[] => [{ apiGroups: [group], kinds: [kind] }];
const template = (operations: string[]): SynthesizedObject => manifest('templates.gatekeeper.sh/v1', 'ConstraintTemplate', undefined, 'ownrule', { spec: { targets: [{ operations }] } });
const config = (excludedNamespaces: string[], processes = ['webhook'], apiVersion = 'config.gatekeeper.sh/v1alpha1') =>
  beside(manifest(apiVersion, 'Config', 'gatekeeper-system', 'config', { spec: { match: [{ excludedNamespaces, processes }] } }));
const configuration = (content: { metadata: { name: string } }): Weakening => beside(manifest('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', undefined, content.metadata.name, content));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
const everyConstraint = (change: (content: any) => void): Weakening => (_content, others) => others.filter(({ reference }) => reference.apiVersion?.startsWith('constraints.')).forEach(({ content }) => change(content));

test('admission fails closed as it is synthesized', () => {
  expect(findings).toEqual([]);
  expect(verdict()).toBeUndefined();
});

test.each<[string, Weakening, RegExp]>([
  ['Ignore', (o) => (o.webhooks[0].failurePolicy = 'Ignore'), /^webhooks\[0\]\.failurePolicy: failurePolicy is Ignore/],
  ['Ignore for roles of the cluster', (o) => (o.webhooks[1].failurePolicy = 'Ignore'), /^webhooks\[1\]\.failurePolicy/],
  ['a PHI namespace that is not selected', (o) => o.webhooks[0].namespaceSelector.matchExpressions[0].values.shift(), new RegExp(`leaves out the PHI namespace ${phiNamespaces[0]}`)],
  ['a label that can be changed', (o) => (o.webhooks[0].namespaceSelector = { matchLabels: { phi: 'yes' } }), /rests on the label phi/],
  ['the label of Gatekeeper, unguarded', (o) => o.webhooks[0].namespaceSelector.matchExpressions.push({ key: 'admission.gatekeeper.sh/ignore', operator: 'DoesNotExist' }), /rests on the label admission\.gatekeeper\.sh\/ignore/],
  ['an object selector', (o) => (o.webhooks[0].objectSelector = { matchLabels: { judged: 'yes' } }), /objectSelector passes over/],
  ['a condition', (o) => (o.webhooks[0].matchConditions = [{ name: 'no-robots', expression: 'false' }]), /the condition no-robots/],
  ['no CONNECT', (o) => (o.webhooks[0].rules = o.webhooks[0].rules.filter((rule: { operations: string[] }) => !rule.operations.includes('CONNECT'))), /not asked about CONNECT of pods\/attach, CONNECT of pods\/exec/],
  ['no DELETE', (o) => o.webhooks[0].rules.forEach((rule: { operations: string[] }) => (rule.operations = rule.operations.filter((operation) => operation !== 'DELETE'))), /DELETE of networkpolicies/],
  ['no pods', (o) => o.webhooks[0].rules.forEach((rule: { resources: string[] }) => (rule.resources = rule.resources.filter((resource) => resource !== 'pods'))), /CREATE of pods, UPDATE of pods$/],
  ['no rules', (o) => delete o.webhooks[0].rules, /not asked about/],
  ['one version, exactly', (o) => o.webhooks[1].rules.forEach((rule: object) => Object.assign(rule, { apiVersions: ['v1'] })) ?? (o.webhooks[1].matchPolicy = 'Exact'), /clusterroles/],
  ['no webhook', (o) => (o.webhooks = []), /asks Gatekeeper about nothing/],
  ['the webhook of something else', (o) => o.webhooks.forEach((webhook: { clientConfig: object }) => (webhook.clientConfig = { service: { name: 'other', namespace: 'other', path: '/validate' } })), /asks Gatekeeper about nothing/],
  ['one webhook that asks something else', (o) => (o.webhooks[0].clientConfig.service.path = '/v1/mutate'), /not asked about CREATE of configmaps/],
  ['no constraint', (_o, others) => others.splice(0, others.length, ...others.filter(({ reference }) => !reference.apiVersion?.startsWith('constraints.'))), /there is no constraint/],
  ['a constraint of what is not sent', beside(constraint(of('cert-manager.io', 'Certificate'))), /not asked about CREATE of certificates\.cert-manager\.io, UPDATE/],
  ['a constraint of every namespace', beside(constraint(of('cert-manager.io', 'Certificate'), {}, {})), /certificates/],
  ['a constraint of namespaces by a wildcard', beside(constraint(of('cert-manager.io', 'Certificate'), {}, { namespaces: ['*'] })), /certificates/],
  ['a constraint of every kind', beside(constraint(undefined)), /OwnRule own judges kinds that it does not name/],
  ['a constraint of kinds by a wildcard', beside(constraint(of('apps', '*'))), /judges kinds that it does not name/],
  ['a constraint of groups by a wildcard', beside(constraint(of('*', 'Deployment'))), /judges kinds that it does not name/],
  ['a constraint about deletion', beside(constraint(of('', 'PersistentVolumeClaim')), template(['CREATE', 'DELETE'])), /not asked about DELETE of persistentvolumeclaims/],
  ['a constraint about every operation', beside(constraint(of('', 'PersistentVolumeClaim')), template(['*'])), /not asked about DELETE of persistentvolumeclaims/],
  ['a Config that exempts a PHI namespace', config([phiNamespaces[0]]), /takes the PHI namespace/],
  ['a Config that exempts everything', config(['*'], ['*']), /from all of Gatekeeper/],
  ['a Config that exempts other namespaces', config(['staging']), /staging is no system namespace/],
  ["the library's own Config, changed", (_o, others) => {
    const { content } = others.find(({ reference }) => reference.kind === 'Config')!;
    (content as { spec: { match: { excludedNamespaces: string[] }[] } }).spec.match[0].excludedNamespaces.push(phiNamespaces[0]);
  }, /takes the PHI namespace/],
])('does not stand with: %s', (_what, weaken, finding) => {
  expect(verdict(weaken)).toMatch(finding);
});

test.each<[string, Weakening]>([
  ['no failurePolicy, which is Fail', (o) => delete o.webhooks[0].failurePolicy],
  ['more namespaces', (o) => o.webhooks[0].namespaceSelector.matchExpressions[0].values.push('staging')],
  ["the chart's own, which fails open", configuration(stockConfiguration())],
  ['Ignore, where another one fails closed for everything', (o, others) => {
    o.webhooks[0].failurePolicy = 'Ignore';
    configuration(closedConfiguration())(o, others);
  }],
  ['webhooks of something else that fail open', configuration({ ...stockConfiguration(), metadata: { name: 'other' }, webhooks: [{ name: 'a', failurePolicy: 'Ignore', clientConfig: { service: { path: '/validate' } } }] })],
  // The selector reads the name alone.
  ['the label of Gatekeeper on a PHI namespace', beside(manifest('v1', 'Namespace', undefined, phiNamespaces[0], { metadata: { labels: { 'admission.gatekeeper.sh/ignore': 'yes' } } }))],
  ['a constraint of what is sent', beside(constraint(of('networking.k8s.io', 'Ingress')))],
  ['a constraint of other namespaces', beside(constraint(of('cert-manager.io', 'Certificate'), {}, { namespaces: ['staging'] }))],
  ['a constraint that warns', beside(constraint(undefined, { enforcementAction: 'warn' }))],
  ['a constraint that counts', beside(constraint(of('cert-manager.io', 'Certificate'), { enforcementAction: 'dryrun' }))],
  ['constraints that count alone', everyConstraint((content) => (content.spec.enforcementAction = 'dryrun'))],
  ['a constraint of what a rule of its own sends', (o, others) => {
    o.webhooks[0].rules.push({ apiGroups: ['cert-manager.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['certificates'], scope: 'Namespaced' });
    beside(constraint(of('cert-manager.io', 'Certificate')))(o, others);
  }],
  ['a constraint of the cluster that a rule of its own sends', (o, others) => {
    o.webhooks[1].rules.push({ apiGroups: ['cert-manager.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['clusterissuers'], scope: 'Cluster' });
    beside(constraint(of('cert-manager.io', 'ClusterIssuer'), {}, {}))(o, others);
  }],
  ['a constraint of webhooks, which none is asked about', beside(constraint(of('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration'), {}, {}))],
  ['a Config of something else', config(['*'], ['*'], 'imageregistry.operator.openshift.io/v1')],
  ['a Config of system namespaces', config(['kube-system', 'gatekeeper-system'], ['*'])],
])('stands with: %s', (_what, weaken) => {
  expect(verdict(weaken)).toBeUndefined();
});
