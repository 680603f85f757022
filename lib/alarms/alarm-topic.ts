import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { AlarmSubscriber } from '../profile/alarm-subscriber';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKeyArn, checkKnownAtSynth, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface AlarmTopicProps {
  /** 1 to 256 of letters, digits, - and _. */
  readonly topicName: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the KMS key that encrypts messages, in the topic's region; its policy lets in who publishes (`KeyServiceGrant.alarms`). */
  readonly kmsKeyArn: string;
  /**
   * Whom alarms reach.
   * @default - nobody: control IR1 is not met
   */
  readonly subscribers?: readonly AlarmSubscriber[];
}

/** Who publishes in the name of an account: alarms, and what AWS Backup tells by its own principal. */
const PUBLISHERS = ['backup.amazonaws.com', 'cloudwatch.amazonaws.com'];

/**
 * The encrypted topic that alarms go to, and from there to people.
 *
 * Serves 45 CFR 164.308(a)(6)(ii). Only AWS services publish, and nobody without TLS. Alarms and backups do so for this account alone; a rule
 * of EventBridge of another account that knows the topic's ARN could send a false one, and read none.
 *
 * @example
 *   const topic = new AlarmTopic(stack, 'Alarms', {
 *     topicName: 'healthcare-cluster-alarms',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     kmsKeyArn: key.arn,
 *     subscribers: [AlarmSubscriber.email('security@company.com')],
 *   });
 */
export class AlarmTopic extends Construct {
  public readonly topic: SnsTopic;
  public readonly topicArn: string;

  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    this.check(props);
    const { topicName, account, region, subscribers = [] } = props;
    this.topic = new SnsTopic(this, 'Resource', { name: topicName, region, kmsMasterKeyId: props.kmsKeyArn });
    this.topicArn = this.topic.arn;
    const arn = `arn:${partitionOf(region)}:sns:${region}:${account}:${topicName}`;
    new SnsTopicPolicy(this, 'Policy', {
      arn: this.topicArn,
      region,
      policy: new PolicyDocument(this.node.path, [
        {
          sid: 'AllowAlarms',
          effect: PolicyEffect.ALLOW,
          principals: { services: PUBLISHERS },
          actions: ['sns:Publish'],
          resources: [arn],
          conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] }],
        },
        // Without a condition: EventBridge supports none in the policy of a topic, and its alarms would be lost (Amazon EventBridge, Amazon SNS permissions).
        { sid: 'AllowEvents', effect: PolicyEffect.ALLOW, principals: { services: ['events.amazonaws.com'] }, actions: ['sns:Publish'], resources: [arn] },
        {
          sid: 'DenyInsecureTransport',
          effect: PolicyEffect.DENY,
          principals: { aws: ['*'] },
          actions: ['sns:Publish'],
          resources: [arn],
          conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] }],
        },
      ]).toJson(),
    });
    subscribers.forEach((subscriber, index) => {
      const subscription = new SnsTopicSubscription(this, `Subscription${index + 1}`, { topicArn: this.topicArn, protocol: subscriber.protocol, endpoint: subscriber.endpoint, region });
      Safeguard.implement(subscription, Control.IR1_INCIDENT, `alarms reach ${subscriber.description}`);
    });
    if (subscribers.length === 0) Safeguard.fallShort(this.topic, Control.IR1_INCIDENT, 'nobody is subscribed to the alarms');
  }

  private check(props: AlarmTopicProps): void {
    const path = this.node.path;
    checkFields(path, props, ['topicName', 'account', 'region', 'kmsKeyArn', 'subscribers'], 'a topic for alarms takes no other field');
    if (typeof props.topicName !== 'string' || !/^[\w-]{1,256}$/.test(props.topicName)) {
      throw Errors.refused(path, 'topicName is no name of a topic', props.topicName, 'Amazon SNS, CreateTopic', 'use 1 to 256 of letters, digits, - and _');
    }
    checkAccount(path, 'account', props.account);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    const stranger = (props.subscribers ?? []).find((subscriber) => !(subscriber instanceof AlarmSubscriber));
    if (stranger !== undefined) throw Errors.refused(path, 'subscribers has an entry that is no AlarmSubscriber', stranger, 'control IR1, 45 CFR 164.308(a)(6)(ii)', "use AlarmSubscriber.email('security@company.com')");
    const endpoints = (props.subscribers ?? []).map((subscriber) => subscriber.endpoint);
    const twice = endpoints.find((endpoint, index) => endpoints.indexOf(endpoint) !== index);
    // Amazon SNS has one subscription of them: who removes one of the two takes away both.
    if (twice !== undefined) throw Errors.refused(path, 'subscribers names one endpoint twice', twice, 'Amazon SNS, Subscribe: one subscription an endpoint', 'name each once');
  }
}
