import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter';
import { Construct } from 'constructs';
import { checkFields, checkInteger, checkText, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { LONGEST_PATTERN, patternLength } from './filter-pattern';
import { AlarmComparison, MetricAlarm } from './metric-alarm';

export interface LogAlarmProps {
  /** Name of the alarm, its filter and its metric, without `:`, `*` and `$`; unique in the account and region. */
  readonly alarmName: string;
  /** What happened, and what to do; at most 1024 characters. */
  readonly description: string;
  /** The log group; give it as a reference where the stack makes it. */
  readonly logGroupName: string;
  /** CloudWatch Logs' filter pattern; at most 1024 characters. */
  readonly pattern: string;
  /**
   * Further patterns that count into the same metric, where one would be too long. An event that two of them match counts twice.
   * @default - none
   */
  readonly morePatterns?: readonly string[];
  /** Matching events within a period that ring the alarm. @default 1 */
  readonly threshold?: number;
  /** A multiple of 60, as filters count by the minute. @default 300 */
  readonly periodSeconds?: number;
  readonly topicArn: string;
  readonly region: string;
}

const FIELDS = ['alarmName', 'description', 'logGroupName', 'pattern', 'morePatterns', 'threshold', 'periodSeconds', 'topicArn', 'region'];
/** Filters of one log group (Amazon CloudWatch Logs, PutMetricFilter). */
const MOST_FILTERS = 100;
/** Namespace of the metrics that our filters count into. */
export const METRIC_NAMESPACE = 'cdk8s-hipaa';

/**
 * An alarm on what a log group records: a filter counts the events that match, and the alarm rings at a number of them.
 *
 * Serves 45 CFR 164.308(a)(1)(ii)(D). The group is of the class STANDARD: others have no metric filters. An alarm tells when it starts to ring and when it
 * stops: what happens while it rings is in the log, and not told again.
 *
 * @example
 *   new LogAlarm(stack, 'Exec', {
 *     alarmName: 'healthcare-cluster-exec',
 *     description: 'Somebody opened a shell in a PHI namespace.',
 *     logGroupName: '/aws/eks/healthcare-cluster/cluster',
 *     pattern: '{ $.objectRef.subresource = "exec" }',
 *     topicArn: topic.topicArn,
 *     region: 'us-east-1',
 *   });
 */
export class LogAlarm extends Construct {
  public readonly metricFilter: CloudwatchLogMetricFilter;
  /** All filters that count, the first of which is `metricFilter`. */
  public readonly metricFilters: readonly CloudwatchLogMetricFilter[];
  public readonly metricAlarm: MetricAlarm;

  public constructor(scope: Construct, id: string, props: LogAlarmProps) {
    super(scope, id);
    const patterns = [props.pattern, ...(props.morePatterns ?? [])];
    this.check(props, patterns);
    // The alarm first: what is wrong with it is told before anything is made.
    this.metricAlarm = new MetricAlarm(this, 'Alarm', {
      alarmName: props.alarmName,
      description: props.description,
      namespace: METRIC_NAMESPACE,
      metricName: props.alarmName,
      comparison: AlarmComparison.AT_LEAST,
      threshold: props.threshold ?? 1,
      periodSeconds: props.periodSeconds,
      topicArn: props.topicArn,
      region: props.region,
    });
    this.metricFilters = patterns.map((pattern, index) => new CloudwatchLogMetricFilter(this, index === 0 ? 'Resource' : `Filter${index + 1}`, {
      name: index === 0 ? props.alarmName : `${props.alarmName}-${index + 1}`,
      logGroupName: props.logGroupName,
      pattern,
      metricTransformation: { name: props.alarmName, namespace: METRIC_NAMESPACE, value: '1', defaultValue: '0' },
      region: props.region,
    }));
    this.metricFilter = this.metricFilters[0];
  }

  private check(props: LogAlarmProps, patterns: readonly string[]): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an alarm on a log takes no other field');
    checkText(path, 'alarmName', props.alarmName);
    if (!isTerraformToken(props.alarmName) && /[:*$]/.test(props.alarmName)) {
      throw Errors.refused(path, 'alarmName is no name of a metric', props.alarmName, 'Amazon CloudWatch Logs, PutMetricFilter: no :, * and $', 'use letters, digits and -');
    }
    checkText(path, 'logGroupName', props.logGroupName);
    if (patterns.length > MOST_FILTERS) {
      throw Errors.refused(path, 'there are too many patterns', patterns.length, 'Amazon CloudWatch Logs, PutMetricFilter: 100 filters a log group', 'use fewer, wider patterns');
    }
    for (const pattern of patterns) {
      checkText(path, 'pattern', pattern);
      if (patternLength(pattern) > LONGEST_PATTERN) {
        throw Errors.refused(path, 'pattern is too long', patternLength(pattern), 'Amazon CloudWatch Logs, PutMetricFilter: 1024 characters, a reference counted as the longest ARN', 'split it, and give the rest as morePatterns');
      }
    }
    checkInteger(path, 'threshold', props.threshold ?? 1, 1, 1_000_000, 'events are counted');
    const period = props.periodSeconds ?? 300;
    if (period < 60) throw Errors.refused(path, 'periodSeconds is shorter than what filters count by', period, 'Amazon CloudWatch, PutMetricAlarm: a metric of one-minute resolution', 'use a multiple of 60');
  }
}
