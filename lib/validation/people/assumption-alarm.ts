import { assumptionPattern } from '../../access/assumption-pattern';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced, referenceTo } from '../terraform-references';
import { unsettled } from '../terraform-settled';

const FILTER = 'aws_cloudwatch_log_metric_filter';
const ALARM = 'aws_cloudwatch_metric_alarm';
/** Comparisons by which one event of a period rings. */
const RINGS: Readonly<Record<string, number>> = { GreaterThanOrEqualToThreshold: 1, GreaterThanThreshold: 0 };

/** What keeps the use of a role from ringing an alarm; undefined where each use rings one. */
export function withoutAlarm(role: SynthesizedObject, context: CheckContext): string | undefined {
  const name = String(at(role.content, 'name'));
  const { partition, account } = context.profile.names.breakGlassRoleArn.match(/^arn:(?<partition>[^:]+):iam::(?<account>\d+):/)!.groups!;
  const path = String(at(role.content, 'path') ?? '/');
  const pattern = assumptionPattern(`arn:${partition}:iam::${account}:role${path}${name}`);
  const filters = context.ofKind(FILTER).filter((filter) => at(filter.content, 'pattern') === pattern && unsettled(filter) === undefined);
  if (filters.length === 0) return `no ${FILTER} counts who assumes the role`;
  const flaws = filters.map((filter) => notOnTrail(filter, context) ?? notRinging(filter, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}

/** Whether what the filter reads is what a trail writes. */
function notOnTrail(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const value = at(filter.content, 'log_group_name');
  const group = referenced(value, filter, 'aws_cloudwatch_log_group', 'name', context);
  const trail = context.ofKind('aws_cloudtrail').find((candidate) => isOn(String(at(candidate.content, 'cloud_watch_logs_group_arn')), group, String(value)));
  if (!trail) return `no aws_cloudtrail writes to the log group of ${describeReference(filter.reference)}`;
  const partial = unsettled(trail) ?? blindTo(trail);
  return partial === undefined ? undefined : `${describeReference(trail.reference)}: ${partial}`;
}

/** Whether a trail's log group is this one: by reference, or by its name in the ARN. */
function isOn(arn: string, group: SynthesizedObject | undefined, name: string): boolean {
  if (group && arn.startsWith(referenceTo(group, 'arn'))) return true;
  const plain = group ? String(at(group.content, 'name')) : name;
  return !plain.includes('${') && new RegExp(`:log-group:${plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(:\\*)?$`).test(arn);
}

/** AWS STS answers in every region, and its events count as global ones and as reads (AWS CloudTrail). */
function blindTo({ content }: SynthesizedObject): string | undefined {
  if (at(content, 'enable_logging') === false) return 'the trail does not log';
  if (at(content, 'is_multi_region_trail') !== true) return 'the trail records one region alone';
  if (at(content, 'include_global_service_events') === false) return 'the trail leaves global services out';
  const selectors = listAt(content, 'event_selector');
  const advanced = listAt(content, 'advanced_event_selector');
  if (selectors.length + advanced.length === 0) return undefined;
  const sees = selectors.some((selector) => at(selector, 'include_management_events') !== false && ['All', 'ReadOnly'].includes(String(at(selector, 'read_write_type') ?? 'All')))
    || advanced.some((selector) => {
      const fields = listAt(selector, 'field_selector');
      return fields.length === 1 && at(fields[0], 'field') === 'eventCategory' && listAt(fields[0], 'equals').includes('Management');
    });
  return sees ? undefined : 'the trail leaves out reads among the management events, and sts:AssumeRole is one';
}

/** Whether one event rings, and somebody hears it. */
function notRinging(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const transformation = listAt(filter.content, 'metric_transformation')[0];
  if (String(at(transformation, 'value')) !== '1') return `${describeReference(filter.reference)} does not count each event as one`;
  const alarms = context.ofKind(ALARM).filter((alarm) => at(alarm.content, 'metric_name') === at(transformation, 'name') && at(alarm.content, 'namespace') === at(transformation, 'namespace'));
  const flaws = alarms.map((alarm) => unsettled(alarm) ?? mute(alarm));
  if (flaws.includes(undefined)) return undefined;
  return flaws.length === 0 ? `no ${ALARM} watches ${describeReference(filter.reference)}` : `${describeReference(alarms[0].reference)}: ${flaws[0]}`;
}

function mute({ content }: SynthesizedObject): string | undefined {
  if (at(content, 'actions_enabled') === false || listAt(content, 'alarm_actions').length === 0) return 'nobody hears the alarm';
  const least = RINGS[String(at(content, 'comparison_operator'))];
  const single = at(content, 'statistic') === 'Sum' && least !== undefined && Number(at(content, 'threshold')) === least && Number(at(content, 'evaluation_periods')) === 1;
  return single ? undefined : 'one use of the role does not ring the alarm';
}
