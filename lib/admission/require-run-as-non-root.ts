import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { RUN_AS_NON_ROOT } from './policies/run-as-non-root/policy';

export interface RequireRunAsNonRootProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses containers in PHI namespaces that may run as root: `runAsNonRoot` has to be true for each container, init container and ephemeral container, in Pods and in
 * everything that templates pods; a container that says nothing takes the pod's word, and one that says false takes it back. `runAsUser: 0` is refused wherever it
 * stands, on the pod even where today's containers have users of their own. With the field, the kubelet starts no container whose image has user 0, or a user whose
 * number it doesn't know.
 *
 * Root of a container is root of the node, once it gets out (CIS Kubernetes Benchmark 1.12, 5.2.7; 45 CFR 164.312(a)(1)). It is a part of what the Pod Security level
 * `restricted` demands (control PS1), and claims no control by itself. A user namespace (`hostUsers: false`) does not stand in for it here, as it does in newer
 * versions of that standard: user 0 still reads what belongs to user 0 in the volumes.
 *
 * Pods of Windows, by `os.name` or node selector, have to say it as well, and to name a user by `windowsOptions.runAsUserName`: the kubelet of Windows compares a name
 * alone, and base images run as ContainerAdministrator without one. No pod may name an administrator: neither ContainerAdministrator, in any case and domain, nor
 * Administrator, SYSTEM or LocalSystem. What this can't see: the groups of another user, and pods that get to Windows by affinity or tolerations alone.
 *
 * An update that leaves the pod specification as it was is let through, so that an object of old can be scaled down and removed; the audit still reports it. The
 * webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). With Gatekeeper, needs the template of `run-as-non-root` in the cluster first.
 *
 * @example
 *   new RequireRunAsNonRoot(constraintsChart, 'NonRoot', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class RequireRunAsNonRoot extends Construct {
  public constructor(scope: Construct, id: string, props: RequireRunAsNonRootProps) {
    super(scope, id);
    checkConstraint(this.node.path, RUN_AS_NON_ROOT, props);
    emitConstraint(this, RUN_AS_NON_ROOT, props);
  }
}
