import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { READ_ONLY_ROOT_FILESYSTEM } from './policies/read-only-root-filesystem/policy';

export interface RequireReadOnlyRootFilesystemProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses containers in PHI namespaces that may write to the file system which their image brought: `readOnlyRootFilesystem` has to be true in each container, init
 * container and ephemeral container, in Pods and in everything that templates pods. Pods have no such field to say it once. Programs write to volumes: an emptyDir at
 * /tmp is enough for most.
 *
 * Who breaks into a program finds no place there for tools that stay, and nothing that runs differs from the image that was approved (45 CFR 164.312(a)(1), control
 * PS1, which it claims not by itself). No level of the Pod Security Standards demands it, and no row of the CIS Kubernetes Benchmark names it, so that a PHI namespace
 * needs this rule beside its labels; the hardened workloads of this library have it anyway. What it can't see: a volume that a program both writes to and runs from.
 *
 * Pods of Windows, by `os.name: windows`, are let through: Windows writes to its own, the API server takes the field from none, and no kubelet of Linux takes such a
 * pod. An update that leaves the pod specification as it was is let through, so that an object of old can be scaled down and removed; the audit still reports it. The
 * webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed).
 *
 * With Gatekeeper, needs the template of `read-only-root-filesystem` in the cluster first.
 *
 * @example
 *   new RequireReadOnlyRootFilesystem(constraintsChart, 'ReadOnlyRoot', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class RequireReadOnlyRootFilesystem extends Construct {
  public constructor(scope: Construct, id: string, props: RequireReadOnlyRootFilesystemProps) {
    super(scope, id);
    checkConstraint(this.node.path, READ_ONLY_ROOT_FILESYSTEM, props);
    emitConstraint(this, READ_ONLY_ROOT_FILESYSTEM, props);
  }
}
