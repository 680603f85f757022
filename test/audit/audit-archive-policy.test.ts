import { ArchiveServiceWriter } from '../../lib/audit/archive-service-writer';
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
    [ADMIN, 's3:PutBucketRequestPayment', BUCKET, {}],
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

const TRAIL = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/trail';
const CLOUDTRAIL = 'cloudtrail.amazonaws.com';
const DELIVERED = `${BUCKET}/cloudtrail/a/AWSLogs/123456789012`;
const LOG_FILE = `${DELIVERED}/CloudTrail/us-east-1/2026/01/01/a.json.gz`;
const DIGEST = `${DELIVERED}/CloudTrail-Digest/us-east-1/2026/01/01/a.json.gz`;
const REPLICATOR = 'arn:aws:sts::123456789012:assumed-role/landing-replication/s3';
const FOREIGN_REPLICATOR = 'arn:aws:sts::999999999999:assumed-role/source-replication/s3';
const REPLICATION_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner'], Resource: '*' }] });

describe('the bucket policy of an archive that a trail and replications write into', () => {
  const SHARED = concrete(synthStack((stack) => {
    const archive = new AuditArchive(stack, 'Archive', {
      bucketName: 'hipaa-audit-logs-123456789012-us-east-1', lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn: KEY,
      account: '123456789012', region: 'us-east-1', trustedPrefixes: ['audit-logs/healthcare-cluster'], policyAdministrators: ['arn:aws:iam::123456789012:role/archive-administrators'],
    });
    archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' }));
    archive.addWriter({ service: 'delivery.logs.amazonaws.com', prefix: 'vended', sourceArn: 'arn:aws:logs:us-east-1:123456789012:*', account: '123456789012' });
    archive.addReplicator('arn:aws:iam::123456789012:role/landing-replication');
    archive.addReplicator('arn:aws:iam::999999999999:role/source-replication');
  }).only('aws_s3_bucket_policy').policy as string);
  const looking = { 'aws:SourceArn': TRAIL, 'aws:PrincipalServiceName': CLOUDTRAIL };
  const ofTrail = { ...looking, 's3:x-amz-acl': 'bucket-owner-full-control' };
  const deliver = (changes: Record<string, string> = {}) => ({ ...ofTrail, [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY, ...changes });
  const withoutAcl = { ...looking, [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY };

  /** A service has no IAM policy; a role of the account has AdministratorAccess, that of another account what replication needs. */
  const askAs = (principal: string, action: string, resource: string, context: Record<string, string>): Promise<Decision> => decide({
    principal, action, resource, resourcePolicy: SHARED,
    identityPolicies: principal.endsWith('.com') ? [] : [principal === FOREIGN_REPLICATOR ? REPLICATION_POLICY : ADMINISTRATOR_ACCESS],
    context: { 'aws:SecureTransport': 'true', ...context },
  });

  test.each<[string, string, string, string, Record<string, string>, Decision]>([
    // Replication.
    ['a stranger that replicates', ADMIN, 's3:ReplicateObject', OBJECT, {}, 'ExplicitlyDenied'],
    ['a stranger that replicates tags', ADMIN, 's3:ReplicateTags', OBJECT, {}, 'ExplicitlyDenied'],
    ['a stranger that takes over replicas', ADMIN, 's3:ObjectOwnerOverrideToBucketOwner', OBJECT, {}, 'ExplicitlyDenied'],
    ['an administrator of the policy that replicates', POLICY_ADMIN, 's3:ReplicateObject', OBJECT, {}, 'ExplicitlyDenied'],
    ['a replicator of that name in another account', 'arn:aws:sts::999999999999:assumed-role/landing-replication/s3', 's3:ReplicateObject', OBJECT, {}, 'ExplicitlyDenied'],
    ['the replicator that deletes', REPLICATOR, 's3:ReplicateDelete', OBJECT, {}, 'ExplicitlyDenied'],
    ['the replicator of another account that deletes', FOREIGN_REPLICATOR, 's3:ReplicateDelete', OBJECT, {}, 'ExplicitlyDenied'],
    ['the replicator under another prefix', REPLICATOR, 's3:ReplicateObject', `${BUCKET}/other/a.gz`, {}, 'ExplicitlyDenied'],
    ['the replicator where the trail delivers', REPLICATOR, 's3:ReplicateObject', LOG_FILE, {}, 'ExplicitlyDenied'],
    ['the replicator with a foreign key', REPLICATOR, 's3:ReplicateObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: FOREIGN }, 'ExplicitlyDenied'],
    ['the replicator without TLS', REPLICATOR, 's3:ReplicateObject', OBJECT, { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['the replicator of another account that reads', FOREIGN_REPLICATOR, 's3:GetObject', OBJECT, {}, 'ImplicitlyDenied'],
    ['the replicator of another account that puts', FOREIGN_REPLICATOR, 's3:PutObject', OBJECT, {}, 'ImplicitlyDenied'],
    // The trail.
    ['CloudTrail outside of its prefix', CLOUDTRAIL, 's3:PutObject', `${BUCKET}/cloudtrail/b/AWSLogs/123456789012/a.gz`, deliver(), 'ExplicitlyDenied'],
    ['CloudTrail under a prefix of another writer', CLOUDTRAIL, 's3:PutObject', OBJECT, deliver(), 'ImplicitlyDenied'],
    ['CloudTrail where another service delivers', CLOUDTRAIL, 's3:PutObject', `${BUCKET}/vended/AWSLogs/123456789012/a.gz`, deliver(), 'ExplicitlyDenied'],
    ['CloudTrail below the account of another', CLOUDTRAIL, 's3:PutObject', `${BUCKET}/cloudtrail/a/AWSLogs/999999999999/a.gz`, deliver(), 'ExplicitlyDenied'],
    ['CloudTrail for another trail', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver({ 'aws:SourceArn': `${TRAIL}2` }), 'ImplicitlyDenied'],
    ['CloudTrail for a trail of another account', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver({ 'aws:SourceArn': TRAIL.replace('123456789012', '999999999999') }), 'ImplicitlyDenied'],
    ['CloudTrail in the name of another account', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver({ 'aws:SourceAccount': '999999999999' }), 'ImplicitlyDenied'],
    ['CloudTrail that keeps objects from the owner', CLOUDTRAIL, 's3:PutObject', LOG_FILE, withoutAcl, 'ImplicitlyDenied'],
    ['CloudTrail with a foreign key', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver({ [KEY_ID]: FOREIGN }), 'ExplicitlyDenied'],
    ['CloudTrail with keys of S3 for log files', CLOUDTRAIL, 's3:PutObject', LOG_FILE, { ...ofTrail, [ALGORITHM]: 'AES256' }, 'ExplicitlyDenied'],
    ['CloudTrail for another trail, a digest', CLOUDTRAIL, 's3:PutObject', DIGEST, { ...ofTrail, [ALGORITHM]: 'AES256', 'aws:SourceArn': `${TRAIL}2` }, 'ImplicitlyDenied'],
    ['CloudTrail that reads', CLOUDTRAIL, 's3:GetObject', LOG_FILE, looking, 'ImplicitlyDenied'],
    ['CloudTrail that deletes', CLOUDTRAIL, 's3:DeleteObject', LOG_FILE, looking, 'ExplicitlyDenied'],
    ['CloudTrail that looks for another trail', CLOUDTRAIL, 's3:GetBucketAcl', BUCKET, { ...looking, 'aws:SourceArn': `${TRAIL}2` }, 'ImplicitlyDenied'],
    ['another service where the trail delivers', 'delivery.logs.amazonaws.com', 's3:PutObject', LOG_FILE, { ...ofTrail, 'aws:PrincipalServiceName': 'delivery.logs.amazonaws.com' }, 'ExplicitlyDenied'],
    ['an administrator that forges a log file', ADMIN, 's3:PutObject', LOG_FILE, {}, 'ExplicitlyDenied'],
    ['root that forges a digest', ROOT, 's3:PutObject', DIGEST, {}, 'ExplicitlyDenied'],
    // The exemption of digests is for the service alone.
    ['an administrator under the digests, with keys of S3', ADMIN, 's3:PutObject', DIGEST, { [ALGORITHM]: 'AES256' }, 'ExplicitlyDenied'],
    ['an administrator elsewhere, with keys of S3', ADMIN, 's3:PutObject', OBJECT, { [ALGORITHM]: 'AES256' }, 'ExplicitlyDenied'],
    ['CloudTrail under the digests, with a foreign key', CLOUDTRAIL, 's3:PutObject', DIGEST, deliver({ [KEY_ID]: FOREIGN }), 'ExplicitlyDenied'],
    ['CloudTrail under the digests, with a key it does not name', CLOUDTRAIL, 's3:PutObject', DIGEST, { ...ofTrail, [ALGORITHM]: 'aws:kms' }, 'ExplicitlyDenied'],
    // What is let in.
    ['the replicator', REPLICATOR, 's3:ReplicateObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY }, 'Allowed'],
    ['the replicator, with tags', REPLICATOR, 's3:ReplicateTags', OBJECT, {}, 'Allowed'],
    ['the replicator of another account', FOREIGN_REPLICATOR, 's3:ReplicateObject', OBJECT, { [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY }, 'Allowed'],
    ['the replicator of another account that takes replicas over', FOREIGN_REPLICATOR, 's3:ObjectOwnerOverrideToBucketOwner', OBJECT, {}, 'Allowed'],
    ['CloudTrail that looks', CLOUDTRAIL, 's3:GetBucketAcl', BUCKET, looking, 'Allowed'],
    ['CloudTrail with a log file', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver(), 'Allowed'],
    ['CloudTrail that tells its account', CLOUDTRAIL, 's3:PutObject', LOG_FILE, deliver({ 'aws:SourceAccount': '123456789012' }), 'Allowed'],
    ['CloudTrail with a digest under keys of S3', CLOUDTRAIL, 's3:PutObject', DIGEST, { ...ofTrail, [ALGORITHM]: 'AES256' }, 'Allowed'],
    ['CloudTrail with a digest that tells no encryption', CLOUDTRAIL, 's3:PutObject', DIGEST, ofTrail, 'Allowed'],
    ['the delivery of logs', 'delivery.logs.amazonaws.com', 's3:PutObject', `${BUCKET}/vended/AWSLogs/123456789012/a.gz`, {
      'aws:SourceArn': 'arn:aws:logs:us-east-1:123456789012:delivery-source:a', 'aws:SourceAccount': '123456789012', 'aws:PrincipalServiceName': 'delivery.logs.amazonaws.com', 's3:x-amz-acl': 'bucket-owner-full-control',
    }, 'Allowed'],
    ['a shipper under its prefix', ADMIN, 's3:PutObject', OBJECT, {}, 'Allowed'],
  ])('answers %s', async (_who, principal, action, resource, context, decision) => {
    expect(await askAs(principal, action, resource, context)).toBe(decision);
  });

  test('exempts the digests of the service alone, even without the denial of forgeries', async () => {
    const { Statement } = JSON.parse(SHARED) as { Statement: { Sid: string }[] };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: Statement.filter(({ Sid }) => !Sid.startsWith('DenyForgery')) });
    for (const principal of [ADMIN, POLICY_ADMIN, ROOT]) {
      expect(await ask(principal, 's3:PutObject', DIGEST, { [ALGORITHM]: 'AES256' }, policy)).toBe('ExplicitlyDenied');
      expect(await ask(principal, 's3:PutObject', DIGEST, { [ALGORITHM]: 'aws:kms', [KEY_ID]: KEY }, policy)).toBe('Allowed');
    }
  });

  test('lets nobody replicate where no replicator was added', async () => {
    for (const principal of [ADMIN, REPLICATOR, ROOT]) expect(await ask(principal, 's3:ReplicateObject', OBJECT)).toBe('ExplicitlyDenied');
  });

  test.each<[string, string]>([['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn']])('names trail and bucket as their partition does: %s', (region, partition) => {
    const written = synthStack((stack) => {
      const archive = new AuditArchive(stack, 'Archive', {
        bucketName: 'archive', lock: ObjectLock.governance(), retention: Retention.years(6), kmsKeyArn: `arn:${partition}:kms:${region}:123456789012:key/a`, account: '123456789012', region,
      });
      archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region, account: '123456789012', prefix: 'cloudtrail/a' }));
      archive.addReplicator(`arn:${partition}:iam::123456789012:role/landing`);
    }).only('aws_s3_bucket_policy').policy as string;
    expect(written).toContain(`"aws:SourceArn":"arn:${partition}:cloudtrail:${region}:123456789012:trail/trail"`);
    expect(written).not.toContain('arn:aws:');
  });
});

describe('the bucket policy of an archive of which writers are named', () => {
  const SHIPPER = 'arn:aws:sts::123456789012:assumed-role/shipper/pod';
  const OTHER_PREFIX = `${BUCKET}/container-logs/healthcare-cluster/a.gz`;
  const named = (changes: object = {}): string => concrete(synthStack((stack) => {
    const archive = new AuditArchive(stack, 'Archive', {
      bucketName: 'hipaa-audit-logs-123456789012-us-east-1', lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn: KEY,
      account: '123456789012', region: 'us-east-1', trustedPrefixes: ['audit-logs/healthcare-cluster', 'container-logs/healthcare-cluster', 'cloudtrail/a'], ...changes,
    });
    archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' }));
    archive.addRoleWriter('arn:aws:iam::123456789012:role/shipper', 'container-logs/healthcare-cluster');
    archive.addReplicator('arn:aws:iam::123456789012:role/landing-replication');
  }).only('aws_s3_bucket_policy').policy as string);
  const [OPEN, CLOSED] = [named(), named({ onlyNamedWriters: true })];
  const ofTrail = { 'aws:SourceArn': TRAIL, 'aws:PrincipalServiceName': CLOUDTRAIL, 's3:x-amz-acl': 'bucket-owner-full-control' };

  test.each<[string, string, string, string, string, Decision]>([
    ['an administrator where a role was named', ADMIN, 's3:PutObject', OTHER_PREFIX, OPEN, 'ExplicitlyDenied'],
    ['root where a role was named', ROOT, 's3:PutObject', OTHER_PREFIX, OPEN, 'ExplicitlyDenied'],
    ['a role of that name in another account', 'arn:aws:sts::999999999999:assumed-role/shipper/pod', 's3:PutObject', OTHER_PREFIX, OPEN, 'ExplicitlyDenied'],
    ['a service where a role was named', CLOUDTRAIL, 's3:PutObject', OTHER_PREFIX, OPEN, 'ExplicitlyDenied'],
    ['an administrator where nobody was named', ADMIN, 's3:PutObject', OBJECT, OPEN, 'Allowed'],
    ['the role that was named', SHIPPER, 's3:PutObject', OTHER_PREFIX, OPEN, 'Allowed'],
    ['an administrator where nobody was named, and nobody else writes', ADMIN, 's3:PutObject', OBJECT, CLOSED, 'ExplicitlyDenied'],
    ['root where nobody was named, and nobody else writes', ROOT, 's3:PutObject', OBJECT, CLOSED, 'ExplicitlyDenied'],
    ['the role under a prefix of another', SHIPPER, 's3:PutObject', OBJECT, CLOSED, 'ExplicitlyDenied'],
    ['the replicator that puts', REPLICATOR, 's3:PutObject', OBJECT, CLOSED, 'ExplicitlyDenied'],
    ["an administrator beside the trail's files", ADMIN, 's3:PutObject', `${BUCKET}/cloudtrail/a/forged.gz`, CLOSED, 'ExplicitlyDenied'],
    ['the role that was named, and nobody else', SHIPPER, 's3:PutObject', OTHER_PREFIX, CLOSED, 'Allowed'],
    ['the replicator that replicates', REPLICATOR, 's3:ReplicateObject', OBJECT, CLOSED, 'Allowed'],
    ['the trail', CLOUDTRAIL, 's3:PutObject', LOG_FILE, CLOSED, 'Allowed'],
  ])('answers %s', async (_who, principal, action, resource, resourcePolicy, decision) => {
    const isService = principal.endsWith('.com');
    expect(await decide({
      principal, action, resource, resourcePolicy, identityPolicies: isService ? [] : [ADMINISTRATOR_ACCESS], context: { 'aws:SecureTransport': 'true', ...(isService ? ofTrail : {}) },
    })).toBe(decision);
  });
});
