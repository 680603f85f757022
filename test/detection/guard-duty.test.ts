import type { TerraformStack } from 'cdktf';
import { GuardDutyDetection, type GuardDutyDetectionProps } from '../../lib/detection/guard-duty';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const DETECTOR = '0123456789abcdef0123456789abcdef';
const base: GuardDutyDetectionProps = { region: 'us-east-1', ruleName: 'findings', topicArn: TOPIC };
const make = (changes: object = {}) => (stack: TerraformStack) => new GuardDutyDetection(stack, 'GuardDuty', { ...base, ...changes });
const features = (changes: object = {}) => Object.values(synthStack(make(changes)).resources.aws_guardduty_detector_feature);

describe('GuardDutyDetection', () => {
  test('watches EKS, by its audit log and on its nodes, and S3', () => {
    const stack = synthStack(make());
    const [detector] = Object.keys(stack.resources.aws_guardduty_detector);

    expect(stack.only('aws_guardduty_detector')).toEqual({ enable: true, finding_publishing_frequency: 'FIFTEEN_MINUTES', region: 'us-east-1', lifecycle: { prevent_destroy: true } });
    expect(features().map(({ name, status }) => `${name} ${status}`)).toEqual(['EKS_AUDIT_LOGS ENABLED', 'RUNTIME_MONITORING ENABLED', 'S3_DATA_EVENTS ENABLED']);
    expect(features().every((feature) => feature.detector_id === `\${aws_guardduty_detector.${detector}.id}` && feature.region === 'us-east-1')).toBe(true);
    // All that GuardDuty tells of, or the provider replaces the feature on every plan.
    expect(features()[1].additional_configuration).toEqual([
      { name: 'EKS_ADDON_MANAGEMENT', status: 'ENABLED' }, { name: 'ECS_FARGATE_AGENT_MANAGEMENT', status: 'DISABLED' }, { name: 'EC2_AGENT_MANAGEMENT', status: 'DISABLED' },
    ]);
    expect({ rule: stack.only('aws_cloudwatch_event_rule'), target: stack.only('aws_cloudwatch_event_target') }).toMatchSnapshot();
  });

  test('tells the topic of findings, without a role: EventBridge publishes by its own principal', () => {
    const stack = synthStack(make());
    const target = stack.only('aws_cloudwatch_event_target');

    expect(target.arn).toBe(TOPIC);
    expect(target.rule).toBe(`\${aws_cloudwatch_event_rule.${Object.keys(stack.resources.aws_cloudwatch_event_rule)[0]}.name}`);
    expect(target.role_arn).toBeUndefined();
    // Every name of the template has a path, and the template is a JSON string.
    const { input_paths: paths, input_template: template } = target.input_transformer as { input_paths: Record<string, string>; input_template: string };
    expect([...template.matchAll(/<(\w+)>/g)].map(([, name]) => name).filter((name) => !(name in paths))).toEqual([]);
    expect(typeof JSON.parse(template)).toBe('string');
    expect(JSON.parse(stack.only('aws_cloudwatch_event_rule').event_pattern as string)).toEqual({ 'source': ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], 'detail': { severity: [{ numeric: ['>=', 4] }] } });
  });

  test('takes every prop', () => {
    const props: Required<GuardDutyDetectionProps> = { ...base, minSeverity: 7, malwareProtection: true, existingDetectorId: DETECTOR };
    const stack = synthStack((scope) => new GuardDutyDetection(scope, 'GuardDuty', props));

    expect(stack.resources.aws_guardduty_detector).toBeUndefined();
    expect(Object.values(stack.resources.aws_guardduty_detector_feature).map((feature) => `${feature.name} ${feature.detector_id}`)).toContain(`EBS_MALWARE_PROTECTION ${DETECTOR}`);
    expect(stack.only('aws_cloudwatch_event_rule').event_pattern).toContain('[">=",7]');
  });

  test.each<[string, object, string[]]>([
    ['a detector of its own', {}, ['Test/GuardDuty/RuntimeMonitoring implements AU9']],
    ['a detector whose state nobody knows here', { existingDetectorId: DETECTOR }, ['Test/GuardDuty/RuntimeMonitoring left-open AU9']],
  ])('claims the control for %s', (_what, changes, claims) => {
    const stack = testStack();
    make(changes)(stack);

    expect(claimsBelow(stack)).toEqual(claims);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a topic that is none', { topicArn: 'alarms' }, 'alarms', 'AWS: arn:', 'full ARN'],
    ['a topic of another partition', { topicArn: 'arn:aws-cn:sns:cn-north-1:123456789012:a' }, 'arn:aws-cn:sns:cn-north-1:123456789012:a', 'partition aws', "'arn:aws:'"],
    ['to keep high severity silent', { minSeverity: 8 }, 8, 'AU9', 'use 4'],
    ['no severity', { minSeverity: 0 }, 0, 'AU9', 'use 4'],
    ['a text for a severity', { minSeverity: 'HIGH' }, 'HIGH', 'AU9', 'use 4'],
    ['a detector that is none', { existingDetectorId: 'abc' }, 'abc', '32 hex digits', 'list-detectors'],
    ['a text for a boolean', { malwareProtection: 'yes' }, 'yes', 'malware', 'true or false'],
    ['a rule name with a blank', { ruleName: 'a b' }, 'a b', 'PutRule', '1 to 64'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['an unknown field', { severity: 4 }, 'severity', 'no other field', 'minSeverity'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/GuardDuty', value, rule, remedy });
  });
});
