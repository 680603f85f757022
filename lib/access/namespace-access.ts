import { Construct } from 'constructs';
import { checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import { IdentityGroups } from '../profile/identity-groups';
import type { AccessRole } from './access-role';
import { AuditorRole } from './auditor-role';
import { DeveloperRole } from './developer-role';
import { GroupBinding } from './group-binding';
import { SecurityAdminRole } from './security-admin-role';

export interface NamespaceAccessProps {
  /** A namespace that holds PHI. */
  readonly namespace: string;
  /** The people's groups. */
  readonly groups: IdentityGroups;
}

/**
 * Who may do what in one PHI namespace: the auditor's, the developer's and the security administrator's Role, each given to its group.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B). Roles are namespaced, so access to one PHI namespace says nothing of another.
 *
 * @example
 *   new NamespaceAccess(chart, 'Access', { namespace: 'healthcare-prod', groups: profile.groups });
 */
export class NamespaceAccess extends Construct {
  public readonly auditorRole: AuditorRole;
  public readonly developerRole: DeveloperRole;
  public readonly securityAdminRole: SecurityAdminRole;

  public constructor(scope: Construct, id: string, props: NamespaceAccessProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['namespace', 'groups'], 'control AC3: one set of roles a namespace');
    const { namespace, groups } = props;
    if (!(groups instanceof IdentityGroups)) throw Errors.missing(this.node.path, 'groups', 'use new IdentityGroups({ auditors, developers, securityAdmins })');

    this.auditorRole = new AuditorRole(this, 'AuditorRole', { namespace });
    this.developerRole = new DeveloperRole(this, 'DeveloperRole', { namespace });
    this.securityAdminRole = new SecurityAdminRole(this, 'SecurityAdminRole', { namespace });
    const bind = (bindingId: string, role: AccessRole, group: string, name: string): void => {
      new GroupBinding(this, bindingId, { namespace, role: role.roleName, group: groups.inCluster(group), name });
    };
    bind('AuditorBinding', this.auditorRole, groups.auditors, 'auditor-binding');
    bind('DeveloperBinding', this.developerRole, groups.developers, 'developer-binding');
    bind('SecurityAdminBinding', this.securityAdminRole, groups.securityAdmins, 'security-admin-binding');
  }
}
