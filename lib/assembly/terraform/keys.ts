import type { Construct } from 'constructs';
import { AlarmTopic } from '../../alarms/alarm-topic';
import { EncryptionKey } from '../../encryption/encryption-key';
import { KeyServiceGrant } from '../../encryption/key-service-grant';
import { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import { administratorsOf } from './key-administrators';

/** The keys of a stack, and the topics that need one: what a region needs once is made when the first asks for it. */
export class Keys {
  private readonly scope: Construct;
  private readonly profile: HipaaProfile;
  private readonly clusterRegion: string;
  private readonly logsKeys = new Map<string, EncryptionKey>();
  private readonly topics = new Map<string, AlarmTopic>();

  public constructor(scope: Construct, profile: HipaaProfile) {
    this.scope = scope;
    this.profile = profile;
    this.clusterRegion = profile.platform instanceof EksPlatform ? profile.platform.region : profile.region;
  }

  /** A key that nobody can disable or delete. */
  public make(id: string, alias: string, region: string, grantors: readonly string[] = []): EncryptionKey {
    const { profile } = this;
    return new EncryptionKey(this.scope, id, { alias, administrators: administratorsOf(profile), grantors, account: profile.account, region, denyDeletion: true });
  }

  /** ARN of the key of a region's log groups, which lets CloudWatch Logs in for one more of them. */
  public forLogGroup(logGroupName: string, region: string): string {
    const key = this.logsKey(region);
    key.addService(KeyServiceGrant.cloudWatchLogs({ region, account: this.profile.account, logGroupName }));
    return key.arn;
  }

  /** ARN of a region's topic for alarms. */
  public topicIn(region: string): string {
    const known = this.topics.get(region);
    if (known) return known.topicArn;
    const { profile } = this;
    const key = this.logsKey(region);
    key.addService(...KeyServiceGrant.alarms({ region, account: profile.account, topicName: profile.names.alarmTopic }));
    const topic = new AlarmTopic(this.scope, this.idIn(region, 'Alarms'), {
      topicName: profile.names.alarmTopic, account: profile.account, region, kmsKeyArn: key.arn, subscribers: profile.alarms,
    });
    this.topics.set(region, topic);
    return topic.topicArn;
  }

  private logsKey(region: string): EncryptionKey {
    const known = this.logsKeys.get(region);
    if (known) return known;
    const key = this.make(this.idIn(region, 'LogsKey'), this.profile.names.logsKeyAlias, region);
    this.logsKeys.set(region, key);
    return key;
  }

  /** Two regions at most have logs: the cluster's, and the archive's where that is another. */
  private idIn(region: string, id: string): string {
    return region === this.clusterRegion ? id : `Archive${id}`;
  }
}
