import { anyOf, is, isNot, pattern, splitPatterns } from '../alarms/filter-pattern';
import { FAIL_CLOSED_WEBHOOK } from '../manifests/fail-closed-webhook';

/** @internal Ends of the alarms' names, by which they are known in the output. */
export enum AuditLogAlarmName {
  UNAUTHORIZED = 'unauthorized',
  ANONYMOUS = 'anonymous',
  EXEC = 'exec',
  RBAC = 'rbac',
  ADMISSION = 'admission',
  BREAK_GLASS = 'break-glass',
}

/** @internal Refused requests in five minutes that ring, at most: beyond this, a burst is no burst. */
export const HIGHEST_UNAUTHORIZED_THRESHOLD = 100;

/** What anybody may ask of an API server without signing in: the cluster role system:public-info-viewer (Kubernetes, RBAC: discovery roles). */
const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
/** Ways into a running pod: each is a `create` over SPDY and a `get` over WebSockets, so no verb is asked for. */
const INTO_PODS = ['exec', 'attach', 'portforward', 'ephemeralcontainers', 'proxy'];
/** Every verb but these changes something. */
const CHANGES = ['get', 'list', 'watch'].map((verb) => isNot('$.verb', verb));
/** The API server's own hand, which nobody can borrow, and the controller that adds up ClusterRoles. */
const RBAC_CONTROLLERS = ['system:apiserver', 'system:serviceaccount:kube-system:clusterrole-aggregation-controller'];
/** What EKS itself changes, for add-ons and its own webhooks. Nobody else gets a name like this: EKS refuses it in access entries, and this library as a prefix of tokens. */
const EKS = isNot('$.user.username', 'eks:*');
/** Gatekeeper's own hand, which keeps the certificate of its webhooks fresh, and writes the definitions of constraints that it made of templates. */
const GATEKEEPER = 'system:serviceaccount:gatekeeper-system:gatekeeper-admin';
const GATEKEEPER_WEBHOOKS = ['gatekeeper-mutating-webhook-configuration', 'gatekeeper-validating-webhook-configuration', FAIL_CLOSED_WEBHOOK];
/** Anything but an update or patch by Gatekeeper; what it deletes rings. */
const NOT_BY_GATEKEEPER = [`(${isNot('$.verb', 'update')} && ${isNot('$.verb', 'patch')})`, isNot('$.user.username', GATEKEEPER)];
/** Who asks for tokens of service accounts in kube-system all the time: the controller manager, nodes for their pods, and EKS itself. */
const TOKEN_CONTROLLERS = ['system:kube-controller-manager', 'system:node:*', 'eks:*'];
const ADMISSION_GROUPS = ['admissionregistration.k8s.io', 'config.gatekeeper.sh', 'constraints.gatekeeper.sh', 'syncset.gatekeeper.sh', 'templates.gatekeeper.sh'];
const WHOLE = '$.objectRef.subresource NOT EXISTS';

/** @internal Requests that were refused, counted once each. */
export function unauthorizedPatterns(): string[] {
  return [pattern(is('$.stage', 'ResponseComplete'), anyOf([401, 403].map((code) => `$.responseStatus.code = ${code}`)))];
}

/** @internal Anything that nobody signed in for, but what a load balancer asks. */
export function anonymousPatterns(): string[] {
  return [pattern(is('$.user.username', 'system:anonymous'), ...PUBLIC_PATHS.flatMap((path) => [isNot('$.requestURI', path), isNot('$.requestURI', `${path}?*`)]))];
}

/** @internal Ways into the pods of the namespaces, and past every namespace through a node's kubelet. */
export function execPatterns(namespaces: readonly string[]): string[] {
  return [
    ...splitPatterns([anyOf(INTO_PODS.map((subresource) => is('$.objectRef.subresource', subresource)))], namespaces.map((namespace) => is('$.objectRef.namespace', namespace))),
    pattern(is('$.objectRef.resource', 'nodes'), is('$.objectRef.subresource', 'proxy')),
  ];
}

/** @internal Changes of roles and bindings, and tokens that could make them look like a controller's. */
export function rbacPatterns(): string[] {
  return [
    pattern(is('$.objectRef.apiGroup', 'rbac.authorization.k8s.io'), ...CHANGES, EKS, ...RBAC_CONTROLLERS.map((user) => isNot('$.user.username', user))),
    pattern(
      is('$.objectRef.resource', 'serviceaccounts'), is('$.objectRef.subresource', 'token'), is('$.objectRef.namespace', 'kube-system'),
      ...TOKEN_CONTROLLERS.map((user) => isNot('$.user.username', user)),
    ),
  ];
}

/** @internal Changes of what admits objects: webhooks, admission policies, constraints, templates, and the definitions without which Gatekeeper has none. */
export function admissionPatterns(): string[] {
  const ofConstraints = anyOf([...NOT_BY_GATEKEEPER, isNot('$.objectRef.name', '*.constraints.gatekeeper.sh')]);
  const definitions = `(${[is('$.objectRef.name', '*.gatekeeper.sh'), ...CHANGES, ofConstraints].join(' && ')})`;
  const otherWebhooks = `(${GATEKEEPER_WEBHOOKS.map((name) => isNot('$.objectRef.name', name)).join(' && ')})`;
  return [
    pattern(WHOLE, ...CHANGES, EKS, anyOf([...NOT_BY_GATEKEEPER, otherWebhooks, isNot('$.objectRef.apiGroup', ADMISSION_GROUPS[0])]), anyOf(ADMISSION_GROUPS.map((group) => is('$.objectRef.apiGroup', group)))),
    pattern(is('$.objectRef.resource', 'customresourcedefinitions'), WHOLE, anyOf([definitions, is('$.verb', 'deletecollection')])),
  ];
}

/** @internal Whatever a role does in the cluster: by the name that EKS gives it, and by its ARN where an access entry gives it another. */
export function breakGlassPatterns(roleName: string): string[] {
  const session = `*:assumed-role/${roleName}/*`;
  return [pattern(anyOf([is('$.user.username', session), is('$.user.extra.arn[0]', session)]))];
}
