import { Construct } from 'constructs';
import { KubeConfigMap } from 'cdk8s-plus-28/lib/imports/k8s';
import { Schedule, ScheduleSpecTemplateResourcePolicyKind as PolicyKind } from '../../../imports/velero.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkInteger } from '../../profile/checks';
import { CronSchedule } from '../../profile/cron-schedule';
import { Errors } from '../../profile/errors';
import { checkRecoveryObjectives, type RecoveryObjectives } from '../../profile/recovery-objectives';
import { VOLUME_POLICY, VOLUME_POLICY_KEY } from './volume-policy';

export interface PhiBackupScheduleProps {
  /** Every namespace that holds PHI, and no other. */
  readonly phiNamespaces: readonly string[];
  /** When a backup starts: five cron fields in numbers, in UTC. */
  readonly schedule: string;
  /** What the schedule is checked against. */
  readonly objectives: RecoveryObjectives;
  /** Name of the BackupLocation. @default default */
  readonly storageLocation?: string;
  /**
   * Names of the SnapshotLocations, one a provider.
   * @default - default, where volumes are snapshotted
   */
  readonly snapshotLocations?: readonly string[];
  /** Whether volumes are snapshotted. @default true */
  readonly snapshotVolumes?: boolean;
  /** Whether the files of volumes are copied into the bucket, for storage that takes no snapshots. @default false */
  readonly fileSystemBackup?: boolean;
  /** Whether the bucket is the BackupBucket of this profile's Terraform, whose encryption and policy are verified. @default false: an owner attests them */
  readonly managedBucket?: boolean;
  /** Hours that a backup is kept. @default 720, thirty days */
  readonly ttlHours?: number;
  /** Namespace of Velero. @default velero */
  readonly namespace?: string;
  /** @default hipaa-phi */
  readonly name?: string;
}

const FIELDS = [
  'phiNamespaces', 'schedule', 'objectives', 'storageLocation', 'snapshotLocations', 'snapshotVolumes', 'fileSystemBackup', 'managedBucket', 'ttlHours', 'namespace', 'name',
];
const FILES_ATTESTED = 'files are copied from volumes in use: an owner attests that node-agent runs on every node and each claim is mounted by a pod that runs, '
  + 'that live databases are held still by hooks, and that velero-repo-credentials was set before the first backup';
const CP1 = 'control CP1, 45 CFR 164.308(a)(7)(ii)(A)';

/**
 * Velero backs up the PHI namespaces, all of them and nothing else, no further apart than the recovery point objective.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A) and (B). Nothing of a namespace is left out: neither kinds nor labels select. Backups outlive the schedule (they are not owned by
 * it), and hold what the namespaces hold, Secrets included: the bucket has to encrypt, and to let Velero alone in. The objective is met by starts of backups: a disaster during
 * a backup loses what came since the one before.
 *
 * Where files of volumes are copied, a resource policy skips volumes of the Secrets Store CSI driver and emptyDir (Velero 1.13 or later), and control CP1 is left to an owner,
 * who attests that node-agent runs on every node, that each claim is mounted by a pod that runs, that live databases are held still by hooks, and that the Secret
 * `velero-repo-credentials` in Velero's namespace was made with a password of one's own before the first backup: Velero takes a constant otherwise. So it is with a bucket
 * that this profile's Terraform does not make (`managedBucket`): its encryption and its policy are attested.
 *
 * @example
 *   new PhiBackupSchedule(chart, 'Backup', {
 *     phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
 *     schedule: '0 *\/6 * * *',
 *     objectives: { rpoHours: 6, rtoHours: 4 },
 *   });
 */
export class PhiBackupSchedule extends Construct {
  /** Name for a RestoreTest. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: PhiBackupScheduleProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a schedule of backups takes no other field');
    const { objectives, storageLocation = 'default', snapshotVolumes = true, fileSystemBackup = false, managedBucket = false, ttlHours = 720, namespace = 'velero', name = 'hipaa-phi' } = props;
    checkNames(path, 'phiNamespaces', props.phiNamespaces, `${CP1}: a namespace that is left out is lost`);
    checkDnsLabel(path, 'namespace', namespace);
    checkDnsSubdomain(path, 'name', name);
    checkDnsSubdomain(path, 'storageLocation', storageLocation);
    for (const [prop, value] of Object.entries({ snapshotVolumes, fileSystemBackup, managedBucket })) {
      if (typeof value !== 'boolean') throw Errors.refused(path, `${prop} is no boolean`, value, 'Velero, Schedule', 'use true or false');
    }
    if (!snapshotVolumes && !fileSystemBackup) {
      throw Errors.weakened(path, 'CP1, 45 CFR 164.308(a)(7)(ii)(A)', 'volumes are backed up in no way', { snapshotVolumes, fileSystemBackup }, 'leave snapshotVolumes out, or set fileSystemBackup: true for storage without snapshots');
    }
    const snapshotLocations = props.snapshotLocations ?? ['default'];
    checkNames(path, 'snapshotLocations', snapshotLocations, 'Velero, Backup.volumeSnapshotLocations');
    checkRecoveryObjectives(`${path}.objectives`, objectives);
    const gap = new CronSchedule(path, 'schedule', props.schedule).longestGapMinutes;
    if (gap > objectives.rpoHours * 60) {
      throw Errors.weakened(path, 'CP2, 45 CFR 164.308(a)(7)(ii)(B)', `two backups start up to ${gap} minutes apart, and the recovery point is ${objectives.rpoHours * 60}`, props.schedule,
        `back up at least every ${objectives.rpoHours} hours, or raise rpoHours to ${Math.ceil(gap / 60)}`);
    }
    // Of two backups one is whole while the other is made.
    checkInteger(path, 'ttlHours', ttlHours, Math.ceil(gap / 30), 87_600, `${CP1}: a backup is there until the one after the next has started`);
    this.name = name;

    const policy = `${name}-volumes`;
    if (fileSystemBackup) new KubeConfigMap(this, 'VolumePolicy', { metadata: { name: policy, namespace }, data: { [VOLUME_POLICY_KEY]: VOLUME_POLICY } });
    const schedule = new Schedule(this, 'Resource', {
      metadata: { name, namespace, annotations: { 'cdk8s-hipaa/rpo-hours': String(objectives.rpoHours), 'cdk8s-hipaa/rto-hours': String(objectives.rtoHours) } },
      spec: {
        schedule: props.schedule,
        paused: false,
        useOwnerReferencesInBackup: false,
        template: {
          // Without includeClusterResources: the volumes of the namespaces' claims come with them; `true` would copy every volume of the cluster, `false` none.
          includedNamespaces: [...props.phiNamespaces],
          snapshotVolumes,
          defaultVolumesToFsBackup: fileSystemBackup,
          storageLocation,
          ...(snapshotVolumes ? { volumeSnapshotLocations: [...snapshotLocations] } : {}),
          ...(fileSystemBackup ? { resourcePolicy: { kind: PolicyKind.CONFIGMAP, name: policy } } : {}),
          ttl: `${ttlHours}h0m0s`,
        },
      },
    });
    Safeguard.implement(schedule, Control.CP1_BACKUP, 'backs up every PHI namespace, with all its kinds and volumes');
    Safeguard.implement(schedule, Control.CP2_DR, `two backups start no more than ${objectives.rpoHours} hours apart`);
    if (fileSystemBackup) {
      Safeguard.leaveOpen(schedule, Control.CP1_BACKUP, FILES_ATTESTED);
    }
    if (!managedBucket) Safeguard.leaveOpen(schedule, Control.CP1_BACKUP, "the bucket is none of this profile's Terraform: an owner attests its encryption and its policy");
  }
}

function checkNames(path: string, prop: string, names: readonly string[], rule: string): void {
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size !== names.length) {
    throw Errors.refused(path, `${prop} names nothing, or one twice`, names, rule, 'name each once');
  }
  for (const name of names as readonly string[]) checkDnsLabel(path, prop, name);
}
