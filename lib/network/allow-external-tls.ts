import { KubeNetworkPolicy } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { blockContains, checkCidr, checkDnsSubdomain, checkFields, checkPort, checkText } from '../profile/checks';
import { LINK_LOCAL_BLOCKS } from '../profile/cluster-addresses';
import { Errors } from '../profile/errors';
import { portOf } from './peers';
import { PLAINTEXT_PORTS } from './plaintext-ports';
import { derivedName, sortedLabels, workloadName } from './policy-names';
import { checkPeer, type WorkloadPeer } from './workload-peer';

const HTTPS_PORT = 443;
/** Shorter prefixes than these are no network that somebody has, but a part of the internet. */
const WIDE = { ipv4: 8, ipv6: 19 };
/** Networks of one's own (RFC 1918, RFC 6598, RFC 4193): pods, nodes and Services are there, and no host of the internet. */
const OWN_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Where a flow out of the cluster ends. */
export interface ExternalFlowOptions {
  /** Blocks of addresses that it reaches, such as 203.0.113.0/24; one host is a /32. */
  readonly cidrs: readonly string[];
  /** TCP port on which TLS is spoken there. @default 443 */
  readonly port?: number;
  /** Why a port other than 443 is TLS, for who reviews it: `PostgreSQL with sslmode=verify-full`. Required with such a port. @default - none */
  readonly tlsBecause?: string;
  /**
   * Why a part of the internet is opened (a block wider than /8, or /19 of IPv6), for who reviews it: a service whose addresses change. Blocks of private networks, where pods
   * and Services are, are taken out of it. Required with such a block.
   * @default - none
   */
  readonly wideBecause?: string;
  /** @default - readable words of the workload and the port, and a hash of the whole flow */
  readonly name?: string;
}

export interface AllowExternalTlsProps extends ExternalFlowOptions {
  /** The workload that opens the connection. */
  readonly from: WorkloadPeer;
}

/**
 * Lets one workload reach addresses outside of the cluster, on one port on which TLS is spoken.
 *
 * Serves 45 CFR 164.312(e)(1) beside a default deny policy, and claims no control by itself: a NetworkPolicy knows addresses and ports, not TLS, so a port
 * whose protocol has none is refused, and any other than 443 takes a reason. Reasons stand in the policy's annotations. The link-local services of the node
 * (metadata and credentials) are never opened. Names are no part of a NetworkPolicy: where a host's addresses change, a proxy for egress with a fixed address
 * keeps the block small.
 *
 * @example
 *   new AllowExternalTls(chart, 'ClaimsClearing', {
 *     from: { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'claims' } },
 *     cidrs: ['203.0.113.16/28'],
 *   });
 */
export class AllowExternalTls extends Construct {
  public constructor(scope: Construct, id: string, props: AllowExternalTlsProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['from', 'cidrs', 'port', 'tlsBecause', 'wideBecause', 'name'], 'a flow out of the cluster takes no other field');
    const { from, cidrs, port = HTTPS_PORT } = props;
    checkPeer(path, 'from', from);
    checkTlsPort(path, port, props.tlsBecause);
    checkBlocks(path, cidrs, props.wideBecause);
    const name = props.name ?? derivedName(['allow', workloadName(from.podLabels), 'to', 'outside', String(port)], [sortedLabels(from.podLabels), [...cidrs].sort(), port]);
    checkDnsSubdomain(path, 'name', name);
    const annotations = {
      ...(props.tlsBecause === undefined ? {} : { 'cdk8s-hipaa/tls-because': props.tlsBecause }),
      ...(props.wideBecause === undefined ? {} : { 'cdk8s-hipaa/wide-because': props.wideBecause }),
    };

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: from.namespace, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
      spec: {
        podSelector: { matchLabels: { ...from.podLabels } },
        policyTypes: ['Egress'],
        egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr, ...exceptIn(cidr) } })), ports: [portOf(port)] }],
      },
    });
  }
}

function checkTlsPort(path: string, port: number, reason: string | undefined): void {
  checkPort(path, 'port', port);
  if (PLAINTEXT_PORTS.includes(port)) {
    throw Errors.refused(path, 'port is one of a protocol without TLS', port, '45 CFR 164.312(e)(1): what leaves the cluster goes over TLS; IANA registers this port for plaintext', 'serve TLS on a port of its own, such as 443');
  }
  if (port !== HTTPS_PORT && reason === undefined) {
    throw Errors.refused(path, 'nobody says that the port is TLS', port, '45 CFR 164.312(e)(1): what leaves the cluster goes over TLS; a number proves none', "say why: tlsBecause: 'PostgreSQL with sslmode=verify-full'");
  }
  if (port === HTTPS_PORT && reason !== undefined) throw Errors.refused(path, 'tlsBecause explains what is plain', reason, 'port 443 is HTTPS (IANA)', 'remove tlsBecause');
  if (reason !== undefined) checkText(path, 'tlsBecause', reason);
}

function checkBlocks(path: string, cidrs: readonly string[], reason: string | undefined): void {
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    throw Errors.refused(path, 'cidrs names no block', cidrs, 'Kubernetes, NetworkPolicy: a rule without peers allows all of them', "name the addresses, such as ['203.0.113.16/28']");
  }
  for (const cidr of cidrs as readonly string[]) {
    checkCidr(path, 'cidrs', cidr);
    if (LINK_LOCAL_BLOCKS.some((block) => blockContains(block, cidr))) {
      throw Errors.refused(path, 'cidrs has services of the node itself', cidr, 'control NW3, 45 CFR 164.312(a)(1): metadata and credentials are there', 'remove it; a workload gets its AWS identity by Pod Identity or a web identity');
    }
  }
  if (new Set(cidrs).size !== cidrs.length) throw Errors.refused(path, 'cidrs names a block twice', cidrs, 'one entry a block', 'remove one');
  const wide = (cidrs as readonly string[]).find(isWide);
  if (wide !== undefined && reason === undefined) {
    throw Errors.refused(path, 'a part of the internet is opened and nobody says why', wide, 'control NW3, 45 CFR 164.312(a)(1): a pod that may send anywhere can carry PHI out', 'name the addresses, or say why there are none: wideBecause');
  }
  if (wide === undefined && reason !== undefined) throw Errors.refused(path, 'wideBecause explains nothing', reason, 'no block is a part of the internet', 'remove wideBecause');
  if (reason !== undefined) checkText(path, 'wideBecause', reason);
}

function isWide(cidr: string): boolean {
  return Number(cidr.split('/')[1]) < (cidr.includes(':') ? WIDE.ipv6 : WIDE.ipv4);
}

/** What is taken out of a block: services of the node, and, of a part of the internet, what is not on it. */
function exceptIn(cidr: string): { except?: string[] } {
  const except = [...LINK_LOCAL_BLOCKS, ...(isWide(cidr) ? OWN_BLOCKS : [])].filter((block) => block !== cidr && blockContains(cidr, block));
  // fd00:ec2::/32 lies in fc00::/7.
  const least = except.filter((block) => !except.some((other) => other !== block && blockContains(other, block)));
  return least.length === 0 ? {} : { except: least };
}
