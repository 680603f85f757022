import { Errors } from '../profile/errors';
import { HBONE_PORT, MeshMode } from '../profile/mesh-mode';

/** The port that the network sees of a flow to a workload's port: in an ambient mesh, one for all of them. @internal */
export function portOnTheWire(path: string, mesh: MeshMode | undefined, port: number): number {
  if (mesh === undefined) return port;
  if (!Object.values(MeshMode).includes(mesh)) throw Errors.refused(path, 'mesh is none that this library knows', mesh, 'Istio, data plane modes: sidecar and ambient', 'use MeshMode.SIDECAR or MeshMode.AMBIENT');
  return mesh === MeshMode.AMBIENT ? HBONE_PORT : port;
}
