import type { Manifest } from './chart';
import { selects, type Selector } from './network-evaluator';

/** Who asks: what the API server knows after authentication. */
export interface Requester {
  user: string;
  groups: string[];
}

/** A request for a resource. Without a namespace it is for the cluster or for all namespaces; a list or create carries no name. */
export interface ResourceRequest {
  group: string;
  resource: string;
  subresource?: string;
  name?: string;
  namespace?: string;
}

/** A request for a path that is no resource. */
export interface PathRequest {
  nonResourceUrl: string;
}

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  verbs?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

const API = 'rbac.authorization.k8s.io';

/** A person as the cluster sees them: everybody who signed in is in system:authenticated. */
export function person(user: string, ...groups: string[]): Requester {
  return { user, groups: [...groups, 'system:authenticated'] };
}

/** A workload's identity. */
export function serviceAccount(namespace: string, name: string): Requester {
  return { user: `system:serviceaccount:${namespace}:${name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] };
}

/** Who signed in as nobody, where the API server lets such requests through. */
export const ANONYMOUS: Requester = { user: 'system:anonymous', groups: ['system:unauthenticated'] };

/**
 * Answers as the RBAC authorizer does, from emitted objects alone. It knows no system:masters (another authorizer's). Rules of an aggregated ClusterRole are those
 * of the ClusterRoles that it selects, as the controller writes them in place of its own.
 */
export class RbacEvaluator {
  private readonly objects: readonly Manifest[];

  public constructor(manifests: readonly Manifest[]) {
    this.objects = manifests.filter((manifest) => manifest.apiVersion === `${API}/v1`);
  }

  public can(who: Requester, verb: string, request: ResourceRequest | PathRequest): boolean {
    const namespace = 'resource' in request ? namespaceOf(request) : undefined;
    return this.rulesFor(who, namespace).some((rule) => ('resource' in request ? matchesResource(rule, verb, request) : matchesPath(rule, verb, request)));
  }

  private rulesFor(who: Requester, namespace: string | undefined): Rule[] {
    return this.objects.flatMap((binding) => {
      const local = binding.kind === 'RoleBinding';
      if (!local && binding.kind !== 'ClusterRoleBinding') return [];
      if (local && (namespace === undefined || binding.metadata.namespace !== namespace)) return [];
      const subjects = (binding.subjects ?? []) as Subject[];
      if (!subjects.some((subject) => isSubject(subject, who, local ? binding.metadata.namespace : undefined))) return [];
      return this.rulesOf(binding, local);
    });
  }

  private rulesOf(binding: Manifest, local: boolean): Rule[] {
    const { apiGroup, kind, name } = binding.roleRef as { apiGroup: string; kind: string; name: string };
    if (apiGroup !== API || (kind === 'Role' && !local)) return [];
    const role = this.objects.find((object) => object.kind === kind && object.metadata.name === name
      && (kind === 'ClusterRole' || object.metadata.namespace === binding.metadata.namespace));
    return role === undefined ? [] : this.settledRules(role, new Set());
  }

  /** A cycle ends where it began: the controller adds nothing twice. */
  private settledRules(role: Manifest, seen: Set<Manifest>): Rule[] {
    seen.add(role);
    if (role.kind !== 'ClusterRole' || !role.aggregationRule) return (role.rules ?? []) as Rule[];
    const selectors = (role.aggregationRule.clusterRoleSelectors ?? []) as Selector[];
    return this.objects.filter((other) => other.kind === 'ClusterRole' && !seen.has(other) && selectors.some((selector) => selects(selector, other.metadata.labels ?? {})))
      .flatMap((other) => this.settledRules(other, seen));
  }
}

/** A request for one namespace object counts as one inside that namespace. */
function namespaceOf(request: ResourceRequest): string | undefined {
  return request.group === '' && request.resource === 'namespaces' ? request.namespace ?? request.name : request.namespace;
}

function isSubject(subject: Subject, who: Requester, bindingNamespace: string | undefined): boolean {
  switch (subject.kind) {
    case 'User': return subject.name === who.user;
    case 'Group': return who.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace ?? bindingNamespace;
      return namespace !== undefined && who.user === `system:serviceaccount:${namespace}:${subject.name}`;
    }
    default: return false;
  }
}

function matchesResource(rule: Rule, verb: string, request: ResourceRequest): boolean {
  return hasOrAll(rule.verbs, verb)
    && hasOrAll(rule.apiGroups, request.group)
    && (rule.resources ?? []).some((resource) => resource === '*'
      || resource === (request.subresource ? `${request.resource}/${request.subresource}` : request.resource)
      || (!!request.subresource && resource === `*/${request.subresource}`))
    // No names in the rule: any object. Names in the rule and none in the request: no match.
    && (!rule.resourceNames?.length || (request.name !== undefined && rule.resourceNames.includes(request.name)));
}

function matchesPath(rule: Rule, verb: string, request: PathRequest): boolean {
  return hasOrAll(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((url) => url === '*' || url === request.nonResourceUrl
    || (url.endsWith('*') && request.nonResourceUrl.startsWith(url.replace(/\*+$/, ''))));
}

function hasOrAll(values: string[] | undefined, wanted: string): boolean {
  return !!values && (values.includes('*') || values.includes(wanted));
}
