import { Construct } from 'constructs';
import { checkDnsLabel, checkFields } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { EksPlatform, Platform } from '../../profile/platform';
import { checkRecoveryObjectives, type RecoveryObjectives } from '../../profile/recovery-objectives';
import type { RestoreTestSettings } from '../../profile/backup-settings';
import { restoreTestHours, staggeredSchedules } from '../../profile/staggered-schedules';
import { BackupLocation } from './backup-location';
import { PhiBackupSchedule } from './phi-backup-schedule';
import { RestoreTest } from './restore-test';
import { SnapshotLocation } from './snapshot-location';

export interface VeleroBackupsProps {
  readonly platform: Platform;
  /** Name of the cluster: the folder of its backups in the bucket, which others may use too. */
  readonly cluster: string;
  /** Every namespace that holds PHI, and no other. */
  readonly phiNamespaces: readonly string[];
  /** The bucket of the backups. */
  readonly bucket: string;
  /** Whether the bucket is the BackupBucket of this profile's Terraform, whose encryption and policy are verified. @default false: an owner attests them */
  readonly managedBucket?: boolean;
  /** Region of the bucket. */
  readonly region: string;
  /** When a backup starts: five cron fields in numbers, in UTC. */
  readonly schedule: string;
  /** What the schedule and the restore tests are checked against. */
  readonly objectives: RecoveryObjectives;
  /** Whether volumes are snapshotted; EKS alone. @default true on EKS, false elsewhere */
  readonly snapshotVolumes?: boolean;
  /** Whether files of volumes are copied into the bucket. @default false on EKS, true elsewhere */
  readonly fileSystemBackup?: boolean;
  /** Hours that a backup is kept. @default 720, thirty days */
  readonly ttlHours?: number;
  /** @default - nothing is restored */
  readonly restoreTest?: RestoreTestSettings;
  /**
   * Groups, as the cluster knows them, that may read the dates of the restore tests.
   * @default - nobody beside those who read ConfigMaps of the tests' namespace
   */
  readonly recordReaders?: readonly string[];
  /** Namespace of Velero, which exists. @default velero */
  readonly namespace?: string;
}

const FIELDS = [
  'platform', 'cluster', 'phiNamespaces', 'bucket', 'managedBucket', 'region', 'schedule', 'objectives', 'snapshotVolumes', 'fileSystemBackup', 'ttlHours', 'restoreTest', 'recordReaders', 'namespace',
];

/**
 * Everything that Velero is told: where backups go, when they are made, and, where a test is asked for, one of each PHI namespace.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A), (B) and (D) by its parts: `BackupLocation`, `SnapshotLocation` (EKS), `PhiBackupSchedule` and `RestoreTest`. Velero itself, with its plugin
 * for AWS, is installed by other means: these are custom resources, which no API server takes before its definitions are there.
 *
 * @example
 *   new VeleroBackups(chart, 'Backups', {
 *     platform: profile.platform,
 *     cluster: profile.cluster,
 *     phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
 *     bucket: profile.names.backupBucket,
 *     region: 'us-west-2',
 *     schedule: '0 *\/6 * * *',
 *     objectives: { rpoHours: 6, rtoHours: 4 },
 *   });
 */
export class VeleroBackups extends Construct {
  public readonly schedule: PhiBackupSchedule;
  /** In the order of the namespaces. */
  public readonly restoreTests: readonly RestoreTest[];

  public constructor(scope: Construct, id: string, props: VeleroBackupsProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'backups by Velero take no other field');
    const { platform, bucket, region, objectives, phiNamespaces, namespace = 'velero', ttlHours, managedBucket } = props;
    if (!(platform instanceof Platform)) throw Errors.missing(path, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
    const eks = platform instanceof EksPlatform ? platform : undefined;
    const { snapshotVolumes = eks !== undefined, fileSystemBackup = eks === undefined } = props;
    checkDnsLabel(path, 'cluster', props.cluster);
    if (snapshotVolumes === true && !eks) throw Errors.notOnPlatform(path, 'snapshotVolumes', platform.label, 'snapshots are those of Amazon EBS', 'leave it out: files of volumes are copied');
    const foreign = props.restoreTest?.phiNamespaces?.find((name) => !phiNamespaces.includes(name));
    if (foreign !== undefined) {
      throw Errors.refused(path, 'restoreTest names a namespace that is not backed up', foreign, 'control CP3, 45 CFR 164.308(a)(7)(ii)(D)', `use some of: ${phiNamespaces.join(', ')}`);
    }

    checkRecoveryObjectives(`${path}.objectives`, objectives);
    const { restoreTest } = props;
    const tests = restoreTest && staggeredSchedules(`${path}.restoreTest`, restoreTest.schedule ?? '0 3 * * 0', (restoreTest.phiNamespaces ?? phiNamespaces).length, restoreTestHours(objectives));

    const { name: storageLocation } = new BackupLocation(this, 'Location', { bucket, region, prefix: props.cluster, namespace });
    const snapshotLocations = snapshotVolumes && eks ? [new SnapshotLocation(this, 'Snapshots', { region: eks.region, namespace }).name] : undefined;
    this.schedule = new PhiBackupSchedule(this, 'Schedule', { phiNamespaces, schedule: props.schedule, objectives, storageLocation, snapshotLocations, snapshotVolumes, fileSystemBackup, managedBucket, ttlHours, namespace });
    this.restoreTests = restoreTest && tests ? this.addTests(restoreTest, tests, props, namespace, fileSystemBackup) : [];
  }

  /** One a namespace, all in one namespace of their own, one after the other. */
  private addTests(test: RestoreTestSettings, schedules: readonly string[], props: VeleroBackupsProps, veleroNamespace: string, fileSystemBackup: boolean): RestoreTest[] {
    const { platform, phiNamespaces, objectives, recordReaders } = props;
    const { phiNamespaces: tested = phiNamespaces, ...settings } = test;
    return tested.map((phiNamespace, index) => new RestoreTest(this, `RestoreTest-${phiNamespace}`, {
      ...settings, schedule: schedules[index], platform, phiNamespace, objectives, recordReaders, veleroNamespace, fileSystemBackup, backupSchedule: this.schedule.name,
      createNamespace: index === 0,
    }));
  }
}
