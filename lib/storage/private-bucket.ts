import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import type { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkBucketName, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkRegion } from '../profile/checks';
import { privateSettings } from './private-settings';

export interface PrivateBucketProps {
  readonly bucketName: string;
  /** Region of the bucket. */
  readonly region: string;
  /** ARN of the KMS key that encrypts every object, in the bucket's region. */
  readonly kmsKeyArn: string;
  /**
   * Days after which objects expire.
   * @default - they stay
   */
  readonly expirationDays?: number;
  /**
   * Days after which versions expire that a newer one, or a delete marker, took the place of.
   * @default - they stay, or `expirationDays` where those are given
   */
  readonly noncurrentExpirationDays?: number;
  /**
   * More statements of the bucket's policy, beside the denials that every private bucket has.
   * @default - none
   */
  readonly statements?: readonly PolicyStatementProps[];
}

const FIELDS = ['bucketName', 'region', 'kmsKeyArn', 'expirationDays', 'noncurrentExpirationDays', 'statements'];

/**
 * A bucket beside the archive: versioned, encrypted with a key of yours, closed to the public, TLS 1.2 or later. It holds what may go again: what waits on
 * its way, results, backups. What may not go belongs in an AuditArchive.
 *
 * Serves 45 CFR 164.312(a)(2)(iv) and 312(e)(1), and claims no control: those of the catalogue are about the archive.
 *
 * @example
 *   new PrivateBucket(stack, 'Results', { bucketName: 'healthcare-query-results', region: 'us-east-1', kmsKeyArn: key.arn, expirationDays: 30 });
 */
export class PrivateBucket extends Construct {
  public readonly bucket: S3Bucket;
  public readonly bucketName: string;
  /** The ARN as a reference: who uses it waits for the bucket. */
  public readonly bucketArn: string;
  public readonly versioning: S3BucketVersioningA;
  public readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  public readonly bucketPolicy: S3BucketPolicy;
  private readonly statements: PolicyStatementProps[] = [];

  public constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.check(props);
    const { region } = props;
    this.bucket = new S3Bucket(this, 'Resource', { bucket: props.bucketName, forceDestroy: false, region, lifecycle: { preventDestroy: true } });
    this.bucketName = this.bucket.bucket;
    this.bucketArn = this.bucket.arn;
    const bucket = this.bucket.id;
    this.versioning = new S3BucketVersioningA(this, 'Versioning', { bucket, region, versioningConfiguration: { status: 'Enabled' } });
    const { encryption, publicAccess, ownership } = privateSettings(this, bucket, region, props.kmsKeyArn);
    this.encryption = encryption;
    const lifecycle = this.addLifecycle(props);
    const arn = `arn:${partitionOf(region)}:s3:::${props.bucketName}`;
    this.statements.push(
      { sid: 'DenyInsecureTransport', effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions: ['s3:*'], resources: [arn, `${arn}/*`], conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] }] },
      { sid: 'DenyOldTls', effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions: ['s3:*'], resources: [arn, `${arn}/*`], conditions: [{ operator: 'NumericLessThan', key: 's3:TlsVersion', values: ['1.2'] }] },
      ...(props.statements ?? []),
    );
    this.bucketPolicy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      region,
      policy: Lazy.stringValue({ produce: () => new PolicyDocument(this.node.path, this.statements).toJson() }),
      // Last: S3 takes one change of a bucket's access at a time, and a statement may deny what the others have to do once.
      dependsOn: [this.versioning, encryption, publicAccess, ownership, lifecycle],
    });
  }

  /** Adds a statement to the bucket's policy, until the stack is synthesized. */
  public addStatement(statement: PolicyStatementProps): void {
    this.statements.push(statement);
  }

  private addLifecycle({ region, expirationDays, noncurrentExpirationDays = expirationDays }: PrivateBucketProps): S3BucketLifecycleConfiguration {
    return new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: this.bucket.id,
      region,
      rule: [
        { id: 'abort-incomplete-uploads', status: 'Enabled', filter: [{}], abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }] },
        ...(expirationDays === undefined ? [] : [{ id: 'expire', status: 'Enabled', filter: [{}], expiration: [{ days: expirationDays }] }]),
        ...(noncurrentExpirationDays === undefined ? [] : [{
          id: 'expire-former-versions', status: 'Enabled', filter: [{}], noncurrentVersionExpiration: [{ noncurrentDays: noncurrentExpirationDays }],
        }]),
      ],
      dependsOn: [this.versioning],
    });
  }

  private check(props: PrivateBucketProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a private bucket takes no other field');
    checkBucketName(path, 'bucketName', props.bucketName);
    checkKnownAtSynth(path, 'bucketName', props.bucketName);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    for (const prop of ['expirationDays', 'noncurrentExpirationDays'] as const) {
      const days = props[prop];
      if (days !== undefined) checkInteger(path, prop, days, 1, 36500, 'Amazon S3, lifecycle: whole days');
    }
  }
}
