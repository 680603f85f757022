import { amountOf, quantityOf, showQuantity } from '../../lib/manifests/quantity';

const NANO = 1n;
const ONE = 1_000_000_000n;

describe('quantities', () => {
  test.each<[unknown, bigint]>([
    ['1', ONE], [1, ONE], [0.5, ONE / 2n], ['+2', 2n * ONE], ['0', 0n], ['1.', ONE], ['.5', ONE / 2n],
    ['100m', ONE / 10n], ['1.5m', 1_500_000n], ['1n', NANO], ['1u', 1_000n], ['0.1n', NANO], ['1.0000000001', ONE + NANO],
    ['1k', 1_000n * ONE], ['1M', 10n ** 6n * ONE], ['1G', 10n ** 9n * ONE], ['1T', 10n ** 12n * ONE], ['1P', 10n ** 15n * ONE], ['1E', 10n ** 18n * ONE],
    ['1Ki', 1024n * ONE], ['1.5Gi', 3n * (1n << 29n) * ONE], ['64Mi', (1n << 26n) * ONE], ['1Ti', (1n << 40n) * ONE], ['1Pi', (1n << 50n) * ONE], ['1Ei', (1n << 60n) * ONE],
    ['1e3', 1_000n * ONE], ['1E3', 1_000n * ONE], ['12e-1', 12n * ONE / 10n], ['1e-10', NANO], [1e21, 10n ** 21n * ONE],
  ])('%s is %s billionths', (text, amount) => expect(quantityOf(text)).toBe(amount));

  test.each(['', ' ', '-1', '1 Gi', '1gi', '1GI', '1Kib', '1K', '.', 'Gi', '1e', '1e1Gi', '1_000', '0x10', 'NaN', '1'.repeat(200), NaN, Infinity, -1, null, undefined, true, {}, ['1']])('%p is none', (text) => {
    expect(quantityOf(text)).toBeUndefined();
  });

  test('decimal and binary units are told apart: a limit of 1G is less than a request of 1Gi', () => {
    expect(quantityOf('1G')! < quantityOf('1Gi')!).toBe(true);
    expect(quantityOf('1024Mi')).toBe(quantityOf('1Gi'));
    expect(quantityOf('0.1')).toBe(quantityOf('100m'));
  });

  test.each([['100m', '100m'], ['1500m', '1500m'], ['2', '2'], ['1024Mi', '1Gi'], ['1.5Gi', '1536Mi'], ['1000k', '1000000'], ['1n', '1m']])('%s is shown as %s', (text, shown) => expect(showQuantity(quantityOf(text)!)).toBe(shown));

  test('counts are amounts', () => expect(showQuantity(amountOf(20))).toBe('20'));
});
