import { knownClauses } from '../../lib/detection/falco/rules';
import { areWritable, argumentsOf, checkKnownExecs, type FalcoKnownExec } from '../../lib/profile/falco-known-exec';
import { expectRefusal } from '../support/refusal';

const all: Required<FalcoKnownExec> = { namespace: 'patient-data', container: 'postgres', program: '/usr/lib/postgresql/16/bin/pg_isready', arguments: ['-U', 'app', '--host=127.0.0.1'] };

test('takes every field, or a program without arguments', () => {
  expect(() => checkKnownExecs('P', [all, { namespace: 'a', container: 'b', program: '/c' }])).not.toThrow();
  expect(() => checkKnownExecs('P', undefined)).not.toThrow();
  expect([argumentsOf(all), argumentsOf({ ...all, arguments: undefined })]).toEqual(['-U app --host=127.0.0.1', '']);
});

test.each<[string, readonly unknown[], boolean]>([
  ['a script of a line', ['-c', 'test -f /tmp/ready && exit 0 || exit 1 # (a, b) = {c: [d]}'], true],
  ['the longest', ['x'.repeat(1024)], true],
  ['one longer', ['x'.repeat(1023), ''], true],
  ['two longer', ['x'.repeat(1024), ''], false],
  ['a quotation mark', ['"'], false],
  ['an apostrophe', ["'"], false],
  ['a backslash', ['a\\'], false],
  ['two lines', ['a\nb'], false],
  ['another script', ['\u0441'], false],
  ['a number', [5], false],
])('can be written into a rule: %s', (_what, words, writable) => {
  expect(areWritable(words)).toBe(writable);
});

test.each<[string, unknown, unknown, string, string]>([
  ['an empty list', [], [], 'control AU9', 'leave knownExecs out'],
  ['no list', all, all, 'control AU9', 'leave knownExecs out'],
  ['a namespace that is none', [{ ...all, namespace: 'a" or' }], 'a" or', 'RFC 1123', 'a-z'],
  ['no container', [{ ...all, container: '' }], '', 'RFC 1123', 'a-z'],
  ['a program by its name', [{ ...all, program: 'sh' }], 'sh', 'control AU9', '/usr/bin/pg_isready'],
  ['a program by a way', [{ ...all, program: '/usr/../bin/sh' }], '/usr/../bin/sh', 'control AU9', '/usr/bin/pg_isready'],
  ['a text of arguments', [{ ...all, arguments: '-U app' }], '-U app', 'quoted strings', 'a file of the image'],
  ['every argument', [{ ...all, any: true }], 'any', 'control AU9', 'arguments'],
])('refuses %s', (_what, execs, value, rule, remedy) => {
  expectRefusal(() => checkKnownExecs('P', execs as FalcoKnownExec[]), { path: 'P', value, rule, remedy });
});

const clause = '(k8s.ns.name = "a" and container.name = "b" and proc.exepath = "/c" and proc.args = "-d")';
test.each<[string, number | undefined]>([
  ['evt.num = 0', 0], [clause, 1], [`${clause} or ${clause}`, 2],
  ['evt.num != 0', undefined], [`${clause} or `, undefined], [`not ${clause}`, undefined], [`${clause} or evt.num != 0`, undefined], [clause.replace('"/c"', '"c"'), undefined], ['', undefined],
  [clause.replace('"-d"', '"\\" or evt.num != 0 or proc.args = \\""'), undefined],
])('reads the condition %j as clauses: %p', (condition, clauses) => {
  expect(knownClauses(condition)?.length).toBe(clauses);
});
