/** A request that has to reach the policies before the API server does what it asks. */
export interface AdmissionNeed {
  /** API group; the core group is the empty string. */
  readonly group: string;
  /** As rules of webhooks name it, with its subresource: `pods/exec`. */
  readonly resource: string;
  /** CREATE, UPDATE, DELETE or CONNECT. */
  readonly operation: string;
  /** Whether the object belongs to the cluster, a Namespace too: `scope` of a rule tells them apart. Left out where that is not known. */
  readonly clusterScoped?: boolean;
  /** Whether a namespaceSelector is asked: for all but objects of the cluster. A Namespace is asked for its own labels. */
  readonly inNamespace: boolean;
}

interface JudgedKind {
  readonly group: string;
  readonly kind: string;
  /** Resources, and the operations on each, by which something can be brought in that the policies judge. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
}

const WRITE = ['CREATE', 'UPDATE'];
const CREATE = ['CREATE'];
const UPDATE = ['UPDATE'];
const CONNECT = ['CONNECT'];

/**
 * What the policies of this library judge, by kind.
 *
 * Deletion is judged where it takes a safeguard away. What else is deleted mends more than it breaks: a binding that ends, a pod that the kubelet
 * puts away. A subresource that writes labels or annotations of its object belongs to it: an update of `status` keeps the new metadata. Where what is
 * judged can't change later, as the type of a Secret, the creation is enough, and rotation goes on. The source of a PersistentVolume can't either, but the claim
 * that it is for can: an update gives a folder of the node to a PHI claim.
 */
const NAMESPACED: readonly JudgedKind[] = [
  { group: '', kind: 'ConfigMap', operations: { configmaps: WRITE } },
  { group: '', kind: 'PersistentVolumeClaim', operations: { persistentvolumeclaims: WRITE } },
  { group: '', kind: 'Pod', operations: { 'pods': WRITE, 'pods/ephemeralcontainers': UPDATE, 'pods/resize': UPDATE } },
  { group: '', kind: 'PodAttachOptions', operations: { 'pods/attach': CONNECT } },
  { group: '', kind: 'PodExecOptions', operations: { 'pods/exec': CONNECT } },
  { group: '', kind: 'PodPortForwardOptions', operations: { 'pods/portforward': CONNECT } },
  { group: '', kind: 'PodProxyOptions', operations: { 'pods/proxy': CONNECT } },
  { group: '', kind: 'PodTemplate', operations: { podtemplates: WRITE } },
  { group: '', kind: 'ReplicationController', operations: { replicationcontrollers: WRITE } },
  { group: '', kind: 'Secret', operations: { secrets: CREATE } },
  { group: '', kind: 'Service', operations: { 'services': WRITE, 'services/status': UPDATE } },
  { group: '', kind: 'ServiceAccount', operations: { serviceaccounts: WRITE } },
  { group: '', kind: 'ServiceProxyOptions', operations: { 'services/proxy': CONNECT } },
  { group: 'apps', kind: 'DaemonSet', operations: { daemonsets: WRITE } },
  { group: 'apps', kind: 'Deployment', operations: { deployments: WRITE } },
  { group: 'apps', kind: 'ReplicaSet', operations: { replicasets: WRITE } },
  { group: 'apps', kind: 'StatefulSet', operations: { statefulsets: WRITE } },
  { group: 'batch', kind: 'CronJob', operations: { cronjobs: WRITE } },
  { group: 'batch', kind: 'Job', operations: { jobs: WRITE } },
  { group: 'networking.k8s.io', kind: 'Ingress', operations: { 'ingresses': WRITE, 'ingresses/status': UPDATE } },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', operations: { networkpolicies: [...WRITE, 'DELETE'] } },
  { group: 'rbac.authorization.k8s.io', kind: 'Role', operations: { roles: WRITE } },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding', operations: { rolebindings: WRITE } },
];

/** The one kind of the cluster that a namespaceSelector is asked for, by the labels of the Namespace itself (Kubernetes, ValidatingWebhook.namespaceSelector). */
const NAMESPACES: readonly JudgedKind[] = [
  { group: '', kind: 'Namespace', operations: { 'namespaces': [...WRITE, 'DELETE'], 'namespaces/status': UPDATE, 'namespaces/finalize': UPDATE } },
];

const CLUSTER: readonly JudgedKind[] = [
  { group: '', kind: 'PersistentVolume', operations: { persistentvolumes: WRITE } },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', operations: { clusterroles: WRITE } },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRoleBinding', operations: { clusterrolebindings: WRITE } },
  { group: 'storage.k8s.io', kind: 'StorageClass', operations: { storageclasses: WRITE } },
];

/** What no policy of this library judges, and whose resource the kind doesn't tell. */
const OTHERS: readonly JudgedKind[] = [
  { group: '', kind: 'NodeProxyOptions', operations: { 'nodes/proxy': CONNECT } },
];

/** What belongs to a PHI namespace, the Namespace among it. */
export const NAMESPACE_NEEDS: readonly AdmissionNeed[] = [
  ...NAMESPACED.flatMap((kind) => needsOfKind(kind, false, true)), ...NAMESPACES.flatMap((kind) => needsOfKind(kind, true, true)),
];

/** What belongs to the cluster and reaches into every namespace. */
export const CLUSTER_NEEDS: readonly AdmissionNeed[] = CLUSTER.flatMap((kind) => needsOfKind(kind, true, false));

/** All that the policies of this library judge. */
export const PACK_NEEDS: readonly AdmissionNeed[] = [...NAMESPACE_NEEDS, ...CLUSTER_NEEDS];

/** Kinds that no webhook is shown, so that nobody is locked out by one (Kubernetes, Dynamic Admission Control): the audit judges them. */
const NEVER_SHOWN = ['MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'];

/**
 * What a constraint of this kind has to be shown.
 *
 * @param operations that its template names beside those that bring objects in.
 */
export function needsOf(group: string, kind: string, operations: readonly string[] = []): AdmissionNeed[] {
  if (group === 'admissionregistration.k8s.io' && NEVER_SHOWN.includes(kind)) return [];
  const known = KINDS.get(`${group}/${kind}`);
  const needs = known ?? WRITE.map((operation) => guessed(group, kind, operation));
  const [first] = needs;
  const more = first.operation === 'CONNECT' ? [] : operations.filter((operation) => operation === 'DELETE' && !needs.some((need) => need.operation === operation));
  return [...needs, ...more.map((operation) => ({ ...first, operation }))];
}

const KINDS: ReadonlyMap<string, readonly AdmissionNeed[]> = new Map([
  ...NAMESPACED.map((kind) => [`${kind.group}/${kind.kind}`, needsOfKind(kind, false, true)] as const),
  ...NAMESPACES.map((kind) => [`${kind.group}/${kind.kind}`, needsOfKind(kind, true, true)] as const),
  ...[...CLUSTER, ...OTHERS].map((kind) => [`${kind.group}/${kind.kind}`, needsOfKind(kind, true, false)] as const),
]);

function needsOfKind({ group, operations }: JudgedKind, clusterScoped: boolean, inNamespace: boolean): AdmissionNeed[] {
  return Object.entries(operations).flatMap(([resource, names]) => names.map((operation) => ({ group, resource, operation, clusterScoped, inNamespace })));
}

/** A kind of somebody else's, by the name that its resource has in all likelihood. */
function guessed(group: string, kind: string, operation: string): AdmissionNeed {
  const singular = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : /(s|x|ch|sh)$/.test(singular) ? `${singular}es` : `${singular}s`;
  return { group, resource: plural, operation, inNamespace: true };
}
