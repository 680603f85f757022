import { Tree, type ObjectReference } from './synthesized-object';

/** Groups of Kubernetes itself, with their kinds that belong to no namespace (Kubernetes, API reference). */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'apps': [],
  'authorization.k8s.io': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  'autoscaling': [],
  'batch': [],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'coordination.k8s.io': [],
  'discovery.k8s.io': [],
  'events.k8s.io': [],
  'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
  'policy': ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'resource.k8s.io': ['DeviceClass', 'DeviceTaintRule', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
};

/** Kinds of other groups that belong to a namespace, those among them that this library makes or judges. What is not listed may be either, and is left alone. */
const NAMESPACED: Readonly<Record<string, readonly string[]>> = {
  'cert-manager.io': ['Certificate', 'CertificateRequest', 'Issuer'],
  'cilium.io': ['CiliumNetworkPolicy'],
  'external-secrets.io': ['ExternalSecret', 'PushSecret', 'SecretStore'],
  'gateway.networking.k8s.io': ['BackendTLSPolicy', 'GRPCRoute', 'Gateway', 'HTTPRoute', 'ReferenceGrant', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  'networking.istio.io': ['DestinationRule', 'EnvoyFilter', 'Gateway', 'ProxyConfig', 'ServiceEntry', 'Sidecar', 'VirtualService', 'WorkloadEntry', 'WorkloadGroup'],
  'secrets-store.csi.x-k8s.io': ['SecretProviderClass'],
  'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
  'velero.io': ['Backup', 'BackupStorageLocation', 'Restore', 'Schedule', 'VolumeSnapshotLocation'],
};

/** Whether an object of this kind belongs to a namespace. A List belongs to none: what it holds does. */
export function isNamespaced({ tree, apiVersion = '', kind = '' }: ObjectReference): boolean {
  if (tree !== Tree.KUBERNETES || kind.endsWith('List')) return false;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const clusterScoped = CLUSTER_SCOPED[group];
  return clusterScoped === undefined ? NAMESPACED[group]?.includes(kind) === true : !clusterScoped.includes(kind);
}
