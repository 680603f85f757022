import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { PRIVILEGED_CONTAINERS } from './policies/privileged-containers/policy';

export interface DisallowPrivilegedContainersProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses privileged containers in PHI namespaces: containers, init containers and ephemeral containers, in Pods and in everything that
 * templates pods, so that a Deployment is refused when it is applied and not by its pods that never come. A Windows HostProcess
 * container, on the container or on the whole pod, is the same thing under another name.
 *
 * A privileged container is root on its node, and reads the PHI of every pod there (CIS Kubernetes Benchmark 1.12, 5.2.2 and 5.2.10;
 * 45 CFR 164.312(a)(1)). It is a part of what the Pod Security level `restricted` demands (control PS1), and claims no control by itself.
 *
 * Ephemeral containers come as updates of `pods/ephemeralcontainers`: Gatekeeper's chart names this subresource in the webhook's
 * rules, and a list of rules of one's own must name it too. The webhook fails open unless it was installed otherwise (Gatekeeper,
 * Failing Closed). An update that leaves the pod specification as it was is let through, so that an object of old can be scaled
 * down and removed; the audit still reports it.
 *
 * With Gatekeeper, needs the template of `privileged-containers` in the cluster first.
 *
 * @example
 *   new DisallowPrivilegedContainers(constraintsChart, 'Privileged', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class DisallowPrivilegedContainers extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowPrivilegedContainersProps) {
    super(scope, id);
    checkConstraint(this.node.path, PRIVILEGED_CONTAINERS, props);
    emitConstraint(this, PRIVILEGED_CONTAINERS, props);
  }
}
