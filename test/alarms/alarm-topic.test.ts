import type { TerraformStack } from 'cdktf';
import { AlarmTopic, type AlarmTopicProps } from '../../lib/alarms/alarm-topic';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant } from '../../lib/encryption/key-service-grant';
import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = 'arn:aws:sns:us-east-1:123456789012:alarms';
const props: Required<AlarmTopicProps> = {
  topicName: 'alarms', account: '123456789012', region: 'us-east-1', kmsKeyArn: KEY, subscribers: [AlarmSubscriber.email('security@company.com'), AlarmSubscriber.https('https://events.example.com/integration/secret')],
};
const make = (changes: object = {}) => (stack: TerraformStack) => new AlarmTopic(stack, 'Alarms', { ...props, ...changes });

const made = synthStack(make());
const POLICY = concrete(made.only('aws_sns_topic_policy').policy as string);

describe('AlarmTopic', () => {
  test('is encrypted, with a policy and a subscription for each', () => {
    const [topic] = Object.keys(made.resources.aws_sns_topic);
    const arn = `\${aws_sns_topic.${topic}.arn}`;

    expect(made.only('aws_sns_topic')).toEqual({ name: 'alarms', region: 'us-east-1', kms_master_key_id: KEY });
    expect(made.only('aws_sns_topic_policy')).toMatchObject({ arn, region: 'us-east-1' });
    expect(Object.values(made.resources.aws_sns_topic_subscription)).toEqual([
      { topic_arn: arn, protocol: 'email', endpoint: 'security@company.com', region: 'us-east-1' },
      { topic_arn: arn, protocol: 'https', endpoint: 'https://events.example.com/integration/secret', region: 'us-east-1' },
    ]);
    expect(JSON.parse(POLICY)).toMatchSnapshot();
  });

  test('claims incident response on each subscription, without the secret in a URL', () => {
    const stack = testStack();
    const { topic, node } = make()(stack);

    expect(node.defaultChild).toBe(topic);
    expect(claimsBelow(stack)).toEqual(['Test/Alarms/Subscription1 implements IR1', 'Test/Alarms/Subscription2 implements IR1']);
    expect(JSON.stringify(node.findAll().flatMap((construct) => construct.node.metadata))).not.toContain('secret');
  });

  test.each([[undefined], [[]]])('falls short where nobody is told: %j', (subscribers) => {
    const stack = testStack();
    make({ subscribers })(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Alarms/Resource falls-short IR1']);
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({ region: 'cn-north-1', kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }));

    expect(stack.only('aws_sns_topic_policy').policy).toContain('"Resource":"arn:aws-cn:sns:cn-north-1:123456789012:alarms"');
  });

  const own = { 'aws:SourceAccount': '123456789012', 'aws:SecureTransport': 'true' };
  test.each<[string, string, string, Record<string, string>, string]>([
    ['a stranger', 'arn:aws:iam::999999999999:role/a', 'sns:Publish', { 'aws:SecureTransport': 'true' }, 'ImplicitlyDenied'],
    ['nobody', 'anonymous', 'sns:Publish', { 'aws:SecureTransport': 'true' }, 'ImplicitlyDenied'],
    ['nobody, without TLS', 'anonymous', 'sns:Publish', { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ["an alarm of another account's", 'cloudwatch.amazonaws.com', 'sns:Publish', { ...own, 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['an alarm of nobody knows which account', 'cloudwatch.amazonaws.com', 'sns:Publish', { 'aws:SecureTransport': 'true' }, 'ImplicitlyDenied'],
    ["a vault of another account's", 'backup.amazonaws.com', 'sns:Publish', { ...own, 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['an alarm without TLS', 'cloudwatch.amazonaws.com', 'sns:Publish', { ...own, 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['a rule without TLS', 'events.amazonaws.com', 'sns:Publish', { 'aws:SecureTransport': 'false' }, 'ExplicitlyDenied'],
    ['another service', 's3.amazonaws.com', 'sns:Publish', own, 'ImplicitlyDenied'],
    ['an alarm that subscribes', 'cloudwatch.amazonaws.com', 'sns:Subscribe', own, 'ImplicitlyDenied'],
    ['a rule that subscribes', 'events.amazonaws.com', 'sns:Subscribe', own, 'ImplicitlyDenied'],
    ['an alarm', 'cloudwatch.amazonaws.com', 'sns:Publish', own, 'Allowed'],
    ['a vault', 'backup.amazonaws.com', 'sns:Publish', own, 'Allowed'],
    ['a rule, of which EventBridge says no account', 'events.amazonaws.com', 'sns:Publish', { 'aws:SecureTransport': 'true' }, 'Allowed'],
  ])('policy: %s', async (_what, principal, action, context, expected) => {
    expect(await decide({ principal, action, resource: ARN, context, resourcePolicy: POLICY })).toBe(expected);
  });

  test('policy: an administrator publishes by TLS alone', async () => {
    const request = (secure: string) => decide({ principal: 'arn:aws:iam::123456789012:role/admin', action: 'sns:Publish', resource: ARN, context: { 'aws:SecureTransport': secure }, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: POLICY });

    expect([await request('false'), await request('true')]).toEqual(['ExplicitlyDenied', 'Allowed']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a field that it does not know', { encrypted: true }, 'encrypted', 'takes no other field', 'use one of: topicName'],
    ['a name with a dot', { topicName: 'alarms.fifo' }, 'alarms.fifo', 'CreateTopic', 'letters'],
    ['no name', { topicName: undefined }, undefined, 'CreateTopic', 'letters'],
    ['no account', { account: '1' }, '1', 'twelve digits', '123456789012'],
    ['no region', { region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
    ['a region that Terraform alone knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'write the region'],
    ['the key that AWS manages', { kmsKeyArn: 'alias/aws/sns' }, 'alias/aws/sns', 'AWS: arn', 'full ARN'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'own region', 'us-east-1'],
    ['a subscriber by its address', { subscribers: ['security@company.com'] }, 'security@company.com', 'IR1', 'AlarmSubscriber.email'],
    ['a subscriber twice', { subscribers: [AlarmSubscriber.email('a@b.com'), AlarmSubscriber.email('a@b.com')] }, 'a@b.com', 'Subscribe', 'name each once'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Alarms', value, rule, remedy });
  });
});

describe('KeyServiceGrant.alarms', () => {
  const CONTEXT = 'kms:EncryptionContext:aws:sns:topicArn';
  const policy = concrete(synthStack((stack) => new EncryptionKey(stack, 'Key', {
    alias: 'alarms', account: '123456789012', region: 'us-east-1', administrators: ['arn:aws:iam::123456789012:role/key-administrators'], services: KeyServiceGrant.alarms({ account: '123456789012', region: 'us-east-1' }),
  })).only('aws_kms_key').policy as string);

  test.each<[string, string, string, Record<string, string>, string]>([
    ['a topic of another account', 'cloudwatch.amazonaws.com', 'kms:GenerateDataKey', { [CONTEXT]: ARN.replace('123456789012', '999999999999') }, 'ImplicitlyDenied'],
    ['a topic of another region', 'events.amazonaws.com', 'kms:Decrypt', { [CONTEXT]: ARN.replace('us-east-1', 'us-west-2') }, 'ImplicitlyDenied'],
    ['what is no topic', 'events.amazonaws.com', 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    ['another service', 's3.amazonaws.com', 'kms:Decrypt', { [CONTEXT]: ARN }, 'ImplicitlyDenied'],
    ['more than messages', 'cloudwatch.amazonaws.com', 'kms:PutKeyPolicy', { [CONTEXT]: ARN }, 'ImplicitlyDenied'],
    ...['backup', 'cloudwatch', 'events'].flatMap((service) => ['kms:Decrypt', 'kms:GenerateDataKey'].map((action): [string, string, string, Record<string, string>, string] =>
      [`${service}: ${action}, of which no account is said`, `${service}.amazonaws.com`, action, { [CONTEXT]: ARN }, 'Allowed'])),
  ])('key policy: %s', async (_what, principal, action, context, expected) => {
    expect(await decide({ principal, action, resource: KEY, context, resourcePolicy: policy })).toBe(expected);
  });

  test('names the partition, and refuses a region that Terraform alone knows', () => {
    expect(KeyServiceGrant.alarms({ account: '123456789012', region: 'us-gov-west-1' })[0].conditions[0].values).toEqual(['arn:aws-us-gov:sns:us-gov-west-1:123456789012:*']);
    expectRefusal(() => KeyServiceGrant.alarms({ account: '123456789012', region: '${var.region}' }), { path: 'KeyServiceGrant.alarms', value: '${var.region}', rule: 'at synth', remedy: 'write the region' });
    expect(KeyServiceGrant.alarms({ account: '123456789012', region: 'us-east-1', topicName: 'alarms' }).flatMap(({ conditions }) => conditions.map(({ values }) => values))).toEqual([[ARN], [ARN], [ARN]]);
    expectRefusal(() => KeyServiceGrant.alarms({ account: '123456789012', region: 'us-east-1', topicName: 'a*' }), { path: 'KeyServiceGrant.alarms', value: 'a*', rule: 'CreateTopic', remedy: 'letters' });
    expectRefusal(() => KeyServiceGrant.alarms({ account: '1', region: 'us-east-1' }), { path: 'KeyServiceGrant.alarms', value: '1', rule: 'twelve digits', remedy: '123456789012' });
  });
});
