import { Construct } from 'constructs';
import { checkDnsSubdomain } from '../profile/checks';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { ANONYMOUS_BINDINGS } from './policies/anonymous-bindings/policy';

/** What every constraint takes, and no more. */
export interface DisallowAnonymousBindingsProps extends ConstraintProps {}

/**
 * Refuses RoleBindings of PHI namespaces, and ClusterRoleBindings, that give something to callers that nobody knows (`system:anonymous`, `system:unauthenticated`) or
 * to everybody who is signed in (`system:authenticated`, every ServiceAccount of the cluster included), whatever the role and whatever the kind of the subject. No
 * approval and no end makes such a binding one of somebody.
 *
 * The bindings that come with Kubernetes pass, each with its name, its one role and its subjects: `system:basic-user` and `system:discovery` for who is signed in,
 * `system:public-info-viewer` for everybody. Callers that nobody knows beside them, as clusters from before Kubernetes 1.14 have it, are refused. So is what the
 * ClusterRoles of these three names hold beyond what Kubernetes puts there, more paths and more resources than reviews of oneself, as their bindings give it to
 * everybody.
 *
 * Groups of programs (`system:serviceaccounts` and those of a namespace) are known programs, which `RequireBindingApproval` judges: it refuses these subjects as well,
 * among all that was not approved, so that both rules report them where both are installed.
 *
 * Serves 45 CFR 164.312(d), as nobody is verified who is nobody. It is a part of control AC14 and claims none: it doesn't see whether the API server and the kubelet
 * take anonymous requests (CIS Kubernetes Benchmark 1.12, 1.2.1 and 4.2.1). The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An
 * update that leaves who gets what as it was, and every deletion, is let through; the audit still reports what is there.
 *
 * Two constraints: `Resource` for the RoleBindings of the PHI namespaces, and `Cluster`, which matches by no namespace, for ClusterRoleBindings and ClusterRoles. With
 * Gatekeeper, needs the template of `anonymous-bindings` in the cluster first.
 *
 * @example
 *   new DisallowAnonymousBindings(constraintsChart, 'AnonymousBindings', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class DisallowAnonymousBindings extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowAnonymousBindingsProps) {
    super(scope, id);
    checkConstraint(this.node.path, ANONYMOUS_BINDINGS, props);
    checkDnsSubdomain(this.node.path, 'name', `${props.name ?? ANONYMOUS_BINDINGS.defaultName}-cluster`);
    emitConstraint(this, ANONYMOUS_BINDINGS, props);
  }
}
