import { shownValue } from '../../../lib/gate/report/shown-value';

describe('shownValue', () => {
  test.each([
    ['text', 'a "b"\n', '"a \\"b\\"\\n"'],
    ['a number', 1.5, '1.5'],
    ['true', true, 'true'],
    ['null', null, 'null'],
    ['infinity', Infinity, 'Infinity'],
    ['an empty list', [], '[]'],
    ['an empty object', {}, '{}'],
    ['a tree', { a: [1, 'x', null], b: { c: false } }, '{"a":[1,"x",null],"b":{"c":false}}'],
    ['hostile keys', { '\u202e\u001b': '##[x]' }, '{"\\u202e\\u001b":"\\x23#[x]"}'],
  ])('%s', (_, value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });

  test('shortens text, lists, keys and what is nested', () => {
    expect(shownValue('abcdef', 4)).toBe('"abcd"… (6 characters)');
    expect(shownValue([1, 2, 3], 4)).toBe('[1,2…');
    expect(shownValue([1, 2, 3], 7)).toBe('[1,2,3]');
    expect(shownValue({ abcdef: 1 }, 5)).toBe('{"abc…');
    expect(shownValue([['abcdef']], 4)).toBe('[["a…');
  });

  test('ends where a value does not, and does not walk what it leaves out', () => {
    const endless: Record<string, unknown> = {};
    endless.a = endless;
    expect(shownValue(endless, 10)).toBe('{"a":{"a":…');
    const looked: number[] = [];
    const list = Array.from({ length: 1000 }, (_, index) => ({ get x() { looked.push(index); return index; } }));
    shownValue(list, 20);
    expect(looked.length).toBeLessThan(10);
  });
});
