import type { Construct } from 'constructs';
import { ArchiveServiceWriter } from '../../audit/archive-service-writer';
import { AuditTrail } from '../../detection/audit-trail';
import { KeyServiceGrant } from '../../encryption/key-service-grant';
import { DeliveryPath } from '../../profile/delivery-path';
import { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Archive } from './archive';
import type { Keys } from './keys';

/** The trail of the account's API calls, into the archive and into a log group for alarms. */
export function addTrail(scope: Construct, profile: HipaaProfile, keys: Keys, archive: Archive): AuditTrail {
  const { account, region, names } = profile;
  archive.bucket.addWriter(ArchiveServiceWriter.cloudTrail({ trailName: names.trail, region, account, prefix: names.trailPrefix }));
  archive.key.addService(...KeyServiceGrant.cloudTrail({ region, account, trailName: names.trail }));
  return new AuditTrail(scope, 'Trail', {
    trailName: names.trail,
    bucketName: archive.bucket.bucketName,
    bucketPolicy: archive.bucket.bucketPolicy,
    prefix: names.trailPrefix,
    kmsKeyArn: archive.key.arn,
    logGroupName: names.trailLogGroup,
    logGroupKmsKeyArn: keys.forLogGroup(names.trailLogGroup, region),
    logGroupRetention: profile.retention.forLogGroup(),
    logsRoleName: names.of('trail'),
    account,
    region,
    // As text: the buckets are made later, and one of them waits for the trail's own archive.
    dataEventBucketArns: otherBuckets(profile).map((bucket) => `arn:${names.partition}:s3:::${bucket}`),
  });
}

/** What else holds events, copies of them, answers about them, or patients' data. */
function otherBuckets({ names, platform, delivery, replicaRegion, recovery }: HipaaProfile): string[] {
  const onEks = platform instanceof EksPlatform;
  return [
    ...(onEks && delivery === DeliveryPath.STAGED ? [names.landingBucket] : []),
    ...(replicaRegion === undefined ? [] : [names.replicaBucket]),
    names.queryBucket,
    ...(onEks && recovery ? [names.backupBucket] : []),
  ];
}
