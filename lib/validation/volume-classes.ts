import { EksPlatform } from '../profile/platform';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import type { SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced } from './terraform-references';
import { unsettled } from './terraform-settled';

const DRIVER = 'ebs.csi.aws.com';
const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const PHI_TAG = 'cdk8s-hipaa/data-classification=phi';
/** A key or an alias of an account, those of AWS itself left out. */
const KEY = /^arn:[^:]+:kms:([^:]+):([^:]+):(?:key\/[\w-]+|alias\/(?!aws\/)[\w/-]+)$/;

/** Why the volumes of a class are not encrypted with a key of yours, or are found by no backup. */
export function unencrypted({ content }: SynthesizedObject, context: CheckContext): string | undefined {
  if (at(content, 'provisioner') !== DRIVER) return `its provisioner is ${String(at(content, 'provisioner'))}: how that encrypts nobody judged`;
  // The driver reads names of parameters in any case, and of two the one that comes last.
  const written = Object.entries((at(content, 'parameters') ?? {}) as object).map(([key, value]): [string, unknown] => [key.toLowerCase(), value]);
  const parameters = new Map(written);
  if (parameters.size < written.length) return 'it has a parameter twice, in two spellings: either may win';
  if (parameters.get('encrypted') !== 'true') return 'encrypted is not "true"';
  const key = String(parameters.get('kmskeyid'));
  const [, region, account] = KEY.exec(key) ?? [];
  if (region === undefined) return `kmsKeyId is no key of yours: ${key}`;
  const { platform, names } = context.profile;
  if (account !== names.account) return `kmsKeyId is a key of account ${account}`;
  if (platform instanceof EksPlatform && region !== platform.region) return `kmsKeyId is a key of ${region}, and volumes are in ${platform.region}`;
  if (!written.some(([name, value]) => name.startsWith('tagspecification') && value === PHI_TAG)) return `its volumes lack the tag ${PHI_TAG}, by which backups find them`;
  const isOurs = platform instanceof EksPlatform && key === names.keyAliasArn(names.phiVolumesKeyAlias, platform.region);
  return isOurs ? unmade(names.phiVolumesKeyAlias, platform.region, context) : undefined;
}

/** Why the alias of the volumes' key leads to no key; where no stack is at hand, nobody can tell. */
function unmade(alias: string, region: string, context: CheckContext): string | undefined {
  const aliases = context.ofKind('aws_kms_alias');
  const ours = aliases.find(({ content }) => at(content, 'name') === `alias/${alias}` && [undefined, region].includes(at(content, 'region') as string | undefined));
  if (!ours) return aliases.length === 0 ? undefined : `no stack makes alias/${alias} in ${region}`;
  const flaw = unsettled(ours);
  if (flaw !== undefined) return `${describeReference(ours.reference)}: ${flaw}`;
  const key = referenced(at(ours.content, 'target_key_id'), ours, 'aws_kms_key', 'key_id', context) ?? referenced(at(ours.content, 'target_key_id'), ours, 'aws_kms_key', 'arn', context);
  return key ? undefined : `${describeReference(ours.reference)} leads to no key of its stack`;
}

/** What of the cluster's volumes may hold PHI and is not encrypted. */
export function* unencryptedVolumes(context: CheckContext): Iterable<SetFinding> {
  const classes = context.ofKind('StorageClass');
  const known = new Set(classes.map(({ reference }) => reference.name));
  const encrypted = new Set(classes.filter((one) => unencrypted(one, context) === undefined).map(({ reference }) => reference.name));
  const defaults = classes.filter(isDefault);
  for (const { reference } of defaults) {
    if (!encrypted.has(reference.name)) yield { text: `${describeReference(reference)} is a default, too, and does not encrypt: of two defaults the newer one wins` };
  }
  const hasDefault = defaults.some(({ reference }) => encrypted.has(reference.name));
  for (const { claim, object } of claims(context)) {
    const flaw = unencryptedClaim(claim, known, encrypted, hasDefault);
    if (flaw !== undefined) yield { text: `${describeReference(object.reference)} ${flaw}` };
  }
  for (const { content, reference } of context.ofKind('PersistentVolume')) {
    const spec = at(content, 'spec');
    const isForPhi = context.isPhi(String(at(spec, 'claimRef', 'namespace'))) || encrypted.has(String(classOf({ metadata: at(content, 'metadata'), spec })));
    if (isForPhi) yield { text: `${describeReference(reference)} was made by hand, and a claim with PHI gets it: nobody judged how it is encrypted` };
  }
}

interface Claim {
  readonly claim: unknown;
  readonly object: SynthesizedObject;
}

/** Claims of PHI namespaces, and what makes them. */
function* claims(context: CheckContext): Iterable<Claim> {
  const ofPhi = (kind: string): readonly SynthesizedObject[] => context.ofKind(kind).filter(({ reference }) => context.isPhi(reference.namespace));
  for (const object of ofPhi('PersistentVolumeClaim')) yield { claim: object.content, object };
  for (const object of ofPhi('StatefulSet')) for (const claim of listAt(object.content, 'spec', 'volumeClaimTemplates')) yield { claim, object };
  for (const [kind, path] of POD_TEMPLATES) {
    for (const object of ofPhi(kind)) {
      for (const volume of listAt(object.content, ...path, 'spec', 'volumes')) {
        const claim = at(volume, 'ephemeral', 'volumeClaimTemplate');
        if (claim) yield { claim, object };
      }
    }
  }
}

function unencryptedClaim(claim: unknown, known: ReadonlySet<string | undefined>, encrypted: ReadonlySet<string | undefined>, hasDefault: boolean): string | undefined {
  if (at(claim, 'spec', 'volumeName')) return `claims the volume ${String(at(claim, 'spec', 'volumeName'))}, which no class makes: nobody judged how it is encrypted`;
  const name = classOf(claim);
  if (name === undefined || name === null) return hasDefault ? undefined : 'claims a volume without a class, and no default encrypts';
  if (name === '') return 'claims a volume that no class makes: nobody judged how it is encrypted';
  if (!known.has(String(name))) return `claims a volume of the class ${String(name)}, which the set lacks: nobody judged how it encrypts`;
  return encrypted.has(String(name)) ? undefined : `claims a volume of the class ${String(name)}, which is none that encrypts with a key of yours`;
}

/** The older annotation wins over the field (Kubernetes, GetPersistentVolumeClaimClass). */
function classOf(claim: unknown): unknown {
  return at(claim, 'metadata', 'annotations', CLASS_ANNOTATION) ?? at(claim, 'spec', 'storageClassName');
}

function isDefault({ content }: SynthesizedObject): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => at(content, 'metadata', 'annotations', annotation) === 'true');
}
