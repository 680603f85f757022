/** Resources by kind, as rules of the API server name them: with the subresources through which objects of the kind pass, metadata and all. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  ClusterRole: ['clusterroles'],
  ClusterRoleBinding: ['clusterrolebindings'],
  ConfigMap: ['configmaps'],
  CronJob: ['cronjobs'],
  DaemonSet: ['daemonsets'],
  Deployment: ['deployments'],
  Ingress: ['ingresses', 'ingresses/status'],
  Job: ['jobs'],
  Namespace: ['namespaces', 'namespaces/finalize', 'namespaces/status'],
  NetworkPolicy: ['networkpolicies'],
  PersistentVolume: ['persistentvolumes'],
  PersistentVolumeClaim: ['persistentvolumeclaims'],
  Pod: ['pods', 'pods/ephemeralcontainers', 'pods/resize'],
  PodAttachOptions: ['pods/attach'],
  PodExecOptions: ['pods/exec'],
  PodPortForwardOptions: ['pods/portforward'],
  PodProxyOptions: ['pods/proxy'],
  PodTemplate: ['podtemplates'],
  ReplicaSet: ['replicasets'],
  ReplicationController: ['replicationcontrollers'],
  Role: ['roles'],
  RoleBinding: ['rolebindings'],
  Secret: ['secrets'],
  Service: ['services', 'services/status'],
  ServiceAccount: ['serviceaccounts'],
  ServiceProxyOptions: ['services/proxy'],
  StatefulSet: ['statefulsets'],
  StorageClass: ['storageclasses'],
  ValidatingWebhookConfiguration: ['validatingwebhookconfigurations'],
};

/** Kinds of objects that belong to no namespace. A Namespace is matched by its own name. */
const OF_CLUSTER: ReadonlySet<string> = new Set(['ClusterRole', 'ClusterRoleBinding', 'PersistentVolume', 'StorageClass', 'ValidatingWebhookConfiguration']);

/** @throws where the table lacks the kind: a policy that matches it would bind nothing. */
export function resourcesOf(kind: string): readonly string[] {
  const resources = RESOURCES[kind];
  if (resources === undefined) throw new Error(`resource-names.ts knows no resource of the kind ${kind}`);
  return resources;
}

export function isOfCluster(kind: string): boolean {
  return OF_CLUSTER.has(kind);
}
