import { BackupPlan, type BackupPlanRuleLifecycle } from '@cdktf/provider-aws/lib/backup-plan';
import { BackupSelection } from '@cdktf/provider-aws/lib/backup-selection';
import { BackupVault } from '@cdktf/provider-aws/lib/backup-vault';
import { BackupVaultLockConfiguration } from '@cdktf/provider-aws/lib/backup-vault-lock-configuration';
import { BackupVaultPolicy } from '@cdktf/provider-aws/lib/backup-vault-policy';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkArn, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';
import { ObjectLock, ObjectLockMode } from '../profile/object-lock';

export interface VolumeBackupProps {
  /** 1 to 50 of letters, digits, -, _ and dots. */
  readonly planName: string;
  /** Name of the vault in the volumes' region, 2 to 50 of letters, digits, - and _. */
  readonly vaultName: string;
  /** Name of the vault in the second region. */
  readonly copyVaultName: string;
  /** ARN of the KMS key of the first vault. A snapshot of a volume keeps the volume's own key. */
  readonly kmsKeyArn: string;
  /** ARN of the KMS key of the second vault, in its region; AWS Backup encrypts the copies with it. */
  readonly copyKmsKeyArn: string;
  /** Region of the volumes. */
  readonly region: string;
  /** Second region, of the same partition. */
  readonly copyRegion: string;
  readonly account: string;
  /** Name of the role that AWS Backup works as. The policies of the volumes' key and of the copies' key let it use them and grant their use. */
  readonly roleName: string;
  /**
   * Name of the role that AWS Backup restores as. The policies of the volumes' key and of both vaults' keys let it use them and grant their use. Who starts a restore
   * needs iam:PassRole for it.
   */
  readonly restoreRoleName: string;
  /**
   * How both vaults are locked. ObjectLock.compliance() lets nobody, root and AWS included, delete a backup before its day or remove the lock, once
   * `lockGraceDays` are over; ObjectLock.governance() lets who holds the permission.
   */
  readonly lock: ObjectLock;
  /**
   * Days that a backup and its copy are kept, and the least that the vaults take.
   * @default 35
   */
  readonly retentionDays?: number;
  /**
   * The most days that the vaults take for a backup. Under a compliance lock what somebody stores for longer stays, and costs, for as long.
   * @default - no limit
   */
  readonly maxRetentionDays?: number;
  /**
   * Days in which a compliance lock can still be removed, 3 to 36500; they count from the first apply.
   * @default 7
   */
  readonly lockGraceDays?: number;
  /**
   * When backups start, in AWS' cron with six fields, UTC.
   * @default cron(0 5 * * ? *) - every day at five
   */
  readonly schedule?: string;
  /**
   * Minutes within which a backup starts, or is given up; at least 60.
   * @default 60
   */
  readonly startWindowMinutes?: number;
  /**
   * Minutes within which a backup ends, or is given up; at least 60 more than the start takes.
   * @default 720
   */
  readonly completionWindowMinutes?: number;
  /**
   * Days after which a backup moves to the archive tier of EBS, at least 90 before it is deleted. That tier keeps whole snapshots: it is for a plan that runs once a
   * month or more rarely.
   * @default - it stays where it can be restored from at once
   */
  readonly coldStorageAfterDays?: number;
  /** @default cdk8s-hipaa/data-classification */
  readonly selectionTagKey?: string;
  /** @default phi */
  readonly selectionTagValue?: string;
  /**
   * ARN of the topic that is told of backups and copies that failed, in the volumes' region; its policy lets EventBridge publish (`AlarmTopic`).
   * @default - nobody is told
   */
  readonly topicArn?: string;
  /**
   * IAM roles or users that may change the vaults' policies, and delete an empty vault. The one that runs Terraform is among them.
   * @default - nobody but the account's root user
   */
  readonly policyAdministrators?: readonly string[];
}

const FIELDS = [
  'planName', 'vaultName', 'copyVaultName', 'kmsKeyArn', 'copyKmsKeyArn', 'region', 'copyRegion', 'account', 'roleName', 'restoreRoleName', 'lock', 'retentionDays', 'maxRetentionDays', 'lockGraceDays',
  'schedule', 'startWindowMinutes', 'completionWindowMinutes', 'coldStorageAfterDays', 'selectionTagKey', 'selectionTagValue', 'topicArn', 'policyAdministrators',
];
/** Six fields, of which the day of the month or the day of the week is a question mark (Amazon EventBridge, cron expressions). */
const SCHEDULE = /^cron\(\S+ \S+ (\? \S+ [^\s?]+|[^\s?]+ \S+ \?) \S+\)$/;
/** Days that a backup stays in the archive tier at least (AWS Backup, Lifecycle). */
const LEAST_COLD_DAYS = 90;

/**
 * Backups of volumes by AWS Backup: a plan that takes every volume with a tag, a locked vault, and a copy in a locked vault of a second region.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A) and 310(d)(2)(iv). It claims the copy (CP4), and no backup of PHI (CP1): which volumes hold PHI is told by a tag alone,
 * and a volume gets it only where its StorageClass writes it (`tagSpecification_1: cdk8s-hipaa/data-classification=phi` of the EBS CSI driver). A volume without
 * the tag is passed over in silence.
 *
 * The vaults' policies deny everyone to delete a backup or to change its time until an administrator of the policy lifts that; a compliance lock is lifted by nobody,
 * root included. What AWS Backup deletes by itself, on its day, is bound by neither. Notifications of the vault tell of no failure (AWS Backup, PutBackupVaultNotifications: its
 * failure events are no longer sent), so that EventBridge does.
 *
 * AWS Backup reads a snapshot with the key of its volume, and hands that key on to Amazon EBS: the key of each volume has to name the backup role as a user and as a
 * grantor (`addUser` and `addGrantor` of `EncryptionKey`), or backups stay in the first region and copies fail; the same goes for the key of the vault for copies.
 *
 * A restore is another role's: the role of the backups can read what it takes and make no volume of it, and the other one makes volumes and takes no backup. Its permissions
 * are AWSBackupServiceRolePolicyForRestores, as a restore of EBS needs no more; a volume that is made of a copy in the second region is encrypted with the vault's key there,
 * or with one that the restore names.
 *
 * Who makes a vault hands its key to AWS Backup: the role that runs Terraform needs backup-storage:MountCapsule beside backup:CreateBackupVault, and on the key of each vault
 * kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey and kms:RetireGrant (AWS Backup, create a backup vault): `EncryptionKey.addVaultMaker` gives the latter.
 *
 * @example
 *   new VolumeBackup(stack, 'VolumeBackup', {
 *     planName: 'healthcare-volumes', vaultName: 'healthcare-volumes', copyVaultName: 'healthcare-volumes-copy', account: '123456789012',
 *     region: 'us-east-1', copyRegion: 'us-west-2', roleName: 'healthcare-backup', restoreRoleName: 'healthcare-restore',
 *     kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     copyKmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }),
 *     policyAdministrators: ['arn:aws:iam::123456789012:role/terraform'],
 *   });
 */
export class VolumeBackup extends Construct {
  public readonly plan: BackupPlan;
  /** Takes backups. */
  public readonly role: IamRole;
  /** Restores them. */
  public readonly restoreRole: IamRole;
  public readonly vault: BackupVault;
  public readonly copyVault: BackupVault;

  public constructor(scope: Construct, id: string, props: VolumeBackupProps) {
    super(scope, id);
    this.check(props);
    const { region, copyRegion, retentionDays = 35, coldStorageAfterDays, schedule = 'cron(0 5 * * ? *)' } = props;

    this.vault = this.addVault('', props.vaultName, region, props.kmsKeyArn, props);
    this.copyVault = this.addVault('Copy', props.copyVaultName, copyRegion, props.copyKmsKeyArn, props);
    const lifecycle: BackupPlanRuleLifecycle = {
      deleteAfter: retentionDays,
      ...(coldStorageAfterDays === undefined ? {} : { coldStorageAfter: coldStorageAfterDays, optInToArchiveForSupportedResources: true }),
    };
    this.plan = new BackupPlan(this, 'Resource', {
      name: props.planName,
      region,
      rule: [{
        ruleName: 'volumes',
        targetVaultName: this.vault.name,
        schedule,
        startWindow: props.startWindowMinutes ?? 60,
        completionWindow: props.completionWindowMinutes ?? 720,
        lifecycle,
        copyAction: [{ destinationVaultArn: this.copyVault.arn, lifecycle }],
      }],
    });
    this.role = this.addRole('Role', props.roleName, 'AWSBackupServiceRolePolicyForBackup', region);
    this.restoreRole = this.addRole('RestoreRole', props.restoreRoleName, 'AWSBackupServiceRolePolicyForRestores', region);
    new BackupSelection(this, 'Selection', {
      name: 'phi-volumes',
      planId: this.plan.id,
      iamRoleArn: this.role.arn,
      region,
      resources: [`arn:${partitionOf(region)}:ec2:*:*:volume/*`],
      // A condition and not a selectionTag: those add to the resources, conditions narrow them (AWS Backup, assign resources).
      condition: [{
        stringEquals: [{ key: `aws:ResourceTag/${props.selectionTagKey ?? 'cdk8s-hipaa/data-classification'}`, value: props.selectionTagValue ?? 'phi' }],
      }],
    });
    if (props.topicArn !== undefined) this.addFailureEvents(props.topicArn, props);

    Safeguard.implement(this.plan, Control.CP4_REPLICA, `what the plan backs up, by ${schedule} in UTC, is copied to a locked vault in ${copyRegion}: there, volumes are as old as their last copy`);
  }

  private addVault(prefix: string, name: string, region: string, kmsKeyArn: string, props: VolumeBackupProps): BackupVault {
    const { lock, retentionDays = 35, maxRetentionDays, lockGraceDays = 7 } = props;
    const vault = new BackupVault(this, `${prefix}Vault`, { name, region, kmsKeyArn, forceDestroy: false, lifecycle: { preventDestroy: true } });
    const locked = new BackupVaultLockConfiguration(this, `${prefix}VaultLock`, {
      backupVaultName: vault.name,
      region,
      minRetentionDays: retentionDays,
      maxRetentionDays,
      // With days it is a compliance lock; without, one that can be removed.
      changeableForDays: lock.mode === ObjectLockMode.COMPLIANCE ? lockGraceDays : undefined,
      lifecycle: { preventDestroy: true },
    });
    new BackupVaultPolicy(this, `${prefix}VaultPolicy`, {
      backupVaultName: vault.name,
      region,
      policy: new PolicyDocument(this.node.path, vaultStatements(props)).toJson(),
      dependsOn: [locked],
    });
    return vault;
  }

  private addRole(id: string, name: string, policy: string, region: string): IamRole {
    const role = new IamRole(this, id, {
      name,
      assumeRolePolicy: new PolicyDocument(this.node.path, [{
        sid: 'AllowBackup',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['backup.amazonaws.com'] },
        actions: ['sts:AssumeRole'],
        // No aws:SourceAccount: AWS Backup is not documented to send it, and takes a role of another account from nobody (iam:PassRole).
      }]).toJson(),
    });
    new IamRolePolicyAttachment(this, `${id}Policy`, { role: role.name, policyArn: `arn:${partitionOf(region)}:iam::aws:policy/service-role/${policy}` });
    return role;
  }

  private addFailureEvents(topicArn: string, { planName, region }: VolumeBackupProps): void {
    const rule = new CloudwatchEventRule(this, 'Failures', {
      name: `${planName}-failures`,
      description: 'A backup or its copy in the second region did not complete',
      region,
      eventPattern: JSON.stringify({
        source: ['aws.backup'],
        'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
        detail: { state: ['ABORTED', 'EXPIRED', 'FAILED', 'PARTIAL'] },
      }),
    });
    new CloudwatchEventTarget(this, 'FailuresToTopic', { rule: rule.name, arn: topicArn, region });
  }

  private check(props: VolumeBackupProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a backup of volumes takes no other field');
    checkText(path, 'planName', props.planName, /^[\w.-]{1,50}$/, 'AWS Backup, CreateBackupPlan', 'use 1 to 50 of letters, digits, -, _ and dots');
    for (const prop of ['vaultName', 'copyVaultName'] as const) checkText(path, prop, props[prop], /^[\w-]{2,50}$/, 'AWS Backup, CreateBackupVault', 'use 2 to 50 of letters, digits, - and _');
    for (const prop of ['region', 'copyRegion'] as const) {
      checkRegion(path, prop, props[prop]);
      checkKnownAtSynth(path, prop, props[prop]);
    }
    if (props.region === props.copyRegion) {
      throw Errors.weakened(path, 'CP4, 45 CFR 164.310(d)(2)(iv): a copy outlives the region that it is a copy of', 'copyRegion is the region of the volumes', props.copyRegion, 'use another region of the same partition');
    }
    if (partitionOf(props.region) !== partitionOf(props.copyRegion)) {
      throw Errors.refused(path, 'copyRegion is in another partition', props.copyRegion, 'AWS Backup copies within a partition', `use a region of the partition ${partitionOf(props.region)}`);
    }
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    checkKeyArn(path, 'copyKmsKeyArn', props.copyKmsKeyArn, props.copyRegion);
    checkAccount(path, 'account', props.account);
    for (const prop of ['roleName', 'restoreRoleName'] as const) checkRoleName(path, prop, props[prop]);
    if (props.restoreRoleName === props.roleName) {
      throw Errors.refused(path, 'restoreRoleName is the role of the backups', props.restoreRoleName, 'control CP4, 45 CFR 164.308(a)(7)(ii)(B): who takes a backup and who restores it are two roles', 'give the restores a role of their own');
    }
    if (!(props.lock instanceof ObjectLock)) {
      throw Errors.refused(path, 'lock is no ObjectLock', props.lock, 'control CP1, 45 CFR 164.308(a)(7)(ii)(A): what can be deleted is no backup', 'use ObjectLock.compliance() or ObjectLock.governance()');
    }
    this.checkTimes(props);
    checkText(path, 'selectionTagKey', props.selectionTagKey ?? 'tag', /^(?!aws:)[\w .:/=+@-]{1,128}$/, 'AWS, tags', 'use a tag that the volumes carry');
    checkText(path, 'selectionTagValue', props.selectionTagValue ?? 'phi', /^[\w .:/=+@-]{1,256}$/, 'AWS, tags', 'use the value that the volumes carry');
    if (props.topicArn !== undefined) {
      checkArn(path, 'topicArn', props.topicArn, 'sns');
      checkPartition(path, 'topicArn', props.topicArn, props.region);
    }
    for (const arn of props.policyAdministrators ?? []) {
      checkPrincipalArn(path, 'policyAdministrators', arn);
      checkPartition(path, 'policyAdministrators', arn, props.region);
    }
  }

  private checkTimes(props: VolumeBackupProps): void {
    const path = this.node.path;
    const { lock, retentionDays = 35, maxRetentionDays, lockGraceDays, coldStorageAfterDays, startWindowMinutes = 60 } = props;
    checkInteger(path, 'retentionDays', retentionDays, 1, 36500, 'AWS Backup, lifecycle and vault lock: whole days');
    if (maxRetentionDays !== undefined) checkInteger(path, 'maxRetentionDays', maxRetentionDays, retentionDays, 36500, 'AWS Backup, vault lock: a backup outside its limits fails');
    if (lockGraceDays !== undefined) {
      checkInteger(path, 'lockGraceDays', lockGraceDays, 3, 36500, 'AWS Backup, PutBackupVaultLockConfiguration: a compliance lock cools off for at least three days');
      if (lock.mode !== ObjectLockMode.COMPLIANCE) {
        throw Errors.refused(path, 'lockGraceDays makes a compliance lock of one that nobody acknowledged', lockGraceDays, 'AWS Backup, PutBackupVaultLockConfiguration: with these days a lock becomes immutable', 'leave it out, or use ObjectLock.compliance()');
      }
    }
    checkText(path, 'schedule', props.schedule ?? 'cron(0 5 * * ? *)', SCHEDULE, 'AWS Backup: cron with six fields, of which a day is ?', "use an expression such as 'cron(0 5 * * ? *)'");
    checkInteger(path, 'startWindowMinutes', startWindowMinutes, 60, 10080, 'AWS Backup, StartWindowMinutes: at least 60');
    checkInteger(path, 'completionWindowMinutes', props.completionWindowMinutes ?? 720, startWindowMinutes + 60, 43200, 'AWS Backup, CompletionWindowMinutes: at least 60 more than the start window');
    if (coldStorageAfterDays !== undefined) {
      checkInteger(path, 'coldStorageAfterDays', coldStorageAfterDays, 1, 36410, 'AWS Backup, lifecycle: whole days');
      if (retentionDays < coldStorageAfterDays + LEAST_COLD_DAYS) {
        throw Errors.refused(path, 'a backup is deleted before 90 days in cold storage are over', retentionDays, 'AWS Backup, lifecycle: cold storage is for at least 90 days', `use retentionDays of at least ${coldStorageAfterDays + LEAST_COLD_DAYS}, or leave coldStorageAfterDays out`);
      }
    }
  }
}

function checkText(path: string, prop: string, value: string, form: RegExp, rule: string, remedy: string): void {
  if (typeof value !== 'string' || !form.test(value)) throw Errors.refused(path, `${prop} is not of its form`, value, rule, remedy);
}

/** A vault's policy takes no wildcard for an action (AWS Backup, vault access policies). Root stays free to change the policy, or nobody could ever again. */
function vaultStatements({ account, region, policyAdministrators = [] }: VolumeBackupProps): PolicyStatementProps[] {
  const everyone = { effect: PolicyEffect.DENY, principals: { aws: ['*'] }, resources: ['*'] };
  return [
    { ...everyone, sid: 'DenyDeletion', actions: ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'] },
    {
      ...everyone,
      sid: 'DenyChangesOfVault',
      actions: ['backup:DeleteBackupVault', 'backup:DeleteBackupVaultAccessPolicy', 'backup:PutBackupVaultAccessPolicy'],
      conditions: [{ operator: 'ArnNotEquals', key: 'aws:PrincipalArn', values: [`arn:${partitionOf(region)}:iam::${account}:root`, ...policyAdministrators] }],
    },
  ];
}
