import { CronSchedule } from '../../lib/profile/cron-schedule';
import { expectRefusal } from '../support/refusal';

const gap = (expression: string) => new CronSchedule('Test', 'schedule', expression).longestGapMinutes;

describe('CronSchedule', () => {
  test.each<[string, number]>([
    ['* * * * *', 1],
    ['*/5 * * * *', 5],
    ['*/7 * * * *', 7],
    ['0 * * * *', 60],
    ['0 */6 * * *', 360],
    ['0 */5 * * *', 300],
    ['0 0,1,2 * * *', 22 * 60],
    ['0 9-17 * * *', 16 * 60],
    ['30 1-9/4 * * *', 16 * 60],
    ['0 0 * * *', 1440],
    ['0 0 * * 1-5', 3 * 1440],
    ['0 3 * * 0', 7 * 1440],
    ['0 0 1 * *', 31 * 1440],
    ['0 0 31 * *', 61 * 1440],
    ['0 0 1,15 * *', 17 * 1440],
    // Both restricted: alternatives.
    ['0 0 1 * 1', 7 * 1440],
    ['0 0 */2 * *', 2 * 1440],
    ['0 0 * 1-11 *', 32 * 1440],
    ['0 0 1 1 *', 366 * 1440],
  ])('%s leaves at most %d minutes', (expression, minutes) => {
    expect(gap(expression)).toBe(minutes);
  });

  test.each([
    '', '* * * *', '* * * * * *', '@daily', '@every 6h', 'CRON_TZ=UTC 0 * * * *', '0 0 * * SUN', '0 0 * JAN *', '0 0 * * 7', '60 * * * *', '0 24 * * *', '0 0 0 * *', '0 0 32 * *', '0 0 * 13 *',
    '5-1 * * * *', '*/0 * * * *', '5/10 * * * *', '? * * * *', '-1 * * * *', '1,,2 * * * *', '0  0 * * *', ' 0 0 * * *', '0 0 30 2 *', '0.5 * * * *', '1e1 * * * *',
  ])('refuses %j', (expression) => {
    expectRefusal(() => new CronSchedule('Test', 'schedule', expression), { path: 'Test', value: expression, rule: 'cron', remedy: "'0 */6 * * *'" });
  });

  test('refuses what is no text', () => {
    expectRefusal(() => new CronSchedule('Test', 'schedule', undefined as unknown as string), { path: 'Test', value: undefined, rule: 'cron', remedy: 'UTC' });
  });
});
