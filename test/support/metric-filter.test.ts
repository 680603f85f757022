import { anyMatches, compile, matches } from './metric-filter';

/** The events of the documentation (Amazon CloudWatch Logs, filter pattern syntax). */
const TRAIL = {
  eventType: 'UpdateTrail', sourceIPAddress: '111.111.111.111', arrayKey: ['value', 'another value'], objectList: [{ name: 'a', id: 1 }, { name: 'b', id: 2 }], SomeObject: null, ThisFlag: true,
};
const USERS = {
  user: { id: 1, email: 'John.Stiles@example.com' }, users: [{ id: 2, email: 'John.Doe@example.com' }, { id: 3, email: 'Jane.Doe@example.com' }],
  actions: ['GET', 'PUT', 'DELETE'], coordinates: [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
};

describe('metric filters', () => {
  test.each<[string, unknown, boolean]>([
    ['{ $.eventType = "UpdateTrail" }', TRAIL, true],
    ['{ $.eventType = UpdateTrail }', TRAIL, true],
    ['{ $.eventType = "updatetrail" }', TRAIL, false],
    ['{ $.eventType = "*Trail" }', TRAIL, true],
    ['{ $.eventType = "Update*" }', TRAIL, true],
    ['{ $.eventType = "*dateTr*" }', TRAIL, true],
    ['{ $.eventType = "Trail*" }', TRAIL, false],
    ['{ $.eventType = "*" }', TRAIL, true],
    ['{ $.sourceIPAddress != 123.123.* }', TRAIL, true],
    ['{ $.arrayKey[0] = "value" }', TRAIL, true],
    ['{ $.arrayKey[5] = "value" }', TRAIL, false],
    ['{ $.eventType[0] = "U" }', TRAIL, false],
    ['{ $.objectList[1].id = 2 }', TRAIL, true],
    ['{ $.objectList.id = 2 }', TRAIL, false],
    ['{ $.SomeObject IS NULL }', TRAIL, true],
    ['{ $.SomeOtherObject IS NULL }', TRAIL, false],
    ['{ $.SomeOtherObject NOT EXISTS }', TRAIL, true],
    ['{ $.SomeObject.inner NOT EXISTS }', TRAIL, true],
    ['{ $.eventType NOT EXISTS }', TRAIL, false],
    ['{ $.ThisFlag IS TRUE }', TRAIL, true],
    ['{ $.ThisFlag IS FALSE }', TRAIL, false],
    ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', USERS, true],
    ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', USERS, false],
    ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }', USERS, true],
    ['{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = 2) && $.actions[2] = nomatch }', USERS, false],
    ['{ $.user.id >= 1 && $.user.id < 1e1 && $.user.id != 7 && $.user.id <= 1 && $.user.id > -1 }', USERS, true],
  ])('%s', (pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test.each([
    ['an empty pattern', '{ }'], ['no braces', '$.a = "b"'], ['an open parenthesis', '{ ($.a = "b" }'], ['a third brace', '{ $.a = "b" } }'], ['IS NOT', '{ $.a IS NOT NULL }'], ['EXISTS', '{ $.a EXISTS }'],
    ['a regular expression', '{ $.a = %b% }'], ['a wildcard inside', '{ $.a = "b*c" }'], ['two equals', '{ $.a == "b" }'], ['no root', '{ a = "b" }'], ['text above text', '{ $.a > "b" }'],
    ['single quotes', "{ $.a = 'b' }"], ['a colon without quotes', '{ $.a = system:anonymous }'], ['a value of nothing', '{ $.a = && $.b = "c" }'], ['a wildcard selector', '{ $.a[*] = "b" }'],
    ['one character too many', `{ $.a = "${'b'.repeat(1013)}" }`],
  ])('refuses %s', (_what, pattern) => {
    expect(() => compile(pattern)).toThrow();
  });

  test('takes 1024 characters', () => {
    const pattern = `{ $.a = "${'b'.repeat(1012)}" }`;

    expect(pattern).toHaveLength(1024);
    expect(matches(pattern, {})).toBe(false);
  });

  test.each([
    ['a missing field that is not something', '{ $.missing != "a" }'], ['a number as text', '{ $.objectList[0].id = "1" }'], ['text as a number', '{ $.eventType = 1 }'],
    ['an object', '{ $.objectList != "a" }'], ['a null', '{ $.SomeObject != "a" }'],
  ])('does not guess at %s, but where something else decides', (_what, pattern) => {
    expect(() => matches(pattern, TRAIL)).toThrow(/not documented/);
    expect(matches(pattern.replace(' }', ' && $.eventType = "other" }'), TRAIL)).toBe(false);
    expect(matches(pattern.replace(' }', ' || $.eventType = "UpdateTrail" }'), TRAIL)).toBe(true);
  });

  test('any of several patterns', () => {
    expect(anyMatches(['{ $.a = "b" }', '{ $.ThisFlag IS TRUE }'], TRAIL)).toBe(true);
    expect(anyMatches(['{ $.a = "b" }'], TRAIL)).toBe(false);
    expect(() => anyMatches(['{ $.ThisFlag IS TRUE }', '{ broken'], TRAIL)).toThrow();
  });
});
