import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { hasCondition, statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { ownersOf } from './terraform-owners';
import { referenced } from './terraform-references';
import { unsettled } from './terraform-settled';

const ALARM = 'cloudwatch.amazonaws.com';
/** What the key of a topic lets who publishes do (Amazon SNS, key management). */
const KEY_ACTIONS = ['kms:decrypt', 'kms:generatedatakey'];
/** Protocols that reach somebody, and what an endpoint of each looks like. */
const ENDPOINTS: ReadonlyMap<string, RegExp> = new Map([
  ['email', /^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/],
  ['https', /^https:\/\/[^\s/?#@]+\.\S+$/],
  ['lambda', /^(arn:[^:]+:lambda:[^:]+:[0-9]{12}:function:\S+|\$\{\S+\})$/],
]);

/** The topic of the same stack that something names by its ARN. */
export function topicOf(arn: unknown, from: SynthesizedObject, context: CheckContext): SynthesizedObject | undefined {
  return referenced(arn, from, 'aws_sns_topic', 'arn', context);
}

/** What keeps a topic from taking alarms, encrypted; undefined where it takes them. */
export function topicFlaw(topic: SynthesizedObject, context: CheckContext): string | undefined {
  return context.once(`topic ${topic.reference.stack} ${topic.reference.address}`, () => {
    const name = describeReference(topic.reference);
    const flaw = unsettled(topic);
    if (flaw !== undefined) return `${name}: ${flaw}`;
    const key = at(topic.content, 'kms_master_key_id');
    if (!key) return `${name} is not encrypted`;
    if (/(^|[:/])alias\/aws\//.test(String(key))) return `${name} is encrypted with the key that AWS manages, which CloudWatch may not use`;
    return policyFlaw(topic, name, context) ?? keyFlaw(key, topic, name, context);
  });
}

/** What keeps a subscription from passing alarms on to somebody. */
export function subscriptionFlaw({ content }: SynthesizedObject): string | undefined {
  const protocol = String(at(content, 'protocol'));
  const form = ENDPOINTS.get(protocol);
  if (!form) return protocol === 'http' ? 'it goes over http, without TLS' : `nobody is known to be reached by ${protocol}`;
  if (!form.test(String(at(content, 'endpoint')))) return `its endpoint is none of ${protocol}: ${String(at(content, 'endpoint'))}`;
  return at(content, 'filter_policy') === undefined ? undefined : 'a filter policy drops messages';
}

/** Subscriptions to a topic that pass alarms on. */
export function subscribersOf(topic: SynthesizedObject, context: CheckContext): readonly SynthesizedObject[] {
  const byTopic = context.once('subscriptions by topic', () => {
    const index = new Map<SynthesizedObject, SynthesizedObject[]>();
    for (const subscription of context.ofKind('aws_sns_topic_subscription')) {
      const subscribed = topicOf(at(subscription.content, 'topic_arn'), subscription, context);
      if (!subscribed || (unsettled(subscription) ?? subscriptionFlaw(subscription)) !== undefined) continue;
      index.set(subscribed, [...(index.get(subscribed) ?? []), subscription]);
    }
    return index;
  });
  return byTopic.get(topic) ?? [];
}

/** Whether an alarm tells a topic when it rings. */
export function tells(alarm: SynthesizedObject, topic: SynthesizedObject, context: CheckContext): boolean {
  return isOn(alarm) && listAt(alarm.content, 'alarm_actions').some((action) => topicOf(action, alarm, context) === topic);
}

export function isOn({ content }: SynthesizedObject): boolean {
  return [undefined, true].includes(at(content, 'actions_enabled') as boolean | undefined);
}

function policyFlaw(topic: SynthesizedObject, name: string, context: CheckContext): string | undefined {
  if (at(topic.content, 'policy') !== undefined) return `${name} sets its policy itself, too`;
  const { of: [policy, second], unknown: [unknown] } = ownersOf(topic, { owner: 'aws_sns_topic_policy', attribute: 'arn', owned: 'aws_sns_topic' }, context);
  if (unknown) return `nobody can tell here which topic ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'arn'))}`;
  if (!policy) return `no aws_sns_topic_policy lets CloudWatch publish to ${name}`;
  if (second) return `${describeReference(policy.reference)} and ${describeReference(second.reference)} set the policy of ${name}: what is applied last wins`;
  const flaw = unsettled(policy);
  if (flaw !== undefined) return `${describeReference(policy.reference)}: ${flaw}`;
  const statements = statementsOf(at(policy.content, 'policy'));
  const publishes = (statement: WrittenStatement): boolean => statement.actions.some((action) => ['sns:publish', 'sns:*', '*'].includes(action));
  if (!statements.some((statement) => statement.allows && !statement.inverted && publishes(statement) && names(statement))) return `the policy of ${name} does not let CloudWatch publish`;
  const open = statements.some((statement) => statement.allows && (statement.inverted || statement.principals.get('AWS')?.includes('*')));
  if (open) return `the policy of ${name} lets everyone in`;
  const denied = statements.some((statement) => statement.denies && (statement.inverted || publishes(statement)) && !hasCondition(statement, 'Bool', 'aws:SecureTransport', 'false'));
  return denied ? `the policy of ${name} denies more than insecure transport` : undefined;
}

/** A key of another stack is not judged here. */
function keyFlaw(value: unknown, topic: SynthesizedObject, name: string, context: CheckContext): string | undefined {
  const key = referenced(value, topic, 'aws_kms_key', 'arn', context);
  if (!key) return undefined;
  const allowed = statementsOf(at(key.content, 'policy')).some((statement) => statement.allows && !statement.inverted && names(statement) && KEY_ACTIONS.every((action) => statement.actions.includes(action) || statement.actions.includes('kms:*')));
  return allowed ? undefined : `the key of ${name} does not let CloudWatch encrypt: its alarms would be lost`;
}

function names(statement: WrittenStatement): boolean {
  return statement.principals.get('Service')?.includes(ALARM) === true;
}
