import { meshLabels, MeshMode } from '../../lib/profile/mesh-mode';

test.each<[MeshMode, string | undefined, object]>([
  [MeshMode.SIDECAR, undefined, { 'istio-injection': 'enabled' }],
  [MeshMode.SIDECAR, '1-28', { 'istio.io/rev': '1-28' }],
  [MeshMode.AMBIENT, undefined, { 'istio.io/dataplane-mode': 'ambient' }],
])('pods of a namespace become part of a mesh of the mode %s, revision %s, by %j', (mode, revision, labels) => expect(meshLabels(mode, revision)).toEqual(labels));
