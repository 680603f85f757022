import { frozenCopy, isPlainObject } from '../../lib/profile/frozen-copy';

describe('frozenCopy', () => {
  test('copies and freezes every level', () => {
    const given = { name: 'a', list: [{ verbs: ['get'] }], nothing: undefined };
    const copy = frozenCopy(given);
    given.list[0].verbs.push('watch');
    given.list.push({ verbs: [] });

    expect(copy).toEqual({ name: 'a', list: [{ verbs: ['get'] }], nothing: undefined });
    expect([copy, copy.list, copy.list[0], copy.list[0].verbs].every(Object.isFrozen)).toBe(true);
  });

  test('keeps class instances and primitives as they are', () => {
    const date = new Date(0);
    expect(frozenCopy([date])[0]).toBe(date);
    expect(frozenCopy('a')).toBe('a');
    expect(frozenCopy(undefined)).toBeUndefined();
    expect(frozenCopy(null)).toBeNull();
  });
});

test.each<[unknown, boolean]>([[{}, true], [Object.create(null), true], [[], false], [null, false], [new Date(0), false], ['a', false], [undefined, false]])('isPlainObject(%j) is %s', (value, expected) => {
  expect(isPlainObject(value)).toBe(expected);
});
