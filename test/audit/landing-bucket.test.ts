import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import type { TerraformStack } from 'cdktf';
import { AuditArchive } from '../../lib/audit/audit-archive';
import { LandingBucket, type LandingBucketProps } from '../../lib/audit/landing-bucket';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { BucketReplication } from '../../lib/storage/bucket-replication';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide, type Decision } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type SynthesizedStack } from '../support/stack';

const BUCKET = 'arn:aws:s3:::landing';
const OBJECT = `${BUCKET}/eks/a.gz`;
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ARCHIVE_KEY = 'arn:aws:kms:us-east-1:123456789012:key/aaaaaaaa-12ab-34cd-56ef-1234567890ab';
const FIREHOSE = 'arn:aws:iam::123456789012:role/firehose';
const ADMIN_ROLE = 'arn:aws:iam::123456789012:role/archive-administrators';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const base: LandingBucketProps = {
  bucketName: 'landing', account: '123456789012', region: 'us-east-1', kmsKeyArn: KEY, archiveBucketArn: 'arn:aws:s3:::archive', archiveKmsKeyArn: ARCHIVE_KEY, replicationRoleName: 'landing-replication',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new LandingBucket(stack, 'Landing', { ...base, ...changes });
const policyOf = (stack: SynthesizedStack) => concrete(stack.only('aws_s3_bucket_policy').policy as string);

describe('LandingBucket', () => {
  const stack = synthStack(make());

  test('is replicated into the archive as a whole, and has no lock that replicas would take over', () => {
    const [bucket] = Object.keys(stack.resources.aws_s3_bucket);
    expect(stack.only('aws_s3_bucket').object_lock_enabled).toBeUndefined();
    expect(stack.resources.aws_s3_bucket_object_lock_configuration).toBeUndefined();
    expect(stack.only('aws_s3_bucket_replication_configuration')).toMatchObject({
      bucket: `\${aws_s3_bucket.${bucket}.bucket}`,
      rule: [{ status: 'Enabled', filter: {}, destination: { bucket: 'arn:aws:s3:::archive', encryption_configuration: { replica_kms_key_id: ARCHIVE_KEY } } }],
    });
    expect(JSON.parse(stack.only('aws_s3_bucket_policy').policy as string)).toMatchSnapshot();
  });

  test('keeps objects for 90 days, which S3 counts for those alone that are replicated', () => {
    expect((stack.only('aws_s3_bucket_lifecycle_configuration').rule as object[]).slice(1)).toEqual([
      { id: 'expire', status: 'Enabled', filter: [{}], expiration: [{ days: 90 }] },
      { id: 'expire-former-versions', status: 'Enabled', filter: [{}], noncurrent_version_expiration: [{ noncurrent_days: 7 }] },
    ]);
  });

  test('makes its policy last, as that denies what the others have to do once', () => {
    const { depends_on: after } = stack.only('aws_s3_bucket_policy') as { depends_on: string[] };
    for (const type of ['versioning', 'server_side_encryption_configuration', 'public_access_block', 'ownership_controls', 'lifecycle_configuration', 'replication_configuration']) {
      expect(after.some((address) => address.startsWith(`aws_s3_bucket_${type}.`))).toBe(true);
    }
  });

  test('takes every prop', () => {
    const replica = { bucketArn: 'arn:aws:s3:::replica', kmsKeyArn: ARCHIVE_KEY.replace('us-east-1', 'us-east-2'), region: 'us-east-2' };
    const props: Omit<Required<LandingBucketProps>, 'archiveBucketPolicy'> = {
      ...base, archiveRegion: 'us-west-2', archiveAccount: '999999999999', archiveKmsKeyArn: ARCHIVE_KEY.replace('us-east-1', 'us-west-2').replace('123456789012', '999999999999'),
      writers: [FIREHOSE], policyAdministrators: [ADMIN_ROLE], topicArn: TOPIC, alarmName: 'lost', keepDays: 30, replica,
    };
    const made = synthStack((scope) => {
      const archiveBucketPolicy = new S3BucketPolicy(scope, 'ArchivePolicy', { bucket: 'archive', policy: '{}' });
      const whole: Required<LandingBucketProps> = { ...props, archiveBucketPolicy };
      new LandingBucket(scope, 'Landing', whole);
    });
    const landingPolicy = Object.entries(made.resources.aws_s3_bucket_policy).find(([name]) => name.startsWith('Landing'))![1].policy as string;
    const { Statement } = JSON.parse(landingPolicy) as { Statement: { Sid: string; Condition?: unknown }[] };

    expect(made.only('aws_s3_bucket_lifecycle_configuration').rule[1].expiration).toEqual([{ days: 30 }]);
    expect(made.only('aws_s3_bucket_replication_configuration').rule[0].destination).toMatchObject({ account: '999999999999', access_control_translation: { owner: 'Destination' } });
    expect(made.only('aws_iam_role_policy').policy).toContain('"s3.us-west-2.amazonaws.com"');
    const alarms = Object.values(made.resources.aws_cloudwatch_metric_alarm);
    expect(alarms.map((alarm) => alarm.alarm_name as string).sort()).toEqual(['lost', 'lost-2']);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [TOPIC], region: 'us-east-1' });
    // S3 replicates no replica: what is to be in the archive's copy has to go there from here.
    expect(made.only('aws_s3_bucket_replication_configuration')).toMatchObject({
      depends_on: expect.arrayContaining(['aws_s3_bucket_policy.ArchivePolicy']) as unknown,
      rule: [{ priority: 1, destination: { bucket: 'arn:aws:s3:::archive' } }, { priority: 2, status: 'Enabled', filter: {}, destination: { bucket: replica.bucketArn, encryption_configuration: { replica_kms_key_id: replica.kmsKeyArn } } }],
    });
    expect(Statement.find(({ Sid }) => Sid === 'DenyOtherWriters')?.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': FIREHOSE } });
    expect(Statement.find(({ Sid }) => Sid === 'DenyConfiguration')?.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': ADMIN_ROLE } });
  });

  test('exposes what others need of it, and is no second copy, wherever the archive is', () => {
    const scope = testStack();
    const landing = make({ archiveRegion: 'us-west-2', archiveKmsKeyArn: ARCHIVE_KEY.replace('us-east-1', 'us-west-2') })(scope);

    expect(landing.node.defaultChild).toBe(landing.bucket);
    expect(landing.replicationRole).toBe(landing.replication.role);
    expect([landing.bucketArn, landing.bucketName].every((token) => token.startsWith('${TfToken['))).toBe(true);
    expect(claimsBelow(scope)).toEqual([]);
  });

  test.each<[string, string]>([['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn']])('uses the names of the partition: %s', (region, partition) => {
    const made = synthStack(make({
      region, kmsKeyArn: `arn:${partition}:kms:${region}:123456789012:key/a`, archiveKmsKeyArn: `arn:${partition}:kms:${region}:123456789012:key/b`, archiveBucketArn: `arn:${partition}:s3:::archive`,
      writers: [`arn:${partition}:iam::123456789012:role/firehose`],
    }));
    expect(JSON.stringify(made.resources)).not.toContain('arn:aws:');
  });

  const POLICY = policyOf(synthStack(make({ writers: [FIREHOSE], policyAdministrators: [ADMIN_ROLE] })));
  const ROOT = 'arn:aws:iam::123456789012:root';
  const ADMIN = 'arn:aws:sts::123456789012:assumed-role/admin/alice';
  const POLICY_ADMIN = 'arn:aws:sts::123456789012:assumed-role/archive-administrators/bob';
  const WRITER = 'arn:aws:sts::123456789012:assumed-role/firehose/AWSFirehose';
  const REPLICATION = 'arn:aws:sts::123456789012:assumed-role/landing-replication/s3';
  const SSE = 's3:x-amz-server-side-encryption';
  /** Everybody holds AdministratorAccess, and comes by TLS unless the case says otherwise. */
  const ask = (principal: string, action: string, resource: string, context: Record<string, string>, resourcePolicy = POLICY): Promise<Decision> => decide({
    principal, action, resource, resourcePolicy, identityPolicies: [ADMINISTRATOR_ACCESS], context: { 'aws:SecureTransport': 'true', ...context },
  });
  test.each<[string, string, string, Record<string, string>, Decision]>([
    [ADMIN, 's3:PutObject', OBJECT, {}, 'ExplicitlyDenied'],
    [POLICY_ADMIN, 's3:PutObject', OBJECT, {}, 'ExplicitlyDenied'],
    [REPLICATION, 's3:PutObject', OBJECT, {}, 'ExplicitlyDenied'],
    ['arn:aws:sts::999999999999:assumed-role/firehose/AWSFirehose', 's3:PutObject', OBJECT, {}, 'ExplicitlyDenied'],
    ['delivery.logs.amazonaws.com', 's3:PutObject', OBJECT, { 'aws:PrincipalServiceName': 'delivery.logs.amazonaws.com' }, 'ExplicitlyDenied'],
    [ADMIN, 's3:ReplicateObject', OBJECT, {}, 'ExplicitlyDenied'],
    ...[ROOT, ADMIN, POLICY_ADMIN, WRITER, REPLICATION].flatMap((principal): [string, string, string, Record<string, string>, Decision][] => [
      [principal, 's3:DeleteObject', OBJECT, {}, 'ExplicitlyDenied'],
      [principal, 's3:DeleteObjectVersion', OBJECT, {}, 'ExplicitlyDenied'],
      [principal, 's3:DeleteBucket', BUCKET, {}, 'ExplicitlyDenied'],
    ]),
    [WRITER, 's3:ReplicateDelete', OBJECT, {}, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { 's3:TlsVersion': '1.1' }, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: ARCHIVE_KEY }, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { [SSE]: 'aws:kms' }, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { [SSE]: 'AES256' }, 'ExplicitlyDenied'],
    [WRITER, 's3:PutObject', OBJECT, { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 'ExplicitlyDenied'],
    [ADMIN, 's3:UpdateObjectEncryption', OBJECT, {}, 'ExplicitlyDenied'],
    ...['DeleteBucketPolicy', 'PutBucketPolicy', 'PutBucketVersioning', 'PutEncryptionConfiguration', 'PutLifecycleConfiguration', 'PutReplicationConfiguration', 'PutBucketPublicAccessBlock', 'PutBucketRequestPayment']
      .flatMap((action): [string, string, string, Record<string, string>, Decision][] => [ADMIN, WRITER, REPLICATION].map((principal) => [principal, `s3:${action}`, BUCKET, {}, 'ExplicitlyDenied'])),
    [WRITER, 's3:PutObject', OBJECT, {}, 'Allowed'],
    [WRITER, 's3:PutObject', OBJECT, { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: KEY }, 'Allowed'],
    [REPLICATION, 's3:GetObjectVersionForReplication', OBJECT, {}, 'Allowed'],
    [POLICY_ADMIN, 's3:PutReplicationConfiguration', BUCKET, {}, 'Allowed'],
    [POLICY_ADMIN, 's3:PutBucketPolicy', BUCKET, {}, 'Allowed'],
  ])('answers %s that asks for %s on %s with %j', async (principal, action, resource, context, decision) => {
    expect(await ask(principal, action, resource, context)).toBe(decision);
  });

  test('lets nobody write where no writer was named, and those that come later', async () => {
    expect(await ask(WRITER, 's3:PutObject', OBJECT, {}, policyOf(stack))).toBe('ExplicitlyDenied');
    const later = policyOf(synthStack((scope) => make()(scope).addWriter(FIREHOSE)));
    expect(await ask(WRITER, 's3:PutObject', OBJECT, {}, later)).toBe('Allowed');
    expect(await ask(ADMIN, 's3:PutObject', OBJECT, {}, later)).toBe('ExplicitlyDenied');
  });

  test('lets nobody change its set-up where no administrator is named', async () => {
    expect(await ask(POLICY_ADMIN, 's3:PutReplicationConfiguration', BUCKET, {}, policyOf(stack))).toBe('ExplicitlyDenied');
  });

  test.each<[string, object, unknown, string, string]>([
    ['a bucket name that S3 refuses', { bucketName: 'Landing' }, 'Landing', 'naming rules', '3 to 63'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ["an archive's key of another region", { archiveRegion: 'us-west-2' }, ARCHIVE_KEY, 'its own region alone', 'in us-west-2'],
    ['the ARN of an object', { archiveBucketArn: 'arn:aws:s3:::archive/a' }, 'arn:aws:s3:::archive/a', 'a bucket has no key', "bucket's ARN"],
    ['a role name that IAM refuses', { replicationRoleName: 'a/b' }, 'a/b', 'names of roles', '1 to 64'],
    ['root as a writer', { writers: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['a writer of another partition', { writers: ['arn:aws-cn:iam::123456789012:role/a'] }, 'arn:aws-cn:iam::123456789012:role/a', 'partition aws', "'arn:aws:'"],
    ['every role as a policy administrator', { policyAdministrators: ['arn:aws:iam::123456789012:role/*'] }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'full ARN'],
    ['a policy administrator of another account', { policyAdministrators: ['arn:aws:iam::999999999999:role/a'] }, 'arn:aws:iam::999999999999:role/a', 'PutBucketPolicy', 'account 123456789012'],
    ['no days', { keepDays: 0 }, 0, 'whole days', 'from 1'],
    ['a lock', { lock: ObjectLock.governance() }, 'lock', 'no other field', 'bucketName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Landing', value, rule, remedy });
  });
});

describe('a landing bucket, its archive, and a replica of that in another region', () => {
  const account = '123456789012';
  const administrators = ['arn:aws:iam::123456789012:role/key-administrators'];
  const made = synthStack((stack) => {
    const key = (id: string, region: string) => new EncryptionKey(stack, id, { alias: id.toLowerCase(), account, region, administrators });
    const archive = (id: string, region: string, kmsKeyArn: string) => new AuditArchive(stack, id, {
      bucketName: id.toLowerCase(), lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn, account, region, trustedPrefixes: ['eks'],
    });
    const [landingKey, archiveKey, replicaKey] = [key('LandingKey', 'us-east-1'), key('ArchiveKey', 'us-east-1'), key('ReplicaKey', 'us-west-2')];
    const [primary, replica] = [archive('Primary', 'us-east-1', archiveKey.arn), archive('Replica', 'us-west-2', replicaKey.arn)];
    const landing = make({
      kmsKeyArn: landingKey.arn, archiveBucketArn: primary.bucketArn, archiveKmsKeyArn: archiveKey.arn, replica: { bucketArn: replica.bucketArn, kmsKeyArn: replicaKey.arn, region: 'us-west-2' },
    })(stack);
    const replication = new BucketReplication(stack, 'Replication', {
      sourceBucketName: primary.bucketName, sourceBucketArn: primary.bucketArn, sourceKmsKeyArn: archiveKey.arn, sourceIsLocked: true, versioning: primary.versioning,
      destinationBucketArn: replica.bucketArn, destinationKmsKeyArn: replicaKey.arn, destinationRegion: 'us-west-2', roleName: 'archive-replication', account, region: 'us-east-1',
    });
    for (const [role, from, to, into] of [
      [landing.replicationRole, landingKey, archiveKey, primary], [landing.replicationRole, landingKey, replicaKey, replica], [replication.role, archiveKey, replicaKey, replica],
    ] as const) {
      from.addDecrypter(role.arn);
      to.addReplicator(role.arn);
      into.addReplicator(role.arn);
    }
  });
  /** What Terraform would put in place of the references. */
  const references = Object.fromEntries(Object.entries(made.resources).flatMap(([type, named]) => Object.entries(named).flatMap(([name, content]) => {
    const address = `${type}.${name}`;
    if (type === 'aws_s3_bucket') return [[`${address}.arn`, `arn:aws:s3:::${content.bucket as string}`]];
    if (type === 'aws_iam_role') return [[`${address}.arn`, `arn:aws:iam::${account}:role/${content.name as string}`]];
    return type === 'aws_kms_key' ? [[`${address}.arn`, `arn:aws:kms:${content.region as string}:${account}:key/${(content.description as string).replace('key', '')}`]] : [];
  })));
  const written = (type: string, attribute: string, start: string) => {
    const [, content] = Object.entries(made.resources[type]).find(([name]) => name.startsWith(start))!;
    return concrete(content[attribute] as string, references);
  };
  const LANDING_ROLE = { principal: `arn:aws:sts::${account}:assumed-role/landing-replication/s3`, identityPolicies: [written('aws_iam_role_policy', 'policy', 'Landing_')] };
  const ARCHIVE_ROLE = { principal: `arn:aws:sts::${account}:assumed-role/archive-replication/s3`, identityPolicies: [written('aws_iam_role_policy', 'policy', 'Replication_')] };
  const [PRIMARY, REPLICA] = ['Primary_', 'Replica_'].map((start) => written('aws_s3_bucket_policy', 'policy', start));
  const keyOf = (start: string, region: string) => ({ resource: `arn:aws:kms:${region}:${account}:key/${start.toLowerCase()}`, resourcePolicy: written('aws_kms_key', 'policy', `${start[0].toUpperCase()}${start.slice(1)}Key_`) });
  const via = (region: string) => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` });
  const TLS = { 'aws:SecureTransport': 'true' };

  test.each<[string, Parameters<typeof decide>[0], Decision]>([
    ['the landing role into the replica', { ...LANDING_ROLE, action: 's3:ReplicateObject', resource: 'arn:aws:s3:::replica/eks/a', resourcePolicy: REPLICA, context: TLS }, 'Allowed'],
    ['the landing role that encrypts for the replica', { ...LANDING_ROLE, ...keyOf('replica', 'us-west-2'), action: 'kms:GenerateDataKey', context: via('us-west-2') }, 'Allowed'],
    ['the landing role that decrypts a replica', { ...LANDING_ROLE, ...keyOf('replica', 'us-west-2'), action: 'kms:Decrypt', context: via('us-west-2') }, 'ImplicitlyDenied'],
    ["the archive's role into the archive", { ...ARCHIVE_ROLE, action: 's3:ReplicateObject', resource: 'arn:aws:s3:::primary/eks/a', resourcePolicy: PRIMARY, context: TLS }, 'ExplicitlyDenied'],
    ['the landing role under another prefix', { ...LANDING_ROLE, action: 's3:ReplicateObject', resource: 'arn:aws:s3:::primary/other/a', resourcePolicy: PRIMARY, context: TLS }, 'ExplicitlyDenied'],
    ['the landing role that reads the archive', { ...LANDING_ROLE, action: 's3:GetObject', resource: 'arn:aws:s3:::primary/eks/a', resourcePolicy: PRIMARY, context: TLS }, 'ImplicitlyDenied'],
    ["the landing role that decrypts with the archive's key", { ...LANDING_ROLE, ...keyOf('archive', 'us-east-1'), action: 'kms:Decrypt', context: via('us-east-1') }, 'ImplicitlyDenied'],
    ['an administrator that decrypts a replica', { principal: `arn:aws:iam::${account}:role/admin`, identityPolicies: [ADMINISTRATOR_ACCESS], ...keyOf('replica', 'us-west-2'), action: 'kms:Decrypt', context: via('us-west-2') }, 'ImplicitlyDenied'],
    ['the landing role into the archive', { ...LANDING_ROLE, action: 's3:ReplicateObject', resource: 'arn:aws:s3:::primary/eks/a', resourcePolicy: PRIMARY, context: TLS }, 'Allowed'],
    ['the landing role that decrypts', { ...LANDING_ROLE, ...keyOf('landing', 'us-east-1'), action: 'kms:Decrypt', context: via('us-east-1') }, 'Allowed'],
    ['the landing role that encrypts', { ...LANDING_ROLE, ...keyOf('archive', 'us-east-1'), action: 'kms:GenerateDataKey', context: via('us-east-1') }, 'Allowed'],
    ["the archive's role into the replica", { ...ARCHIVE_ROLE, action: 's3:ReplicateObject', resource: 'arn:aws:s3:::replica/eks/a', resourcePolicy: REPLICA, context: TLS }, 'Allowed'],
    ["the archive's role that reads retention", { ...ARCHIVE_ROLE, action: 's3:GetObjectRetention', resource: 'arn:aws:s3:::primary/eks/a', resourcePolicy: PRIMARY, context: TLS }, 'Allowed'],
    ["the archive's role that decrypts", { ...ARCHIVE_ROLE, ...keyOf('archive', 'us-east-1'), action: 'kms:Decrypt', context: via('us-east-1') }, 'Allowed'],
    ["the archive's role that encrypts", { ...ARCHIVE_ROLE, ...keyOf('replica', 'us-west-2'), action: 'kms:Encrypt', context: via('us-west-2') }, 'Allowed'],
  ])('answers %s', async (_who, request, decision) => {
    expect(await decide(request)).toBe(decision);
  });

  test('locks the replica as long as the archive, from its first day', () => {
    const locks = Object.values(made.resources.aws_s3_bucket_object_lock_configuration);
    expect(locks.map(({ region, rule }) => [region, rule.default_retention])).toEqual([
      ['us-east-1', { mode: 'COMPLIANCE', days: 2192 }],
      ['us-west-2', { mode: 'COMPLIANCE', days: 2192 }],
    ]);
  });
});
