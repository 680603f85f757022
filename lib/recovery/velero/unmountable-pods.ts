import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { at, listAt } from '../../manifests/content';

/** Where the pod stands in objects that make pods. */
const POD_OF: Readonly<Record<string, readonly string[]>> = {
  'v1 Pod': [],
  'v1 ReplicationController': ['spec', 'template'],
  'apps/v1 DaemonSet': ['spec', 'template'],
  'apps/v1 Deployment': ['spec', 'template'],
  'apps/v1 ReplicaSet': ['spec', 'template'],
  'apps/v1 StatefulSet': ['spec', 'template'],
  'batch/v1 CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/v1 Job': ['spec', 'template'],
};
/** Volumes whose files Velero never copies, or is told to skip (Velero, file system backup). Inline CSI volumes are judged by their driver. */
const NEVER_COPIED = ['configMap', 'downwardAPI', 'emptyDir', 'hostPath', 'projected', 'secret'];
const SECRETS_STORE = 'secrets-store.csi.k8s.io';
/** Vault's injector mounts the Secret that it names. */
const VAULT_TLS_SECRET = 'vault.hashicorp.com/tls-secret';

/**
 * Pods of a namespace that would never be restored with the files of their volumes: the container that writes those starts when every volume of the pod is mounted, and
 * what is mounted has to be there, which Secrets and what CSI drivers make for a pod are not.
 *
 * @returns each as `StatefulSet patient-records: volume password`.
 */
export function unmountablePods(root: IConstruct, namespace: string): string[] {
  return root.node.findAll().flatMap((construct) => {
    if (!(construct instanceof ApiObject) || !(`${construct.apiVersion} ${construct.kind}` in POD_OF)) return [];
    const content: unknown = construct.toJson();
    if (at(content, 'metadata', 'namespace') !== namespace) return [];
    const pod = at(content, ...POD_OF[`${construct.apiVersion} ${construct.kind}`]);
    const reason = hasFiles(content, pod) ? unmounted(pod) : undefined;
    return reason === undefined ? [] : [`${construct.kind} ${String(at(content, 'metadata', 'name'))}: ${reason}`];
  });
}

/** Whether files of the pod are copied; one without any comes back as it is, and nobody waits for it. */
function hasFiles(content: unknown, pod: unknown): boolean {
  const copied = (volume: unknown): boolean => at(volume, 'csi', 'driver') !== SECRETS_STORE && !NEVER_COPIED.some((source) => at(volume, source) !== undefined);
  return listAt(content, 'spec', 'volumeClaimTemplates').length > 0 || listAt(pod, 'spec', 'volumes').some(copied);
}

function unmounted(pod: unknown): string | undefined {
  const volume = listAt(pod, 'spec', 'volumes').find(needsWhatIsNotRestored);
  if (volume !== undefined) return `volume ${String(at(volume, 'name'))}`;
  return at(pod, 'metadata', 'annotations', VAULT_TLS_SECRET) === undefined ? undefined : `annotation ${VAULT_TLS_SECRET}`;
}

function needsWhatIsNotRestored(volume: unknown): boolean {
  const needed = (secret: unknown): boolean => secret !== undefined && secret !== null && at(secret, 'optional') !== true;
  return needed(at(volume, 'secret')) || at(volume, 'csi') !== undefined || listAt(volume, 'projected', 'sources').some((source) => needed(at(source, 'secret')));
}
