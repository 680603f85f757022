import type { TerraformStack } from 'cdktf';
import { AlarmComparison, MetricAlarm, MissingData, type MetricAlarmProps } from '../../lib/alarms/metric-alarm';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const props: Required<MetricAlarmProps> = {
  alarmName: 'delivery-failures', description: 'Audit events are not reaching the archive.', namespace: 'AWS/Logs', metricName: 'DeliveryErrors', dimensions: { LogGroupName: 'a', FilterName: 'b' }, statistic: 'Maximum',
  comparison: AlarmComparison.BELOW, threshold: 0.5, periodSeconds: 3600, evaluationPeriods: 24, missingData: MissingData.BAD, topicArn: TOPIC, region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new MetricAlarm(stack, 'Alarm', { ...props, ...changes });
const DEFAULTS = { dimensions: undefined, statistic: undefined, periodSeconds: undefined, evaluationPeriods: undefined, missingData: undefined };

describe('MetricAlarm', () => {
  test('tells a topic when it rings and when it stops', () => {
    expect(synthStack(make(DEFAULTS)).only('aws_cloudwatch_metric_alarm')).toEqual({
      alarm_name: 'delivery-failures', alarm_description: 'Audit events are not reaching the archive.', namespace: 'AWS/Logs', metric_name: 'DeliveryErrors', statistic: 'Sum', comparison_operator: 'LessThanThreshold',
      threshold: 0.5, period: 300, evaluation_periods: 1, treat_missing_data: 'notBreaching', actions_enabled: true, alarm_actions: [TOPIC], ok_actions: [TOPIC], region: 'us-east-1',
    });
  });

  test('takes every prop', () => {
    expect(synthStack(make()).only('aws_cloudwatch_metric_alarm')).toMatchSnapshot();
  });

  test('claims nothing, as its metric decides what it serves', () => {
    const stack = testStack();
    const alarm = make()(stack);

    expect(alarm.node.defaultChild).toBe(alarm.alarm);
    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each([
    ['a week by the hour', { periodSeconds: 3600, evaluationPeriods: 168 }], ['a day by the minute', { periodSeconds: 60, evaluationPeriods: 1440 }], ['20 seconds', { periodSeconds: 20, evaluationPeriods: 1 }],
    ['a reference to a topic', { topicArn: '${aws_sns_topic.Alarms.arn}' }],
  ])('takes %s', (_what, changes) => {
    expect(() => make(changes)(testStack())).not.toThrow();
  });

  test.each<[string, object, unknown, string, string]>([
    ['a field that it does not know', { period: 60 }, 'period', 'takes no other field', 'use one of: alarmName'],
    ['no name', { alarmName: '' }, '', 'alarmName is required', 'non-empty'],
    ['a long name', { alarmName: 'a'.repeat(256) }, 'a'.repeat(256), '255 characters', 'shorter'],
    ['no description', { description: undefined }, undefined, 'description is required', 'non-empty'],
    ['a long description', { description: 'a'.repeat(1025) }, 'a'.repeat(1025), '1024 characters', 'shorter'],
    ['no namespace', { namespace: ' ' }, ' ', 'namespace is required', 'non-empty'],
    ['no metric', { metricName: '' }, '', 'metricName is required', 'non-empty'],
    ['a dimension without a name', { dimensions: { '': 'a' } }, '', 'Dimension', 'LogGroupName'],
    ['a dimension that begins with a colon', { dimensions: { ':a': 'a' } }, ':a', 'Dimension', 'LogGroupName'],
    ['a dimension without a value, which no metric has', { dimensions: { LogGroupName: '' } }, '', 'dimensions.LogGroupName is required', 'non-empty'],
    ['31 dimensions', { dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, 'a'])) }, 31, '30', 'those that the metric has'],
    ['a statistic that is a percentile', { statistic: 'p99' }, 'p99', 'PutMetricAlarm', 'Average'],
    ['no comparison', { comparison: '>' }, '>', 'PutMetricAlarm', 'GreaterThanThreshold'],
    ['missing data that is ignored', { missingData: 'ignore' }, 'ignore', 'PutMetricAlarm', 'notBreaching'],
    ['a threshold of no number', { threshold: NaN }, NaN, 'PutMetricAlarm', 'use a number'],
    ['a period of 45 seconds', { periodSeconds: 45 }, 45, 'multiple of 60', '300'],
    ['no period', { periodSeconds: 0 }, 0, 'multiple of 60', '300'],
    ['no periods', { evaluationPeriods: 0 }, 0, 'PutMetricAlarm', '1 to'],
    ['more than a day by the minute', { periodSeconds: 60, evaluationPeriods: 1441 }, 86_460, 'a day', 'fewer'],
    ['more than a week', { periodSeconds: 86_400, evaluationPeriods: 8 }, 691_200, 'a week', 'fewer'],
    ['a topic that is none', { topicArn: 'arn:aws:sqs:us-east-1:123456789012:a' }, 'arn:aws:sqs:us-east-1:123456789012:a', 'AWS: arn', 'full ARN'],
    ['a topic of another region', { region: 'us-west-2' }, TOPIC, 'its own region', 'us-west-2'],
    ['no region', { region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Alarm', value, rule, remedy });
  });
});
