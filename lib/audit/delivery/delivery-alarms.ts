import type { Construct } from 'constructs';
import { AlarmComparison, MetricAlarm, MissingData, type MetricAlarmProps } from '../../alarms/metric-alarm';

/** @internal What the alarms of a delivery watch. */
export interface DeliveryAlarmsProps {
  readonly deliveryName: string;
  readonly logGroupName: string;
  /** The stream's name as a reference. */
  readonly streamName: string;
  readonly bufferSeconds: number;
  /** Undefined where silence is no alarm. */
  readonly silenceSeconds: number | undefined;
  readonly topicArn: string;
  readonly region: string;
}

/** A record that waits three times as long as the buffer, and at least half an hour, is stuck. */
const SHORTEST_FRESHNESS = 1800;

/** Id, end of the name, and the alarm. */
type Alarm = readonly [string, string, Omit<MetricAlarmProps, 'alarmName' | 'topicArn' | 'region'>];

/**
 * @internal The alarms of a delivery. What is throttled, or fails at Firehose, is tried for 24 hours, in which nothing is lost yet. A record that CloudWatch Logs
 * may not hand over is lost at once: it tries no AccessDenied and no ResourceNotFound again. The metrics of the subscription are asked for by the log group
 * alone: they are there for every destination and filter of it.
 */
export function deliveryAlarms(scope: Construct, props: DeliveryAlarmsProps): readonly MetricAlarm[] {
  const ofGroup = { namespace: 'AWS/Logs', dimensions: { LogGroupName: props.logGroupName } };
  const ofStream = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: props.streamName } };
  const happened = { comparison: AlarmComparison.AT_LEAST, threshold: 1 };
  const silent = { comparison: AlarmComparison.BELOW, threshold: 1, periodSeconds: props.silenceSeconds, missingData: MissingData.BAD };
  const silence: readonly Alarm[] = [
    ['Silence', 'log-group-silent', { ...ofGroup, ...silent, metricName: 'IncomingLogEvents', description: 'Nothing is written into the audit log group. Look whether the log types of the control plane are on.' }],
    ['StreamSilence', 'nothing-arrives', { ...ofStream, ...silent, metricName: 'IncomingRecords', description: 'No audit event arrives at Firehose. Look whether the subscription filter of the log group is still there.' }],
  ];
  const alarms: readonly Alarm[] = [
    ['DeliveryErrors', 'delivery-errors', { ...ofGroup, ...happened, metricName: 'DeliveryErrors', description: 'CloudWatch Logs cannot hand audit events to Firehose. Where the role or the stream is wrong it drops them at once; errors of Firehose itself it tries for 24 hours. Mend the role and the stream of the subscription now, then export what is missing from the log group.' }],
    ['DeliveryThrottling', 'delivery-throttling', { ...ofGroup, ...happened, metricName: 'DeliveryThrottling', description: 'Firehose takes audit events more slowly than they come; after 24 hours they are dropped. Ask for a higher quota of the stream.' }],
    ['WriteFailures', 'write-failures', {
      ...ofStream, metricName: 'DeliveryToS3.Success', statistic: 'Average', comparison: AlarmComparison.BELOW, threshold: 1,
      description: 'Firehose fails to write audit events into the bucket; after 24 hours it drops them. Look at its error log, the policy of the bucket and that of its key.',
    }],
    ['Staleness', 'staleness', {
      ...ofStream, metricName: 'DeliveryToS3.DataFreshness', statistic: 'Maximum', comparison: AlarmComparison.ABOVE, threshold: Math.max(SHORTEST_FRESHNESS, 3 * props.bufferSeconds),
      description: 'The oldest audit event in Firehose waits for longer than it should. Look at the error log of the delivery.',
    }],
    ...(props.silenceSeconds === undefined ? [] : silence),
  ];
  return alarms.map(([id, name, alarm]) => new MetricAlarm(scope, id, { ...alarm, alarmName: `${props.deliveryName}-${name}`, topicArn: props.topicArn, region: props.region }));
}
