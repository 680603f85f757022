import { CronSchedule } from './cron-schedule';
import { Errors } from './errors';
import type { RecoveryObjectives } from './recovery-objectives';

const RULE = 'control CP3, 45 CFR 164.308(a)(7)(ii)(D): Velero restores one backup at a time, and a test that waits for another has missed its objective';
const DAY_HOURS = 24;
/** The last day that every month has. */
const LAST_DAY = 28;

/** Hours that a restore test takes at most: the recovery time, and what its job has to settle, to take away and to end. */
export function restoreTestHours({ rtoHours }: RecoveryObjectives): number {
  return rtoHours + 5;
}

/**
 * One schedule for each of several runs, so far apart that none begins before the one before has ended, the first of the next round included.
 *
 * @param expression five cron fields in numbers.
 * @param hours what a run takes at most.
 * @throws where they do not fit, or the expression does not say one time of the day.
 */
export function staggeredSchedules(path: string, expression: string, count: number, hours: number): string[] {
  if (count < 2) return [expression];
  const [minute, hour, ofMonth, month, ofWeek] = new CronSchedule(path, 'schedule', expression).expression.split(' ');
  const [monthDays, weekDays] = [daysOf(ofMonth), daysOf(ofWeek)];
  if (![minute, hour].every((field) => /^\d+$/.test(field)) || !monthDays || !weekDays) {
    throw Errors.refused(path, 'schedule cannot be moved for the tests after the first', expression, RULE, "use one minute, one hour, and days as numbers or *, such as '0 3 * * 0'");
  }
  const between = fewestDays(monthDays, weekDays) * DAY_HOURS;
  if (count * hours > between) {
    throw Errors.refused(path, `${count} tests of up to ${hours} hours each do not end before the next round`, expression, RULE, `test less often than every ${between} hours, or name fewer in phiNamespaces`);
  }
  return Array.from({ length: count }, (_none, index) => {
    const start = Number(hour) + index * hours;
    const days = Math.floor(start / DAY_HOURS);
    if (monthDays.some((day) => day + days > LAST_DAY)) {
      throw Errors.refused(path, `test ${index + 1} of ${count} starts in another month, or on a day that not every month has`, expression, RULE, `use days of the month up to ${LAST_DAY - days}`);
    }
    const field = (all: readonly number[], move: (day: number) => number): string => (all.length === 0 ? '*' : all.map(move).join(','));
    return [minute, start % DAY_HOURS, field(monthDays, (day) => day + days), month, field(weekDays, (day) => (day + days) % 7)].join(' ');
  });
}

/** The days that a field names, in their order; none where it is `*`, undefined where it is something else. */
function daysOf(field: string): number[] | undefined {
  if (field === '*') return [];
  return /^\d+(,\d+)*$/.test(field) ? [...new Set(field.split(',').map(Number))].sort((a, b) => a - b) : undefined;
}

/** Between two rounds; two fields that are restricted are alternatives, and may meet on neighbouring days. */
function fewestDays(monthDays: readonly number[], weekDays: readonly number[]): number {
  const [days, cycle] = monthDays.length === 0 ? [weekDays, 7] : [monthDays, LAST_DAY];
  if (days.length === 0 || (monthDays.length > 0 && weekDays.length > 0)) return 1;
  return Math.min(...days.map((day, index) => (index + 1 < days.length ? days[index + 1] - day : days[0] + cycle - day)));
}
