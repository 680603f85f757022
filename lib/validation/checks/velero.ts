import { Control } from '../../controls/control';
import { ClaimKind } from '../../controls/safeguard';
import { CronSchedule } from '../../profile/cron-schedule';
import { HipaaError } from '../../profile/errors';
import { VOLUME_POLICY } from '../../recovery/velero/volume-policy';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import type { SynthesizedObject } from '../synthesized-object';

/** What takes something out of a backup, or lets only something in. */
const SELECTING = [
  'excludedNamespaces', 'includedResources', 'excludedResources', 'includedClusterScopedResources', 'excludedClusterScopedResources', 'includedNamespaceScopedResources',
  'excludedNamespaceScopedResources', 'labelSelector', 'orLabelSelectors',
];
const RPO = 'cdk8s-hipaa/rpo-hours';

/** What is checked on schedules of Velero. */
export const VELERO_CHECKS: readonly Check[] = [
  { control: Control.CP1_BACKUP, kind: 'Schedule', check: (object, context) => idle(object) ?? uncovered(object, context) ?? skipping(object, context) ?? unstored(object, context) ?? unattested(object, context) },
  { control: Control.CP2_DR, kind: 'Schedule', check: (object, context) => idle(object) ?? tooSeldom(object, context) },
];

/** Why no backup starts. */
function idle({ content }: SynthesizedObject): string | undefined {
  if (![undefined, null, false].includes(at(content, 'spec', 'paused') as false)) return 'the schedule is paused';
  const schedule = cron(content);
  return typeof schedule === 'string' ? schedule : undefined;
}

function cron(content: unknown): CronSchedule | string {
  try {
    return new CronSchedule('Schedule', 'schedule', at(content, 'spec', 'schedule') as string);
  } catch (error) {
    if (error instanceof HipaaError) return `the schedule is none that was understood: ${String(at(content, 'spec', 'schedule'))}`;
    throw error;
  }
}

/** What of the PHI namespaces is not backed up. */
function uncovered({ content }: SynthesizedObject, { profile }: CheckContext): string | undefined {
  const template = at(content, 'spec', 'template');
  const included = new Set(listAt(template, 'includedNamespaces').map(String));
  const phi = profile.phiNamespaces.map(({ name }) => name);
  const missing = phi.find((name) => !included.has(name));
  if (missing !== undefined) return `the PHI namespace ${missing} is not backed up`;
  const foreign = [...included].find((name) => !phi.includes(name));
  if (foreign !== undefined) return `the backup has ${foreign}, which is no PHI namespace`;
  const selecting = SELECTING.find((field) => !isEmpty(at(template, field)));
  if (selecting !== undefined) return `${selecting} leaves things out of the backup`;
  if (at(template, 'includeClusterResources') === true) return 'every volume of the cluster is copied, those of other namespaces included';
  if (at(template, 'includeClusterResources') === false) return 'PersistentVolumes are cluster-scoped, and left out: no volume is snapshotted';
  if (at(template, 'snapshotVolumes') === false && at(template, 'defaultVolumesToFsBackup') !== true) return 'volumes are backed up in no way';
  return undefined;
}

/** What volumes are skipped: with copies of files those of VOLUME_POLICY, to the letter, and without none. */
function skipping({ content, reference: { namespace } }: SynthesizedObject, context: CheckContext): string | undefined {
  const template = at(content, 'spec', 'template');
  const policy = at(template, 'resourcePolicy');
  if (at(template, 'defaultVolumesToFsBackup') !== true) return isEmpty(policy) ? undefined : 'resourcePolicy leaves volumes out of the backup';
  if (at(policy, 'kind') !== 'configmap') return 'files of Secrets Store volumes are copied: no resourcePolicy skips them';
  const name = String(at(policy, 'name'));
  const found = context.find('ConfigMap', namespace, name);
  if (!found) return `the ConfigMap ${String(namespace)}/${name} of the resourcePolicy is not among the objects`;
  const texts = Object.values(at(found.content, 'data') ?? {});
  return texts.length === 1 && texts[0] === VOLUME_POLICY ? undefined : `the resourcePolicy ${String(namespace)}/${name} skips other volumes than those of the Secrets Store CSI driver and emptyDir`;
}

/** Why nobody was asked for what no object shows. */
function unattested({ content, claims }: SynthesizedObject, { profile }: CheckContext): string | undefined {
  if (claims.some(({ control, kind }) => control === Control.CP1_BACKUP && kind === ClaimKind.LEFT_OPEN)) return undefined;
  if (at(content, 'spec', 'template', 'defaultVolumesToFsBackup') === true) return 'files of volumes are copied, and it is not left to an owner to attest that every volume is, and whole';
  return profile.recovery ? undefined : "the bucket is none of this profile's, and it is not left to an owner to attest its encryption and its policy";
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Why a backup is not where it is looked for. */
function unstored({ content, reference: { namespace } }: SynthesizedObject, context: CheckContext): string | undefined {
  const template = at(content, 'spec', 'template');
  const name = String(at(template, 'storageLocation'));
  const location = context.find('BackupStorageLocation', namespace, name);
  if (!location) return `the BackupStorageLocation ${String(namespace)}/${name} is not among the objects`;
  if (at(location.content, 'spec', 'accessMode') === 'ReadOnly') return `nothing is written into the BackupStorageLocation ${name}: it is read-only`;
  if ([true, 'true'].includes(at(location.content, 'spec', 'config', 'insecureSkipTLSVerify') as true)) return `the BackupStorageLocation ${name} does not verify TLS`;
  if (!isEmpty(at(location.content, 'spec', 'config', 's3Url'))) return `the BackupStorageLocation ${name} is no bucket of AWS`;
  const { recovery, names } = context.profile;
  const [bucket, region] = [at(location.content, 'spec', 'objectStorage', 'bucket'), at(location.content, 'spec', 'config', 'region')];
  if (recovery && bucket !== names.backupBucket) return `the backups go into ${String(bucket)}, and the profile's bucket is ${names.backupBucket}`;
  if (recovery && region !== recovery.region) return `the backups are looked for in ${String(region)}, and the bucket is in ${recovery.region}`;
  if (at(template, 'snapshotVolumes') === false) return undefined;
  const lost = listAt(template, 'volumeSnapshotLocations').find((snapshots) => !context.find('VolumeSnapshotLocation', namespace, String(snapshots)));
  return lost === undefined ? undefined : `the VolumeSnapshotLocation ${String(namespace)}/${String(lost)} is not among the objects`;
}

function tooSeldom({ content }: SynthesizedObject, { profile }: CheckContext): string | undefined {
  const text = String(at(content, 'metadata', 'annotations', RPO));
  if (!/^[1-9][0-9]{0,2}$/.test(text)) return `the annotation ${RPO} names no recovery point`;
  const hours = Math.min(Number(text), ...[profile.recovery?.objectives, profile.backups?.objectives].map((agreed) => agreed?.rpoHours ?? Infinity));
  const gap = (cron(content) as CronSchedule).longestGapMinutes;
  return gap <= hours * 60 ? undefined : `two backups start up to ${gap} minutes apart, and the recovery point is ${hours * 60}`;
}
