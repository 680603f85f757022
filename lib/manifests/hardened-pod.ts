import { Control } from '../controls/control';
import { isImageByDigest, isImageOf } from '../profile/checks';
import { at, listAt } from './content';
import { literalSecretsOfPod, type LiteralSecretRules } from './literal-secrets';
import { containersOf, titleOf } from './pod-containers';
import type { PodFlaw } from './pod-flaw';
import { restrictedFlaws } from './restricted-pod';

export interface HardenedPodRules extends LiteralSecretRules {
  /** Registries that images may come from. @default - any, by digest */
  readonly registries?: readonly string[];
}

/**
 * What keeps a pod template out of a namespace with PHI, by the control that forbids it:
 * the restricted Pod Security Standard and a read-only root file system (PS1), images by digest from an approved registry (PS3), no secret in the environment (PS4),
 * requests and limits of every container (PS5).
 */
export function hardenedPodFlaws(template: unknown, rules: HardenedPodRules = {}): PodFlaw[] {
  const spec = at(template, 'spec');
  const of = (control: Control) => (text: string): PodFlaw => ({ control, text });
  return [
    ...restrictedFlaws(template).map(of(Control.PS1_PSA)),
    ...[...imageFlaws(spec, rules.registries)].map(of(Control.PS3_SUPPLY_CHAIN)),
    ...literalSecretsOfPod(spec, rules).map(of(Control.PS4_SECRETS)),
    ...[...secretReferences(spec)].map(of(Control.PS4_SECRETS)),
    ...[...resourceFlaws(spec)].map(of(Control.PS5_QUOTAS)),
  ];
}

function* imageFlaws(spec: unknown, registries: readonly string[] | undefined): Generator<string> {
  for (const container of containersOf(spec)) {
    const image = at(container.content, 'image');
    // The digest binds: a tag that stands beside it is not looked at.
    if (!isImageByDigest(image)) yield `${titleOf(container)} has an image without registry and digest: ${String(image)}`;
    else if (registries !== undefined && !isImageOf(image, registries)) yield `${titleOf(container)} has an image of another registry than ${registries.join(', ')}: ${image}`;
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
  return (typeof value === 'string' || typeof value === 'number') && parseFloat(String(value)) > 0;
}
