import { at, listAt } from '../../manifests/content';
import { POLICY_PACK } from '../policy-pack';
import { isOfCluster } from '../resource-names';
import { SYSTEM } from './exemption-findings';
import type { GatekeeperFinding } from './gatekeeper-finding';
import { globMatches } from './namespace-glob';

/** What constraints have to hold for. */
export interface ConstraintFindingOptions {
  readonly phiNamespaces: readonly string[];
  /** Every constraint of the input, the judged one among them: what one lets in, another of its kind may refuse. @default - the judged one alone */
  readonly constraints?: readonly unknown[];
}

const PACK_KINDS: ReadonlySet<string> = new Set(POLICY_PACK.map(({ kind }) => kind));
/** Fields of a match that narrow nothing by themselves, and those that are judged one by one. */
const JUDGED_FIELDS = ['excludedNamespaces', 'kinds', 'namespaces'];

/** Whether an object is a constraint of the policy pack. */
export function isPackConstraint(object: unknown): boolean {
  return PACK_KINDS.has(String(at(object, 'kind'))) && String(at(object, 'apiVersion')).startsWith('constraints.gatekeeper.sh/');
}

/**
 * What a constraint of the policy pack lets into PHI namespaces: one that only warns or counts, that passes over namespaces, or that binds in others. Where another of its kind
 * refuses the same in the same namespaces, it leaves nothing open: a stricter one may be tried out beside. An exclusion of other than system namespaces is never silent.
 *
 * Control PS2, 45 CFR 164.312(c)(1) (Gatekeeper, Constraints: enforcementAction and match).
 */
export function constraintFindings(constraint: unknown, { phiNamespaces, constraints = [constraint] }: ConstraintFindingOptions): GatekeeperFinding[] {
  if (!isPackConstraint(constraint)) return [];
  const rivals = constraints.filter((other) => at(other, 'kind') === at(constraint, 'kind'));
  const kinds = kindsOf(constraint);
  const open = phiNamespaces.filter((namespace) => kinds.some((kind) => !rivals.some((other) => refuses(other, kind, namespace))));
  const excluded = listAt(constraint, 'spec', 'match', 'excludedNamespaces').flatMap((value, index): GatekeeperFinding[] => {
    const pattern = String(value);
    const phi = phiNamespaces.find((namespace) => globMatches(pattern, namespace));
    const path = `spec.match.excludedNamespaces[${index}]`;
    if (phi !== undefined) return [{ path, problem: `${pattern} takes the PHI namespace ${phi} from the constraint`, remedy: 'remove it: exceptions name objects' }];
    return SYSTEM.includes(pattern) ? [] : [{ path, problem: `${pattern} is no system namespace, and is taken from the constraint`, remedy: 'name the PHI namespaces in match.namespaces instead' }];
  });
  if (open.length === 0) return excluded;
  const action = at(constraint, 'spec', 'enforcementAction');
  const missing = open.filter((namespace) => kinds.some((kind) => !isOfCluster(kind.split('/')[1])) && !isNamed(constraint, namespace));
  return [
    ...(denies(constraint) ? [] : [{ path: 'spec.enforcementAction', problem: `enforcementAction is ${String(action)}: violations are let in`, remedy: 'set enforcementAction: deny' }]),
    ...excluded,
    ...missing.map((namespace) => ({ path: 'spec.match.namespaces', problem: `the constraint does not bind in the PHI namespace ${namespace}`, remedy: 'name it in match.namespaces' })),
    ...narrowing(constraint).map((field) => ({ path: `spec.match.${field}`, problem: `the constraint is narrowed by ${field}`, remedy: 'remove it: exceptions name objects' })),
  ];
}

function refuses(constraint: unknown, kind: string, namespace: string): boolean {
  const isOf = kindsOf(constraint).some((named) => named === kind || named === ANY_KIND);
  if (!isOf || !denies(constraint) || narrowing(constraint).length > 0) return false;
  if (isOfCluster(kind.split('/')[1])) return true;
  return isNamed(constraint, namespace) && !listAt(constraint, 'spec', 'match', 'excludedNamespaces').some((pattern) => globMatches(String(pattern), namespace));
}

/** By default a constraint denies; one that is scoped has to say so of the webhook. */
function denies(constraint: unknown): boolean {
  const action = at(constraint, 'spec', 'enforcementAction') ?? 'deny';
  if (action !== 'scoped') return action === 'deny';
  return listAt(constraint, 'spec', 'scopedEnforcementActions')
    .some((scoped) => at(scoped, 'action') === 'deny' && listAt(scoped, 'enforcementPoints').some((point) => ['*', 'validation.gatekeeper.sh'].includes(String(at(point, 'name')))));
}

/** Without a list, every namespace is meant. */
function isNamed(constraint: unknown, namespace: string): boolean {
  const patterns = listAt(constraint, 'spec', 'match', 'namespaces').map(String);
  return patterns.length === 0 || patterns.some((pattern) => globMatches(pattern, namespace));
}

const ANY_KIND = '*/*';

/** `apps/Deployment`; without a list, every kind. */
function kindsOf(constraint: unknown): string[] {
  const named = listAt(constraint, 'spec', 'match', 'kinds')
    .flatMap((entry) => listAt(entry, 'apiGroups').flatMap((group) => listAt(entry, 'kinds').map((kind) => (kind === '*' || group === '*' ? ANY_KIND : `${String(group)}/${String(kind)}`))));
  return named.length === 0 ? [ANY_KIND] : [...new Set(named)];
}

/** Fields of the match that leave objects out: by labels, by name, by where they come from. */
function narrowing(constraint: unknown): string[] {
  const match = (at(constraint, 'spec', 'match') ?? {}) as Readonly<Record<string, unknown>>;
  return Object.keys(match).filter((field) => !JUDGED_FIELDS.includes(field) && !isEverything(field, match[field]));
}

function isEverything(field: string, value: unknown): boolean {
  if (field === 'scope') return value === '*';
  if (field === 'source') return value === 'All';
  return field.endsWith('Selector') && listAt(value, 'matchExpressions').length === 0 && Object.keys((at(value, 'matchLabels') ?? {}) as object).length === 0;
}
