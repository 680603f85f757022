import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream';
import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { MetricAlarm } from '../../alarms/metric-alarm';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { EncryptedLogGroup } from '../../logs/encrypted-log-group';
import { checkAccount, checkArn, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkLogGroupName, checkPartition, checkRegion } from '../../profile/checks';
import { DeliveryPath } from '../../profile/delivery-path';
import { Errors } from '../../profile/errors';
import type { Retention } from '../../profile/retention';
import { checkKeyPrefix } from '../key-prefix';
import { deliveryAlarms } from './delivery-alarms';
import { firehoseRole, subscriptionRole } from './delivery-roles';

export interface AuditLogDeliveryProps {
  /** Names the stream, its roles, the subscription and the alarms; 1 to 55 of letters, digits and `._-`, unique in the account and region. */
  readonly deliveryName: string;
  /** The log group that is delivered; give it as a reference where the stack makes it. */
  readonly logGroupName: string;
  readonly account: string;
  /** Region of the log group and the stream. */
  readonly region: string;
  /** ARN of the bucket that Firehose writes into: the landing bucket of a staged delivery, or the archive itself. */
  readonly bucketArn: string;
  /** ARN of the key that encrypts that bucket by default, in the bucket's region; its policy lets `role` both encrypt and decrypt by S3. */
  readonly kmsKeyArn: string;
  /**
   * Region of the bucket and its key.
   * @default - `region`
   */
  readonly bucketRegion?: string;
  /** First part of every key, without slashes at its ends: `audit-logs/healthcare-cluster`. The hour follows it, in UTC: `2026/01/31/23/`. */
  readonly prefix: string;
  /**
   * First part of the keys of what could not be processed, outside of `prefix`. An archive that names `trustedPrefixes` has to name it, too: what could
   * not be processed is evidence as well, and the archive would refuse it.
   * @default delivery-errors/<prefix>
   */
  readonly errorPrefix?: string;
  /**
   * How objects come into the archive; it has to agree with what `bucketArn` is.
   * @default DeliveryPath.STAGED
   */
  readonly path?: DeliveryPath;
  /** How long Firehose's own error log is kept; one of the periods that CloudWatch Logs offers. */
  readonly errorLogRetention: Retention;
  /** ARN of the key that encrypts the error log, in `region`; its policy lets CloudWatch Logs in for `AuditLogDelivery.errorLogGroupName(deliveryName)`. */
  readonly logsKmsKeyArn: string;
  /**
   * ARN of a key that encrypts what waits in the stream. Firehose gets its use by a grant, so whoever makes the stream needs kms:CreateGrant on the key;
   * revoked, nothing is delivered any more. Without it AWS encrypts with a key of its own, which nobody can audit or revoke.
   * @default - a key that AWS owns
   */
  readonly streamKmsKeyArn?: string;
  /**
   * Longest time that Firehose gathers events before it writes an object: 60 to 900 seconds.
   * @default 300
   */
  readonly bufferSeconds?: number;
  /**
   * Size at which it writes earlier: 1 to 128 MiB, before compression. Small objects make queries slow.
   * @default 64
   */
  readonly bufferMegabytes?: number;
  /**
   * Time without an event after which an alarm rings: whole minutes, up to a day, in seconds. A control plane logs every few seconds.
   * @default 3600
   */
  readonly silenceSeconds?: number;
  /**
   * Whether silence is an alarm at all. The log of sessions may be silent for weeks.
   * @default true
   */
  readonly alarmOnSilence?: boolean;
  /** ARN of the topic that alarms go to. */
  readonly topicArn: string;
  /**
   * What has to be there before the first event is delivered, where the stack makes it: the bucket's policy, which itself waits for lock and replication. An
   * object that comes before them is never locked, or never replicated.
   * @default - it is all there already
   */
  readonly after?: readonly ITerraformDependable[];
}

const FIELDS = [
  'deliveryName', 'logGroupName', 'account', 'region', 'bucketArn', 'kmsKeyArn', 'bucketRegion', 'prefix', 'errorPrefix', 'path', 'errorLogRetention', 'logsKmsKeyArn', 'streamKmsKeyArn',
  'bufferSeconds', 'bufferMegabytes', 'silenceSeconds', 'alarmOnSilence', 'topicArn', 'after',
];
const ERROR_LOG_STREAM = 'DestinationDelivery';
const HOUR = '!{timestamp:yyyy/MM/dd/HH}';
const DAY_SECONDS = 86_400;
const DEFAULT_SILENCE = 3600;

/**
 * What Firehose does with each record: CloudWatch Logs sends envelopes of many events, compressed; they are opened, and each event's message becomes a
 * line. That extraction itself ends a message with a newline is not documented; AppendDelimiterToRecord ends each record with one, without a parameter
 * and without dynamic partitioning (Amazon Data Firehose, Processor). Should both do it, an empty line is no row of any query; should neither, queries see
 * the first event of a record alone: look at the first object that arrives.
 */
const PROCESSORS = [
  { type: 'Decompression', parameters: [{ parameterName: 'CompressionFormat', parameterValue: 'GZIP' }] },
  { type: 'CloudWatchLogProcessing', parameters: [{ parameterName: 'DataMessageExtraction', parameterValue: 'true' }] },
  { type: 'AppendDelimiterToRecord' },
];

/**
 * Carries a log group to S3: a subscription filter hands every event to Amazon Data Firehose, which writes them as compressed lines, by the hour, in the
 * layout that the log shipper of a self-managed cluster has, too.
 *
 * Serves 45 CFR 164.312(b) and 316(b)(2)(i): a log group can be deleted by whoever may, an object in the archive by nobody. Nothing is filtered, so that the
 * archive is complete. Object Lock demands a checksum of every upload, and whether Firehose sends one that S3 takes is not documented; that a replica is locked
 * by the default retention of its destination is. So by default (DeliveryPath.STAGED) Firehose writes into a bucket without a lock, whose replication
 * into the archive is that bucket's own (`LandingBucket`). CloudWatch Logs tries for 24 hours where Firehose throttles or fails. Where the role or the stream is
 * not right (AccessDenied, ResourceNotFound) it does not try again, and skips all events for up to ten minutes, again and again (Amazon CloudWatch Logs,
 * subscriptions). Firehose tries for 24 hours. What is dropped stays in the log group for its retention; alarms tell of all of it, and of
 * silence. A log group takes two subscription filters.
 *
 * @example
 *   const delivery = new AuditLogDelivery(stack, 'Delivery', {
 *     deliveryName: 'healthcare-cluster-audit',
 *     logGroupName: '/aws/eks/healthcare-cluster/cluster',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     bucketArn: 'arn:aws:s3:::hipaa-audit-landing-123456789012-us-east-1',
 *     kmsKeyArn: archiveKey.arn,
 *     prefix: 'audit-logs/healthcare-cluster',
 *     errorLogRetention: Retention.days(90),
 *     logsKmsKeyArn: logsKey.arn,
 *     topicArn: 'arn:aws:sns:us-east-1:123456789012:healthcare-cluster-alarms',
 *   });
 *   archiveKey.addEncrypter(delivery.role.arn);
 *   archiveKey.addDecrypter(delivery.role.arn);
 */
export class AuditLogDelivery extends Construct {
  /** Name of the log group that Firehose tells its errors to; the policy of the key of log groups has to name it. */
  public static errorLogGroupName(deliveryName: string): string {
    return `/aws/kinesisfirehose/${deliveryName}`;
  }

  /** Where what could not be processed lies, as long as nobody gives an `errorPrefix`. */
  public static defaultErrorPrefix(prefix: string): string {
    return `delivery-errors/${prefix}`;
  }

  /** The role that Firehose writes with; the policies of the bucket's key, and of a bucket of another account, have to let it in. */
  public readonly role: IamRole;
  /** The role that CloudWatch Logs hands events over with. */
  public readonly subscriptionRole: IamRole;
  public readonly stream: KinesisFirehoseDeliveryStream;
  public readonly subscriptionFilter: CloudwatchLogSubscriptionFilter;
  public readonly errorLogGroup: EncryptedLogGroup;
  public readonly errorPrefix: string;
  public readonly alarms: readonly MetricAlarm[];

  public constructor(scope: Construct, id: string, props: AuditLogDeliveryProps) {
    super(scope, id);
    const { deliveryName, region, prefix, bufferSeconds = 300, path = DeliveryPath.STAGED, after = [] } = props;
    this.check(props);
    this.errorPrefix = props.errorPrefix ?? AuditLogDelivery.defaultErrorPrefix(prefix);
    const errorLogGroupName = AuditLogDelivery.errorLogGroupName(deliveryName);

    this.errorLogGroup = new EncryptedLogGroup(this, 'ErrorLog', { logGroupName: errorLogGroupName, region, retention: props.errorLogRetention, kmsKeyArn: props.logsKmsKeyArn });
    const errorLogStream = new CloudwatchLogStream(this, 'ErrorLogStream', { name: ERROR_LOG_STREAM, logGroupName: this.errorLogGroup.logGroupName, region });
    const writer = firehoseRole(this, props, {
      bucketArn: props.bucketArn,
      bucketRegion: props.bucketRegion ?? region,
      kmsKeyArn: props.kmsKeyArn,
      prefixes: [prefix, this.errorPrefix],
      errorLogGroupName,
      errorLogStreamName: ERROR_LOG_STREAM,
    });
    this.role = writer.role;
    this.stream = new KinesisFirehoseDeliveryStream(this, 'Resource', {
      name: deliveryName,
      region,
      destination: 'extended_s3',
      serverSideEncryption: props.streamKmsKeyArn === undefined
        ? { enabled: true, keyType: 'AWS_OWNED_CMK' }
        : { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn: props.streamKmsKeyArn },
      extendedS3Configuration: {
        roleArn: this.role.arn,
        bucketArn: props.bucketArn,
        prefix: `${prefix}/${HOUR}/`,
        errorOutputPrefix: `${this.errorPrefix}/!{firehose:error-output-type}/${HOUR}/`,
        customTimeZone: 'UTC',
        bufferingInterval: bufferSeconds,
        bufferingSize: props.bufferMegabytes ?? 64,
        compressionFormat: 'GZIP',
        // Athena tells the compression by the end of the name.
        fileExtension: '.json.gz',
        s3BackupMode: 'Disabled',
        processingConfiguration: { enabled: true, processors: PROCESSORS },
        cloudwatchLoggingOptions: { enabled: true, logGroupName: this.errorLogGroup.logGroupName, logStreamName: errorLogStream.name },
      },
      // Firehose tries the role when the stream is made.
      dependsOn: [writer.policy, ...after],
    });
    const subscriber = subscriptionRole(this, props);
    this.subscriptionRole = subscriber.role;
    this.subscriptionFilter = new CloudwatchLogSubscriptionFilter(this, 'Subscription', {
      name: deliveryName,
      region,
      logGroupName: props.logGroupName,
      // Everything.
      filterPattern: '',
      destinationArn: this.stream.arn,
      roleArn: this.subscriptionRole.arn,
      // CloudWatch Logs puts a record to try it when the filter is made.
      dependsOn: [subscriber.policy, ...after],
    });
    this.alarms = deliveryAlarms(this, {
      deliveryName,
      region,
      bufferSeconds,
      logGroupName: props.logGroupName,
      streamName: this.stream.name,
      silenceSeconds: props.alarmOnSilence === false ? undefined : props.silenceSeconds ?? DEFAULT_SILENCE,
      topicArn: props.topicArn,
    });

    Safeguard.implement(this.subscriptionFilter, Control.AU4_OFF_CLUSTER, path === DeliveryPath.STAGED
      ? 'carries the log group into the archive, through a landing bucket that is replicated'
      : 'carries the log group straight into the archive; that its lock lets Firehose write is proven by an object there alone');
  }

  private check(props: AuditLogDeliveryProps): void {
    const path = this.node.path;
    const { region, bucketRegion, prefix, errorPrefix } = props;
    checkFields(path, props, FIELDS, 'a delivery takes no other field');
    if (typeof props.deliveryName !== 'string' || !/^[\w.-]{1,55}$/.test(props.deliveryName)) {
      throw Errors.refused(path, 'deliveryName is no name of a stream and its roles', props.deliveryName, 'Amazon Data Firehose, CreateDeliveryStream; AWS IAM, quotas: names of roles', 'use 1 to 55 of letters, digits and ._-');
    }
    checkLogGroupName(path, 'logGroupName', props.logGroupName);
    checkAccount(path, 'account', props.account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    if (bucketRegion !== undefined) {
      checkRegion(path, 'bucketRegion', bucketRegion);
      checkKnownAtSynth(path, 'bucketRegion', bucketRegion);
    }
    checkArn(path, 'bucketArn', props.bucketArn, 's3');
    if (/^arn:[^/]*\//.test(props.bucketArn)) {
      throw Errors.refused(path, 'bucketArn is the ARN of an object', props.bucketArn, 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN, and name the keys in prefix");
    }
    checkPartition(path, 'bucketArn', props.bucketArn, region);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, bucketRegion ?? region);
    checkKeyPrefix(path, 'prefix', prefix);
    if (errorPrefix !== undefined) {
      checkKeyPrefix(path, 'errorPrefix', errorPrefix);
      if (`${errorPrefix}/`.startsWith(`${prefix}/`)) {
        throw Errors.refused(path, 'errorPrefix lies within prefix', errorPrefix, 'queries read all that lies under prefix: what could not be processed is no event', `leave errorPrefix out, or use '${AuditLogDelivery.defaultErrorPrefix(prefix)}'`);
      }
    }
    if (props.path !== undefined && !Object.values(DeliveryPath).includes(props.path)) {
      throw Errors.refused(path, 'path is no DeliveryPath', props.path, 'control AU4, 45 CFR 164.312(b)', 'use DeliveryPath.STAGED or DeliveryPath.DIRECT');
    }
    if (props.streamKmsKeyArn !== undefined) checkKeyArn(path, 'streamKmsKeyArn', props.streamKmsKeyArn, region);
    checkInteger(path, 'bufferSeconds', props.bufferSeconds ?? 300, 60, 900, 'Amazon Data Firehose, BufferingHints; an event that waits can be lost with the stream');
    checkInteger(path, 'bufferMegabytes', props.bufferMegabytes ?? 64, 1, 128, 'Amazon Data Firehose, BufferingHints');
    const silence = props.silenceSeconds ?? DEFAULT_SILENCE;
    if (!Number.isInteger(silence) || silence < 60 || silence > DAY_SECONDS || silence % 60 !== 0) {
      throw Errors.refused(path, 'silenceSeconds is no period of an alarm', silence, 'Amazon CloudWatch, PutMetricAlarm: multiples of 60, up to a day', 'use whole minutes in seconds, such as 3600');
    }
    if (props.alarmOnSilence !== undefined && typeof props.alarmOnSilence !== 'boolean') {
      throw Errors.refused(path, 'alarmOnSilence is no boolean', props.alarmOnSilence, 'control AU4, 45 CFR 164.312(b): a log that stops is noticed', 'leave it out, or use false for a log that may be silent');
    }
    checkArn(path, 'topicArn', props.topicArn, 'sns');
  }
}
