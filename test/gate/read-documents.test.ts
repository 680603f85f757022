import { readDocuments } from '../../lib/gate/read-documents';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: app\n      image: nginx\n';

describe('readDocuments', () => {
  test('reads every document, each with its first line', () => {
    const { objects, unchecked } = readDocuments(`# rendered\n---\n${POD}---\n# nothing\n---\n${POD.replace('name: a', 'name: b')}...\n`, 'a.yaml');

    expect(objects.map(({ content, origin }) => [content.metadata?.name, origin])).toEqual([['a', { file: 'a.yaml', line: 3 }], ['b', { file: 'a.yaml', line: 14 }]]);
    expect(unchecked).toEqual([]);
  });

  test('says where a field stands, or the last thing before it', () => {
    const { objects: [, second] } = readDocuments(`${POD}---\n${POD}`, 'a.yaml');

    expect(second.locate!('spec.containers[0].image')).toEqual({ line: 17, column: 7 });
    expect(second.locate!('spec.containers[0].securityContext.privileged')).toEqual({ line: 16, column: 7 });
    expect(second.locate!('metadata.annotations[example.com/key]')).toEqual({ line: 12, column: 1 });
  });

  test('reads as kubectl does: YAML 1.1, merges, Windows', () => {
    const { objects } = readDocuments('\uFEFFapiVersion: v1\r\nkind: Pod\r\nx: &x { a: yes, mode: 0400 }\r\nz: { <<: *x, b: off, day: 2026-11-21, at: 12:30 }\r\n', 'a.yaml');

    expect(objects[0].content).toMatchObject({ apiVersion: 'v1', x: { a: true, mode: 256 }, z: { a: true, mode: 256, b: false, day: '2026-11-21', at: '12:30' } });
  });

  test('reads lists, also in JSON, item by item', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { x: 1 } }] }] };
    const { objects } = readDocuments(JSON.stringify(list, null, 2), 'a.json');

    expect(objects.map(({ content }) => content.kind)).toEqual(['Pod', 'Deployment']);
    expect(objects[1].locate!('spec.x')).toEqual({ line: 20, column: 13 });
  });

  test('keeps what is none of Kubernetes apart', () => {
    const { objects, others, unchecked } = readDocuments('{"resource": {}}', 'cdk.tf.json');

    expect([objects, unchecked]).toEqual([[], []]);
    expect(others).toEqual([{ content: { resource: {} }, origin: { file: 'cdk.tf.json', line: 1 } }]);
  });

  test.each([
    ['a broken document, and no other', `${POD}---\napiVersion: v1\nkind: [Pod\n---\n${POD}`, /can't be read/, 12, 2],
    ['a key that stands twice', 'apiVersion: v1\nkind: Pod\nkind: Secret\n', /unique/, 3, 0],
    ['an unknown tag', 'apiVersion: v1\nkind: Pod\nx: !Ref y\n', /tag/i, 3, 0],
    ['bytes', 'apiVersion: v1\nkind: Secret\nx: !!binary aGk=\n', /tag/i, 3, 0],
    ['a bomb of aliases', `apiVersion: v1\nkind: Pod\na: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefg'].map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]`).join('\n')}\n`, /alias/i, 1, 0],
    ['a scalar', 'hello\n', /no object/, 1, 0],
    ['a list', '- a\n', /no object/, 1, 0],
    ['no kind', 'apiVersion: v1\nmetadata: { name: a }\n', /apiVersion and kind/, 1, 0],
    ['a kind that is no text', 'apiVersion: v1\nkind: 5\n', /apiVersion and kind/, 1, 0],
    ['metadata that is no object', 'apiVersion: v1\nkind: Pod\nmetadata: x\n', /metadata is no object/, 1, 0],
    ['what is neither JSON nor YAML', '{"apiVersion": "v1", ]', /can't be read/, 1, 0],
  ])('tells of %s', (_what, text, why, line, objects) => {
    const read = readDocuments(text, 'a.yaml');

    expect(read.objects).toHaveLength(objects);
    expect(read.unchecked).toHaveLength(1);
    expect(read.unchecked[0].why).toMatch(why);
    expect(read.unchecked[0].origin).toMatchObject({ file: 'a.yaml', line });
  });

  describe('what tools read differently', () => {
    const MERGED = 'apiVersion: v1\nkind: Pod\nx-a: &a { privileged: true }\n';

    test.each([
      ['after the key it overrides', `${MERGED}spec: { privileged: false, <<: *a }\n`, 4, 28],
      ['after another key', `${MERGED}spec:\n  x: y\n  <<: *a\n`, 6, 3],
      ['that stands twice', `${MERGED}spec:\n  <<: *a\n  <<: { x: y }\n`, 6, 3],
      ['in a list of maps', `${MERGED}spec:\n  - - { x: y, <<: *a }\n`, 5, 15],
      ['in what is merged', `${MERGED}spec:\n  <<: { x: y, <<: *a }\n`, 5, 15],
      ['as an explicit key', `${MERGED}spec:\n  x: y\n  ? <<\n  : *a\n`, 6, 5],
      ['with the tag of a text', `${MERGED}spec: { !!str <<: *a }\n`, 4, 15],
      ['with the tag of none', `${MERGED}spec: { ! <<: *a }\n`, 4, 11],
      ['with its tag, in quotes', `${MERGED}spec: { !!merge "<<": *a }\n`, 4, 17],
      ['in an item of a List', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: v1\n  kind: Pod\n  x: { y: z, <<: { y: a } }\n', 8, 14],
      ['in a List itself', 'apiVersion: v1\nkind: List\n<<: { x: y }\nitems:\n- apiVersion: v1\n  kind: Pod\n', 3, 1],
    ])('a merge %s is unchecked', (_where, text, line, column) => {
      const { objects, unchecked } = readDocuments(`---\n${text}`, 'a.yaml');

      expect(objects.length).toBeGreaterThan(0);
      expect(unchecked).toEqual([{
        what: 'a document', why: expect.stringMatching(/^tools (read|differ) .*merge \(<<\)/) as string, remedy: expect.stringContaining('<<') as string, origin: { file: 'a.yaml', line: line + 1, column },
      }]);
    });

    test.each([
      ['a merge that stands first', `${MERGED}spec: { <<: [*a, { x: y }], privileged: false }\n`],
      ['a key in quotes', `${MERGED}spec: { x: y, "<<": z }\n`],
      ['a text', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    cat <<EOF\n  b: <<\n'],
      ['line breaks of Windows', 'apiVersion: v1\r\nkind: Pod\r\n'],
      ['an escape of a line break', 'apiVersion: v1\nkind: Pod\nx: "a\\u2028\\L\\r"\n'],
      ['JSON, in which it is no break', '{"apiVersion": "v1", "kind": "Pod", "x": "a\u2028\u0085"}'],
    ])('%s is not', (_what, text) => {
      const { objects, unchecked } = readDocuments(text, 'a.yaml');

      expect(objects).toHaveLength(1);
      expect(unchecked).toEqual([]);
    });

    test.each([['a lone CR', '\r'], ['U+0085', '\u0085'], ['U+2028', '\u2028'], ['U+2029', '\u2029']])('%s, which ends a comment for kubectl, is unchecked in each document', (_what, mark) => {
      const { objects, unchecked } = readDocuments(`${POD}---\n# note${mark}hostNetwork: true\n${POD}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod # ${mark}  x: y\n`, 'a.yaml');

      expect(objects).toHaveLength(3);
      expect(unchecked).toMatchObject([{ why: expect.stringContaining('line break'), origin: { file: 'a.yaml', line: 10, column: 7 } }, { origin: { line: 24, column: 15 } }]);
    });
  });

  test.each([
    ['an unknown tag', 'password: !Hunter2Secret'],
    ['an unknown tag with a value', 'password: !Hunter2Secret x'],
    ['an unresolved alias', 'password: *Hunter2Secret'],
    ['an alias that ends in a colon', 'password: *Hunter2Secret: x'],
    ['an anchor that ends in a colon', 'password: &Hunter2Secret: x'],
    ['a broken escape', 'password: "\\Hunter2Secret"'],
    ['an unclosed quote', 'password: "Hunter2Secret'],
    ['an unclosed bracket', 'password: [Hunter2Secret'],
    ['a reserved sign', 'password: @Hunter2Secret'],
    ['a header of a block', 'password: |Hunter2Secret\n'],
    ['a tag without a prefix', 'password: !Hunter2Secret!x y'],
    ['a tag of another kind', 'password: !!int Hunter2Secret'],
    ['two values', 'password: "a" Hunter2Secret'],
    ['a directive', '%Hunter2Secret x\n'],
    ['a key that stands twice', 'Hunter2Secret: 1\nHunter2Secret: 2'],
    ['a merge of a text', 'x: { <<: Hunter2Secret }'],
    ['a key of a map', 'x: { ? { Hunter2Secret: y } : z'],
  ])('no secret reaches a report by %s', (_what, text) => {
    const told = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { unchecked } = readDocuments(`apiVersion: v1\nkind: Secret\n${text}`.replace(/^[^]*(?=%)/, ''), 'a.yaml');

    expect(unchecked).toHaveLength(1);
    expect(unchecked[0].why).toMatch(/^it can't be read: [a-z]/);
    expect(JSON.stringify([unchecked, told.mock.calls])).not.toContain('Hunter2');
    told.mockRestore();
  });

  test('the parser prints no key that is a map', () => {
    const told = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    readDocuments('apiVersion: v1\nkind: Pod\nx: { ? { Hunter2Secret: y } : z }\n', 'a.yaml');

    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
  });

  test('reads YAML that begins like JSON', () => {
    const { objects } = readDocuments('{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}\n', 'a.yaml');

    expect(objects.map(({ content }) => content.metadata?.name)).toEqual(['a', 'b']);
  });

  test('takes a marker in a text for what YAML does: the beginning of a document', () => {
    const { objects } = readDocuments('apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    ---\n    b\n', 'a.yaml');

    expect(objects[0].content).toMatchObject({ data: { a: '---\nb\n' } });
  });
});
