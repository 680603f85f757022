import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { at } from '../manifests/content';
import type { Environment } from '../profile/environment';
import { describe } from '../profile/errors';
import type { KubernetesVersion } from '../profile/kubernetes-version';
import { claimsByEmitted } from '../validation/claims';
import { findingsWithoutProfile } from '../validation/without-profile';
import { synthesizedManifest } from './synthesized-manifest';

/** A PHI namespace, as its tree knows it. */
export interface KnownNamespace {
  readonly path: string;
  readonly name: string;
  readonly environment: Environment;
  readonly kubernetesVersion: KubernetesVersion;
  /** Whether it is made elsewhere: its objects are in another app. */
  readonly existing: boolean;
}

/** A flow, by the namespaces of its ends. */
export interface KnownFlow {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** Whether one end is an agent outside of PHI namespaces, and gets no policy. */
  readonly withAgent: boolean;
}

const TREES = new WeakMap<IConstruct, PhiTree>();
const CONSTRAINTS = 'constraints.gatekeeper.sh/';

/**
 * What only the whole app knows of its PHI namespaces: flows between two of them, the constraints that have to name each, and what else stands in them. Looked at once,
 * at synth, so that the order in which an app makes things does not matter.
 */
export class PhiTree {
  public static of(scope: IConstruct): PhiTree {
    const { root } = scope.node;
    const known = TREES.get(root);
    if (known) return known;
    const tree = new PhiTree(root);
    TREES.set(root, tree);
    return tree;
  }

  private readonly namespaces = new Map<string, KnownNamespace>();
  private readonly twice: (readonly [KnownNamespace, KnownNamespace])[] = [];
  private readonly flows: KnownFlow[] = [];
  /** Stages of namespaces that the profile names, made here or not. */
  private readonly stages = new Map<string, Environment>();
  private judgedElsewhere = false;

  private constructor(root: IConstruct) {
    root.node.addValidation({ validate: () => [...this.doubles(), ...this.strangers(), ...this.crossings(), ...this.passedOver(root), ...this.unguarded(root)] });
  }

  public add(namespace: KnownNamespace): void {
    const first = this.namespaces.get(namespace.name);
    this.know(namespace.name, namespace.environment);
    if (first === undefined) this.namespaces.set(namespace.name, namespace);
    else if (first.existing || namespace.existing) this.namespaces.set(namespace.name, first.existing ? namespace : first);
    else this.twice.push([first, namespace]);
  }

  /** Tells of a PHI namespace that is made elsewhere, and may be the end of a flow. */
  public know(name: string, environment: Environment): void {
    this.stages.set(name, environment);
  }

  /** Says that the app judges its objects by itself, against a profile. */
  public leaveObjects(): void {
    this.judgedElsewhere = true;
  }

  public addFlow(flow: KnownFlow): void {
    this.flows.push(flow);
  }

  /** The second would overwrite the first, its environment and its bounds too. */
  private doubles(): string[] {
    return this.twice.map(([first, { path, name }]) => describe({
      path, problem: 'a PHI namespace is made twice', value: name, rule: 'control AC13, 45 CFR 164.308(a)(4)(i): one entry a namespace', remedy: `use the one at ${first.path}`,
    }));
  }

  /** The policy of the other end would close pods there that were open for whatever else they do, such as asking for names. */
  private strangers(): string[] {
    const unknown = (name: string): boolean => !this.stages.has(name);
    return this.flows.filter(({ withAgent }) => !withAgent).flatMap(({ path, from, to }) => [from, to].filter(unknown).map((name) => describe({
      path, problem: 'an end of the flow lies in no PHI namespace', value: name,
      rule: 'control NW1, 45 CFR 164.312(a)(1): a policy closes the pods that it selects for all that no policy allows, and nothing keeps PHI in there',
      remedy: `use ${name === from ? 'allowFromAgent' : 'allowToAgent'} for an end outside of PHI namespaces, or make the namespace one of them`,
    })));
  }

  private crossings(): string[] {
    return this.flows.flatMap(({ path, from, to }) => {
      const [source, destination] = [this.stages.get(from), this.stages.get(to)];
      if (source === undefined || destination === undefined || source === destination) return [];
      return [describe({
        path, problem: 'the flow crosses from one environment into another', value: `${from} (${source}) -> ${to} (${destination})`,
        rule: 'control AC13, 45 CFR 164.308(a)(4)(i): stages are kept apart', remedy: 'let both workloads be of one environment; move data between stages only after it was de-identified',
      })];
    });
  }

  /** Whatever made them: an ordinary workload beside hardened ones has the same data within its reach. */
  private unguarded(root: IConstruct): string[] {
    const [first] = this.namespaces.values();
    // Of what is made twice every object is there twice: one finding says so.
    if (this.judgedElsewhere || first === undefined || this.twice.length > 0) return [];
    const claims = claimsByEmitted(root, ApiObject.isApiObject).byConstruct;
    const objects = root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
      .map((object) => synthesizedManifest(object, claims.get(object)));
    return findingsWithoutProfile(objects, { names: [...this.namespaces.keys()], kubernetesVersion: first.kubernetesVersion });
  }

  /** Constraints of this library bind in the namespaces that they name, and nowhere else. */
  private passedOver(root: IConstruct): string[] {
    return root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.apiVersion.startsWith(CONSTRAINTS) && construct.kind.startsWith('Hipaa'))
      .flatMap((constraint) => {
        const named = at(constraint.toJson(), 'spec', 'match', 'namespaces');
        if (!Array.isArray(named)) return [];
        const names = new Set<unknown>(named);
        return [...this.namespaces.values()].filter(({ name }) => !names.has(name)).map(({ path, name }) => describe({
          path, problem: `the constraint ${constraint.kind} ${constraint.name} passes over the PHI namespace`, value: name,
          rule: 'control AC13, 45 CFR 164.308(a)(4)(i): every constraint binds in every PHI namespace', remedy: `add it to phiNamespaces of ${constraint.node.path}`,
        }));
      });
  }
}
