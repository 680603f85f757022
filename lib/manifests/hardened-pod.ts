import { Control } from '../controls/control';
import { isImageByDigest, isImageOf } from '../profile/checks';
import { at, listAt } from './content';
import { istioFlaws } from './istio-annotations';
import { literalSecretsOfPod, type LiteralSecretRules } from './literal-secrets';
import { containersOf, imagesOf, titleOf } from './pod-containers';
import type { PodFlaw } from './pod-flaw';
import { quantityOf } from './quantity';
import { hasSeccompProfile, restrictedFlaws } from './restricted-pod';
import { vaultAgentFlaws } from './vault-agent';

export interface HardenedPodRules extends LiteralSecretRules {
  /** Registries that images may come from. @default - any, by digest */
  readonly registries?: readonly string[];
  /** Whether the cluster takes images as volumes: its admission does from Kubernetes 1.33. @default true */
  readonly imageVolumes?: boolean;
  /** Whether Istio puts a proxy into each pod of the namespace, whatever the template says. @default false */
  readonly meshSidecars?: boolean;
}

/**
 * What keeps a pod template out of a namespace with PHI, by the control that forbids it:
 * the restricted Pod Security Standard and a read-only root file system (PS1), images by digest from an approved registry (PS3), no secret in the environment (PS4),
 * requests and limits of every container (PS5). What the injectors of Vault and Istio add by the template's annotations is judged as well.
 */
export function hardenedPodFlaws(template: unknown, rules: HardenedPodRules = {}): PodFlaw[] {
  const spec = at(template, 'spec');
  const of = (control: Control) => (text: string): PodFlaw => ({ control, text });
  return [
    ...restrictedFlaws(template).map(of(Control.PS1_PSA)),
    ...(rules.meshSidecars === true || takesSidecar(template) ? meshSidecarFlaws(spec) : []).map(of(Control.PS1_PSA)),
    ...(rules.imageVolumes === false ? imageVolumes(spec).map(of(Control.PS1_PSA)) : []),
    ...[...imageFlaws(spec, rules.registries)].map(of(Control.PS3_SUPPLY_CHAIN)),
    ...literalSecretsOfPod(spec, rules).map(of(Control.PS4_SECRETS)),
    ...[...secretReferences(spec)].map(of(Control.PS4_SECRETS)),
    ...[...resourceFlaws(spec)].map(of(Control.PS5_QUOTAS)),
    ...vaultAgentFlaws(template, rules.registries),
    ...istioFlaws(template, rules.registries),
  ];
}

/** A pod may ask for a proxy where its namespace does not. */
function takesSidecar(template: unknown): boolean {
  return String(at(template, 'metadata', 'labels', 'sidecar.istio.io/inject')).toLowerCase() === 'true';
}

/** Containers that Istio adds name no seccomp profile: with one on its containers alone, admission refuses the pod. */
function meshSidecarFlaws(spec: unknown): string[] {
  return hasSeccompProfile(at(spec, 'securityContext')) ? [] : ["the pod has no seccomp profile at its own level, which holds for Istio's sidecar: securityContext.seccompProfile of the pod"];
}

/** Before 1.33 the restricted standard refuses them, or the API server drops the field and leaves an empty folder. */
function imageVolumes(spec: unknown): string[] {
  return listAt(spec, 'volumes').filter((volume) => at(volume, 'image') !== undefined).map((volume) => `the volume ${String(at(volume, 'name'))} is an image, which Kubernetes takes from 1.33 on`);
}

function* imageFlaws(spec: unknown, registries: readonly string[] | undefined): Generator<string> {
  for (const { title, image } of imagesOf(spec)) {
    // The digest binds: a tag that stands beside it is not looked at.
    if (!isImageByDigest(image)) yield `${title} has an image without registry and digest: ${String(image)}`;
    else if (registries !== undefined && !isImageOf(image, registries)) yield `${title} has an image of another registry than ${registries.join(', ')}: ${image}`;
  }
}

/** Environment is inherited by every child process and printed by crash reports; a file is read by who opens it (CIS 5.4.1). */
function* secretReferences(spec: unknown): Generator<string> {
  for (const container of containersOf(spec)) {
    for (const variable of listAt(container.content, 'env')) {
      if (at(variable, 'valueFrom', 'secretKeyRef') !== undefined) yield `${titleOf(container)} has the Secret ${String(at(variable, 'valueFrom', 'secretKeyRef', 'name'))} in its environment: ${String(at(variable, 'name'))}`;
    }
    for (const source of listAt(container.content, 'envFrom')) {
      if (at(source, 'secretRef') !== undefined) yield `${titleOf(container)} has the whole Secret ${String(at(source, 'secretRef', 'name'))} in its environment`;
    }
  }
}

/** The API takes no resources for ephemeral containers. */
function* resourceFlaws(spec: unknown): Generator<string> {
  for (const container of containersOf(spec)) {
    if (container.list === 'ephemeralContainers') continue;
    const missing = ['requests', 'limits'].flatMap((kind) => ['cpu', 'memory'].map((what) => [kind, what])).filter((path) => !isQuantity(at(container.content, 'resources', ...path)));
    if (missing.length > 0) yield `${titleOf(container)} has no ${missing.map((path) => path.join('.')).join(', ')}`;
  }
}

/** Zero reserves nothing, and as a limit it means none. */
function isQuantity(value: unknown): boolean {
  return (quantityOf(value) ?? 0n) > 0n;
}
