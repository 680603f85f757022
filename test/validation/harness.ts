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
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';

export const eksObjects: SynthesizedObject[] = [...eks.kubernetes.synthesize().objects, ...eks.terraform.synthesize().objects];
export const selfManagedObjects: SynthesizedObject[] = [
  ...selfManaged.kubernetes.synthesize().objects,
  ...selfManaged.terraform.synthesize().objects,
  ...new HipaaControlPlane(selfManaged.profile).synthesize().objects,
];
const PLATFORMS: readonly (readonly [HipaaProfile, SynthesizedObject[]])[] = [[eks.profile, eksObjects], [selfManaged.profile, selfManagedObjects]];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
export type Weakening = (content: any, others: SynthesizedObject[]) => void;

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

/** An object of a user's own, without a claim. */
export function manifest(apiVersion: string, kind: string, namespace: string | undefined, name: string, fields: object): SynthesizedObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...(fields as { metadata?: object }).metadata };
  return { reference: { tree: Tree.KUBERNETES, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, path: `own/${name}`, claims: [], content: { apiVersion, kind, ...fields, metadata } };
}

/** A Terraform resource of a user's own, without a claim, in the stack of the platform. */
export const resource = (address: string, content: object): Weakening => (_content, others) => {
  const { stack } = others.find((object) => object.reference.address !== undefined)!.reference;
  others.push({ reference: { tree: Tree.TERRAFORM, address, stack: stack! }, path: address, claims: [], content: content as Record<string, unknown> });
};

/** Another object in the namespace of the one that is judged, or in the cluster. */
export const beside = (...objects: SynthesizedObject[]): Weakening => (_content, others) => void others.push(...objects);

/** Another policy of the same namespace. */
export const addPolicy = (spec: object): Weakening => (content, others) => void others.push(manifest('networking.k8s.io/v1', 'NetworkPolicy', content.metadata.namespace, 'other', { spec }));

/** A change of a policy document that is written as JSON into an attribute. */
export const inPolicy = (change: (statements: Statement[]) => void, attribute = 'policy'): Weakening => (content) => {
  const policy = JSON.parse(content[attribute]);
  change(policy.Statement);
  content[attribute] = JSON.stringify(policy);
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Statement = Record<string, any>;
