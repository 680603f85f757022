import { AuditArchive } from '../../lib/audit/audit-archive';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { ADMINISTRATOR_ACCESS, concrete, decide, type Decision } from '../support/iam';
import { synthStack } from '../support/stack';

const BUCKET = 'arn:aws:s3:::hipaa-audit-logs-123456789012-us-east-1';
const OBJECT = `${BUCKET}/audit-logs/healthcare-cluster/2026/01/01/a.gz`;
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const FOREIGN = 'arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ADMIN = 'arn:aws:sts::123456789012:assumed-role/admin/alice';
const POLICY_ADMIN = 'arn:aws:sts::123456789012:assumed-role/archive-administrators/bob';
const ROOT = 'arn:aws:iam::123456789012:root';
const ALGORITHM = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';

const policyOf = (changes: object = {}) => concrete(synthStack((stack) => new AuditArchive(stack, 'Archive', {
  bucketName: 'hipaa-audit-logs-123456789012-us-east-1',
  lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }),
  retention: Retention.years(6),
  kmsKeyArn: KEY,
  account: '123456789012',
  region: 'us-east-1',
  trustedPrefixes: ['audit-logs/healthcare-cluster', 'container-logs/healthcare-cluster'],
  policyAdministrators: ['arn:aws:iam::123456789012:role/archive-administrators'],
  ...changes,
})).only('aws_s3_bucket_policy').policy as string);

const POLICY = policyOf();

/** Everybody holds AdministratorAccess and comes by TLS 1.3, unless the case says otherwise. */
const ask = (
  principal: string, action: string, resource: string, context: Record<string, string> = {}, resourcePolicy = POLICY,
): Promise<Decision> => decide({
  principal, action, resource, resourcePolicy, identityPolicies: [ADMINISTRATOR_ACCESS], context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context },
});

describe('the bucket policy of the archive', () => {
  test.each<[string, string, string, Record<string, string>]>([
    // Transport.
    [ADMIN, 's3:PutObject', OBJECT, { 'aws:SecureTransport': 'false' }],
    [ADMIN, 's3:GetObject', OBJECT, { 'aws:SecureTransport': 'false' }],
    [ADMIN, 's3:ListBucket', BUCKET, { 'aws:SecureTransport': 'false' }],
    [ROOT, 's3:GetObject', OBJECT, { 'aws:SecureTransport': 'false' }],
    [ADMIN, 's3:PutObject', OBJECT, { 's3:TlsVersion': '1.1' }],
    [ADMIN, 's3:ListBucket', BUCKET, { 's3:TlsVersion': '1.0' }],
    // Deletion and the lock, whoever asks.
    ...[ADMIN, POLICY_ADMIN, ROOT].flatMap((principal): [string, string, string, Record<string, string>][] => [
      [principal, 's3:BypassGovernanceRetention', OBJECT, {}],
      [principal, 's3:DeleteObjectVersion', OBJECT, {}],
      [principal, 's3:DeleteObject', OBJECT, {}],
      [principal, 's3:PutBucketObjectLockConfiguration', BUCKET, {}],
      [principal, 's3:PutBucketVersioning', BUCKET, {}],
      [principal, 's3:DeleteBucket', BUCKET, {}],
      [principal, 's3:UpdateObjectEncryption', OBJECT, {}],
    ]),
    // An explicit retention that is weaker than the bucket's default.
    [ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'GOVERNANCE', 's3:object-lock-remaining-retention-days': '2192' }],
    [ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '1' }],
    [ADMIN, 's3:PutObjectRetention', OBJECT, { 's3:object-lock-mode': 'GOVERNANCE', 's3:object-lock-remaining-retention-days': '3000' }],
    [ADMIN, 's3:PutObjectRetention', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '2190' }],
    [ROOT, 's3:PutObjectRetention', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '30' }],
    // Encryption with anything but the archive's key.
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: FOREIGN }],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: `${KEY.slice(0, -1)}c` }],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms' }],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'AES256' }],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'AES256', [KEY_ID]: KEY }],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms:dsse', [KEY_ID]: KEY }],
    [ADMIN, 's3:PutObject', OBJECT, { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
    [ROOT, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: FOREIGN }],
    // The set-up, for who is not named.
    [ADMIN, 's3:PutBucketPolicy', BUCKET, {}],
    [ADMIN, 's3:DeleteBucketPolicy', BUCKET, {}],
    [ADMIN, 's3:PutEncryptionConfiguration', BUCKET, {}],
    [ADMIN, 's3:PutLifecycleConfiguration', BUCKET, {}],
    [ADMIN, 's3:PutReplicationConfiguration', BUCKET, {}],
    [ADMIN, 's3:PutBucketPublicAccessBlock', BUCKET, {}],
    [ADMIN, 's3:PutBucketOwnershipControls', BUCKET, {}],
    ['arn:aws:sts::999999999999:assumed-role/archive-administrators/mallory', 's3:PutBucketPolicy', BUCKET, {}],
    // Keys that belong to no writer.
    [ADMIN, 's3:PutObject', `${BUCKET}/other/a.gz`, {}],
    [ADMIN, 's3:PutObject', `${BUCKET}/audit-logs/healthcare-cluster-2/a.gz`, {}],
  ])('denies %s %s on %s with %j', async (principal, action, resource, context) => {
    expect(await ask(principal, action, resource, context)).toBe('ExplicitlyDenied');
  });

  test.each<[string, string, string, Record<string, string>]>([
    [ADMIN, 's3:PutObject', OBJECT, {}],
    [ADMIN, 's3:PutObject', `${BUCKET}/container-logs/healthcare-cluster/a.gz`, {}],
    [ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY }],
    [ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '2192' }],
    // 2192 days from when the request was made, of which S3 may count the whole ones that are left.
    [ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '2191' }],
    [ADMIN, 's3:PutObjectRetention', OBJECT, { 's3:object-lock-mode': 'COMPLIANCE', 's3:object-lock-remaining-retention-days': '3650' }],
    [ADMIN, 's3:GetObject', OBJECT, {}],
    [ADMIN, 's3:GetObject', OBJECT, { 's3:TlsVersion': '1.2' }],
    [ADMIN, 's3:GetObjectRetention', OBJECT, {}],
    [ADMIN, 's3:GetBucketPolicy', BUCKET, {}],
    [ADMIN, 's3:GetBucketObjectLockConfiguration', BUCKET, {}],
    [POLICY_ADMIN, 's3:PutBucketPolicy', BUCKET, {}],
    [POLICY_ADMIN, 's3:DeleteBucketPolicy', BUCKET, {}],
    [POLICY_ADMIN, 's3:PutEncryptionConfiguration', BUCKET, {}],
    [POLICY_ADMIN, 's3:PutLifecycleConfiguration', BUCKET, {}],
  ])('leaves %s %s on %s with %j to IAM', async (principal, action, resource, context) => {
    expect(await ask(principal, action, resource, context)).toBe('Allowed');
  });

  test('opens nothing by itself', async () => {
    for (const principal of ['anonymous', 'arn:aws:iam::999999999999:role/other', 'cloudtrail.amazonaws.com']) {
      expect(await decide({ principal, action: 's3:GetObject', resource: OBJECT, resourcePolicy: POLICY, context: { 'aws:SecureTransport': 'true' } })).toBe('ImplicitlyDenied');
    }
  });

  test('lets nobody but root, whom S3 never refuses, change its set-up where no administrator is named', async () => {
    expect(await ask(POLICY_ADMIN, 's3:PutBucketPolicy', BUCKET, {}, policyOf({ policyAdministrators: undefined }))).toBe('ExplicitlyDenied');
    expect(await ask(POLICY_ADMIN, 's3:DeleteBucketPolicy', BUCKET, {}, policyOf({ policyAdministrators: [] }))).toBe('ExplicitlyDenied');
  });

  test('takes any key where no prefix is named', async () => {
    expect(await ask(ADMIN, 's3:PutObject', `${BUCKET}/other/a.gz`, {}, policyOf({ trustedPrefixes: [] }))).toBe('Allowed');
  });

  test('judges an explicit retention by the mode and the days of its own lock', async () => {
    const policy = policyOf({ lock: ObjectLock.governance(), retention: Retention.years(7) });
    expect(await ask(ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'GOVERNANCE', 's3:object-lock-remaining-retention-days': '2192' }, policy)).toBe('ExplicitlyDenied');
    expect(await ask(ADMIN, 's3:PutObject', OBJECT, { 's3:object-lock-mode': 'GOVERNANCE', 's3:object-lock-remaining-retention-days': '2557' }, policy)).toBe('Allowed');
  });
});
