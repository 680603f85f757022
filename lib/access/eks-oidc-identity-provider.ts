import { EksIdentityProviderConfig } from '@cdktf/provider-aws/lib/eks-identity-provider-config';
import { TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkClusterName, checkFields, checkIssuerUrl, checkRegion, checkText } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { isTokenPrefix, PERMANENT_CLAIMS, secondFactorBy } from './token-claims';

export interface EksOidcIdentityProviderProps {
  /** Name of the cluster; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** Name of the association. */
  readonly configName: string;
  /** Issuer of the tokens (`iss`): an https URL that AWS reaches over the internet. */
  readonly issuerUrl: string;
  /** The audience that tokens name (`aud`). */
  readonly clientId: string;
  /** What stands before the name of each group, such as `oidc:`. Bindings name groups with it. */
  readonly groupsPrefix: string;
  /**
   * Claim that names the person. OpenID Connect promises of `sub` alone that it is never given to another.
   * @default sub
   */
  readonly usernameClaim?: string;
  /**
   * What stands before each user name: it keeps them apart from those of IAM, in bindings and in the audit log.
   * @default oidc:
   */
  readonly usernamePrefix?: string;
  /**
   * Claim that lists the person's groups.
   * @default groups
   */
  readonly groupsClaim?: string;
  /**
   * Claims that a token must have with exactly these texts.
   * @default - none
   */
  readonly requiredClaims?: { readonly [claim: string]: string };
  /**
   * Which of `requiredClaims` the provider issues after a second factor alone, such as `acr`.
   * @default - none: control AC2 is attested or not met
   */
  readonly mfaClaim?: string;
  /** Region of the cluster. */
  readonly region: string;
}

const FIELDS = ['clusterName', 'configName', 'issuerUrl', 'clientId', 'groupsPrefix', 'usernameClaim', 'usernamePrefix', 'groupsClaim', 'requiredClaims', 'mfaClaim', 'region'];
/** Lists, numbers and booleans by the standards: an API server compares texts alone, and would refuse every token. */
const NO_TEXT = ['amr', 'auth_time', 'email_verified', 'exp', 'groups', 'iat', 'nbf', 'roles'];

/**
 * Lets people in to an EKS cluster with tokens of your identity provider, beside IAM, which no cluster can do without.
 *
 * Serves 45 CFR 164.312(a)(2)(i): the user name in the audit log is a claim that is never given to another person, `sub` by default. An address such as `email`
 * can be, and many providers let people change it, so that another claim leaves control AC1 not met. Names and groups get a prefix: without one a
 * token could say that its bearer is in `system:masters`.
 *
 * Serves 312(d) where `mfaClaim` is given: the API server refuses a token without that claim. It compares texts, so that the list `amr` cannot be required.
 * Whether the provider issues the claim after a second factor alone is its own policy, which stays to be attested.
 *
 * EKS takes one provider a cluster, and every change of it makes a new association, during which nobody of that provider gets in (Amazon EKS, OIDC identity
 * providers). The issuer is reached over the internet, with a certificate that a public authority signed.
 *
 * @example
 *   new EksOidcIdentityProvider(stack, 'People', {
 *     clusterName: 'healthcare-cluster', configName: 'company', issuerUrl: 'https://login.example.com/tenant', clientId: 'healthcare-cluster', groupsPrefix: 'oidc:',
 *     requiredClaims: { acr: 'mfa' }, mfaClaim: 'acr', region: 'us-east-1',
 *   });
 */
export class EksOidcIdentityProvider extends Construct {
  public readonly config: EksIdentityProviderConfig;
  /** What stands before the name of a group in a binding. */
  public readonly groupsPrefix: string;

  public constructor(scope: Construct, id: string, props: EksOidcIdentityProviderProps) {
    super(scope, id);
    this.check(props);
    const { clusterName, configName, issuerUrl, clientId, groupsPrefix, requiredClaims, mfaClaim, region } = props;
    const usernameClaim = props.usernameClaim ?? 'sub';

    this.groupsPrefix = groupsPrefix;
    this.config = new EksIdentityProviderConfig(this, 'Resource', {
      clusterName,
      region,
      oidc: {
        identityProviderConfigName: configName,
        issuerUrl,
        clientId,
        usernameClaim,
        usernamePrefix: props.usernamePrefix ?? 'oidc:',
        groupsClaim: props.groupsClaim ?? 'groups',
        groupsPrefix,
        requiredClaims: requiredClaims && { ...requiredClaims },
      },
    });
    this.node.addValidation({ validate: () => this.others() });

    if (PERMANENT_CLAIMS.includes(usernameClaim)) {
      Safeguard.implement(this.config, Control.AC1_UNIQUE_ID, `people are named by the claim ${usernameClaim}, which is never given to another`);
    } else {
      Safeguard.fallShort(this.config, Control.AC1_UNIQUE_ID, `people are named by the claim ${usernameClaim}, which may be given to another (OpenID Connect Core 5.7)`);
    }
    if (mfaClaim !== undefined) Safeguard.implement(this.config, Control.AC2_MFA, secondFactorBy(mfaClaim, requiredClaims![mfaClaim]));
    else Safeguard.leaveOpen(this.config, Control.AC2_MFA, "no claim of a token says that a second factor was used: the identity provider's policy has to ask for one");
  }

  private check(props: EksOidcIdentityProviderProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an identity provider of a cluster takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    checkRegion(path, 'region', props.region);
    if (typeof props.configName !== 'string' || !/^[A-Za-z0-9][\w-]{0,99}$/.test(props.configName)) {
      throw Errors.refused(path, 'configName is no name of an identity provider', props.configName, 'Amazon EKS, AssociateIdentityProviderConfig', 'use 1 to 100 of letters, digits, - and _, starting with a letter or digit');
    }
    checkIssuerUrl(path, 'issuerUrl', props.issuerUrl);
    checkText(path, 'clientId', props.clientId);
    this.checkPrefix('groupsPrefix', props.groupsPrefix);
    if (props.usernamePrefix !== undefined) this.checkPrefix('usernamePrefix', props.usernamePrefix);
    if (props.usernameClaim !== undefined) checkText(path, 'usernameClaim', props.usernameClaim);
    if (props.groupsClaim !== undefined) checkText(path, 'groupsClaim', props.groupsClaim);
    this.checkClaims(props);
  }

  private checkPrefix(prop: string, prefix: string): void {
    const path = this.node.path;
    checkText(path, prop, prefix);
    if (!isTokenPrefix(prefix)) {
      throw Errors.weakened(path, 'AC4, 45 CFR 164.312(a)(1): no token makes its bearer one of the users or groups of Kubernetes or AWS (Amazon EKS: system:, eks:, aws:, amazon:, iam:)', `${prop} is no prefix`, prefix, "use one such as 'oidc:'");
    }
  }

  private checkClaims({ requiredClaims = {}, mfaClaim }: EksOidcIdentityProviderProps): void {
    const path = this.node.path;
    checkFields(path, requiredClaims, Object.keys(requiredClaims), 'Amazon EKS, OidcIdentityProviderConfigRequest: requiredClaims is a map of texts');
    for (const [claim, value] of Object.entries(requiredClaims)) {
      if (claim.length > 63 || typeof value !== 'string' || value === '' || value.length > 253) {
        throw Errors.refused(path, `requiredClaims asks for no text of ${claim}`, value, 'Amazon EKS, OidcIdentityProviderConfigRequest: names of at most 63, values of at most 253', 'give the exact text that the token has');
      }
      if (NO_TEXT.includes(claim)) {
        throw Errors.refused(path, 'requiredClaims has a claim that is no text', claim, 'Kubernetes, OpenID Connect tokens: a required claim is compared as text, and no token would pass', "require a claim that is one text, such as 'acr'");
      }
    }
    if (mfaClaim !== undefined && !Object.hasOwn(requiredClaims, mfaClaim)) {
      throw Errors.refused(path, 'mfaClaim is none of the requiredClaims', mfaClaim, 'control AC2, 45 CFR 164.312(d): what nobody requires proves nothing', 'add it to requiredClaims, with the text that it must have');
    }
  }

  /** Other associations of the same cluster, of which EKS takes one alone. */
  private others(): string[] {
    const cluster = this.config.clusterNameInput;
    const isOther = (construct: IConstruct): construct is EksIdentityProviderConfig =>
      construct !== this.config && construct instanceof EksIdentityProviderConfig && construct.clusterNameInput === cluster;
    return TerraformStack.of(this).node.findAll().filter(isOther).map((other) => describe({
      path: this.node.path, problem: 'the cluster has two identity providers', value: other.node.path,
      rule: 'Amazon EKS, OIDC identity providers: one a cluster', remedy: 'keep one of them',
    }));
  }
}
