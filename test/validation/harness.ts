/** The reference platforms, and what a check says of one of their objects after something was weakened, anywhere in the set. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import { HipaaControlPlane } from '../../lib/assembly/control-plane';
import type { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import type { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import type { Weakening } from './weakening';

export const eksObjects: SynthesizedObject[] = [...eks.kubernetes.synthesize().objects, ...eks.terraform.synthesize().objects];
export const selfManagedObjects: SynthesizedObject[] = [
  ...selfManaged.kubernetes.synthesize().objects,
  ...selfManaged.terraform.synthesize().objects,
  ...new HipaaControlPlane(selfManaged.profile).synthesize().objects,
];
const PLATFORMS: readonly (readonly [HipaaProfile, SynthesizedObject[]])[] = [[eks.profile, eksObjects], [selfManaged.profile, selfManagedObjects]];

/** Judges the first object of a kind that claims the control, of identities that of the log shipper, on the platform that emits it, after `weaken`. */
export function verdict(control: Control, kind: string, weaken: Weakening = () => undefined): string | undefined {
  for (const [profile, emitted] of PLATFORMS) {
    const copies = structuredClone(emitted);
    const claimants = copies.filter((candidate) => kindOf(candidate) === kind
      && candidate.claims.some((claim) => claim.control === control && claim.kind === ClaimKind.IMPLEMENTS));
    const object = claimants.find(({ reference }) => reference.address?.includes('.LogShipper')) ?? claimants[0];
    if (!object) continue;
    weaken(object.content, copies);
    return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
  }
  throw new Error(`the reference platforms emit no ${kind} for ${control}`);
}

/** Every finding on the EKS platform with more objects. */
export function findingsWith(...more: SynthesizedObject[]): string[] {
  return verifyClaims([...eksObjects, ...more], eks.profile);
}
