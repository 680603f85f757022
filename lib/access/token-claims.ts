/**
 * Claims that name one person for ever: OpenID Connect Core 5.7 promises it of `sub`, Microsoft Entra ID of `oid`. Any other may be given to the next one.
 *
 * @internal
 */
export const PERMANENT_CLAIMS: readonly string[] = ['sub', 'oid'];

/** What names of Kubernetes and AWS begin with (Amazon EKS, access entries): a prefix that begins like one of these, or with it, lets a claim complete it. */
const RESERVED = ['amazon:', 'aws:', 'eks:', 'iam:', 'system:'];

/**
 * Whether a prefix keeps names of tokens apart from those of Kubernetes and AWS: `-` is none, and EKS takes no portion of `system:`.
 *
 * @internal
 */
export function isTokenPrefix(prefix: unknown): boolean {
  if (typeof prefix !== 'string' || prefix === '-' || /system/i.test(prefix) || !/^[\w.#:/@-]+$/.test(prefix)) return false;
  const lower = prefix.toLowerCase();
  return !RESERVED.some((reserved) => lower.startsWith(reserved) || reserved.startsWith(lower));
}

/**
 * What a required claim says of a second factor; the check looks for the same claim with the same text.
 *
 * @internal
 */
export function secondFactorBy(claim: string, value: string): string {
  return `tokens need the claim ${claim} with the text ${value}, which the identity provider issues after a second factor`;
}
