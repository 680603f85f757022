import { EksAccessEntry as AccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkArn, checkClusterName, checkFields, checkGroup, checkKnownAtSynth, checkPartition, checkRegion, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { EksAccessLevel, EksAccessPolicy } from './eks-access-policy';

export interface EksAccessEntryProps {
  /** Name of the cluster; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** ARN of the one IAM role that people or a pipeline come in by. */
  readonly principalArn: string;
  /** Groups that RoleBindings name, as the cluster knows them: `profile.groups.inCluster(...)`. */
  readonly kubernetesGroups: readonly string[];
  readonly account: string;
  readonly region: string;
  /**
   * What EKS itself grants, beside RBAC; each level once.
   * @default - nothing: the groups' RoleBindings alone
   */
  readonly accessPolicies?: readonly EksAccessPolicy[];
  /**
   * Name of the user in the cluster, which ends in the name of the session: `auditor:{{SessionName}}`, or `{{SessionNameRaw}}` to keep an `@`.
   * @default - EKS's own: the ARN of the session
   */
  readonly userName?: string;
}

const FIELDS = ['clusterName', 'principalArn', 'kubernetesGroups', 'account', 'region', 'accessPolicies', 'userName'];
/** Prefixes that Kubernetes or AWS keep for themselves, in names of groups and users (Amazon EKS, access entries). */
const RESERVED = /^(system|eks|aws|amazon|iam):/i;
const ROLE = /^arn:[^:]+:iam::[0-9]{12}:role\/(?!aws-service-role\/|aws-reserved\/)([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;
/** EKS takes the session's name after a colon (Amazon EKS, set a custom username for access entries). */
const USER_NAME = /^[\w.@/:-]*:\{\{SessionName(Raw)?\}\}$/;
const UNIQUE = 'control AC1, 45 CFR 164.312(a)(2)(i)';

/**
 * Lets one IAM role into an EKS cluster, as members of groups.
 *
 * Serves 45 CFR 164.312(a)(2)(i): the name in the audit log ends in that of the session, so that it is a person's, as far as the role binds the two
 * (`WorkforceRole`). IAM users, whose keys do not expire, and roles of IAM Identity Center, whose names change, are refused: they assume a role first.
 * An entry rests on the role's inner id: made anew under its old name, a role needs a new entry.
 *
 * @example
 *   new EksAccessEntry(stack, 'AuditorEntry', {
 *     clusterName: 'healthcare-cluster',
 *     principalArn: 'arn:aws:iam::123456789012:role/healthcare-cluster-auditor',
 *     kubernetesGroups: ['oidc:auditors@company.com'],
 *     account: '123456789012',
 *     region: 'us-east-1',
 *   });
 */
export class EksAccessEntry extends Construct {
  public readonly entry: AccessEntry;

  public constructor(scope: Construct, id: string, props: EksAccessEntryProps) {
    super(scope, id);
    this.check(props);
    const { clusterName, principalArn, region, accessPolicies = [] } = props;
    this.entry = new AccessEntry(this, 'Resource', {
      clusterName,
      principalArn,
      type: 'STANDARD',
      kubernetesGroups: props.kubernetesGroups.length === 0 ? undefined : [...props.kubernetesGroups],
      userName: props.userName,
      region,
    });
    for (const policy of accessPolicies) {
      new EksAccessPolicyAssociation(this, `Policy${LEVEL_IDS[policy.level]}`, {
        clusterName,
        principalArn,
        policyArn: `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policy.level}`,
        accessScope: policy.namespaces.length === 0 ? { type: 'cluster' } : { type: 'namespace', namespaces: [...policy.namespaces] },
        region,
        // EKS associates a policy with an entry that is there.
        dependsOn: [this.entry],
      });
    }
    Safeguard.implement(this.entry, Control.AC1_UNIQUE_ID, 'the user in the audit log bears the name of the session');
  }

  private check(props: EksAccessEntryProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an access entry takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    checkAccount(path, 'account', props.account);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    this.checkPrincipal(props);
    const { kubernetesGroups: groups, accessPolicies: policies = [], userName } = props;
    if (!Array.isArray(groups) || new Set(groups).size !== groups.length) {
      throw Errors.refused(path, 'kubernetesGroups is no list of different groups', groups, 'Amazon EKS, CreateAccessEntry', 'name each group once, in a list');
    }
    for (const group of groups as readonly string[]) {
      checkGroup(path, 'kubernetesGroups', group);
      if (RESERVED.test(group)) throw Errors.refused(path, 'kubernetesGroups names a reserved group', group, 'control AC4; Amazon EKS, access entries: system:, eks:, aws:, amazon: and iam: are reserved', "use the name that RoleBindings have, such as 'oidc:auditors@company.com'");
    }
    const stranger = Array.isArray(policies) ? (policies as readonly unknown[]).find((policy) => !(policy instanceof EksAccessPolicy)) : policies;
    if (stranger !== undefined) throw Errors.refused(path, 'accessPolicies has an entry that is no EksAccessPolicy', stranger, 'Amazon EKS, access policies', 'use EksAccessPolicy.onCluster() or EksAccessPolicy.inNamespaces()');
    const levels = policies.map(({ level }) => level);
    if (new Set(levels).size < levels.length) throw Errors.refused(path, 'accessPolicies has one level twice', levels, 'Amazon EKS: an access policy is associated with an entry once', 'name all namespaces in one EksAccessPolicy');
    if (groups.length + policies.length === 0) throw Errors.refused(path, 'the entry grants nothing', groups, 'Amazon EKS, access entries', 'name a group, or an access policy');
    if (userName !== undefined && (typeof userName !== 'string' || !USER_NAME.test(userName) || RESERVED.test(userName))) {
      throw Errors.refused(path, 'userName does not tell people apart', userName, `${UNIQUE}; Amazon EKS, access entries: no reserved prefix, and a colon before {{SessionName}}`, "leave it out, or use a name such as 'auditor:{{SessionName}}'");
    }
  }

  private checkPrincipal({ principalArn, account, region }: EksAccessEntryProps): void {
    const path = this.node.path;
    checkArn(path, 'principalArn', principalArn, 'iam');
    if (isTerraformToken(principalArn)) return;
    if (!ROLE.test(principalArn)) {
      throw Errors.refused(path, 'principalArn is no role that sessions are opened with', principalArn, `${UNIQUE}; Amazon EKS, access entries: a role by its own ARN`, "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/healthcare-cluster-auditor'");
    }
    checkPartition(path, 'principalArn', principalArn, region);
    if (!isTerraformToken(account) && principalArn.split(':')[4] !== account) {
      throw Errors.refused(path, 'principalArn is of another account', principalArn, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): whom a role of another account trusts, that account decides', `use a role of account ${account}`);
    }
  }
}

const LEVEL_IDS: Readonly<Record<EksAccessLevel, string>> = {
  [EksAccessLevel.CLUSTER_ADMIN]: 'ClusterAdmin',
  [EksAccessLevel.ADMIN]: 'Admin',
  [EksAccessLevel.EDIT]: 'Edit',
  [EksAccessLevel.VIEW]: 'View',
  [EksAccessLevel.ADMIN_VIEW]: 'AdminView',
};
