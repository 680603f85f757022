import { Construct } from 'constructs';
import { checkRegistry } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { isShared } from './images/shared-registries';
import { APPROVED_IMAGES } from './policies/approved-images/policy';

export interface RequireApprovedImagesProps extends ConstraintProps {
  /** Where images may come from, each a host with an optional path: `123456789012.dkr.ecr.us-east-1.amazonaws.com`, `ghcr.io/company`. */
  readonly registries: readonly string[];
}

const RULE = 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): images come from named registries';
/** Docker Hub as container runtimes know it; its host alone is everybody's, too. */
const DOCKER_HUB = ['docker.io', 'registry-1.docker.io'];

/**
 * Refuses images in PHI namespaces unless each is named in full and lies in an approved registry: of containers, init containers, ephemeral containers and image volumes, in Pods
 * and in everything that templates pods.
 *
 * A registry stands for what is below it, and ends at a slash: `registry.example.com/app` takes `registry.example.com/app/portal`, neither `registry.example.com/app-evil/...` nor
 * `registry.example.com.evil.com/...`. A name without a host means docker.io (`nginx`), and is refused whatever is approved. Names are compared as they are written, in lower case
 * as registries have them. Tags and digests are not judged, as long as a reference may have them: `RequireImageDigests` demands the digest, and only both together say what the
 * hardened workloads of this library check at synth.
 *
 * One part of control PS3 (45 CFR 164.308(a)(5)(ii)(B), a registry list against malicious software): an approved registry serves whatever was pushed to it, so that only
 * `SignedImages` claims the control. This one answers where the verifier of signatures passes over a namespace or isn't installed. It can't see mirrors that the runtime of a node
 * asks in the registry's place.
 *
 * The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the pod specification as it was is let through, so that an object of
 * old can be scaled down and removed; the audit still reports it. With Gatekeeper, needs the template of `approved-images` in the cluster first.
 *
 * What others bring into the namespace is judged like everything else, so tell them an image from an approved registry: the sidecar of a mesh, the agent of Vault, cert-manager's
 * solver of ACME challenges (`--acme-http01-solver-image`), the init container by which Velero restores volumes, and debug containers. Pods with other ones never come.
 *
 * @example
 *   new RequireApprovedImages(constraintsChart, 'ApprovedImages', {
 *     phiNamespaces: ['healthcare-prod'],
 *     registries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com'],
 *   });
 */
export class RequireApprovedImages extends Construct {
  public constructor(scope: Construct, id: string, props: RequireApprovedImagesProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, APPROVED_IMAGES, props, ['registries']);
    checkRegistries(path, props.registries);
    const registries = [...props.registries];
    emitConstraint(this, APPROVED_IMAGES, props, () => ({ registries }));
  }
}

function checkRegistries(path: string, registries: readonly string[]): void {
  if (!Array.isArray(registries) || registries.length === 0) {
    throw Errors.refused(path, 'registries names no registry', registries, RULE, "name at least one, such as '123456789012.dkr.ecr.us-east-1.amazonaws.com'");
  }
  (registries as readonly string[]).forEach((registry, index) => {
    checkRegistry(path, 'registries', registry);
    if (isShared(registry) || DOCKER_HUB.includes(registry)) throw Errors.refused(path, 'the registry takes images from everybody', registry, RULE, `name the organisation: '${registry}/organisation'`);
    if (registries.indexOf(registry) !== index) throw Errors.refused(path, 'a registry is named twice', registry, RULE, 'remove one');
  });
}
