import { celEnvironment } from '../../../lib/admission/engine/cel-environment';

describe('what cel-js lacks of the CEL of Kubernetes', () => {
  test.each<[string, unknown]>([
    ["['a', 'b', 'b'].indexOf('b')", 1n],
    ["['a'].indexOf('b')", -1n],
    ["[{'a': 1}, {'a': 2}].indexOf({'a': 2})", 1n],
    ['object.list.indexOf(object.list[1])', 1n],
    ["'a.b.c'.replace('.', '-')", 'a-b-c'],
    ["'a.b'.replace('.', '$&')", 'a$&b'],
    ["'a'.replace('b', 'c')", 'a'],
  ])('%s', (expression, value) => {
    expect(celEnvironment().evaluate(expression, { object: { list: [{ name: 'a', ports: [1] }, { name: 'a', ports: [2] }] } })).toEqual(value);
  });

  test('is made once', () => expect(celEnvironment()).toBe(celEnvironment()));
});
