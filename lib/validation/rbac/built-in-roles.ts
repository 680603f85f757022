import type { PermissionRule } from '../../access/forbidden-permissions';

/** What the API server's own roles for users grant of what matters here (Kubernetes, Using RBAC Authorization: user-facing roles). */
const EDIT: readonly PermissionRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods', 'pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy'], verbs: ['create'] },
  { apiGroups: ['apps'], resources: ['deployments', 'daemonsets', 'statefulsets'], verbs: ['create', 'update', 'patch'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
];

/** ClusterRoles that the API server makes itself, by name. */
export const BUILT_IN_ROLES: ReadonlyMap<string, readonly PermissionRule[]> = new Map<string, readonly PermissionRule[]>([
  ['cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]],
  ['admin', [...EDIT, { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'patch'] }]],
  ['edit', EDIT],
  // What everyone has anyway: which APIs there are, who one is, how to verify a token.
  ['system:basic-user', []],
  ['system:discovery', []],
  ['system:public-info-viewer', []],
  ['system:service-account-issuer-discovery', []],
  // Asks the API server about tokens and permissions: every aggregated API server has it.
  ['system:auth-delegator', [{ apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] }]],
]);
