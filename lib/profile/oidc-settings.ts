import { checkFields, checkIssuerUrl, checkText } from './checks';
import { Errors } from './errors';

/** The identity provider that people's tokens for the API server come from. */
export interface OidcSettings {
  /** Issuer of the tokens, an https URL that the control plane reaches. */
  readonly issuerUrl: string;
  /** The audience that tokens name. */
  readonly clientId: string;
  /**
   * Claim that names the person; unique, and never given to another.
   * @default sub
   */
  readonly usernameClaim?: string;
  /** Claim that lists the person's groups. @default groups */
  readonly groupsClaim?: string;
  /**
   * Claims that a token must have with exactly these values, such as one that the provider issues after a second factor alone.
   * @default - none
   */
  readonly requiredClaims?: Readonly<Record<string, string>>;
  /**
   * Which of the `requiredClaims` says that a second factor was used.
   * @default - none: control AC2 is attested or not met
   */
  readonly mfaClaim?: string;
}

/** @internal */
export function checkOidc(path: string, settings: OidcSettings): void {
  checkFields(path, settings, ['issuerUrl', 'clientId', 'usernameClaim', 'groupsClaim', 'requiredClaims', 'mfaClaim'], 'an identity provider takes no other field');
  checkIssuerUrl(path, 'issuerUrl', settings.issuerUrl);
  checkText(path, 'clientId', settings.clientId);
  if (settings.mfaClaim !== undefined && settings.requiredClaims?.[settings.mfaClaim] === undefined) {
    throw Errors.refused(path, 'mfaClaim is none of the requiredClaims', settings.mfaClaim, 'control AC2, 45 CFR 164.312(d): what nobody requires proves nothing', 'add it to requiredClaims, with the value that it must have');
  }
}
