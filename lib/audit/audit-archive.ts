import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration, type S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { ControlException } from '../controls/exception';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion, isTerraformToken } from '../profile/checks';
import { ColdStorage } from '../profile/cold-storage';
import { Errors } from '../profile/errors';
import { ObjectLock, ObjectLockMode } from '../profile/object-lock';
import { Retention } from '../profile/retention';
import { privateSettings } from '../storage/private-settings';
import { checkServiceWriter, type ArchiveServiceWriterProps } from './archive-service-writer';
import { archiveStatements } from './audit-archive-policy';
import { checkKeyPrefix } from './key-prefix';

export interface AuditArchiveProps {
  readonly bucketName: string;
  /** Only ObjectLock.compliance() meets control AU5. */
  readonly lock: ObjectLock;
  /** How long each object is locked. A writer that names a date of its own may fall at most one day short of it, by the way S3 counts days. */
  readonly retention: Retention;
  /** ARN of the KMS key that encrypts every object: the key's own, not an alias', in the bucket's region. */
  readonly kmsKeyArn: string;
  /** Account of the bucket. */
  readonly account: string;
  /** Region of the bucket. */
  readonly region: string;
  /**
   * Approval of a retention below six years, for control AU5.
   * @default - none: a shorter retention is refused
   */
  readonly shortRetentionException?: ControlException;
  /**
   * Key prefixes that writers use, without slashes at their ends; objects elsewhere are refused.
   * @default - any key
   */
  readonly trustedPrefixes?: readonly string[];
  /**
   * Whether nobody writes below a trusted prefix but who was named for it by `addRoleWriter()` or `addWriter()`. What is replicated comes by `addReplicator()`
   * alone in any case. Without it, a prefix is closed to others once a role was named for it.
   * @default false
   */
  readonly onlyNamedWriters?: boolean;
  /**
   * IAM roles or users of the account that may change the bucket's policy, encryption, lifecycle and the like. The one that runs Terraform is
   * among them, or its first change after the first apply is refused.
   * @default - nobody but the account's root user, whom S3 never refuses
   */
  readonly policyAdministrators?: readonly string[];
  /**
   * Where what is old moves, before its retention ends.
   * @default - it stays in S3 Standard
   */
  readonly coldStorage?: ColdStorage;
  /**
   * Whether an object goes once its lock has ended. A later date that a writer named still holds its version, though a delete marker hides it.
   * @default false
   */
  readonly expireAfterRetention?: boolean;
}

const FIELDS = [
  'bucketName', 'lock', 'retention', 'kmsKeyArn', 'account', 'region', 'shortRetentionException', 'trustedPrefixes', 'onlyNamedWriters', 'policyAdministrators', 'coldStorage', 'expireAfterRetention',
];
/** Parts of an upload that nobody completes are seen by no list and cost until somebody aborts it. */
const ABORT_UPLOADS_AFTER_DAYS = 7;

/**
 * The bucket that keeps audit logs: write once, encrypted, TLS only, closed to the public.
 *
 * Serves 45 CFR 164.316(b)(2)(i) and 312(b). In COMPLIANCE mode no principal, root included, deletes a version or shortens its retention before the day
 * (AWS S3, Object Lock). What rests on the bucket policy alone does not bind root, who can always rewrite it. Object Lock is on from the first day, because
 * objects that came before it stay unlocked. The policy denies changes of the lock to everyone, so Terraform makes it last; to lengthen a retention, a policy
 * administrator deletes the bucket policy and applies again, which changes the lock and puts the policy back.
 * A locked bucket takes no S3 access logs: record access with CloudTrail data events.
 *
 * Roles of the account write by IAM, under the trusted prefixes, and below a prefix of which writers were named (`addRoleWriter()`) nobody else does. An AWS
 * service that delivers by its own principal is let in by `addWriter()`, for one resource and one prefix where nobody else writes; who replicates into the
 * archive by `addReplicator()`, and nobody else does. An archive in another region or account is the destination of a `BucketReplication` from this one, which
 * carries what is written here directly: what comes by a replicator, S3 does not replicate again, so that the replicator's source replicates into both
 * (`LandingBucket`, `replica`).
 * @example
 *   new AuditArchive(stack, 'Archive', {
 *     bucketName: 'hipaa-audit-logs-123456789012-us-east-1',
 *     lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }),
 *     retention: Retention.years(6),
 *     kmsKeyArn: archiveKey.arn,
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     policyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
 *   });
 */
export class AuditArchive extends Construct {
  public readonly bucket: S3Bucket;
  public readonly bucketName: string;
  public readonly bucketArn: string;
  public readonly lockConfiguration: S3BucketObjectLockConfigurationA;
  public readonly versioning: S3BucketVersioningA;
  public readonly bucketPolicy: S3BucketPolicy;
  private readonly props: AuditArchiveProps;
  private readonly writers: ArchiveServiceWriterProps[] = [];
  private readonly roleWriters = new Map<string, string[]>();
  private readonly replicators: string[] = [];
  private readonly foreignReplicators: string[] = [];

  public constructor(scope: Construct, id: string, props: AuditArchiveProps) {
    super(scope, id);
    this.check(props);
    this.props = props;
    const { lock, retention, region } = props;

    this.bucket = new S3Bucket(this, 'Resource', { bucket: props.bucketName, objectLockEnabled: true, forceDestroy: false, region, lifecycle: { preventDestroy: true } });
    this.bucketName = this.bucket.bucket;
    this.bucketArn = this.bucket.arn;
    const bucket = this.bucket.id;
    this.versioning = new S3BucketVersioningA(this, 'Versioning', { bucket, region, versioningConfiguration: { status: 'Enabled' } });
    this.lockConfiguration = new S3BucketObjectLockConfigurationA(this, 'Lock', {
      bucket,
      region,
      objectLockEnabled: 'Enabled',
      rule: { defaultRetention: { mode: lock.mode, days: retention.days } },
      // S3 takes a lock on a versioned bucket alone.
      dependsOn: [this.versioning],
      lifecycle: { preventDestroy: true },
    });
    const { encryption, publicAccess, ownership } = privateSettings(this, bucket, region, props.kmsKeyArn);
    const lifecycle = new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket,
      region,
      transitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
      rule: lifecycleRules(props),
      dependsOn: [this.versioning],
    });
    this.bucketPolicy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      region,
      // Lazy: writers and replicators come later, with the archive's ARN in policies of their own.
      policy: Lazy.stringValue({ produce: () => this.policyDocument().toJson() }),
      // Last: it denies what the others have to do once.
      dependsOn: [this.versioning, this.lockConfiguration, encryption, publicAccess, ownership, lifecycle],
    });

    if (lock.mode !== ObjectLockMode.COMPLIANCE) {
      Safeguard.fallShort(this.lockConfiguration, Control.AU5_WORM_6Y, 'a GOVERNANCE lock can be bypassed by whoever holds s3:BypassGovernanceRetention');
    } else if (!retention.isSixYears) {
      Safeguard.fallShort(this.lockConfiguration, Control.AU5_WORM_6Y, `the lock holds ${retention.days} days, less than six years`);
    } else {
      Safeguard.implement(this.lockConfiguration, Control.AU5_WORM_6Y, 'a COMPLIANCE lock of six years on every object');
    }
    Safeguard.implement(encryption, Control.EN4_BUCKET_KMS, 'a customer key encrypts what comes without one');
    Safeguard.implement(this.bucketPolicy, Control.TX4_TLS_BUCKET, 'denies everyone what does not come by TLS 1.2 or later');
  }

  /**
   * Lets an AWS service deliver by its own principal, until the stack is synthesized; nobody else writes where it delivers.
   *
   * @example
   *   archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'healthcare-cluster', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' }));
   */
  public addWriter(writer: ArchiveServiceWriterProps): void {
    checkServiceWriter(this.node.path, writer, this.props.region);
    this.writers.push(writer);
  }

  /**
   * Names an IAM role that writes below a prefix, by its own IAM policy, until the stack is synthesized; nobody who was not named writes there any more.
   *
   * @param roleArn ARN of the role.
   * @param prefix key prefix without slashes at its ends; one of the trusted prefixes, where the archive has some.
   * @example
   *   archive.addRoleWriter('arn:aws:iam::123456789012:role/healthcare-cluster-log-shipper', 'container-logs/healthcare-cluster');
   */
  public addRoleWriter(roleArn: string, prefix: string): void {
    const path = this.node.path;
    checkPrincipalArn(path, 'role writers', roleArn);
    checkPartition(path, 'role writers', roleArn, this.props.region);
    checkKeyPrefix(path, 'prefix of a role writer', prefix);
    const { trustedPrefixes } = this.props;
    if (trustedPrefixes !== undefined && !trustedPrefixes.includes(prefix)) {
      throw Errors.refused(path, 'a role writer has a prefix that is not trusted', prefix, 'control AC11, 45 CFR 164.312(a)(1): a writer has one prefix', `use one of ${trustedPrefixes.join(', ')}`);
    }
    this.roleWriters.set(prefix, [...(this.roleWriters.get(prefix) ?? []), roleArn]);
  }

  /**
   * Lets the role of a replication write into the archive, until the stack is synthesized. A retention that objects have in the source goes before the
   * archive's own: replicate from a bucket without Object Lock, or from an archive that locks as long.
   *
   * @param roleArn ARN of the role.
   * @param account account of the role, where the ARN is a reference; that of the archive by default.
   */
  public addReplicator(roleArn: string, account?: string): void {
    const path = this.node.path;
    checkPrincipalArn(path, 'replicators', roleArn);
    checkPartition(path, 'replicators', roleArn, this.props.region);
    if (account !== undefined) checkAccount(path, 'account', account);
    const owner = isTerraformToken(roleArn) ? account : roleArn.split(':')[4];
    if (account !== undefined && owner !== account) {
      throw Errors.refused(path, 'a replicator is not of the account that was given', roleArn, 'AWS IAM: the ARN of a role names its account', `use a role of account ${account}, or leave the account out`);
    }
    this.replicators.push(roleArn);
    if (owner !== undefined && owner !== this.props.account) this.foreignReplicators.push(roleArn);
  }

  /** The bucket policy as it stands. */
  public policyDocument(): PolicyDocument {
    const { region, bucketName, lock, retention } = this.props;
    return new PolicyDocument(this.node.path, archiveStatements({
      bucketArn: `arn:${partitionOf(region)}:s3:::${bucketName}`,
      kmsKeyArn: this.props.kmsKeyArn,
      lockMode: lock.mode,
      retentionDays: retention.days,
      trustedPrefixes: this.props.trustedPrefixes ?? [],
      policyAdministrators: this.props.policyAdministrators ?? [],
      writers: this.writers,
      roleWriters: this.roleWriters,
      onlyNamedWriters: this.props.onlyNamedWriters ?? false,
      replicators: this.replicators,
      foreignReplicators: this.foreignReplicators,
    }));
  }

  private check(props: AuditArchiveProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an archive takes no other field');
    checkBucketName(path, 'bucketName', props.bucketName);
    if (!(props.lock instanceof ObjectLock)) {
      throw Errors.refused(path, 'lock is no ObjectLock', props.lock, 'control AU5, 45 CFR 164.316(b)(2)(i)', 'use ObjectLock.compliance() or ObjectLock.governance()');
    }
    if (!(props.retention instanceof Retention)) {
      throw Errors.refused(path, 'retention is no Retention', props.retention, 'control AU5, 45 CFR 164.316(b)(2)(i)', 'use Retention.years(6)');
    }
    const exception = props.shortRetentionException;
    if (!props.retention.isSixYears && !(exception instanceof ControlException && exception.control === Control.AU5_WORM_6Y)) {
      throw Errors.weakened(path, 'AU5, 45 CFR 164.316(b)(2)(i)', 'retention is below six years (2192 days)', props.retention.days,
        'use Retention.years(6), or give a shortRetentionException for Control.AU5_WORM_6Y with reason, approver and expiry');
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    this.checkLifecycle(props);
    for (const prefix of props.trustedPrefixes ?? []) checkKeyPrefix(path, 'trustedPrefixes', prefix);
    if (props.onlyNamedWriters !== undefined && (typeof props.onlyNamedWriters !== 'boolean' || (props.onlyNamedWriters && !props.trustedPrefixes?.length))) {
      throw Errors.refused(path, 'onlyNamedWriters has no trusted prefixes to close, or is no boolean', props.onlyNamedWriters, 'control AC11, 45 CFR 164.312(a)(1): a writer has one prefix', 'name the trustedPrefixes, or leave it out');
    }
    for (const arn of props.policyAdministrators ?? []) {
      checkPrincipalArn(path, 'policyAdministrators', arn);
      checkPartition(path, 'policyAdministrators', arn, props.region);
      if (!isTerraformToken(arn) && !isTerraformToken(props.account) && arn.split(':')[4] !== props.account) {
        throw Errors.refused(path, 'policyAdministrators names another account', arn, 'AWS S3, PutBucketPolicy: only the account of the bucket', `use a role or user of account ${props.account}`);
      }
    }
  }
  private checkLifecycle({ coldStorage, retention, expireAfterRetention }: AuditArchiveProps): void {
    const path = this.node.path;
    if (coldStorage !== undefined && !(coldStorage instanceof ColdStorage)) {
      throw Errors.refused(path, 'coldStorage is no ColdStorage', coldStorage, 'Amazon S3, lifecycle', 'use ColdStorage.instantRetrieval() or ColdStorage.deepArchive()');
    }
    if (coldStorage !== undefined && coldStorage.afterDays >= retention.days) {
      throw Errors.refused(path, 'coldStorage begins when the retention is over', coldStorage.afterDays, `the retention is ${retention.days} days`, 'let it begin earlier, or leave it out');
    }
    if (expireAfterRetention !== undefined && typeof expireAfterRetention !== 'boolean') {
      throw Errors.refused(path, 'expireAfterRetention is no boolean', expireAfterRetention, 'control AU5, 45 CFR 164.316(b)(2)(i)', 'use true or false');
    }
  }
}

/**
 * What S3 does to objects by itself. No expiration comes before the retention ends, and a version that is still locked stays: lifecycle rules do not delete it
 * (Amazon S3, Object Lock considerations).
 */
function lifecycleRules({ coldStorage, retention, expireAfterRetention }: AuditArchiveProps): S3BucketLifecycleConfigurationRule[] {
  const everything = { status: 'Enabled', filter: [{}] };
  return [
    { ...everything, id: 'abort-incomplete-uploads', abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_UPLOADS_AFTER_DAYS }] },
    ...(coldStorage === undefined ? [] : [{
      ...everything,
      id: 'cold-storage',
      transition: [{ days: coldStorage.afterDays, storageClass: coldStorage.storageClass }],
      noncurrentVersionTransition: [{ noncurrentDays: coldStorage.afterDays, storageClass: coldStorage.storageClass }],
    }]),
    ...(expireAfterRetention ? [{
      ...everything,
      id: 'expire-after-retention',
      expiration: [{ days: retention.days }],
      // What the expiration above made noncurrent, a day later; what was overwritten is locked until its own retention ends.
      noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
    }] : []),
  ];
}
