import { celLiteral } from '../../lib/admission/cel-literal';
import { celEnvironment } from '../../lib/admission/engine/cel-environment';

test.each<[unknown]>([
  [[]], [{}], ['it\'s "quoted" \\ and\nbroken \u2028'], [{ a: ['x'], b: true, c: 'y', d: [{ e: 1 }] }], [true],
])('%j is a literal of CEL', (value) => {
  const read = celEnvironment().evaluate(celLiteral(value)) as unknown;

  expect(JSON.parse(JSON.stringify(read, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)))).toEqual(value);
});

test('what is undefined is left out', () => expect(celLiteral({ a: undefined, b: 1 })).toBe('{"b": dyn(1)}'));
