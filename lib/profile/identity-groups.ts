import { checkFields, checkGroup } from './checks';
import { Errors } from './errors';

export interface IdentityGroupsProps {
  /** Who reads configuration and events, never data. */
  readonly auditors: string;
  /** Who deploys through the pipeline and reads. */
  readonly developers: string;
  /** Who manages access and policies. */
  readonly securityAdmins: string;
  /**
   * What the API server puts before each group of the identity provider, so that no claim can name a group of Kubernetes' own.
   * The same prefix goes into the cluster's OIDC configuration (EKS: groupsPrefix).
   * @default "oidc:"
   */
  readonly groupsPrefix?: string;
}

/** Prefixes that Kubernetes or AWS keep for themselves (Amazon EKS, access entries: group names). */
const RESERVED = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'];

/** The people's groups, by the identity provider's names. */
export class IdentityGroups {
  public readonly auditors: string;
  public readonly developers: string;
  public readonly securityAdmins: string;
  public readonly groupsPrefix: string;

  public constructor(props: IdentityGroupsProps) {
    const path = 'HipaaProfile.groups';
    checkFields(path, props, ['auditors', 'developers', 'securityAdmins', 'groupsPrefix'], 'no other group is known');
    checkGroup(path, 'auditors', props.auditors);
    checkGroup(path, 'developers', props.developers);
    checkGroup(path, 'securityAdmins', props.securityAdmins);
    const names = [props.auditors, props.developers, props.securityAdmins];
    // Identity providers compare names of groups without regard to case.
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      throw Errors.refused(path, 'one group has two roles', names, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): separate duties', 'name a group for each role');
    }
    const prefix = props.groupsPrefix ?? 'oidc:';
    if (typeof prefix !== 'string' || !/^[\w.@/-]+[:/#-]$/.test(prefix) || RESERVED.some((reserved) => prefix.toLowerCase().startsWith(reserved))) {
      throw Errors.refused(path, 'groupsPrefix is not usable', prefix, `control AC4: the prefixes ${RESERVED.join(' ')} are reserved, and none lets a claim name any group`, "use a prefix such as 'oidc:'");
    }
    this.auditors = props.auditors;
    this.developers = props.developers;
    this.securityAdmins = props.securityAdmins;
    this.groupsPrefix = prefix;
    Object.freeze(this);
  }

  /**
   * A group of the identity provider as the cluster knows it. RoleBindings and access entries use this name; a binding to the
   * bare name would bind nobody.
   *
   * @throws where the group is none of an identity provider, or has the prefix already: bound twice prefixed, it would be nobody.
   */
  public inCluster(group: string): string {
    const path = 'IdentityGroups.inCluster';
    checkGroup(path, 'group', group);
    if (group.startsWith(this.groupsPrefix)) {
      throw Errors.refused(path, `group has the prefix ${this.groupsPrefix} already`, group, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): a binding names a group that exists', "give the identity provider's name, without the prefix");
    }
    return `${this.groupsPrefix}${group}`;
  }
}
