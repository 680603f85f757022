import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { HOST_PORTS } from './policies/host-ports/policy';

/** What every constraint takes, and no more. */
export interface DisallowHostPortsProps extends ConstraintProps {}

/**
 * Refuses containers of PHI namespaces that listen on a port of their node (`hostPort` other than 0): containers, init containers and ephemeral containers, in Pods and in
 * everything that templates pods.
 *
 * Such a port takes traffic by the node's address, past Services, their TLS and, with many network plugins, past NetworkPolicies. A `hostIP` does not mend it: the loopback address
 * is every process's of the node; without a hostPort it opens nothing, and is let through.
 *
 * On the network of the node itself a container needs no hostPort: `DisallowHostNamespaces` refuses that. Where a pod has it, the API server writes a hostPort beside every
 * containerPort, so that both rules report the pod.
 *
 * CIS Kubernetes Benchmark 1.12, 5.2.12; 45 CFR 164.312(a)(1). It is a part of what the Pod Security level `baseline` demands (control PS1), and claims no control by itself. The
 * webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the pod specification as it was is let through; the audit still reports
 * it. With Gatekeeper, needs the template of `host-ports` in the cluster first.
 *
 * @example
 *   new DisallowHostPorts(constraintsChart, 'HostPorts', { phiNamespaces: ['healthcare-prod'] });
 */
export class DisallowHostPorts extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowHostPortsProps) {
    super(scope, id);
    checkConstraint(this.node.path, HOST_PORTS, props);
    emitConstraint(this, HOST_PORTS, props);
  }
}
