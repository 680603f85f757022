import type { HardenedWorkloadPeer } from './hardened-workload-peer';

/** A hardened workload of any kind, where only its pods matter: as an end of a flow. */
export interface IHardenedWorkload {
  /** The pods, as network policies and mesh policies name them. */
  readonly workloadPeer: HardenedWorkloadPeer;
}
