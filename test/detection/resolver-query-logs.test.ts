import type { TerraformStack } from 'cdktf';
import { ResolverQueryLogs, type ResolverQueryLogsProps } from '../../lib/detection/resolver-query-logs';
import { Retention } from '../../lib/profile/retention';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const props: Required<ResolverQueryLogsProps> = {
  configName: 'healthcare dns', vpcId: 'vpc-0a1b2c3d4e5f60718', logGroupName: '/hipaa/healthcare/dns-queries', retention: Retention.years(6), kmsKeyArn: KEY, account: '123456789012', region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new ResolverQueryLogs(stack, 'DnsLogs', { ...props, ...changes });

describe('ResolverQueryLogs', () => {
  test('records the queries of one VPC into an encrypted log group that takes them', () => {
    const stack = synthStack(make());
    const [config] = Object.keys(stack.resources.aws_route53_resolver_query_log_config);
    const [policy] = Object.keys(stack.resources.aws_cloudwatch_log_resource_policy);

    expect(stack.only('aws_route53_resolver_query_log_config')).toMatchObject({ name: 'healthcare dns', depends_on: [`aws_cloudwatch_log_resource_policy.${policy}`], region: 'us-east-1' });
    expect(stack.only('aws_route53_resolver_query_log_config').destination_arn).toMatch(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}$/);
    expect(stack.only('aws_route53_resolver_query_log_config_association')).toEqual({
      resolver_query_log_config_id: `\${aws_route53_resolver_query_log_config.${config}.id}`, resource_id: props.vpcId, region: 'us-east-1',
    });
    expect(stack.only('aws_cloudwatch_log_group')).toMatchObject({ name: props.logGroupName, kms_key_id: KEY });
    expect(JSON.parse(stack.only('aws_cloudwatch_log_resource_policy').policy_document as string)).toMatchSnapshot();
  });

  test('lets log delivery write for this account alone, into this group alone', () => {
    const stack = synthStack(make({ region: 'cn-north-1', kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }));
    const { policy_name: name, policy_document: document } = stack.only('aws_cloudwatch_log_resource_policy');

    expect(name).toBe('healthcare-dns');
    expect((JSON.parse(document as string) as { Statement: object[] }).Statement).toEqual([{
      Sid: 'AllowLogDelivery', Effect: 'Allow', Principal: { Service: 'delivery.logs.amazonaws.com' }, Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws-cn:logs:cn-north-1:123456789012:log-group:/hipaa/healthcare/dns-queries:log-stream:*',
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' }, ArnLike: { 'aws:SourceArn': 'arn:aws-cn:logs:cn-north-1:123456789012:*' } },
    }]);
    const logs = make()(testStack());
    expect(logs.node.defaultChild).toBe(logs.config);
    expect(logs.logGroup.logGroup.nameInput).toBe(props.logGroupName);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name of digits alone', { configName: '123' }, '123', 'CreateResolverQueryLogConfig', 'not digits alone'],
    ['a name with a slash', { configName: 'a/b' }, 'a/b', 'CreateResolverQueryLogConfig', '1 to 64'],
    ['a VPC that is none', { vpcId: 'vpc-1' }, 'vpc-1', 'ids of resources', 'vpc-'],
    ['a log group by wildcard', { logGroupName: '*' }, '*', 'wildcard', 'full name'],
    ['an account that is none', { account: 'x' }, 'x', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'east' }, 'east', 'regions', 'us-east-1'],
    ['an unknown field', { destinationArn: 'x' }, 'destinationArn', 'no other field', 'logGroupName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/DnsLogs', value, rule, remedy });
  });
});
