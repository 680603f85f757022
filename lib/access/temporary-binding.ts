import { KubeRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkGroup, checkText, checkTimestamp } from '../profile/checks';
import { APPROVER_ANNOTATION, BREAK_GLASS_LABEL, EXPIRES_ANNOTATION, TICKET_ANNOTATION } from '../manifests/break-glass-labels';

export interface TemporaryBindingProps {
  /** Namespace of the Role, and the only one in which the group gets access. */
  readonly namespace: string;
  /** Name of the Role. */
  readonly role: string;
  /** The group as the cluster knows it, its prefix included: `IdentityGroups.inCluster()`. */
  readonly group: string;
  /** Who approved it. */
  readonly approver: string;
  /** The record that says why: `INC-1234`. */
  readonly ticket: string;
  /** When it ends, in UTC: YYYY-MM-DDThh:mm:ssZ. The reaper ends it earlier where it would stand for longer than `BreakGlassReaperProps.longestHours`. */
  readonly expires: string;
  /** Name of the RoleBinding; another one for each ticket. */
  readonly name: string;
}

/**
 * Access that is given for a while: a RoleBinding that says who approved it, why, and when it ends, and that the `BreakGlassReaper` removes then.
 * Admission (RequireBindingApproval) asks the same of bindings that are made by hand.
 *
 * Serves 45 CFR 164.312(a)(2)(ii) and 308(a)(4)(ii)(B). Take it out of the sources when it ended: the next apply would bring it back, for the reaper to remove again.
 *
 * @example
 *   new TemporaryBinding(chart, 'Incident1234', {
 *     namespace: 'healthcare-prod', role: 'on-call', group: 'oidc:on-call@company.com', name: 'inc-1234',
 *     approver: 'ciso@company.com', ticket: 'INC-1234', expires: '2026-03-01T18:00:00Z',
 *   });
 */
export class TemporaryBinding extends Construct {
  public constructor(scope: Construct, id: string, props: TemporaryBindingProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'role', 'group', 'approver', 'ticket', 'expires', 'name'], 'control AC6, 45 CFR 164.312(a)(2)(ii): access for a while has an approver, a ticket and an end');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'role', props.role);
    checkGroup(path, 'group', props.group);
    checkText(path, 'approver', props.approver);
    checkText(path, 'ticket', props.ticket);
    checkTimestamp(path, 'expires', props.expires);
    checkDnsSubdomain(path, 'name', props.name);

    const apiGroup = 'rbac.authorization.k8s.io';
    new KubeRoleBinding(this, 'Resource', {
      metadata: {
        name: props.name,
        namespace: props.namespace,
        labels: { [BREAK_GLASS_LABEL]: 'temporary' },
        annotations: { [APPROVER_ANNOTATION]: props.approver, [TICKET_ANNOTATION]: props.ticket, [EXPIRES_ANNOTATION]: props.expires },
      },
      roleRef: { apiGroup, kind: 'Role', name: props.role },
      subjects: [{ apiGroup, kind: 'Group', name: props.group }],
    });
  }
}
