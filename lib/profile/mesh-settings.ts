import { checkDnsLabel, checkDnsSubdomain, checkFields, checkSelector } from './checks';
import { Errors } from './errors';
import { MeshMode } from './mesh-mode';

/** The Istio mesh that the pods of every PHI namespace are part of. Declared, as no output of ours installs it. */
export interface MeshSettings {
  readonly mode: MeshMode;
  /** Revision of the control plane, for sidecars where more than one is installed (`istio.io/rev`). @default - the only one */
  readonly revision?: string;
  /** `meshConfig.trustDomain`. @default cluster.local */
  readonly trustDomain?: string;
  /** Namespace of istiod. @default istio-system */
  readonly controlPlaneNamespace?: string;
  /** Labels of istiod's pods. @default - app: istiod */
  readonly istiodPodLabels?: Readonly<Record<string, string>>;
}

/** @internal */
export function checkMesh(path: string, mesh: MeshSettings): void {
  checkFields(path, mesh, ['mode', 'revision', 'trustDomain', 'controlPlaneNamespace', 'istiodPodLabels'], 'a mesh takes no other field');
  const { mode, revision, trustDomain, controlPlaneNamespace, istiodPodLabels } = mesh;
  if (!Object.values(MeshMode).includes(mode)) throw Errors.refused(path, 'no such mode', mode, 'Istio, data plane modes: sidecar and ambient', 'use MeshMode.SIDECAR or MeshMode.AMBIENT');
  if (revision !== undefined && mode !== MeshMode.SIDECAR) throw Errors.refused(path, 'revision is one of sidecars', revision, 'Istio, revisions: ambient pods have no proxy of their own', 'leave revision out');
  if (revision !== undefined) checkDnsLabel(path, 'revision', revision);
  if (trustDomain !== undefined) checkDnsSubdomain(path, 'trustDomain', trustDomain);
  if (controlPlaneNamespace !== undefined) checkDnsLabel(path, 'controlPlaneNamespace', controlPlaneNamespace);
  if (istiodPodLabels !== undefined) checkSelector(path, 'istiodPodLabels', istiodPodLabels);
}
