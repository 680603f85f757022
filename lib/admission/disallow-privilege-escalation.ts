import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { PRIVILEGE_ESCALATION } from './policies/privilege-escalation/policy';

export interface DisallowPrivilegeEscalationProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses containers in PHI namespaces whose processes may gain more privileges than they started with: `allowPrivilegeEscalation` has to be false in each container,
 * init container and ephemeral container, in Pods and in everything that templates pods. Kubernetes takes silence for true, and pods have no such field to say it once.
 *
 * A program with the set-user-ID bit turns a user of no rights into root (CIS Kubernetes Benchmark 1.12, 5.2.6; 45 CFR 164.312(a)(1)). False sets `no_new_privs`, which
 * ends that. Beside `privileged`, or a capability that includes the others (`SYS_ADMIN`, `ALL`, in any case and with or without `CAP_`), the field means nothing, so
 * that both are refused here, too: the API server notices them under some of these names only. It is a part of what the Pod Security level `restricted` demands
 * (control PS1), and claims no control by itself.
 *
 * Pods of Windows, by `os.name: windows`, are let through as the standard does: the API server takes none of these fields from them, and no kubelet of Linux takes such
 * a pod. A node selector alone is no such word. An update that leaves the pod specification as it was is let through, so that an object of old can be scaled down and
 * removed; the audit still reports it. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed).
 *
 * With Gatekeeper, needs the template of `privilege-escalation` in the cluster first.
 *
 * @example
 *   new DisallowPrivilegeEscalation(constraintsChart, 'Escalation', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class DisallowPrivilegeEscalation extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowPrivilegeEscalationProps) {
    super(scope, id);
    checkConstraint(this.node.path, PRIVILEGE_ESCALATION, props);
    emitConstraint(this, PRIVILEGE_ESCALATION, props);
  }
}
