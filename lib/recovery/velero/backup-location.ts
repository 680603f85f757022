import { Construct } from 'constructs';
import {
  BackupStorageLocation, BackupStorageLocationSpecAccessMode as AccessMode, BackupStorageLocationSpecProvider as Provider,
} from '../../../imports/velero.io';
import { checkBucketName, checkDnsLabel, checkDnsSubdomain, checkFields, checkInteger, checkKeyArn, checkRegion } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { BackupAccess } from './backup-access';

export interface BackupLocationProps {
  /** The bucket of the backups. */
  readonly bucket: string;
  /** Region of the bucket: another one than the cluster's, or a disaster of the region takes both. */
  readonly region: string;
  /**
   * First part of every key, without slashes at its ends.
   * @default - none: Velero's folders stand at the top of the bucket
   */
  readonly prefix?: string;
  /**
   * ARN of the KMS key that Velero asks S3 to encrypt with.
   * @default - none: the bucket's default key encrypts, and Velero need not know it
   */
  readonly kmsKeyArn?: string;
  /** @default BackupAccess.READ_WRITE */
  readonly access?: BackupAccess;
  /** Minutes between two looks at whether the bucket answers. @default 1 */
  readonly validationMinutes?: number;
  /** Namespace of Velero. @default velero */
  readonly namespace?: string;
  /** @default default */
  readonly name?: string;
}

const FIELDS = ['bucket', 'region', 'prefix', 'kmsKeyArn', 'access', 'validationMinutes', 'namespace', 'name'];

/**
 * Where Velero writes its backups: a bucket of `BackupBucket`, in a second region.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A). There is no credential: Velero's pods have an identity (VeleroIdentity). TLS to S3 is never loosened (`insecureSkipTLSVerify`),
 * and no other endpoint can be set.
 *
 * @example
 *   new BackupLocation(chart, 'Backups', { bucket: 'hipaa-audit-logs-123456789012-us-east-1-backups', region: 'us-west-2', prefix: 'healthcare-cluster' });
 */
export class BackupLocation extends Construct {
  /** Name for a PhiBackupSchedule. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: BackupLocationProps) {
    super(scope, id);
    const path = this.node.path;
    const { bucket, region, prefix, kmsKeyArn, access = BackupAccess.READ_WRITE, validationMinutes = 1, namespace = 'velero', name = 'default' } = props;
    checkFields(path, props, FIELDS, 'a location of backups takes no other field');
    checkBucketName(path, 'bucket', bucket);
    checkRegion(path, 'region', region);
    checkDnsLabel(path, 'namespace', namespace);
    checkDnsSubdomain(path, 'name', name);
    if (prefix !== undefined && (typeof prefix !== 'string' || !/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/.test(prefix))) {
      throw Errors.refused(path, 'prefix is no part of a key', prefix, 'Velero, BackupStorageLocation: a folder, without slashes at its ends', "use a prefix such as 'healthcare-cluster'");
    }
    if (kmsKeyArn !== undefined) checkKeyArn(path, 'kmsKeyArn', kmsKeyArn, region);
    if (!Object.values(BackupAccess).includes(access)) {
      throw Errors.refused(path, 'no such access', access, 'Velero, BackupStorageLocation.accessMode', 'use BackupAccess.READ_WRITE, or READ_ONLY in a cluster that only restores');
    }
    checkInteger(path, 'validationMinutes', validationMinutes, 1, 60, 'control CP1, 45 CFR 164.308(a)(7)(ii)(A): a bucket that does not answer is noticed within the hour');
    this.name = name;

    new BackupStorageLocation(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        provider: Provider.AWS,
        objectStorage: { bucket, ...(prefix === undefined ? {} : { prefix }) },
        config: { region, ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }) },
        accessMode: access === BackupAccess.READ_ONLY ? AccessMode.READ_ONLY : AccessMode.READ_WRITE,
        default: name === 'default',
        validationFrequency: `${validationMinutes}m`,
      },
    });
  }
}
