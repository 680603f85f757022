/**
 * Claims that name one person for ever: OpenID Connect Core 5.7 promises it of `sub`, Microsoft Entra ID of `oid`. Any other may be given to the next one.
 *
 * @internal
 */
export const PERMANENT_CLAIMS: readonly string[] = ['sub', 'oid'];

/**
 * Whether a prefix keeps names of tokens apart from Kubernetes' own: `-` is none, and EKS takes no portion of `system:`.
 *
 * @internal
 */
export function isTokenPrefix(prefix: unknown): boolean {
  return typeof prefix === 'string' && prefix !== '-' && !/system/i.test(prefix) && /^[\w.#:/@-]+$/.test(prefix);
}

/**
 * What a required claim says of a second factor; the check looks for the same claim with the same text.
 *
 * @internal
 */
export function secondFactorBy(claim: string, value: string): string {
  return `tokens need the claim ${claim} with the text ${value}, which the identity provider issues after a second factor`;
}
