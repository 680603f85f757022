/** Namespaces of Kubernetes itself, which Gatekeeper may leave alone: what runs there has to come up before Gatekeeper does. */
export enum SystemNamespace {
  /** The control plane, CoreDNS, kube-proxy and the network plugin. */
  KUBE_SYSTEM = 'kube-system',
  /** What everybody may read, such as the address of the cluster. */
  KUBE_PUBLIC = 'kube-public',
  /** Heartbeats of the nodes. */
  KUBE_NODE_LEASE = 'kube-node-lease',
}
