import { CronSchedule } from '../../lib/profile/cron-schedule';
import { restoreTestHours, staggeredSchedules } from '../../lib/profile/staggered-schedules';
import { expectRefusal } from '../support/refusal';

const stagger = (expression: string, count: number, hours: number): string[] => staggeredSchedules('Profile', expression, count, hours);
/** Every start within two years, in hours. */
function starts(expression: string): number[] {
  const [, hour, ofMonth, month, ofWeek] = expression.split(' ');
  const named = (field: string, value: number): boolean => field.split(',').map(Number).includes(value);
  return Array.from({ length: 730 }, (_none, day) => day).filter((day) => {
    const date = new Date(Date.UTC(2026, 0, 1 + day));
    const [inMonth, inWeek] = [named(ofMonth, date.getUTCDate()), named(ofWeek, date.getUTCDay())];
    const onDay = ofMonth === '*' ? ofWeek === '*' || inWeek : inMonth || (ofWeek !== '*' && inWeek);
    return onDay && (month === '*' || named(month, date.getUTCMonth() + 1));
  }).map((day) => day * 24 + Number(hour));
}

describe('schedules of tests', () => {
  test.each<[string, number, number, string[]]>([
    ['0 3 * * 0', 1, 400, ['0 3 * * 0']],
    ['*/5 * * * *', 1, 1, ['*/5 * * * *']],
    ['0 3 * * 0', 3, 9, ['0 3 * * 0', '0 12 * * 0', '0 21 * * 0']],
    ['30 20 * * 6', 2, 9, ['30 20 * * 6', '30 5 * * 0']],
    ['0 20 * * *', 2, 9, ['0 20 * * *', '0 5 * * *']],
    ['0 20 1,15 * *', 2, 29, ['0 20 1,15 * *', '0 1 3,17 * *']],
    ['0 3 1 1,4,7,10 *', 2, 60, ['0 3 1 1,4,7,10 *', '0 15 3 1,4,7,10 *']],
  ])('%s for %d of %d hours', (expression, count, hours, schedules) => {
    expect(stagger(expression, count, hours)).toEqual(schedules);
    for (const schedule of schedules) expect(() => new CronSchedule('Profile', 'schedule', schedule)).not.toThrow();
  });

  test.each<[string, number, number]>([
    ['0 3 * * 0', 18, 9], ['0 23 * * 1,4', 8, 9], ['0 23 * * *', 2, 12], ['0 23 * * 6', 24, 7], ['0 5 1 * *', 20, 24], ['0 5 1,8,15 * *', 18, 9], ['0 5 1 * 3', 2, 12], ['0 5 * 1,2,3 0', 3, 50],
  ])('no run of %s for %d begins before the one before has had its %d hours', (expression, count, hours) => {
    const all = stagger(expression, count, hours).flatMap(starts).sort((a, b) => a - b);

    expect(all.length).toBeGreaterThan(count);
    expect(Math.min(...all.slice(1).map((start, index) => start - all[index]))).toBeGreaterThanOrEqual(hours);
  });

  test('a test has the recovery time, and hours to take away', () => {
    expect(restoreTestHours({ rpoHours: 6, rtoHours: 4 })).toBe(9);
  });

  test.each<[string, string, number, number, string]>([
    ['several times a day', '0 3,15 * * *', 2, 1, "'0 3 * * 0'"],
    ['every minute', '* 3 * * 0', 2, 1, "'0 3 * * 0'"],
    ['a range of days', '0 3 * * 1-5', 2, 1, "'0 3 * * 0'"],
    ['more than a day', '0 3 * * *', 3, 9, 'less often than every 24 hours'],
    ['more than the days between', '0 3 * * 0,2', 6, 9, 'less often than every 48 hours'],
    ['more than to the next week', '0 3 * * 0,6', 3, 9, 'less often than every 24 hours'],
    ['days that may meet', '0 3 1 * 0', 3, 9, 'less often than every 24 hours'],
    ['a day that some months lack', '0 20 28 * *', 2, 9, 'days of the month up to 27'],
  ])('refuses %s', (_what, expression, count, hours, remedy) => {
    expectRefusal(() => stagger(expression, count, hours), { path: 'Profile', value: expression, rule: 'one backup at a time', remedy });
  });

  test('refuses what is no schedule', () => {
    expectRefusal(() => stagger('@weekly', 2, 1), { path: 'Profile', value: '@weekly', rule: 'cron', remedy: 'in UTC' });
  });
});
