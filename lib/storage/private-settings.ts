import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import type { Construct } from 'constructs';

/** What every bucket of ours has, whatever it holds. */
export interface PrivateSettings {
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly publicAccess: S3BucketPublicAccessBlock;
  readonly ownership: S3BucketOwnershipControls;
}

/**
 * Encrypts a bucket with a key of yours, closes it to the public, and makes its account own what others write.
 *
 * @internal
 */
export function privateSettings(scope: Construct, bucket: string, region: string, kmsKeyArn: string): PrivateSettings {
  return {
    encryption: new S3BucketServerSideEncryptionConfigurationA(scope, 'Encryption', {
      bucket,
      region,
      rule: [{
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
        bucketKeyEnabled: true,
        // S3 blocks it on new buckets by itself; left out, versions of the provider before 6.40 would plan to lift the block every time.
        blockedEncryptionTypes: ['SSE-C'],
      }],
    }),
    publicAccess: new S3BucketPublicAccessBlock(scope, 'PublicAccess', {
      bucket, region, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
    }),
    ownership: new S3BucketOwnershipControls(scope, 'Ownership', { bucket, region, rule: { objectOwnership: 'BucketOwnerEnforced' } }),
  };
}
