import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { AddressBlock } from './address-block';
import { labelsOfAnybody, namesSomebody, selects, type Labels } from './selector';

export type Direction = 'Ingress' | 'Egress';

/** Where a node answers with its credentials, over plain HTTP (AWS EC2, instance metadata). */
const NODE_METADATA = ['169.254.169.254', 'fd00:ec2::254'];
/** Where the EKS Pod Identity Agent answers with a workload's. */
const POD_IDENTITY = ['169.254.170.23', 'fd00:ec2::23'];
const METADATA_PORT = 80;

/** The NetworkPolicies of one namespace, as their enforcer reads them: they add up, and what none allows is closed (Kubernetes, Network Policies). */
export class PolicySet {
  /** The policies of a namespace, read once. */
  public static of(context: CheckContext, namespace: string | undefined): PolicySet {
    return context.once(`policies of ${namespace}`, () => new PolicySet(context, context.inNamespace('NetworkPolicy', namespace)));
  }

  private readonly context: CheckContext;
  private readonly policies: readonly Policy[];
  /** Pods that no policy means in particular: one without labels, and one for each selector that asks for no value. */
  private readonly anyPods: readonly Labels[];

  private constructor(context: CheckContext, policies: readonly SynthesizedObject[]) {
    this.context = context;
    this.policies = policies.map(readPolicy);
    const vague = this.policies.map(({ selector }) => selector).filter((selector) => listAt(selector, 'matchExpressions').length > 0 && !namesSomebody(selector));
    this.anyPods = [{}, ...vague.map(labelsOfAnybody)];
  }

  /** A flow between a pod that no policy names and somebody whom no policy names, in a sentence; undefined where there is none. */
  public opening(directions: readonly Direction[]): string | undefined {
    for (const pod of this.anyPods) {
      for (const direction of directions) {
        const policies = this.policies.filter((policy) => isolates(policy, pod, direction));
        if (policies.length === 0) return `no policy selects ${describePod(pod)} for ${direction}`;
        for (const policy of policies) {
          const other = policy[direction].map((rule) => stranger(rule, direction, this.context)).find((found) => found !== undefined);
          if (other !== undefined) return `${describeReference(policy.object.reference)} lets ${describePod(pod)} ${direction === 'Ingress' ? 'be reached from' : 'reach'} ${other}, and policies add up`;
        }
      }
    }
    return undefined;
  }

  /** A way from a pod to the credentials of its node, or from a pod that no policy names to those of a workload. */
  public wayToMetadata(): string | undefined {
    for (const policy of this.policies) {
      if (!policy.directions.includes('Egress')) continue;
      const anybody = this.anyPods.some((pod) => isolates(policy, pod, 'Egress'));
      const addresses = anybody ? [...NODE_METADATA, ...POD_IDENTITY] : NODE_METADATA;
      for (const rule of policy.Egress) {
        if (!allowsPort(rule, METADATA_PORT, 'TCP')) continue;
        const peers = listAt(rule, 'to');
        const reached = addresses.find((address) => peers.length === 0 || peers.some((peer) => blockOf(peer, this.context)?.contains(address)));
        if (reached !== undefined) return `${describeReference(policy.object.reference)} lets ${anybody ? 'any pod' : 'the pods that it selects'} reach the metadata service ${reached}:${METADATA_PORT}`;
      }
    }
    return undefined;
  }

  /** Whether a pod may send to a port of some peer that `accept` takes; a pod that no policy selects may send anywhere. */
  public allowsEgress(pod: Labels, port: number, protocol: string, accept: (peer: unknown) => boolean): boolean {
    return this.allows('Egress', pod, port, protocol, accept);
  }

  /** Whether a pod may be reached on a port by some peer that `accept` takes; a pod that no policy selects may be reached by all. */
  public allowsIngress(pod: Labels, port: number, protocol: string, accept: (peer: unknown) => boolean): boolean {
    return this.allows('Ingress', pod, port, protocol, accept);
  }

  /** Whether some policy selects a pod, in whatever direction. */
  public selects(pod: Labels): boolean {
    return this.policies.some(({ selector }) => selects(selector, pod));
  }

  public get isEmpty(): boolean {
    return this.policies.length === 0;
  }

  private allows(direction: Direction, pod: Labels, port: number, protocol: string, accept: (peer: unknown) => boolean): boolean {
    const policies = this.policies.filter((policy) => isolates(policy, pod, direction));
    return policies.length === 0 || policies.some((policy) => policy[direction].some((rule) => {
      const peers = listAt(rule, direction === 'Ingress' ? 'from' : 'to');
      return allowsPort(rule, port, protocol) && (peers.length === 0 || peers.some(accept));
    }));
  }
}

/** Whether a rule lets somebody in or out whom nothing names. */
export function openToStrangers(rule: unknown, direction: Direction, context: CheckContext): boolean {
  return stranger(rule, direction, context) !== undefined;
}

function stranger(rule: unknown, direction: Direction, context: CheckContext): string | undefined {
  const peers = listAt(rule, direction === 'Ingress' ? 'from' : 'to');
  if (peers.length === 0) return 'everyone';
  for (const peer of peers) {
    const internet = internetAddressOf(peer, context);
    if (internet !== undefined) return `${internet} on the internet`;
    const namespaces = at(peer, 'namespaceSelector');
    const unknown = { ...labelsOfAnybody(namespaces), 'kubernetes.io/metadata.name': 'cdk8s-hipaa-probe' };
    if (namespaces !== undefined && namespaces !== null && selects(namespaces, unknown) && !namesSomebody(at(peer, 'podSelector'))) return 'pods of a namespace that it does not name';
  }
  return undefined;
}

function blockOf(peer: unknown, context: CheckContext): AddressBlock | undefined {
  const ipBlock = at(peer, 'ipBlock');
  return ipBlock === undefined || ipBlock === null ? undefined : context.once(`block ${JSON.stringify(ipBlock)}`, () => new AddressBlock(ipBlock));
}

function internetAddressOf(peer: unknown, context: CheckContext): string | undefined {
  const block = blockOf(peer, context);
  return block && context.once(`internet in ${JSON.stringify(at(peer, 'ipBlock'))}`, () => block.internetAddress());
}

/** A policy as its enforcer reads it: rules by direction. */
export interface Policy {
  readonly object: SynthesizedObject;
  readonly selector: unknown;
  readonly directions: readonly Direction[];
  readonly Ingress: readonly unknown[];
  readonly Egress: readonly unknown[];
}

/** Rules and directions of a policy, with what the API server fills in. */
export function readPolicy(object: SynthesizedObject): Policy {
  const spec = at(object.content, 'spec');
  const types = listAt(spec, 'policyTypes') as readonly Direction[];
  const rules = { Ingress: listAt(spec, 'ingress'), Egress: listAt(spec, 'egress') };
  // Without types it is Ingress, and Egress where there is a rule for it; a rule of a direction that is not named counts for nothing.
  const directions: readonly Direction[] = types.length > 0 ? types : rules.Egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return { object, selector: at(spec, 'podSelector'), directions, ...rules };
}

function isolates(policy: Policy, pod: Labels, direction: Direction): boolean {
  return policy.directions.includes(direction) && selects(policy.selector, pod);
}

/** Ports by name are those of a pod: an address has none. */
function allowsPort(rule: unknown, port: number, protocol: string): boolean {
  const ports = listAt(rule, 'ports');
  return ports.length === 0 || ports.some((entry) => {
    if ((at(entry, 'protocol') ?? 'TCP') !== protocol) return false;
    const first = at(entry, 'port');
    if (first === undefined || first === null) return true;
    return typeof first === 'number' && port >= first && port <= Number(at(entry, 'endPort') ?? first);
  });
}

function describePod(pod: Labels): string {
  const labels = Object.keys(pod);
  return labels.length === 0 ? 'a pod without labels' : `a pod with just the label ${labels.join(', ')}`;
}
