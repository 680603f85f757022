import { isIPv4 } from 'node:net';
import { KubeNetworkPolicy, type NetworkPolicyPeer } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkSelector } from '../profile/checks';
import { Errors } from '../profile/errors';
import { dnsPorts, podsOf } from './peers';

export interface DnsEgressPolicyProps {
  /** Namespace whose pods may ask for names. */
  readonly namespace: string;
  /** @default allow-dns */
  readonly name?: string;
  /** Namespace of the cluster's DNS server. @default kube-system */
  readonly dnsNamespace?: string;
  /**
   * Labels of the DNS server's pods. CoreDNS keeps the label of its predecessor.
   * @default - k8s-app: kube-dns
   */
  readonly dnsPodLabels?: Readonly<Record<string, string>>;
  /**
   * IPv4 link-local address of NodeLocal DNSCache, such as 169.254.20.10, where pods are given it as their name server. The cache runs on
   * the node's network, where no pod selector finds it.
   * @default - no cache on the nodes
   */
  readonly nodeLocalDns?: string;
}

/**
 * Closes egress for every pod of a namespace, and opens the way to the cluster's DNS server.
 *
 * Serves 45 CFR 164.312(a)(1). The policy names the direction Egress for every pod, so that whatever no policy of the namespace allows is closed: the
 * internet, other namespaces, and the metadata services of the node (169.254.169.254) and of EKS Pod Identity (169.254.170.23). Policies
 * add up (Kubernetes, Network Policies): another one may open more, and this one cannot take it back. DNS needs TCP as well: an answer
 * above the size of a datagram is asked for again over TCP (RFC 7766).
 *
 * @example
 *   new DnsEgressPolicy(chart, 'Dns', { namespace: 'healthcare-prod' });
 */
export class DnsEgressPolicy extends Construct {
  public constructor(scope: Construct, id: string, props: DnsEgressPolicyProps) {
    super(scope, id);
    const path = this.node.path;
    const name = props.name ?? 'allow-dns';
    const dnsNamespace = props.dnsNamespace ?? 'kube-system';
    const dnsPodLabels = props.dnsPodLabels ?? { 'k8s-app': 'kube-dns' };
    checkFields(path, props, ['namespace', 'name', 'dnsNamespace', 'dnsPodLabels', 'nodeLocalDns'], 'a DNS policy takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);
    checkDnsLabel(path, 'dnsNamespace', dnsNamespace);
    checkSelector(path, 'dnsPodLabels', dnsPodLabels);

    const servers: NetworkPolicyPeer[] = [podsOf(dnsNamespace, dnsPodLabels)];
    if (props.nodeLocalDns !== undefined) {
      checkNodeLocalDns(path, props.nodeLocalDns);
      servers.push({ ipBlock: { cidr: `${props.nodeLocalDns}/32` } });
    }
    const policy = new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: servers, ports: dnsPorts() }],
      },
    });
    Safeguard.implement(policy, Control.NW3_EGRESS_DNS, 'closes egress for every pod of the namespace, and itself opens only the DNS server on port 53; what else is open, other policies of the namespace open by name');
  }
}

/** AWS answers on 169.254.169.0/24 and 169.254.170.0/24: metadata, credentials, time. */
function checkNodeLocalDns(path: string, address: string): void {
  if (!isIPv4(address) || !address.startsWith('169.254.') || /^169\.254\.(169|170)\./.test(address)) {
    throw Errors.refused(path, 'nodeLocalDns is no address of NodeLocal DNSCache', address,
      'control NW3, 45 CFR 164.312(a)(1): a link-local address (Kubernetes, NodeLocal DNSCache) that is no metadata service', "use the cache's own address, such as '169.254.20.10'");
  }
}
