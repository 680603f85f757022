/** What all pods of a namespace may take together. */
export interface QuotaSettings {
  /** Pods that are not finished. @default 50 */
  readonly pods?: number;
  /** Cores that all pods ask for together. @default 16 */
  readonly requestsCpuCores?: number;
  /** Cores that all pods may use together. @default 32 */
  readonly limitsCpuCores?: number;
  /** Memory that all pods ask for together, in GiB. @default 32 */
  readonly requestsMemoryGib?: number;
  /** Memory that all pods may use together, in GiB. @default 64 */
  readonly limitsMemoryGib?: number;
  /** Disk of the nodes that all pods ask for together, in GiB. @default 50 */
  readonly requestsEphemeralStorageGib?: number;
  /** Disk of the nodes that all pods may use together, in GiB. @default 100 */
  readonly limitsEphemeralStorageGib?: number;
  /** Volumes. @default 20 */
  readonly volumes?: number;
  /** Storage of all volumes together, in GiB. @default 500 */
  readonly volumeStorageGib?: number;
  /** Services. @default 20 */
  readonly services?: number;
  /** Services with a load balancer of their own, which an Ingress and its TLS never see. @default 0 */
  readonly loadBalancers?: number;
  /** Ports of every node, of Services with a load balancer too unless they do without (allocateLoadBalancerNodePorts). @default 0 */
  readonly nodePorts?: number;
}

/** @internal */
export const QUOTA_FIELDS: readonly string[] = [
  'pods', 'requestsCpuCores', 'limitsCpuCores', 'requestsMemoryGib', 'limitsMemoryGib', 'requestsEphemeralStorageGib', 'limitsEphemeralStorageGib', 'volumes', 'volumeStorageGib',
  'services', 'loadBalancers', 'nodePorts',
];
