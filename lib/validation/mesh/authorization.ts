import { at, listAt } from '../content';

/** Whether a policy of the mesh lets somebody in: of the action ALLOW, and more than a record of what it would do. */
export function allows(content: unknown): boolean {
  return ['ALLOW', undefined].includes(at(content, 'spec', 'action') as string | undefined) && !/^(1|t|true)$/i.test(String(at(content, 'metadata', 'annotations', 'istio.io/dry-run')));
}

/** Whether a policy is for every workload of its namespace. */
export function isForAll(content: unknown): boolean {
  return Object.keys(selectorOf(content)).length === 0 && listAt(content, 'spec', 'targetRefs').length === 0 && at(content, 'spec', 'targetRef') === undefined;
}

/** Labels of the workloads that a policy is for; none where it is for all. */
export function selectorOf(content: unknown): Readonly<Record<string, unknown>> {
  return (at(content, 'spec', 'selector', 'matchLabels') ?? {}) as Record<string, unknown>;
}

/** Whether a rule names nobody in particular: whatever it says of ports and paths, whoever is in the mesh may come. */
export function isForEveryone(rule: unknown): boolean {
  const sources = sourcesOf(rule);
  return (sources.length === 0 || sources.some(namesNobody)) && listAt(rule, 'when').every((condition) => {
    const values = listAt(condition, 'values').map(String);
    return !/^(source|request)\./.test(String(at(condition, 'key'))) || values.length === 0 || values.some(isAnybody);
  });
}

/** Whether a rule lets in an identity, or a namespace, that is another than this one. */
export function admitsOthers(rule: unknown, namespace: string): boolean {
  const sources = sourcesOf(rule);
  return sources.length === 0 || sources.some((source) => namesNobody(source) || [
    ...listAt(source, 'namespaces').map(String),
    ...listAt(source, 'principals').map((principal) => String(principal).split('/ns/')[1]?.split('/')[0]),
    // Without a namespace before it, a ServiceAccount is one of the policy's own.
    ...listAt(source, 'serviceAccounts').map(String).map((account) => (account.includes('/') ? account.split('/')[0] : namespace)),
  ].some((other) => other !== undefined && other !== namespace));
}

function sourcesOf(rule: unknown): readonly unknown[] {
  return listAt(rule, 'from').map((entry) => at(entry, 'source'));
}

/** A source whose fields all hold for whoever is in the mesh; one that only says who is not meant, means everybody else. */
function namesNobody(source: unknown): boolean {
  return Object.entries((source ?? {}) as Record<string, unknown>).every(([field, values]) => {
    const names = (Array.isArray(values) ? values : []).map(String);
    return field.startsWith('not') || names.length === 0 || (['principals', 'namespaces'].includes(field) && names.some(isAnybody));
  });
}

/** `*`, and the beginnings of identities that name no namespace: `cluster.local/*`, `cluster.local/ns/*` (Istio, AuthorizationPolicy, value matching). */
function isAnybody(pattern: string): boolean {
  return pattern === '*' || (/^[^/]+\//.test(pattern) && pattern.endsWith('*') && !/\/ns\/[^*]/.test(pattern));
}

/**
 * Whether a rule may let in a workload of a namespace, by its identity. What only says who is not meant, conditions, and addresses are taken for open.
 *
 * @param account its ServiceAccount; any of the namespace where nobody knows.
 * @param own the namespace of the policy.
 */
export function admits(rule: unknown, namespace: string, account: string | undefined, own: string): boolean {
  const sources = sourcesOf(rule);
  const identity = `/ns/${namespace}/sa/${account ?? ''}`;
  return sources.length === 0 || sources.some((source) => namesNobody(source)
    || listAt(source, 'namespaces').map(String).some((pattern) => fits(pattern, namespace))
    || listAt(source, 'principals').map(String).some((principal) => isAnybody(principal) || (account === undefined || principal.includes('*') ? principal.includes(`/ns/${namespace}/`) : principal.endsWith(identity)))
    || listAt(source, 'serviceAccounts').map(String).map((name) => (name.includes('/') ? name : `${own}/${name}`))
      .some((name) => (account === undefined ? name.startsWith(`${namespace}/`) : name === `${namespace}/${account}`)));
}

/** A name, or the beginning or the end of one (Istio, AuthorizationPolicy, value matching). */
function fits(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
