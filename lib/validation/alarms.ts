import { Control } from '../controls/control';
import { ClaimKind } from '../controls/safeguard';
import { isOn, Publisher, subscribersOf, topicFlaw, topicOf } from './alarm-topics';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced } from './terraform-references';
import { unsettled } from './terraform-settled';

export const ALARM = 'aws_cloudwatch_metric_alarm';
export const FILTER = 'aws_cloudwatch_log_metric_filter';
/** What makes other events of a log group's, before a metric filter sees them. */
const MASKING = ['DATA_PROTECTION_POLICY', 'TRANSFORMER_POLICY'];

/** Whether an alarm that rings reaches somebody. */
export function nobodyIsTold(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  if (!isOn(alarm)) return 'its actions are not on';
  const topics = listAt(alarm.content, 'alarm_actions').map((action) => topicOf(action, alarm, context)).filter((topic) => topic !== undefined);
  if (topics.length === 0) return 'it tells no topic of the same stack';
  const flaws = topics.map((topic) => (at(topic.content, 'region') === at(alarm.content, 'region') ? undefined : `${describeReference(topic.reference)} is in another region than the alarm`)
    ?? topicFlaw(topic, Publisher.CLOUDWATCH, context) ?? nobodyListens(topic, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}

/** A topic that says itself that nobody is subscribed leaves control IR1 not met, on which these rest: a stack without a mailbox can still be made. */
export function nobodyListens(topic: SynthesizedObject, context: CheckContext): string | undefined {
  const admitted = topic.claims.some(({ control, kind }) => control === Control.IR1_INCIDENT && kind === ClaimKind.FALLS_SHORT);
  return admitted || subscribersOf(topic, context).length > 0 ? undefined : `nobody is subscribed to ${describeReference(topic.reference)}`;
}

/** Another alarm of the same name in the region: AWS keeps the one that was made last. */
export function replaced(alarm: SynthesizedObject, context: CheckContext): string | undefined {
  return twin(alarm, ALARM, 'alarm_name', context);
}

/** What keeps an alarm from ringing at what its filters count, where a number of finds has to ring. */
export function deafness(content: unknown, highestThreshold: number): string | undefined {
  const [threshold, comparison] = [at(content, 'threshold'), at(content, 'comparison_operator')];
  if (comparison !== 'GreaterThanOrEqualToThreshold' && comparison !== 'GreaterThanThreshold') return `it compares by ${String(comparison)}`;
  const least = typeof threshold === 'number' ? threshold + (comparison === 'GreaterThanThreshold' ? 1 : 0) : NaN;
  // At none it rings for good, and tells of nothing any more.
  if (!(least >= 1 && least <= highestThreshold)) return `it rings at ${String(threshold)}, and not at ${highestThreshold}`;
  if (at(content, 'statistic') !== 'Sum') return `its statistic is ${String(at(content, 'statistic'))}`;
  if (Number(at(content, 'evaluation_periods')) !== 1) return `it waits for ${String(at(content, 'evaluation_periods'))} periods`;
  if (!(Number(at(content, 'period')) >= 60 && Number(at(content, 'period')) <= 3600)) return `its period is ${String(at(content, 'period'))} seconds`;
  if (at(content, 'treat_missing_data') !== 'notBreaching') return `it takes silence for ${String(at(content, 'treat_missing_data'))}, and not for notBreaching`;
  const narrower = ['dimensions', 'metric_query', 'unit', 'extended_statistic', 'threshold_metric_id'].find((attribute) => at(content, attribute) !== undefined);
  return narrower && `it has ${narrower}, and not the whole of its metric`;
}

/** What keeps a filter from counting every event that its pattern matches into the metric of an alarm. */
export function countFlaw(filter: SynthesizedObject, alarm: SynthesizedObject, context: CheckContext): string | undefined {
  const { content } = filter;
  const flaw = unsettled(filter) ?? twin(filter, FILTER, 'name', context);
  if (flaw !== undefined) return flaw;
  if (at(content, 'region') !== at(alarm.content, 'region')) return 'it counts in another region than the alarm';
  if (![undefined, false].includes(at(content, 'apply_on_transformed_logs') as boolean | undefined)) return 'it counts what a transformer made of the events';
  const group = groupOf(filter, context);
  if (group && ![undefined, 'STANDARD'].includes(at(group.content, 'log_group_class') as string | undefined)) return `it reads a log group of the class ${String(at(group.content, 'log_group_class'))}, which has no metric filters`;
  const [metric] = listAt(content, 'metric_transformation');
  if (Number(at(metric, 'value')) !== 1) return `it counts ${String(at(metric, 'value'))} for a find`;
  const byDefault = at(metric, 'default_value');
  if (byDefault !== undefined && (byDefault === '' || Number(byDefault) !== 0)) return `it counts ${String(byDefault)} where it finds nothing`;
  return at(metric, 'dimensions') === undefined ? masking(filter, context) : 'it counts by dimensions';
}

/** The name of the log group that a filter reads, as text where it is known. */
export function groupNameOf(filter: SynthesizedObject, context: CheckContext): string {
  const group = groupOf(filter, context);
  return String(group ? at(group.content, 'name') : at(filter.content, 'log_group_name'));
}

function groupOf(filter: SynthesizedObject, context: CheckContext): SynthesizedObject | undefined {
  return referenced(at(filter.content, 'log_group_name'), filter, 'aws_cloudwatch_log_group', 'name', context);
}

/** What hides parts of the events from filters and subscriptions: a policy of the group, or of the account. */
export function masking(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const name = groupNameOf(filter, context);
  const own = context.ofKind('aws_cloudwatch_log_data_protection_policy').find((policy) => [name, undefined].includes(knownGroup(policy, context)));
  const account = context.ofKind('aws_cloudwatch_log_account_policy').find(({ content }) => MASKING.includes(String(at(content, 'policy_type'))) || String(at(content, 'policy_type')).includes('${'));
  const policy = own ?? account;
  return policy && `${describeReference(policy.reference)} changes what filters see of the events`;
}

/** The log group that a resource names, unless Terraform alone knows. */
function knownGroup(object: SynthesizedObject, context: CheckContext): string | undefined {
  const name = groupNameOf(object, context);
  return name.includes('${') ? undefined : name;
}

/** Another resource of one name, in one log group and region: what is applied last wins. Groups are the same by name and by reference. */
function twin(object: SynthesizedObject, type: string, attribute: string, context: CheckContext): string | undefined {
  const key = (one: SynthesizedObject): string => [at(one.content, attribute), type === FILTER ? groupNameOf(one, context) : ''].map(String).join(' ');
  const byName = context.once(`${type} by name and group`, () => {
    const index = new Map<string, SynthesizedObject[]>();
    for (const one of context.ofKind(type)) index.set(key(one), [...(index.get(key(one)) ?? []), one]);
    return index;
  });
  // Where one names no region, nobody can tell here that they are two.
  const isNear = (one: SynthesizedObject): boolean => {
    const [here, there] = [object, one].map(({ content }) => String(at(content, 'region') ?? '${'));
    return here === there || here.includes('${') || there.includes('${');
  };
  const other = byName.get(key(object))?.find((one) => one !== object && isNear(one));
  return other && `${describeReference(other.reference)} has the same name: what is applied last wins`;
}
