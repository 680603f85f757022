import type { Workload } from 'cdk8s-plus-28';
import { checkPeer, type WorkloadPeer } from '../network/workload-peer';
import { Errors } from '../profile/errors';

/** What a flow starts from, or ends at: hardened workloads are such ends by themselves. */
export interface IFlowEnd {
  readonly workloadPeer: WorkloadPeer;
}

/**
 * An end of a flow that is no hardened workload: pods of another namespace, or an ordinary workload of cdk8s-plus.
 *
 * @example
 *   phi.allowFromAgent(FlowEnd.pods({ namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } }), api);
 */
export class FlowEnd implements IFlowEnd {
  /** Pods by their namespace and labels. */
  public static pods(peer: WorkloadPeer): FlowEnd {
    checkPeer('FlowEnd.pods', 'peer', peer);
    return new FlowEnd(Object.freeze({ ...peer, podLabels: Object.freeze({ ...peer.podLabels }) }));
  }

  /**
   * The pods of a workload of cdk8s-plus, by the labels of its selector.
   *
   * @param port on which the pods listen, for flows that end there.
   */
  public static of(workload: Workload, port?: number): FlowEnd {
    const namespace = workload.metadata.namespace;
    if (namespace === undefined) throw Errors.missing(workload.node.path, 'metadata.namespace', 'name the namespace of the workload: a flow ends in one');
    return FlowEnd.pods({
      namespace, podLabels: { ...workload.matchLabels },
      ...(port === undefined ? {} : { port }),
      ...(workload.serviceAccount === undefined ? {} : { serviceAccount: workload.serviceAccount.name }),
    });
  }

  public readonly workloadPeer: WorkloadPeer;

  private constructor(peer: WorkloadPeer) {
    this.workloadPeer = peer;
    Object.freeze(this);
  }
}
