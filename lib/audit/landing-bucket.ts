import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { PolicyEffect } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkInteger, checkPartition, checkPrincipalArn, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { BucketReplication, type ReplicationDestinationProps } from '../storage/bucket-replication';
import { PrivateBucket } from '../storage/private-bucket';
import { configurationDenial, deny, encryptionDenials, unless } from './audit-archive-policy';

export interface LandingBucketProps {
  readonly bucketName: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the key that encrypts what lands, in the bucket's region; its policy names the replication's role among the decrypters. */
  readonly kmsKeyArn: string;
  readonly archiveBucketArn: string;
  /** ARN of the archive's key; its policy names the replication's role among the replicators. */
  readonly archiveKmsKeyArn: string;
  /** @default - `region` */
  readonly archiveRegion?: string;
  /** @default - `account` */
  readonly archiveAccount?: string;
  /**
   * The archive's bucket policy, where the stack makes it: replication begins when it lets the role in, and the archive is locked.
   * @default - it is there already
   */
  readonly archiveBucketPolicy?: ITerraformDependable;
  /**
   * The archive's copy in another region. S3 replicates no replica, so that what lands here reaches the copy from here, or not at all.
   * @default - what lands here has no second copy
   */
  readonly replica?: ReplicationDestinationProps;
  readonly replicationRoleName: string;
  /**
   * IAM roles that write: Firehose's. `addWriter()` adds more.
   * @default - nobody
   */
  readonly writers?: readonly string[];
  /**
   * IAM roles or users of the account that may change the bucket's policy, replication, lifecycle and the like; the one that runs Terraform is among them.
   * @default - nobody but the account's root user, whom S3 never refuses
   */
  readonly policyAdministrators?: readonly string[];
  /**
   * ARN of the topic that is told of objects that did not reach the archive.
   * @default - nobody is told
   */
  readonly topicArn?: string;
  /** @default - the replication role's name with `-failed` */
  readonly alarmName?: string;
  /** Days that an object stays once it is in the archive; its versions go a week later. @default 90 */
  readonly keepDays?: number;
}

const FIELDS = [
  'bucketName', 'account', 'region', 'kmsKeyArn', 'archiveBucketArn', 'archiveKmsKeyArn', 'archiveRegion', 'archiveAccount', 'archiveBucketPolicy', 'replica', 'replicationRoleName', 'writers', 'policyAdministrators',
  'topicArn', 'alarmName', 'keepDays',
];
const NONCURRENT_DAYS = 7;
/** What brings each object into the archive, and keeps it until then. */
const CONFIGURATION = [
  's3:DeleteBucketPolicy', 's3:PutBucketOwnershipControls', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketRequestPayment', 's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration',
];

/**
 * Where Firehose writes what S3 replication then carries into the archive, and into the archive's copy, object by object; their default retention locks it.
 *
 * Serves 45 CFR 164.312(b). It has no lock of its own, on purpose: a replica takes over a retention of its source, and the archive's default where there is
 * none (Amazon S3, what is replicated). Only named roles write, nobody deletes, and nobody but its administrators changes what it rests on. What did not reach
 * the archive stays: S3 Lifecycle neither expires nor moves an object whose replication is PENDING or FAILED (Amazon S3, how S3 Lifecycle interacts with other
 * bucket configurations). Until it is replicated, the account's root user could delete an object here, as no COMPLIANCE lock holds it yet. Keep replication
 * on: an object that comes while there is no rule is never replicated, and expires.
 *
 * @example
 *   const landing = new LandingBucket(stack, 'Landing', {
 *     bucketName: 'hipaa-audit-landing-123456789012-us-east-1',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     kmsKeyArn: logsKey.arn,
 *     archiveBucketArn: archive.bucketArn,
 *     archiveKmsKeyArn: archiveKey.arn,
 *     replicationRoleName: 'healthcare-cluster-landing-replication',
 *     archiveBucketPolicy: archive.bucketPolicy,
 *   });
 *   archive.addReplicator(landing.replicationRole.arn);
 *   archiveKey.addReplicator(landing.replicationRole.arn);
 *   logsKey.addDecrypter(landing.replicationRole.arn);
 */
export class LandingBucket extends Construct {
  public readonly bucket: PrivateBucket;
  public readonly bucketName: string;
  /** The ARN as a reference: who uses it waits for the bucket. */
  public readonly bucketArn: string;
  public readonly replication: BucketReplication;
  public readonly replicationRole: IamRole;
  private readonly region: string;
  private readonly writers: string[] = [];

  public constructor(scope: Construct, id: string, props: LandingBucketProps) {
    super(scope, id);
    this.region = props.region;
    this.check(props);
    const { account, region, kmsKeyArn, policyAdministrators = [] } = props;
    this.bucket = new PrivateBucket(this, 'Resource', {
      bucketName: props.bucketName, region, kmsKeyArn, expirationDays: props.keepDays ?? 90, noncurrentExpirationDays: NONCURRENT_DAYS,
    });
    this.bucketName = this.bucket.bucketName;
    this.bucketArn = this.bucket.bucketArn;
    this.replication = new BucketReplication(this, 'Replication', {
      sourceBucketName: this.bucketName,
      sourceBucketArn: this.bucketArn,
      sourceKmsKeyArn: kmsKeyArn,
      sourceExpires: true,
      versioning: this.bucket.versioning,
      destinationBucketArn: props.archiveBucketArn,
      destinationKmsKeyArn: props.archiveKmsKeyArn,
      destinationRegion: props.archiveRegion ?? region,
      destinationAccount: props.archiveAccount,
      destinationPolicy: props.archiveBucketPolicy,
      moreDestinations: props.replica && [props.replica],
      // The policy denies what the replication's configuration has to do once; who waits for the policy writes nothing that is not replicated.
      sourcePolicy: this.bucket.bucketPolicy,
      roleName: props.replicationRoleName,
      account,
      region,
      topicArn: props.topicArn,
      alarmName: props.alarmName,
    });
    this.replicationRole = this.replication.role;
    this.guard(`arn:${partitionOf(region)}:s3:::${props.bucketName}`, kmsKeyArn, policyAdministrators);
    for (const writer of props.writers ?? []) this.addWriter(writer);
  }

  /** Lets an IAM role write, by its own IAM policy, until the stack is synthesized. */
  public addWriter(roleArn: string): void {
    checkPrincipalArn(this.node.path, 'writers', roleArn);
    checkPartition(this.node.path, 'writers', roleArn, this.region);
    this.writers.push(roleArn);
  }

  private guard(bucketArn: string, kmsKeyArn: string, administrators: readonly string[]): void {
    const objects = `${bucketArn}/*`;
    const { writers } = this;
    this.bucket.addStatement({
      sid: 'DenyOtherWriters',
      effect: PolicyEffect.DENY,
      principals: { aws: ['*'] },
      actions: ['s3:PutObject', 's3:ReplicateObject'],
      resources: [objects],
      // Read when the policy is written, with the writers that came until then.
      get conditions() {
        return unless(writers);
      },
    });
    // S3 Lifecycle is bound by no bucket policy, and expires what is in the archive.
    this.bucket.addStatement(deny('DenyDeletion', ['s3:DeleteBucket', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'], [bucketArn, objects]));
    // An object that the replication cannot decrypt does not reach the archive.
    for (const statement of encryptionDenials(bucketArn, kmsKeyArn)) this.bucket.addStatement(statement);
    this.bucket.addStatement(configurationDenial(bucketArn, CONFIGURATION, administrators));
  }

  /** The rest is checked by what the bucket is made of. */
  private check(props: LandingBucketProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a landing bucket takes no other field');
    checkAccount(path, 'account', props.account);
    if (props.keepDays !== undefined) checkInteger(path, 'keepDays', props.keepDays, 1, 36500, 'Amazon S3, lifecycle: whole days');
    for (const arn of props.policyAdministrators ?? []) {
      checkPrincipalArn(path, 'policyAdministrators', arn);
      checkPartition(path, 'policyAdministrators', arn, props.region);
      if (!isTerraformToken(arn) && !isTerraformToken(props.account) && arn.split(':')[4] !== props.account) {
        throw Errors.refused(path, 'policyAdministrators names another account', arn, 'AWS S3, PutBucketPolicy: only the account of the bucket', `use a role or user of account ${props.account}`);
      }
    }
  }
}
