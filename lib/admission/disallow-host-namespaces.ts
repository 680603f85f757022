import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { HOST_NAMESPACES } from './policies/host-namespaces/policy';

/** What every constraint takes, and no more. */
export interface DisallowHostNamespacesProps extends ConstraintProps {}

/**
 * Refuses pods of PHI namespaces that share a namespace of their node, in Pods and in everything that templates pods: `hostNetwork`, on which no NetworkPolicy binds and which
 * reaches the kubelet, the metadata service and the traffic of other pods; `hostPID`, which shows every process of the node with its environment; `hostIPC`, which opens the shared
 * memory of the node's processes. Anything but an explicit false, or nothing, is refused.
 *
 * Let through: `shareProcessNamespace`, as the containers of one pod share processes among themselves; `hostUsers`, whose default is the node's user namespace, and which the Pod
 * Security Standards leave open. Windows HostProcess containers have the node's network by what they are: `DisallowPrivilegedContainers` refuses those.
 *
 * CIS Kubernetes Benchmark 1.12, 5.2.3 to 5.2.5; 45 CFR 164.312(a)(1). It is a part of what the Pod Security level `baseline` demands (control PS1), and claims no control by
 * itself. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the pod specification as it was is let through; the audit
 * still reports it. With Gatekeeper, needs the template of `host-namespaces` in the cluster first.
 *
 * @example
 *   new DisallowHostNamespaces(constraintsChart, 'HostNamespaces', { phiNamespaces: ['healthcare-prod'] });
 */
export class DisallowHostNamespaces extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowHostNamespacesProps) {
    super(scope, id);
    checkConstraint(this.node.path, HOST_NAMESPACES, props);
    emitConstraint(this, HOST_NAMESPACES, props);
  }
}
