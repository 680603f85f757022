import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { Construct } from 'constructs';
import { AuditArchive } from '../../audit/audit-archive';
import { Control } from '../../controls/control';
import type { EncryptionKey } from '../../encryption/encryption-key';
import type { Names } from '../../profile/names';
import type { HipaaProfile } from '../../profile/profile';
import { BucketReplication } from '../../storage/bucket-replication';
import { administratorsOf } from './key-administrators';
import type { Keys } from './keys';

/** A bucket that keeps logs, and its key. */
export interface Archive {
  readonly key: EncryptionKey;
  readonly bucket: AuditArchive;
  /** ARNs of the roles that decrypt what it holds. */
  readonly readers: string[];
  /** Its locked copy in a second region, and the key of that. */
  readonly replica?: { readonly bucket: AuditArchive; readonly key: EncryptionKey; readonly region: string };
}

/** The archive, and its locked copy in a second region where the profile asks for one. */
export function addArchive(scope: Construct, profile: HipaaProfile, keys: Keys): Archive {
  const { account, region, names, replicaRegion } = profile;
  const key = keys.make('ArchiveKey', names.archiveKeyAlias, region);
  const alone: Archive = { key, bucket: makeArchive(scope, 'Archive', profile, names.archiveBucket, region, key), readers: [] };
  // By its plain ARN, as the role is made later, on every platform.
  alone.bucket.addRoleWriter(names.logShipperRoleArn, names.shippedLogPrefix(profile.platform));
  if (replicaRegion === undefined) return alone;

  const replicaKey = keys.make('ReplicaKey', names.archiveKeyAlias, replicaRegion);
  const replica = makeArchive(scope, 'Replica', profile, names.replicaBucket, replicaRegion, replicaKey);
  const archive: Archive = { ...alone, replica: { bucket: replica, key: replicaKey, region: replicaRegion } };
  // What is written here directly; what comes by a landing bucket, that replicates into the copy as well.
  const { role } = new BucketReplication(scope, 'Replication', {
    sourceBucketName: archive.bucket.bucketName,
    sourceBucketArn: archive.bucket.bucketArn,
    sourceKmsKeyArn: key.arn,
    sourceIsLocked: true,
    versioning: archive.bucket.versioning,
    destinationBucketArn: replica.bucketArn,
    destinationKmsKeyArn: replicaKey.arn,
    destinationRegion: replicaRegion,
    destinationPolicy: replica.bucketPolicy,
    sourcePolicy: archive.bucket.bucketPolicy,
    roleName: names.of('archive-replication'),
    account,
    region,
    topicArn: keys.topicIn(region),
    alarmName: names.of('archive-replication-failed'),
  });
  letRead(archive, role, names);
  replicaKey.addReplicator(role.arn);
  replica.addReplicator(role.arn);
  return archive;
}

/** Lets a role decrypt what the archive holds; alarms know it, too, by its plain ARN, of which a filter takes more. */
export function letRead(archive: Archive, role: IamRole, names: Names): void {
  archive.key.addDecrypter(role.arn);
  archive.readers.push(names.roleArn(role.nameInput!));
}

function makeArchive(scope: Construct, id: string, profile: HipaaProfile, bucketName: string, region: string, key: EncryptionKey): AuditArchive {
  const { names } = profile;
  return new AuditArchive(scope, id, {
    bucketName,
    lock: profile.objectLock,
    retention: profile.retention,
    coldStorage: profile.coldStorage,
    shortRetentionException: profile.exceptionFor(Control.AU5_WORM_6Y),
    kmsKeyArn: key.arn,
    account: profile.account,
    region,
    // The copy takes what the archive holds, the trail's files included.
    trustedPrefixes: [names.auditLogPrefix, names.containerLogPrefix, names.sessionLogPrefix, names.deliveryErrorPrefix, names.trailPrefix],
    // Log shipper, Firehose and trail are named; nobody is for the copy, and nobody for what comes by replication.
    onlyNamedWriters: true,
    policyAdministrators: administratorsOf(profile),
  });
}
