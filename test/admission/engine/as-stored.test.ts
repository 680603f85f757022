import { asStored } from '../../../lib/admission/engine/as-stored';

test.each<[unknown, unknown]>([
  [{ a: null, b: { c: null, d: 0, e: false, f: '' } }, { b: { d: 0, e: false, f: '' } }],
  [{ list: [null, { a: null }, [null]] }, { list: [{}, {}, [{}]] }],
  [{ a: undefined }, {}],
  ['text', 'text'],
  [null, null],
])('%j is stored as %j', (given, stored) => expect(asStored(given)).toEqual(stored));

test('a key that is a name of prototypes stays a key', () => expect(Object.keys(asStored(JSON.parse('{"__proto__": {"a": 1}, "b": 2}')) as object)).toEqual(['__proto__', 'b']));
