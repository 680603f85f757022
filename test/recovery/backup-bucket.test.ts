import type { TerraformStack } from 'cdktf';
import { BackupBucket, type BackupBucketProps } from '../../lib/recovery/backup-bucket';
import { ADMINISTRATOR_ACCESS, concrete, decide } from '../support/iam';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const VELERO = 'arn:aws:iam::123456789012:role/velero';
const TERRAFORM = 'arn:aws:iam::123456789012:role/terraform';
const props: Required<BackupBucketProps> = {
  bucketName: 'healthcare-backups', region: 'us-west-2', sourceRegion: 'us-east-1', kmsKeyArn: KEY, archiveBucketName: 'hipaa-audit-logs', noncurrentDays: 45, writers: [VELERO],
  policyAdministrators: [TERRAFORM],
};
const make = (changes: object = {}) => (stack: TerraformStack) => new BackupBucket(stack, 'Backups', { ...props, ...changes });

describe('BackupBucket', () => {
  test('is a versioned and encrypted bucket of the second region, whose policy comes last', () => {
    const stack = synthStack(make({ noncurrentDays: undefined }));
    const others = ['aws_s3_bucket', 'aws_s3_bucket_versioning', 'aws_s3_bucket_server_side_encryption_configuration', 'aws_s3_bucket_public_access_block', 'aws_s3_bucket_ownership_controls', 'aws_s3_bucket_lifecycle_configuration'];

    expect(stack.only('aws_s3_bucket')).toMatchObject({ bucket: 'healthcare-backups', region: 'us-west-2', force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(stack.only('aws_s3_bucket_versioning').versioning_configuration).toEqual({ status: 'Enabled' });
    expect(stack.only('aws_s3_bucket_lifecycle_configuration').rule).toContainEqual(expect.objectContaining({ noncurrent_version_expiration: [{ noncurrent_days: 30 }] }));
    expect([...(stack.only('aws_s3_bucket_policy').depends_on as string[])].sort()).toEqual(others.map((type) => `${type}.${Object.keys(stack.resources[type])[0]}`).sort());
    expect(JSON.parse(stack.only('aws_s3_bucket_policy').policy as string)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_s3_bucket_lifecycle_configuration').rule).toContainEqual(expect.objectContaining({ noncurrent_version_expiration: [{ noncurrent_days: 45 }] }));
    expect(stack.only('aws_s3_bucket_policy').policy).toContain(VELERO);
  });

  test('claims no control', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ["the cluster's region", { region: 'us-east-1', kmsKeyArn: KEY.replace('us-west-2', 'us-east-1') }, 'us-east-1', 'CP4, 45 CFR 164.310(d)(2)(iv)', 'another region'],
    ['a region of another partition', { region: 'us-gov-west-1' }, 'us-gov-west-1', 'share no credentials', 'partition aws'],
    ['a region that only Terraform knows', { sourceRegion: '${var.region}' }, '${var.region}', 'derived from sourceRegion', 'itself'],
    ['the archive', { bucketName: 'hipaa-audit-logs' }, 'hipaa-audit-logs', 'AU5', 'of its own'],
    ['a name that S3 refuses', { bucketName: 'Backups' }, 'Backups', 'naming rules', '3 to 63'],
    ["a key of the cluster's region", { kmsKeyArn: KEY.replace('us-west-2', 'us-east-1') }, KEY.replace('us-west-2', 'us-east-1'), 'its own region', 'us-west-2'],
    ['no days', { noncurrentDays: 0 }, 0, 'lifecycle', '1 to 36500'],
    ['an account as writer', { writers: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['an administrator of another partition', { policyAdministrators: ['arn:aws-cn:iam::123456789012:role/terraform'] }, 'arn:aws-cn:iam::123456789012:role/terraform', 'partition aws', "'arn:aws:'"],
    ['an unknown field', { forceDestroy: true }, 'forceDestroy', 'no other field', 'bucketName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Backups', value, rule, remedy });
  });

  const POLICY = concrete(synthStack(make()).only('aws_s3_bucket_policy').policy as string);
  const OBJECT = 'arn:aws:s3:::healthcare-backups/backups/daily/velero-backup.json';
  const BUCKET = 'arn:aws:s3:::healthcare-backups';
  const ADMIN = 'arn:aws:iam::123456789012:role/admin';
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

  test.each<[string, string, string, string, Record<string, string>, string]>([
    ['an administrator deletes a version', ADMIN, 's3:DeleteObjectVersion', OBJECT, tls, 'ExplicitlyDenied'],
    ['Velero deletes a version', VELERO, 's3:DeleteObjectVersion', OBJECT, tls, 'ExplicitlyDenied'],
    ['who runs Terraform deletes a version', TERRAFORM, 's3:DeleteObjectVersion', OBJECT, tls, 'ExplicitlyDenied'],
    ['an administrator hides a backup', ADMIN, 's3:DeleteObject', OBJECT, tls, 'ExplicitlyDenied'],
    ['an administrator overwrites a backup', ADMIN, 's3:PutObject', OBJECT, tls, 'ExplicitlyDenied'],
    ['an administrator suspends versioning', ADMIN, 's3:PutBucketVersioning', BUCKET, tls, 'ExplicitlyDenied'],
    ['an administrator expires versions at once', ADMIN, 's3:PutLifecycleConfiguration', BUCKET, tls, 'ExplicitlyDenied'],
    ['an administrator deletes the bucket', ADMIN, 's3:DeleteBucket', BUCKET, tls, 'ExplicitlyDenied'],
    ['Velero changes the policy', VELERO, 's3:PutBucketPolicy', BUCKET, tls, 'ExplicitlyDenied'],
    ['Velero writes without TLS', VELERO, 's3:PutObject', OBJECT, { 'aws:SecureTransport': 'false', 's3:TlsVersion': '1.3' }, 'ExplicitlyDenied'],
    ['Velero writes with another key', VELERO, 's3:PutObject', OBJECT, { ...tls, 's3:x-amz-server-side-encryption': 'aws:kms', [KEY_HEADER]: KEY.replace('1234abcd', '9999abcd') }, 'ExplicitlyDenied'],
    ['Velero writes with the account\'s aws/s3 key', VELERO, 's3:PutObject', OBJECT, { ...tls, 's3:x-amz-server-side-encryption': 'aws:kms' }, 'ExplicitlyDenied'],
    ['Velero writes with a key of S3', VELERO, 's3:PutObject', OBJECT, { ...tls, 's3:x-amz-server-side-encryption': 'AES256' }, 'ExplicitlyDenied'],
    ['Velero writes', VELERO, 's3:PutObject', OBJECT, tls, 'Allowed'],
    ['Velero writes and names the key', VELERO, 's3:PutObject', OBJECT, { ...tls, 's3:x-amz-server-side-encryption': 'aws:kms', [KEY_HEADER]: KEY }, 'Allowed'],
    ['Velero deletes a backup that expired', VELERO, 's3:DeleteObject', OBJECT, tls, 'Allowed'],
    ['who runs Terraform changes the policy', TERRAFORM, 's3:PutBucketPolicy', BUCKET, tls, 'Allowed'],
  ])('%s', async (_what, principal, action, resource, context, expected) => {
    expect(await decide({ principal, action, resource, context, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: POLICY })).toBe(expected);
  });
});
