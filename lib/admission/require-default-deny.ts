import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { DEFAULT_DENY } from './policies/default-deny/policy';

/** What every constraint takes, and no more. */
export interface RequireDefaultDenyProps extends ConstraintProps {}

/**
 * Refuses pods, and everything that templates pods, in a PHI namespace where NetworkPolicies do not deny every flow by default: a policy with an empty `podSelector`, both
 * `policyTypes` and no rules (DefaultDenyPolicy), or one such policy for each direction. Without types, a policy is about Ingress alone (Kubernetes, NetworkPolicySpec).
 * So apply the NetworkPolicy first; Gatekeeper learns of it a moment later, and whoever comes in between tries again.
 *
 * Refused as well: to delete the last such policy of a namespace, or to weaken it by an update. It may go with its namespace: Gatekeeper takes what is being deleted out of its
 * inventory at once, so that a namespace that is missing there, while others are not, is one that ends. That needs a webhook that is asked about DELETE
 * (GatekeeperWebhook), and Namespaces and NetworkPolicies that Gatekeeper syncs (GatekeeperSyncSet): without the latter it knows of no policy and refuses every pod.
 *
 * It cannot see what other policies allow, as policies add up: one that allows every flow takes nothing of this one away for the rule. Nor whether anything
 * enforces NetworkPolicies (control NW2), or pods on the node's network, which they never bind. Of two policies that are deleted at the same moment, each may
 * count on the other; pods are refused from then on, and the audit reports those that run. An update that leaves the pod specification as it was is let through.
 *
 * One part of control NW1 (45 CFR 164.312(a)(1), CIS Kubernetes Benchmark 1.12, 5.3.2), and claims no control by itself: the policies do. It looks at other objects than the one
 * that it judges, which a ValidatingAdmissionPolicy cannot: Gatekeeper alone takes it. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing
 * Closed). Needs the template of `default-deny` in the cluster first.
 *
 * @example
 *   new RequireDefaultDeny(constraintsChart, 'DefaultDeny', { phiNamespaces: ['healthcare-prod'] });
 */
export class RequireDefaultDeny extends Construct {
  public constructor(scope: Construct, id: string, props: RequireDefaultDenyProps) {
    super(scope, id);
    checkConstraint(this.node.path, DEFAULT_DENY, props);
    emitConstraint(this, DEFAULT_DENY, props);
  }
}
