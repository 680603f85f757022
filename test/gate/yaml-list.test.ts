import { readDocuments } from '../../lib/gate/read-documents';
import { readYamlList } from '../../lib/gate/yaml-list';

const HEAD = 'apiVersion: v1\nkind: List\nitems:\n';
const item = (name: string, indent = ''): string => `- apiVersion: v1\n  kind: Pod\n  metadata: { name: ${name} }\n`.replaceAll(/^(?=.)/gm, indent);
const names = (text: string): unknown[] => readDocuments(text, 'a.yaml').objects.map(({ content }) => content.metadata?.name);

describe('readYamlList', () => {
  test.each([
    ['at the margin', `${HEAD}${item('a')}${item('b')}`],
    ['indented', `${HEAD}${item('a', '  ')}${item('b', '  ')}`],
    ['before other keys', `items:\n${item('a')}${item('b')}kind: List\napiVersion: v1\nx:\n- y\n`],
    ['indented, before other keys', `items:\n${item('a', '  ')}${item('b', '  ')}kind: List\napiVersion: v1\n`],
    ['with comments and blank lines', `# one\n${HEAD.replace('items:', 'items: # all')}# two\n\n${item('a', '    ')}# - three\n\n${item('b', '    ')}\n# four`],
    ['without a last line break', `${HEAD}${item('a')}${item('b').trimEnd()}`],
    ['of Windows', `${HEAD}${item('a')}${item('b')}`.replaceAll('\n', '\r\n')],
    ['after a marker', `---\n${HEAD}${item('a')}${item('b')}`],
    ['on lines of their own', `${HEAD}-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: b}\n`],
    ['with lists and texts inside', `${HEAD}- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  x:\n  - |\n   - y\n   kind: z\n\n  - - z\n${item('b')}`],
    ['with an alias of its own', `${HEAD}- apiVersion: v1\n  kind: Pod\n  x: &x a\n  metadata: { name: *x }\n${item('b')}`],
  ])('reads items %s by themselves', (_how, text) => {
    const list = readYamlList(text)!;

    expect(list.items).toHaveLength(2);
    expect(list.content).toMatchObject({ apiVersion: 'v1', kind: 'List', items: [] });
    expect(names(text)).toEqual(['a', 'b']);
    for (const { line, text: own } of list.items) expect(text.split('\n').slice(line).join('\n').startsWith(own)).toBe(true);
  });

  test.each([
    ['an alias of another item', `${HEAD}- apiVersion: v1\n  kind: Pod\n  metadata: { name: &x a }\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: *x }\n`, ['a', 'a']],
    ['an alias of the head', `x: &x { name: a }\n${HEAD}- apiVersion: v1\n  kind: Pod\n  metadata: *x\n`, ['a']],
    ['an anchor of the same name later', `x: &x a\n${HEAD}- apiVersion: v1\n  kind: Pod\n  metadata: { name: *x, generateName: &x b }\n`, ['a']],
    ['a merge of the head', `x: &x { name: a }\n${HEAD}- apiVersion: v1\n  kind: Pod\n  metadata: { <<: *x }\n`, ['a']],
    ['an object that is no List', 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nitems:\n- x\n', ['a']],
    ['items in brackets', 'apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: Pod, metadata: { name: a } }]\n', ['a']],
    ['no items', HEAD, [undefined]],
    ['another document after it', `${HEAD}${item('a')}...\n${item('b').replaceAll(/^- |^ {2}/gm, '')}`, ['a', 'b']],
    ['items that stand far right', `${HEAD}${item('a', ' '.repeat(12))}`, ['a']],
  ])('leaves whole what has %s', (_what, text, expected) => {
    expect(readYamlList(text)).toBeUndefined();
    expect(names(text)).toEqual(expected);
  });

  test.each([
    ['a text in quotes over the margin', 'apiVersion: v1\nkind: List\nx: "\nitems:\n- a: 1\n"\n'],
    ['braces over the margin', `{apiVersion: v1, kind: List,\nitems:\n${item('a')}}\n`],
    ['a broken item', `${HEAD}${item('a')}- apiVersion: v1\n  kind: [Pod\n${item('b')}`],
    ['a text that begins in one item and ends in the next', `${HEAD}- "a\n- b": c\n`],
    ['an item that is indented less', `${HEAD}${item('a', '  ')}${item('b', ' ')}`],
    ['items that stand twice', `${HEAD}${item('a')}items:\n${item('b')}`],
    ['an unknown tag', `${HEAD}${item('a')}- !Ref b\n`],
    ['an alias of nothing', `${HEAD}${item('a')}- *b\n`],
  ])('takes nothing out of %s, which kubectl refuses', (_what, text) => {
    const { objects, unchecked } = readDocuments(text, 'a.yaml');

    expect(readYamlList(text)).toBeUndefined();
    expect(objects).toEqual([]);
    expect(unchecked).toMatchObject([{ why: expect.stringContaining("can't be read") as string }]);
  });

  test('says where a field of an item stands, also of a List in the List', () => {
    const text = `# head\n---\n# comment\n${HEAD}${item('a', '  ')}  - apiVersion: v1\n    kind: PodList\n    items:\n      - apiVersion: v1\n        kind: Pod\n        metadata: {}\n        spec: { x: 1 }\n`;
    const { objects } = readDocuments(text, 'a.yaml');

    expect(objects.map(({ origin }) => origin)).toEqual([{ file: 'a.yaml', line: 4 }, { file: 'a.yaml', line: 4 }]);
    expect(objects[0].locate!('metadata.name')).toEqual({ line: 9, column: 17 });
    expect(objects[1].locate!('spec.x')).toEqual({ line: 16, column: 17 });
    expect(objects[1].locate!('metadata.name')).toEqual({ line: 15, column: 9 });
  });
});
