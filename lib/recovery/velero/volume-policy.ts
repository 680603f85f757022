/** Key of the policy in its ConfigMap: the only one, as Velero takes no more than one. */
export const VOLUME_POLICY_KEY = 'volumes.yaml';

/**
 * Which volumes a copy of files leaves out: inline volumes of the Secrets Store CSI driver, whose secrets would lie in the repository as files and never be restored, and
 * emptyDir, which ends with its pod, and into which Vault's agent writes (Velero, resource policies: 1.13 or later knows volumeTypes; the first policy that matches counts).
 * Volumes of claims match neither.
 */
export const VOLUME_POLICY = `version: v1
volumePolicies:
  - conditions:
      csi:
        driver: secrets-store.csi.k8s.io
    action:
      type: skip
  - conditions:
      volumeTypes:
        - emptyDir
    action:
      type: skip
`;
