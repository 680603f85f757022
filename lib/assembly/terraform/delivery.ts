import type { Construct } from 'constructs';
import { AuditLogDelivery } from '../../audit/delivery/audit-log-delivery';
import { LandingBucket } from '../../audit/landing-bucket';
import type { EncryptionKey } from '../../encryption/encryption-key';
import { DeliveryPath } from '../../profile/delivery-path';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import { Retention } from '../../profile/retention';
import { letRead, type Archive } from './archive';
import { administratorsOf } from './key-administrators';
import type { Keys } from './keys';

/** A log group that goes into the archive. */
export interface DeliveredLog {
  /** Id of the delivery, PascalCase. */
  readonly id: string;
  /** Name of its stream, roles and alarms. */
  readonly name: string;
  readonly logGroupName: string;
  readonly prefix: string;
  /** Whether silence of the group is an alarm. */
  readonly isNeverSilent: boolean;
}

/** Carries log groups of the cluster's region into the archive: by a landing bucket and its replication, or straight. */
export class Delivery {
  private readonly scope: Construct;
  private readonly profile: HipaaProfile;
  private readonly keys: Keys;
  private readonly region: string;
  private readonly archive: Archive;
  private readonly landing: LandingBucket | undefined;
  private readonly key: EncryptionKey;

  public constructor(scope: Construct, profile: HipaaProfile, platform: EksPlatform, keys: Keys, archive: Archive) {
    this.scope = scope;
    this.profile = profile;
    this.keys = keys;
    this.region = platform.region;
    this.archive = archive;
    const staged = profile.delivery === DeliveryPath.STAGED;
    this.key = staged ? keys.make('LandingKey', profile.names.of('audit-landing'), platform.region) : archive.key;
    this.landing = staged ? this.makeLanding() : undefined;
  }

  public add(log: DeliveredLog): void {
    const { profile, region, keys, archive } = this;
    const delivery = new AuditLogDelivery(this.scope, log.id, {
      deliveryName: log.name,
      logGroupName: log.logGroupName,
      account: profile.account,
      region,
      bucketArn: this.landing?.bucketArn ?? archive.bucket.bucketArn,
      bucketRegion: this.landing ? region : profile.region,
      kmsKeyArn: this.key.arn,
      prefix: log.prefix,
      errorPrefix: `${profile.names.deliveryErrorPrefix}/${log.name}`,
      path: profile.delivery,
      errorLogRetention: Retention.days(90),
      logsKmsKeyArn: keys.forLogGroup(AuditLogDelivery.errorLogGroupName(log.name), region),
      alarmOnSilence: log.isNeverSilent,
      topicArn: keys.topicIn(region),
      // The landing bucket's policy waits for its replication, which waits for the archive's; that waits for the lock.
      after: [this.landing?.bucket.bucketPolicy ?? archive.bucket.bucketPolicy],
    });
    if (this.landing) {
      this.landing.addWriter(delivery.role.arn);
    } else {
      for (const prefix of [log.prefix, profile.names.deliveryErrorPrefix]) archive.bucket.addRoleWriter(delivery.role.arn, prefix);
    }
    this.key.addEncrypter(delivery.role.arn);
    // Parts of a large object are put together by S3, which decrypts them for the writer.
    if (this.landing) this.key.addDecrypter(delivery.role.arn);
    else letRead(archive, delivery.role, profile.names);
  }

  private makeLanding(): LandingBucket {
    const { profile, keys, archive } = this;
    const { account, names } = profile;
    const { replica } = archive;
    const landing = new LandingBucket(this.scope, 'Landing', {
      bucketName: names.landingBucket,
      account,
      region: this.region,
      kmsKeyArn: this.key.arn,
      archiveBucketArn: archive.bucket.bucketArn,
      archiveKmsKeyArn: archive.key.arn,
      archiveRegion: profile.region,
      archiveBucketPolicy: archive.bucket.bucketPolicy,
      replica: replica && { bucketArn: replica.bucket.bucketArn, kmsKeyArn: replica.key.arn, region: replica.region, bucketPolicy: replica.bucket.bucketPolicy },
      replicationRoleName: names.of('landing-replication'),
      policyAdministrators: administratorsOf(profile),
      topicArn: keys.topicIn(this.region),
      alarmName: names.of('landing-replication-failed'),
    });
    this.key.addDecrypter(landing.replicationRole.arn);
    for (const destination of [archive, ...(replica ? [replica] : [])]) {
      destination.key.addReplicator(landing.replicationRole.arn);
      destination.bucket.addReplicator(landing.replicationRole.arn);
    }
    return landing;
  }
}
