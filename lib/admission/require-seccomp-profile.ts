import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { SECCOMP_PROFILE } from './policies/seccomp-profile/policy';

export interface RequireSeccompProfileProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses containers in PHI namespaces that may make every system call: `seccompProfile` has to be `RuntimeDefault`, or `Localhost` with the name of a file, for each
 * container, init container and ephemeral container, in Pods and in everything that templates pods. A container that says nothing takes the pod's word. `Unconfined` is
 * refused wherever it stands, on the pod even where today's containers have profiles of their own. The annotations below `seccomp.security.alpha.kubernetes.io` count
 * for nothing, as Kubernetes no longer reads them.
 *
 * Without a profile a container reaches all of the kernel, and most ways out of one lead through calls that no application makes (CIS Kubernetes Benchmark 1.12, 5.6.2;
 * 45 CFR 164.312(a)(1)). Nodes whose kubelet has `seccompDefault` confine silent pods, too; the manifest doesn't show it, so that silence is refused. It is a part of
 * what the Pod Security level `restricted` demands (control PS1), and claims no control by itself. What it can't see: what the file of a node allows, and privileged
 * containers, which run unconfined whatever they say (DisallowPrivilegedContainers).
 *
 * Pods of Windows, by `os.name: windows`, are let through: the API server takes the field from none, and no kubelet of Linux takes such a pod. An update that leaves
 * the pod specification as it was is let through, so that an object of old can be scaled down and removed; the audit still reports it. The webhook fails open unless it
 * was installed otherwise (Gatekeeper, Failing Closed).
 *
 * With Gatekeeper, needs the template of `seccomp-profile` in the cluster first.
 *
 * @example
 *   new RequireSeccompProfile(constraintsChart, 'Seccomp', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class RequireSeccompProfile extends Construct {
  public constructor(scope: Construct, id: string, props: RequireSeccompProfileProps) {
    super(scope, id);
    checkConstraint(this.node.path, SECCOMP_PROFILE, props);
    emitConstraint(this, SECCOMP_PROFILE, props);
  }
}
