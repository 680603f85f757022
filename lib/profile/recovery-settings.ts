import { partitionOf } from './aws';
import { checkDnsSubdomain, checkFields, checkInteger, checkRegion } from './checks';
import { Errors } from './errors';
import { ObjectLock } from './object-lock';
import { checkRecoveryObjectives, type RecoveryObjectives } from './recovery-objectives';

/** Backups of what the cluster runs, away from where it runs. */
export interface RecoverySettings {
  /** Second region, of the same partition, that keeps the backups. */
  readonly region: string;
  /** How the vaults of the volumes' backups are locked. Only ObjectLock.compliance() binds everyone. */
  readonly vaultLock: ObjectLock;
  /** Days that a backup of a volume is kept. @default 35 */
  readonly retentionDays?: number;
  /**
   * How much may be lost, and how long it may take: what schedules of backups are checked against.
   * @default - what each PhiBackupSchedule names
   */
  readonly objectives?: RecoveryObjectives;
  /**
   * Hours between two backups of volumes by AWS Backup, each of which is copied to the second region: 1, 2, 3, 4, 6, 8, 12 or 24. What was written since the last copy is lost
   * with the region, whatever is snapshotted within it.
   * @default 24; more than the recovery point in hours leaves control CP2 not met
   */
  readonly volumeEveryHours?: number;
  /**
   * Service account of Velero's server, which gets its AWS identity. `velero install` names it `velero`, the Helm chart `<release>-server`: give the chart
   * `serviceAccount.server.name=velero`, or name here what it makes.
   * @default velero
   */
  readonly veleroServiceAccount?: string;
}

/** Hours that divide a day: by others, cron would start anew at midnight. */
const VOLUME_HOURS = [1, 2, 3, 4, 6, 8, 12, 24];
/** @internal */
export const DEFAULT_VOLUME_HOURS = 24;

/** @internal */
export function checkRecovery(path: string, settings: RecoverySettings, clusterRegion: string): void {
  checkFields(path, settings, ['region', 'vaultLock', 'retentionDays', 'objectives', 'volumeEveryHours', 'veleroServiceAccount'], 'recovery takes no other field');
  checkRegion(path, 'region', settings.region);
  if (settings.region === clusterRegion) {
    throw Errors.refused(path, "region is the cluster's own", settings.region, 'control CP4, 45 CFR 164.310(d)(2)(iv): a copy outlives the region that it is a copy of', 'use another region of the same partition');
  }
  if (partitionOf(settings.region) !== partitionOf(clusterRegion)) {
    throw Errors.refused(path, "region is in another partition than the cluster's", settings.region, 'AWS: partitions share no credentials, so nothing could be copied', `use a region of the partition ${partitionOf(clusterRegion)}`);
  }
  if (!(settings.vaultLock instanceof ObjectLock)) {
    throw Errors.refused(path, 'vaultLock is no ObjectLock', settings.vaultLock, 'control CP1, 45 CFR 164.308(a)(7)(ii)(A): what can be deleted is no backup', 'use ObjectLock.compliance() or ObjectLock.governance()');
  }
  if (settings.retentionDays !== undefined) checkInteger(path, 'retentionDays', settings.retentionDays, 7, 36500, 'AWS Backup, lifecycle and vault lock: whole days');
  if (settings.objectives !== undefined) checkRecoveryObjectives(`${path}.objectives`, settings.objectives);
  if (settings.volumeEveryHours !== undefined && !VOLUME_HOURS.includes(settings.volumeEveryHours)) {
    throw Errors.refused(path, 'volumeEveryHours divides no day', settings.volumeEveryHours, 'control CP2, 45 CFR 164.308(a)(7)(ii)(B): no two backups start further apart than is said', `use one of: ${VOLUME_HOURS.join(', ')}`);
  }
  if (settings.veleroServiceAccount !== undefined) checkDnsSubdomain(path, 'veleroServiceAccount', settings.veleroServiceAccount);
}
