/** Events as the API server of an EKS cluster writes them, from one day in January. */
const CLUSTER_ROLE = 'RBAC: allowed by RoleBinding "read/healthcare-prod" of Role "read" to Group "developers"';

/** A field's changes; `null` takes a field out. */
type Changes = Record<string, unknown>;
export type AuditEvent = Record<string, unknown> & { auditID: string; stage: string };

let count = 0;

/** An answered request; the ids count up. */
function event(minute: number, username: string, verb: string, requestURI: string, objectRef: Changes | undefined, changes: Changes = {}): AuditEvent {
  count += 1;
  const time = `2026-01-31T23:${String(minute).padStart(2, '0')}:00.${String(count).padStart(6, '0')}Z`;
  const whole: Changes = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI,
    verb,
    user: user(username),
    sourceIPs: ['10.0.12.7'],
    userAgent: 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
    objectRef: objectRef && { apiVersion: 'v1', ...objectRef },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': CLUSTER_ROLE },
    ...changes,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined && value !== null)) as AuditEvent;
}

/** A user as EKS tells of one: the ARN of an IAM session, or a name of Kubernetes' own. */
function user(username: string): Changes {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(username);
  if (!session) return { username, groups: ['system:authenticated'] };
  const [, account, role, name] = session;
  return {
    username,
    uid: `aws-iam-authenticator:${account}:AROAEXAMPLE`,
    groups: ['developers', 'system:authenticated'],
    extra: { accessKeyId: ['ASIAEXAMPLE'], arn: [username], canonicalArn: [`arn:aws:iam::${account}:role/${role}`], principalId: ['AROAEXAMPLE'], sessionName: [name], 'sigs.k8s.io/aws-iam-authenticator/principalId': ['AROAEXAMPLE'] },
  };
}

const iam = (role: string, name: string): string => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;
export const ALICE = iam('developer', 'alice');
export const EVE = iam('developer', 'eve');
export const ROOT_CAUSE = iam('healthcare-cluster-break-glass', 'bob-INC1042');
const SECRETS = '/api/v1/namespaces/patient-data/secrets';
const inPatientData = { resource: 'secrets', namespace: 'patient-data' };
const denied = { responseStatus: { metadata: {}, status: 'Failure', reason: 'Forbidden', message: 'forbidden', code: 403 }, annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' } };

/** Each by what it is. */
export const EVENTS = {
  getSecret: event(1, ALICE, 'get', `${SECRETS}/database`, { ...inPatientData, name: 'database' }),
  getOtherSecret: event(2, ALICE, 'get', `${SECRETS}/other`, { ...inPatientData, name: 'other' }),
  getSecretElsewhere: event(3, ALICE, 'get', '/api/v1/namespaces/default/secrets/database', { resource: 'secrets', namespace: 'default', name: 'database' }),
  getConfigMap: event(3, ALICE, 'get', '/api/v1/namespaces/patient-data/configmaps/database', { resource: 'configmaps', namespace: 'patient-data', name: 'database' }),
  getSealedSecret: event(3, ALICE, 'get', '/apis/example.com/v1/namespaces/patient-data/secrets/database', { apiGroup: 'example.com', ...inPatientData, name: 'database' }),
  listNamespace: event(4, EVE, 'list', `${SECRETS}?limit=500`, inPatientData),
  listEverywhere: event(5, EVE, 'list', '/api/v1/secrets?limit=500', { resource: 'secrets' }),
  watchEverywhere: event(6, EVE, 'watch', '/api/v1/secrets?watch=true', { resource: 'secrets' }, { stage: 'ResponseStarted' }),
  emptyPatch: event(7, EVE, 'patch', `${SECRETS}/database?dryRun=All`, { ...inPatientData, name: 'database' }),
  dryDeletion: event(8, EVE, 'deletecollection', `${SECRETS}?dryRun=All`, inPatientData),
  createSecret: event(9, ALICE, 'create', SECRETS, { ...inPatientData, name: 'database' }, { responseStatus: { metadata: {}, code: 201 } }),
  nodeRead: event(10, 'system:node:ip-10-0-12-7.ec2.internal', 'get', `${SECRETS}/database`, { ...inPatientData, name: 'database' }, { userAgent: 'kubelet/v1.33.1' }),
  impersonatedRead: event(11, EVE, 'get', `${SECRETS}/database`, { ...inPatientData, name: 'database' }, { impersonatedUser: { username: 'system:admin', groups: ['system:masters'] } }),
  deniedRead: event(12, EVE, 'get', `${SECRETS}/database`, { ...inPatientData, name: 'database' }, denied),
  deniedAgain: event(13, EVE, 'get', `${SECRETS}/database`, { ...inPatientData, name: 'database' }, denied),
  execWebSocket: event(14, EVE, 'get', '/api/v1/namespaces/patient-data/pods/portal-0/exec?command=sh&stdin=true&tty=true', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'exec' }, { stage: 'ResponseStarted', responseStatus: { metadata: {}, code: 101 } }),
  execSpdy: event(15, EVE, 'create', '/api/v1/namespaces/patient-data/pods/portal-0/exec?command=cat&command=%2Frecords', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'exec' }, { responseStatus: { metadata: {}, code: 101 } }),
  attach: event(16, EVE, 'get', '/api/v1/namespaces/patient-data/pods/portal-0/attach', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'attach' }),
  portForward: event(17, EVE, 'get', '/api/v1/namespaces/patient-data/pods/portal-0/portforward', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'portforward' }),
  nodeProxy: event(18, EVE, 'get', '/api/v1/nodes/ip-10-0-12-7.ec2.internal/proxy/run/patient-data/portal-0/portal', { resource: 'nodes', name: 'ip-10-0-12-7.ec2.internal', subresource: 'proxy' }),
  debug: event(19, EVE, 'patch', '/api/v1/namespaces/patient-data/pods/portal-0/ephemeralcontainers', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'ephemeralcontainers' }, { requestObject: { spec: { ephemeralContainers: [{ name: 'debugger' }] } }, level: 'Request' }),
  podLog: event(20, ALICE, 'get', '/api/v1/namespaces/patient-data/pods/portal-0/log', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'log' }),
  bind: event(21, EVE, 'create', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings', name: 'eve-admin' }, { responseStatus: { metadata: {}, code: 201 } }),
  unbindAll: event(22, EVE, 'deletecollection', '/apis/rbac.authorization.k8s.io/v1/namespaces/patient-data/rolebindings', { apiGroup: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespace: 'patient-data' }),
  deniedBind: event(23, ALICE, 'create', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' }, denied),
  readRoles: event(24, ALICE, 'list', '/apis/rbac.authorization.k8s.io/v1/clusterroles', { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterroles' }),
  /** Whoever binds picks labels whose names differ in case alone. */
  bindUnderLabels: event(24, EVE, 'create', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings', name: 'eve-hidden' }, {
    level: 'RequestResponse', responseStatus: { metadata: {}, code: 201 }, requestObject: { metadata: { labels: { App: 'a', app: 'b' }, annotations: { 'example.com/Note': 'a', 'example.com/note': 'b' } } },
  }),
  anonymous: event(25, 'system:anonymous', 'get', '/api?timeout=32s', undefined, { user: { username: 'system:anonymous', groups: ['system:unauthenticated'] }, sourceIPs: ['203.0.113.9'], ...denied }),
  anonymousVersion: event(26, 'system:anonymous', 'get', '/version?a', undefined, { user: { username: 'system:anonymous', groups: ['system:unauthenticated'] }, sourceIPs: ['203.0.113.9'] }),
  noCredentials: event(27, '', 'list', '/api/v1/secrets', { resource: 'secrets' }, { user: {}, sourceIPs: ['203.0.113.9'], annotations: null, responseStatus: { metadata: {}, status: 'Failure', reason: 'Unauthorized', message: 'Unauthorized', code: 401 } }),
  breakGlassList: event(30, ROOT_CAUSE, 'list', '/api/v1/namespaces/patient-data/pods', { resource: 'pods', namespace: 'patient-data' }),
  breakGlassExec: event(31, ROOT_CAUSE, 'create', '/api/v1/namespaces/patient-data/pods/portal-0/exec?command=sh', { resource: 'pods', namespace: 'patient-data', name: 'portal-0', subresource: 'exec' }, { responseStatus: { metadata: {}, code: 101 } }),
  /** Under a user name that an access entry gives instead of the ARN. */
  breakGlassRenamed: event(32, iam('healthcare-cluster-break-glass', 'carol-INC1043'), 'delete', '/api/v1/namespaces/patient-data/pods/portal-0', { resource: 'pods', namespace: 'patient-data', name: 'portal-0' }, {
    user: { ...user(iam('healthcare-cluster-break-glass', 'carol-INC1043')), username: 'emergency:carol' },
  }),
  breakGlassDenied: event(33, ROOT_CAUSE, 'get', '/api/v1/nodes/ip-10-0-12-7.ec2.internal/proxy/', { resource: 'nodes', name: 'ip-10-0-12-7.ec2.internal', subresource: 'proxy' }, denied),
  /** A role whose name only begins alike. */
  almostBreakGlass: event(34, iam('healthcare-cluster-break-glass-drill', 'dave'), 'list', '/api/v1/namespaces/patient-data/pods', { resource: 'pods', namespace: 'patient-data' }),
};
export type EventName = keyof typeof EVENTS;

/** What else the log group of a control plane has: no JSON, or none of an audit. */
export const OTHER_LINES: readonly string[] = [
  'I0131 23:02:11.123456       1 schedule_one.go:314] "Successfully bound pod to node" pod="patient-data/portal-0" node="ip-10-0-12-7.ec2.internal"',
  'time="2026-01-31T23:03:00Z" level=info msg="access granted" arn="arn:aws:iam::123456789012:role/developer" client="127.0.0.1:41234"',
  '{"kind":"Event","apiVersion":"v1","verb":"get","objectRef":{"resource":"secrets","namespace":"patient-data","name":"database"},"user":{"username":"forged"}}',
  '{ broken',
  '',
];
