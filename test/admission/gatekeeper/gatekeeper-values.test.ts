import { parse } from 'yaml';
import { GatekeeperValues, type GatekeeperValuesProps } from '../../../lib/admission/gatekeeper/gatekeeper-values';
import { GatekeeperWebhook } from '../../../lib/admission/gatekeeper/gatekeeper-webhook';
import { synthChart } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

test("has Gatekeeper put its certificate into the webhook's configuration, by their common default", () => {
  const [{ metadata }] = synthChart((chart) => new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces: ['healthcare-prod'] }));
  expect(new GatekeeperValues().values).toMatchObject({
    additionalValidatingWebhookConfigsToRotateCerts: [metadata.name], controllerManager: { disableCertRotation: false }, externalCertInjection: { enabled: false },
  });
});

test('nothing may be taken from Gatekeeper by a label, and its own webhook sees what goes and who connects', () => {
  expect(new GatekeeperValues().values).toMatchObject({
    replicas: 3,
    pdb: { controllerManager: { minAvailable: 2 } },
    validatingWebhookFailurePolicy: 'Ignore',
    validatingWebhookCheckIgnoreFailurePolicy: 'Fail',
    validatingWebhookMatchConditions: [],
    enableConnectOperations: true,
    enableDeleteOperations: true,
    enableK8sNativeValidation: true,
    auditInterval: 60,
    auditFromCache: false,
    constraintViolationsLimit: 100,
    controllerManager: { exemptNamespaces: [], exemptNamespacePrefixes: [], exemptNamespaceSuffixes: [], disableWebhookOperation: false },
    postInstall: { labelNamespace: { extraNamespaces: [] } },
    postUpgrade: { labelNamespace: { extraNamespaces: [] } },
  });
});

test('looks as reviewed', () => {
  expect(new GatekeeperValues().yaml).toMatchSnapshot();
});

test('takes every prop', () => {
  const props: Required<GatekeeperValuesProps> = { webhookName: 'closed', replicas: 5, auditIntervalSeconds: 300, constraintViolationsLimit: 20 };
  expect(new GatekeeperValues(props).values).toMatchObject({
    additionalValidatingWebhookConfigsToRotateCerts: ['closed'], replicas: 5, pdb: { controllerManager: { minAvailable: 4 } }, auditInterval: 300, constraintViolationsLimit: 20,
  });
});

test('the text says what the values are, without an anchor that a reader would have to follow', () => {
  const { values, yaml } = new GatekeeperValues();
  expect(parse(yaml)).toEqual(values);
  expect(yaml).not.toMatch(/[&*]a\d/);
});

test.each<[string, object, unknown, string, string]>([
  ['one replica', { replicas: 1 }, 1, 'control PS2', '2'],
  ['too many', { replicas: 21 }, 21, 'control PS2', '20'],
  ['an audit that never rests', { auditIntervalSeconds: 29 }, 29, 'Audit', '30'],
  ['an audit twice a day', { auditIntervalSeconds: 43200 }, 43200, 'Audit', '3600'],
  ['fewer violations than the chart lists', { constraintViolationsLimit: 19 }, 19, 'Audit', '20'],
  ['more than a status holds', { constraintViolationsLimit: 501 }, 501, 'Audit', '500'],
  ['a name that is none', { webhookName: '' }, '', 'RFC 1123', 'use at most 253'],
  ["the chart's name", { webhookName: 'gatekeeper-validating-webhook-configuration' }, 'gatekeeper-validating-webhook-configuration', 'Helm owns it', 'leave webhookName out'],
  ['an unknown field', { failurePolicy: 'Fail' }, 'failurePolicy', 'values of the chart', 'webhookName'],
])('refuses %s', (_what, props, value, rule, remedy) => {
  expectRefusal(() => new GatekeeperValues(props), { path: 'GatekeeperValues', value, rule, remedy });
});
