import { partsOf, valueAt } from '../../lib/gate/field-path';

test.each<[string, (string | number)[]]>([
  ['spec.rules[0].host', ['spec', 'rules', 0, 'host']],
  ['metadata.annotations[example.com/key]', ['metadata', 'annotations', 'example.com/key']],
  ['data["app.properties"]', ['data', 'app.properties']],
  ['spec', ['spec']],
  ['', []],
])('%s has its parts', (path, parts) => expect(partsOf(path)).toEqual(parts));

test.each<[string, unknown]>([
  ['spec.rules[1].host', 'b'], ['spec.rules[2].host', undefined], ['metadata.annotations[a.b/c]', 'd'], ['spec.rules.length', undefined], ['spec.constructor', undefined], ['nothing.at.all', undefined],
])('the value at %s', (path, value) => {
  expect(valueAt({ spec: { rules: [{ host: 'a' }, { host: 'b' }] }, metadata: { annotations: { 'a.b/c': 'd' } } }, path)).toBe(value);
});
