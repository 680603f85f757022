import { Control } from '../../controls/control';
import { ClaimKind } from '../../controls/safeguard';
import type { PhiNamespaceSettings } from '../../profile/phi-namespace-settings';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { tell, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { readPolicy, type Direction } from './policy-set';
import { namesSomebody, selects, type Labels } from './selector';

const NAME = 'kubernetes.io/metadata.name';

/**
 * Policies that let PHI namespaces of two stages reach each other. One side is enough where it picks out the other stage, as the second is then one policy away; a rule
 * for everyone counts where the other stage has one too. Blocks of addresses are not judged: nobody knows here which pods have them.
 *
 * Each namespace is judged by its own policies; one whose Namespace makes no claim is told of on the first that does.
 */
export function environmentsApart(object: SynthesizedObject, context: CheckContext): string | undefined {
  return tell(context.once('environments', () => byCarrier(context)).get(object) ?? []);
}

function byCarrier(context: CheckContext): ReadonlyMap<SynthesizedObject, readonly string[]> {
  const claimants = context.ofKind('Namespace').filter(({ claims }) => claims.some(({ control, kind }) => control === Control.AC13_NAMESPACES && kind === ClaimKind.IMPLEMENTS));
  const byName = new Map(claimants.map((claimant) => [claimant.reference.name, claimant]));
  const texts = new Map<SynthesizedObject, string[]>();
  for (const { text, namespace } of find(context)) {
    const carrier = byName.get(namespace) ?? context.firstClaimant(Control.AC13_NAMESPACES);
    if (!carrier) continue;
    const told = texts.get(carrier);
    if (told) told.push(text);
    else texts.set(carrier, [text]);
  }
  return texts;
}

function* find(context: CheckContext): Generator<SetFinding> {
  const { phiNamespaces } = context.profile;
  if (new Set(phiNamespaces.map(({ environment }) => environment)).size < 2) return;
  const separation = new Separation(context);
  for (const policy of context.ofKind('NetworkPolicy')) yield* separation.crossings(policy);
  yield* separation.openOnBothSides();
  for (const policy of context.ofKind('AuthorizationPolicy')) yield* separation.admissions(policy);
}

class Separation {
  private readonly context: CheckContext;
  private readonly byName: ReadonlyMap<string, PhiNamespaceSettings>;
  private readonly selected = new Map<string, readonly PhiNamespaceSettings[]>();
  /** The first policy with a rule for everyone, by stage and direction. */
  private readonly forEveryone = new Map<string, SynthesizedObject>();

  public constructor(context: CheckContext) {
    this.context = context;
    this.byName = new Map(context.profile.phiNamespaces.map((namespace) => [namespace.name, namespace]));
  }

  /** Rules of a policy that pick out a namespace of another stage. */
  public *crossings(policy: SynthesizedObject): Generator<SetFinding> {
    const own = this.byName.get(policy.reference.namespace ?? '');
    if (!own) return;
    const read = readPolicy(policy);
    for (const direction of read.directions) {
      for (const rule of read[direction]) {
        const other = this.otherStage(rule, direction, own, policy);
        if (other === undefined) continue;
        yield { text: `${describeReference(policy.reference)} (${own.environment}) lets pods ${direction === 'Egress' ? 'reach' : 'be reached from'} ${other.name} (${other.environment})`, namespace: own.name };
        return;
      }
    }
  }

  /** Two stages of which one lets pods reach everyone, and the other lets everyone in. */
  public *openOnBothSides(): Generator<SetFinding> {
    const stages = [...new Set([...this.byName.values()].map(({ environment }) => environment))].sort();
    for (const from of stages) {
      for (const to of stages) {
        const [egress, ingress] = [this.forEveryone.get(`${from} Egress`), this.forEveryone.get(`${to} Ingress`)];
        if (from !== to && egress && ingress) {
          yield { text: `${describeReference(egress.reference)} (${from}) lets pods reach everyone, and ${describeReference(ingress.reference)} (${to}) lets everyone in`, namespace: egress.reference.namespace };
        }
      }
    }
  }

  /** Identities of another stage that a policy of the mesh lets in. */
  public *admissions(policy: SynthesizedObject): Generator<SetFinding> {
    const own = this.byName.get(policy.reference.namespace ?? '');
    if (!own || at(policy.content, 'spec', 'action') === 'DENY') return;
    const sources = listAt(policy.content, 'spec', 'rules').flatMap((rule) => listAt(rule, 'from')).map((entry) => at(entry, 'source'));
    const patterns = sources.flatMap((source) => [
      ...listAt(source, 'namespaces').map(String),
      ...listAt(source, 'principals').map((principal) => namespaceOf(String(principal))),
      ...listAt(source, 'serviceAccounts').map(String).filter((account) => account.includes('/')).map((account) => account.split('/')[0]),
    ]);
    const other = patterns.flatMap((pattern) => this.named(pattern)).find(({ environment }) => environment !== own.environment);
    if (other) yield { text: `${describeReference(policy.reference)} (${own.environment}) lets workloads of ${other.name} (${other.environment}) in`, namespace: own.name };
  }

  /** PHI namespaces by name, with `*` at either end (Istio, AuthorizationPolicy, value matching). */
  private named(pattern: string): readonly PhiNamespaceSettings[] {
    if (!pattern.includes('*')) return [this.byName.get(pattern)].filter((namespace) => namespace !== undefined);
    return [...this.byName.values()].filter(({ name }) => (pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name.startsWith(pattern.slice(0, -1))));
  }

  private otherStage(rule: unknown, direction: Direction, own: PhiNamespaceSettings, policy: SynthesizedObject): PhiNamespaceSettings | undefined {
    const peers = listAt(rule, direction === 'Egress' ? 'to' : 'from');
    const everyone = `${own.environment} ${direction}`;
    if (peers.length === 0 && !this.forEveryone.has(everyone)) this.forEveryone.set(everyone, policy);
    for (const peer of peers) {
      const selector = at(peer, 'namespaceSelector');
      if (selector === undefined || selector === null) continue;
      const other = this.selectedBy(selector).find(({ environment }) => environment !== own.environment);
      if (other === undefined) continue;
      if (namesSomebody(selector)) return other;
      if (!this.forEveryone.has(everyone)) this.forEveryone.set(everyone, policy);
    }
    return undefined;
  }

  private selectedBy(selector: unknown): readonly PhiNamespaceSettings[] {
    const name = at(selector, 'matchLabels', NAME);
    const key = JSON.stringify(selector);
    const known = this.selected.get(key);
    if (known) return known;
    // By far the most selectors name one namespace: the others are compared with all of them, once.
    const candidates = typeof name === 'string' ? [this.byName.get(name)].filter((namespace) => namespace !== undefined) : [...this.byName.values()];
    const found = candidates.filter((namespace) => selects(selector, this.labelsOf(namespace)));
    this.selected.set(key, found);
    return found;
  }

  private labelsOf({ name, environment }: PhiNamespaceSettings): Labels {
    const labels = (at(this.context.find('Namespace', undefined, name)?.content, 'metadata', 'labels') ?? {}) as Labels;
    return { 'cdk8s-hipaa/environment': environment, 'cdk8s-hipaa/data-classification': 'phi', ...labels, [NAME]: name };
  }
}

/** The namespace of an identity, `cluster.local/ns/web/sa/portal`, as far as its pattern says which. */
function namespaceOf(principal: string): string {
  const [before, after] = principal.split('/ns/');
  if (after === undefined) return before.includes('*') ? '*' : '';
  return after.includes('/') || after.endsWith('*') ? after.split('/')[0] : '';
}
