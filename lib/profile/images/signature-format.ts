/** The form in which a signature and attestations lie beside an image in its registry. */
export enum SignatureFormat {
  /** A tag of its own for signatures, and one for attestations: what cosign 2 writes, and cosign 3 with `--new-bundle-format=false --use-signing-config=false`. */
  LEGACY = 'legacy',
  /** Sigstore's bundle, as a referrer of the image: what cosign 3 writes by default. policy-controller reads it of keyless identities alone. */
  BUNDLE = 'bundle',
}
