import { IntOrString, type NetworkPolicyEgressRule, type NetworkPolicyPeer, type NetworkPolicyPort } from 'cdk8s-plus-28/lib/imports/k8s';
import { blockContains } from '../profile/checks';
import { EKS_SERVICE_BLOCKS, LINK_LOCAL_BLOCKS } from '../profile/cluster-addresses';
import { NetworkProtocol } from './network-protocol';

/**
 * Pods of one namespace. Both selectors stand in one peer, where they are ANDed; as two peers they would be ORed. The API server sets
 * `kubernetes.io/metadata.name` on every namespace and lets nobody change it, so no other namespace can carry the label.
 *
 * @internal
 */
export function podsOf(namespace: string, podLabels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: { ...podLabels } },
  };
}

/** @internal */
export function portOf(port: number, protocol: NetworkProtocol = NetworkProtocol.TCP): NetworkPolicyPort {
  return { port: IntOrString.fromNumber(port), protocol };
}

/** Where the EKS Pod Identity Agent of the node answers, over HTTP on the node alone. @internal */
export const POD_IDENTITY_BLOCKS: readonly string[] = ['169.254.170.23/32', 'fd00:ec2::23/128'];

const DNS_PORT = 53;

/** Both protocols of DNS: an answer above the size of a datagram is asked for again over TCP (RFC 7766). @internal */
export function dnsPorts(): NetworkPolicyPort[] {
  return [portOf(DNS_PORT, NetworkProtocol.UDP), portOf(DNS_PORT, NetworkProtocol.TCP)];
}

/**
 * Blocks of addresses, without those that lie in another of them. Whatever a block holds of the node's link-local services is taken out of it.
 *
 * @internal
 */
export function blocksOf(cidrs: readonly string[]): NetworkPolicyPeer[] {
  return [...new Set(cidrs)].filter((cidr, _index, all) => !all.some((other) => other !== cidr && blockContains(other, cidr))).map((cidr) => {
    const except = LINK_LOCAL_BLOCKS.filter((block) => blockContains(cidr, block));
    return { ipBlock: { cidr, ...(except.length > 0 ? { except } : {}) } };
  });
}

/**
 * The way to the API server. The VPC CNI judges it by the address of the Service `kubernetes`, as its probe sees a packet before that address is replaced; the
 * addresses of the interfaces are for connections that outlive the record of that.
 *
 * @internal
 */
export function toApiServer(controlPlaneCidrs: readonly string[], serviceCidr: string | undefined): NetworkPolicyEgressRule {
  return { to: blocksOf([...controlPlaneCidrs, ...(serviceCidr === undefined ? EKS_SERVICE_BLOCKS : [serviceCidr])]), ports: [portOf(443)] };
}
