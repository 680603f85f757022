import { KubeClusterRoleBinding, KubeRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkGroup, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { APPROVER_ANNOTATION, EMERGENCY_ACCESS_LABEL, SESSION_ANNOTATION } from '../manifests/break-glass-labels';

export interface BreakGlassBindingProps {
  /** The break-glass group as the cluster knows it, the prefix included: `IdentityGroups.inCluster()`. Nobody is in it from day to day. */
  readonly group: string;
  /** Who approved that the group exists. */
  readonly approver: string;
  /** How somebody comes into the group, and for how long: `OIDC token of one hour after a second person approved`. */
  readonly session: string;
  /**
   * Namespaces in which the group has its role, a RoleBinding in each.
   * @default - the whole cluster, by a ClusterRoleBinding
   */
  readonly namespaces?: readonly string[];
  /** ClusterRole that the group has while the glass is broken. @default cluster-admin; admin where namespaces are named */
  readonly clusterRole?: string;
  /** @default hipaa-break-glass */
  readonly name?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Emergency access by a session that ends: the binding stands, and the group is empty but while somebody broke the glass.
 *
 * Serves 45 CFR 164.312(a)(2)(ii). RBAC knows no time: what ends is the way into the group, an OIDC token of an hour or less. That the identity provider gives no longer one, asks
 * for a second factor, and tells somebody, is nothing that this object enforces, so control AC6 is left to an owner who attests it. On EKS, `BreakGlassRole` opens a session of
 * an hour and tells somebody, without a binding: use that there.
 *
 * What ends is the session, and not what was made in it: bindings, tokens of ServiceAccounts and workloads outlive it. A binding with the label of a `TemporaryBinding` is removed
 * by the `BreakGlassReaper`; admission (RequireBindingApproval) refuses one without. Look through the API server's audit log of the session for the rest.
 *
 * @example
 *   new BreakGlassBinding(chart, 'BreakGlass', {
 *     group: profile.groups.inCluster('break-glass@company.com'),
 *     approver: 'ciso@company.com',
 *     session: 'OIDC token of one hour, after a second person approved in the identity provider',
 *   });
 */
export class BreakGlassBinding extends Construct {
  public constructor(scope: Construct, id: string, props: BreakGlassBindingProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['group', 'approver', 'session', 'namespaces', 'clusterRole', 'name'], 'control AC6, 45 CFR 164.312(a)(2)(ii): emergency access goes to one group');
    const { namespaces, clusterRole = namespaces === undefined ? 'cluster-admin' : 'admin', name = 'hipaa-break-glass' } = props;
    checkGroup(path, 'group', props.group);
    checkText(path, 'approver', props.approver);
    checkText(path, 'session', props.session);
    checkDnsSubdomain(path, 'clusterRole', clusterRole);
    checkDnsSubdomain(path, 'name', name);
    if (namespaces !== undefined) checkNamespaces(path, namespaces);

    const fields = {
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: props.group }],
    };
    const metadata = { name, labels: { [EMERGENCY_ACCESS_LABEL]: 'standing' }, annotations: { [APPROVER_ANNOTATION]: props.approver, [SESSION_ANNOTATION]: props.session } };
    const bindings = namespaces === undefined
      ? [new KubeClusterRoleBinding(this, 'Resource', { metadata, ...fields })]
      : namespaces.map((namespace) => new KubeRoleBinding(this, namespace, { metadata: { ...metadata, namespace }, ...fields }));
    if (namespaces === undefined) clusterScoped(...bindings);
    for (const binding of bindings) {
      Safeguard.leaveOpen(binding, Control.AC6_BREAK_GLASS, `the group ${props.group} is reached by "${props.session}", which the identity provider enforces: an owner attests that it ends within the hour, that somebody is told, and that what was made in it is looked through`);
    }
  }
}

function checkNamespaces(path: string, namespaces: readonly string[]): void {
  if (!Array.isArray(namespaces) || namespaces.length === 0 || new Set(namespaces).size !== namespaces.length) {
    throw Errors.refused(path, 'namespaces names nothing, or one twice', namespaces, 'control AC6, 45 CFR 164.312(a)(2)(ii): access that nobody has is no emergency access', 'name each namespace once, or leave namespaces out for the whole cluster');
  }
  for (const namespace of namespaces as readonly string[]) checkDnsLabel(path, 'namespaces', namespace);
}
