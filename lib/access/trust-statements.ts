import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { IamUsersSignIn, IdentityCenterSignIn, OidcSignIn, SamlSignIn, samlEndpoints, type MfaTag, type SignIn } from '../profile/sign-in';

/** @internal Whom a role trusts. */
export interface TrustProps {
  readonly signIn: SignIn;
  readonly account: string;
  readonly region: string;
  /** What the session tag `reason` has to look like; none is asked for where it is left out. */
  readonly reasonPattern?: string;
}

/** The session tag that says why somebody broke the glass. */
export const REASON_TAG = 'reason';

/**
 * @internal The trust policy of a role for people.
 *
 * sts:TagSession is a statement of its own: it opens no session, and AWS evaluates it with fewer keys (AWS STS, condition keys: no session name, no
 * claim), so that the conditions of the sign-in would refuse every tag.
 */
export function trustStatements(props: TrustProps): PolicyStatementProps[] {
  const { signIn, region } = props;
  const reason = props.reasonPattern === undefined ? [] : reasonConditions(props.reasonPattern);
  if (signIn instanceof IamUsersSignIn) {
    return assumption({ aws: signIn.userArns }, reason, [
      when('Bool', 'aws:MultiFactorAuthPresent', 'true'),
      when('NumericLessThan', 'aws:MultiFactorAuthAge', String(signIn.mfaMaxAgeSeconds)),
      when('StringEquals', 'sts:RoleSessionName', '${aws:username}'),
    ], [], []);
  }
  if (signIn instanceof IdentityCenterSignIn) {
    const account = signIn.account ?? props.account;
    const from = when('ArnLike', 'aws:PrincipalArn', ...permissionSetRoles(partitionOf(region), account, signIn.permissionSet));
    // The name that Identity Center gave the session is what follows the colon of aws:userid; the next session has to bear it as well.
    return assumption({ aws: [`arn:${partitionOf(region)}:iam::${account}:root`] }, reason, [from, when('StringLike', 'aws:userid', '*:${sts:RoleSessionName}')], [from], signIn.transitiveTagKeys);
  }
  if (signIn instanceof SamlSignIn) {
    return [
      federation('AllowSignIn', signIn.providerArn, 'sts:AssumeRoleWithSAML', [when('StringEquals', 'SAML:aud', ...samlEndpoints(signIn, region)), ...mfa(signIn.mfaTag), ...reason]),
      attributes(signIn.providerArn),
    ];
  }
  if (signIn instanceof OidcSignIn) {
    const token = (sid: string, ...person: PolicyConditionProps[]): PolicyStatementProps => federation(sid, signIn.providerArn, 'sts:AssumeRoleWithWebIdentity', [
      when('StringEquals', `${signIn.issuerHost}:aud`, signIn.audience), ...person, ...mfa(signIn.mfaTag), ...reason,
    ]);
    const people = signIn.subjects.map((subject, index) => token(`AllowSignIn${index + 1}`,
      when('StringEquals', `${signIn.issuerHost}:sub`, subject),
      when('StringEquals', 'sts:RoleSessionName', signIn.sessionNameOf(subject))));
    return [...(people.length === 0 ? [token('AllowSignIn')] : people), attributes(signIn.providerArn)];
  }
  return [];
}

/**
 * Roles of a permission set, in regions with and without a part of their own in the path. The name ends in 16 characters, which no longer name of another
 * permission set has, and a part of the path ends in a slash, which no name has (AWS IAM Identity Center, referencing permission sets in resource policies).
 */
function permissionSetRoles(partition: string, account: string, permissionSet: string): readonly string[] {
  const name = `AWSReservedSSO_${permissionSet}_${'?'.repeat(16)}`;
  return ['', '*/'].map((region) => `arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/${region}${name}`);
}

/**
 * By sts:AssumeRole, whose caller chooses the tags: none is taken where no reason is asked for, and the reason alone where one is. Another tag would be the caller's own
 * word to whatever asks for `aws:PrincipalTag`; `SSMSessionRunAs` is the user that sessions on nodes run as, before the one that their document names.
 *
 * @param inherited keys of tags that the caller's session hands on: AWS does not document that they count for less than those that are passed. A session of an IAM user has none.
 */
function assumption(
  principals: { aws: readonly string[] }, reason: readonly PolicyConditionProps[], signedIn: readonly PolicyConditionProps[], tagging: readonly PolicyConditionProps[],
  inherited: readonly string[],
): PolicyStatementProps[] {
  const allow = (sid: string, action: string, conditions: readonly PolicyConditionProps[]): PolicyStatementProps => (
    { sid, effect: PolicyEffect.ALLOW, principals, actions: [action], conditions });
  const enter = allow('AllowSignIn', 'sts:AssumeRole', [...signedIn, ...reason]);
  if (reason.length === 0) return [enter];
  // Beside the reason another key would pass: the condition of what is allowed holds as soon as any of the keys is `reason`.
  const others: PolicyStatementProps = {
    sid: 'DenyOtherTags', effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions: ['sts:TagSession'], conditions: [when('ForAnyValue:StringNotEquals', 'aws:TagKeys', REASON_TAG, ...inherited)],
  };
  return [enter, others, allow('AllowReason', 'sts:TagSession', [...tagging, ...reason])];
}

function federation(sid: string, providerArn: string, action: string, conditions: readonly PolicyConditionProps[]): PolicyStatementProps {
  return { sid, effect: PolicyEffect.ALLOW, principals: { federated: [providerArn] }, actions: [action], conditions };
}

/** What the provider says of a person, in signed text: without it, a provider that says more than a name lets nobody in. */
function attributes(providerArn: string): PolicyStatementProps {
  return { sid: 'AllowAttributes', effect: PolicyEffect.ALLOW, principals: { federated: [providerArn] }, actions: ['sts:SetSourceIdentity', 'sts:TagSession'] };
}

function mfa(tag: MfaTag | undefined): PolicyConditionProps[] {
  return tag === undefined ? [] : [when('StringEquals', `aws:RequestTag/${tag.key}`, tag.value)];
}

/** The tag is there, says something, and is spelled as queries look for it: keys of conditions are not told apart by case, those of tags are. */
function reasonConditions(pattern: string): PolicyConditionProps[] {
  return [
    when('Null', `aws:RequestTag/${REASON_TAG}`, 'false'),
    when('StringLike', `aws:RequestTag/${REASON_TAG}`, pattern),
    when('ForAnyValue:StringEquals', 'aws:TagKeys', REASON_TAG),
  ];
}

function when(operator: string, key: string, ...values: string[]): PolicyConditionProps {
  return { operator, key, values };
}
