/** The check on a replica in another region, and those on an archive that services and replications write into: as it is, and weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { ArchiveServiceWriter } from '../../lib/audit/archive-service-writer';
import { AuditArchive } from '../../lib/audit/audit-archive';
import { ColdStorage } from '../../lib/profile/cold-storage';
import { LandingBucket } from '../../lib/audit/landing-bucket';
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { BucketReplication } from '../../lib/storage/bucket-replication';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { selfManagedProfile } from '../support/profiles';
import type { Statement, Weakening } from './weakening';

const profile = selfManagedProfile();
const account = '123456789012';
const ARCHIVE = profile.names.archiveBucket;
const KEY = `arn:aws:kms:us-east-1:${account}:key/a`;
const CONFIGURATION = 'aws_s3_bucket_replication_configuration';
const [LOCK, ENCRYPTION, POLICY] = ['aws_s3_bucket_object_lock_configuration', 'aws_s3_bucket_server_side_encryption_configuration', 'aws_s3_bucket_policy'];

function synthesize(build: (stack: TerraformStack) => void): { objects: readonly SynthesizedObject[]; findings: readonly string[] } {
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Own');
  new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'test', region: 'us-east-1' });
  build(stack);
  return app.synthesize();
}

const archiveIn = (stack: TerraformStack, id: string, bucketName: string, region: string): AuditArchive => new AuditArchive(stack, id, {
  bucketName, lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), retention: Retention.years(6), kmsKeyArn: KEY.replace('us-east-1', region), account, region,
  coldStorage: ColdStorage.instantRetrieval(), expireAfterRetention: true,
});

const { objects, findings } = synthesize((stack) => {
  const archive = archiveIn(stack, 'Archive', ARCHIVE, 'us-east-1');
  const replica = archiveIn(stack, 'Replica', 'replica', 'us-west-2');
  archive.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: 'trail', region: 'us-east-1', account, prefix: 'cloudtrail/a' }));
  const landing = new LandingBucket(stack, 'Landing', {
    bucketName: 'landing', account, region: 'us-east-1', kmsKeyArn: KEY, archiveBucketArn: archive.bucketArn, archiveKmsKeyArn: KEY, replicationRoleName: 'landing-replication',
    archiveBucketPolicy: archive.bucketPolicy, replica: { bucketArn: replica.bucketArn, kmsKeyArn: KEY.replace('us-east-1', 'us-west-2'), region: 'us-west-2' },
  });
  archive.addReplicator(landing.replicationRole.arn);
  replica.addReplicator(landing.replicationRole.arn);
  const replication = new BucketReplication(stack, 'Replication', {
    sourceBucketName: archive.bucketName, sourceBucketArn: archive.bucketArn, sourceKmsKeyArn: KEY, sourceIsLocked: true, versioning: archive.versioning,
    destinationBucketArn: replica.bucketArn, destinationKmsKeyArn: KEY.replace('us-east-1', 'us-west-2'), destinationRegion: 'us-west-2', roleName: 'archive-replication', account, region: 'us-east-1',
  });
  replica.addReplicator(replication.role.arn);
});

/** What the check says of the first claim of a control on a kind, after `weaken`. */
function verdict(control: Control, kind: string, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(objects) as SynthesizedObject[];
  const object = copies.find((candidate) => kindOf(candidate) === kind && candidate.claims.some((claim) => claim.control === control && claim.kind === ClaimKind.IMPLEMENTS))!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- weakenings reach into every shape
type Content = any;
const find = (others: SynthesizedObject[], type: string, start: string): Content => others.find(({ reference }) => reference.address!.startsWith(`${type}.${start}`))!.content;
const inOther = (type: string, start: string, change: (content: Content) => void): Weakening => (_content, others) => change(find(others, type, start));
const remove = (type: string, start: string): Weakening => (_content, others) => void others.splice(others.findIndex(({ reference }) => reference.address!.startsWith(`${type}.${start}`)), 1);
const add = (address: string, content: object): Weakening => (_content, others) => void others.push({
  reference: { tree: Tree.TERRAFORM, address, stack: 'Own' }, path: address, claims: [], content: content as Record<string, unknown>,
});
const inPolicy = (type: string, start: string, attribute: string, change: (statements: Statement[]) => void): Weakening => inOther(type, start, (content) => {
  const policy = JSON.parse(content[attribute] as string) as { Statement: Statement[] };
  change(policy.Statement);
  content[attribute] = JSON.stringify(policy);
});
const all = (...changes: Weakening[]): Weakening => (content, others) => changes.forEach((change) => change(content, others));
/** The bucket of the replication, and no longer the archive. */
const ofAnother: Weakening = (content) => (content.bucket = 'plain');

test('the whole is in order, and each claim was checked', () => {
  expect(findings).toEqual([]);
  const claims = objects.flatMap((object) => object.claims.map(({ control, kind }) => `${kindOf(object)} ${control} ${kind}`));
  expect([...new Set(claims)].sort()).toEqual([`${LOCK} AU5 implements`, `${POLICY} TX4 implements`, `${CONFIGURATION} CP4 implements`, `${ENCRYPTION} EN4 implements`].sort());
  expect(claims.filter((claim) => claim.includes('CP4'))).toHaveLength(1);
  expect(verdict(Control.CP4_REPLICA, CONFIGURATION)).toBeUndefined();
});

test.each<[string, Weakening, RegExp]>([
  ['disabled', (o) => (o.rule[0].status = 'Disabled'), /the rule is not enabled/],
  ['for a prefix', (o) => (o.rule[0].filter = { prefix: 'a/' }), /some objects only/],
  ['for a prefix of the old form', (o) => (o.rule[0].prefix = 'a/'), /some objects only/],
  ['for a tag', (o) => (o.rule[0].filter = [{ tag: { key: 'a', value: 'b' } }]), /some objects only/],
  ['by two rules of one destination', (o) => o.rule.push({ ...o.rule[0], priority: 2 }), /one destination, or one priority/],
  ['by two rules of one priority', (o) => o.rule.push({ ...o.rule[0], destination: { ...o.rule[0].destination, bucket: 'arn:aws:s3:::landing' } }), /one destination, or one priority/],
  ['by a second rule for some objects', (o) => o.rule.push({ ...o.rule[0], priority: 2, filter: { prefix: 'a/' }, destination: { ...o.rule[0].destination, bucket: 'arn:aws:s3:::landing' } }), /some objects only/],
  ['by no rule', (o) => (o.rule = []), /has no rule/],
  ['but for what a landing bucket brings in, which S3 does not replicate again', inOther(CONFIGURATION, 'Landing', (o) => o.rule.pop()), /S3 replicates no replica, and what aws_s3_bucket_replication_configuration\.Landing\S* brings in has no copy in another region: the replica is in the same region/],
  ['but for what a landing bucket brings in, of which some objects have a copy', inOther(CONFIGURATION, 'Landing', (o) => (o.rule[1].filter = { prefix: 'a/' })), /no replica, .*some objects only/],
  ['but for what a landing bucket brings in, by a rule that is off', inOther(CONFIGURATION, 'Landing', (o) => (o.rule[1].status = 'Disabled')), /no replica, .*not enabled/],
  ['but for what a landing bucket brings in, into a copy nearby', inOther(CONFIGURATION, 'Landing', (o) => (o.rule[1].destination.bucket = 'arn:aws:s3:::landing')), /no replica, .*in the same region/],
  ['but for what a landing bucket brings in, by a role that may not', inPolicy('aws_iam_role_policy', 'Landing', 'policy', (statements) => void statements.splice(statements.findIndex(({ Sid }) => Sid === 'AllowReplicate2'), 1)), /no replica, .*may not write into the destination/],
  ['but for what another bucket brings in', add(`${CONFIGURATION}.Own`, { bucket: 'own', rule: [{ status: 'Disabled', destination: { bucket: `arn:aws:s3:::${ARCHIVE}` } }] }), /no replica, and what aws_s3_bucket_replication_configuration\.Own brings in .*: the rule is not enabled/],
  ['beside a replication of which nobody knows the destination', add(`${CONFIGURATION}.Own`, { bucket: 'own', rule: [{ destination: { bucket: '${var.bucket}' } }] }), /into which bucket aws_s3_bucket_replication_configuration\.Own replicates/],
  ['with deletions', (o) => (o.rule[0].delete_marker_replication.status = 'Enabled'), /deletions are replicated/],
  ['without a word on deletions', (o) => delete o.rule[0].delete_marker_replication, /deletions are replicated/],
  ['without what a KMS key encrypts', (o) => delete o.rule[0].source_selection_criteria, /left out/],
  ['without a key', (o) => delete o.rule[0].destination.encryption_configuration, /no key encrypts the replicas/],
  ['into a bucket that nobody knows', (o) => (o.rule[0].destination.bucket = 'arn:aws:s3:::elsewhere'), /nobody can tell here in which region the destination is: arn:aws:s3:::elsewhere/],
  ['into a variable', (o) => (o.rule[0].destination.bucket = '${var.replica}'), /nobody can tell here in which region/],
  ['into itself', (o, others) => (o.rule[0].destination.bucket = `arn:aws:s3:::${find(others, 'aws_s3_bucket', 'Archive').bucket as string}`), /in the same region: us-east-1/],
  ['into the same region', inOther('aws_s3_bucket', 'Replica', (bucket) => (bucket.region = 'us-east-1')), /in the same region: us-east-1/],
  ['into a region that nobody knows', inOther('aws_s3_bucket', 'Replica', (bucket) => delete bucket.region), /in which regions the two buckets are/],
  ['into a region of a variable', inOther('aws_s3_bucket', 'Replica', (bucket) => (bucket.region = '${var.region}')), /in which regions the two buckets are/],
  ['into a bucket of another provider', inOther('aws_s3_bucket', 'Replica', (bucket) => (bucket.provider = 'aws.other')), /made with the provider aws\.other/],
  ['into a bucket that is not made', inOther('aws_s3_bucket', 'Replica', (bucket) => (bucket.count = 0)), /count is 0/],
  ['from a bucket of another provider', inOther('aws_s3_bucket', 'Archive', (bucket) => (bucket.provider = 'aws.other')), /made with the provider aws\.other/],
  ['from a bucket that is not there', (o) => (o.bucket = '${var.source}'), /the source is no bucket of the same stack/],
  ['with changes ignored', (o) => (o.lifecycle = { ignore_changes: ['rule'] }), /ignores changes of rule/],
  ['with a second configuration', add(`${CONFIGURATION}.Own`, { bucket: ARCHIVE, rule: [] }), /set the replication of one bucket/],
  ['beside one of which nobody knows the bucket', add(`${CONFIGURATION}.Own`, { bucket: '${var.bucket}', rule: [] }), /nobody can tell here which bucket/],
  ['of another bucket alone', all(add('aws_s3_bucket.Plain', { bucket: 'plain', region: 'us-east-1' }), ofAnother), new RegExp(`the archive ${ARCHIVE} is not replicated`)],
  ['from where objects expire, as no lock holds them', inOther('aws_s3_bucket', 'Archive', (bucket) => (bucket.object_lock_enabled = false)), /objects expire in the source/],
  ['from where they may expire', all(inOther('aws_s3_bucket', 'Archive', (bucket) => (bucket.object_lock_enabled = false)), add('aws_s3_bucket_lifecycle_configuration.Own', { bucket: '${var.bucket}', rule: [] })), /nobody can tell here which bucket aws_s3_bucket_lifecycle_configuration\.Own/],
  ['by a role that is elsewhere', (o) => (o.role = 'arn:aws:iam::123456789012:role/other'), /not in its stack: nobody judged it/],
  ['by a role that is not made', inOther('aws_iam_role', 'Replication', (role) => (role.count = 0)), /count is 0/],
  ['by a role that trusts nobody', inOther('aws_iam_role', 'Replication', (role) => (role.assume_role_policy = '{}')), /does not trust S3/],
  ['by a role that trusts an account, too', inPolicy('aws_iam_role', 'Replication', 'assume_role_policy', (statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' })), /trusts others than S3/],
  ['by a role that trusts all but some', inPolicy('aws_iam_role', 'Replication', 'assume_role_policy', ([first]) => { first.NotPrincipal = first.Principal; delete first.Principal; }), /trusts others than S3/],
  ['by a role that denies S3', inPolicy('aws_iam_role', 'Replication', 'assume_role_policy', (statements) => void statements.push({ Effect: 'Deny', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' })), /does not trust S3/],
  ['by a role without a policy', remove('aws_iam_role_policy', 'Replication'), /may not write into the destination/],
  ['by a role that may write elsewhere', inPolicy('aws_iam_role_policy', 'Replication', 'policy', (statements) => statements.forEach((statement) => (statement.Resource = 'arn:aws:s3:::other/*'))), /may not write into the destination/],
  ['by a role that may write at times', inPolicy('aws_iam_role_policy', 'Replication', 'policy', (statements) => statements.forEach((statement) => (statement.Condition = { Bool: { 'aws:ViaAWSService': 'true' } }))), /may not write into the destination/],
  ['by a role that is denied', inPolicy('aws_iam_role_policy', 'Replication', 'policy', (statements) => void statements.push({ Effect: 'Deny', Action: 's3:*', Resource: '*' })), /denied s3:ReplicateObject/],
  ['by a role with a second policy that denies', (_content, others) => {
    const address = others.find(({ reference }) => reference.address!.startsWith('aws_iam_role.Replication'))!.reference.address!;
    add('aws_iam_role_policy.Own', { role: `\${${address}.name}`, policy: JSON.stringify({ Statement: { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' } }) })(_content, others);
  }, /denied s3:ReplicateObject/],
])('CP4 fails: %s', (_what, weaken, message) => expect(verdict(Control.CP4_REPLICA, CONFIGURATION, weaken)).toMatch(message));

test.each<[string, Weakening]>([
  ['a destination by name, in another stack', (o, others) => {
    const index = others.findIndex(({ reference }) => reference.address!.startsWith('aws_s3_bucket.Replica'));
    others[index] = { ...others[index], reference: { ...others[index].reference, stack: 'Other' } };
    const before = o.rule[0].destination.bucket as string;
    o.rule[0].destination.bucket = 'arn:aws:s3:::replica';
    find(others, CONFIGURATION, 'Landing').rule[1].destination.bucket = 'arn:aws:s3:::replica';
    for (const start of ['Replication', 'Landing']) {
      const policy = find(others, 'aws_iam_role_policy', start);
      policy.policy = (policy.policy as string).replaceAll(before, 'arn:aws:s3:::replica');
    }
  }],
  ['a second destination, which is nearby', (o) => {
    o.rule[0].priority = 1;
    o.rule.push({ ...o.rule[0], priority: 2, destination: { ...o.rule[0].destination, bucket: 'arn:aws:s3:::landing' } });
  }],
  ['a filter as a list', (o) => (o.rule[0].filter = [{}])],
  ['another bucket that is replicated, too', all(add('aws_s3_bucket.Plain', { bucket: 'plain' }), add(`${CONFIGURATION}.Plain`, { bucket: '${aws_s3_bucket.Plain.id}', rule: [] }))],
])('CP4 holds with %s', (_what, change) => expect(verdict(Control.CP4_REPLICA, CONFIGURATION, change)).toBeUndefined());

const inArchivePolicy = (change: (statements: Statement[]) => void): Weakening => inPolicy(POLICY, 'Archive', 'policy', change);
const delivery = (statements: Statement[]): Statement => statements.find(({ Sid }) => Sid === 'AllowDelivery1')!;

test.each<[string, Weakening, RegExp]>([
  ['a service for anybody', inArchivePolicy((statements) => delete delivery(statements).Condition), /lets a service in for anybody/],
  ['a service for every account', inArchivePolicy((statements) => (delivery(statements).Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:*:trail/*' } })), /for anybody/],
  ['a service for all but one source', inArchivePolicy((statements) => (delivery(statements).Condition = { ArnNotLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/a' } })), /for anybody/],
  ['a service that need not tell its source', inArchivePolicy((statements) => (delivery(statements).Condition = { ArnLikeIfExists: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/a' } })), /for anybody/],
  ['everyone beside the writers', inArchivePolicy((statements) => void statements.push({ Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: '*' })), /opens the archive to everyone/],
  ['a second policy', add(`${POLICY}.Own`, { bucket: ARCHIVE, policy: '{}' }), /what is applied last wins/],
])('TX4 fails with %s', (_what, weaken, message) => expect(verdict(Control.TX4_TLS_BUCKET, POLICY, weaken)).toMatch(message));

test.each<[Control, string, string, Weakening]>([
  [Control.TX4_TLS_BUCKET, POLICY, 'writers and replicators', () => undefined],
  [Control.AU5_WORM_6Y, LOCK, 'an expiration when the retention ends', inOther('aws_s3_bucket_lifecycle_configuration', 'Archive', (content) => content.rule.push({ expiration: [{ days: 2192 }] }))],
  [Control.EN4_BUCKET_KMS, ENCRYPTION, 'a landing bucket beside it', () => undefined],
])('%s on %s holds with %s', (control, kind, _what, change) => expect(verdict(control, kind, change)).toBeUndefined());

// Lifecycle rules delete no version that is locked: they put delete markers over it.
test.each<[string, Weakening]>([
  ['an expiration after a day', inOther('aws_s3_bucket_lifecycle_configuration', 'Archive', (content) => content.rule.push({ status: 'Enabled', expiration: [{ days: 1 }] }))],
  ['an expiration on a day', inOther('aws_s3_bucket_lifecycle_configuration', 'Archive', (content) => content.rule.push({ status: 'Enabled', expiration: { date: '2030-01-01T00:00:00Z' } }))],
  ['an expiration by a variable', inOther('aws_s3_bucket_lifecycle_configuration', 'Archive', (content) => content.rule.push({ status: '${var.on}', expiration: { days: '${var.days}' } }))],
  ['a second lifecycle', add('aws_s3_bucket_lifecycle_configuration.Own', { bucket: ARCHIVE, rule: { status: 'Enabled', expiration: { days: 30 } } })],
])('AU5 fails with %s', (_what, weaken) => expect(verdict(Control.AU5_WORM_6Y, LOCK, weaken)).toMatch(/hides objects before the lock of 2192 days ends/));

test('a replica of which nobody can tell the region is a finding of the synthesis', () => {
  const elsewhere = synthesize((stack) => {
    const archive = archiveIn(stack, 'Archive', ARCHIVE, 'us-east-1');
    new BucketReplication(stack, 'Replication', {
      sourceBucketName: archive.bucketName, sourceBucketArn: archive.bucketArn, sourceKmsKeyArn: KEY, sourceIsLocked: true, versioning: archive.versioning,
      destinationBucketArn: 'arn:aws:s3:::elsewhere', destinationKmsKeyArn: KEY.replace('us-east-1', 'us-west-2'), destinationRegion: 'us-west-2', roleName: 'archive-replication', account, region: 'us-east-1',
    });
  });
  expect(elsewhere.findings).toEqual([expect.stringContaining('nobody can tell here in which region the destination is: arn:aws:s3:::elsewhere')]);
});
