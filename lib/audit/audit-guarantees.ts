import { AuditLevel, AuditStage } from '../profile/audit-rule';
import { auditDecision, type AuditedRequest, type PolicyDocument, type PolicyRuleDocument } from './audit-level';
import { RESOURCE_VERBS } from './audit-rule-document';

const LEVELS = [AuditLevel.NONE, AuditLevel.METADATA, AuditLevel.REQUEST, AuditLevel.REQUEST_RESPONSE];
const READS = ['get', 'list', 'watch'];
/** Verbs that, with the namespace "", may be about every namespace at once: no rule can tell such a list from one of cluster-scoped objects. */
const CLUSTER_WIDE = [...READS, 'deletecollection'];
/**
 * Components of Kubernetes: those of the control plane, kubelets, and controllers that run in kube-system. Other service accounts and `system:admin` are
 * named `system:` too, and are an application and a person.
 */
const KUBERNETES_OWN_USER = /^system:(?!anonymous$|admin$|serviceaccount:(?!kube-system:.))/;
/** The one stage that may be left out: every request that is received also starts, completes or panics. */
const MAY_BE_OMITTED: readonly AuditStage[] = [AuditStage.REQUEST_RECEIVED];

/** A resource as a request names it. */
export interface Resource {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource?: string;
}

const resource = (apiGroup: string, name: string): Resource => {
  const [plural, subresource] = name.split('/');
  return subresource === undefined ? { apiGroup, resource: plural } : { apiGroup, resource: plural, subresource };
};

/** Resources whose bodies are secrets. */
export const SECRET_BEARING: readonly Resource[] = [
  ...['secrets', 'configmaps', 'serviceaccounts/token'].map((name) => resource('', name)),
  resource('authentication.k8s.io', 'tokenreviews'),
];
/** Ways into a running container, to its ports or its output. A WebSocket exec is a get, a SPDY one a create: the verb says nothing. */
export const SESSIONS: readonly Resource[] = [
  'pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers', 'pods/log', 'services/proxy', 'nodes/proxy',
].map((name) => resource('', name));
/** Objects that decide who may do what, or what is let in: a change is worth its body, and none of them holds a secret. */
export const ACCESS_CONTROL: readonly Resource[] = [
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map((name) => resource('rbac.authorization.k8s.io', name)),
  ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'].map((name) => resource('admissionregistration.k8s.io', name)),
  resource('apiregistration.k8s.io', 'apiservices'),
  // Who approves a certificate request makes a user of any name.
  ...['certificatesigningrequests', 'certificatesigningrequests/approval'].map((name) => resource('certificates.k8s.io', name)),
  resource('networking.k8s.io', 'networkpolicies'),
  resource('', 'namespaces'),
];
/** Pods, what they keep data on, and what templates them. */
const WORKLOADS: readonly Resource[] = [
  ...['pods', 'persistentvolumeclaims'].map((name) => resource('', name)),
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((name) => resource('apps', name)),
  ...['jobs', 'cronjobs'].map((name) => resource('batch', name)),
];
/** The API server's own files, the audit log among them where its log handler is on; it only reads. */
const LOG_PATH = '/logs/kubernetes/audit.log';

/** Values that no rule can name: they stand for everyone and everything else. */
const ANY_USER = '<any user>';
const ANY_NAMESPACE = '<any namespace>';
const ANY_NAME = '<any name>';
const ANY_GROUP = '<any group>';
const ANY_RESOURCE = '<any resource>';

/** What a policy must record of a kind of request, whatever rules of one's own go before the defaults. */
interface Guarantee {
  readonly what: string;
  readonly covers: (request: AuditedRequest, phiNamespaces: ReadonlySet<string>) => boolean;
  readonly least: AuditLevel;
  /** @default - any level */
  readonly most?: AuditLevel;
}

const isOneOf = (resources: readonly Resource[], request: AuditedRequest): boolean => resources.some((candidate) =>
  candidate.apiGroup === request.apiGroup && candidate.resource === request.resource && candidate.subresource === request.subresource);

/** What a component of Kubernetes watches all day: noise, as long as it is neither a secret nor a way in, which other guarantees cover, nor access control. */
const isNoise = (request: AuditedRequest): boolean => KUBERNETES_OWN_USER.test(request.user) && !isOneOf(ACCESS_CONTROL, request);

const GUARANTEES: readonly Guarantee[] = [
  { what: 'a secret-bearing resource', covers: (request) => isOneOf(SECRET_BEARING, request), least: AuditLevel.METADATA, most: AuditLevel.METADATA },
  { what: 'a session into a container or its output', covers: (request) => isOneOf(SESSIONS, request), least: AuditLevel.METADATA },
  { what: 'a change of access control', covers: (request) => isOneOf(ACCESS_CONTROL, request) && !READS.includes(request.verb), least: AuditLevel.REQUEST },
  { what: 'a PHI namespace', covers: (request, phi) => request.resource !== undefined && phi.has(request.namespace ?? ''), least: AuditLevel.METADATA },
  { what: 'workloads of every namespace', covers: (request) => request.namespace === '' && isOneOf(WORKLOADS, request), least: AuditLevel.METADATA },
  {
    what: 'perhaps of every namespace, PHI included',
    covers: (request) => request.resource !== undefined && request.namespace === '' && CLUSTER_WIDE.includes(request.verb) && !isNoise(request),
    least: AuditLevel.METADATA,
  },
  { what: "the API server's own logs", covers: (request) => request.path === LOG_PATH, least: AuditLevel.METADATA },
];

/** A rule that breaks a guarantee, with a request that shows it. */
export interface BrokenGuarantee {
  /** Index of the rule in the policy. */
  readonly rule: number;
  readonly request: AuditedRequest;
  /** What the request is about. */
  readonly what: string;
  readonly problem: 'silenced' | 'lowered' | 'over-logged' | 'stage';
}

/**
 * The first guarantee that one of the first `count` rules breaks, if any.
 *
 * Each rule is tried on one request of every kind that it can decide on. As a value that no rule names is matched by the fewest rules
 * before it, such a value stands for all others, so the answer is exact without trying every request there is.
 *
 * @internal
 */
export function findBrokenGuarantee(policy: PolicyDocument, phiNamespaces: readonly string[], count: number): BrokenGuarantee | undefined {
  const phi = new Set(phiNamespaces);
  const namespaces = representativeNamespaces(policy.rules.slice(0, count), phiNamespaces);
  for (let index = 0; index < count; index++) {
    for (const request of witnesses(policy.rules[index], namespaces)) {
      const covering = GUARANTEES.filter((guarantee) => guarantee.covers(request, phi));
      if (covering.length === 0) continue;
      const decision = auditDecision(policy, request);
      if (decision.rule !== index) continue;
      const level = LEVELS.indexOf(decision.level);
      for (const { what, least, most } of covering) {
        const broken = (problem: BrokenGuarantee['problem']): BrokenGuarantee => ({ rule: index, request, what, problem });
        if (decision.level === AuditLevel.NONE) return broken('silenced');
        if (level < LEVELS.indexOf(least)) return broken('lowered');
        if (most !== undefined && level > LEVELS.indexOf(most)) return broken('over-logged');
        if (decision.omitStages.some((stage) => !MAY_BE_OMITTED.includes(stage))) return broken('stage');
      }
    }
  }
  return undefined;
}

/** A request as an error shows it. */
export function describeRequest({ user, groups = [], verb, resource: plural, subresource, namespace = '', path }: AuditedRequest): string {
  const who = groups.length > 0 ? `members of ${groups.join(', ')}` : user === ANY_USER ? 'any user' : user;
  if (plural === undefined) return `${verb} ${path} by ${who}`;
  const where = namespace === '' ? 'of the whole cluster' : namespace === ANY_NAMESPACE ? 'of any namespace' : `of namespace ${namespace}`;
  return `${verb} ${plural}${subresource === undefined ? '' : `/${subresource}`} ${where} by ${who}`;
}

/** The whole cluster, each namespace that a rule names, and one of each kind that none does. */
function representativeNamespaces(rules: readonly PolicyRuleDocument[], phiNamespaces: readonly string[]): readonly string[] {
  const mentioned = new Set(rules.flatMap((rule) => rule.namespaces ?? []));
  const unmentioned = phiNamespaces.find((namespace) => !mentioned.has(namespace));
  return [...new Set(['', ...phiNamespaces.filter((namespace) => mentioned.has(namespace)), ...(unmentioned === undefined ? [] : [unmentioned]), ANY_NAMESPACE])];
}

/** A request of every kind that the rule can match. */
function* witnesses(rule: PolicyRuleDocument, everyNamespace: readonly string[]): Generator<AuditedRequest> {
  const namespaces = rule.namespaces ?? everyNamespace;
  const names = [...new Set((rule.resources ?? []).flatMap((entry) => entry.resourceNames ?? [])), ANY_NAME];
  const byResource: PolicyDocument = { rules: [{ level: rule.level, resources: rule.resources }] };
  const resources = [...SECRET_BEARING, ...SESSIONS, ...ACCESS_CONTROL, ...WORKLOADS, ...(rule.resources ?? [{ group: ANY_GROUP }]).flatMap(examples)]
    .filter((what) => names.some((name) => auditDecision(byResource, { user: ANY_USER, verb: 'get', name, ...what }).rule === 0));
  for (const user of rule.users ?? [ANY_USER]) {
    for (const group of rule.userGroups ?? [undefined]) {
      const who = group === undefined ? { user } : { user, groups: [group] };
      for (const verb of rule.verbs ?? RESOURCE_VERBS) {
        for (const namespace of namespaces) {
          for (const what of resources) for (const name of names) yield { ...who, verb, namespace, name, ...what };
        }
      }
      if (rule.verbs?.includes('get') ?? true) yield { ...who, verb: 'get', path: LOG_PATH };
    }
  }
}

/** What the rule's own patterns can stand for. */
function examples({ group = '', resources = ['*'] }: { readonly group?: string; readonly resources?: readonly string[] }): Resource[] {
  return resources.map((pattern) => resource(group, pattern.replace(/^\*/, ANY_RESOURCE).replace(/\*$/, '<any subresource>')));
}
