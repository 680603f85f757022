import type { TerraformStack } from 'cdktf';
import { ArchiveServiceWriter } from '../../lib/audit/archive-service-writer';
import { AuditArchive, type AuditArchiveProps } from '../../lib/audit/audit-archive';
import { ColdStorage } from '../../lib/profile/cold-storage';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ADMIN = 'arn:aws:iam::123456789012:role/archive-administrators';
const base: AuditArchiveProps = {
  bucketName: 'hipaa-audit-logs-123456789012-us-east-1',
  lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }),
  retention: Retention.years(6),
  kmsKeyArn: KEY,
  account: '123456789012',
  region: 'us-east-1',
};
const shorter = new ControlException({ control: Control.AU5_WORM_6Y, reason: 'a trial account', approver: 'ciso@company.com', expires: '2027-01-31' });
const make = (changes: object = {}) => (stack: TerraformStack) => new AuditArchive(stack, 'Archive', { ...base, ...changes });

describe('AuditArchive', () => {
  const stack = synthStack(make());

  test('locks the bucket from its first day and never destroys it', () => {
    expect(stack.only('aws_s3_bucket')).toEqual({
      bucket: 'hipaa-audit-logs-123456789012-us-east-1', object_lock_enabled: true, force_destroy: false, region: 'us-east-1', lifecycle: { prevent_destroy: true },
    });
    expect(stack.only('aws_s3_bucket_versioning').versioning_configuration).toEqual({ status: 'Enabled' });
    expect(stack.only('aws_s3_bucket_object_lock_configuration')).toMatchObject({
      object_lock_enabled: 'Enabled', rule: { default_retention: { mode: 'COMPLIANCE', days: 2192 } }, lifecycle: { prevent_destroy: true },
    });
  });

  test('encrypts by default with its own key, so that a shipper needs no header, and blocks keys of a client as S3 does on its own', () => {
    expect(stack.only('aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY }, blocked_encryption_types: ['SSE-C'], bucket_key_enabled: true },
    ]);
  });

  test('is closed to the public and knows no access lists', () => {
    expect(stack.only('aws_s3_bucket_public_access_block')).toMatchObject({ block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true });
    expect(stack.only('aws_s3_bucket_ownership_controls').rule).toEqual({ object_ownership: 'BucketOwnerEnforced' });
  });

  test('makes the lock after versioning, and the policy after everything that it denies', () => {
    const addresses = Object.entries(stack.resources).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
    const others = addresses.filter((address) => !/^aws_s3_bucket(_policy)?\./.test(address));

    expect(stack.only('aws_s3_bucket_object_lock_configuration').depends_on).toEqual([addresses.find((address) => address.startsWith('aws_s3_bucket_versioning.'))]);
    expect((stack.only('aws_s3_bucket_policy').depends_on as string[]).sort()).toEqual(others.sort());
    expect(others).toHaveLength(6);
  });

  test('expires nothing and moves nothing unless asked to, and clears away uploads that nobody completed', () => {
    const { rule } = stack.only('aws_s3_bucket_lifecycle_configuration') as { rule: object[] };
    expect(rule).toEqual([{ id: 'abort-incomplete-uploads', status: 'Enabled', filter: [{}], abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }]);
  });

  test('expires an object on the day its retention ends, not before', () => {
    for (const years of [6, 7, 10]) {
      const made = synthStack(make({ retention: Retention.years(years), expireAfterRetention: true }));
      const { days } = made.only('aws_s3_bucket_object_lock_configuration').rule.default_retention as { days: number };
      const expirations = (made.only('aws_s3_bucket_lifecycle_configuration').rule as { expiration?: { days: number }[] }[]).flatMap(({ expiration }) => expiration ?? []);
      expect(expirations).toEqual([{ days }]);
    }
  });

  test('knows writers and replicators that come after it, until it is synthesized', () => {
    const written = synthStack((scope) => {
      const archive = make({ trustedPrefixes: ['audit-logs/a'] })(scope);
      archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' }));
      archive.addReplicator('${aws_iam_role.Landing.arn}');
      archive.addReplicator('${data.aws_iam_role.Other.arn}', '999999999999');
    }).only('aws_s3_bucket_policy').policy as string;
    const { Statement } = JSON.parse(written) as { Statement: Record<string, unknown>[] };

    expect(Statement.find(({ Sid }) => Sid === 'DenyOtherPrefixes')?.NotResource).toEqual(['audit-logs/a', 'cloudtrail/a/AWSLogs/123456789012'].map((prefix) => `arn:aws:s3:::${base.bucketName}/${prefix}/*`));
    expect(Statement.find(({ Sid }) => Sid === 'DenyOtherReplicators')?.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': ['${aws_iam_role.Landing.arn}', '${data.aws_iam_role.Other.arn}'] } });
    expect(Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Sid, Principal }) => [Sid, Principal])).toEqual([
      ['AllowReplicators', { AWS: '${data.aws_iam_role.Other.arn}' }],
      ['AllowReplicatorsToLook', { AWS: '${data.aws_iam_role.Other.arn}' }],
      ['AllowAccessListCheck1', { Service: 'cloudtrail.amazonaws.com' }],
      ['AllowDelivery1', { Service: 'cloudtrail.amazonaws.com' }],
    ]);
  });

  test('puts every part on the one bucket, in its region', () => {
    const [name] = Object.keys(stack.resources.aws_s3_bucket);
    for (const [type, named] of Object.entries(stack.resources)) {
      for (const part of Object.values(named)) {
        if (type !== 'aws_s3_bucket') expect(part.bucket).toBe(`\${aws_s3_bucket.${name}.id}`);
        expect(part.region).toBe('us-east-1');
      }
    }
  });

  test('has no statement that allows, so that nothing but IAM of the account opens it', () => {
    const policy = JSON.parse(stack.only('aws_s3_bucket_policy').policy as string) as { Statement: { Effect: string; Principal: unknown }[] };

    expect(policy.Statement.every(({ Effect, Principal }) => Effect === 'Deny' && Principal === '*')).toBe(true);
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<AuditArchiveProps> = {
      ...base, lock: ObjectLock.governance(), retention: Retention.days(30), shortRetentionException: shorter, trustedPrefixes: ['audit-logs/a', 'container-logs'], policyAdministrators: [ADMIN],
      coldStorage: ColdStorage.deepArchive({ afterDays: 20 }), expireAfterRetention: true, onlyNamedWriters: true,
    };
    const made = synthStack((scope) => new AuditArchive(scope, 'Archive', props));
    const policy = JSON.parse(made.only('aws_s3_bucket_policy').policy as string) as { Statement: Record<string, unknown>[] };
    const find = (sid: string) => policy.Statement.find(({ Sid }) => Sid === sid);

    expect(made.only('aws_s3_bucket_object_lock_configuration').rule).toEqual({ default_retention: { mode: 'GOVERNANCE', days: 30 } });
    expect(find('DenyOtherPrefixes')?.NotResource).toEqual([`arn:aws:s3:::${base.bucketName}/audit-logs/a/*`, `arn:aws:s3:::${base.bucketName}/container-logs/*`]);
    expect(find('DenyDirectWriting')?.Resource).toEqual([`arn:aws:s3:::${base.bucketName}/audit-logs/a/*`, `arn:aws:s3:::${base.bucketName}/container-logs/*`]);
    expect(find('DenyConfiguration')?.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': ADMIN } });
    const everything = { status: 'Enabled', filter: [{}] };
    expect(made.only('aws_s3_bucket_lifecycle_configuration').rule).toEqual([
      { ...everything, id: 'abort-incomplete-uploads', abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
      {
        ...everything, id: 'cold-storage',
        transition: [{ days: 20, storage_class: 'DEEP_ARCHIVE' }], noncurrent_version_transition: [{ noncurrent_days: 20, storage_class: 'DEEP_ARCHIVE' }],
      },
      { ...everything, id: 'expire-after-retention', expiration: [{ days: 30 }], noncurrent_version_expiration: [{ noncurrent_days: 1 }] },
    ]);
  });

  test('exposes what others need of it', () => {
    const archive = make()(testStack());

    expect(archive.node.defaultChild).toBe(archive.bucket);
    expect([archive.bucketArn, archive.bucketName].every((token) => token.startsWith('${TfToken['))).toBe(true);
    expect(archive.lockConfiguration.node.id).toBe('Lock');
    expect(archive.bucketPolicy.node.id).toBe('Policy');
  });

  test('uses the ARNs of the partition, and the reference of a key', () => {
    const made = synthStack(make({ region: 'us-gov-west-1', kmsKeyArn: '${aws_kms_key.Archive.arn}' })).only('aws_s3_bucket_policy').policy as string;

    expect(made).toContain(`"arn:aws-us-gov:s3:::${base.bucketName}/*"`);
    expect(made).toContain('"s3:x-amz-server-side-encryption-aws-kms-key-id":"${aws_kms_key.Archive.arn}"');
    expect(made).not.toContain('arn:aws:');
  });

  test.each<[string, object, string]>([
    ['COMPLIANCE for six years', {}, 'implements AU5'],
    ['GOVERNANCE', { lock: ObjectLock.governance() }, 'falls-short AU5'],
    ['COMPLIANCE for a month', { retention: Retention.days(30), shortRetentionException: shorter }, 'falls-short AU5'],
  ])('claims of a lock in %s what it is', (_what, changes, claim) => {
    const scope = testStack();
    make(changes)(scope);

    expect(claimsBelow(scope)).toEqual([`Test/Archive/Lock ${claim}`, 'Test/Archive/Encryption implements EN4', 'Test/Archive/Policy implements TX4']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a bucket name that S3 refuses', { bucketName: 'Audit_Logs' }, 'Audit_Logs', 'naming rules', '3 to 63'],
    ['a mode for the lock', { lock: 'COMPLIANCE' }, 'COMPLIANCE', 'AU5', 'ObjectLock.compliance()'],
    ['a number of days', { retention: 2192 }, 2192, 'AU5', 'Retention.years(6)'],
    ['a retention of 2190 days', { retention: Retention.days(2190) }, 2190, 'AU5', 'shortRetentionException'],
    ['the exception of another control', {
      retention: Retention.days(30), shortRetentionException: new ControlException({ control: Control.AU6_LOG_GROUP, reason: 'x', approver: 'y', expires: '2027-01-31' }),
    }, 30, 'AU5', 'shortRetentionException'],
    ['an exception that is a word', { retention: Retention.days(30), shortRetentionException: { control: Control.AU5_WORM_6Y } }, 30, 'AU5', 'shortRetentionException'],
    ['an alias for the key', { kmsKeyArn: 'alias/aws/s3' }, 'alias/aws/s3', 'AWS: arn:', 'full ARN'],
    ['the ARN of an alias', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/archive' }, 'arn:aws:kms:us-east-1:123456789012:alias/archive', 'an alias can move', ':key/'],
    ['a key of another region', { region: 'eu-west-1' }, KEY, 'its own region alone', 'in eu-west-1'],
    ['a key of another partition', { region: 'us-gov-west-1' }, KEY, 'aws-us-gov', "'arn:aws-us-gov:'"],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a prefix with a wildcard', { trustedPrefixes: ['*'] }, '*', 'AC11', 'audit-logs/'],
    ['a prefix with a slash at its end', { trustedPrefixes: ['audit/'] }, 'audit/', 'AC11', 'audit-logs/'],
    ['root as a policy administrator', { policyAdministrators: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['every role as a policy administrator', { policyAdministrators: ['arn:aws:iam::123456789012:role/*'] }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'full ARN'],
    ['a policy administrator of another account', { policyAdministrators: ['arn:aws:iam::999999999999:role/admin'] }, 'arn:aws:iam::999999999999:role/admin', 'PutBucketPolicy', 'account 123456789012'],
    ['a name for cold storage', { coldStorage: 'GLACIER_IR' }, 'GLACIER_IR', 'lifecycle', 'ColdStorage.instantRetrieval()'],
    ['cold storage after the retention', { coldStorage: ColdStorage.deepArchive({ afterDays: 2192 }) }, 2192, 'retention is 2192 days', 'earlier'],
    ['a word for a switch', { expireAfterRetention: 'no' }, 'no', 'AU5', 'true or false'],
    ['named writers alone, without prefixes', { onlyNamedWriters: true }, true, 'AC11', 'trustedPrefixes'],
    ['a word for the writers', { trustedPrefixes: ['a'], onlyNamedWriters: 'yes' }, 'yes', 'AC11', 'leave it out'],
    ['a switch that would open it', { publicAccess: true }, 'publicAccess', 'no other field', 'bucketName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Archive', value, rule, remedy });
  });
  const writer = ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' });
  test.each<[string, object, unknown, string, string]>([
    ['a principal that is no service', { service: '*' }, '*', 'service principals', 'cloudtrail.amazonaws.com'],
    ['every key', { prefix: '*' }, '*', 'AC11', 'audit-logs/'],
    ['every source', { sourceArn: '*' }, '*', 'confused deputy', 'write the ARN'],
    ['sources of every account', { sourceArn: 'arn:aws:cloudtrail:us-east-1:*:trail/trail' }, 'arn:aws:cloudtrail:us-east-1:*:trail/trail', 'confused deputy', 'write the ARN'],
    ['some sources', { sourceArn: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/*' }, 'arn:aws:cloudtrail:us-east-1:123456789012:trail/*', 'confused deputy', 'write the ARN'],
    ['a source of another account', { sourceArn: 'arn:aws:cloudtrail:us-east-1:999999999999:trail/trail' }, 'arn:aws:cloudtrail:us-east-1:999999999999:trail/trail', 'confused deputy', 'account 123456789012'],
    ['a source of another partition', { sourceArn: 'arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/trail' }, 'arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/trail', 'partition aws', "'arn:aws:'"],
    ['an account that only Terraform knows', { account: '${var.account}' }, '${var.account}', 'at synth', 'itself'],
    ['digests outside of what it delivers', { digestPrefix: 'audit-logs/a' }, 'audit-logs/a', 'EN4', 'below cloudtrail/a/AWSLogs/123456789012/'],
    ['an unknown field', { actions: ['s3:*'] }, 'actions', 'no other field', 'prefix'],
  ])('refuses a writer with %s', (_what, changes, value, rule, remedy) => {
    const archive = make()(testStack());
    expectRefusal(() => archive.addWriter({ ...writer, ...changes }), { path: 'Test/Archive', value, rule, remedy });
  });

  test.each<[string, string, string, unknown, string, string]>([
    ['root', 'arn:aws:iam::123456789012:root', 'audit-logs', 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['every role', 'arn:aws:iam::123456789012:role/*', 'audit-logs', 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'full ARN'],
    ['of another partition', 'arn:aws-cn:iam::123456789012:role/a', 'audit-logs', 'arn:aws-cn:iam::123456789012:role/a', 'partition aws', "'arn:aws:'"],
    ['for every key', 'arn:aws:iam::123456789012:role/a', '*', '*', 'AC11', 'audit-logs/'],
    ['for a prefix that is not trusted', 'arn:aws:iam::123456789012:role/a', 'audit-logs/a', 'audit-logs/a', 'AC11', 'one of audit-logs'],
  ])('refuses a role writer that is %s', (_what, arn, prefix, value, rule, remedy) => {
    const archive = make({ trustedPrefixes: ['audit-logs'] })(testStack());
    expectRefusal(() => archive.addRoleWriter(arn, prefix), { path: 'Test/Archive', value, rule, remedy });
  });

  test.each<[string, string, string | undefined, unknown, string, string]>([
    ['root', 'arn:aws:iam::123456789012:root', undefined, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['a role of another partition', 'arn:aws-cn:iam::123456789012:role/a', undefined, 'arn:aws-cn:iam::123456789012:role/a', 'partition aws', "'arn:aws:'"],
    ['an account that is none', '${aws_iam_role.A.arn}', '1', '1', 'twelve digits', 'as a string'],
    ['another account than its own', 'arn:aws:iam::123456789012:role/a', '999999999999', 'arn:aws:iam::123456789012:role/a', 'names its account', 'account 999999999999'],
  ])('refuses a replicator that is %s', (_what, arn, account, value, rule, remedy) => {
    const archive = make()(testStack());
    expectRefusal(() => archive.addReplicator(arn, account), { path: 'Test/Archive', value, rule, remedy });
  });
});
