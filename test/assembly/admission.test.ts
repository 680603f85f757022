/** What the profile makes of admission, by engine. */
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { controlMatrix, ControlStatus } from '../../lib/evidence/control-matrix';
import { AdmissionEngineKind } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { Platform } from '../../lib/profile/platform';
import type { HipaaProfileProps } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

function synthesize(props: Partial<HipaaProfileProps> = {}) {
  const profile = eksProfile(props);
  const app = new HipaaKubernetesApp(profile);
  new HipaaCharts(app, profile);
  const { objects, findings } = app.synthesize();
  const statusOf = (control: Control): ControlStatus => controlMatrix({ profile, objects }).controls.find(({ id }) => id === control)!.status;
  return { profile, objects, findings, statusOf };
}

const ofKind = (objects: readonly SynthesizedObject[], kind: string): SynthesizedObject[] => objects.filter((object) => object.reference.kind === kind);
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reaches into every shape
const named = (objects: readonly SynthesizedObject[], name: string): any => objects.find((object) => object.reference.name === name)!.content;

describe("Gatekeeper's", () => {
  const { objects, findings, statusOf } = synthesize();

  test('templates, set-up, constraints, and the webhook that fails closed, which comes last', () => {
    expect(findings).toEqual([]);
    expect(objects.at(-1)?.reference).toMatchObject({ kind: 'ValidatingWebhookConfiguration', name: 'hipaa-gatekeeper-fail-closed' });
    for (const kind of ['Config', 'SyncSet', 'HipaaDefaultDeny', 'HipaaStorageEncryption', 'HipaaInteractiveAccess']) expect(ofKind(objects, kind).length).toBeGreaterThan(0);
    expect(ofKind(objects, 'ValidatingAdmissionPolicyBinding').filter(({ reference }) => reference.name !== undefined && reference.name.startsWith('hipaa-privileged'))).toEqual([]);
    expect(statusOf(Control.PS2_FAIL_CLOSED)).toBe(ControlStatus.ENFORCED);
  });
});

describe("the API server's", () => {
  const { objects, findings, statusOf } = synthesize({ admission: { engine: AdmissionEngineKind.API_SERVER } });

  test('policies and bindings alone, failing closed', () => {
    expect(findings).toEqual([]);
    for (const kind of ['ConstraintTemplate', 'Config', 'SyncSet', 'ValidatingWebhookConfiguration', 'HipaaIngressTls']) expect(ofKind(objects, kind)).toEqual([]);
    expect(ofKind(objects, 'ValidatingAdmissionPolicy').length).toBeGreaterThan(20);
    expect([statusOf(Control.PS2_FAIL_CLOSED), statusOf(Control.TX1_INGRESS)]).toEqual([ControlStatus.ENFORCED, ControlStatus.ENFORCED]);
  });

  test('need Kubernetes 1.30', () => {
    const platform = Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_28 });
    const old = (): unknown => synthesize({ platform, admission: { engine: AdmissionEngineKind.API_SERVER } });

    expectRefusal(old, { path: 'AdmissionEngine.apiServer', value: '1.28', rule: '1.30', remedy: 'Gatekeeper' });
  });
});

test('what admission is told reaches its rules', () => {
  const { objects } = synthesize({
    admission: { apiClients: [{ namespace: eksProfile().phiNamespaces[0].name, name: 'operator' }], tlsPorts: [8443], storageClasses: ['own'], interactiveUsers: ['system:serviceaccount:velero:velero'] },
    exceptions: [new ControlException({ control: Control.PS1_PSA, rule: 'host-ports', object: `Deployment/${eksProfile().phiNamespaces[0].name}/legacy`, reason: 'moves', approver: 'ciso@company.com', expires: '2027-03-31' })],
  });
  const parametersOf = (name: string): unknown => named(objects, name).spec.parameters as unknown;

  expect(parametersOf('hipaa-service-account-tokens')).toMatchObject({ allowedServiceAccounts: [{ name: 'operator' }] });
  expect(parametersOf('hipaa-service-exposure')).toEqual({ tlsPorts: [8443] });
  expect(parametersOf('hipaa-storage-encryption')).toEqual({ storageClasses: ['own'] });
  expect(parametersOf('hipaa-interactive-access')).toMatchObject({ users: ['system:serviceaccount:velero:velero'] });
  expect(parametersOf('hipaa-host-ports')).toMatchObject({ exemptions: [{ kind: 'Deployment', name: 'legacy' }] });
});

test('an exempt object leaves the control not met, and a rule that there is not is refused', () => {
  const exception = (rule: string): ControlException => new ControlException({ control: Control.TX1_INGRESS, rule, object: 'Ingress/a/b', reason: 'moves', approver: 'ciso@company.com', expires: '2027-03-31' });

  expect(synthesize({ exceptions: [exception('ingress-tls')] }).statusOf(Control.TX1_INGRESS)).toBe(ControlStatus.NOT_MET);
  expectRefusal(() => synthesize({ exceptions: [exception('ingress')] }), { path: '20-admission-constraints/Constraints', value: 'ingress', rule: 'would judge nothing', remedy: 'ingress-tls' });
});
