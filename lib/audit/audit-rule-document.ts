import { AuditLevel, AuditStage, type AuditResources, type AuditRule } from '../profile/audit-rule';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { GroupResourcesDocument, PolicyRuleDocument } from './audit-level';

const STRICT = 'audit.k8s.io/v1, PolicyRule: the API server drops an unknown field, which widens the rule (45 CFR 164.312(b))';
const RULE_FIELDS = ['level', 'users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceUrls', 'omitStages'];
const RESOURCES_FIELDS = ['group', 'resources', 'resourceNames'];

/** Verbs of requests for resources. */
export const RESOURCE_VERBS: readonly string[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
/** Verbs of requests for paths: HTTP methods in lower case. */
const PATH_VERBS: readonly string[] = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

/** `secrets`, `pods/exec`, `pods/*`, `*\/scale`, `*`. */
const RESOURCE = /^(\*|[a-z][a-z0-9.-]*(\/(\*|[a-z][a-z0-9-]*))?|\*\/[a-z][a-z0-9-]*)$/;
/** `/healthz`, `/logs/*`, `*`. */
const PATH = /^(\*|\/[^*\s]*\*?)$/;

/**
 * A rule of one's own as it goes into the file. Everything that the API server would drop, refuse, or match in another way than it
 * reads is refused.
 *
 * @internal
 */
export function auditRuleDocument(path: string, rule: AuditRule): PolicyRuleDocument {
  if (rule === null || typeof rule !== 'object') throw Errors.refused(path, 'a rule is an object', rule, STRICT, 'give an AuditRule, such as { level: AuditLevel.METADATA, resources: [...] }');
  checkFields(path, rule, RULE_FIELDS, STRICT);
  if (rule.level === undefined) throw Errors.missing(path, 'level', `use one of AuditLevel.${Object.keys(AuditLevel).join(', ')}`);
  if (!Object.values(AuditLevel).includes(rule.level)) {
    throw Errors.refused(path, 'no such audit level', rule.level, 'audit.k8s.io/v1, Level: the API server does not start with another one', `use one of AuditLevel.${Object.keys(AuditLevel).join(', ')}`);
  }
  if (rule.nonResourceUrls && (rule.resources ?? rule.namespaces)) {
    throw Errors.refused(path, 'a rule is about resources or about paths', rule, 'audit.k8s.io/v1, PolicyRule: the API server does not start with both', 'write one rule with resources or namespaces and another with nonResourceUrls');
  }
  const namespaces = strings(path, 'namespaces', rule.namespaces);
  for (const namespace of namespaces ?? []) if (namespace !== '') checkDnsLabel(path, 'namespaces', namespace);
  return defined({
    level: rule.level,
    users: named(path, 'users', rule.users),
    userGroups: named(path, 'userGroups', rule.userGroups),
    verbs: verbs(path, rule),
    resources: list(path, 'resources', rule.resources)?.map((entry) => groupResources(`${path}.resources`, entry)),
    namespaces,
    nonResourceURLs: paths(path, rule.nonResourceUrls),
    omitStages: checkStages(path, rule.omitStages),
  });
}

/**
 * Refuses stages that Kubernetes does not know.
 *
 * @internal
 */
export function checkStages(path: string, stages: readonly AuditStage[] | undefined): readonly AuditStage[] | undefined {
  if (stages === undefined) return undefined;
  if (!Array.isArray(stages)) throw Errors.refused(path, 'omitStages is no list', stages, 'audit.k8s.io/v1, Stage', 'give a list: [AuditStage.REQUEST_RECEIVED]');
  for (const stage of stages as readonly AuditStage[]) {
    if (!Object.values(AuditStage).includes(stage)) {
      throw Errors.refused(path, 'no such audit stage', stage, 'audit.k8s.io/v1, Stage: the API server does not start with another one', `use one of AuditStage.${Object.keys(AuditStage).join(', ')}`);
    }
  }
  return [...new Set(stages as readonly AuditStage[])];
}

function verbs(path: string, rule: AuditRule): readonly string[] | undefined {
  const given = strings(path, 'verbs', rule.verbs);
  const known = rule.nonResourceUrls ? PATH_VERBS : rule.resources ?? rule.namespaces ? RESOURCE_VERBS : [...new Set([...RESOURCE_VERBS, ...PATH_VERBS])];
  for (const verb of given ?? []) {
    if (!known.includes(verb)) throw Errors.refused(path, 'no request has this verb', verb, 'Kubernetes, request verbs: lower case, and no wildcard', `use ${known.join(', ')}, or leave verbs out for all`);
  }
  return given;
}

function groupResources(path: string, entry: AuditResources): GroupResourcesDocument {
  if (entry === null || typeof entry !== 'object') throw Errors.refused(path, 'an entry is an object', entry, STRICT, "give a group and its resources: { group: 'apps', resources: ['deployments'] }");
  checkFields(path, entry, RESOURCES_FIELDS, STRICT);
  if (entry.group !== undefined && entry.group !== '') checkDnsSubdomain(path, 'group', entry.group);
  const resources = strings(path, 'resources', entry.resources);
  for (const resource of resources ?? []) {
    if (!RESOURCE.test(resource)) {
      throw Errors.refused(path, 'this names no resource', resource, 'audit.k8s.io/v1, GroupResources: plural names in lower case', "use names such as 'pods', 'pods/exec', 'pods/*', '*/scale' or '*'");
    }
  }
  const resourceNames = named(path, 'resourceNames', entry.resourceNames);
  if (resourceNames && !resources) throw Errors.refused(path, 'resourceNames stands without resources', resourceNames, 'audit.k8s.io/v1, GroupResources: the API server does not start without them', 'name the resources too');
  return defined({ group: entry.group ?? '', resources, resourceNames });
}

function paths(path: string, urls: readonly string[] | undefined): readonly string[] | undefined {
  const given = strings(path, 'nonResourceUrls', urls);
  for (const url of given ?? []) {
    if (!PATH.test(url)) throw Errors.refused(path, 'this matches no path', url, 'audit.k8s.io/v1, PolicyRule: a path starts with /, and a wildcard is its last character', "use paths such as '/healthz' or '/metrics/*'");
  }
  return given;
}

/** Names, of which the API server compares each as it stands: there `*` is no wildcard, and would match nobody. */
function named(path: string, prop: string, values: readonly string[] | undefined): readonly string[] | undefined {
  const given = strings(path, prop, values);
  for (const value of given ?? []) {
    checkText(path, prop, value);
    if (value.includes('*')) throw Errors.refused(path, `${prop} takes no wildcard`, value, 'audit.k8s.io/v1, PolicyRule: the value is compared as it stands, so this matches nothing', `name them one by one, or leave ${prop} out for all`);
  }
  return given;
}

function strings(path: string, prop: string, values: readonly string[] | undefined): readonly string[] | undefined {
  const given = list(path, prop, values);
  for (const value of given ?? []) {
    if (typeof value !== 'string') throw Errors.refused(path, `${prop} holds no text`, value, STRICT, `give ${prop} as a list of strings`);
  }
  return given && [...given];
}

/** An empty list restricts nothing, so it is refused: it reads as `none` and means `all`. */
function list<T>(path: string, prop: string, values: readonly T[] | undefined): readonly T[] | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.length === 0) {
    throw Errors.refused(path, `${prop} is no list with entries`, values, 'audit.k8s.io/v1, PolicyRule: an empty list matches everything', `name at least one, or leave ${prop} out for all`);
  }
  return values as readonly T[];
}

/** Without the fields that are undefined: the file has them not at all. */
function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
