import { cite } from '../../controls/catalogue';
import { Control } from '../../controls/control';
import { PLAINTEXT_PORTS } from '../../network/plaintext-ports';
import { blockContains } from '../../profile/checks';
import { EKS_SERVICE_BLOCKS, LINK_LOCAL_BLOCKS } from '../../profile/cluster-addresses';
import { describe } from '../../profile/errors';
import { EksPlatform, ExternalPlatform, SelfManagedPlatform, type Platform } from '../../profile/platform';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { AddressBlock } from './address-block';
import { openToStrangers, readPolicy, type Direction, type Policy } from './policy-set';
import { namesSomebody } from './selector';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const WIDE_BECAUSE = 'cdk8s-hipaa/wide-because';
const TLS_BECAUSE = 'cdk8s-hipaa/tls-because';
const HTTPS_PORT = 443;
/** Networks of one's own (RFC 1918, RFC 6598, RFC 4193). */
const OWN_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
/** An address in each of them, and that of the node's credentials. */
const OWN_ADDRESSES = ['10.77.41.9', '172.20.3.5', '192.168.3.5', '100.64.3.5', 'fd77::1', '169.254.169.254', 'fd00:ec2::254'];
/** Shorter prefixes are a part of the internet, and of what comes in, more than the subnets of a load balancer (Amazon VPC, CIDR blocks). */
const WIDE = { Egress: { ipv4: 8, ipv6: 19 }, Ingress: { ipv4: 16, ipv6: 44 } };
/** What the node itself answers with, by block and port: EKS Pod Identity, and a cache of DNS that may have any of its addresses. */
const NODE_SERVICES: readonly (readonly [block: string, port: number])[] = [['169.254.170.23/32', 80], ['fd00:ec2::23/128', 80], ...LINK_LOCAL_BLOCKS.map((block) => [block, 53] as const)];
/** From where kubelet probes pods of an ambient mesh: of the pod's own node, and routed from nowhere else. */
const PROBES = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];

const CONTROLS: Readonly<Record<Direction, Control>> = { Ingress: Control.NW1_DENY_ALL, Egress: Control.NW3_EGRESS_DNS };

/**
 * Rules of NetworkPolicies in PHI namespaces that let in, or out, whom nobody named: policies add up, so that one for a single workload opens it as wide as one for all. Between
 * workloads that are named, and to addresses with a reason, flows pass.
 *
 * @param openingsTold whether an object that claims the control tells what opens pods that no policy names.
 */
export function policyRuleFindings(context: CheckContext, openingsTold: boolean): string[] {
  return context.ofKind('NetworkPolicy').filter(({ reference }) => context.isPhi(reference.namespace)).flatMap((object) => {
    const policy = readPolicy(object);
    return policy.directions.flatMap((direction) => {
      const control = CONTROLS[direction];
      if (context.profile.exceptionFor(control)) return [];
      const told = openingsTold && !namesSomebody(policy.selector) && context.firstClaimant(control, object.reference.namespace) !== undefined;
      const rules = policy[direction].filter((rule) => !(told && openToStrangers(rule, direction, context)));
      const texts = rules.map((rule) => flawOf(rule, direction, policy, context)).filter((text) => text !== undefined);
      return texts.length === 0 ? [] : [describe({
        path: object.path, problem: `${describeReference(object.reference)} opens pods with PHI to whom nobody named`,
        value: `it lets ${podsOf(policy)} ${direction === 'Ingress' ? 'be reached from' : 'reach'} ${[...new Set(texts)].join('; ')}`, rule: `control ${cite(control)}`,
        remedy: `use allow, exposeTls or ${direction === 'Ingress' ? 'allowFromAgent' : 'allowExternalTls'} of the PhiNamespace, which names both ends, or add a ControlException for the control to the profile`,
      })];
    });
  });
}

function podsOf({ selector }: Policy): string {
  return namesSomebody(selector) ? 'the pods that it selects' : 'every pod';
}

/** Whom a rule names that it may not; undefined where both ends are named. */
function flawOf(rule: unknown, direction: Direction, { object }: Policy, context: CheckContext): string | undefined {
  const peers = listAt(rule, direction === 'Ingress' ? 'from' : 'to');
  if (peers.length === 0) return 'everyone';
  for (const peer of peers) {
    const block = at(peer, 'ipBlock') ?? undefined;
    const flaw = block === undefined ? podFlaw(peer, context) : blockFlaw(block, rule, direction, object, context);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function podFlaw(peer: unknown, context: CheckContext): string | undefined {
  const selector = at(peer, 'namespaceSelector') ?? undefined;
  if (selector === undefined) return undefined;
  const names = namespacesOf(selector);
  if (names.length === 0) return Object.keys(selector as object).length === 0 || !namesSomebody(selector) ? 'pods of all namespaces' : 'pods of namespaces that it does not name: anybody who may label one is let in';
  const open = namesSomebody(at(peer, 'podSelector')) ? undefined : names.find((name) => !context.isPhi(name));
  return open === undefined ? undefined : `every pod of the namespace ${open}, which holds no PHI`;
}

/** Namespaces by the label that the API server sets, and lets nobody change. */
function namespacesOf(selector: unknown): string[] {
  const name = at(selector, 'matchLabels', NAMESPACE_NAME);
  if (typeof name === 'string') return [name];
  return listAt(selector, 'matchExpressions').filter((requirement) => at(requirement, 'key') === NAMESPACE_NAME && at(requirement, 'operator') === 'In')
    .flatMap((requirement) => listAt(requirement, 'values').map(String));
}

function blockFlaw(block: unknown, rule: unknown, direction: Direction, { content }: SynthesizedObject, context: CheckContext): string | undefined {
  const cidr = String(at(block, 'cidr'));
  const prefix = Number(cidr.split('/')[1]);
  const family = cidr.includes(':') ? 'ipv6' : 'ipv4';
  const ports = listAt(rule, 'ports');
  if (direction === 'Ingress') {
    if (PROBES.includes(cidr)) return undefined;
    if (!isOwn(cidr, context)) return `addresses that are none of the cluster's network: ${cidr}`;
    return prefix < WIDE.Ingress[family] ? `a block that is wider than subnets of a load balancer: ${cidr}` : undefined;
  }
  if (LINK_LOCAL_BLOCKS.some((local) => blockContains(local, cidr))) return nodeFlaw(cidr, ports);
  // A range of ports is no port that somebody speaks TLS on.
  if (ports.length === 0 || ports.some((port) => at(port, 'port') === undefined || (at(port, 'endPort') ?? undefined) !== undefined)) return `${cidr} on ports that it does not name one by one`;
  const annotations = at(content, 'metadata', 'annotations');
  const wide = prefix < WIDE.Egress[family];
  if (wide && !isReason(at(annotations, WIDE_BECAUSE))) return `a part of the internet, ${cidr}, and no annotation ${WIDE_BECAUSE} says why`;
  const own = wide ? OWN_ADDRESSES.find((address) => new AddressBlock(block).contains(address)) : undefined;
  if (own !== undefined) return `${own} within ${cidr}, which is on no internet: pods, nodes and their credentials are there`;
  if (isOwn(cidr, context)) return undefined;
  const plain = ports.find((port) => PLAINTEXT_PORTS.includes(Number(at(port, 'port'))));
  if (plain !== undefined) return `${cidr} on port ${String(at(plain, 'port'))}, whose protocol has no TLS`;
  const unexplained = ports.find((port) => at(port, 'port') !== HTTPS_PORT || (at(port, 'protocol') ?? 'TCP') !== 'TCP');
  return unexplained === undefined || isReason(at(annotations, TLS_BECAUSE)) ? undefined
    : `${cidr} on ${String(at(unexplained, 'protocol') ?? 'TCP')} port ${String(at(unexplained, 'port'))}, and no annotation ${TLS_BECAUSE} says that it is TLS`;
}

function nodeFlaw(cidr: string, ports: readonly unknown[]): string | undefined {
  const closed = ports.length > 0 && ports.every((port) => (at(port, 'endPort') ?? undefined) === undefined
    && NODE_SERVICES.some(([block, number]) => blockContains(block, cidr) && at(port, 'port') === number));
  return closed ? undefined : `services of the node that are none of DNS or Pod Identity: ${cidr}`;
}

function isReason(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

/** Whether a block lies in a network of one's own: a private one, or one that the profile names. */
function isOwn(cidr: string, context: CheckContext): boolean {
  const blocks = context.once('blocks of the profile', () => [...OWN_BLOCKS, ...blocksOf(context.profile.platform)]);
  return blocks.some((block) => blockContains(block, cidr));
}

function blocksOf(platform: Platform | undefined): readonly string[] {
  if (platform instanceof EksPlatform) {
    return [...platform.vpcCidrs, ...platform.controlPlaneCidrs, ...(platform.serviceCidr === undefined ? EKS_SERVICE_BLOCKS : [platform.serviceCidr])];
  }
  return platform instanceof SelfManagedPlatform || platform instanceof ExternalPlatform ? platform.apiServerCidrs ?? [] : [];
}
