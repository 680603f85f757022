/** What lies between an event and its locked copies: order, copies, writers and what the trail sees of them. */
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { DeliveryPath } from '../../lib/profile/delivery-path';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Platform } from '../../lib/profile/platform';
import type { HipaaProfile } from '../../lib/profile/profile';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { concrete, decide, ADMINISTRATOR_ACCESS, type Decision } from '../support/iam';
import { eksProfile, selfManagedProfile } from '../support/profiles';
import { ancestors, dependencies } from '../support/terraform-graph';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const replicaRegion = 'us-west-2';
const staged = eksProfile({ archive: { lock, replicaRegion } });
const direct = eksProfile({ archive: { lock, replicaRegion, delivery: DeliveryPath.DIRECT } });
const elsewhere = eksProfile({ platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 }), archive: { lock, region: 'us-west-2', replicaRegion: 'us-east-2' } });

function synthesize(profile: HipaaProfile): readonly SynthesizedObject[] {
  const app = new HipaaTerraformApp(profile);
  new HipaaStack(app, profile);
  return app.synthesize().objects;
}

const ofKind = (objects: readonly SynthesizedObject[], kind: string): SynthesizedObject[] => objects.filter((object) => kindOf(object) === kind);
const addressOf = ({ reference }: SynthesizedObject): string => reference.address!;
const isOf = (start: string) => (object: SynthesizedObject): boolean => addressOf(object).split('.')[1].startsWith(`${start}_`);
const REPLICATION = 'aws_s3_bucket_replication_configuration';

describe.each<[string, HipaaProfile, readonly string[]]>([
  ['staged', staged, ['Archive', 'Landing', 'Replica']],
  ['staged, without a copy', eksProfile(), ['Archive', 'Landing']],
  ['direct', direct, ['Archive', 'Replica']],
])('a delivery that is %s', (_name, profile, buckets) => {
  const objects = synthesize(profile);
  const graph = dependencies(objects);
  /** What has to be there before an event is written: locks, policies, replications, and what their roles may. */
  const ready = [
    ...ofKind(objects, 'aws_s3_bucket_policy').filter((object) => buckets.some((start) => isOf(start)(object))),
    ...ofKind(objects, 'aws_s3_bucket_object_lock_configuration'), ...ofKind(objects, REPLICATION),
    ...ofKind(objects, 'aws_iam_role_policy').filter((object) => /replication/i.test(addressOf(object))),
  ].map(addressOf);

  test.each(['aws_kinesis_firehose_delivery_stream', 'aws_cloudwatch_log_subscription_filter', 'aws_cloudtrail'])('%s goes live when the archive, its copy and what leads there are in order', (kind) => {
    const live = ofKind(objects, kind);
    expect(live.length).toBeGreaterThan(0);
    for (const object of live) {
      const before = ancestors(graph, addressOf(object));
      // The trail writes into the archive itself.
      const needed = kind === 'aws_cloudtrail' ? ready.filter((address) => !/\.Landing_/.test(address)) : ready;
      expect(needed.filter((address) => !before.has(address))).toEqual([]);
    }
  });

  test('a replication begins when its role may, and where it goes is locked and lets it in', () => {
    for (const replication of ofKind(objects, REPLICATION)) {
      const before = ancestors(graph, addressOf(replication));
      const [role] = [...graph.get(addressOf(replication))!].filter((address) => address.startsWith('aws_iam_role.'));
      const policy = ofKind(objects, 'aws_iam_role_policy').find((object) => graph.get(addressOf(object))!.has(role))!;
      const destinations = isOf('Landing')(replication) ? buckets.filter((start) => start !== 'Landing') : ['Replica'];
      const policies = ofKind(objects, 'aws_s3_bucket_policy').filter((object) => destinations.some((start) => isOf(start)(object)));
      expect(policies).toHaveLength(destinations.length);
      expect([addressOf(policy), ...policies.map(addressOf)].filter((address) => !before.has(address))).toEqual([]);
    }
  });
});

test.each<[string, HipaaProfile, string, string]>([['in one region', staged, 'us-east-1', 'us-west-2'], ['in three regions', elsewhere, 'us-west-2', 'us-east-2']])('what lands reaches archive and copy, %s', (_name, profile, archive, replica) => {
  const objects = synthesize(profile);
  const landing = ofKind(objects, REPLICATION).find(isOf('Landing'))!;
  const destinations = (landing.content.rule as { destination: { bucket: string } }[]).map(({ destination }) => {
    const bucket = ofKind(objects, 'aws_s3_bucket').find((object) => destination.bucket === `\${${addressOf(object)}.arn}`)!;
    return [bucket.content.bucket, bucket.content.region];
  });
  expect(destinations).toEqual([[profile.names.archiveBucket, archive], [profile.names.replicaBucket, replica]]);
});

describe.each<[string, HipaaProfile, readonly string[]]>([
  ['staged', staged, []],
  ['direct', direct, ['audit', 'session']],
  ['by the shipper', selfManagedProfile(), ['audit by the shipper']],
])('the archive of a delivery that is %s', (_name, profile, writes) => {
  const objects = synthesize(profile);
  const { names } = profile;
  const references = Object.fromEntries(objects.flatMap((object) => {
    const { content } = object;
    if (kindOf(object) === 'aws_iam_role') return [[`${addressOf(object)}.arn`, names.roleArn(content.name as string)]];
    return kindOf(object) === 'aws_kms_key' ? [[`${addressOf(object)}.arn`, `arn:aws:kms:us-east-1:123456789012:key/${addressOf(object)}`]] : [];
  }));
  const policyOf = (start: string): string => concrete(ofKind(objects, 'aws_s3_bucket_policy').find(isOf(start))!.content.policy as string, references);
  const ask = (role: string, prefix: string, start = 'Archive', bucket = names.archiveBucket): Promise<Decision> => decide({
    principal: `arn:aws:sts::123456789012:assumed-role/${role}/x`, action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/${prefix}/2026/01/01/00/a.gz`,
    identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: policyOf(start), context: { 'aws:SecureTransport': 'true' },
  });
  const firehose = (log: string): string => `${names.of(log)}-firehose`;
  const verdict = (...on: string[]): Decision => (on.some((name) => writes.includes(name)) ? 'Allowed' : 'ExplicitlyDenied');

  test('takes from each writer what is its own, and from nobody else anything', async () => {
    for (const prefix of [names.auditLogPrefix, names.sessionLogPrefix, names.deliveryErrorPrefix, names.containerLogPrefix, names.trailPrefix]) {
      for (const role of ['admin', 'healthcare-cluster-auditor']) expect([role, prefix, await ask(role, prefix)]).toEqual([role, prefix, 'ExplicitlyDenied']);
    }
    expect(await ask(firehose('audit'), names.auditLogPrefix)).toBe(verdict('audit'));
    expect(await ask(firehose('sessions'), names.sessionLogPrefix)).toBe(verdict('session'));
    expect(await ask(firehose('audit'), `${names.deliveryErrorPrefix}/${names.of('audit')}`)).toBe(verdict('audit'));
    expect(await ask(firehose('sessions'), names.auditLogPrefix)).toBe('ExplicitlyDenied');
    expect(await ask(names.logShipperRole, names.auditLogPrefix)).toBe(verdict('audit by the shipper'));
    expect(await ask(names.logShipperRole, names.shippedLogPrefix(profile.platform))).toBe('Allowed');
    if (profile.replicaRegion !== undefined) {
      for (const role of ['admin', names.logShipperRole, firehose('audit')]) expect(await ask(role, names.auditLogPrefix, 'Replica', names.replicaBucket)).toBe('ExplicitlyDenied');
    }
  });

  test('fits into the 20 KB that S3 takes of a policy', () => expect(policyOf('Archive').length).toBeLessThan(20_480));
});

test.each<[string, HipaaProfile, readonly ('landingBucket' | 'replicaBucket' | 'queryBucket' | 'backupBucket')[]]>([
  ['staged, with a copy', staged, ['landingBucket', 'replicaBucket', 'queryBucket']],
  ['direct', direct, ['replicaBucket', 'queryBucket']],
  ['with backups', eksProfile({ recovery: { region: 'us-west-2', vaultLock: lock } }), ['landingBucket', 'queryBucket', 'backupBucket']],
  ['by the shipper', selfManagedProfile(), ['queryBucket']],
])('the trail sees the objects of every bucket that the profile makes: %s', (_name, profile, buckets) => {
  const synthesized = synthesize(profile);
  const [trail] = ofKind(synthesized, 'aws_cloudtrail');
  const archive = ofKind(synthesized, 'aws_s3_bucket').find(isOf('Archive'))!;
  const [, objects] = trail.content.advanced_event_selector as { field_selector: { field: string; starts_with?: string[] }[] }[];
  expect(objects.field_selector.find(({ field }) => field === 'resources.ARN')!.starts_with).toEqual([
    `arn:aws:s3:::\${${addressOf(archive)}.bucket}/`, ...buckets.map((bucket) => `arn:aws:s3:::${profile.names[bucket]}/`),
  ]);
});
