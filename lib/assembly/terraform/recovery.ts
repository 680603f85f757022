import { dependable } from 'cdktf';
import type { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import { DEFAULT_VOLUME_HOURS, type RecoverySettings } from '../../profile/recovery-settings';
import { BackupBucket } from '../../recovery/backup-bucket';
import { VeleroIdentity } from '../../recovery/velero-identity';
import { VolumeBackup } from '../../recovery/volume-backup';
import type { Cluster } from './cluster';
import { administratorsOf } from './key-administrators';
import type { Keys } from './keys';

const VELERO = 'velero';

/** Backups of the cluster's objects by Velero and of its volumes by AWS Backup, in a second region. */
export function addRecovery(scope: Construct, profile: HipaaProfile, platform: EksPlatform, settings: RecoverySettings, keys: Keys, cluster: Cluster): void {
  const { account, names } = profile;
  const { region } = platform;
  const administrators = administratorsOf(profile);
  const hours = settings.volumeEveryHours ?? DEFAULT_VOLUME_HOURS;
  const key = keys.make('BackupKey', names.of('backups'), region);
  const copyKey = keys.make('BackupCopyKey', names.of('backups'), settings.region);
  const bucket = new BackupBucket(scope, 'Backups', {
    bucketName: names.backupBucket,
    region: settings.region,
    sourceRegion: region,
    kmsKeyArn: copyKey.arn,
    archiveBucketName: names.archiveBucket,
    policyAdministrators: administrators,
  });
  const velero = new VeleroIdentity(scope, 'Velero', {
    // By its plain name, of which ARNs are made; the association has to wait for the cluster.
    clusterName: profile.cluster,
    account,
    region,
    roleName: names.of(VELERO),
    namespace: VELERO,
    serviceAccount: settings.veleroServiceAccount ?? VELERO,
    bucketArn: bucket.bucketArn,
    bucketRegion: settings.region,
    kmsKeyArn: copyKey.arn,
    volumeKmsKeyArn: cluster.phiVolumesKey?.arn,
  });
  cluster.phiVolumesKey?.addVolumeMaker(velero.role.arn);
  if (cluster.owned) velero.association.dependsOn = [dependable(cluster.owned.cluster)];
  copyKey.addEncrypter(velero.role.arn);
  copyKey.addDecrypter(velero.role.arn);
  const volumes = new VolumeBackup(scope, 'VolumeBackup', {
    planName: names.of('volumes'),
    vaultName: names.of('volumes'),
    copyVaultName: names.of('copies'),
    kmsKeyArn: key.arn,
    copyKmsKeyArn: copyKey.arn,
    region,
    copyRegion: settings.region,
    account,
    roleName: names.of('volume-backup'),
    restoreRoleName: names.of('volume-restore'),
    schedule: hours === 24 ? undefined : `cron(0 ${hours === 1 ? '*' : `0/${hours}`} * * ? *)`,
    lock: settings.vaultLock,
    retentionDays: settings.retentionDays,
    topicArn: keys.topicIn(region),
    policyAdministrators: administrators,
  });
  // AWS Backup reads snapshots with the source's key and writes copies with the vault's, by grants of its own.
  for (const vaultKey of [key, copyKey]) vaultKey.addVaultMaker(profile.terraformRole);
  for (const used of [key, copyKey, ...(cluster.phiVolumesKey ? [cluster.phiVolumesKey] : [])]) {
    for (const role of [volumes.role, volumes.restoreRole]) {
      used.addUser(role.arn);
      used.addGrantor(role.arn);
    }
  }
  // That of the backups is the narrower one, or the profile refuses it.
  const point = (profile.backups?.objectives ?? settings.objectives)?.rpoHours;
  if (point !== undefined && hours > point) {
    Safeguard.fallShort(volumes.plan, Control.CP2_DR, `the recovery point of ${point} hours holds within ${region}: volumes in ${settings.region} are up to ${hours} hours old, until recovery.volumeEveryHours is at most ${point}`);
  }
}
