import type { TerraformStack } from 'cdktf';
import { PolicyEffect } from '../../lib/iam/policy-statement';
import { PrivateBucket, type PrivateBucketProps } from '../../lib/storage/private-bucket';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide, type Decision } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const BUCKET = 'arn:aws:s3:::results';
const OBJECT = `${BUCKET}/a.csv`;
const base: PrivateBucketProps = { bucketName: 'results', region: 'us-east-1', kmsKeyArn: KEY };
const make = (changes: object = {}) => (stack: TerraformStack) => new PrivateBucket(stack, 'Bucket', { ...base, ...changes });

describe('PrivateBucket', () => {
  const stack = synthStack(make());

  test('is versioned, encrypted with its key, closed to the public, and never destroyed', () => {
    expect(stack.only('aws_s3_bucket')).toEqual({ bucket: 'results', force_destroy: false, region: 'us-east-1', lifecycle: { prevent_destroy: true } });
    expect(stack.only('aws_s3_bucket_versioning').versioning_configuration).toEqual({ status: 'Enabled' });
    expect(stack.only('aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY }, blocked_encryption_types: ['SSE-C'], bucket_key_enabled: true },
    ]);
    expect(stack.only('aws_s3_bucket_public_access_block')).toMatchObject({ block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true });
    expect(stack.only('aws_s3_bucket_ownership_controls').rule).toEqual({ object_ownership: 'BucketOwnerEnforced' });
    expect(JSON.parse(stack.only('aws_s3_bucket_policy').policy as string)).toMatchSnapshot();
  });

  test('keeps what it holds, but no upload that nobody completed', () => {
    expect(stack.only('aws_s3_bucket_lifecycle_configuration').rule).toEqual([
      { id: 'abort-incomplete-uploads', status: 'Enabled', filter: [{}], abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
    ]);
  });

  test('puts every part on the one bucket, and its policy after all of them', () => {
    const [name] = Object.keys(stack.resources.aws_s3_bucket);
    const addresses = Object.entries(stack.resources).flatMap(([type, named]) => Object.entries(named).map(([id, part]) => {
      if (type !== 'aws_s3_bucket') expect(part.bucket).toBe(`\${aws_s3_bucket.${name}.id}`);
      expect(part.region).toBe('us-east-1');
      return `${type}.${id}`;
    }));
    expect((stack.only('aws_s3_bucket_policy').depends_on as string[]).sort()).toEqual(addresses.filter((address) => !/^aws_s3_bucket(_policy)?\./.test(address)).sort());
  });

  test('takes every prop, and statements until it is synthesized', () => {
    const allow = (sid: string) => ({ sid, effect: PolicyEffect.ALLOW, principals: { services: ['logs.us-east-1.amazonaws.com'] }, actions: ['s3:PutObject'], resources: [`${BUCKET}/*`] });
    const props: Required<PrivateBucketProps> = { ...base, expirationDays: 30, noncurrentExpirationDays: 3, statements: [allow('First')] };
    const made = synthStack((scope) => new PrivateBucket(scope, 'Bucket', props).addStatement(allow('Second')));
    const { Statement } = JSON.parse(made.only('aws_s3_bucket_policy').policy as string) as { Statement: { Sid: string }[] };

    expect(Statement.map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'DenyOldTls', 'First', 'Second']);
    expect((made.only('aws_s3_bucket_lifecycle_configuration').rule as object[]).slice(1)).toEqual([
      { id: 'expire', status: 'Enabled', filter: [{}], expiration: [{ days: 30 }] },
      { id: 'expire-former-versions', status: 'Enabled', filter: [{}], noncurrent_version_expiration: [{ noncurrent_days: 3 }] },
    ]);
  });

  test('removes what it expires for good, after as many days again', () => {
    expect((synthStack(make({ expirationDays: 30 })).only('aws_s3_bucket_lifecycle_configuration').rule as object[])[2]).toMatchObject({ noncurrent_version_expiration: [{ noncurrent_days: 30 }] });
  });

  test('exposes its parts and claims nothing', () => {
    const scope = testStack();
    const bucket = make()(scope);

    expect(bucket.node.defaultChild).toBe(bucket.bucket);
    expect([bucket.versioning, bucket.encryption, bucket.bucketPolicy].map(({ node }) => node.id)).toEqual(['Versioning', 'Encryption', 'Policy']);
    expect(claimsBelow(scope)).toEqual([]);
  });

  test('uses the ARNs of the partition', () => {
    const made = synthStack(make({ region: 'us-gov-west-1', kmsKeyArn: '${aws_kms_key.Results.arn}' })).only('aws_s3_bucket_policy').policy as string;
    expect(made).toContain('"arn:aws-us-gov:s3:::results/*"');
    expect(made).not.toContain('arn:aws:');
  });

  const POLICY = concrete(stack.only('aws_s3_bucket_policy').policy as string);
  const TLS = { 'aws:SecureTransport': 'true' };
  test.each<[string, string, string, Record<string, string>, Decision]>([
    ['arn:aws:iam::123456789012:root', 's3:GetObject', OBJECT, { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['arn:aws:iam::123456789012:role/a', 's3:PutObject', OBJECT, { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['arn:aws:iam::123456789012:role/a', 's3:ListBucket', BUCKET, { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['arn:aws:iam::123456789012:role/a', 's3:PutObject', OBJECT, { ...TLS, 's3:TlsVersion': '1.1' }, 'ExplicitlyDenied'],
    ['arn:aws:iam::999999999999:role/a', 's3:GetObject', OBJECT, TLS, 'ImplicitlyDenied'],
    ['anonymous', 's3:GetObject', OBJECT, TLS, 'ImplicitlyDenied'],
    ['arn:aws:iam::123456789012:role/a', 's3:PutObject', OBJECT, { ...TLS, 's3:TlsVersion': '1.2' }, 'Allowed'],
  ])('answers %s that asks for %s on %s with %j', async (principal, action, resource, context, decision) => {
    expect(await decide({ principal, action, resource, context, resourcePolicy: POLICY, identityPolicies: principal === 'anonymous' ? [] : [ADMINISTRATOR_ACCESS] })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a bucket name that S3 refuses', { bucketName: 'Results' }, 'Results', 'naming rules', '3 to 63'],
    ['a bucket name that only Terraform knows', { bucketName: '${var.name}' }, '${var.name}', 'at synth', 'itself'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an alias for the key', { kmsKeyArn: 'alias/aws/s3' }, 'alias/aws/s3', 'AWS: arn:', 'full ARN'],
    ['a key of another region', { region: 'eu-west-1' }, KEY, 'its own region alone', 'in eu-west-1'],
    ['no days', { expirationDays: 0 }, 0, 'whole days', 'from 1'],
    ['parts of days', { noncurrentExpirationDays: 1.5 }, 1.5, 'whole days', 'from 1'],
    ['a switch that would open it', { publicAccess: true }, 'publicAccess', 'no other field', 'bucketName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Bucket', value, rule, remedy });
  });
});
