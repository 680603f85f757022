import { partitionOf } from './aws';
import { checkAccount, checkBucketName, checkDate, checkFields, checkList, checkPartition, checkPrincipalArn, checkRegion } from './checks';
import { ColdStorage } from './cold-storage';
import { DeliveryPath } from './delivery-path';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { ObjectLock } from './object-lock';
import { EksPlatform, type Platform } from './platform';

/** The write-once bucket that keeps the audit logs. */
export interface LogArchiveProps {
  /** How the bucket is locked. Only ObjectLock.compliance() meets control AU5. */
  readonly lock: ObjectLock;
  /**
   * Account that owns the bucket; on EKS, the cluster's.
   * @default - the account of Platform.eks; other platforms must name it
   */
  readonly account?: string;
  /**
   * Region of the bucket.
   * @default - the region of Platform.eks; other platforms must name it
   */
  readonly region?: string;
  /**
   * At most 54 characters, as names of the buckets beside it derive from it.
   * @default hipaa-audit-logs-<account>-<region>
   */
  readonly bucketName?: string;
  /**
   * Where what is old moves, before its retention ends.
   * @default - it stays in S3 Standard
   */
  readonly coldStorage?: ColdStorage;
  /** How the API audit log of EKS comes into the bucket. @default DeliveryPath.STAGED */
  readonly delivery?: DeliveryPath;
  /**
   * Day of the first log, YYYY-MM-DD: queries look into no hour before it.
   * @default 2026-01-01: no archive of this library is older
   */
  readonly since?: string;
  /**
   * IAM roles or users, by ARN, that read the archive or ask it questions, beside the auditors of `people`; about five fit into the filter of the alarm on
   * anybody else. What they need besides, `HipaaStack.query.auditorStatements()` says.
   * @default - none
   */
  readonly readers?: readonly string[];
  /**
   * Second region, of the same partition, that keeps a locked copy of everything.
   * @default - no copy
   */
  readonly replicaRegion?: string;
}

/** An archive with its defaults. @internal */
export interface SettledArchive {
  readonly objectLock: ObjectLock;
  readonly account: string;
  readonly region: string;
  readonly delivery: DeliveryPath;
  readonly coldStorage: ColdStorage | undefined;
  readonly archiveReaders: readonly string[];
  readonly archiveSince: string;
  readonly replicaRegion: string | undefined;
}

const FIELDS = ['lock', 'account', 'region', 'bucketName', 'coldStorage', 'delivery', 'since', 'readers', 'replicaRegion'];
/** `-backups`, the longest word behind it, makes 63. */
const LONGEST_ARCHIVE_NAME = 54;

/** Where nobody says, account and region are those of an EKS cluster. @internal */
export function settleArchive(path: string, archive: LogArchiveProps, platform: Platform): SettledArchive {
  if (!archive?.lock) throw Errors.missing(path, 'lock', "use ObjectLock.compliance({ acknowledgedBy: 'ciso@example.com' })");
  checkFields(path, archive, FIELDS, 'an archive takes no other field');
  if (!(archive.lock instanceof ObjectLock)) throw Errors.refused(path, 'lock is no ObjectLock', archive.lock, 'control AU5', 'use ObjectLock.compliance() or ObjectLock.governance()');
  const { account, region } = placeOf(path, archive, platform);
  if (archive.bucketName !== undefined) checkArchiveName(path, archive.bucketName);
  const delivery = checkDelivery(path, archive.delivery, platform);
  checkColdStorage(path, archive.coldStorage);
  const archiveReaders = checkReaders(path, region, archive.readers);
  const archiveSince = archive.since ?? '2026-01-01';
  checkDate(path, 'since', archiveSince);
  if (archive.replicaRegion !== undefined) checkReplicaRegion(path, archive.replicaRegion, region);
  return { objectLock: archive.lock, account, region, delivery, coldStorage: archive.coldStorage, archiveReaders, archiveSince, replicaRegion: archive.replicaRegion };
}

function placeOf(path: string, archive: LogArchiveProps, platform: Platform): { readonly account: string; readonly region: string } {
  const eks = platform instanceof EksPlatform ? platform : undefined;
  const account = required(path, 'account', archive.account ?? eks?.account);
  const region = required(path, 'region', archive.region ?? eks?.region);
  checkAccount(path, 'account', account);
  checkRegion(path, 'region', region);
  if (eks && account !== eks.account) {
    throw Errors.refused(path, 'account is another than the cluster\'s', account, 'one profile is one Terraform stack, with the credentials of one account', 'leave account out; for an archive in another account, compose AuditArchive and EncryptionKey in a stack of that account');
  }
  if (eks && partitionOf(region) !== partitionOf(eks.region)) {
    throw Errors.refused(path, 'region is in another partition than the cluster', region, 'AWS: partitions share no credentials, so nothing could be shipped', `use a region of the partition ${partitionOf(eks.region)}`);
  }
  return { account, region };
}

function required(path: string, prop: string, value: string | undefined): string {
  if (value === undefined) throw Errors.missing(path, prop, `give ${prop}: the archive is an S3 bucket, whatever runs the cluster`);
  return value;
}

/** Names of the buckets beside the archive are its own with a word behind it. */
function checkArchiveName(path: string, name: string): void {
  checkBucketName(path, 'bucketName', name);
  if (name.length > LONGEST_ARCHIVE_NAME) {
    throw Errors.refused(path, 'bucketName leaves no room for the buckets beside the archive', name, 'AWS S3, general purpose bucket naming rules: 63 characters', `use at most ${LONGEST_ARCHIVE_NAME} characters`);
  }
}

function checkDelivery(path: string, delivery: DeliveryPath | undefined, platform: Platform): DeliveryPath {
  if (delivery === undefined) return DeliveryPath.STAGED;
  if (!(platform instanceof EksPlatform)) throw Errors.notOnPlatform(path, 'delivery', platform.label, 'on EKS alone the API audit log is in CloudWatch', 'leave it out');
  if (!Object.values(DeliveryPath).includes(delivery)) throw Errors.refused(path, 'no such delivery', delivery, 'control AU5, 45 CFR 164.316(b)(2)(i)', 'use DeliveryPath.STAGED or DeliveryPath.DIRECT');
  return delivery;
}

function checkColdStorage(path: string, coldStorage: ColdStorage | undefined): void {
  if (coldStorage !== undefined && !(coldStorage instanceof ColdStorage)) {
    throw Errors.refused(path, 'coldStorage is no ColdStorage', coldStorage, 'Amazon S3, lifecycle', 'use ColdStorage.instantRetrieval() or ColdStorage.deepArchive()');
  }
}

function checkReaders(path: string, region: string, readers: readonly string[] = []): readonly string[] {
  checkList(path, 'readers', readers, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): who reads is named', "give a list, such as ['arn:aws:iam::123456789012:role/investigators']");
  for (const arn of readers) {
    checkPrincipalArn(path, 'readers', arn);
    checkPartition(path, 'readers', arn, region);
  }
  return frozenCopy(readers);
}

function checkReplicaRegion(path: string, region: string, own: string): void {
  checkRegion(path, 'replicaRegion', region);
  if (region === own || partitionOf(region) !== partitionOf(own)) {
    throw Errors.refused(path, 'replicaRegion is no second region of the same partition', region, 'control CP4, 45 CFR 164.310(d)(2)(iv): a copy outlives the region of the original, and replication crosses no partition', `use another region of the partition ${partitionOf(own)}`);
  }
}
