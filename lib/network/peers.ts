import { IntOrString, type NetworkPolicyPeer, type NetworkPolicyPort } from 'cdk8s-plus-28/lib/imports/k8s';
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
