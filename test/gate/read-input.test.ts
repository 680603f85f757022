import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { GatekeeperValues } from '../../lib/admission/gatekeeper/gatekeeper-values';
import { reasonOf } from '../../lib/gate/find-files';
import { readInput, type ReadInput, type ReadInputOptions } from '../../lib/gate/read-input';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'input-')));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`;

function write(file: string, content: string | Uint8Array = pod('p')): void {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), content);
}

const read = (paths: string[], options: ReadInputOptions = {}): ReadInput => readInput(paths, { folder, ...options });
const files = ({ objects }: ReadInput): unknown[] => objects.map(({ origin }) => origin.file);
const flaws = ({ unchecked }: ReadInput): string[] => unchecked.map(({ what, why, origin }) => `${origin.file}: ${what}: ${why}`);

test('files of a folder are read at any depth, in order, by their extension', () => {
  for (const file of ['deep/b.yaml', 'deep/a/z.yml', 'deep/c.json', 'deep/D.YAML', 'deep/notes.txt', 'deep/node_modules/x.yaml', 'deep/.git/x.yaml']) write(file, file.endsWith('json') ? '{"apiVersion":"v1","kind":"Pod"}' : pod('p'));
  const result = read(['deep']);
  expect(files(result)).toEqual(['deep/D.YAML', 'deep/a/z.yml', 'deep/b.yaml', 'deep/c.json']);
  expect(result.unchecked).toEqual([]);
});

test.each([['deep/', 'deep/a/z.yml'], ['.', 'deep/a/z.yml'], ['./deep', './deep/a/z.yml'], [path.join(folder, 'deep'), path.join(folder, 'deep', 'a', 'z.yml')]])('files of %s are named from it', (given, shown) => {
  expect(files(read([given]))).toContain(shown);
});

test('what is named is read, whatever it is called', () => {
  write('named/manifest.txt');
  write('named/.hidden/x.yaml');
  expect(files(read(['named/manifest.txt', 'named/.hidden']))).toEqual(['named/manifest.txt', 'named/.hidden/x.yaml']);
});

test('a file is read once, however it is reached', () => {
  write('once/a.yaml');
  fs.symlinkSync('a.yaml', path.join(folder, 'once', 'b.yaml'));
  const result = read(['once/a.yaml', 'once', './once/a.yaml', 'once']);
  expect(files(result)).toEqual(['once/a.yaml']);
  expect(result.unchecked).toEqual([]);
});

test('links are followed, and end where they go in a circle', () => {
  write('linked/base/a.yaml');
  write('elsewhere/c.yaml');
  fs.symlinkSync('..', path.join(folder, 'linked', 'base', 'again'));
  fs.symlinkSync('../elsewhere', path.join(folder, 'linked', 'other'));
  const result = read(['linked']);
  expect(files(result)).toEqual(['linked/base/a.yaml', 'linked/other/c.yaml']);
  expect(result.unchecked).toEqual([]);
});

test('a link to nowhere and one to itself are told', () => {
  write('broken/a.yaml');
  fs.symlinkSync('nowhere', path.join(folder, 'broken', 'b'));
  fs.symlinkSync('c.yaml', path.join(folder, 'broken', 'c.yaml'));
  expect(flaws(read(['broken']))).toEqual(["broken/b: a path: it can't be read: there is no such file or folder", "broken/c.yaml: a path: it can't be read: its links go in a circle"]);
});

describe('nothing is passed over in silence', () => {
  beforeAll(() => {
    write('bad/empty.yaml', '# nothing\n');
    write('bad/binary.yaml', Uint8Array.of(0x61, 0, 0x62));
    write('bad/utf16.yaml', Buffer.from('\uFEFFapiVersion: v1', 'utf16le'));
    write('bad/latin1.yaml', Uint8Array.of(0x61, 0xe9, 0x62));
    write('bad/broken.yaml', 'a: [\n');
    fs.mkdirSync(path.join(folder, 'none', 'deeper'), { recursive: true });
    write('none/README.md', '#');
  });

  test.each([
    ['missing.yaml', "a path: it can't be read: there is no such file or folder"],
    ['none', 'a folder: it holds no file of YAML or JSON'],
    ['bad/empty.yaml', 'a file: it holds nothing'],
    ['bad/binary.yaml', "a file: it can't be read: it is no text"],
    ['bad/utf16.yaml', "a file: it can't be read: it is UTF-16"],
    ['bad/latin1.yaml', "a file: it can't be read: it is no text in UTF-8"],
    ['/dev/null', 'a path: it is neither a file nor a folder'],
    ['-', 'the standard input: it holds nothing'],
  ])('%s', (given, why) => {
    const result = read([given]);
    expect(flaws(result)).toEqual([`${given}: ${why}`]);
    expect(result.unchecked[0].remedy).not.toBe('');
    expect(result.objects).toEqual([]);
  });

  test('a document that is broken, between files that are not', () => {
    write('mixed/a.yaml', pod('a'));
    write('mixed/b.yaml', 'a: [\n');
    write('mixed/c.yaml', pod('c'));
    const result = read(['mixed']);
    expect(files(result)).toEqual(['mixed/a.yaml', 'mixed/c.yaml']);
    expect(result.unchecked).toMatchObject([{ origin: { file: 'mixed/b.yaml' } }]);
  });

  // Reading fails there for root as well.
  test('a file that fails to be read', () => {
    expect(flaws(read(['/proc/self/mem']))).toEqual([expect.stringMatching(/^\/proc\/self\/mem: a file: it can't be read: \w+/)]);
  });

  test.each([['EACCES', 'reading is not permitted'], ['EPERM', 'reading is not permitted'], ['EIO', 'broken']])('%s in words', (code, words) => {
    expect(reasonOf(Object.assign(new Error('broken'), { code }))).toBe(words);
  });

  test('a pipe in a folder, which nobody may be writing to', () => {
    write('piped/a.yaml');
    execFileSync('mkfifo', [path.join(folder, 'piped', 'b.yaml')]);
    expect(flaws(read(['piped']))).toEqual(['piped/b.yaml: a path: it is neither a file nor a folder']);
  });

  test('a file of comments among others is nothing to tell, and none where it may be empty', () => {
    write('helm/a.yaml', '# rendered to nothing\n');
    write('helm/b.yaml');
    expect(flaws(read(['helm']))).toEqual([]);
    expect(flaws(read(['helm/a.yaml'], { mayBeEmpty: true }))).toEqual([]);
  });
});

test('the standard input is read where - stands, once', () => {
  write('stdin/a.yaml', pod('a'));
  const result = read(['-', 'stdin/a.yaml', '-'], { standardInput: Buffer.from(`${pod('v')}---\n${pod('w')}`) });
  expect(result.objects.map(({ content, origin }) => [content.metadata?.name, origin.file])).toEqual([['v', '-'], ['w', '-'], ['a', 'stdin/a.yaml']]);
});

test('JSON that is no object of Kubernetes is handed on', () => {
  write('terraform/cdk.tf.json', '{"resource":{"aws_s3_bucket":{}}}');
  expect(read(['terraform']).others).toEqual([{ content: { resource: { aws_s3_bucket: {} } }, origin: { file: 'terraform/cdk.tf.json', line: 1 } }]);
});

describe('what tools write beside their output', () => {
  const MATRIX = '{"cluster":"c","platform":"Amazon EKS","kubernetesVersion":"1.36","phiNamespaces":["phi"],"summary":{"enforced":1},'
    + '"controls":[{"id":"AU1","title":"API audit policy","status":"enforced","objects":[]}]}';
  const records: [string, string][] = [
    ['construct-metadata.json', '{"version":"1.0.0","resources":{"api":{"path":"App/api"}}}'],
    ['construct-origins.json', '{"version":1,"objects":{"v1 Pod /api":{"constructPath":"App/api"}}}'],
    ['manifest.json', '{"version":"0.21.0","stacks":{"a":{"synthesizedStackPath":"stacks/a/cdk.tf.json"}}}'],
    ['control-matrix.json', MATRIX],
    ['dated-matrix.json', MATRIX.replace('{', '{"asOf":"2026-11-21",')],
    ['gatekeeper-values.yaml', new GatekeeperValues().yaml],
  ];

  test('is no input where it is found, and is where it is named', () => {
    for (const [file, text] of records) write(`tools/${file}`, text);
    write('tools/a.yaml');
    expect(read(['tools']).others).toEqual([]);
    expect(read(records.map(([file]) => `tools/${file}`)).others).toHaveLength(6);
  });

  test.each([
    ['construct-metadata.json', '{"version":"1.0.0","resources":{"api":{"path":"App/api"}},"resource":{}}'],
    ['manifest.json', '{"version":"0.21.0","stacks":{"a":{}}}'],
    ['construct-metadata.json', '{"version":"1.0.0","resources":[null]}'],
    ['control-matrix.json', MATRIX.replace('{', '{"resource":{},')],
    ['control-matrix.json', MATRIX.replace('"status":"enforced",', '')],
    ['control-matrix.json', MATRIX.replace('"controls":', '"controlled":')],
  ])('is told by what it holds, not by its name: %s', (file, text) => {
    const inside = path.relative(folder, fs.mkdtempSync(path.join(folder, 'disguised-')));
    write(`${inside}/${file}`, text);
    expect(read([inside]).others).toHaveLength(1);
  });

  test('hides no object of Kubernetes', () => {
    write('hidden/manifest.json', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"version":"1","stacks":{}}');
    expect(files(read(['hidden']))).toEqual(['hidden/manifest.json']);
  });
});

test('what is to be ignored is told, and the gate\'s own files are not; what is named is read all the same', () => {
  for (const file of ['ignored/a.yaml', 'ignored/vendor/b.yaml', 'ignored/c.yaml', 'ignored/vendored/d.yaml']) write(file);
  const at = (file: string): string => path.join(folder, 'ignored', file);
  const options = { ignore: [at('vendor')], own: [at('c.yaml')] };
  const result = read(['ignored'], options);
  expect(files(result)).toEqual(['ignored/a.yaml', 'ignored/vendored/d.yaml']);
  expect(result.passedOver).toEqual(['ignored/vendor']);
  expect(files(read(['ignored/vendor', 'ignored/c.yaml'], options))).toEqual(['ignored/vendor/b.yaml', 'ignored/c.yaml']);
});

test('says how far it is', () => {
  write('far/a.yaml');
  write('far/b.yaml');
  const told: number[][] = [];
  read(['far'], { onProgress: (...numbers) => told.push(numbers) });
  expect(told).toEqual([[0, 2], [1, 2]]);
});

test('a hundred thousand documents overflow no stack', () => {
  const text = Array.from({ length: 130_000 }, () => '---\n1\n').join('');
  expect(read(['-'], { standardInput: Buffer.from(text) }).unchecked).toHaveLength(130_000);
});
