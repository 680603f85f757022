import { at, listAt } from '../../manifests/content';
import type { AdmissionNeed } from './admission-needs';

/** Label that every Namespace carries with its own name, and that the API server puts back (Kubernetes, well-known labels). */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
/** Label that takes a namespace from Gatekeeper's own webhook. */
export const IGNORE_LABEL = 'admission.gatekeeper.sh/ignore';
/** Path of Gatekeeper's server at which constraints are judged. */
export const ADMIT_PATH = '/v1/admit';

/**
 * The one condition that lets nothing by that people or workloads do: the API server makes and mends the built-in ClusterRoles itself when it starts,
 * and gives up where it cannot.
 */
export const NOT_THE_API_SERVER = 'request.userInfo.username != "system:apiserver"';

/** Why a webhook is not asked for a request, or lets it in. */
export interface Gap {
  /** Below the webhook: `namespaceSelector`. */
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Whether a webhook asks Gatekeeper's constraints. */
export function asksConstraints(webhook: unknown): boolean {
  return isAskedAt(webhook, ADMIT_PATH);
}

function isAskedAt(webhook: unknown, path: string): boolean {
  const url = at(webhook, 'clientConfig', 'url');
  return at(webhook, 'clientConfig', 'service', 'path') === path || (typeof url === 'string' && /^https:\/\/[^?#]*$/.test(url) && url.endsWith(path));
}

/**
 * Who answers a webhook: a Service, or the host of an address. A path alone tells nobody: what else answers at the same one lets in what it likes.
 */
export function serverOf(webhook: unknown): string {
  const url = at(webhook, 'clientConfig', 'url');
  if (typeof url === 'string') return url.replace(/\/v1\/[^/]*$/, '');
  return `${String(at(webhook, 'clientConfig', 'service', 'namespace'))}/${String(at(webhook, 'clientConfig', 'service', 'name'))}`;
}

/** Whether a rule of the webhook sends a request, whatever becomes of it. */
export function sends(webhook: unknown, need: AdmissionNeed): boolean {
  const exact = at(webhook, 'matchPolicy') === 'Exact';
  return listAt(webhook, 'rules').some((rule) => names(rule, 'apiGroups', need.group) && names(rule, 'operations', need.operation)
    && resourceNamed(rule, need.resource) && scopeOf(rule, need)
    // With Equivalent, one version stands for all of them.
    && (exact ? names(rule, 'apiVersions') : listAt(rule, 'apiVersions').length > 0));
}

/** What lets requests in whatever namespace they are of: in the order in which it is mended. */
export function openGaps(webhook: unknown): Gap[] {
  const policy = at(webhook, 'failurePolicy') ?? 'Fail';
  const selector = at(webhook, 'objectSelector');
  return [
    ...(policy === 'Fail' ? [] : [{ path: 'failurePolicy', problem: `failurePolicy is ${String(policy)}: what Gatekeeper does not answer for is let in`, remedy: 'set failurePolicy: Fail, or add GatekeeperWebhook for the PHI namespaces' }]),
    ...(isEmpty(selector) ? [] : [{ path: 'objectSelector', problem: 'objectSelector passes over objects by their own labels, which whoever writes them chooses', remedy: 'remove the objectSelector' }]),
    ...listAt(webhook, 'matchConditions').flatMap((condition, index) => (at(condition, 'expression') === NOT_THE_API_SERVER ? [] : [{
      path: `matchConditions[${index}]`, problem: `the condition ${String(at(condition, 'name'))} passes over requests`, remedy: 'remove the condition',
    }])),
  ];
}

/**
 * Why a webhook does not hold for a namespace by its selector. Labels but that of its name say nothing for sure, as they can be changed.
 *
 * @param guarded whether the label by which Gatekeeper's own webhook passes over namespaces is kept from this one.
 */
export function selectorGaps(webhook: unknown, namespace: string, guarded: boolean): Gap[] {
  const labels = Object.entries((at(webhook, 'namespaceSelector', 'matchLabels') ?? {}) as Record<string, unknown>)
    .map(([key, value]) => ({ key, operator: 'In', values: [value], path: 'namespaceSelector.matchLabels' }));
  const expressions = listAt(webhook, 'namespaceSelector', 'matchExpressions').map((expression, index) => ({
    key: at(expression, 'key'), operator: at(expression, 'operator'), values: listAt(expression, 'values'), path: `namespaceSelector.matchExpressions[${index}]`,
  }));
  return [...labels, ...expressions].flatMap(({ key, operator, values, path }) => {
    if (key === NAMESPACE_NAME) {
      const selects = operator === 'In' ? values.includes(namespace) : operator === 'NotIn' ? !values.includes(namespace) : operator === 'Exists';
      return selects ? [] : [{ path, problem: `the selector leaves out the PHI namespace ${namespace}`, remedy: `select it by ${NAMESPACE_NAME}` }];
    }
    if (key === IGNORE_LABEL && operator === 'DoesNotExist' && guarded) return [];
    return [{ path, problem: `the selector rests on the label ${String(key)}, which whoever labels a PHI namespace can change`, remedy: `select PHI namespaces by ${NAMESPACE_NAME}` }];
  });
}

/** Whether a webhook of the set refuses the label by which Gatekeeper's own webhook passes over namespaces, on this one. */
export function guardsLabel(webhook: unknown, namespace: string): boolean {
  const needs = ['CREATE', 'UPDATE'].map((operation) => ({ group: '', resource: 'namespaces', operation, clusterScoped: true, inNamespace: true }));
  return isAskedAt(webhook, '/v1/admitlabel') && openGaps(webhook).length === 0
    && selectorGaps(webhook, namespace, false).length === 0 && needs.every((need) => sends(webhook, need));
}

/** Whether a list of a rule names a value, or all. */
function names(rule: unknown, list: string, value?: string): boolean {
  const values = listAt(rule, list);
  return values.includes('*') || (value !== undefined && values.includes(value));
}

/** `*` means every resource and no subresource, a slash with a star every one on its other side. */
function resourceNamed(rule: unknown, resource: string): boolean {
  const [parent, sub] = resource.split('/');
  const patterns = sub === undefined ? ['*', '*/*', parent] : ['*/*', `*/${sub}`, `${parent}/*`, resource];
  return listAt(rule, 'resources').some((pattern) => patterns.includes(String(pattern)));
}

function scopeOf(rule: unknown, { clusterScoped }: AdmissionNeed): boolean {
  const scope = at(rule, 'scope') ?? '*';
  return clusterScoped === undefined || scope === '*' || scope === (clusterScoped ? 'Cluster' : 'Namespaced');
}

function isEmpty(selector: unknown): boolean {
  return listAt(selector, 'matchExpressions').length === 0 && Object.keys((at(selector, 'matchLabels') ?? {}) as object).length === 0;
}
