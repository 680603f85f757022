import { jsonReport, type JsonReport } from '../../../lib/gate/report/json';
import { CLEAN, EMPTY, HOSTILE, HUGE, resultWith, RICH, VIOLATION } from './results';

const parsed = (...args: Parameters<typeof jsonReport>) => JSON.parse(jsonReport(...args)) as JsonReport;
const valueOf = (value: unknown) => parsed({ ...CLEAN, violations: [{ ...VIOLATION, value }] }).violations[0].value;

describe('jsonReport', () => {
  test('holds everything of the result, with the control of every rule', () => {
    expect(jsonReport(RICH)).toMatchSnapshot();
  });

  test.each([
    ['clean', CLEAN, true],
    ['clean with an exception, a warning and a rule not judged', { ...RICH, violations: [], unchecked: [] }, true],
    ['violations', { ...CLEAN, violations: [VIOLATION] }, false],
    ['unchecked', { ...CLEAN, unchecked: RICH.unchecked }, false],
    ['empty', EMPTY, false],
  ])('says whether the input is clean: %s', (_, result, clean) => {
    expect(parsed(result)).toMatchObject({ version: 1, clean, counts: { objects: result.objects, violations: result.violations.length, unchecked: result.unchecked.length } });
  });

  test('keeps every text as it was, and prints none that a terminal or a pipeline would obey', () => {
    const text = jsonReport(resultWith(HOSTILE));
    expect(text.replaceAll('\n', '').replaceAll('👩‍💻', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/##(\[|vso\[)/);
    expect((JSON.parse(text) as JsonReport).violations[0]).toEqual({
      ...resultWith(HOSTILE).violations[0],
      rule: expect.objectContaining({ id: VIOLATION.rule.id, control: expect.objectContaining({ id: 'PS1' }) }),
    });
  });

  test('keeps a long value whole', () => {
    expect(valueOf(HUGE)).toBe(HUGE);
  });

  test.each([
    ['nothing', undefined, undefined],
    ['null', null, null],
    ['false', false, false],
    ['numbers that JSON lacks', [Infinity, -Infinity, NaN, 1n], ['Infinity', '-Infinity', 'NaN', '1']],
    ['a key that would be the prototype', JSON.parse('{"__proto__": {"a": 1}}'), JSON.parse('{"__proto__": {"a": 1}}')],
  ])('says any value: %s', (_, value, said) => {
    expect(valueOf(value)).toEqual(said);
  });

  test('ends where a value has no end, is too deep or too large', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    const deep = JSON.parse(`${'['.repeat(5000)}1${']'.repeat(5000)}`) as unknown;
    let aliases: unknown = ['x'];
    for (let level = 0; level < 40; level++) aliases = [aliases, aliases];
    for (const value of [endless, deep, aliases]) {
      const text = JSON.stringify(valueOf(value));
      expect(text).toContain('"…"');
      expect(text.length).toBeLessThan(200_000);
    }
  });

  test('does not depend on the order of the fields, and ends with a newline', () => {
    const turned = { ...CLEAN, violations: [Object.fromEntries(Object.entries(VIOLATION).reverse()) as unknown as typeof VIOLATION] };
    expect(jsonReport(turned)).toBe(jsonReport({ ...CLEAN, violations: [VIOLATION] }));
    expect(jsonReport(CLEAN)).toMatch(/^\{\n {2}"version": 1,[^]*\n\}\n$/);
  });
});
