import type { TerraformStack } from 'cdktf';
import { VpcFlowLogs, type VpcFlowLogsProps } from '../../lib/detection/vpc-flow-logs';
import { Retention } from '../../lib/profile/retention';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const props: Required<VpcFlowLogsProps> = {
  vpcId: 'vpc-0a1b2c3d4e5f60718', logGroupName: '/hipaa/healthcare/vpc-flow', retention: Retention.years(6), kmsKeyArn: KEY, roleName: 'flow-logs', account: '123456789012', region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new VpcFlowLogs(stack, 'FlowLogs', { ...props, ...changes });
const made = synthStack(make());
const TRUST = concrete(made.only('aws_iam_role').assume_role_policy as string);
const PERMISSIONS = concrete(made.only('aws_iam_role_policy').policy as string);
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/hipaa/healthcare/vpc-flow';

describe('VpcFlowLogs', () => {
  test('records every flow each minute into an encrypted log group', () => {
    expect(made.only('aws_flow_log')).toMatchObject({ vpc_id: props.vpcId, traffic_type: 'ALL', max_aggregation_interval: 60, log_destination_type: 'cloud-watch-logs', region: 'us-east-1' });
    expect(made.only('aws_flow_log').log_destination).toMatch(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}$/);
    expect(made.only('aws_cloudwatch_log_group')).toMatchObject({ name: props.logGroupName, retention_in_days: 2192, kms_key_id: KEY });
    expect(made.only('aws_flow_log')).toMatchSnapshot();
  });

  test('takes a reference to a VPC, and the names of the partition', () => {
    const stack = synthStack(make({ vpcId: '${aws_vpc.Own.id}', region: 'us-gov-west-1', kmsKeyArn: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a' }));

    expect(stack.only('aws_flow_log').vpc_id).toBe('${aws_vpc.Own.id}');
    expect(JSON.stringify(stack.resources)).not.toContain('arn:aws:');
    const flowLogs = make()(testStack());
    expect(flowLogs.node.defaultChild).toBe(flowLogs.flowLog);
    expect(flowLogs.logGroup.logGroup.nameInput).toBe(props.logGroupName);
  });

  const source = { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': 'arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/fl-0a1b2c3d' };
  test.each<[string, string, Record<string, string>, string]>([
    ['flow logs of another account', 'vpc-flow-logs.amazonaws.com', { ...source, 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['flow logs of another region', 'vpc-flow-logs.amazonaws.com', { ...source, 'aws:SourceArn': 'arn:aws:ec2:us-west-2:123456789012:vpc-flow-log/fl-0a1b2c3d' }, 'ImplicitlyDenied'],
    ['flow logs for nobody', 'vpc-flow-logs.amazonaws.com', {}, 'ImplicitlyDenied'],
    ['an administrator', 'arn:aws:iam::123456789012:role/admin', source, 'ImplicitlyDenied'],
    ['its flow log', 'vpc-flow-logs.amazonaws.com', source, 'Allowed'],
  ])('its role answers %s', async (_who, principal, context, decision) => {
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/flow-logs', context, resourcePolicy: TRUST })).toBe(decision);
  });

  test.each<[string, string, string]>([
    ['logs:PutLogEvents', `${GROUP}-2:log-stream:eni-1`, 'ImplicitlyDenied'],
    ['logs:DeleteLogStream', `${GROUP}:log-stream:eni-1`, 'ImplicitlyDenied'],
    ['logs:CreateLogGroup', GROUP, 'ImplicitlyDenied'],
    ['logs:GetLogEvents', `${GROUP}:log-stream:eni-1`, 'ImplicitlyDenied'],
    ['logs:PutLogEvents', `${GROUP}:log-stream:eni-1`, 'Allowed'],
    ['logs:CreateLogStream', `${GROUP}:log-stream:eni-1`, 'Allowed'],
  ])('answers its role that asks for %s on %s', async (action, resource, decision) => {
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/flow-logs/x', action, resource, identityPolicies: [PERMISSIONS] })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a VPC that is none', { vpcId: 'default' }, 'default', 'ids of resources', 'vpc-'],
    ['a log group by wildcard', { logGroupName: '/hipaa/*' }, '/hipaa/*', 'wildcard', 'full name'],
    ['a retention that is none', { retention: 7 }, 7, '316(b)(2)(i)', 'Retention.years(6)'],
    ['a role name that IAM refuses', { roleName: 'a b' }, 'a b', 'names of roles', '1 to 64'],
    ['an account that is none', { account: 'x' }, 'x', 'twelve digits', 'as a string'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ['an unknown field', { trafficType: 'REJECT' }, 'trafficType', 'no other field', 'vpcId'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/FlowLogs', value, rule, remedy });
  });
});
