/** A hardened workload as an end of a flow: what AllowFlow and the other network constructs take. */
export interface HardenedWorkloadPeer {
  readonly namespace: string;
  /** Labels that the workload's pods carry and no other pods of the namespace; its Services select by them. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Port that the workload listens on. @default - it listens on none */
  readonly port?: number;
  /** ServiceAccount of the pods. */
  readonly serviceAccount: string;
}
