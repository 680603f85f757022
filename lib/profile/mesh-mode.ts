/** How pods of a namespace are part of an Istio mesh. */
export enum MeshMode {
  /**
   * A proxy in every pod. It needs the istio-cni node agent: without it, Istio's own init container asks for NET_ADMIN, which the restricted Pod Security
   * Standard refuses (Istio, Istio CNI node agent).
   *
   * Istio's containers name no seccomp profile, which that standard asks for, too: each pod needs `securityContext.seccompProfile` at its own level, as the Hardened
   * workloads have it. cdk8s-plus sets it on containers only: `ApiObject.of(deployment).addJsonPatch(...)`.
   */
  SIDECAR = 'sidecar',
  /** A proxy on every node (ztunnel), which carries what pods say to each other inside of mutual TLS on port 15008 (HBONE). */
  AMBIENT = 'ambient',
}

/** Where ztunnel takes connections from other pods of the mesh, whatever port they were meant for (Istio, ambient and Kubernetes NetworkPolicy). */
export const HBONE_PORT = 15008;

/**
 * Labels that make a namespace's pods part of the mesh: without them every other object of the mesh is there, and nothing enforces it.
 *
 * @param revision of the control plane, for sidecars where more than one is installed (`istio.io/rev`).
 */
export function meshLabels(mode: MeshMode, revision?: string): Readonly<Record<string, string>> {
  if (mode === MeshMode.AMBIENT) return { 'istio.io/dataplane-mode': 'ambient' };
  // Where both are there, istio-injection wins and the revision is ignored.
  return revision === undefined ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': revision };
}
