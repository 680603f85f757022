import { Construct } from 'constructs';
import { LONGEST_PATTERN, patternLength } from '../alarms/filter-pattern';
import { LogAlarm } from '../alarms/log-alarm';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkArn, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkLogGroupName, checkPartition, checkRegion, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkNamePrefix } from './alarm-names';
import {
  alarmChangePatterns, archivePatterns, clusterAccessPatterns, decryptPatterns, evidenceChangePatterns, iamChangePatterns, keyLossPatterns, keyPolicyPatterns, logChangePatterns,
  rootUsePatterns, SIGN_IN_FAILURES, signInFailurePatterns, signInWithoutMfaPatterns, TrailAlarmName, trailChangePatterns,
} from './trail-patterns';

/** A key of which every decryption is accounted for. */
export interface WatchedKeyProps {
  /** What the alarm calls it: lower-case words with hyphens, such as `audit-archive`. */
  readonly name: string;
  /** ARN of the key; a reference where the stack makes it. */
  readonly keyArn: string;
  /**
   * ARNs of the roles and users that may decrypt, directly or through an AWS service; about seven fit into a filter. AWS services that decrypt by their own
   * principal, as CloudWatch Logs does, need no mention: the key policy ties them down.
   */
  readonly decrypters: readonly string[];
}

export interface TrailAlarmsProps {
  /** What the alarms' names begin with, such as the cluster's name. */
  readonly namePrefix: string;
  /** The log group that CloudTrail delivers to; give it as a reference where the stack makes it. */
  readonly logGroupName: string;
  /** ARN of the topic that the alarms tell. */
  readonly topicArn: string;
  /** Region of the log group, the alarms and the topic. The trail records every region, or what happens elsewhere rings nothing. */
  readonly region: string;
  /** Account of the trail. */
  readonly account: string;
  readonly archiveBucketName: string;
  /**
   * More buckets that hold evidence, such as the archive's replica and the landing bucket: settings, locks and deletions of objects are watched. The trail has
   * to record their data events (`AuditTrail`, `dataEventBucketArns`).
   * @default - the archive alone
   */
  readonly evidenceBuckets?: readonly string[];
  /**
   * More buckets of which the settings are watched.
   * @default - none
   */
  readonly otherBuckets?: readonly string[];
  /**
   * Log groups of which deletion, retention, subscription and filters are watched.
   * @default - the trail's own
   */
  readonly watchedLogGroups?: readonly string[];
  /** Keys of which each decryption is watched; none where it is empty. */
  readonly keys: readonly WatchedKeyProps[];
}

const FIELDS = ['namePrefix', 'logGroupName', 'topicArn', 'region', 'account', 'archiveBucketName', 'evidenceBuckets', 'otherBuckets', 'watchedLogGroups', 'keys'];
const KEY_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Alarms on what CloudTrail records of an account: the root user, the archive, what carries events there and shows them, keys and who decrypts with them, what
 * records and alarms, sign-ins, IAM, and ways into clusters.
 *
 * Serves 45 CFR 164.308(a)(1)(ii)(D) and 308(a)(5)(ii)(C), after the monitoring rows of the CIS AWS Foundations Benchmark. CloudTrail delivers within about five
 * minutes: an alarm tells of what happened, and prevents nothing. Attempts that were denied ring as well. A deployment that changes what is watched rings, too.
 *
 * @example
 *   new TrailAlarms(stack, 'TrailAlarms', {
 *     namePrefix: 'healthcare-cluster',
 *     logGroupName: '/hipaa/healthcare-cluster/cloudtrail',
 *     topicArn: topic.topicArn,
 *     region: 'us-east-1',
 *     account: '123456789012',
 *     archiveBucketName: 'hipaa-audit-logs-123456789012-us-east-1',
 *     keys: [{ name: 'audit-archive', keyArn: archiveKey.arn, decrypters: ['arn:aws:iam::123456789012:role/healthcare-cluster-auditor'] }],
 *   });
 */
export class TrailAlarms extends Construct {
  /** Every alarm, in the order in which they are made. */
  public readonly alarms: readonly LogAlarm[];
  private readonly props: TrailAlarmsProps;

  public constructor(scope: Construct, id: string, props: TrailAlarmsProps) {
    super(scope, id);
    this.props = props;
    this.check();
    const { namePrefix, topicArn, archiveBucketName, evidenceBuckets = [], otherBuckets = [], watchedLogGroups = [props.logGroupName] } = props;
    const review = (childId: string, name: string, patterns: readonly string[], description: string): LogAlarm =>
      this.add(childId, name, patterns, 1, Control.AU7_REVIEW, description);
    this.alarms = [
      review('RootUse', TrailAlarmName.ROOT_USE, rootUsePatterns(), 'The root user acted. Confirm with its holder why; nobody needs it from day to day.'),
      review('ArchiveChanges', TrailAlarmName.ARCHIVE_CHANGES, archivePatterns([archiveBucketName, ...evidenceBuckets], otherBuckets),
        'A setting of a bucket that holds evidence was changed, or somebody tried to delete or unlock what lies in one. Compare it with an approved change.'),
      review('KeyPolicies', TrailAlarmName.KEY_POLICIES, keyPolicyPatterns(), 'The policy of a KMS key was changed, or somebody granted the use of one. Check who can decrypt now.'),
      review('KeyLoss', TrailAlarmName.KEY_LOSS, keyLossPatterns(), 'A KMS key was disabled, is to be deleted, or no longer rotates. Cancel the deletion and enable the key until it is approved.'),
      review('TrailChanges', TrailAlarmName.TRAIL_CHANGES, trailChangePatterns(), 'CloudTrail was stopped or changed. Restore it, and treat what happened since as unrecorded.'),
      review('LogChanges', TrailAlarmName.LOG_CHANGES, logChangePatterns(watchedLogGroups), 'A log group that holds evidence was deleted, or its retention, key, subscription or filters were changed. Compare it with an approved change.'),
      review('AlarmChanges', TrailAlarmName.ALARM_CHANGES, alarmChangePatterns(namePrefix, topicArn), 'An alarm was changed, deleted or switched off, or the topic of alarms or a subscription to it was changed. Compare it with an approved change.'),
      this.add('SignInFailures', TrailAlarmName.SIGN_IN_FAILURES, signInFailurePatterns(), SIGN_IN_FAILURES, Control.AU8_LOGIN_MONITOR, 'Several sign-ins to the console failed. Find the source address, and whether one succeeded.'),
      review('SignInWithoutMfa', TrailAlarmName.SIGN_IN_WITHOUT_MFA, signInWithoutMfaPatterns(), 'An IAM user signed in to the console with a password alone. Give the user a second factor, or no password.'),
      review('IamChanges', TrailAlarmName.IAM_CHANGES, iamChangePatterns(), 'A policy, a trust policy, a group, a credential or an identity provider of IAM was changed. Compare it with an approved change.'),
      review('ClusterAccess', TrailAlarmName.CLUSTER_ACCESS, clusterAccessPatterns(), 'Somebody was let into an EKS cluster, or its configuration, identity provider or add-ons were changed. Compare it with an approved change.'),
      review('EvidenceChanges', TrailAlarmName.EVIDENCE_CHANGES, evidenceChangePatterns(),
        'A Firehose stream, a Glue table or database, or an Athena workgroup was changed or deleted: audit events may go astray, or answers show others. Compare it with an approved change.'),
      ...props.keys.map((key) => review(`Decrypt${pascal(key.name)}`, `${TrailAlarmName.DECRYPT}${key.name}`, this.patternsOf(key),
        `Somebody who is not listed decrypted with the key ${key.name}, or tried to. Find what was read by the encryption context of the event.`)),
    ];
  }

  private patternsOf({ keyArn, decrypters }: WatchedKeyProps): string[] {
    return decryptPatterns(keyArn, decrypters, partitionOf(this.props.region), this.props.account);
  }

  private add(childId: string, name: string, [pattern, ...morePatterns]: readonly string[], threshold: number, control: Control, description: string): LogAlarm {
    const { namePrefix, logGroupName, topicArn, region } = this.props;
    const alarm = new LogAlarm(this, childId, { alarmName: `${namePrefix}-${name}`, description, logGroupName, pattern, morePatterns, threshold, topicArn, region });
    Safeguard.implement(alarm.metricAlarm.alarm, control, `tells a topic of what its filters find in the trail: ${name}`);
    return alarm;
  }

  private check(): void {
    const path = this.node.path;
    const { props } = this;
    checkFields(path, props, FIELDS, 'alarms on a trail take no other field');
    checkNamePrefix(path, props.namePrefix);
    checkArn(path, 'topicArn', props.topicArn, 'sns');
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkBucketName(path, 'archiveBucketName', props.archiveBucketName);
    for (const prop of ['evidenceBuckets', 'otherBuckets'] as const) {
      for (const bucket of props[prop] ?? []) checkBucketName(path, prop, bucket);
    }
    for (const group of props.watchedLogGroups ?? []) checkLogGroupName(path, 'watchedLogGroups', group);
    if (props.watchedLogGroups?.length === 0) throw Errors.refused(path, 'watchedLogGroups names none', props.watchedLogGroups, 'control AU7, 45 CFR 164.308(a)(1)(ii)(D)', "name the groups, or leave it out for the trail's own");
    if (!Array.isArray(props.keys)) throw Errors.missing(path, 'keys', 'give the watched keys, or an empty list');
    const ids = new Set<string>();
    for (const key of props.keys) {
      this.checkKey(key);
      if (ids.has(pascal(key.name))) throw Errors.refused(path, 'keys has two of one name', key.name, 'each key has an alarm of its own', 'give each another name');
      ids.add(pascal(key.name));
    }
  }

  private checkKey(key: WatchedKeyProps): void {
    const path = this.node.path;
    const { region, account } = this.props;
    checkFields(path, key, ['name', 'keyArn', 'decrypters'], 'a watched key takes no other field');
    if (typeof key.name !== 'string' || !KEY_NAME.test(key.name) || key.name.length > 64) {
      throw Errors.refused(path, 'keys has a name that is none', key.name, 'it becomes part of the name of an alarm', "use at most 64 lower-case letters, digits and hyphens, such as 'audit-archive'");
    }
    checkKeyArn(path, `keys.${key.name}`, key.keyArn, undefined, account);
    checkPartition(path, `keys.${key.name}`, key.keyArn, region);
    if (!Array.isArray(key.decrypters)) throw Errors.missing(path, `decrypters of ${key.name}`, 'list the roles that may decrypt, or give an empty list');
    for (const arn of key.decrypters as readonly string[]) {
      checkArn(path, `decrypters of ${key.name}`, arn, 'iam');
      checkPartition(path, `decrypters of ${key.name}`, arn, region);
      if (!isTerraformToken(arn) && !/:(role|user)\//.test(arn)) {
        throw Errors.refused(path, `decrypters of ${key.name} names no role or user`, arn, 'control AU7, 45 CFR 164.308(a)(1)(ii)(D): CloudTrail names the role or user that decrypted', "use an ARN such as 'arn:aws:iam::123456789012:role/auditor'");
      }
    }
    const length = Math.max(...this.patternsOf(key).map(patternLength));
    if (length > LONGEST_PATTERN) {
      throw Errors.refused(path, `${key.name} has more decrypters than fit into a filter`, key.decrypters.length, 'Amazon CloudWatch Logs, PutMetricFilter: 1024 characters, and what is to be left out cannot be spread over filters',
        'let fewer roles decrypt, give them shorter names, and name them by plain ARNs rather than references');
    }
  }
}

function pascal(name: string): string {
  return name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
