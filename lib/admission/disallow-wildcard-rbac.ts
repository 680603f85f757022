import { Construct } from 'constructs';
import { checkDnsSubdomain } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { RBAC_WILDCARDS } from './policies/rbac-wildcards/policy';
import { isOfCluster } from './resource-names';

export interface DisallowWildcardRbacProps extends ConstraintProps {
  /**
   * Whether ClusterRoles are judged, and not the Roles of PHI namespaces alone. The charts of most operators bring ClusterRoles that are refused then, each of which needs an
   * exemption before it is installed.
   * @default true
   */
  readonly clusterRoles?: boolean;
}

/**
 * Refuses Roles of PHI namespaces, and ClusterRoles, that grant by a wildcard or lead to more rights than they name:
 *
 * - a `*`, alone or as a part, in groups, resources, verbs or paths, which also grants what is installed later; a list of names (`resourceNames`) excuses none;
 * - the verbs `bind`, `escalate` and `impersonate`, with a colon behind them as well;
 * - the API of the kubelet (`nodes/proxy`), tokens of workloads (`serviceaccounts/token`), approval and signing of certificates, changes of roles and bindings,
 *   changes of admission webhooks and policies, of anything in Gatekeeper's groups, constraints among it, and of kinds and servers behind the API
 *   (CustomResourceDefinitions, APIServices): each gives its holder what somebody else has, or lifts the rules;
 * - under the label `rbac.authorization.k8s.io/aggregate-to-view`, which spreads rules to everybody with the ClusterRole `view`, changes of anything, and Secrets;
 * - an aggregation of ClusterRoles that takes those of Kubernetes with it: by no label, by the lack of one, or by a label that these have
 *   (`kubernetes.io/bootstrapping`, `rbac.authorization.k8s.io/aggregate-to-admin`, `-edit`).
 *
 * Roles that grant commands in pods are judged where the command is (exec, attach and port-forward), and those that read Secrets where they are given to people.
 *
 * ClusterRoles that come with Kubernetes and hold such rights pass by their names, from the API server, which restores them when it starts, and from its controller
 * that puts aggregated ones together. Whoever else writes under these names is judged, and neither the label nor the annotation of Kubernetes' own roles helps. The
 * audit and the gate know nobody who asks, and let the names pass. ClusterRoles that Amazon EKS itself writes (`eks:addon-manager`, `eks:cluster-bootstrap`, names that
 * no access entry can have) pass whatever their name, as its add-ons would not come up otherwise; the audit reports what they hold. Components that need such rights,
 * Gatekeeper itself among them, are named in `exemptions`, each with its approver and its end: `ClusterRole//gatekeeper-manager-role`.
 *
 * Serves 45 CFR 164.312(a)(1) (CIS Kubernetes Benchmark 1.12, 5.1.3 and 5.1.8; the ways that are no verb: 5.1.10 to 5.1.13). It is a part of control AC4 and claims
 * none: it doesn't see who is bound to a role, nor ways around RBAC. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update
 * that leaves what is granted as it was, and every deletion, is let through; the audit still reports what is there.
 *
 * Two constraints: `Resource` for the Roles of the PHI namespaces, and `Cluster`, which matches by no namespace, for ClusterRoles. With Gatekeeper, needs the template
 * of `rbac-wildcards` in the cluster first.
 *
 * @example
 *   new DisallowWildcardRbac(constraintsChart, 'WildcardRbac', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class DisallowWildcardRbac extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowWildcardRbacProps) {
    super(scope, id);
    const { path } = this.node;
    const { clusterRoles = true } = props;
    checkConstraint(path, RBAC_WILDCARDS, props, ['clusterRoles']);
    if (typeof clusterRoles !== 'boolean') throw Errors.refused(path, 'clusterRoles is no boolean', clusterRoles, 'control AC4, 45 CFR 164.312(a)(1): roles are judged, or not', 'use true or false');
    checkDnsSubdomain(path, 'name', `${props.name ?? RBAC_WILDCARDS.defaultName}-cluster`);
    const matches = RBAC_WILDCARDS.matches.map(({ apiGroups, kinds }) => ({ apiGroups, kinds: clusterRoles ? kinds : kinds.filter((kind) => !isOfCluster(kind)) }));
    emitConstraint(this, { ...RBAC_WILDCARDS, matches }, props);
  }
}
