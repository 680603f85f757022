import { AdmissionEngine, AdmissionEngineKind } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { expectRefusal } from '../support/refusal';

test('an engine is Gatekeeper, or the API server from Kubernetes 1.30 on', () => {
  expect(AdmissionEngine.gatekeeper().kind).toBe(AdmissionEngineKind.GATEKEEPER);
  expect(AdmissionEngine.apiServer(KubernetesVersion.V1_30).kind).toBe(AdmissionEngineKind.API_SERVER);
  expect(Object.isFrozen(AdmissionEngine.gatekeeper())).toBe(true);
});

test.each([KubernetesVersion.V1_28, KubernetesVersion.V1_29])('before, %s is told to take Gatekeeper', (version) => {
  expectRefusal(() => AdmissionEngine.apiServer(version), { path: 'AdmissionEngine.apiServer', value: version.version, rule: '1.30', remedy: 'install Gatekeeper' });
});

test('a version is one', () => {
  expectRefusal(() => AdmissionEngine.apiServer('1.33' as never), { path: 'AdmissionEngine.apiServer', value: '1.33', rule: '1.30', remedy: 'KubernetesVersion.V1_33' });
});
