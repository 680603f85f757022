import { checkBucketName, checkDnsSubdomain, checkFields, checkImageDigest, checkInteger, checkRegion } from './checks';
import { CronSchedule } from './cron-schedule';
import { Errors } from './errors';
import type { Names } from './names';
import { checkApiServerKnown, EksPlatform, type Platform } from './platform';
import { checkRecoveryObjectives, type RecoveryObjectives } from './recovery-objectives';
import type { RecoverySettings } from './recovery-settings';
import { restoreTestHours, staggeredSchedules } from './staggered-schedules';

/** A test that restores a backup of each PHI namespace into a namespace of its own. */
export interface RestoreTestSettings {
  /** Image with kubectl, a POSIX shell, date and sleep, by digest. */
  readonly image: string;
  /**
   * When the first runs: five cron fields in numbers, in UTC; at least every 93 days. Velero restores one backup at a time, so that each further namespace is tested
   * `rtoHours` and five hours after the one before.
   * @default 0 3 * * 0: each Sunday
   */
  readonly schedule?: string;
  /** Objects that have to come back at least. @default 1 */
  readonly minimumObjects?: number;
  /**
   * PHI namespaces that are tested. Where files of volumes are copied, one is refused in which a pod with such a volume mounts a Secret or an inline volume of a CSI driver,
   * as Secrets are not restored and the pod would wait for them: give it its secrets by Vault's agent or an environment variable, or test the namespace by hand.
   * @default - all of them
   */
  readonly phiNamespaces?: readonly string[];
  /**
   * StorageClass of the volumes that files are written back into: encrypted, and with the reclaim policy Delete, as a volume that is retained holds PHI and stops every later test.
   * @default - none; required where files of volumes are copied, and refused where volumes are snapshotted alone
   */
  readonly scratchStorageClass?: string;
}

/**
 * Velero's backups of the PHI namespaces. Velero itself, 1.13 or later, is installed by other means.
 *
 * With `fileSystemBackup`, or with a bucket that `recovery` of the profile does not make, control CP1 is met only where an owner attests it. For files: Velero's node-agent runs
 * on every node; each claim is mounted by a pod that runs, as others are left out; databases are held still by hooks while they are copied; and the Secret
 * `velero-repo-credentials` in Velero's namespace was made, with a password of your own that is kept elsewhere too, before the first backup: without it Velero takes a constant
 * that everybody knows, and it can't be changed later. For the bucket: its encryption, its policy and its versions.
 */
export interface BackupSettings {
  /** When a backup starts: five cron fields in numbers, in UTC. */
  readonly schedule: string;
  /** How much may be lost, and how long it may take: what the schedule is checked against. Not more than `recovery.objectives` of the profile, where those are given. */
  readonly objectives: RecoveryObjectives;
  /** Hours that a backup is kept. @default 720, thirty days */
  readonly ttlHours?: number;
  /** Whether volumes are snapshotted; EKS alone. @default true on EKS, false elsewhere */
  readonly snapshotVolumes?: boolean;
  /** Whether files of volumes are copied into the bucket. @default false on EKS, true elsewhere */
  readonly fileSystemBackup?: boolean;
  /**
   * The bucket of the backups, which exists. Its encryption and policy are for an owner to attest.
   * @default - the one that `recovery` of the profile makes; without it, it must be named
   */
  readonly bucket?: string;
  /**
   * Region of the bucket.
   * @default - that of `recovery`; without it, it must be named
   */
  readonly region?: string;
  /** @default - nothing is restored: control CP3 rests on drills of your own */
  readonly restoreTest?: RestoreTestSettings;
}

/** Backups with every default in its place. */
export interface SettledBackups {
  readonly bucket: string;
  readonly region: string;
  readonly snapshotVolumes: boolean;
  readonly fileSystemBackup: boolean;
  /** Whether `recovery` of the profile makes the bucket. */
  readonly managedBucket: boolean;
}

/** What the rest of the profile says of backups. */
export interface BackupContext {
  readonly platform: Platform;
  readonly phiNamespaces: readonly string[];
  readonly recovery?: RecoverySettings;
}

const FIELDS = ['schedule', 'objectives', 'ttlHours', 'snapshotVolumes', 'fileSystemBackup', 'bucket', 'region', 'restoreTest'];
const TEST_FIELDS = ['image', 'schedule', 'minimumObjects', 'phiNamespaces', 'scratchStorageClass'];
const CP1 = 'control CP1, 45 CFR 164.308(a)(7)(ii)(A)';
const CP3 = 'control CP3, 45 CFR 164.308(a)(7)(ii)(D)';
/** A quarter, its longest. */
const LONGEST_TEST_GAP_DAYS = 93;

/** @internal */
export function checkBackups(path: string, settings: BackupSettings, context: BackupContext): void {
  checkFields(path, settings, FIELDS, 'backups take no other field');
  const { objectives, ttlHours } = settings;
  checkRecoveryObjectives(`${path}.objectives`, objectives);
  checkAgainstRecovery(path, objectives, context.recovery?.objectives);
  const gap = new CronSchedule(path, 'schedule', settings.schedule).longestGapMinutes;
  if (gap > objectives.rpoHours * 60) {
    throw Errors.weakened(path, 'CP2, 45 CFR 164.308(a)(7)(ii)(B)', `two backups start up to ${gap} minutes apart, and the recovery point is ${objectives.rpoHours * 60}`, settings.schedule,
      `back up at least every ${objectives.rpoHours} hours, or raise rpoHours to ${Math.ceil(gap / 60)}`);
  }
  if (ttlHours !== undefined) checkInteger(path, 'ttlHours', ttlHours, Math.ceil(gap / 30), 87_600, `${CP1}: a backup is there until the one after the next has started`);
  checkVolumes(path, settings, context.platform);
  checkPlace(path, settings, context.recovery);
  if (settings.restoreTest !== undefined) checkRestoreTest(`${path}.restoreTest`, settings.restoreTest, settings, context);
}

/** Where backups go, and what of volumes goes into them. The settings were checked. */
export function settleBackups(settings: BackupSettings, platform: Platform, names: Names, recovery: RecoverySettings | undefined): SettledBackups {
  const onEks = platform instanceof EksPlatform;
  return {
    bucket: settings.bucket ?? names.backupBucket,
    region: settings.region ?? recovery!.region,
    snapshotVolumes: settings.snapshotVolumes ?? onEks,
    fileSystemBackup: settings.fileSystemBackup ?? !onEks,
    managedBucket: recovery !== undefined && settings.bucket === undefined,
  };
}

function checkAgainstRecovery(path: string, objectives: RecoveryObjectives, agreed: RecoveryObjectives | undefined): void {
  for (const field of ['rpoHours', 'rtoHours'] as const) {
    if (agreed && objectives[field] > agreed[field]) {
      throw Errors.weakened(path, 'CP2, 45 CFR 164.308(a)(7)(ii)(B)', `${field} is above that of recovery.objectives`, objectives[field], `use at most ${agreed[field]}, or raise recovery.objectives`);
    }
  }
}

function checkVolumes(path: string, { snapshotVolumes, fileSystemBackup }: BackupSettings, platform: Platform): void {
  for (const [prop, value] of Object.entries({ snapshotVolumes, fileSystemBackup })) {
    if (value !== undefined && typeof value !== 'boolean') throw Errors.refused(path, `${prop} is no boolean`, value, 'Velero, Schedule', 'use true or false');
  }
  const onEks = platform instanceof EksPlatform;
  if (snapshotVolumes && !onEks) throw Errors.notOnPlatform(path, 'snapshotVolumes', platform.label, 'snapshots are those of Amazon EBS', 'leave it out: files of volumes are copied');
  if (!(snapshotVolumes ?? onEks) && !(fileSystemBackup ?? !onEks)) {
    throw Errors.weakened(path, 'CP1, 45 CFR 164.308(a)(7)(ii)(A)', 'volumes are backed up in no way', { snapshotVolumes, fileSystemBackup }, 'set one of snapshotVolumes and fileSystemBackup to true');
  }
}

function checkPlace(path: string, settings: BackupSettings, recovery: RecoverySettings | undefined): void {
  for (const prop of ['bucket', 'region'] as const) {
    const value = settings[prop];
    if (recovery && value !== undefined) {
      throw Errors.refused(path, `${prop} is named beside recovery, which makes the bucket`, value, `${CP1}: backups go into the bucket that is guarded for them`, `leave ${prop} out`);
    }
    if (!recovery && value === undefined) throw Errors.missing(path, prop, `name the ${prop} of the backups; on EKS, recovery of the profile makes a bucket in a second region`);
  }
  if (settings.bucket !== undefined) checkBucketName(path, 'bucket', settings.bucket);
  if (settings.region !== undefined) checkRegion(path, 'region', settings.region);
}

function checkRestoreTest(path: string, test: RestoreTestSettings, { objectives, fileSystemBackup }: BackupSettings, { platform, phiNamespaces }: BackupContext): void {
  checkFields(path, test, TEST_FIELDS, 'a restore test takes no other field');
  checkImageDigest(path, 'image', test.image);
  const { schedule = '0 3 * * 0' } = test;
  const gap = new CronSchedule(path, 'schedule', schedule).longestGapMinutes;
  if (gap > LONGEST_TEST_GAP_DAYS * 1440) {
    throw Errors.weakened(path, 'CP3, 45 CFR 164.308(a)(7)(ii)(D)', `two tests are up to ${Math.ceil(gap / 1440)} days apart`, schedule, `test at least every ${LONGEST_TEST_GAP_DAYS} days: procedures are tested periodically`);
  }
  if (test.minimumObjects !== undefined) checkInteger(path, 'minimumObjects', test.minimumObjects, 1, 100_000, `${CP3}: a restore of nothing proves nothing`);
  const { phiNamespaces: tested } = test;
  if (tested !== undefined && !areSome(tested, phiNamespaces)) {
    throw Errors.refused(path, 'phiNamespaces names none, one twice, or one that holds no PHI', tested, `${CP3}: PHI namespaces are backed up, and no others`, `name each once, of: ${phiNamespaces.join(', ')}`);
  }
  staggeredSchedules(path, schedule, (tested ?? phiNamespaces).length, restoreTestHours(objectives));
  checkScratchStorageClass(path, test.scratchStorageClass, fileSystemBackup ?? !(platform instanceof EksPlatform));
  checkApiServerKnown(path, platform);
}

/** @internal */
export function checkScratchStorageClass(path: string, name: string | undefined, fileSystemBackup: boolean): void {
  if (fileSystemBackup && name === undefined) throw Errors.missing(path, 'scratchStorageClass', 'name a StorageClass that encrypts and has the reclaim policy Delete: files are written back into volumes of it');
  if (name === undefined) return;
  if (!fileSystemBackup) {
    throw Errors.refused(path, 'scratchStorageClass is named where no files are written back', name, 'Velero: a volume that is restored from a snapshot has the class that it had', 'leave scratchStorageClass out');
  }
  checkDnsSubdomain(path, 'scratchStorageClass', name);
}

/** One or more of a list, each once. */
function areSome(names: readonly string[], of: readonly string[]): boolean {
  return Array.isArray(names) && names.length > 0 && new Set(names).size === names.length && (names as readonly string[]).every((name) => of.includes(name));
}
