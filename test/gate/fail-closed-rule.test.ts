import { runGate } from '../../lib/gate/gate';
import type { GateResult } from '../../lib/gate/gate-result';
import { closedConfiguration, stockConfiguration, type Configuration } from '../admission/gatekeeper/stock-configuration';
import { gateObject } from './gate-objects';

const judge = (contents: readonly object[], phiNamespaces: readonly string[]): GateResult => runGate({ objects: contents.map(gateObject) }, { phiNamespaces, rules: ['fail-closed-webhooks'] });
const paths = (contents: readonly object[], phiNamespaces: readonly string[] = ['phi']): string[] => judge(contents, phiNamespaces).violations.map(({ object, path }) => `${object.kind} ${path}`);
const constraint = { apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: 'HipaaRunAsNonRoot', metadata: { name: 'x' }, spec: { enforcementAction: 'dryrun', match: { excludedNamespaces: ['phi'] } } };
const binding = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'x' }, spec: { policyName: 'hipaa-run-as-non-root', validationActions: ['Audit'] } };
const only = (namespace: string): Configuration => closedConfiguration((o) => (o.webhooks[0].namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } }));

test('where every namespace holds PHI, webhooks hold for those that nobody names', () => {
  expect(paths([stockConfiguration()], ['*'])).toContain('ValidatingWebhookConfiguration webhooks[0].failurePolicy');
  expect(paths([closedConfiguration()], ['*'])).toEqual([]);
  expect(paths([only('phi')], ['phi'])).toEqual([]);
  expect(paths([only('phi')], ['*', 'phi'])).toEqual(['ValidatingWebhookConfiguration webhooks[0].namespaceSelector.matchLabels']);
});

test.each<[string, object]>([
  ['a webhook', closedConfiguration()], ['a constraint', constraint], ['a binding', binding], ['a Config', { apiVersion: 'config.gatekeeper.sh/v1alpha1', kind: 'Config', metadata: { name: 'config' } }],
])('is unchecked where no PHI namespace is known, and there is %s', (_what, content) => {
  expect(judge([content, content], [])).toMatchObject({ violations: [], unchecked: [{ what: expect.stringContaining('by fail-closed-webhooks') as string, why: expect.stringContaining('no namespace is known') as string }] });
});

test('is not unchecked where the input holds none of it', () => {
  expect(judge([{ ...stockConfiguration(), webhooks: [] }, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }], []).unchecked).toEqual([]);
});

test('finds what refuses nothing, in wrappers as well', () => {
  const list = { apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [binding] };
  expect(paths([constraint, list])).toEqual(['HipaaRunAsNonRoot spec.enforcementAction', 'HipaaRunAsNonRoot spec.match.excludedNamespaces[0]', 'ValidatingAdmissionPolicyBinding spec.validationActions']);
});

test('what closes a gap is in the whole input', () => {
  const fake = closedConfiguration((o) => o.webhooks.forEach((webhook: Configuration) => (webhook.clientConfig.service.name = 'allow-all')));
  expect(paths([stockConfiguration(), closedConfiguration()])).toEqual([]);
  expect(paths([stockConfiguration(), fake])).toEqual(paths([stockConfiguration()]));
  expect(paths([constraint, { ...constraint, spec: { match: {} } }])).toEqual(['HipaaRunAsNonRoot spec.match.excludedNamespaces[0]']);
  expect(paths([binding, { ...binding, spec: { ...binding.spec, validationActions: ['Deny'] } }])).toEqual([]);
});
