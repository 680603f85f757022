import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Manifest } from './chart';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A pod as policies see it. */
export interface Pod {
  namespace: string;
  labels: Record<string, string>;
  /** Container ports by name, for policies that name one. */
  ports?: Record<string, { port: number; protocol?: Protocol }>;
  /** Pods on the node's network are seen as the node: no selector finds them. */
  hostNetwork?: boolean;
  ip?: string;
  /** Traffic between a pod and the node that it runs on is never blocked. */
  node?: string;
}

/** An address that is no pod: the internet, a metadata service, a load balancer. */
export interface Address {
  ip: string;
}

export type Endpoint = Pod | Address;

export interface Flow {
  from: Endpoint;
  to: Endpoint;
  port: number;
  protocol?: Protocol;
}

interface Requirement { key: string; operator: string; values?: string[] }
export interface Selector { matchLabels?: Record<string, string>; matchExpressions?: Requirement[] }
interface Peer { podSelector?: Selector; namespaceSelector?: Selector; ipBlock?: { cidr: string; except?: string[] } }
interface Port { port?: number | string; endPort?: number; protocol?: Protocol }
interface Rule { from?: Peer[]; to?: Peer[]; ports?: Port[] }

const isPod = (endpoint: Endpoint): endpoint is Pod => 'namespace' in endpoint;

/**
 * What a cluster whose enforcer follows the Kubernetes API (Network Policies) lets pass. Rules are a union: nothing denies but the
 * absence of a rule once a pod is selected. Where the API leaves a thing to the enforcer, the wider reading is taken: an ipBlock is
 * matched against pods' addresses too. A policy that the API server refuses is an error: no answer rests on an object that cannot be there.
 */
export class NetworkEvaluator {
  private readonly policies: Manifest[];

  /**
   * @param namespaceLabels labels of namespaces by name; the API server's own label is added.
   * @param strict whether a pod that no policy selects is closed, towards its node as well (Amazon VPC CNI, strict mode).
   */
  public constructor(manifests: Manifest[], private readonly namespaceLabels: Record<string, Record<string, string>> = {}, private readonly strict = false) {
    this.policies = manifests.filter((manifest) => manifest.kind === 'NetworkPolicy' && manifest.apiVersion === 'networking.k8s.io/v1');
    this.policies.forEach(checkPolicy);
  }

  public allows(flow: Flow): boolean {
    const { from, to } = flow;
    if (isPod(from) && isPod(to) && isSame(from, to)) return true;
    if (this.isUnselected(from) || this.isUnselected(to)) return false;
    if (isPod(from) && isPod(to) && from.node !== undefined && from.node === to.node && (from.hostNetwork || to.hostNetwork)) return true;
    return this.passes(flow, 'Egress') && this.passes(flow, 'Ingress');
  }

  private isUnselected(endpoint: Endpoint): boolean {
    return this.strict && isPod(endpoint) && !endpoint.hostNetwork
      && !this.policies.some((policy) => policy.metadata.namespace === endpoint.namespace && selects(policy.spec.podSelector, endpoint.labels));
  }

  private passes(flow: Flow, direction: 'Egress' | 'Ingress'): boolean {
    const subject = direction === 'Egress' ? flow.from : flow.to;
    const other = direction === 'Egress' ? flow.to : flow.from;
    if (!isPod(subject) || subject.hostNetwork) return true;
    const isolating = this.policies.filter((policy) => policy.metadata.namespace === subject.namespace
      && selects(policy.spec.podSelector, subject.labels) && policyTypes(policy).includes(direction));
    if (isolating.length === 0) return true;
    return isolating.some((policy) => ((direction === 'Egress' ? policy.spec.egress : policy.spec.ingress) as Rule[] | undefined ?? []).some((rule) => {
      const peers = direction === 'Egress' ? rule.to : rule.from;
      return (!peers?.length || peers.some((peer) => this.matchesPeer(peer, other, policy.metadata.namespace!))) && matchesPorts(rule.ports, flow);
    }));
  }

  private matchesPeer(peer: Peer, endpoint: Endpoint, policyNamespace: string): boolean {
    if (peer.ipBlock) {
      const ip = endpoint.ip;
      return ip !== undefined && contains(peer.ipBlock.cidr, ip) && !(peer.ipBlock.except ?? []).some((cidr) => contains(cidr, ip));
    }
    if (!isPod(endpoint) || endpoint.hostNetwork || (!peer.podSelector && !peer.namespaceSelector)) return false;
    const inNamespace = peer.namespaceSelector ? selects(peer.namespaceSelector, this.labelsOf(endpoint.namespace)) : endpoint.namespace === policyNamespace;
    return inNamespace && selects(peer.podSelector ?? {}, endpoint.labels);
  }

  private labelsOf(namespace: string): Record<string, string> {
    return { ...this.namespaceLabels[namespace], 'kubernetes.io/metadata.name': namespace };
  }
}

/** Defaults of the API: always Ingress, and Egress where there is an egress rule. */
function policyTypes(policy: Manifest): string[] {
  if (policy.spec.policyTypes?.length) return policy.spec.policyTypes as string[];
  return policy.spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** Whether labels match a selector (Kubernetes, Labels and Selectors); an empty one matches all. */
export function selects(selector: Selector | undefined, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return key in labels && values.includes(labels[key]);
      case 'NotIn': return !(key in labels) || !values.includes(labels[key]);
      case 'Exists': return key in labels;
      case 'DoesNotExist': return !(key in labels);
      default: throw new Error(`no such operator: ${operator}`);
    }
  });
}

function matchesPorts(ports: Port[] | undefined, flow: Flow): boolean {
  if (!ports?.length) return true;
  return ports.some(({ port, endPort, protocol = 'TCP' }) => {
    if (protocol !== (flow.protocol ?? 'TCP')) return false;
    if (port === undefined) return true;
    if (typeof port === 'number') return flow.port >= port && flow.port <= (endPort ?? port);
    // A name is looked up in the pod that takes the connection, in both directions.
    const named = isPod(flow.to) ? flow.to.ports?.[port] : undefined;
    return named !== undefined && named.port === flow.port && (named.protocol ?? 'TCP') === protocol;
  });
}

/** A pod cannot block access to itself. */
function isSame(from: Pod, to: Pod): boolean {
  return from === to || (!from.hostNetwork && !to.hostNetwork && from.namespace === to.namespace && from.ip !== undefined && from.ip === to.ip);
}

function contains(cidr: string, ip: string): boolean {
  const [address, prefix] = cidr.split('/');
  const onTheWire = unmapped(ip);
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (family !== (isIPv6(onTheWire) ? 'ipv6' : 'ipv4')) return false;
  const block = new BlockList();
  block.addSubnet(address, Number(prefix), family);
  return block.check(onTheWire, family);
}

/** An address of IPv4 that is written as one of IPv6 (RFC 4291, section 2.5.5.2) leaves the host as IPv4. */
function unmapped(ip: string): string {
  const mapped = /^::ffff:(?<ipv4>[\d.]+)$/i.exec(ip)?.groups?.ipv4;
  return mapped !== undefined && isIP(mapped) === 4 ? mapped : ip;
}

/** What the API server's validation refuses of a NetworkPolicy, as far as it would change an answer. */
function checkPolicy({ metadata, spec }: Manifest): void {
  const refuse = (what: string, value: unknown): never => {
    throw new Error(`NetworkPolicy ${metadata.namespace}/${metadata.name} is refused by the API server: ${what}: ${JSON.stringify(value)}`);
  };
  for (const type of spec.policyTypes as string[] | undefined ?? []) if (type !== 'Ingress' && type !== 'Egress') refuse('no such policy type', type);
  for (const rule of [...spec.ingress ?? [], ...spec.egress ?? []] as Rule[]) {
    for (const peer of [...rule.from ?? [], ...rule.to ?? []]) checkPeer(peer, refuse);
    for (const port of rule.ports ?? []) checkPort(port, refuse);
  }
}

function checkPeer(peer: Peer, refuse: (what: string, value: unknown) => never): void {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (!ipBlock && !podSelector && !namespaceSelector) refuse('a peer names nobody', peer);
  if (!ipBlock) return;
  if (podSelector ?? namespaceSelector) refuse('a block stands beside a selector', peer);
  const [address, prefix] = ipBlock.cidr.split('/');
  if (isIP(address) === 0 || !/^\d+$/.test(prefix ?? '') || Number(prefix) > (isIPv6(address) ? 128 : 32)) refuse('no block of addresses', ipBlock.cidr);
  for (const except of ipBlock.except ?? []) {
    if (!contains(ipBlock.cidr, except.split('/')[0]) || Number(except.split('/')[1]) <= Number(prefix)) refuse('an exception lies not within the block', ipBlock);
  }
}

function checkPort(entry: Port, refuse: (what: string, value: unknown) => never): void {
  const { port, endPort, protocol = 'TCP' } = entry;
  if (!['TCP', 'UDP', 'SCTP'].includes(protocol)) refuse('no such protocol', protocol);
  if (typeof port === 'number' && (!Number.isInteger(port) || port < 1 || port > 65535)) refuse('no such port', port);
  if (endPort !== undefined && (typeof port !== 'number' || endPort < port || endPort > 65535)) refuse('a range has no end or no beginning', entry);
}
