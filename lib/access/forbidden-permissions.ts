import { Control } from '../controls/control';

/** A rule of any Role or ClusterRole, as it was synthesized or as the API server returns it. */
export interface PermissionRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What no person's role in a PHI namespace grants. */
export interface ForbiddenPermission {
  /** Constant name of the entry. */
  readonly id: string;
  /** API groups; `*` is every group. */
  readonly apiGroups: readonly string[];
  /** Resources; `*` is every one, and `*` before a slash is that subresource of every one. */
  readonly resources: readonly string[];
  /** Verbs; `*` is every verb. */
  readonly verbs: readonly string[];
  readonly control: Control;
  /** What the permission leads to. */
  readonly why: string;
  /** What to do instead. */
  readonly remedy: string;
}

/** A rule that grants something forbidden. */
export interface PermissionFinding {
  /** Position of the rule in its role, from 0. */
  readonly rule: number;
  readonly permission: ForbiddenPermission;
  /** What the rule grants of it: `get pods/exec`, `create deployments.apps`. */
  readonly grants: readonly string[];
}

const ANY: readonly string[] = ['*'];
const WRITE: readonly string[] = ['create', 'update', 'patch'];
const CHANGE: readonly string[] = [...WRITE, 'delete', 'deletecollection'];
const PIPELINE = 'deploy it through the reviewed pipeline';

const WILDCARD: ForbiddenPermission = {
  id: 'wildcard', apiGroups: ANY, resources: ANY, verbs: ANY, control: Control.AC3_LEAST_PRIVILEGE,
  why: 'a wildcard also grants what is installed later', remedy: 'name each group, resource and verb',
};

/** Every change that HARMLESS does not name: the world is closed for changes, so that no resource slips through for being unknown. */
const UNREVIEWED_CHANGE: ForbiddenPermission = {
  id: 'unreviewed-change', apiGroups: ANY, resources: ANY, verbs: CHANGE, control: Control.AC3_LEAST_PRIVILEGE,
  why: 'nobody reviews the change, and the controller behind a resource may run pods, read Secrets or open a way in', remedy: PIPELINE,
};

/**
 * Permissions that reach PHI or more permissions, each with its reason (Kubernetes, RBAC Good Practices: privilege escalation risks;
 * CIS 5.1.2 to 5.1.13). A change that no entry names is forbidden too, by the last one, unless it is known to be harmless.
 */
export const FORBIDDEN_PERMISSIONS: readonly ForbiddenPermission[] = [
  WILDCARD,
  {
    id: 'grant-verbs', apiGroups: ANY, resources: ANY, verbs: ['bind', 'escalate', 'impersonate'], control: Control.AC4_ESCALATION,
    why: 'it gives whatever another subject or role has', remedy: 'change roles and bindings through the reviewed pipeline',
  },
  {
    id: 'nodes-proxy', apiGroups: [''], resources: ['nodes/proxy'], verbs: ANY, control: Control.AC4_ESCALATION,
    why: "the kubelet's API runs commands in every pod of a node, past admission and the audit log", remedy: 'use the break-glass role',
  },
  {
    id: 'service-account-tokens', apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ANY, control: Control.AC4_ESCALATION,
    why: 'whoever issues a token acts as the workload', remedy: 'let the kubelet issue tokens to pods',
  },
  {
    id: 'exec', apiGroups: ANY, resources: ['*/exec', '*/attach', '*/portforward', '*/proxy', '*/console', '*/vnc', '*/vsock'], verbs: ANY, control: Control.AC5_EXEC,
    why: 'it reaches into a running workload; over WebSockets a get is enough, over SPDY it is a create', remedy: 'use the break-glass role',
  },
  {
    id: 'ephemeral-containers', apiGroups: ANY, resources: ['*/ephemeralcontainers'], verbs: ANY, control: Control.AC5_EXEC,
    why: 'a container that is added to a running pod is exec by another name', remedy: 'use the break-glass role',
  },
  {
    id: 'secrets-read', apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'update', 'patch', 'deletecollection'], control: Control.AC3_LEAST_PRIVILEGE,
    why: "the answer holds the Secrets' contents, to a list, a watch, a patch and a deletecollection as well", remedy: 'keep credentials in the external store, where reading them is granted and logged',
  },
  {
    id: 'secrets-write', apiGroups: [''], resources: ['secrets'], verbs: CHANGE, control: Control.PS4_SECRETS,
    why: 'a Secret that a person writes has no source in the external store, and one of type service-account-token gets a lasting token', remedy: 'reference the external store',
  },
  {
    id: 'pods', apiGroups: [''], resources: ['pods'], verbs: WRITE, control: Control.AC3_LEAST_PRIVILEGE,
    why: 'whoever may run a pod reads every Secret and volume of the namespace', remedy: PIPELINE,
  },
  {
    id: 'workloads', apiGroups: ['', 'apps', 'batch', 'extensions'],
    resources: ['controllerrevisions', 'cronjobs', 'daemonsets', 'deployments', 'jobs', 'podtemplates', 'replicasets', 'replicationcontrollers', 'statefulsets'],
    verbs: WRITE, control: Control.AC3_LEAST_PRIVILEGE,
    why: 'it templates pods, and whoever may run a pod reads every Secret and volume of the namespace', remedy: PIPELINE,
  },
  {
    id: 'rbac', apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'], verbs: WRITE, control: Control.AC4_ESCALATION,
    why: 'it changes who may do what', remedy: 'change roles and bindings through the reviewed pipeline',
  },
  {
    id: 'certificates', apiGroups: ['certificates.k8s.io'],
    resources: ['certificatesigningrequests', 'certificatesigningrequests/approval', 'certificatesigningrequests/status', 'clustertrustbundles', 'signers'],
    verbs: [...WRITE, 'approve', 'attest', 'sign'], control: Control.AC4_ESCALATION,
    why: 'a signed client certificate is any user and group, until it expires', remedy: 'leave approval to its controller',
  },
  {
    id: 'token-reviews', apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'], control: Control.AC4_ESCALATION,
    why: 'it tries out tokens that were found elsewhere', remedy: 'leave it to the API server',
  },
  {
    id: 'admission-webhooks', apiGroups: ['admissionregistration.k8s.io'], resources: ANY, verbs: CHANGE, control: Control.AC4_ESCALATION,
    why: 'it decides what every request may contain, and a webhook reads each object', remedy: 'change admission through the reviewed pipeline',
  },
  {
    id: 'admission-policies',
    apiGroups: ['config.gatekeeper.sh', 'constraints.gatekeeper.sh', 'expansion.gatekeeper.sh', 'externaldata.gatekeeper.sh', 'mutations.gatekeeper.sh', 'syncset.gatekeeper.sh', 'templates.gatekeeper.sh'],
    resources: ANY, verbs: CHANGE, control: Control.AC4_ESCALATION,
    why: 'it lifts or rewrites the admission policies', remedy: 'change admission through the reviewed pipeline',
  },
  {
    id: 'api-extensions', apiGroups: ['apiextensions.k8s.io', 'apiregistration.k8s.io'], resources: ANY, verbs: CHANGE, control: Control.AC4_ESCALATION,
    why: 'it puts a server of its own behind the API', remedy: PIPELINE,
  },
  {
    id: 'namespaces', apiGroups: [''], resources: ['namespaces', 'namespaces/finalize', 'namespaces/status'], verbs: CHANGE, control: Control.AC4_ESCALATION,
    why: "the labels of a namespace set its Pod Security level, and a Role may change its own namespace's", remedy: PIPELINE,
  },
  {
    id: 'persistent-volumes', apiGroups: [''], resources: ['persistentvolumes'], verbs: WRITE, control: Control.AC4_ESCALATION,
    why: "a volume of type hostPath is the node's disk", remedy: 'let the storage class provision volumes',
  },
  {
    id: 'config-maps', apiGroups: [''], resources: ['configmaps'], verbs: CHANGE, control: Control.AC4_ESCALATION,
    why: "pods take settings and scripts from them, and kube-system's aws-auth names cluster administrators", remedy: PIPELINE,
  },
  {
    id: 'service-accounts', apiGroups: [''], resources: ['serviceaccounts'], verbs: WRITE, control: Control.AC4_ESCALATION,
    why: 'an annotation ties it to a cloud role', remedy: PIPELINE,
  },
  {
    id: 'network-policies', apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: CHANGE, control: Control.NW1_DENY_ALL,
    why: 'policies add up: a new one only ever opens flows, and without the default deny every flow is open', remedy: PIPELINE,
  },
  UNREVIEWED_CHANGE,
];

/** Changes that run no new code, read nothing and widen no access. Each stops or counts what the pipeline put there. */
const HARMLESS: ReadonlySet<string> = new Set([
  'delete pods',
  'create pods/eviction',
  'delete jobs.batch',
  'delete cronjobs.batch',
  'delete rolebindings.rbac.authorization.k8s.io',
  ...['deployments/scale.apps', 'replicasets/scale.apps', 'statefulsets/scale.apps', 'replicationcontrollers/scale'].flatMap((scale) => [`update ${scale}`, `patch ${scale}`]),
]);

const NAMED = FORBIDDEN_PERMISSIONS.filter((permission) => permission !== WILDCARD && permission !== UNREVIEWED_CHANGE);

/**
 * What of the forbidden set the rules of a role grant, by the API server's own matching: exact names, `*`, and `*` before a
 * subresource. Names of objects (resourceNames) excuse nothing. Pure: any Role's or ClusterRole's rules can be judged.
 */
export function forbiddenPermissions(rules: readonly PermissionRule[]): PermissionFinding[] {
  return rules.flatMap((rule, index) => {
    const found = new Map<ForbiddenPermission, string[]>();
    const add = (permission: ForbiddenPermission, grant: string): void => {
      found.set(permission, [...(found.get(permission) ?? []), grant]);
    };
    for (const text of wildcardsOf(rule)) add(WILDCARD, text);
    for (const apiGroup of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        for (const verb of rule.verbs ?? []) {
          for (const permission of forbidding(apiGroup, resource, verb)) add(permission, describeGrant(apiGroup, resource, verb));
        }
      }
    }
    return [...found].map(([permission, grants]) => ({ rule: index, permission, grants }));
  });
}

/** Answers already given: every PHI namespace asks the same of its roles. */
const JUDGED = new Map<string, readonly ForbiddenPermission[]>();

function forbidding(apiGroup: string, resource: string, verb: string): readonly ForbiddenPermission[] {
  const key = `${verb} ${resource} ${apiGroup}`;
  const known = JUDGED.get(key);
  if (known) return known;
  const named = NAMED.filter((permission) => covers(permission, apiGroup, resource, verb));
  const unreviewed = named.length === 0 && overlaps(verb, CHANGE) && !HARMLESS.has(describeGrant(apiGroup, resource, verb));
  const judged = unreviewed ? [UNREVIEWED_CHANGE] : named;
  JUDGED.set(key, judged);
  return judged;
}

/** A permission as people write it: `get pods/exec`, `create deployments.apps`. */
function describeGrant(apiGroup: string, resource: string, verb: string): string {
  return `${verb} ${resource}${apiGroup === '' ? '' : `.${apiGroup}`}`;
}

function wildcardsOf(rule: PermissionRule): string[] {
  const fields: [string, readonly string[] | undefined][] = [
    ['apiGroups', rule.apiGroups], ['resources', rule.resources], ['verbs', rule.verbs], ['nonResourceURLs', rule.nonResourceURLs],
  ];
  return fields.flatMap(([field, values]) => (values ?? []).filter((value) => value.includes('*')).map((value) => `${field} ${value}`));
}

function covers(permission: ForbiddenPermission, apiGroup: string, resource: string, verb: string): boolean {
  return overlaps(apiGroup, permission.apiGroups)
    && permission.resources.some((forbidden) => sameResource(forbidden, resource))
    && overlaps(plainVerb(verb), permission.verbs);
}

function overlaps(value: string, forbidden: readonly string[]): boolean {
  return value === '*' || forbidden.includes('*') || forbidden.includes(value);
}

function sameResource(a: string, b: string): boolean {
  if (a === '*' || b === '*' || a === b) return true;
  const [parentA, subresourceA] = a.split('/');
  const [parentB, subresourceB] = b.split('/');
  return subresourceA !== undefined && subresourceA === subresourceB && (parentA === '*' || parentB === '*');
}

/** Constrained impersonation writes what it may do into the verb: `impersonate:user-info`, `impersonate-on:user-info:list`. */
function plainVerb(verb: string): string {
  return /^impersonate(-on)?:/.test(verb) ? 'impersonate' : verb;
}
