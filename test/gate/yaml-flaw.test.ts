import { thrownFlaw, yamlFlaw } from '../../lib/gate/yaml-flaw';

test.each([
  [new RangeError('Hunter2'), 'it is nested too deeply, or repeats too much by aliases'],
  [new ReferenceError('Excessive alias count Hunter2'), 'it repeats too much by aliases'],
  [new ReferenceError('Unresolved alias: Hunter2'), 'an alias stands for an anchor that does not stand before it'],
  [new Error('Merge sources must be maps Hunter2'), 'a merge (<<) takes what is no map'],
  [new Error('Hunter2'), 'its syntax is broken'],
  ['Hunter2', 'its syntax is broken'],
])('%s is told in words of its own', (error, words) => {
  expect(thrownFlaw(error)).toBe(words);
});

test('a code of a later parser quotes nothing either', () => {
  expect(yamlFlaw({ code: 'HUNTER2' } as never)).toBe('its syntax is broken');
});
