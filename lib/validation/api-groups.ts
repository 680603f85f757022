import { Tree, type SynthesizedObject } from './synthesized-object';

/**
 * Kinds that are judged here, by their API group; the core group is ''. The same kind of another group is another thing: a NetworkPolicy of Calico
 * is none of Kubernetes.
 */
const GROUPS: ReadonlyMap<string, string> = new Map(Object.entries({
  '': ['ConfigMap', 'LimitRange', 'Namespace', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'PodTemplate', 'ReplicationController', 'ResourceQuota', 'Secret', 'Service', 'ServiceAccount'],
  'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  batch: ['CronJob', 'Job'],
  'networking.istio.io': ['DestinationRule', 'EnvoyFilter', 'Gateway'],
  'networking.k8s.io': ['Ingress', 'NetworkPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication'],
  'constraints.gatekeeper.sh': ['HipaaIngressTls'],
  'templates.gatekeeper.sh': ['ConstraintTemplate'],
  'config.gatekeeper.sh': ['Config'],
  'policy.sigstore.dev': ['ClusterImagePolicy'],
  'storage.k8s.io': ['StorageClass'],
  'secrets-store.csi.x-k8s.io': ['SecretProviderClass'],
  'external-secrets.io': ['ClusterExternalSecret', 'ExternalSecret'],
  'velero.io': ['BackupStorageLocation', 'Schedule', 'VolumeSnapshotLocation'],
  'audit.k8s.io': ['Policy'],
  'apiserver.config.k8s.io': ['EncryptionConfiguration'],
  'kubeadm.k8s.io': ['ClusterConfiguration'],
}).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group] as const)));

/** The API group of an object; undefined for a Terraform resource. */
export function groupOf({ reference }: SynthesizedObject): string | undefined {
  if (reference.tree === Tree.TERRAFORM || reference.apiVersion === undefined) return undefined;
  return reference.apiVersion.includes('/') ? reference.apiVersion.split('/')[0] : '';
}

/** Whether an object has the name of a kind that is judged here, and is of another API group. */
export function isHomonym(object: SynthesizedObject): boolean {
  const group = groupOf(object);
  const known = GROUPS.get(object.reference.kind ?? '');
  return group !== undefined && known !== undefined && group !== known;
}
