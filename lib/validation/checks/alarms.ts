import { Control } from '../../controls/control';
import { ClaimKind } from '../../controls/safeguard';
import { isOn, subscribersOf, subscriptionFlaw, tells, topicFlaw, topicOf } from '../alarm-topics';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { detectionsOf, type Detection } from '../detections';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

/** What is checked on alarms and on those whom they reach. Each alarm is judged from the log group to the mailbox. */
export const ALARM_CHECKS: readonly Check[] = [
  {
    control: Control.IR1_INCIDENT,
    kind: 'aws_sns_topic_subscription',
    check: (object, context) => {
      const topic = topicOf(at(object.content, 'topic_arn'), object, context);
      if (!topic) return 'it is to no topic of the same stack';
      const flaw = subscriptionFlaw(object) ?? topicFlaw(topic, context);
      if (flaw !== undefined) return flaw;
      const used = context.ofKind('aws_cloudwatch_metric_alarm').some((alarm) => unsettled(alarm) === undefined && tells(alarm, topic, context));
      return used ? undefined : `no alarm tells ${describeReference(topic.reference)}`;
    },
  },
  ...[Control.AU7_REVIEW, Control.AU8_LOGIN_MONITOR].map((control): Check => ({
    control,
    kind: 'aws_cloudwatch_metric_alarm',
    check: (object, context) => nobodyIsTold(object, context) ?? replaced(object, context) ?? nothingIsFound(object, context),
  })),
];

/** Whether an alarm that rings reaches somebody. */
function nobodyIsTold(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  if (!isOn(alarm)) return 'its actions are not on';
  const topics = listAt(alarm.content, 'alarm_actions').map((action) => topicOf(action, alarm, context)).filter((topic) => topic !== undefined);
  if (topics.length === 0) return 'it tells no topic of the same stack';
  const flaws = topics.map((topic) => topicFlaw(topic, context) ?? nobodyListens(topic, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}

/** A topic that says itself that nobody is subscribed leaves control IR1 not met, on which these rest: a stack without a mailbox can still be made. */
function nobodyListens(topic: SynthesizedObject, context: CheckContext): string | undefined {
  const admitted = topic.claims.some(({ control, kind }) => control === Control.IR1_INCIDENT && kind === ClaimKind.FALLS_SHORT);
  return admitted || subscribersOf(topic, context).length > 0 ? undefined : `nobody is subscribed to ${describeReference(topic.reference)}`;
}

/** Another alarm of the same name: AWS keeps the one that was made last. */
function replaced(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  return twin(alarm, 'aws_cloudwatch_metric_alarm', 'alarm_name', context);
}

function twin(object: SynthesizedObject, type: string, attribute: string, context: CheckContext): string | undefined {
  const key = ({ content }: SynthesizedObject): string => [at(content, attribute), at(content, 'log_group_name')].map(String).join(' ');
  const byName = context.once(`${type} by name`, () => {
    const index = new Map<string, SynthesizedObject[]>();
    for (const one of context.ofKind(type)) index.set(key(one), [...(index.get(key(one)) ?? []), one]);
    return index;
  });
  const other = byName.get(key(object))?.find((one) => one !== object);
  return other && `${describeReference(other.reference)} has the same name: what is applied last wins`;
}

/** Whether what the alarm is called after is what its filters look for, in the log where it is, and whether one find rings. */
function nothingIsFound(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  const name = String(at(alarm.content, 'alarm_name'));
  const named = context.once('detections', () => detectionsOf(context.profile)).filter((detection) => isCalledAfter(name, detection));
  if (named.length === 0) return `it is called after nothing that is known to be looked for: ${name}`;
  const flaws = named.map((detection) => deafness(alarm.content, detection) ?? blindness(alarm, detection, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}

/** What its filters do not find of a detection. */
function blindness(alarm: SynthesizedObject, detection: Detection, context: CheckContext): string | undefined {
  const patterns: string[] = [];
  const flaws: string[] = [];
  for (const filter of filtersOf(alarm, context)) {
    const flaw = filterFlaw(filter, alarm, detection, context);
    if (flaw === undefined) patterns.push(String(at(filter.content, 'pattern')));
    else flaws.push(`${describeReference(filter.reference)}: ${flaw}`);
  }
  if (detection.isFoundBy(patterns)) return undefined;
  return flaws[0] ?? (patterns.length === 0 ? `no filter counts into its metric ${String(at(alarm.content, 'metric_name'))}` : 'its filters look for less than was emitted');
}

function isCalledAfter(name: string, detection: Detection): boolean {
  return detection.name.endsWith('-') ? name.includes(`-${detection.name}`) : name.endsWith(`-${detection.name}`);
}

/** What keeps the alarm from ringing at what its filters count. */
function deafness(content: unknown, { highestThreshold }: Detection): string | undefined {
  const threshold = at(content, 'threshold');
  if (at(content, 'comparison_operator') !== 'GreaterThanOrEqualToThreshold') return `it compares by ${String(at(content, 'comparison_operator'))}`;
  if (typeof threshold !== 'number' || threshold > highestThreshold) return `it rings at ${String(threshold)}, and not at ${highestThreshold}`;
  if (at(content, 'statistic') !== 'Sum') return `its statistic is ${String(at(content, 'statistic'))}`;
  if (Number(at(content, 'evaluation_periods')) !== 1) return `it waits for ${String(at(content, 'evaluation_periods'))} periods`;
  if (!(Number(at(content, 'period')) >= 60 && Number(at(content, 'period')) <= 3600)) return `its period is ${String(at(content, 'period'))} seconds`;
  const narrower = ['dimensions', 'metric_query', 'unit', 'extended_statistic', 'threshold_metric_id'].find((attribute) => at(content, attribute) !== undefined);
  return narrower && `it has ${narrower}, and not the whole of its metric`;
}

function filtersOf(alarm: SynthesizedObject, context: CheckContext): readonly SynthesizedObject[] {
  const key = (stack: string | undefined, ...parts: unknown[]): string => [stack, ...parts].map(String).join(' ');
  const byMetric = context.once('metric filters by metric', () => {
    const index = new Map<string, SynthesizedObject[]>();
    for (const filter of context.ofKind('aws_cloudwatch_log_metric_filter')) {
      const [metric] = listAt(filter.content, 'metric_transformation');
      const name = key(filter.reference.stack, at(metric, 'namespace'), at(metric, 'name'));
      index.set(name, [...(index.get(name) ?? []), filter]);
    }
    return index;
  });
  return byMetric.get(key(alarm.reference.stack, at(alarm.content, 'namespace'), at(alarm.content, 'metric_name'))) ?? [];
}

function filterFlaw(filter: SynthesizedObject, alarm: SynthesizedObject, { logGroup }: Detection, context: CheckContext): string | undefined {
  const { content } = filter;
  const flaw = unsettled(filter) ?? twin(filter, 'aws_cloudwatch_log_metric_filter', 'name', context);
  if (flaw !== undefined) return flaw;
  const group = referenced(at(content, 'log_group_name'), filter, 'aws_cloudwatch_log_group', 'name', context);
  const name = group ? at(group.content, 'name') : at(content, 'log_group_name');
  if (name !== logGroup) return `it reads ${String(name)}, not ${logGroup}`;
  if (at(content, 'region') !== at(alarm.content, 'region')) return 'it counts in another region than the alarm';
  const [metric] = listAt(content, 'metric_transformation');
  if (!(Number(at(metric, 'value')) >= 1)) return `it counts ${String(at(metric, 'value'))} for a find`;
  return at(metric, 'dimensions') === undefined ? undefined : 'it counts by dimensions';
}
