import { KubeNetworkPolicy } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsSubdomain, checkFields } from '../profile/checks';
import { checkBlocks, clusterAddresses } from '../profile/cluster-addresses';
import { blocksOf, dnsPorts, podsOf, portOf, toApiServer } from './peers';
import { checkPeer, type WorkloadPeer } from './workload-peer';

/** Where Amazon's resolver answers beside the second address of the VPC (Amazon VPC, Amazon DNS server). */
const RESOLVERS = ['169.254.169.253/32', 'fd00:ec2::253/128'];
const METRICS_PORT = 9153;

export interface CoreDnsPolicyProps {
  /**
   * Blocks of the VPC: pods and nodes ask from there, and its resolver answers there.
   * @default - the private blocks of IPv4 (EksPlatformProps.vpcCidrs)
   */
  readonly vpcCidrs?: readonly string[];
  /** Blocks of the subnets in which the API server's interfaces stand. @default - vpcCidrs */
  readonly controlPlaneCidrs?: readonly string[];
  /** Block of the addresses of Services. @default - 10.100.0.0/16 and 172.20.0.0/16, the ones that EKS chooses from */
  readonly serviceCidr?: string;
  /**
   * Blocks (`10.9.0.2/32`) of name servers outside the VPC that CoreDNS forwards to: those of a DHCP option set, or of one's own Corefile.
   * @default - none: the VPC's resolver alone
   */
  readonly resolverCidrs?: readonly string[];
  /**
   * Pods that read CoreDNS' metrics, on port 9153.
   * @default - nobody
   */
  readonly metricsScraper?: WorkloadPeer;
  /** @default core-dns-flows */
  readonly name?: string;
}

/**
 * Lets CoreDNS of an EKS cluster work where the Amazon VPC CNI starts every pod closed (strict mode), and closes everything else of it.
 *
 * Serves 45 CFR 164.312(a)(1): without it no name is resolved in strict mode, and clusters end up in standard mode, where a PHI pod is open while it
 * starts. Everybody in the VPC may ask, by address and not by pod: the enforcer keeps selected pods one by one, so that a new pod's first questions would
 * be dropped, and pods on the nodes' network are in no selector. Out it goes to the VPC's resolver and to the API server; the metadata service
 * (169.254.169.254) stays closed. kubelet's probes come from the node itself, which the enforcer always lets pass.
 *
 * @example
 *   new CoreDnsPolicy(chart, 'CoreDns', { vpcCidrs: ['10.0.0.0/16'], serviceCidr: '172.20.0.0/16' });
 */
export class CoreDnsPolicy extends Construct {
  public constructor(scope: Construct, id: string, props: CoreDnsPolicyProps = {}) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['vpcCidrs', 'controlPlaneCidrs', 'serviceCidr', 'resolverCidrs', 'metricsScraper', 'name'], 'a CoreDNS policy takes no other field');
    const { vpcCidrs, controlPlaneCidrs, serviceCidr } = clusterAddresses(path, props);
    const name = props.name ?? 'core-dns-flows';
    checkDnsSubdomain(path, 'name', name);
    if (props.resolverCidrs !== undefined) checkBlocks(path, 'resolverCidrs', props.resolverCidrs);
    const scraper = props.metricsScraper;
    if (scraper !== undefined) checkPeer(path, 'metricsScraper', scraper);

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: 'kube-system' },
      spec: {
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { from: blocksOf(vpcCidrs), ports: dnsPorts() },
          ...(scraper === undefined ? [] : [{ from: [podsOf(scraper.namespace, scraper.podLabels)], ports: [portOf(METRICS_PORT)] }]),
        ],
        egress: [
          { to: blocksOf([...vpcCidrs, ...RESOLVERS, ...(props.resolverCidrs ?? [])]), ports: dnsPorts() },
          toApiServer(controlPlaneCidrs, serviceCidr),
        ],
      },
    });
  }
}
