/** Who may do what on the reference platforms. Each row is what has to be true of a cluster, whatever Roles and bindings make it so. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import type { HipaaApp } from '../../lib';
import { CertificateAuthority } from '../../lib/network/certificates/certificate-authority';
import { CertificateIssuer } from '../../lib/network/certificates/certificate-issuer';
import { synthChart, type Manifest } from '../support/chart';
import { ANONYMOUS, person, RbacEvaluator, serviceAccount, type Requester } from '../support/rbac-evaluator';

const PROD = 'healthcare-prod';
const DATA = 'patient-data';
const REAPER = 'hipaa-break-glass';
const LOGGING = 'hipaa-logging';
const RESTORE = 'hipaa-restore-test';
const SCRATCH = `${PROD}-restore-test`;
/** A question about the cluster, or about all namespaces at once. */
const CLUSTER = '';
const RBAC = 'rbac.authorization.k8s.io';

const YES = true;
const NO = false;

/** Everybody is asked for by name; groups stand as the API server sees them. */
const WHO: Record<string, Requester> = {
  'auditor': person('alice@company.com', 'oidc:auditors@company.com'),
  'developer': person('dave@company.com', 'oidc:developers@company.com'),
  'security admin': person('sue@company.com', 'oidc:security-admins@company.com'),
  'break-glass': person('bob@company.com', 'oidc:break-glass@company.com'),
  'group without a prefix': person('eve@company.com', 'auditors@company.com'),
  'admins without a prefix': person('eve@company.com', 'security-admins@company.com', 'break-glass@company.com'),
  'prefix in capitals': person('eve@company.com', 'OIDC:auditors@company.com'),
  'group of a look-alike domain': person('eve@company.com', 'oidc:auditors@company.com.evil.com'),
  'user named like a group': person('oidc:auditors@company.com'),
  'user named like a Role': person('hipaa-auditor', 'hipaa-security-admin', 'auditor-binding'),
  'anybody who signed in': person('mallory@company.com'),
  'anonymous': ANONYMOUS,
  'portal': serviceAccount(PROD, 'patient-portal'),
  'records': serviceAccount(DATA, 'records'),
  'default of prod': serviceAccount(PROD, 'default'),
  'default of data': serviceAccount(DATA, 'default'),
  'default of kube-system': serviceAccount('kube-system', 'default'),
  'shipper': serviceAccount(LOGGING, 'fluent-bit'),
  'shipper of another namespace': serviceAccount(PROD, 'fluent-bit'),
  'falco': serviceAccount('hipaa-falco', 'falco'),
  'reaper': serviceAccount(REAPER, 'break-glass-reaper'),
  'reaper of another namespace': serviceAccount(PROD, 'break-glass-reaper'),
  'default of the reaper': serviceAccount(REAPER, 'default'),
  'restore test': serviceAccount(RESTORE, `restore-test-${PROD}`),
  'restore test of data': serviceAccount(RESTORE, `restore-test-${DATA}`),
  'default of the restore test': serviceAccount(RESTORE, 'default'),
  'cert-manager': serviceAccount('cert-manager', 'cert-manager'),
  'velero': serviceAccount('velero', 'velero'),
};

/** What every API server makes by itself, as far as somebody may be bound to it (Kubernetes, RBAC: default roles). */
const BOOTSTRAP: Manifest[] = [
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: 'cluster-admin' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }] },
  bootstrap('system:basic-user', [
    { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ]),
  bound('system:basic-user', 'system:authenticated'),
  bootstrap('system:discovery', [{ nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/'], verbs: ['get'] }]),
  bound('system:discovery', 'system:authenticated'),
  bootstrap('system:public-info-viewer', [{ nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'], verbs: ['get'] }]),
  bound('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
];

function bootstrap(name: string, rules: object[]): Manifest {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function bound(name: string, ...groups: string[]): Manifest {
  return {
    apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name }, subjects: groups.map((group) => ({ kind: 'Group', apiGroup: RBAC, name: group })),
  };
}

/** What a user may add beside the platform that asks for rights of its own. */
const ADDITIONS: Manifest[] = synthChart((chart) => {
  new CertificateIssuer(chart, 'Issuer', {
    namespace: PROD, name: 'vault', authority: CertificateAuthority.vault({ server: 'https://vault.example.com:8200', path: 'pki/sign/patient-portal', role: 'patient-portal', serviceAccount: 'certificates' }),
  });
});

const manifestsOf = (app: HipaaApp): Manifest[] => app.kubernetes.synthesize().objects.map(({ content }) => content as unknown as Manifest);
const EKS = [...manifestsOf(eks), ...ADDITIONS, ...BOOTSTRAP];
const SELF_MANAGED = [...manifestsOf(selfManaged), ...ADDITIONS, ...BOOTSTRAP];
const onEks = new RbacEvaluator(EKS);
const onSelfManaged = new RbacEvaluator(SELF_MANAGED);

/** As `kubectl auth can-i` takes it: pods/exec, deployments.apps/scale, or a path. */
function ask(rbac: RbacEvaluator, who: Requester, verb: string, what: string, namespace: string, name?: string): boolean {
  if (what.startsWith('/')) return rbac.can(who, verb, { nonResourceUrl: what });
  const [, resource, group = '', subresource] = /^([^./]+)(?:\.([^/]+))?(?:\/(.+))?$/.exec(what)!;
  return rbac.can(who, verb, { group, resource, subresource, name, namespace: namespace === CLUSTER ? undefined : namespace });
}

/** The last word, where there is one, names the object. */
type Row = [who: string, verb: string, what: string, namespace: string, allowed: boolean, why: string, name?: string];

const BOTH: Row[] = [
  // Auditors read who may do what, what policies say, and what happened
  ['auditor', 'list', `roles.${RBAC}`, PROD, YES, 'who may do what'],
  ['auditor', 'get', `rolebindings.${RBAC}`, DATA, YES, 'who has it'],
  ['auditor', 'list', `clusterroles.${RBAC}`, CLUSTER, YES, 'in the whole cluster'],
  ['auditor', 'list', `clusterrolebindings.${RBAC}`, CLUSTER, YES, 'in the whole cluster'],
  ['auditor', 'list', 'serviceaccounts', PROD, YES, 'identities of workloads'],
  ['auditor', 'watch', 'networkpolicies.networking.k8s.io', DATA, YES, 'policies of the network'],
  ['auditor', 'list', 'resourcequotas', PROD, YES, 'bounds'],
  ['auditor', 'list', 'events', PROD, YES, 'events'],
  ['auditor', 'list', 'events.events.k8s.io', PROD, YES, 'events of the newer API'],
  ['auditor', 'list', 'namespaces', CLUSTER, YES, 'labels of Pod Security'],
  ['auditor', 'get', 'namespaces', CLUSTER, YES, 'labels of Pod Security', PROD],
  ['auditor', 'list', 'constrainttemplates.templates.gatekeeper.sh', CLUSTER, YES, 'rules of admission'],
  ['auditor', 'get', 'hipaaprivilegedcontainers.constraints.gatekeeper.sh', CLUSTER, YES, 'and where they hold', 'hipaa-privileged-containers'],
  ['auditor', 'list', 'hipaaingresstls.constraints.gatekeeper.sh', CLUSTER, YES, 'and where they hold'],
  ['auditor', 'list', 'hipaaplaintextsecrets.constraints.gatekeeper.sh', CLUSTER, YES, 'and where they hold'],
  ['auditor', 'get', 'validatingwebhookconfigurations.admissionregistration.k8s.io', CLUSTER, YES, 'whether admission fails closed', 'gatekeeper-validating-webhook-configuration'],
  ['auditor', 'list', 'clusterimagepolicies.policy.sigstore.dev', CLUSTER, YES, 'which images run'],
  ['auditor', 'list', 'authorizationpolicies.security.istio.io', PROD, YES, 'who may call whom in the mesh'],
  ['auditor', 'patch', 'authorizationpolicies.security.istio.io', PROD, NO, 'and changes none', 'default-deny'],
  ['auditor', 'get', 'configmaps', RESTORE, YES, 'the date of the last restore test', `restore-test-${PROD}`],
  ['auditor', 'get', 'configmaps', RESTORE, NO, 'and no other of that namespace', `restore-test-${PROD}-script`],
  ['auditor', 'get', 'secrets', PROD, NO, 'no Secret', 'patient-portal-tls'],
  ['auditor', 'list', 'secrets', PROD, NO, 'a list holds what is in them'],
  ['auditor', 'watch', 'secrets', DATA, NO, 'so does a watch'],
  ['auditor', 'list', 'secrets', CLUSTER, NO, 'in all namespaces neither'],
  ['auditor', 'get', 'configmaps', PROD, NO, 'settings may hold what they should not'],
  ['auditor', 'get', 'pods/log', PROD, NO, 'logs may hold PHI', 'patient-portal-0'],
  ['auditor', 'get', 'pods/exec', DATA, NO, 'exec over WebSockets', 'records-0'],
  ['auditor', 'create', 'pods/exec', DATA, NO, 'exec over SPDY', 'records-0'],
  ['auditor', 'update', 'hipaaprivilegedcontainers.constraints.gatekeeper.sh', CLUSTER, NO, 'who judges a rule does not write it', 'hipaa-privileged-containers'],
  ['auditor', 'delete', 'hipaaingresstls.constraints.gatekeeper.sh', CLUSTER, NO, 'who judges a rule does not write it', 'hipaa-ingress-tls'],
  ['auditor', 'create', 'constrainttemplates.templates.gatekeeper.sh', CLUSTER, NO, 'who judges a rule does not write it'],
  ['auditor', 'patch', 'namespaces', CLUSTER, NO, 'labels of Pod Security', PROD],
  ['auditor', 'create', `rolebindings.${RBAC}`, PROD, NO, 'who judges access gives none'],
  ['auditor', 'list', `roles.${RBAC}`, 'kube-system', NO, 'outside of PHI namespaces'],
  ['auditor', 'list', 'events', CLUSTER, NO, 'of all namespaces at once'],
  ['auditor', 'list', 'nodes', CLUSTER, NO, 'nodes are the cloud\'s evidence'],
  ['auditor', 'get', '/metrics', CLUSTER, NO, 'the API server\'s metrics name every object'],
  ['auditor', 'get', '/logs/kube-apiserver.log', CLUSTER, NO, 'the API server\'s log'],

  // Developers deploy through a pipeline, and read
  ['developer', 'list', 'pods', PROD, YES, 'what runs'],
  ['developer', 'watch', 'deployments.apps', PROD, YES, 'how a rollout goes'],
  ['developer', 'list', 'cronjobs.batch', DATA, YES, 'what is planned'],
  ['developer', 'list', 'events', PROD, YES, 'why it does not start'],
  ['developer', 'get', 'ingresses.networking.k8s.io', PROD, YES, 'the way in', 'patient-portal'],
  ['developer', 'create', 'pods', PROD, NO, 'whoever makes a pod reads every Secret of its namespace'],
  ['developer', 'create', 'deployments.apps', PROD, NO, 'so does whoever makes one that makes pods'],
  ['developer', 'patch', 'deployments.apps', PROD, NO, 'or changes it', 'patient-portal'],
  ['developer', 'update', 'statefulsets.apps', DATA, NO, 'or changes it', 'records'],
  ['developer', 'create', 'daemonsets.apps', PROD, NO, 'on every node'],
  ['developer', 'create', 'replicasets.apps', PROD, NO, 'or by what a Deployment is made of'],
  ['developer', 'create', 'replicationcontrollers', PROD, NO, 'or by its forerunner'],
  ['developer', 'create', 'jobs.batch', DATA, NO, 'once'],
  ['developer', 'create', 'cronjobs.batch', DATA, NO, 'or every night'],
  ['developer', 'patch', 'cronjobs.batch', DATA, NO, 'or every night', 'report'],
  ['developer', 'get', 'secrets', DATA, NO, 'the database\'s password', 'records-password'],
  ['developer', 'list', 'secrets', PROD, NO, 'a list holds what is in them'],
  ['developer', 'get', 'configmaps', PROD, NO, 'settings may hold what they should not'],
  ['developer', 'get', 'pods/log', PROD, NO, 'logs may hold PHI', 'patient-portal-0'],
  ['developer', 'create', 'pods/exec', PROD, NO, 'exec over SPDY', 'patient-portal-0'],
  ['developer', 'get', 'pods/exec', PROD, NO, 'exec over WebSockets', 'patient-portal-0'],
  ['developer', 'get', 'pods/attach', PROD, NO, 'what is typed into a container', 'patient-portal-0'],
  ['developer', 'create', 'pods/attach', PROD, NO, 'what is typed into a container', 'patient-portal-0'],
  ['developer', 'create', 'pods/portforward', DATA, NO, 'a way round policies of the network', 'records-0'],
  ['developer', 'get', 'pods/portforward', DATA, NO, 'a way round policies of the network', 'records-0'],
  ['developer', 'get', 'pods/proxy', PROD, NO, 'the same by the API server', 'patient-portal-0'],
  ['developer', 'create', 'services/proxy', PROD, NO, 'the same by a Service', 'patient-portal'],
  ['developer', 'patch', 'pods/ephemeralcontainers', DATA, NO, 'a shell beside the database', 'records-0'],
  ['developer', 'update', 'pods/ephemeralcontainers', DATA, NO, 'a shell beside the database', 'records-0'],
  ['developer', 'create', 'serviceaccounts/token', PROD, NO, 'to be the portal', 'patient-portal'],
  ['developer', 'patch', 'deployments.apps/scale', PROD, NO, 'availability is part of safety', 'patient-portal'],
  ['developer', 'list', `roles.${RBAC}`, PROD, NO, 'who may do what is not theirs to read'],
  ['developer', 'list', 'pods', 'kube-system', NO, 'another namespace'],
  ['developer', 'list', 'pods', LOGGING, NO, 'another namespace'],
  ['developer', 'list', 'pods', CLUSTER, NO, 'all namespaces at once'],
  ['developer', 'create', 'persistentvolumes', CLUSTER, NO, 'a volume can be a folder of a node'],
  ['developer', 'delete', 'networkpolicies.networking.k8s.io', PROD, NO, 'the default deny', 'default-deny'],

  // Security admins stop things, and give nothing
  ['security admin', 'delete', 'pods', PROD, YES, 'to stop an incident', 'patient-portal-0'],
  ['security admin', 'patch', 'deployments.apps/scale', PROD, YES, 'to zero', 'patient-portal'],
  ['security admin', 'delete', 'cronjobs.batch', DATA, YES, 'what starts again and again', 'report'],
  ['security admin', 'delete', `rolebindings.${RBAC}`, PROD, YES, 'to take access away', 'break-glass-bob'],
  ['security admin', 'list', `rolebindings.${RBAC}`, PROD, YES, 'to see who has it'],
  ['security admin', 'deletecollection', 'pods', PROD, NO, 'not all of them with one request'],
  ['security admin', 'deletecollection', `rolebindings.${RBAC}`, PROD, NO, 'not all of them with one request'],
  ['security admin', 'create', `rolebindings.${RBAC}`, PROD, NO, 'who takes access away gives none'],
  ['security admin', 'update', `rolebindings.${RBAC}`, PROD, NO, 'nor by adding a subject', 'developer-binding'],
  ['security admin', 'patch', `rolebindings.${RBAC}`, PROD, NO, 'nor by adding a subject', 'developer-binding'],
  ['security admin', 'update', `roles.${RBAC}`, PROD, NO, 'nor by adding a rule', 'hipaa-developer'],
  ['security admin', 'delete', `clusterrolebindings.${RBAC}`, CLUSTER, NO, 'the cluster\'s are no matter of a namespace', 'cluster-admin'],
  ['security admin', 'patch', 'deployments.apps', PROD, NO, 'a template is a way to every Secret', 'patient-portal'],
  ['security admin', 'create', 'pods', DATA, NO, 'a pod is a way to every Secret'],
  ['security admin', 'get', 'secrets', DATA, NO, 'a key is not needed to stop a workload', 'records-password'],
  ['security admin', 'get', 'pods/log', DATA, NO, 'logs may hold PHI', 'records-0'],
  ['security admin', 'create', 'pods/exec', DATA, NO, 'a shell is broken glass', 'records-0'],
  ['security admin', 'delete', 'networkpolicies.networking.k8s.io', PROD, NO, 'to stop is to close', 'default-deny'],
  ['security admin', 'patch', 'namespaces', CLUSTER, NO, 'labels of Pod Security', PROD],
  ['security admin', 'delete', 'namespaces', CLUSTER, NO, 'everything in it would go', DATA],
  ['security admin', 'delete', 'persistentvolumeclaims', DATA, NO, 'PHI would go', 'data-records-0'],
  ['security admin', 'delete', 'validatingwebhookconfigurations.admissionregistration.k8s.io', CLUSTER, NO, 'admission stays', 'gatekeeper-validating-webhook-configuration'],
  ['security admin', 'delete', 'pods', 'kube-system', NO, 'another namespace', 'coredns-0'],
  ['security admin', 'impersonate', 'users', CLUSTER, NO, 'to be somebody else', 'dave@company.com'],

  // Groups and users that look alike
  ['group without a prefix', 'list', `roles.${RBAC}`, PROD, NO, 'a group of another source of identities'],
  ['group without a prefix', 'list', 'namespaces', CLUSTER, NO, 'a group of another source of identities'],
  ['admins without a prefix', 'delete', 'pods', PROD, NO, 'a group of another source of identities', 'patient-portal-0'],
  ['admins without a prefix', 'get', 'secrets', DATA, NO, 'a group of another source of identities', 'records-password'],
  ['prefix in capitals', 'list', `roles.${RBAC}`, PROD, NO, 'names are compared exactly'],
  ['group of a look-alike domain', 'list', `roles.${RBAC}`, PROD, NO, 'names are compared whole'],
  ['user named like a group', 'list', `roles.${RBAC}`, PROD, NO, 'a user is no group'],
  ['user named like a Role', 'list', `roles.${RBAC}`, PROD, NO, 'a Role is no group'],
  ['anybody who signed in', 'list', 'pods', PROD, NO, 'system:authenticated has nothing here'],
  ['anybody who signed in', 'list', 'namespaces', CLUSTER, NO, 'not even names'],
  ['anybody who signed in', 'create', 'selfsubjectaccessreviews.authorization.k8s.io', CLUSTER, YES, 'what may I do'],
  ['anybody who signed in', 'get', '/metrics', CLUSTER, NO, 'the API server\'s metrics name every object'],
  ['anonymous', 'get', '/healthz', CLUSTER, YES, 'load balancers ask it'],
  ['anonymous', 'get', '/api', CLUSTER, NO, 'what there is'],
  ['anonymous', 'list', 'pods', PROD, NO, 'nobody is nobody'],
  ['anonymous', 'get', 'configmaps', 'kube-public', NO, 'nobody is nobody', 'cluster-info'],

  // Workloads call no API server
  ['portal', 'get', 'secrets', PROD, NO, 'secrets come as files', 'patient-portal-tls'],
  ['portal', 'list', 'pods', PROD, NO, 'it asks for nothing'],
  ['portal', 'get', 'configmaps', PROD, NO, 'it asks for nothing', 'kube-root-ca.crt'],
  ['portal', 'create', 'serviceaccounts/token', PROD, NO, 'not even a token of its own', 'patient-portal'],
  ['records', 'get', 'secrets', DATA, NO, 'secrets come as files', 'records-password'],
  ['records', 'get', 'pods', PROD, NO, 'nor in another namespace', 'patient-portal-0'],
  ['default of prod', 'list', 'secrets', PROD, NO, 'who names no identity has none'],
  ['default of data', 'list', 'pods', DATA, NO, 'who names no identity has none'],
  ['default of kube-system', 'list', 'secrets', PROD, NO, 'an add-on without an identity neither'],

  // Agents
  ['shipper', 'get', 'pods', PROD, YES, 'which workload a line is of', 'patient-portal-0'],
  ['shipper', 'list', 'pods', PROD, NO, 'one after the other'],
  ['shipper', 'get', 'secrets', DATA, NO, 'it reads files', 'records-password'],
  ['shipper', 'get', 'configmaps', LOGGING, NO, 'settings come as files', 'fluent-bit-config'],
  ['shipper', 'get', 'pods/log', PROD, NO, 'not by the API server', 'patient-portal-0'],
  ['shipper', 'get', 'nodes/proxy', CLUSTER, NO, 'nor by kubelet', 'n1'],
  ['shipper of another namespace', 'get', 'pods', PROD, NO, 'a namesake is somebody else', 'patient-portal-0'],
  ['falco', 'list', 'pods', CLUSTER, NO, 'it asks the node\'s container runtime'],
  ['falco', 'get', 'secrets', DATA, NO, 'it sees calls of the system, not objects', 'records-password'],
  ['falco', 'get', 'nodes/proxy', CLUSTER, NO, 'nor kubelet', 'n1'],

  // The reaper ends break-glass, and begins none
  ['reaper', 'list', `rolebindings.${RBAC}`, PROD, YES, 'which of them expired'],
  ['reaper', 'delete', `rolebindings.${RBAC}`, DATA, YES, 'those that expired', 'break-glass-bob'],
  ['reaper', 'list', `clusterrolebindings.${RBAC}`, CLUSTER, YES, 'which of the cluster\'s expired'],
  ['reaper', 'delete', `clusterrolebindings.${RBAC}`, CLUSTER, YES, 'those that expired', 'break-glass-bob'],
  ['reaper', 'create', `rolebindings.${RBAC}`, PROD, NO, 'it gives nobody access'],
  ['reaper', 'patch', `rolebindings.${RBAC}`, PROD, NO, 'nor more time', 'break-glass-bob'],
  ['reaper', 'deletecollection', `rolebindings.${RBAC}`, PROD, NO, 'not all of them with one request'],
  ['reaper', 'create', `clusterrolebindings.${RBAC}`, CLUSTER, NO, 'it gives nobody access'],
  ['reaper', 'update', `clusterrolebindings.${RBAC}`, CLUSTER, NO, 'nor more time', 'break-glass-bob'],
  ['reaper', 'delete', `rolebindings.${RBAC}`, 'kube-system', NO, 'of no namespace without PHI', 'system:controller:token-cleaner'],
  ['reaper', 'delete', `roles.${RBAC}`, PROD, NO, 'Roles stay', 'hipaa-auditor'],
  ['reaper', 'get', 'secrets', PROD, NO, 'it reads bindings alone', 'patient-portal-tls'],
  ['reaper', 'update', 'configmaps', REAPER, NO, 'nor does it write its own script', 'break-glass-reaper-script'],
  ['reaper of another namespace', 'delete', `rolebindings.${RBAC}`, PROD, NO, 'a namesake is somebody else', 'developer-binding'],
  ['default of the reaper', 'list', `rolebindings.${RBAC}`, PROD, NO, 'another identity of its namespace'],

  // The restore test, and Velero that does the work
  ['restore test', 'create', 'restores.velero.io', 'velero', YES, 'that is the test'],
  ['restore test', 'delete', 'restores.velero.io', 'velero', YES, 'and cleans up', 'test-1'],
  ['restore test', 'create', 'backups.velero.io', 'velero', NO, 'it takes none'],
  ['restore test', 'delete', 'backups.velero.io', 'velero', NO, 'nor does it lose one', 'hipaa-phi-1'],
  ['restore test', 'create', 'deletebackuprequests.velero.io', 'velero', NO, 'nor by the way that Velero has for it'],
  ['restore test', 'patch', 'backupstoragelocations.velero.io', 'velero', NO, 'backups stay where they are', 'default'],
  ['restore test', 'get', 'secrets', 'velero', NO, 'credentials of the bucket', 'cloud-credentials'],
  ['restore test', 'list', 'pods', SCRATCH, YES, 'what came back'],
  ['restore test', 'delete', 'persistentvolumeclaims', SCRATCH, YES, 'PHI that came back goes', 'data-records-0'],
  ['restore test', 'get', 'secrets', SCRATCH, NO, 'no Secret comes back'],
  ['restore test', 'delete', 'networkpolicies.networking.k8s.io', SCRATCH, NO, 'what came back stays closed in', 'default-deny'],
  ['restore test', 'patch', 'resourcequotas', SCRATCH, NO, 'what came back does not run', 'restore-test'],
  ['restore test', 'create', 'pods/exec', SCRATCH, NO, 'it counts and reads none of it', 'records-0'],
  ['restore test', 'list', 'pods', DATA, NO, 'production is not its own'],
  ['restore test', 'delete', 'persistentvolumeclaims', DATA, NO, 'production is not its own', 'data-records-0'],
  ['restore test', 'list', 'persistentvolumes', CLUSTER, YES, 'whether volumes went with their claims'],
  ['restore test', 'delete', 'persistentvolumes', CLUSTER, NO, 'it deletes claims', 'pv-1'],
  ['restore test', 'patch', 'configmaps', RESTORE, YES, 'the date that it records', `restore-test-${PROD}`],
  ['restore test', 'patch', 'configmaps', RESTORE, NO, 'not its own script', `restore-test-${PROD}-script`],
  ['restore test', 'delete', 'namespaces', CLUSTER, NO, 'the scratch namespace stays, and its default deny', SCRATCH],
  ['restore test of data', 'delete', 'persistentvolumeclaims', SCRATCH, NO, 'the other test\'s namespace', 'data-records-0'],
  ['restore test of data', 'patch', 'configmaps', RESTORE, NO, 'the other test\'s date', `restore-test-${PROD}`],
  ['default of the restore test', 'create', 'restores.velero.io', 'velero', NO, 'another identity of its namespace'],
  ['velero', 'get', 'secrets', DATA, NO, 'this library gives Velero nothing: its own chart does'],

  // cert-manager, by an issuer that it asks with tokens
  ['cert-manager', 'create', 'serviceaccounts/token', PROD, YES, 'the identity that signs in at Vault', 'certificates'],
  ['cert-manager', 'create', 'serviceaccounts/token', PROD, NO, 'not to be the portal', 'patient-portal'],
  ['cert-manager', 'create', 'serviceaccounts/token', DATA, NO, 'nor in another namespace', 'certificates'],
  ['cert-manager', 'get', 'secrets', DATA, NO, 'this library gives it no more', 'records-password'],
];

const ON_EKS: Row[] = [
  ['break-glass', 'get', 'secrets', DATA, NO, 'the glass is a role of IAM, not a group', 'records-password'],
  ['break-glass', 'list', 'pods', PROD, NO, 'the glass is a role of IAM, not a group'],
  ['break-glass', 'create', `clusterrolebindings.${RBAC}`, CLUSTER, NO, 'the glass is a role of IAM, not a group'],
];

const ON_SELF_MANAGED: Row[] = [
  ['break-glass', 'get', 'secrets', DATA, YES, 'an emergency needs all of it', 'records-password'],
  ['break-glass', 'create', 'pods/exec', DATA, YES, 'over SPDY', 'records-0'],
  ['break-glass', 'get', 'pods/exec', DATA, YES, 'over WebSockets', 'records-0'],
  ['break-glass', 'delete', 'networkpolicies.networking.k8s.io', PROD, YES, 'a policy may be what is wrong', 'default-deny'],
  ['break-glass', 'patch', 'nodes', CLUSTER, YES, 'in the whole cluster', 'n1'],
  ['break-glass', 'get', '/metrics', CLUSTER, YES, 'and of the API server'],
  ['admins without a prefix', 'create', 'pods/exec', DATA, NO, 'the prefix is what the identity provider cannot claim', 'records-0'],
  ['admins without a prefix', 'create', `clusterrolebindings.${RBAC}`, CLUSTER, NO, 'the prefix is what the identity provider cannot claim'],
];

describe.each([['eks', onEks, [...BOTH, ...ON_EKS]], ['self-managed', onSelfManaged, [...BOTH, ...ON_SELF_MANAGED]]] as const)('RBAC of %s', (_name, rbac, rows) => {
  test.each(rows)('%s: %s %s in "%s"? %s, %s', (...row) => {
    const [who, verb, what, namespace, allowed, , name] = row;
    expect(WHO[who]).toBeDefined();
    expect(ask(rbac, WHO[who], verb, what, namespace, name)).toBe(allowed);
  });
});

/** What nobody has from day to day, asked for in each PHI namespace and in the cluster. */
const FORBIDDEN: [verbs: string[], what: string][] = [
  [['*', 'get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'], 'secrets'],
  [['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'], 'configmaps'],
  [['get', 'create'], 'pods/exec'], [['get', 'create'], 'pods/attach'], [['get', 'create'], 'pods/portforward'],
  [['get', 'create', 'update', 'patch', 'delete'], 'pods/proxy'], [['get', 'create', 'update', 'patch', 'delete'], 'services/proxy'], [['get', 'create', 'update', 'patch', 'delete'], 'nodes/proxy'],
  [['update', 'patch'], 'pods/ephemeralcontainers'], [['get'], 'pods/log'], [['create'], 'pods/binding'], [['create'], 'bindings'],
  [['create'], 'serviceaccounts/token'], [['create', 'update', 'patch'], 'serviceaccounts'],
  [['create', 'update', 'patch', 'deletecollection'], 'pods'], [['create', 'update', 'patch', 'delete'], 'replicationcontrollers'], [['create', 'update', 'patch'], 'podtemplates'],
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((kind): [string[], string] => [['create', 'update', 'patch', 'deletecollection'], `${kind}.apps`]),
  ...['jobs', 'cronjobs'].map((kind): [string[], string] => [['create', 'update', 'patch', 'deletecollection'], `${kind}.batch`]),
  [['create', 'update', 'patch', 'bind', 'escalate', 'delete'], `roles.${RBAC}`], [['create', 'update', 'patch', 'bind', 'escalate', 'delete'], `clusterroles.${RBAC}`],
  [['create', 'update', 'patch', 'deletecollection'], `rolebindings.${RBAC}`], [['create', 'update', 'patch', 'deletecollection'], `clusterrolebindings.${RBAC}`],
  [['impersonate'], 'users'], [['impersonate'], 'groups'], [['impersonate'], 'serviceaccounts'], [['impersonate'], 'userextras.authentication.k8s.io/scopes'], [['impersonate'], 'uids.authentication.k8s.io'],
  [['update', 'patch'], 'certificatesigningrequests.certificates.k8s.io/approval'], [['approve', 'sign'], 'signers.certificates.k8s.io'], [['create'], 'certificatesigningrequests.certificates.k8s.io'],
  ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings']
    .map((kind): [string[], string] => [['create', 'update', 'patch', 'delete', 'deletecollection'], `${kind}.admissionregistration.k8s.io`]),
  [['create', 'update', 'patch', 'delete'], 'constrainttemplates.templates.gatekeeper.sh'],
  ...['hipaaprivilegedcontainers', 'hipaaingresstls', 'hipaaplaintextsecrets'].map((kind): [string[], string] => [['create', 'update', 'patch', 'delete', 'deletecollection'], `${kind}.constraints.gatekeeper.sh`]),
  [['create', 'update', 'patch', 'delete'], 'clusterimagepolicies.policy.sigstore.dev'],
  [['create', 'update', 'patch', 'delete', 'deletecollection'], 'networkpolicies.networking.k8s.io'], [['create', 'update', 'patch', 'delete'], 'ciliumnetworkpolicies.cilium.io'],
  [['create', 'update', 'patch', 'delete'], 'authorizationpolicies.security.istio.io'], [['create', 'update', 'patch', 'delete'], 'peerauthentications.security.istio.io'],
  [['create', 'update', 'patch', 'delete'], 'ingresses.networking.k8s.io'], [['create', 'update', 'patch', 'delete'], 'services'], [['create', 'update', 'patch'], 'endpointslices.discovery.k8s.io'],
  [['create', 'update', 'patch', 'delete'], 'namespaces'], [['update', 'patch', 'delete'], 'nodes'], [['create', 'update', 'patch', 'delete'], 'persistentvolumes'],
  [['create', 'update', 'patch', 'delete'], 'persistentvolumeclaims'], [['create', 'update', 'patch', 'delete'], 'resourcequotas'], [['create', 'update', 'patch', 'delete'], 'limitranges'],
  [['create', 'update', 'patch', 'delete'], 'customresourcedefinitions.apiextensions.k8s.io'], [['create', 'update', 'patch', 'delete'], 'apiservices.apiregistration.k8s.io'],
  [['create', 'update', 'patch'], 'secretproviderclasses.secrets-store.csi.x-k8s.io'], [['create', 'update', 'patch'], 'externalsecrets.external-secrets.io'],
  [['*'], '*.*'], [['*'], '/any'], [['get'], '/metrics'], [['get'], '/logs/'], [['get'], '/debug/pprof/'],
];

/** Who changes what. Everybody else reads, whatever a platform grows to. */
const CHANGES: [who: RegExp, changes: string[]][] = [
  [/^Group oidc:security-admins@company\.com$/, [
    'delete pods', 'delete jobs.batch', 'delete cronjobs.batch', 'update deployments.apps/scale', 'patch deployments.apps/scale', 'update statefulsets.apps/scale', 'patch statefulsets.apps/scale', `delete rolebindings.${RBAC}`,
  ]],
  [/^hipaa-break-glass\/break-glass-reaper$/, [`delete rolebindings.${RBAC}`, `delete clusterrolebindings.${RBAC}`]],
  [/^hipaa-restore-test\/restore-test-/, [
    'create restores.velero.io', 'delete restores.velero.io', 'patch configmaps', 'delete configmaps', 'delete persistentvolumeclaims', 'delete pods', 'delete serviceaccounts',
    'delete deployments.apps', 'delete replicasets.apps', 'delete statefulsets.apps',
  ]],
  [/^cert-manager\/cert-manager$/, ['create serviceaccounts/token']],
];

interface Rule { verbs: string[]; apiGroups?: string[]; resources?: string[] }

/** In words of the table above: the group stands between a resource and its subresource. */
function changesOf({ verbs, apiGroups = [], resources = [] }: Rule): string[] {
  const writes = verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb));
  return writes.flatMap((verb) => apiGroups.flatMap((group) => resources.map((resource) => {
    const [kind, subresource] = resource.split('/');
    return `${verb} ${kind}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  })));
}

interface Subject { kind: string; name: string; namespace?: string }

describe.each([['eks', onEks, EKS], ['self-managed', onSelfManaged, SELF_MANAGED]] as const)('whoever %s grows to know', (_name, rbac, manifests) => {
  const bindings = manifests.filter(({ apiVersion, kind }) => apiVersion === `${RBAC}/v1` && kind.endsWith('Binding'));
  const subjects = bindings.flatMap((binding) => ((binding.subjects ?? []) as Subject[]).map((subject) => ({ binding, subject })));
  const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount');
  const isBreakGlass = ({ name }: Subject): boolean => name === 'oidc:break-glass@company.com';
  const everybody = new Map<string, Requester>([
    ...subjects.filter(({ subject }) => !isBreakGlass(subject)).map(({ binding, subject: { kind, name, namespace } }): [string, Requester] => {
      const of = namespace ?? binding.metadata.namespace ?? '';
      return kind === 'ServiceAccount' ? [`${of}/${name}`, serviceAccount(of, name)] : [`${kind} ${name}`, kind === 'Group' ? person('somebody', name) : person(name)];
    }),
    ...accounts.map(({ metadata }): [string, Requester] => [`${metadata.namespace}/${metadata.name}`, serviceAccount(metadata.namespace!, metadata.name)]),
    ['nobody', ANONYMOUS],
  ]);

  test('are its people and its agents', () => {
    expect([...everybody.keys()]).toEqual(expect.arrayContaining([
      'Group oidc:auditors@company.com', 'Group oidc:developers@company.com', 'Group oidc:security-admins@company.com', `${PROD}/patient-portal`, `${PROD}/default`, `${DATA}/records`, `${DATA}/default`,
      `${LOGGING}/fluent-bit`, 'hipaa-falco/falco', `${REAPER}/break-glass-reaper`, `${RESTORE}/restore-test-${PROD}`,
    ]));
  });

  test.each([...everybody])('%s may do nothing of what nobody may', (_who, requester) => {
    const may = FORBIDDEN.flatMap(([verbs, what]) => verbs.flatMap((verb) => [PROD, DATA, CLUSTER]
      .filter((namespace) => ask(rbac, requester, verb, what, namespace, verb === 'create' && !what.includes('/') ? undefined : 'any')).map((namespace) => `${verb} ${what} in "${namespace}"`)));
    expect(may).toEqual([]);
  });

  test('change nothing but what is theirs to change', () => {
    const changes = subjects.filter(({ binding, subject }) => !BOOTSTRAP.includes(binding) && !isBreakGlass(subject)).flatMap(({ binding, subject: { kind, name, namespace } }) => {
      const who = kind === 'ServiceAccount' ? `${namespace}/${name}` : `${kind} ${name}`;
      const { roleRef, metadata } = binding;
      const role = manifests.find((manifest) => manifest.kind === roleRef.kind && manifest.metadata.name === roleRef.name && manifest.metadata.namespace === (roleRef.kind === 'Role' ? metadata.namespace : undefined));
      const known = CHANGES.filter(([pattern]) => pattern.test(who)).flatMap(([, theirs]) => theirs);
      return ((role?.rules ?? []) as Rule[]).flatMap(changesOf).filter((change) => !known.includes(change)).map((change) => `${who}: ${change}`);
    });
    expect(changes).toEqual([]);
  });

  test('are bound to roles that are there, by subjects that the API server takes', () => {
    const roles = new Set(manifests.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole').map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`));
    for (const { kind, metadata, roleRef } of bindings) {
      expect(roles).toContain(`${roleRef.kind} ${roleRef.kind === 'Role' ? metadata.namespace : ''}/${roleRef.name}`);
      expect(`${kind} of a ${roleRef.kind}`).not.toBe('ClusterRoleBinding of a Role');
    }
    for (const { binding, subject } of subjects) {
      expect([binding.metadata.name, subject.kind]).toEqual([binding.metadata.name, expect.stringMatching(/^(User|Group|ServiceAccount)$/)]);
      if (subject.kind === 'ServiceAccount') expect(subject.namespace).toBeDefined();
    }
  });

  test('are no group of everybody', () => {
    const own = bindings.filter((binding) => !BOOTSTRAP.includes(binding)).flatMap((binding) => ((binding.subjects ?? []) as Subject[]).map(({ name }) => name));
    expect(own.filter((name) => /^system:/.test(name))).toEqual([]);
  });

  test('have rules that stand where they are read, and in no role of somebody else', () => {
    const own = manifests.filter((manifest) => manifest.kind === 'ClusterRole' && !BOOTSTRAP.includes(manifest));
    const aggregated = own.filter(({ aggregationRule, metadata }) => aggregationRule !== undefined || Object.keys(metadata.labels ?? {}).some((label) => label.startsWith(`${RBAC}/aggregate-to-`)));
    expect(aggregated.map(({ metadata }) => metadata.name)).toEqual([]);
  });

  test('have rules without a wildcard', () => {
    const own = manifests.filter((manifest) => /^(Cluster)?Role$/.test(manifest.kind) && !BOOTSTRAP.includes(manifest));
    const wild = own.filter(({ rules }) => (rules as Rule[]).some(({ verbs, apiGroups = [], resources = [] }) => [...verbs, ...apiGroups, ...resources].some((value) => value.includes('*'))));
    expect(wild.map(({ metadata }) => metadata.name)).toEqual([]);
  });
});
