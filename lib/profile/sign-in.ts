import { partitionOf } from './aws';
import { checkAccount, checkArn, checkFields, checkInteger, checkIssuerUrl, checkKnownAtSynth, checkPartition, checkText, isTerraformToken } from './checks';
import { Errors } from './errors';

/** How people prove to AWS who they are. */
export enum SignInKind {
  IAM_USERS = 'iam-users',
  SAML = 'saml',
  OIDC = 'oidc',
  IDENTITY_CENTER = 'identity-center',
}

/** A session tag that the identity provider sets on sessions that were opened with a second factor, and on no other. */
export interface MfaTag {
  /** 1 to 128 of letters, digits, spaces and _.:/=+@-; not `reason`. */
  readonly key: string;
  /** The one value that stands for a second factor. */
  readonly value: string;
}

export interface IamUsersProps {
  /** ARNs of the users, each a person; no two have one name, in whatever account. */
  readonly userArns: readonly string[];
  /** For how long a second factor counts, in seconds; 60 to 3600. @default 3600 */
  readonly mfaMaxAgeSeconds?: number;
}

export interface SamlProps {
  /** ARN of the SAML provider in IAM. */
  readonly providerArn: string;
  /**
   * How the provider says that a second factor was used.
   * @default - it does not: control AC2 is attested or not met
   */
  readonly mfaTag?: MfaTag;
  /**
   * Sign-in endpoints that an assertion may be made for (its Recipient), such as regional ones.
   * @default - the partition's own; partitions other than aws, aws-us-gov and aws-cn have to name theirs
   */
  readonly endpoints?: readonly string[];
}

export interface OidcProps {
  /** ARN of the OIDC provider in IAM. */
  readonly providerArn: string;
  /** Issuer of the tokens, an https URL, as the provider in IAM has it. */
  readonly issuer: string;
  /** The audience (client id) of the tokens. */
  readonly audience: string;
  /**
   * Whose tokens are taken, by their claim `sub`. Each person's session then has to bear the name of the subject, in which what a session's name may
   * not have is `-`.
   * @default - of everybody to whom the issuer gives tokens for the audience; whoever signs in chooses the session's name, so that control AC1 is not met
   */
  readonly subjects?: readonly string[];
  /**
   * How the provider says that a second factor was used.
   * @default - it does not: control AC2 is attested or not met
   */
  readonly mfaTag?: MfaTag;
}

export interface IdentityCenterProps {
  /** Name of the permission set: 1 to 32 of letters, digits and _+=,.@-. */
  readonly permissionSet: string;
  /**
   * Account that the permission set is assigned in.
   * @default - the account of the role
   */
  readonly account?: string;
  /**
   * Keys of session tags that the session from Identity Center hands on to the next one (transitive tags). Where the glass is broken, who bears another one
   * may be kept out: AWS does not document that a tag that was handed on counts for less than one that its caller chose, and of those the reason alone is taken.
   * @default - none
   */
  readonly transitiveTagKeys?: readonly string[];
}

const DUTY = 'control AC2, 45 CFR 164.312(d): a person proves to be who they claim to be';
const USER = /^arn:[^:]+:iam::[0-9]{12}:user\/([\x21-\x7e]+\/)?([\w+=,.@-]{2,64})$/;
const TAG_KEY = /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u;
const SAML_PROVIDER = /^arn:[^:]+:iam::[0-9]{12}:saml-provider\/[\w.-]{1,128}$/;
/** An endpoint of AWS Sign-In; with `acs` it belongs to one provider that encrypts its assertions. */
const SAML_ENDPOINT = /^https:\/\/([a-z0-9-]+\.)?signin\.[a-z0-9-]+(\.[a-z0-9-]+)+\/saml(\/acs\/\w+)?$/;
/** Hosts of AWS Sign-In (AWS General Reference, AWS Sign-In endpoints). */
const SIGN_IN_HOSTS: Readonly<Record<string, string>> = { aws: 'signin.aws.amazon.com', 'aws-cn': 'signin.amazonaws.cn', 'aws-us-gov': 'signin.amazonaws-us-gov.com' };
/** Issuers at which everybody can have an identity. */
const PUBLIC_ISSUERS = /^https:\/\/(accounts\.google\.com|token\.actions\.githubusercontent\.com|gitlab\.com|login\.microsoftonline\.com\/common(\/.*)?|(graph|www)\.facebook\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com)\/?$/;
/** The session tag that says why somebody broke the glass; IAM does not tell keys of tags apart by case. */
const REASON = 'reason';
/** The session tag by which Session Manager runs a session as another user than its document says. */
const RUN_AS = 'ssmsessionrunas';

/**
 * How people sign in, before they assume a role. Each way decides what AWS itself can test of a second factor (control AC2) and of the person's
 * name (control AC1).
 *
 * @example
 *   const people: PeopleSettings = {
 *     auditors: SignIn.identityCenter({ permissionSet: 'Auditor' }),
 *     developers: SignIn.identityCenter({ permissionSet: 'Developer' }),
 *     securityAdmins: SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company', mfaTag: { key: 'mfa', value: 'true' } }),
 *     breakGlass: SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/break-glass/alice'] }),
 *   };
 */
export abstract class SignIn {
  /**
   * IAM users with a device for a second factor. AWS tests the factor and its age, and the session bears the user's name
   * (AWS IAM, `aws:MultiFactorAuthAge` and `sts:RoleSessionName`). Works when every identity provider is down: the choice for break-glass.
   */
  public static iamUsers(props: IamUsersProps): IamUsersSignIn {
    return new IamUsersSignIn(props);
  }

  /**
   * A SAML provider of the account. The provider names the session, and AWS does not know its factors: `aws:MultiFactorAuthPresent` does not exist
   * in such a session. A factor is tested where the provider passes a tag for it (AWS IAM, session tags: `PrincipalTag` attributes).
   */
  public static saml(props: SamlProps): SamlSignIn {
    return new SamlSignIn(props);
  }

  /**
   * An OIDC provider of the account. IAM compares the claims `aud` and `sub` of every provider; `amr` it compares for Amazon Cognito alone, so that a second
   * factor is tested by a session tag too (AWS STS, claim `https://aws.amazon.com/tags`).
   */
  public static oidc(props: OidcProps): OidcSignIn {
    return new OidcSignIn(props);
  }

  /**
   * People of IAM Identity Center, who come from the role of a permission set. The session bears the name that they have there. A second factor is a setting of
   * Identity Center or of the provider behind it, which no trust policy can test: attest it. The permission set has to allow `sts:AssumeRole` on the role, and
   * `sts:TagSession` where the glass is broken.
   */
  public static identityCenter(props: IdentityCenterProps): IdentityCenterSignIn {
    return new IdentityCenterSignIn(props);
  }

  public readonly kind: SignInKind;
  /** Whether AWS lets nobody in who used no second factor. */
  public readonly enforcesMfa: boolean;
  /** Whether a session bears the name of the person, whatever the person asks for. */
  public readonly bindsSessionName: boolean;

  /** @internal */
  protected constructor(kind: SignInKind, enforcesMfa: boolean, bindsSessionName: boolean) {
    this.kind = kind;
    this.enforcesMfa = enforcesMfa;
    this.bindsSessionName = bindsSessionName;
  }
}

/** See `SignIn.iamUsers`. */
export class IamUsersSignIn extends SignIn {
  public readonly userArns: readonly string[];
  public readonly mfaMaxAgeSeconds: number;

  /** @internal */
  public constructor(props: IamUsersProps) {
    const path = 'SignIn.iamUsers';
    super(SignInKind.IAM_USERS, true, true);
    checkFields(path, props, ['userArns', 'mfaMaxAgeSeconds'], 'IAM users take no other field');
    if (!Array.isArray(props.userArns) || props.userArns.length === 0) {
      throw Errors.refused(path, 'userArns names nobody', props.userArns, DUTY, "name each person's user: ['arn:aws:iam::123456789012:user/alice']");
    }
    const names = new Map<string, string>();
    for (const arn of props.userArns as readonly string[]) {
      checkKnownAtSynth(path, 'userArns', arn);
      checkArn(path, 'userArns', arn, 'iam');
      const name = USER.exec(arn)?.[2].toLowerCase();
      if (name === undefined) {
        throw Errors.refused(path, 'userArns has an entry that is no IAM user', arn, `${DUTY}; a session takes a name of 2 to 64 characters`, "use the ARN of one user, such as 'arn:aws:iam::123456789012:user/alice'");
      }
      if (names.has(name)) {
        throw Errors.refused(path, 'two users have one name', arn, 'control AC1, 45 CFR 164.312(a)(2)(i): the name of a session is the name of its user', `leave one out; the other is ${names.get(name)}`);
      }
      names.set(name, arn);
    }
    this.userArns = Object.freeze([...props.userArns as readonly string[]]);
    this.mfaMaxAgeSeconds = props.mfaMaxAgeSeconds ?? 3600;
    checkInteger(path, 'mfaMaxAgeSeconds', this.mfaMaxAgeSeconds, 60, 3600, 'control AC7, 45 CFR 164.312(a)(2)(iii): an hour, as sessions last');
    Object.freeze(this);
  }
}

/** See `SignIn.saml`. */
export class SamlSignIn extends SignIn {
  public readonly providerArn: string;
  public readonly mfaTag: MfaTag | undefined;
  public readonly endpoints: readonly string[] | undefined;

  /** @internal */
  public constructor(props: SamlProps) {
    const path = 'SignIn.saml';
    super(SignInKind.SAML, props?.mfaTag !== undefined, true);
    checkFields(path, props, ['providerArn', 'mfaTag', 'endpoints'], 'a SAML provider takes no other field');
    checkProviderArn(path, props.providerArn, (arn) => SAML_PROVIDER.test(arn), 'arn:aws:iam::123456789012:saml-provider/company');
    if (props.endpoints !== undefined && (!Array.isArray(props.endpoints) || props.endpoints.length === 0)) {
      throw Errors.refused(path, 'endpoints names none', props.endpoints, 'AWS IAM, SAML:aud is the Recipient of the assertion', 'leave it out, or name the sign-in endpoints');
    }
    for (const endpoint of props.endpoints ?? []) {
      if (typeof endpoint !== 'string' || !SAML_ENDPOINT.test(endpoint)) {
        throw Errors.refused(path, 'endpoints has an entry that is no sign-in endpoint', endpoint, 'AWS IAM, SAML:aud is the Recipient of the assertion; it has no wildcard', "use a URL such as 'https://us-east-2.signin.aws.amazon.com/saml'");
      }
    }
    this.providerArn = props.providerArn;
    this.mfaTag = checkMfaTag(path, props.mfaTag);
    this.endpoints = props.endpoints && Object.freeze([...props.endpoints]);
    Object.freeze(this);
  }
}

/** See `SignIn.oidc`. */
export class OidcSignIn extends SignIn {
  public readonly providerArn: string;
  /** Issuer without `https://`, as condition keys have it. */
  public readonly issuerHost: string;
  public readonly audience: string;
  public readonly subjects: readonly string[];
  public readonly mfaTag: MfaTag | undefined;

  /** @internal */
  public constructor(props: OidcProps) {
    const path = 'SignIn.oidc';
    super(SignInKind.OIDC, props?.mfaTag !== undefined, props?.subjects !== undefined);
    checkFields(path, props, ['providerArn', 'issuer', 'audience', 'subjects', 'mfaTag'], 'an OIDC provider takes no other field');
    checkIssuerUrl(path, 'issuer', props.issuer);
    const host = props.issuer.slice('https://'.length);
    checkProviderArn(path, props.providerArn, (arn) => /^arn:[^:]+:iam::[0-9]{12}:oidc-provider\//.test(arn) && arn.slice(arn.indexOf('/') + 1) === host, `arn:aws:iam::123456789012:oidc-provider/${host}`);
    checkPlain(path, 'audience', props.audience);
    this.subjects = this.checkSubjects(path, props.subjects);
    if (this.subjects.length === 0 && PUBLIC_ISSUERS.test(props.issuer)) {
      throw Errors.refused(path, 'everybody can have an identity at the issuer', props.issuer, DUTY, "name the subjects, or use the company's own issuer");
    }
    this.providerArn = props.providerArn;
    this.issuerHost = host;
    this.audience = props.audience;
    this.mfaTag = checkMfaTag(path, props.mfaTag);
    Object.freeze(this);
  }

  /** The name that a subject's session has to bear. */
  public sessionNameOf(subject: string): string {
    return subject.replace(/[^\w+=,.@-]/g, '-');
  }

  private checkSubjects(path: string, subjects: readonly string[] | undefined): readonly string[] {
    if (subjects === undefined) return Object.freeze([]);
    if (!Array.isArray(subjects) || subjects.length === 0) {
      throw Errors.refused(path, 'subjects names nobody', subjects, DUTY, "name each person's claim sub, or leave subjects out");
    }
    const names = new Set<string>();
    for (const subject of subjects as readonly string[]) {
      checkPlain(path, 'subjects', subject);
      const name = this.sessionNameOf(subject);
      if (name.length < 2 || name.length > 64) {
        throw Errors.refused(path, 'a subject is no name for a session', subject, 'AWS STS, RoleSessionName: 2 to 64 characters', 'have the issuer use a shorter claim sub, or leave subjects out');
      }
      if (names.has(name)) {
        throw Errors.refused(path, 'two subjects have sessions of one name', subject, 'control AC1, 45 CFR 164.312(a)(2)(i): a session is of one person', 'leave one out');
      }
      names.add(name);
    }
    return Object.freeze([...subjects as readonly string[]]);
  }
}

/** See `SignIn.identityCenter`. */
export class IdentityCenterSignIn extends SignIn {
  public readonly permissionSet: string;
  public readonly account: string | undefined;
  public readonly transitiveTagKeys: readonly string[];

  /** @internal */
  public constructor(props: IdentityCenterProps) {
    const path = 'SignIn.identityCenter';
    super(SignInKind.IDENTITY_CENTER, false, true);
    checkFields(path, props, ['permissionSet', 'account', 'transitiveTagKeys'], 'IAM Identity Center takes no other field');
    if (typeof props.permissionSet !== 'string' || !/^[\w+=,.@-]{1,32}$/.test(props.permissionSet)) {
      throw Errors.refused(path, 'permissionSet is no name of a permission set', props.permissionSet, 'AWS IAM Identity Center, CreatePermissionSet', 'use 1 to 32 of letters, digits and _+=,.@-');
    }
    if (props.account !== undefined) {
      checkAccount(path, 'account', props.account);
      checkKnownAtSynth(path, 'account', props.account);
    }
    const keys = props.transitiveTagKeys ?? [];
    const bad = Array.isArray(keys) ? (keys as readonly unknown[]).find((key) => typeof key !== 'string' || !TAG_KEY.test(key) || [REASON, RUN_AS].includes(key.toLowerCase())) : keys;
    if (bad !== undefined) {
      throw Errors.refused(path, 'transitiveTagKeys has what is no key of such a tag', bad, `AWS STS, session tags; ${REASON} says why somebody broke the glass, and SSMSessionRunAs would make sessions on nodes run as another user`, "use keys such as 'department'");
    }
    this.permissionSet = props.permissionSet;
    this.account = props.account;
    this.transitiveTagKeys = Object.freeze([...keys]);
    Object.freeze(this);
  }
}

/** @internal Sign-in endpoints that assertions are made for, in the partition of a region. */
export function samlEndpoints(signIn: SamlSignIn, region: string): readonly string[] {
  return signIn.endpoints ?? [`https://${SIGN_IN_HOSTS[partitionOf(region)]}/saml`];
}

/** @internal Whether a value is a way to sign in to the partition of a region. */
export function checkSignIn(path: string, prop: string, signIn: SignIn, region: string): void {
  if (!(signIn instanceof SignIn)) {
    throw Errors.refused(path, `${prop} is no SignIn`, signIn, DUTY, 'use SignIn.iamUsers(), SignIn.saml(), SignIn.oidc() or SignIn.identityCenter()');
  }
  if (signIn instanceof IamUsersSignIn) for (const arn of signIn.userArns) checkPartition(path, prop, arn, region);
  if (signIn instanceof SamlSignIn || signIn instanceof OidcSignIn) checkPartition(path, prop, signIn.providerArn, region);
  if (signIn instanceof SamlSignIn) checkEndpoints(path, prop, signIn, region);
}

function checkEndpoints(path: string, prop: string, signIn: SamlSignIn, region: string): void {
  const partition = partitionOf(region);
  const host = SIGN_IN_HOSTS[partition];
  if (host === undefined && signIn.endpoints === undefined) {
    throw Errors.refused(path, `${prop} names no sign-in endpoint`, partition, 'AWS IAM, SAML:aud is the Recipient of the assertion', `give SignIn.saml() the endpoints of ${partition}`);
  }
  const foreign = host === undefined ? undefined : signIn.endpoints?.find((endpoint) => !new RegExp(`^https://([a-z0-9-]+\\.)?${host.replaceAll('.', '\\.')}/`).test(endpoint));
  if (foreign !== undefined) {
    throw Errors.refused(path, `${prop} names an endpoint of another partition`, foreign, `AWS: ${region} is in the partition ${partition}, which reaches no other`, `use endpoints of ${host}`);
  }
}

/** The ARN of an identity provider; a reference may stand for all of it. */
function checkProviderArn(path: string, arn: string, is: (arn: string) => boolean, example: string): void {
  if (typeof arn === 'string' && /^\$\{[^}]+\}$/.test(arn)) return;
  if (typeof arn !== 'string' || !is(arn)) {
    throw Errors.refused(path, 'providerArn is no such identity provider', arn, 'AWS IAM, JSON policy elements: a federated principal is the ARN of a provider', `use its ARN: '${example}'`);
  }
}

function checkMfaTag(path: string, tag: MfaTag | undefined): MfaTag | undefined {
  if (tag === undefined) return undefined;
  checkFields(path, tag, ['key', 'value'], 'a session tag has a key and a value');
  if (typeof tag.key !== 'string' || !TAG_KEY.test(tag.key) || tag.key.toLowerCase() === REASON) {
    throw Errors.refused(path, 'the key of mfaTag is none of a session tag', tag.key, `AWS STS, session tags; ${REASON} says why somebody broke the glass`, "use a key such as 'mfa'");
  }
  if (typeof tag.value !== 'string' || !TAG_VALUE.test(tag.value)) {
    throw Errors.refused(path, 'the value of mfaTag is none of a session tag', tag.value, 'AWS STS, session tags: one value that is compared as it is', "use a value such as 'true'");
  }
  return Object.freeze({ key: tag.key, value: tag.value });
}

/** A claim's value that IAM compares as it is. */
function checkPlain(path: string, prop: string, value: string): void {
  checkText(path, prop, value);
  if (isTerraformToken(value) || /[*?\p{C}]|\$\{/u.test(value)) {
    throw Errors.refused(path, `${prop} is no plain value`, value, 'AWS IAM, OIDC federation: a claim is compared as it is', 'write the value of the claim');
  }
}
