import { Control } from '../../controls/control';
import { Publisher, subscriptionFlaw, tells, topicFlaw, topicOf } from '../alarm-topics';
import { ALARM, countFlaw, deafness, FILTER, groupNameOf, nobodyIsTold, replaced } from '../alarms';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { detectionsOf, type Detection } from '../detections';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { unsettled } from '../terraform-settled';
import { notOnTrail } from '../trail-log';

/** What is checked on alarms and on those whom they reach. Each alarm is judged from the log group to the mailbox. */
export const ALARM_CHECKS: readonly Check[] = [
  {
    control: Control.IR1_INCIDENT,
    kind: 'aws_sns_topic_subscription',
    check: (object, context) => {
      const topic = topicOf(at(object.content, 'topic_arn'), object, context);
      if (!topic) return 'it is to no topic of the same stack';
      const flaw = subscriptionFlaw(object) ?? topicFlaw(topic, Publisher.CLOUDWATCH, context);
      if (flaw !== undefined) return flaw;
      const used = context.ofKind(ALARM).some((alarm) => unsettled(alarm) === undefined && tells(alarm, topic, context));
      return used ? undefined : `no alarm tells ${describeReference(topic.reference)}`;
    },
  },
  ...[Control.AU7_REVIEW, Control.AU8_LOGIN_MONITOR].map((control): Check => ({
    control,
    kind: ALARM,
    check: (object, context) => nobodyIsTold(object, context) ?? replaced(object, context) ?? nothingIsFound(object, context),
  })),
];

/** Whether what the alarm is called after is what its filters look for, in the log where it is, and whether one find rings. */
function nothingIsFound(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  const name = String(at(alarm.content, 'alarm_name'));
  const named = context.once('detections', () => detectionsOf(context.profile)).filter((detection) => isCalledAfter(name, detection));
  if (named.length === 0) return `it is called after nothing that is known to be looked for: ${name}`;
  const flaws = named.map((detection) => deafness(alarm.content, detection.highestThreshold) ?? blindness(alarm, detection, context));
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

function filtersOf(alarm: SynthesizedObject, context: CheckContext): readonly SynthesizedObject[] {
  const key = (stack: string | undefined, ...parts: unknown[]): string => [stack, ...parts].map(String).join(' ');
  const byMetric = context.once('metric filters by metric', () => {
    const index = new Map<string, SynthesizedObject[]>();
    for (const filter of context.ofKind(FILTER)) {
      const [metric] = listAt(filter.content, 'metric_transformation');
      const name = key(filter.reference.stack, at(metric, 'namespace'), at(metric, 'name'));
      index.set(name, [...(index.get(name) ?? []), filter]);
    }
    return index;
  });
  return byMetric.get(key(alarm.reference.stack, at(alarm.content, 'namespace'), at(alarm.content, 'metric_name'))) ?? [];
}

function filterFlaw(filter: SynthesizedObject, alarm: SynthesizedObject, { logGroup }: Detection, context: CheckContext): string | undefined {
  const name = groupNameOf(filter, context);
  if (name !== logGroup) return unsettled(filter) ?? `it reads ${name}, not ${logGroup}`;
  return countFlaw(filter, alarm, context) ?? (logGroup === context.profile.names.trailLogGroup ? notOnTrail(filter, context) : undefined);
}
