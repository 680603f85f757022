import type { TerraformStack } from 'cdktf';
import { splitPatterns } from '../../lib/alarms/filter-pattern';
import { LogAlarm, type LogAlarmProps } from '../../lib/alarms/log-alarm';
import { claimsBelow } from '../support/claims';
import { matches } from '../support/metric-filter';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const props: Required<LogAlarmProps> = {
  alarmName: 'exec', description: 'Somebody opened a shell.', logGroupName: '/aws/eks/healthcare-cluster/cluster', pattern: '{ $.a = "b" }', morePatterns: ['{ $.c = "d" }', '{ $.e = "f" }'], threshold: 5, periodSeconds: 60, topicArn: TOPIC, region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new LogAlarm(stack, 'Exec', { ...props, ...changes });

describe('LogAlarm', () => {
  test('counts what matches, and rings at the first', () => {
    const stack = synthStack(make({ morePatterns: undefined, threshold: undefined, periodSeconds: undefined }));

    // Without a default value, a quiet log has no value at all; with dimensions, CloudWatch refuses one.
    expect(stack.only('aws_cloudwatch_log_metric_filter')).toEqual({
      name: 'exec', log_group_name: '/aws/eks/healthcare-cluster/cluster', pattern: '{ $.a = "b" }', region: 'us-east-1', metric_transformation: { name: 'exec', namespace: 'cdk8s-hipaa', value: '1', default_value: '0' },
    });
    expect(stack.only('aws_cloudwatch_metric_alarm')).toMatchObject({ alarm_name: 'exec', namespace: 'cdk8s-hipaa', metric_name: 'exec', statistic: 'Sum', comparison_operator: 'GreaterThanOrEqualToThreshold', threshold: 1, period: 300, treat_missing_data: 'notBreaching' });
  });

  test('counts several patterns into one metric, by filters of their own names', () => {
    const stack = synthStack(make());
    const filters = Object.values(stack.resources.aws_cloudwatch_log_metric_filter);

    expect(filters.map((filter) => [filter.name, filter.pattern])).toEqual([['exec', '{ $.a = "b" }'], ['exec-2', '{ $.c = "d" }'], ['exec-3', '{ $.e = "f" }']]);
    expect(new Set(filters.map((filter) => JSON.stringify(filter.metric_transformation))).size).toBe(1);
    expect(stack.only('aws_cloudwatch_metric_alarm')).toMatchObject({ threshold: 5, period: 60 });
    expect(stack.resources).toMatchSnapshot();
  });

  test('exposes filters and alarm, and claims nothing', () => {
    const stack = testStack();
    const alarm = make()(stack);

    expect(alarm.node.defaultChild).toBe(alarm.metricFilter);
    expect(alarm.node.children.map((child) => child.node.id)).toEqual(['Alarm', 'Resource', 'Filter2', 'Filter3']);
    expect(alarm.metricFilters[0]).toBe(alarm.metricFilter);
    expect(claimsBelow(stack)).toEqual([]);
  });

  const fits = `{ $.a = "${'b'.repeat(1012)}" }`;
  test('takes 1024 characters, and makes nothing where it refuses', () => {
    const stack = testStack();

    expect(() => make({ pattern: fits })(testStack())).not.toThrow();
    expect(() => make({ threshold: 0 })(stack)).toThrow();
    expect(stack.node.findChild('Exec').node.children).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a field that it does not know', { filter: '' }, 'filter', 'takes no other field', 'use one of: alarmName'],
    ['no name', { alarmName: undefined }, undefined, 'alarmName is required', 'non-empty'],
    ['a name that no metric may have', { alarmName: 'a:b' }, 'a:b', 'PutMetricFilter', 'letters'],
    ['no group', { logGroupName: '' }, '', 'logGroupName is required', 'non-empty'],
    ['no pattern, which would match everything', { pattern: '' }, '', 'pattern is required', 'non-empty'],
    ['a further pattern that is empty', { morePatterns: [' '] }, ' ', 'pattern is required', 'non-empty'],
    ['one character too many', { pattern: `${fits} ` }, 1025, '1024 characters', 'morePatterns'],
    ['a reference that may become too long', { morePatterns: [`{ $.a = "${'b'.repeat(900)}\${aws_kms_key.A.arn}" }`] }, 1072, '1024 characters', 'morePatterns'],
    ['101 patterns', { morePatterns: Array.from({ length: 100 }, () => '{ $.a = "b" }') }, 101, '100 filters', 'fewer'],
    ['a threshold of nothing', { threshold: 0 }, 0, 'counted', '1 to'],
    ['half a threshold', { threshold: 1.5 }, 1.5, 'counted', '1 to'],
    ['seconds, which no filter counts by', { periodSeconds: 30 }, 30, 'one-minute', 'multiple of 60'],
    ['a long description', { description: 'a'.repeat(1025) }, 'a'.repeat(1025), '1024 characters', 'shorter'],
    ['a topic of another region', { region: 'us-west-2' }, TOPIC, 'its own region', 'us-west-2'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Exec', value, rule, remedy });
  });
});

describe('splitPatterns', () => {
  const conditions = (count: number, length: number): string[] => Array.from({ length: count }, (_, index) => `$.b = "${String(index).padStart(length, 'x')}"`);

  test.each([[0, 10], [1, 10], [2, 10], [500, 10], [100, 300], [7, 900]])('%i alternatives of %i characters: each in one pattern, none too long', (count, length) => {
    const alternatives = conditions(count, length);
    const patterns = splitPatterns(['$.a = "a"'], alternatives);

    expect(patterns.every((pattern) => pattern.length <= 1024)).toBe(true);
    for (const alternative of alternatives) expect(patterns.filter((pattern) => pattern.includes(alternative))).toHaveLength(1);
    for (const [index] of alternatives.entries()) {
      expect(patterns.filter((pattern) => matches(pattern, { a: 'a', b: String(index).padStart(length, 'x') }))).toHaveLength(1);
      expect(patterns.filter((pattern) => matches(pattern, { a: 'b', b: String(index).padStart(length, 'x') }))).toHaveLength(0);
    }
    expect(patterns.length).toBeLessThanOrEqual(Math.ceil(count / Math.floor(1000 / (length + 13))) || 0);
  });
});
