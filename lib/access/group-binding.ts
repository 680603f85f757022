import { KubeRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkGroup } from '../profile/checks';

export interface GroupBindingProps {
  /** Namespace of the Role, and the only one in which the group gets access. */
  readonly namespace: string;
  /** Name of the Role. */
  readonly role: string;
  /** The group as the cluster knows it, its prefix included: `IdentityGroups.inCluster()`. The bare name would bind nobody. */
  readonly group: string;
  /**
   * Name of the RoleBinding.
   * @default <role>-binding
   */
  readonly name?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Gives a Role to one group of the identity provider, in one namespace.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B). People get access through groups alone, so that leaving a group ends it and the identity provider's
 * review covers it; Kubernetes' own groups (`system:authenticated`) are refused. It binds Roles, never a ClusterRole such as `admin`.
 *
 * @example
 *   new GroupBinding(chart, 'AuditorBinding', {
 *     namespace: 'healthcare-prod', role: 'hipaa-auditor', group: profile.groups.inCluster('auditors@company.com'), name: 'auditor-binding',
 *   });
 */
export class GroupBinding extends Construct {
  public constructor(scope: Construct, id: string, props: GroupBindingProps) {
    super(scope, id);
    const path = this.node.path;
    const name = props.name ?? `${props.role}-binding`;
    checkFields(path, props, ['namespace', 'role', 'group', 'name'], 'control AC3: access goes to one group');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'role', props.role);
    checkGroup(path, 'group', props.group);
    checkDnsSubdomain(path, 'name', name);

    const binding = new KubeRoleBinding(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      subjects: [{ kind: 'Group', name: props.group, apiGroup: RBAC }],
      roleRef: { kind: 'Role', name: props.role, apiGroup: RBAC },
    });
    Safeguard.implement(binding, Control.AC3_LEAST_PRIVILEGE, 'gives one Role to one group of the identity provider, in this namespace alone');
  }
}
