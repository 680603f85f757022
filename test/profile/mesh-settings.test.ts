import { MeshMode } from '../../lib/profile/mesh-mode';
import { checkMesh, type MeshSettings } from '../../lib/profile/mesh-settings';
import { expectRefusal } from '../support/refusal';

const all: Required<MeshSettings> = { mode: MeshMode.SIDECAR, revision: 'stable', trustDomain: 'company.mesh', controlPlaneNamespace: 'istio-system', istiodPodLabels: { app: 'istiod' } };

test.each<[string, MeshSettings]>([
  ['every setting', all], ['sidecars of the only revision', { mode: MeshMode.SIDECAR }], ['an ambient mesh', { mode: MeshMode.AMBIENT, trustDomain: 'company.mesh' }],
])('takes %s', (_what, mesh) => {
  expect(() => checkMesh('P', mesh)).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ mode: undefined }, undefined, 'sidecar and ambient', 'MeshMode.SIDECAR'],
  [{ mode: 'cni' }, 'cni', 'sidecar and ambient', 'MeshMode.SIDECAR'],
  [{ mode: MeshMode.AMBIENT }, 'stable', 'no proxy of their own', 'leave revision out'],
  [{ revision: '1.24' }, '1.24', 'RFC 1123 label', 'at most 63'],
  [{ trustDomain: '*' }, '*', 'RFC 1123 subdomain', 'at most 253'],
  [{ controlPlaneNamespace: 'Istio' }, 'Istio', 'RFC 1123 label', 'at most 63'],
  [{ istiodPodLabels: {} }, {}, 'an empty selector', 'at least one label'],
  [{ mtls: 'PERMISSIVE' }, 'mtls', 'no other field', 'mode, revision'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkMesh('P', { ...all, ...changes }), { path: 'P', value, rule, remedy });
});

test.each<[unknown]>([[undefined], [null], ['sidecar'], [[]]])('is an object, not %j', (mesh) => {
  expectRefusal(() => checkMesh('P', mesh as MeshSettings), { path: 'P', value: mesh, rule: 'no other field', remedy: 'an object of: mode' });
});
