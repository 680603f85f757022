import { Construct } from 'constructs';
import {
  ClusterImagePolicy, ClusterImagePolicySpecAuthoritiesAttestationsPolicyType as PolicyType, ClusterImagePolicySpecAuthoritiesSignatureFormat as Format, ClusterImagePolicySpecMode,
  type ClusterImagePolicySpecAuthorities,
} from '../../../imports/policy.sigstore.dev';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { checkDnsSubdomain, checkFields, checkRegistry } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { ImageAuthority } from '../../profile/images/image-authority';
import { ImagePolicyMode } from '../../profile/images/image-policy-mode';
import { RequiredAttestation, REQUIRED_ATTESTATIONS } from '../../profile/images/required-attestation';
import { isShared } from './shared-registries';
import { vulnerabilityRule } from './vulnerability-rule';

export interface SignedImagesProps {
  /** Registries that images come from, each with an optional path: `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly registries: readonly string[];
  /** Signers; the signature of one of them is enough. */
  readonly authorities: readonly ImageAuthority[];
  /** What has to be attested of an image as well; one signer attests all of it. @default - none */
  readonly attestations?: readonly RequiredAttestation[];
  /** @default ImagePolicyMode.ENFORCE */
  readonly mode?: ImagePolicyMode;
  /** Name of the ClusterImagePolicy; the one for attestations has `-attestations` behind it. @default hipaa-signed-images */
  readonly name?: string;
}

/** Other names of Docker Hub, which policy-controller compares as index.docker.io. */
const DOCKER_HUB = ['docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com'];

/**
 * Lets only images of approved registries run that a known signer signed, and attested where that is asked for (Sigstore policy-controller).
 *
 * Serves 45 CFR 164.308(a)(5)(ii)(B); CIS 5.5.1. Within a ClusterImagePolicy one authority is enough, and an authority with attestations checks those and no longer
 * the signature; of several policies that match an image, each has to pass. So attestations are a second policy, and both are required. Init and ephemeral
 * containers are judged as well, and tags are replaced by digests. Images that are mounted as volumes are not, by releases of the controller up to 0.15: at synth none is let
 * into a PHI namespace.
 *
 * The controller has to reach the registry, with an identity that may pull. It looks for signatures in the one format that is written here; cosign 3 writes the other one unless
 * it is told otherwise (ImageAuthority).
 *
 * What it rests on: the controller passes over a namespace without the label `policy.sigstore.dev/include: "true"` (VERIFIED_IMAGES_LABEL), which PHI namespaces have
 * to carry; an image that no policy matches is refused unless the ConfigMap `config-policy-controller` sets `no-match-policy` otherwise, and so this is the list of
 * approved registries too; and its webhook's failurePolicy is Fail as it is installed. The label is checked at synth, the other two where the set holds them. Any
 * further policy of the set that lets in unsigned images of other registries undoes the list and is reported.
 *
 * @example
 *   new SignedImages(chart, 'SignedImages', {
 *     registries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com'],
 *     authorities: [ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab')],
 *     attestations: [RequiredAttestation.cycloneDx(), RequiredAttestation.vulnerabilityReport({ maxAgeDays: 30 })],
 *   });
 */
export class SignedImages extends Construct {
  public constructor(scope: Construct, id: string, props: SignedImagesProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['registries', 'authorities', 'attestations', 'mode', 'name'], 'Sigstore policy-controller, ClusterImagePolicy');
    const name = props.name ?? 'hipaa-signed-images';
    checkDnsSubdomain(path, 'name', name);
    checkDnsSubdomain(path, 'name', `${name}-attestations`);
    checkRegistries(path, props.registries);
    const authorities = instances(path, 'authorities', props.authorities, ImageAuthority, 'use ImageAuthority.awsKms(), publicKey() or keyless()');
    const attestations = props.attestations === undefined ? [] : instances(path, 'attestations', props.attestations, RequiredAttestation, 'use RequiredAttestation.spdx(), cycloneDx(), vulnerabilityReport() or of()');
    checkNames(path, attestations);
    const mode = props.mode ?? ImagePolicyMode.ENFORCE;
    if (!Object.values(ImagePolicyMode).includes(mode)) throw Errors.refused(path, 'no such mode', mode, 'Sigstore policy-controller, ClusterImagePolicy: mode', 'use ImagePolicyMode.ENFORCE or WARN');

    const signers = authorities.map((authority, index): ClusterImagePolicySpecAuthorities => {
      const { signatureFormat, ...fields } = authority._toFields();
      return { name: `signer-${index + 1}`, signatureFormat: signatureFormat === 'bundle' ? Format.BUNDLE : Format.LEGACY, ...fields };
    });
    this.policy('Resource', name, props.registries, mode, signers, 'refuses images of the approved registries that no known signer signed');
    if (attestations.length === 0) return;
    const required = attestations.map((attestation) => {
      const { policy, vulnerabilities, ...fields } = attestation._toFields();
      if (vulnerabilities) return { ...fields, policy: { type: PolicyType.REGO, data: vulnerabilityRule(vulnerabilities.severities, vulnerabilities.maxAgeDays) } };
      return { ...fields, ...(policy === undefined ? {} : { policy: { type: policy.type as PolicyType, data: policy.data } }) };
    });
    const names = attestations.map((attestation) => attestation.name).join(',');
    this.policy('Attestations', `${name}-attestations`, props.registries, mode, signers.map((signer) => ({ ...signer, attestations: required })),
      `refuses images without signed attestations: ${names}`, { [REQUIRED_ATTESTATIONS]: names });
  }

  private policy(
    id: string, name: string, registries: readonly string[], mode: ImagePolicyMode,
    authorities: ClusterImagePolicySpecAuthorities[], how: string, annotations?: Record<string, string>,
  ): void {
    const policy = new ClusterImagePolicy(this, id, {
      metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        mode: mode === ImagePolicyMode.WARN ? ClusterImagePolicySpecMode.WARN : ClusterImagePolicySpecMode.ENFORCE,
        images: registries.map((registry) => ({ glob: `${registry}/**` })),
        authorities,
      },
    });
    clusterScoped(policy);
    if (mode === ImagePolicyMode.ENFORCE) Safeguard.implement(policy, Control.PS3_SUPPLY_CHAIN, how);
    else Safeguard.fallShort(policy, Control.PS3_SUPPLY_CHAIN, 'mode is warn: unsigned images are let in');
  }
}

function checkRegistries(path: string, registries: readonly string[]): void {
  const rule = 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): images come from named registries';
  if (!Array.isArray(registries) || registries.length === 0) throw Errors.refused(path, 'registries names no registry', registries, rule, "name at least one, such as '123456789012.dkr.ecr.us-east-1.amazonaws.com'");
  (registries as readonly string[]).forEach((registry, index) => {
    checkRegistry(path, 'registries', registry);
    const [host, ...rest] = registry.split('/');
    if (DOCKER_HUB.includes(host)) throw Errors.refused(path, 'the registry is never matched', registry, 'Sigstore policy-controller, globs: Docker Hub is compared as index.docker.io', `use 'index.docker.io/${rest.join('/') || 'organisation'}'`);
    if (isShared(registry)) throw Errors.refused(path, 'the registry takes images from everybody', registry, rule, `name the organisation: '${host}/organisation'`);
    if (registries.indexOf(registry) !== index) throw Errors.refused(path, 'a registry is named twice', registry, rule, 'remove one');
  });
}

function instances<T extends object>(path: string, prop: string, list: readonly T[], type: { readonly name: string; readonly prototype: T }, remedy: string): readonly T[] {
  const wrong = Array.isArray(list) && list.length > 0 ? (list as readonly unknown[]).find((item) => !Object.prototype.isPrototypeOf.call(type.prototype, item as object)) : list;
  if (!Array.isArray(list) || list.length === 0 || wrong !== undefined) throw Errors.refused(path, `${prop} names no ${type.name}`, wrong, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)', remedy);
  return list as readonly T[];
}

function checkNames(path: string, attestations: readonly RequiredAttestation[]): void {
  const names = attestations.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw Errors.refused(path, 'two attestations have one name', twice, 'Sigstore policy-controller: results are kept by name', 'give them different names');
}
