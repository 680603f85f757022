import { Retention } from '../../lib/profile/retention';
import { expectRefusal } from '../support/refusal';

/** AWS CloudWatch Logs, PutRetentionPolicy. */
const CLOUDWATCH = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

describe('Retention', () => {
  test.each([[1, 366], [4, 1461], [6, 2192], [7, 2557], [8, 2922], [10, 3653], [99, 36160]])('%d years are %d days', (years, days) => {
    expect(Retention.years(years).days).toBe(days);
  });

  test.each([[2190, false], [2191, false], [2192, true], [2557, true], [30, false]])('%d days are six years: %s', (days, expected) => {
    expect(Retention.days(days).isSixYears).toBe(expected);
  });

  test('six years hold from every day of a leap cycle', () => {
    for (let day = 0; day < 1461; day += 1) {
      const from = new Date(Date.UTC(2024, 0, 1 + day));
      const until = Date.UTC(from.getUTCFullYear() + 6, from.getUTCMonth(), from.getUTCDate());
      expect((until - from.getTime()) / 86_400_000).toBeLessThanOrEqual(Retention.SIX_YEARS_IN_DAYS);
    }
  });

  test.each<[unknown]>([[0], [-1], [1.5], [NaN], [Infinity], [36501], ['2192'], [undefined], [null], [-1.8881545897087503e289]])('refuses %j days', (days) => {
    expectRefusal(() => Retention.days(days as never), { path: 'Retention', value: days, rule: 'S3 Object Lock', remedy: 'Retention.years(6)' });
  });

  test.each<[unknown]>([[0], [-6], [5.5], [NaN], [100], ['6'], [undefined], [null]])('refuses %j years', (years) => {
    expectRefusal(() => Retention.years(years as never), { path: 'Retention', value: years, rule: '164.316(b)(2)(i)', remedy: 'Retention.days()' });
  });

  test.each(CLOUDWATCH)('CloudWatch takes %d days', (days) => {
    expect(Retention.days(days).toCloudWatchDays('Stack/Logs')).toBe(days);
  });

  test('CloudWatch takes no other number, and the refusal names the next one', () => {
    for (let days = 1; days < 3653; days += 1) {
      if (CLOUDWATCH.includes(days)) continue;
      const next = CLOUDWATCH.find((offered) => offered > days);
      expectRefusal(() => Retention.days(days).toCloudWatchDays('Stack/Logs'), { path: 'Stack/Logs', value: days, rule: 'PutRetentionPolicy', remedy: `Retention.days(${next}),` });
    }
  });

  test('beyond ten years CloudWatch keeps its most, and the archive the rest', () => {
    expectRefusal(() => Retention.years(11).toCloudWatchDays('Stack/Logs'), { path: 'Stack/Logs', value: 4018, rule: 'PutRetentionPolicy', remedy: 'Retention.days(3653) for the log group' });
  });

  test('is frozen', () => {
    expect(Object.isFrozen(Retention.years(6))).toBe(true);
  });
});

test.each([[2192, 2192], [2500, 2192], [3653, 3653], [5479, 3653], [1, 1], [4, 3]])('of %i days, a log group keeps %i', (days, kept) => {
  expect(Retention.days(days).forLogGroup().days).toBe(kept);
});
