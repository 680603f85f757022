import { dependable, TerraformResource } from 'cdktf';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { Construct } from 'constructs';
import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkBucketName, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';
import { PrivateBucket } from '../storage/private-bucket';

export interface BackupBucketProps {
  readonly bucketName: string;
  /** Region of the bucket; another than that of the cluster. */
  readonly region: string;
  /** Region of the cluster that is backed up. */
  readonly sourceRegion: string;
  /** ARN of the KMS key that encrypts every object, in the bucket's region. */
  readonly kmsKeyArn: string;
  /**
   * Name of the archive of audit logs: backups expire, what is in the archive does not, so that no bucket is both.
   * @default - not compared
   */
  readonly archiveBucketName?: string;
  /**
   * Days for which a backup can be brought back after somebody, or Velero, deleted or overwrote it.
   * @default 30
   */
  readonly noncurrentDays?: number;
  /**
   * IAM roles that put and delete backups, such as Velero's; nobody else does.
   * @default - who IAM lets
   */
  readonly writers?: readonly string[];
  /**
   * IAM roles or users of the account that may change the bucket's policy, encryption, versioning and lifecycle. The one that runs Terraform is among them,
   * or its first change after the first apply is refused.
   * @default - nobody but the account's root user, whom S3 never refuses
   */
  readonly policyAdministrators?: readonly string[];
}

const FIELDS = ['bucketName', 'region', 'sourceRegion', 'kmsKeyArn', 'archiveBucketName', 'noncurrentDays', 'writers', 'policyAdministrators'];
const CONFIGURATION = [
  's3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketOwnershipControls', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketVersioning', 's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration',
];
const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

/**
 * The bucket that Velero keeps backups in: versioned, encrypted, in another region than the cluster, and never the archive of audit logs.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A) and claims no control: a bucket backs nothing up. Velero deletes a backup that expired with DeleteObject, which on a
 * versioned bucket hides it: nobody deletes a version, so that a backup can be brought back for `noncurrentDays`, after which S3's own lifecycle removes it.
 * Everything here rests on the bucket policy, which does not bind the account's root user.
 *
 * @example
 *   const backups = new BackupBucket(stack, 'Backups', {
 *     bucketName: 'healthcare-backups-123456789012-us-west-2', region: 'us-west-2', sourceRegion: 'us-east-1',
 *     kmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab', archiveBucketName: archive.bucketName,
 *     policyAdministrators: ['arn:aws:iam::123456789012:role/terraform'],
 *   });
 */
export class BackupBucket extends Construct {
  public readonly bucket: S3Bucket;
  public readonly bucketName: string;
  /** The ARN as a reference: who uses it waits for the bucket. */
  public readonly bucketArn: string;

  public constructor(scope: Construct, id: string, props: BackupBucketProps) {
    super(scope, id);
    this.check(props);
    const { bucketName, region, kmsKeyArn } = props;
    const inner = new PrivateBucket(this, 'Bucket', {
      bucketName, region, kmsKeyArn, noncurrentExpirationDays: props.noncurrentDays ?? 30, statements: guards(props, `arn:${partitionOf(region)}:s3:::${bucketName}`),
    });
    // Last: it denies what the others have to do once.
    inner.bucketPolicy.dependsOn = inner.node.children
      .filter((child) => child !== inner.bucketPolicy && TerraformResource.isTerraformResource(child))
      .map((child) => dependable(child as TerraformResource));
    this.bucket = inner.bucket;
    this.bucketName = inner.bucketName;
    this.bucketArn = inner.bucketArn;
  }

  private check(props: BackupBucketProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a bucket for backups takes no other field');
    checkBucketName(path, 'bucketName', props.bucketName);
    checkKnownAtSynth(path, 'bucketName', props.bucketName);
    for (const prop of ['region', 'sourceRegion'] as const) {
      checkRegion(path, prop, props[prop]);
      checkKnownAtSynth(path, prop, props[prop]);
    }
    if (props.region === props.sourceRegion) {
      throw Errors.weakened(path, 'CP4, 45 CFR 164.310(d)(2)(iv): a copy outlives the region that it is a copy of', 'region is the one that is backed up', props.region, 'use another region of the same partition');
    }
    if (partitionOf(props.region) !== partitionOf(props.sourceRegion)) {
      throw Errors.refused(path, 'region is in another partition than sourceRegion', props.region, 'AWS: partitions share no credentials', `use a region of the partition ${partitionOf(props.sourceRegion)}`);
    }
    if (props.archiveBucketName !== undefined && props.bucketName === props.archiveBucketName) {
      throw Errors.weakened(path, 'AU5, 45 CFR 164.316(b)(2)(i): who writes backups does not write audit logs', 'bucketName is the archive', props.bucketName, 'name a bucket of its own');
    }
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    if (props.noncurrentDays !== undefined) checkInteger(path, 'noncurrentDays', props.noncurrentDays, 1, 36500, 'Amazon S3, lifecycle: whole days');
    for (const prop of ['writers', 'policyAdministrators'] as const) {
      for (const arn of props[prop] ?? []) {
        checkPrincipalArn(path, prop, arn);
        checkPartition(path, prop, arn, props.region);
      }
    }
  }
}

function guards({ kmsKeyArn, writers = [], policyAdministrators = [] }: BackupBucketProps, bucketArn: string): PolicyStatementProps[] {
  const objects = [`${bucketArn}/*`];
  const deny = (sid: string, actions: readonly string[], resources: readonly string[], ...conditions: PolicyConditionProps[]): PolicyStatementProps => (
    { sid, effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions, resources, conditions });
  const but = (arns: readonly string[]): PolicyConditionProps[] => (arns.length === 0 ? [] : [{ operator: 'ArnNotEquals', key: 'aws:PrincipalArn', values: arns }]);
  const given = (key: string): PolicyConditionProps => ({ operator: 'Null', key, values: ['false'] });
  return [
    deny('DenyDeletionOfVersions', ['s3:DeleteObjectVersion'], objects),
    deny('DenyForeignKey', ['s3:PutObject'], objects, { operator: 'StringNotEquals', key: KEY_HEADER, values: [kmsKeyArn] }, given(KEY_HEADER)),
    deny('DenyOtherEncryption', ['s3:PutObject'], objects, { operator: 'StringNotEquals', key: 's3:x-amz-server-side-encryption', values: ['aws:kms'] }, given('s3:x-amz-server-side-encryption')),
    // aws:kms without a key is the account's aws/s3 key, not the bucket's.
    deny('DenyUnnamedKey', ['s3:PutObject'], objects, given('s3:x-amz-server-side-encryption'), { operator: 'Null', key: KEY_HEADER, values: ['true'] }),
    ...(writers.length === 0 ? [] : [deny('DenyOtherWriters', ['s3:DeleteObject', 's3:PutObject'], objects, ...but(writers))]),
    deny('DenyConfiguration', CONFIGURATION, [bucketArn], ...but(policyAdministrators)),
  ];
}
