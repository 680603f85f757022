/**
 * From where kubelet's probes come into a pod of an ambient mesh, past ztunnel: istio-cni gives this address to what the node itself sends to its own pods, so to
 * every process on the node's network, and not to kubelet alone. No route leads to it from elsewhere (Istio, ambient and Kubernetes NetworkPolicy).
 */
export const PROBE_BLOCKS: readonly string[] = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];
