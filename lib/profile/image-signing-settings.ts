import { checkFields } from './checks';
import { Errors } from './errors';
import { ImageAuthority } from './images/image-authority';
import { ImagePolicyMode } from './images/image-policy-mode';
import { RequiredAttestation } from './images/required-attestation';

/** Who signs the images that PHI namespaces run. Sigstore's policy-controller verifies them; no output of ours installs it. */
export interface ImageSigningSettings {
  /** Signers; the signature of one of them is enough. */
  readonly authorities: readonly ImageAuthority[];
  /** What has to be attested of an image as well. @default - none */
  readonly attestations?: readonly RequiredAttestation[];
  /** @default ImagePolicyMode.ENFORCE; WARN leaves control PS3 not met */
  readonly mode?: ImagePolicyMode;
}

const RULE = 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)';

/** @internal */
export function checkImageSigning(path: string, settings: ImageSigningSettings): void {
  checkFields(path, settings, ['authorities', 'attestations', 'mode'], `${RULE}: signing takes no other field`);
  const { authorities, attestations, mode } = settings;
  if (!Array.isArray(authorities) || authorities.length === 0 || !authorities.every((authority) => authority instanceof ImageAuthority)) {
    throw Errors.refused(path, 'authorities names no ImageAuthority', authorities, RULE, 'use ImageAuthority.awsKms(), publicKey() or keyless()');
  }
  // An empty list says the same as none, and nearly always means that something was lost.
  const given = Array.isArray(attestations) && attestations.length > 0 && attestations.every((attestation) => attestation instanceof RequiredAttestation);
  if (attestations !== undefined && !given) {
    throw Errors.refused(path, 'attestations names no RequiredAttestation', attestations, RULE, 'use RequiredAttestation.spdx(), cycloneDx(), vulnerabilityReport() or of()');
  }
  if (mode !== undefined && !Object.values(ImagePolicyMode).includes(mode)) throw Errors.refused(path, 'no such mode', mode, 'Sigstore policy-controller, ClusterImagePolicy: mode', 'use ImagePolicyMode.ENFORCE or WARN');
}
