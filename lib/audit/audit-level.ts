import { AuditLevel, type AuditStage } from '../profile/audit-rule';

/** One rule as it stands in the file (audit.k8s.io/v1, PolicyRule). */
export interface PolicyRuleDocument {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResourcesDocument[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
}

/** Resources of one API group as they stand in the file (audit.k8s.io/v1, GroupResources). */
export interface GroupResourcesDocument {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The part of a policy file that decides on requests. */
export interface PolicyDocument {
  readonly rules: readonly PolicyRuleDocument[];
  readonly omitStages?: readonly AuditStage[];
}

/** A request as the API server's audit filter sees it. */
export interface AuditedRequest {
  readonly user: string;
  readonly groups?: readonly string[];
  /** Of a resource: get, list, watch, create, update, patch, delete, deletecollection. Of a path: the HTTP method in lower case. */
  readonly verb: string;
  /** @default - none: the request is for `path` */
  readonly resource?: string;
  readonly subresource?: string;
  /** The core group is the empty string. */
  readonly apiGroup?: string;
  /** Empty for objects of the cluster, and for lists and watches over all namespaces. */
  readonly namespace?: string;
  /** Empty for lists and watches, unless they select one name. */
  readonly name?: string;
  readonly path?: string;
}

/** What the policy makes of a request. */
export interface AuditDecision {
  readonly level: AuditLevel;
  /** Stages at which nothing is recorded. */
  readonly omitStages: readonly AuditStage[];
  /** Index of the rule that decided; -1 where none matched. */
  readonly rule: number;
}

/**
 * What the API server records of a request under a policy: the first rule that matches decides, and where none does, nothing is recorded.
 *
 * The same answers as the policy evaluator of kube-apiserver 1.28 to 1.36 gives, its surprises included: `pods` does not match `pods/exec`, but
 * `pods/*` does match plain `pods`; a list over all namespaces has the namespace ""; `*` is a wildcard in resources and paths alone.
 */
export function auditDecision(policy: PolicyDocument, request: AuditedRequest): AuditDecision {
  const rule = policy.rules.findIndex((candidate) => matches(candidate, request));
  if (rule < 0) return { level: AuditLevel.NONE, omitStages: policy.omitStages ?? [], rule };
  const { level, omitStages = [] } = policy.rules[rule];
  return { level, omitStages: [...new Set([...(policy.omitStages ?? []), ...omitStages])], rule };
}

function matches(rule: PolicyRuleDocument, request: AuditedRequest): boolean {
  if (isGiven(rule.users) && !rule.users.includes(request.user)) return false;
  if (isGiven(rule.userGroups) && !rule.userGroups.some((group) => request.groups?.includes(group))) return false;
  if (isGiven(rule.verbs) && !rule.verbs.includes(request.verb)) return false;
  if (isGiven(rule.namespaces) || isGiven(rule.resources)) return matchesResource(rule, request);
  if (isGiven(rule.nonResourceURLs)) return request.resource === undefined && rule.nonResourceURLs.some((pattern) => matchesPath(pattern, request.path ?? ''));
  return true;
}

function matchesResource(rule: PolicyRuleDocument, request: AuditedRequest): boolean {
  if (request.resource === undefined) return false;
  if (isGiven(rule.namespaces) && !rule.namespaces.includes(request.namespace ?? '')) return false;
  if (!isGiven(rule.resources)) return true;
  return rule.resources.some(({ group = '', resources, resourceNames }) => {
    if (group !== (request.apiGroup ?? '')) return false;
    if (!isGiven(resources)) return true;
    if (isGiven(resourceNames) && !resourceNames.includes(request.name ?? '')) return false;
    return resources.some((pattern) => matchesResourceName(pattern, request));
  });
}

function matchesResourceName(pattern: string, { resource, subresource = '' }: AuditedRequest): boolean {
  if (pattern === '*' || pattern === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  if (pattern.startsWith('*/')) return subresource !== '' && subresource === pattern.slice(2);
  return pattern.endsWith('/*') && resource === pattern.slice(0, -2);
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}

/** An empty list restricts nothing, like one that is left out. */
function isGiven<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
