import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { checkAccount, checkArn, checkInteger, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName, checkText, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkSignIn, SignInKind, type SignIn } from '../profile/sign-in';
import { trustStatements } from './trust-statements';

/** AWS' shortest maximum, and the longest that control AC7 takes. */
export const SESSION_SECONDS = 3600;
/** AWS IAM, quotas: characters of a trust policy, and those that AWS gives on request; white space is not counted, and a document of ours has none but in values. */
const [TRUST_POLICY_QUOTA, HIGHEST_TRUST_POLICY_QUOTA] = [2048, 4096];

/** What every role for people is made of. */
export interface PeopleRoleProps {
  readonly roleName: string;
  /** Whom it is for; at most 1000 characters. */
  readonly description: string;
  readonly signIn: SignIn;
  readonly account: string;
  readonly region: string;
  /**
   * What the role may do in AWS. What it may do in a cluster, EksAccessEntry says.
   * @default - nothing
   */
  readonly statements?: readonly PolicyStatementProps[];
  /**
   * ARN of a policy that the role's permissions cannot go beyond.
   * @default - none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * Characters that a trust policy of the account may have, 2048 to 4096: what its quota "Role trust policy length" was raised to.
   * @default 2048
   */
  readonly trustPolicyQuota?: number;
}

/** @internal Names of the props that every role for people has. */
export const PEOPLE_ROLE_FIELDS: readonly string[] = ['roleName', 'description', 'signIn', 'account', 'region', 'statements', 'permissionsBoundaryArn', 'trustPolicyQuota'];

/** @internal */
export function checkPeopleRole(path: string, props: PeopleRoleProps): void {
  checkRoleName(path, 'roleName', props.roleName);
  checkText(path, 'description', props.description);
  if (props.description.length > 1000) throw Errors.refused(path, 'description is too long', props.description.length, 'AWS IAM, CreateRole: 1000 characters', 'use a shorter text');
  checkRegion(path, 'region', props.region);
  checkKnownAtSynth(path, 'region', props.region);
  checkAccount(path, 'account', props.account);
  checkSignIn(path, 'signIn', props.signIn, props.region);
  checkInteger(path, 'trustPolicyQuota', props.trustPolicyQuota ?? TRUST_POLICY_QUOTA, TRUST_POLICY_QUOTA, HIGHEST_TRUST_POLICY_QUOTA, 'AWS IAM, quotas: role trust policy length');
  const boundary = props.permissionsBoundaryArn;
  if (boundary === undefined || isTerraformToken(boundary)) return;
  // AWS' own policies have `aws` where others have an account.
  if (typeof boundary !== 'string' || !/^arn:[^:]+:iam::([0-9]{12}|aws):policy\/[^\s*?]+$/.test(boundary)) {
    throw Errors.refused(path, 'permissionsBoundaryArn is no policy', boundary, 'AWS IAM, permissions boundaries: a managed policy', "use its ARN, such as 'arn:aws:iam::123456789012:policy/people'");
  }
  checkPartition(path, 'permissionsBoundaryArn', boundary, props.region);
}

/** @internal The ARN of a cluster that somebody reads. */
export function checkClusterArn(path: string, clusterArn: string, region: string): void {
  checkArn(path, 'clusterArn', clusterArn, 'eks');
  if (isTerraformToken(clusterArn)) return;
  checkPartition(path, 'clusterArn', clusterArn, region);
  if (!/^arn:([^:]*:){4}cluster\/[\w-]+$/.test(clusterArn)) {
    throw Errors.refused(path, 'clusterArn is not the ARN of a cluster', clusterArn, 'Amazon EKS, DescribeCluster', "use 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster'");
  }
}

/** @internal What kubectl asks EKS for before it asks the cluster: where the endpoint is, and whose certificate it has. */
export function describeCluster(clusterArn: string): PolicyStatementProps {
  return { sid: 'AllowDescribeCluster', effect: PolicyEffect.ALLOW, actions: ['eks:DescribeCluster'], resources: [clusterArn] };
}

/**
 * @internal The role of people: an hour at most, for whom `signIn` lets in.
 *
 * @param reasonPattern what the reason for a session has to look like; none is asked for where it is left out.
 */
export function peopleRole(scope: Construct, props: PeopleRoleProps, statements: readonly PolicyStatementProps[], reasonPattern?: string): IamRole {
  const path = scope.node.path;
  const { signIn, account, region, trustPolicyQuota = TRUST_POLICY_QUOTA } = props;
  const trust = new PolicyDocument(path, trustStatements({ signIn, account, region, reasonPattern })).toJson();
  // Terraform takes one `$` of two away.
  const length = trust.replaceAll('$${', '${').length;
  if (length > trustPolicyQuota) {
    throw Errors.refused(path, 'signIn names more people than a trust policy holds', length, `AWS IAM, quotas: ${trustPolicyQuota} characters at most`, `name fewer, let the identity provider decide who gets the role, or have the quota raised and give trustPolicyQuota, of up to ${HIGHEST_TRUST_POLICY_QUOTA}`);
  }
  const permissions = statements.length === 0 ? undefined : new PolicyDocument(path, statements).toJson();
  const role = new IamRole(scope, 'Resource', {
    name: props.roleName,
    description: props.description,
    assumeRolePolicy: trust,
    maxSessionDuration: SESSION_SECONDS,
    permissionsBoundary: props.permissionsBoundaryArn,
  });
  if (permissions !== undefined) new IamRolePolicy(scope, 'Permissions', { name: 'permissions', role: role.name, policy: permissions });

  Safeguard.implement(role, Control.AC7_LOGOFF, 'a session ends after an hour at the latest');
  if (signIn.bindsSessionName) Safeguard.implement(role, Control.AC1_UNIQUE_ID, `the session bears the person's name: ${BOUND_BY[signIn.kind]}`);
  else Safeguard.fallShort(role, Control.AC1_UNIQUE_ID, "whoever signs in chooses the session's name: give SignIn.oidc() the subjects");
  if (signIn.enforcesMfa) Safeguard.implement(role, Control.AC2_MFA, signIn.kind === SignInKind.IAM_USERS ? 'lets in nobody who used no second factor within the hour' : 'lets in nobody for whom the identity provider sets no tag of a second factor');
  else Safeguard.leaveOpen(role, Control.AC2_MFA, `AWS tests no second factor of people who come by ${signIn.kind}: the identity provider's policy has to ask for one`);
  return role;
}

const BOUND_BY: Readonly<Record<SignInKind, string>> = {
  [SignInKind.IAM_USERS]: "the user's own",
  [SignInKind.SAML]: 'as the identity provider asserts it',
  [SignInKind.OIDC]: "of the token's subject",
  [SignInKind.IDENTITY_CENTER]: 'as in IAM Identity Center',
};
