import { checkFields, checkInteger } from './checks';
import { Errors } from './errors';
import { checkSignIn, IamUsersSignIn, IdentityCenterSignIn, type SignIn } from './sign-in';

/** How people of each duty sign in. */
export interface PeopleSettings {
  readonly auditors: SignIn;
  readonly developers: SignIn;
  readonly securityAdmins: SignIn;
  /** Who may break the glass in an emergency; they may have another duty as well. */
  readonly breakGlass: SignIn;
  /**
   * Characters that the account's trust policies may have: 2048, or up to 4096 where AWS raised the quota. Many people in one role need more.
   * @default 2048
   */
  readonly trustPolicyQuota?: number;
}

const DUTIES = ['auditors', 'developers', 'securityAdmins'] as const;

/** @internal */
export function checkPeople(path: string, people: PeopleSettings, region: string): void {
  checkFields(path, people, [...DUTIES, 'breakGlass', 'trustPolicyQuota'], 'people have no other duty');
  if (people.trustPolicyQuota !== undefined) checkInteger(path, 'trustPolicyQuota', people.trustPolicyQuota, 2048, 4096, 'AWS IAM, quotas: length of a trust policy');
  const seen = new Map<string, string>();
  for (const duty of [...DUTIES, 'breakGlass'] as const) {
    if (people[duty] === undefined) throw Errors.missing(path, duty, 'say how they sign in: SignIn.iamUsers(), SignIn.saml(), SignIn.oidc() or SignIn.identityCenter()');
    checkSignIn(path, duty, people[duty], region);
  }
  for (const duty of DUTIES) {
    for (const who of membersOf(people[duty])) {
      const other = seen.get(who);
      if (other !== undefined && other !== duty) {
        throw Errors.refused(path, `${duty} and ${other} are the same people`, who, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): separate duties', 'give each duty its own users or permission set');
      }
      seen.set(who, duty);
    }
  }
}

/** Who can be told at synth; a provider decides by itself whom it sends to which role. */
function membersOf(signIn: SignIn): readonly string[] {
  if (signIn instanceof IamUsersSignIn) return signIn.userArns;
  return signIn instanceof IdentityCenterSignIn ? [`${signIn.permissionSet} in ${signIn.account ?? 'the account of the cluster'}`] : [];
}
