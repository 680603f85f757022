import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { IMAGE_DIGESTS } from './policies/image-digests/policy';

/** What every constraint takes, and no more. */
export interface RequireImageDigestsProps extends ConstraintProps {}

/**
 * Refuses images in PHI namespaces unless each is named by its digest, `@sha256:` and 64 hexadecimal digits in lower case: of containers, init containers, ephemeral containers
 * and image volumes, in Pods and in everything that templates pods.
 *
 * A tag can be moved to another image after somebody reviewed, scanned or signed the one it named, and two nodes may run two images under it; a digest can't. A tag beside the
 * digest says nothing, as runtimes go by the digest, and is let through. Of the functions that registries know, SHA-256 alone is taken. Whose registry it is and whether the name
 * is whole, `RequireApprovedImages` judges; that somebody signed it, `SignedImages`.
 *
 * Where a mutating webhook puts digests in the place of tags (Sigstore's policy-controller does), pods come with digests, and what templates them still has tags: this rule
 * refuses the Deployment, and asks for the digest in it.
 *
 * One part of control PS3 (45 CFR 164.308(a)(5)(ii)(B)), which `SignedImages` alone claims. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed).
 * An update that leaves the pod specification as it was is let through, so that an object of old can be scaled down and removed; the audit still reports it. With Gatekeeper, needs
 * the template of `image-digests` in the cluster first.
 *
 * @example
 *   new RequireImageDigests(constraintsChart, 'ImageDigests', { phiNamespaces: ['healthcare-prod'] });
 */
export class RequireImageDigests extends Construct {
  public constructor(scope: Construct, id: string, props: RequireImageDigestsProps) {
    super(scope, id);
    checkConstraint(this.node.path, IMAGE_DIGESTS, props);
    emitConstraint(this, IMAGE_DIGESTS, props);
  }
}
