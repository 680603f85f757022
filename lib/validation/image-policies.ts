import { REQUIRED_ATTESTATIONS, VULNERABILITIES } from '../profile/images/required-attestation';
import { isShared } from '../admission/images/shared-registries';
import { loosePattern } from '../profile/images/subject-pattern';
import { isVulnerabilityRule } from '../admission/images/vulnerability-rule';
import { Control } from '../controls/control';
import { ClaimKind } from '../controls/safeguard';
import { VERIFIED_IMAGES, VERIFIED_IMAGES_LABEL } from '../manifests/verified-images-label';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

const WEBHOOKS = 'policy.sigstore.dev';

/** What is wrong with a ClusterImagePolicy of Sigstore's policy-controller by itself: one weak authority is enough for everybody. */
export function weakImagePolicy(content: unknown): string | undefined {
  const spec = at(content, 'spec');
  const mode = at(spec, 'mode') ?? 'enforce';
  if (mode !== 'enforce') return `mode is ${String(mode)}: unsigned images are let in`;
  if (listAt(spec, 'match').length > 0) return 'it matches some kinds of workloads alone';
  const globs = globsOf(content);
  if (globs.length === 0) return 'it names no image';
  const wide = globs.find((glob) => !/^[a-z0-9.-]+(:[0-9]+)?\/[^*]*(\*\*?)?$/.test(glob) || !/[.:]/.test(glob.split('/')[0]) || isShared(glob.replace(/\/\*\*?$/, '')));
  if (wide !== undefined) return `the glob ${wide} names no registry`;
  const authorities = listAt(spec, 'authorities');
  if (authorities.length === 0) return 'it names no authority';
  const required = String(at(content, 'metadata', 'annotations', REQUIRED_ATTESTATIONS) ?? '').split(',').filter((name) => name !== '');
  return authorities.map((authority) => weakAuthority(authority) ?? lostAttestation(authority, required)).find((flaw) => flaw !== undefined);
}

/** What undoes the policies of the set, or keeps the controller from using them. */
export function imagesLetIn(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.PS3_SUPPLY_CHAIN, object, context, 'images let in', find);
}

function globsOf(content: unknown): string[] {
  return listAt(content, 'spec', 'images').map((image) => String(at(image, 'glob')));
}

function lostAttestation(authority: unknown, required: readonly string[]): string | undefined {
  const attestations = listAt(authority, 'attestations');
  for (const name of required) {
    const attestation = attestations.find((one) => at(one, 'name') === name);
    if (attestation === undefined) return `the authority ${String(at(authority, 'name'))} does not ask for the attestation ${name}`;
    if (name === VULNERABILITIES && !isVulnerabilityRule(at(attestation, 'policy', 'data'))) return 'the report of vulnerabilities is judged by another rule than the one that was tested';
  }
  return undefined;
}

function weakAuthority(authority: unknown): string | undefined {
  const name = String(at(authority, 'name') ?? 'without a name');
  if (at(authority, 'static') !== undefined) return `the authority ${name} is static and asks for no signature`;
  const key = at(authority, 'key');
  if (key !== undefined) {
    if (at(key, 'secretRef') !== undefined) return `the key of the authority ${name} is in a Secret, which can be replaced`;
    if (at(authority, 'signatureFormat') === 'bundle') return `the authority ${name} has a key and asks for bundles, which the controller reads of keyless identities alone: no image is let in`;
    const kms = at(key, 'kms');
    // Two slashes and a host are a key server of somebody's own, and an alias can move to another key.
    if (kms !== undefined && (/^awskms:\/\/[^/]/.test(String(kms)) || String(kms).includes('alias/'))) return `the key of the authority ${name} is not one key of AWS KMS: ${String(kms)}`;
    return kms === undefined && at(key, 'data') === undefined ? `the authority ${name} has no key` : undefined;
  }
  const keyless = at(authority, 'keyless');
  if (keyless === undefined) return `the authority ${name} has neither key nor identity`;
  if (at(keyless, 'insecureIgnoreSCT') === true) return `the authority ${name} takes certificates that no log has seen`;
  const identities = listAt(keyless, 'identities');
  if (identities.length === 0) return `the authority ${name} names no identity: everybody may sign`;
  return identities.map((identity) => weakIdentity(name, identity)).find((flaw) => flaw !== undefined);
}

function weakIdentity(authority: string, identity: unknown): string | undefined {
  if (!at(identity, 'issuer')) return `an identity of the authority ${authority} does not name its issuer exactly`;
  if (at(identity, 'subject')) return undefined;
  const pattern = at(identity, 'subjectRegExp');
  if (typeof pattern !== 'string') return `an identity of the authority ${authority} names no subject: everybody whom the issuer knows may sign`;
  const flaw = loosePattern(pattern);
  return flaw === undefined ? undefined : `a subject of the authority ${authority} ${flaw}: ${pattern}`;
}

function* find(context: CheckContext): Generator<SetFinding> {
  for (const { name } of context.profile.phiNamespaces) {
    const namespace = context.find('Namespace', undefined, name);
    const label = at(namespace?.content, 'metadata', 'labels', VERIFIED_IMAGES_LABEL);
    if (label !== VERIFIED_IMAGES) yield { text: `the Namespace ${name} has no label ${VERIFIED_IMAGES_LABEL}: "${VERIFIED_IMAGES}": the controller passes over it` };
  }
  yield* imageVolumes(context);
  yield* otherPolicies(context);
  for (const config of context.ofKind('ConfigMap')) {
    if (config.reference.name !== 'config-policy-controller') continue;
    const noMatch = at(config.content, 'data', 'no-match-policy');
    // Anything else is read as deny.
    if (noMatch === 'allow' || noMatch === 'warn') yield { text: `${describeReference(config.reference)} sets no-match-policy: ${noMatch}: images of other registries are let in` };
  }
  for (const webhooks of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => context.ofKind(kind))) {
    if (webhooks.reference.name !== WEBHOOKS) continue;
    const open = listAt(webhooks.content, 'webhooks').find((webhook) => (at(webhook, 'failurePolicy') ?? 'Fail') !== 'Fail');
    if (open !== undefined) yield { text: `${describeReference(webhooks.reference)} fails open: no image is judged while the controller is down` };
  }
}

/** Images that are mounted as volumes: releases of the controller up to 0.15 pass over them, and a program may load code from there as well. */
function* imageVolumes(context: CheckContext): Generator<SetFinding> {
  for (const [kind, path] of POD_TEMPLATES) {
    for (const { content, reference } of context.ofKind(kind)) {
      if (!context.isPhi(reference.namespace)) continue;
      const volume = listAt(content, ...path, 'spec', 'volumes').find((candidate) => (at(candidate, 'image') ?? undefined) !== undefined);
      if (volume !== undefined) yield { text: `${describeReference(reference)} mounts the image ${String(at(volume, 'image', 'reference'))} as a volume, whose signature the controller does not judge` };
    }
  }
}

/** A weak policy that matches what no strong one does: its images match a policy, and so are no longer refused. */
function* otherPolicies(context: CheckContext): Generator<SetFinding> {
  const policies = context.ofKind('ClusterImagePolicy').map((policy) => ({ policy, flaw: weakImagePolicy(policy.content) }));
  const strong = policies.filter(({ flaw }) => flaw === undefined).flatMap(({ policy }) => globsOf(policy.content));
  for (const { policy, flaw } of policies) {
    const claims = policy.claims.some((claim) => claim.control === Control.PS3_SUPPLY_CHAIN && claim.kind !== ClaimKind.LEFT_OPEN);
    // What claims the control answers for itself.
    if (flaw === undefined || claims) continue;
    const beyond = globsOf(policy.content).find((glob) => !strong.some((outer) => covers(outer, glob)));
    if (beyond !== undefined) yield { text: `${describeReference(policy.reference)} lets in images of ${beyond}: ${flaw}` };
  }
}

/** Whether every image of a glob is one of another. */
function covers(outer: string, inner: string): boolean {
  return outer === inner || (outer.endsWith('/**') && inner.startsWith(outer.slice(0, -2)));
}
