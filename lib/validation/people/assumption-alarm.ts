import { assumptionPattern } from '../../access/assumption-pattern';
import { ALARM, countFlaw, deafness, FILTER, nobodyIsTold, replaced } from '../alarms';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { unsettled } from '../terraform-settled';
import { notOnTrail } from '../trail-log';

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

/** Whether one event rings, and somebody hears it. */
function notRinging(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const transformation = listAt(filter.content, 'metric_transformation')[0];
  const alarms = context.ofKind(ALARM).filter((alarm) => alarm.reference.stack === filter.reference.stack
    && at(alarm.content, 'metric_name') === at(transformation, 'name') && at(alarm.content, 'namespace') === at(transformation, 'namespace'));
  const flaws = alarms.map((alarm) => {
    const name = describeReference(alarm.reference);
    const flaw = unsettled(alarm) ?? nobodyIsTold(alarm, context) ?? replaced(alarm, context) ?? deafness(alarm.content, 1);
    if (flaw !== undefined) return `${name}: ${flaw}`;
    const uncounted = countFlaw(filter, alarm, context);
    return uncounted === undefined ? undefined : `${describeReference(filter.reference)}: ${uncounted}`;
  });
  if (flaws.includes(undefined)) return undefined;
  return flaws.length === 0 ? `no ${ALARM} watches ${describeReference(filter.reference)}` : flaws[0];
}
