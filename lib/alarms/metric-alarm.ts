import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { checkArn, checkFields, checkInteger, checkRegion, checkText, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

/** When an alarm rings. */
export enum AlarmComparison {
  AT_LEAST = 'GreaterThanOrEqualToThreshold',
  ABOVE = 'GreaterThanThreshold',
  BELOW = 'LessThanThreshold',
}

/** What an alarm makes of a period without a value. */
export enum MissingData {
  /** Nothing happened: no value is no alarm. */
  GOOD = 'notBreaching',
  /** Something should have happened: silence is an alarm. */
  BAD = 'breaching',
}

export interface MetricAlarmProps {
  /** 1 to 255 characters, unique in the account and region. */
  readonly alarmName: string;
  /** What happened, and what to do; it is in the message. At most 1024 characters. */
  readonly description: string;
  /** Namespace of the metric: `AWS/Firehose`. */
  readonly namespace: string;
  readonly metricName: string;
  /** At most 30, each with a value: a metric is told from others by all of its dimensions. @default - none */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Minimum`, `Maximum` or `SampleCount`. @default Sum */
  readonly statistic?: string;
  readonly comparison: AlarmComparison;
  readonly threshold: number;
  /** Length of a period: a multiple of 60, or 10, 20 or 30 where the metric has such a resolution. @default 300 */
  readonly periodSeconds?: number;
  /** Periods that have to breach, one after the other. @default 1 */
  readonly evaluationPeriods?: number;
  /** @default MissingData.GOOD */
  readonly missingData?: MissingData;
  /** ARN of the topic in the alarm's region that is told when the alarm rings, and when it stops. */
  readonly topicArn: string;
  readonly region: string;
}

const FIELDS = [
  'alarmName', 'description', 'namespace', 'metricName', 'dimensions', 'statistic', 'comparison', 'threshold', 'periodSeconds', 'evaluationPeriods', 'missingData', 'topicArn', 'region',
];
const STATISTICS = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'];
const API = 'Amazon CloudWatch, PutMetricAlarm';
/** CloudWatch evaluates a day at most; a week where a period is an hour or longer (Amazon CloudWatch, PutMetricAlarm). */
const DAY = 86_400;
const HOUR = 3600;

/**
 * An alarm on a metric, with somewhere to go.
 *
 * Serves 45 CFR 164.308(a)(1)(ii)(D) for what its metric counts; it claims no control by itself, as the metric decides which.
 *
 * @example
 *   new MetricAlarm(stack, 'Failures', {
 *     alarmName: 'delivery-failures',
 *     description: 'Audit events are not reaching the archive.',
 *     namespace: 'AWS/Logs',
 *     metricName: 'DeliveryErrors',
 *     comparison: AlarmComparison.AT_LEAST,
 *     threshold: 1,
 *     topicArn: topic.topicArn,
 *     region: 'us-east-1',
 *   });
 */
export class MetricAlarm extends Construct {
  public readonly alarm: CloudwatchMetricAlarm;

  public constructor(scope: Construct, id: string, props: MetricAlarmProps) {
    super(scope, id);
    this.check(props);
    const { topicArn } = props;
    this.alarm = new CloudwatchMetricAlarm(this, 'Resource', {
      alarmName: props.alarmName,
      alarmDescription: props.description,
      namespace: props.namespace,
      metricName: props.metricName,
      dimensions: props.dimensions && { ...props.dimensions },
      statistic: props.statistic ?? 'Sum',
      comparisonOperator: props.comparison,
      threshold: props.threshold,
      period: props.periodSeconds ?? 300,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: props.missingData ?? MissingData.GOOD,
      actionsEnabled: true,
      alarmActions: [topicArn],
      okActions: [topicArn],
      region: props.region,
    });
  }

  private check(props: MetricAlarmProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an alarm takes no other field');
    checkText(path, 'alarmName', props.alarmName);
    if (props.alarmName.length > 255) throw Errors.refused(path, 'alarmName is too long', props.alarmName, `${API}: 255 characters`, 'use a shorter name');
    checkText(path, 'description', props.description);
    if (props.description.length > 1024) throw Errors.refused(path, 'description is too long', props.description, `${API}: 1024 characters`, 'say it shorter');
    checkText(path, 'namespace', props.namespace);
    checkText(path, 'metricName', props.metricName);
    this.checkDimensions(Object.entries(props.dimensions ?? {}));
    this.checkOneOf('statistic', props.statistic ?? 'Sum', STATISTICS);
    this.checkOneOf('comparison', props.comparison, Object.values(AlarmComparison));
    this.checkOneOf('missingData', props.missingData ?? MissingData.GOOD, Object.values(MissingData));
    if (!Number.isFinite(props.threshold)) throw Errors.refused(path, 'threshold is no number', props.threshold, API, 'use a number');
    checkRegion(path, 'region', props.region);
    this.checkTopic(props.topicArn, props.region);
    this.checkWindow(props.periodSeconds ?? 300, props.evaluationPeriods ?? 1);
  }

  private checkOneOf(prop: string, value: string, values: readonly string[]): void {
    if (!values.includes(value)) throw Errors.refused(this.node.path, `${prop} is none that CloudWatch knows`, value, API, `use one of: ${values.join(', ')}`);
  }

  private checkDimensions(dimensions: readonly (readonly [string, string])[]): void {
    const path = this.node.path;
    if (dimensions.length > 30) throw Errors.refused(path, 'there are too many dimensions', dimensions.length, `${API}: 30`, 'name those that the metric has');
    for (const [name, value] of dimensions) {
      if (!/^[^:].{0,254}$/.test(name)) throw Errors.refused(path, 'dimensions has a name that is none', name, 'Amazon CloudWatch, Dimension: 1 to 255 characters, the first no colon', "use a name such as 'LogGroupName'");
      checkText(path, `dimensions.${name}`, value);
    }
  }

  private checkTopic(topicArn: string, region: string): void {
    const path = this.node.path;
    checkArn(path, 'topicArn', topicArn, 'sns');
    if (isTerraformToken(topicArn) || isTerraformToken(region)) return;
    if (topicArn.split(':')[3] !== region) throw Errors.refused(path, 'topicArn is of another region', topicArn, `${API}: an alarm tells topics of its own region`, `use a topic in ${region}`);
  }

  private checkWindow(period: number, periods: number): void {
    const path = this.node.path;
    checkInteger(path, 'evaluationPeriods', periods, 1, 10_080, API);
    if (![10, 20, 30].includes(period) && !(Number.isInteger(period) && period > 0 && period % 60 === 0)) {
      throw Errors.refused(path, 'periodSeconds is no period', period, `${API}: 10, 20, 30 or a multiple of 60`, 'use 300');
    }
    if (period * periods > (period >= HOUR ? 7 * DAY : DAY)) {
      throw Errors.refused(path, 'the alarm looks back too far', period * periods, `${API}: a day, or a week for periods of an hour or longer`, 'use fewer or shorter periods');
    }
  }
}
