import { partitionOf } from '../profile/aws';
import { matchesGlob } from './arn-glob';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { hasCondition, hasOnlyCondition, statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced, referenceTo } from './terraform-references';
import { unsettled } from './terraform-settled';

/** Services that publish to topics of alarms. */
export enum Publisher {
  CLOUDWATCH = 'cloudwatch.amazonaws.com',
  EVENTS = 'events.amazonaws.com',
}

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

/** What keeps a topic from taking what a service publishes, encrypted; undefined where it takes it. */
export function topicFlaw(topic: SynthesizedObject, publisher: Publisher, context: CheckContext): string | undefined {
  return context.once(`topic ${topic.reference.stack} ${topic.reference.address} of ${publisher}`, () => {
    const name = describeReference(topic.reference);
    const flaw = unsettled(topic);
    if (flaw !== undefined) return `${name}: ${flaw}`;
    const key = at(topic.content, 'kms_master_key_id');
    if (!key) return `${name} is not encrypted`;
    if (/(^|[:/])alias\/aws\//.test(String(key))) return `${name} is encrypted with the key that AWS manages, which ${publisher} may not use`;
    return policyFlaw(topic, publisher, context) ?? protection(topic, context) ?? keyFlaw(key, topic, publisher, context);
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

function policyFlaw(topic: SynthesizedObject, publisher: Publisher, context: CheckContext): string | undefined {
  const name = describeReference(topic.reference);
  if (at(topic.content, 'policy') !== undefined) return `${name} sets its policy itself, too`;
  const { of: [policy, second], unknown: [unknown] } = aboutTopic(topic, 'aws_sns_topic_policy', context);
  if (unknown) return `nobody can tell here which topic ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'arn'))}`;
  if (!policy) return `no aws_sns_topic_policy lets ${publisher} publish to ${name}`;
  if (second) return `${describeReference(policy.reference)} and ${describeReference(second.reference)} set the policy of ${name}: what is applied last wins`;
  const flaw = unsettled(policy);
  if (flaw !== undefined) return `${describeReference(policy.reference)}: ${flaw}`;
  const statements = statementsOf(at(policy.content, 'policy'));
  const publishes = (statement: WrittenStatement): boolean => covers(statement, 'sns:publish');
  const isOnTopic = ({ resources }: WrittenStatement): boolean => resources.some((resource) => [referenceTo(topic, 'arn'), arnOf(topic, context)].includes(resource));
  const allowed = statements.some((statement) => statement.allows && !statement.inverted && publishes(statement) && isOnTopic(statement) && lets(statement, publisher)
    && isForAccount(statement, publisher, context));
  if (!allowed) return `the policy of ${name} does not let ${publisher} publish to it, for this account`;
  const open = statements.some((statement) => statement.allows && (statement.inverted || statement.principals.get('AWS')?.includes('*')));
  if (open) return `the policy of ${name} lets everyone in`;
  const denied = statements.some((statement) => statement.denies && (statement.inverted || publishes(statement)) && !hasCondition(statement, 'Bool', 'aws:SecureTransport', 'false'));
  return denied ? `the policy of ${name} denies more than insecure transport` : undefined;
}

/** EventBridge supports no condition in the policy of a topic: its messages would be lost (Amazon EventBridge, Amazon SNS permissions). */
function isForAccount(statement: WrittenStatement, publisher: Publisher, context: CheckContext): boolean {
  if (statement.conditions.length === 0) return true;
  return publisher !== Publisher.EVENTS && hasOnlyCondition(statement, 'StringEquals', 'aws:SourceAccount', context.profile.account);
}

/** A policy of a topic that drops or changes messages by what is in them. */
function protection(topic: SynthesizedObject, context: CheckContext): string | undefined {
  const { of, unknown } = aboutTopic(topic, 'aws_sns_topic_data_protection_policy', context);
  const policy = of[0] ?? unknown[0];
  return policy && `${describeReference(policy.reference)} drops or changes messages to ${describeReference(topic.reference)}`;
}

/** A key of another stack is not judged here. */
function keyFlaw(value: unknown, topic: SynthesizedObject, publisher: Publisher, context: CheckContext): string | undefined {
  const name = describeReference(topic.reference);
  const key = referenced(value, topic, 'aws_kms_key', 'arn', context);
  if (!key) return undefined;
  const flaw = unsettled(key) ?? ([undefined, true].includes(at(key.content, 'is_enabled') as boolean | undefined) ? undefined : 'it is not enabled');
  if (flaw !== undefined) return `${describeReference(key.reference)}: ${flaw}`;
  const statements = statementsOf(at(key.content, 'policy'));
  const arn = arnOf(topic, context);
  const isForTopic = ({ conditions }: WrittenStatement): boolean => conditions.length === 0 || (conditions.length === 1 && conditions[0].key === 'kms:encryptioncontext:aws:sns:topicarn'
    && (conditions[0].values.includes(arn ?? '') || (/^(Arn(Like|Equals)|StringLike)$/.test(conditions[0].operator) && conditions[0].values.some((pattern) => arn !== undefined && matchesGlob(pattern, arn))))
    && /^(Arn|String)(Like|Equals)$/.test(conditions[0].operator));
  const allowed = (action: string): boolean => statements.some((statement) => statement.allows && !statement.inverted && lets(statement, publisher) && covers(statement, action)
    && statement.resources.includes('*') && isForTopic(statement));
  if (!KEY_ACTIONS.every(allowed)) return `the key of ${name} does not let ${publisher} encrypt: its messages would be lost`;
  const denied = statements.some((statement) => statement.denies && (statement.inverted || KEY_ACTIONS.some((action) => covers(statement, action)))
    && (statement.inverted || lets(statement, publisher) || statement.principals.get('AWS')?.includes('*')));
  return denied ? `the key of ${name} denies what ${publisher} needs of it: its messages would be lost` : undefined;
}

function lets(statement: WrittenStatement, publisher: Publisher): boolean {
  return statement.principals.get('Service')?.includes(publisher) === true;
}

function covers(statement: WrittenStatement, action: string): boolean {
  return statement.actions.some((pattern) => matchesGlob(pattern, action));
}

/** The ARN that a topic will have; undefined where its name or region is not known at synth. */
function arnOf({ content }: SynthesizedObject, { profile }: CheckContext): string | undefined {
  const [name, region] = [at(content, 'name'), at(content, 'region')];
  if (typeof name !== 'string' || typeof region !== 'string' || name.includes('${') || region.includes('${')) return undefined;
  return `arn:${partitionOf(region)}:sns:${region}:${profile.account}:${name}`;
}

interface AboutTopic {
  readonly of: readonly SynthesizedObject[];
  readonly unknown: readonly SynthesizedObject[];
}

/** What sets something of a topic, by a reference to it or by its ARN. */
function aboutTopic(topic: SynthesizedObject, owner: string, context: CheckContext): AboutTopic {
  const index = context.once(`${owner} by topic`, () => {
    const byKey = new Map<string, SynthesizedObject[]>();
    const unknown: SynthesizedObject[] = [];
    for (const object of context.ofKind(owner)) {
      const value = String(at(object.content, 'arn'));
      const named = value.includes('${') ? topicOf(value, object, context) : undefined;
      const key = named ? keyOf(named, context) : value;
      if (key.includes('${')) unknown.push(object);
      else byKey.set(key, [...(byKey.get(key) ?? []), object]);
    }
    return { byKey, unknown };
  });
  // The name of a topic that AWS or Terraform alone knows may be in any ARN.
  const texts = arnOf(topic, context) === undefined ? [...index.byKey].filter(([key]) => key.startsWith('arn:')).flatMap(([, objects]) => objects) : [];
  return { of: index.byKey.get(keyOf(topic, context)) ?? [], unknown: [...index.unknown, ...texts] };
}

function keyOf(topic: SynthesizedObject, context: CheckContext): string {
  return arnOf(topic, context) ?? `${topic.reference.stack} ${topic.reference.address}`;
}
