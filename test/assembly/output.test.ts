import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readFiles, replaceFolders, writeFiles, type OutputFile } from '../../lib/assembly/output';
import { expectRefusal } from '../support/refusal';

// A rename that fails can't be had from a file system when the tests run as root.
jest.mock('node:fs', () => {
  const real = jest.requireActual<typeof fs>('node:fs');
  return { ...real, renameSync: jest.fn(real.renameSync) };
});

const realFs = jest.requireActual<typeof fs>('node:fs');
const renames = fs.renameSync as jest.MockedFunction<typeof fs.renameSync>;

let parent: string;
let target: string;
beforeEach(() => {
  parent = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'output-')));
  target = path.join(parent, 'dist');
});
afterEach(() => {
  renames.mockImplementation(realFs.renameSync);
  fs.rmSync(parent, { recursive: true, force: true });
});

const file = (name: string, content: string | Buffer = name): OutputFile => ({ path: name, content });
const FIRST = [file('k8s/a.yaml', 'a'), file('evidence/control-matrix.json', Buffer.from([0, 255, 13, 10]))];
const SECOND = [file('k8s/b.yaml', 'b')];
/** Every file and folder, with bytes and modes. */
const state = (folder: string): unknown[] => realFs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
  const stat = realFs.lstatSync(path.join(folder, name));
  return [name, stat.mode, stat.mtimeMs, stat.isFile() ? realFs.readFileSync(path.join(folder, name), 'hex') : ''];
});
const contents = (folder: string): Record<string, string> => Object.fromEntries(readFiles(folder).map((found) => [found.path, Buffer.from(found.content as Uint8Array).toString('latin1')]));
const OWNS = ['k8s', 'evidence'];
const replaceFolder = (folder: string, files: readonly OutputFile[]): void => replaceFolders([{ folder, files, owns: OWNS }]);

describe('replaceFolder', () => {
  test('writes every file where nothing was, parents included', () => {
    const deep = path.join(parent, 'not', 'yet', 'there');
    replaceFolder(deep, FIRST);

    expect(contents(deep)).toEqual({ 'k8s/a.yaml': 'a', 'evidence/control-matrix.json': '\u0000\u00ff\r\n' });
    expect(fs.readdirSync(path.dirname(deep))).toEqual(['there']);
  });

  test('leaves nothing of the previous folder, and no sibling', () => {
    replaceFolder(target, FIRST);
    fs.writeFileSync(path.join(target, 'k8s/stale.yaml'), 'stale');
    replaceFolder(target, SECOND);

    expect(contents(target)).toEqual({ 'k8s/b.yaml': 'b' });
    expect(fs.readdirSync(parent)).toEqual(['dist']);
    expect(fs.readdirSync(target)).toEqual(['k8s']);
  });

  test('gives the same bytes twice', () => {
    replaceFolder(target, FIRST);
    const first = contents(target);
    replaceFolder(target, FIRST);

    expect(contents(target)).toEqual(first);
  });

  test('gives files and folders that others can read', () => {
    const mask = process.umask(0o022);
    try {
      replaceFolder(target, FIRST);
    } finally {
      process.umask(mask);
    }
    const mode = (name: string): number => fs.statSync(path.join(target, name)).mode & 0o777;

    expect([mode('.'), mode('k8s'), mode('k8s/a.yaml')]).toEqual([0o755, 0o755, 0o644]);
  });

  test('follows a link to the folder, which stays a link', () => {
    const elsewhere = path.join(parent, 'elsewhere');
    fs.mkdirSync(elsewhere);
    fs.symlinkSync(elsewhere, target);
    replaceFolder(target, FIRST);

    expect(fs.lstatSync(target).isSymbolicLink()).toBe(true);
    expect(Object.keys(contents(elsewhere))).toEqual(FIRST.map((written) => written.path).sort());
    expect(fs.readdirSync(parent).sort()).toEqual(['dist', 'elsewhere']);
  });

  test('takes a path relative to the working directory', () => {
    replaceFolder(path.relative(process.cwd(), target), FIRST);

    expect(contents(target)).toMatchObject({ 'k8s/a.yaml': 'a' });
  });

  describe('leaves the previous folder byte for byte', () => {
    let before: unknown[];
    beforeEach(() => {
      replaceFolder(target, FIRST);
      before = state(parent);
      renames.mockClear();
    });
    afterEach(() => expect(state(parent)).toEqual(before));

    test.each([
      ['two files of one path', [file('a'), file('b'), file('a', 'other')], 'a', 'would replace the first'],
      ['two files that differ by case alone', [file('k8s/Role.yaml'), file('k8s/role.yaml')], 'k8s/role.yaml', 'would replace the first'],
      ['two files that differ by composition alone', [file('\u00e9'), file('e\u0301')], 'e\u0301', 'would replace the first'],
      ['a file in the place of a folder', [file('k8s'), file('k8s/a.yaml')], 'k8s', 'needs the folder'],
      ['a folder in the place of a file', [file('k8s/a/b.yaml'), file('k8s/A')], 'k8s/a', 'needs the folder'],
      ['a path that escapes', [file('ok'), file('../evil')], '../evil', 'within its folder'],
      ['a path that escapes in the middle', [file('k8s/../../evil')], 'k8s/../../evil', 'within its folder'],
      ['a path that goes up and stays', [file('k8s/../a')], 'k8s/../a', 'within its folder'],
      ['an absolute path', [file('/tmp/evil')], '/tmp/evil', 'within its folder'],
      ['an empty path', [file('')], '', 'within its folder'],
      ['the folder itself', [file('.')], '.', 'within its folder'],
      ['a path with a dot segment', [file('./a')], './a', 'within its folder'],
      ['an empty segment', [file('k8s//a')], 'k8s//a', 'within its folder'],
      ['a folder as a file', [file('k8s/')], 'k8s/', 'within its folder'],
      ['a path of Windows', [file('..\\evil')], '..\\evil', 'within its folder'],
      ['a control character', [file('a\u0000b')], 'a\u0000b', 'within its folder'],
      ['a line break', [file('a\nb')], 'a\nb', 'within its folder'],
      ['no path', [{ content: 'x' } as OutputFile], undefined, 'within its folder'],
    ])('after %s', (_name, files, value, rule) => {
      expectRefusal(() => replaceFolder(target, files), { path: target, value, rule, remedy: rule === 'within its folder' ? 'k8s/00-namespaces' : 'rename one' });
    });

    test('after a file that cannot be written, with others written before it', () => {
      expect(() => replaceFolder(target, [file('a'), { path: 'b', content: undefined as never }, file('c')])).toThrow('"data" argument');
      expect(() => replaceFolder(target, [file('a'), file('b'.repeat(300))])).toThrow('ENAMETOOLONG');
    });

    test('after a rename of the new folder that fails', () => {
      renames.mockImplementationOnce(realFs.renameSync).mockImplementationOnce(() => {
        throw new Error('EIO');
      });
      expect(() => replaceFolder(target, SECOND)).toThrow('EIO');
      // Away, in its place (which fails), and back.
      expect(renames).toHaveBeenCalledTimes(3);
    });

    test('after a rename of the previous folder that fails', () => {
      renames.mockImplementationOnce(() => {
        throw new Error('EBUSY');
      });
      expect(() => replaceFolder(target, SECOND)).toThrow('EBUSY');
    });
  });

  test('leaves nothing behind where nothing was and a run fails', () => {
    expect(() => replaceFolder(target, [file('a'), { path: 'b', content: undefined as never }])).toThrow('"data" argument');
    renames.mockImplementationOnce(() => {
      throw new Error('EIO');
    });
    expect(() => replaceFolder(target, FIRST)).toThrow('EIO');

    expect(fs.readdirSync(parent)).toEqual([]);
  });

  test('refuses to replace a file', () => {
    fs.writeFileSync(target, 'somebody works here');
    expectRefusal(() => replaceFolder(target, FIRST), { path: target, value: target, rule: 'what is in it goes', remedy: 'name a folder' });

    expect(fs.readFileSync(target, 'utf8')).toBe('somebody works here');
  });

  test.each(['.', '..', '/', '', process.cwd(), path.dirname(process.cwd())])('refuses to replace %j, which holds the working directory', (folder) => {
    expectRefusal(() => replaceFolder(folder, FIRST), { path: folder, value: folder, rule: 'what is in it goes', remedy: "'dist/healthcare-cluster'" });
    expect(fs.existsSync(path.join(process.cwd(), 'package.json'))).toBe(true);
  });

  test('refuses a link to the working directory', () => {
    fs.symlinkSync(process.cwd(), target);
    expectRefusal(() => replaceFolder(target, FIRST), { path: target, value: target, rule: 'what is in it goes', remedy: 'name a folder' });
  });
});

describe('replaceFolders', () => {
  const folders = (): string[] => ['a', 'b'].map((name) => path.join(parent, name));
  const replaceBoth = (files: readonly OutputFile[]): void => replaceFolders(folders().map((folder) => ({ folder, files, owns: OWNS })));

  test('replaces all of them', () => {
    replaceBoth(FIRST);
    replaceBoth(SECOND);
    for (const folder of folders()) expect(contents(folder)).toEqual({ 'k8s/b.yaml': 'b' });
    expect(fs.readdirSync(parent).sort()).toEqual(['a', 'b']);
  });

  test.each([1, 2, 3, 4])('replaces none where rename %i fails', (failing) => {
    replaceBoth(FIRST);
    const before = state(parent);
    for (let i = 1; i < failing; i++) renames.mockImplementationOnce(realFs.renameSync);
    renames.mockImplementationOnce(() => {
      throw new Error('EIO');
    });

    expect(() => replaceBoth(SECOND)).toThrow('EIO');
    expect(state(parent)).toEqual(before);
  });

  test('writes none where the files of one cannot be written', () => {
    replaceBoth(FIRST);
    const before = state(parent);
    const [a, b] = folders();
    const broken = [file('k8s/b.yaml'), { path: 'k8s/c.yaml', content: undefined as never }];

    expect(() => replaceFolders([{ folder: a, files: SECOND, owns: OWNS }, { folder: b, files: broken, owns: OWNS }])).toThrow('"data" argument');
    expect(state(parent)).toEqual(before);
  });

  test('refuses a folder within another', () => {
    const inner = path.join(target, 'k8s');
    const outputs = [{ folder: target, files: FIRST, owns: OWNS }, { folder: inner, files: FIRST, owns: OWNS }];
    expectRefusal(() => replaceFolders(outputs), { path: target, value: inner, rule: 'replaced whole', remedy: 'beside the others' });
  });

  test('refuses to delete what no synth wrote', () => {
    fs.mkdirSync(path.join(target, 'sources'), { recursive: true });
    expectRefusal(() => replaceFolder(target, FIRST), { path: target, value: ['sources'], rule: 'what is in it goes', remedy: 'move that away' });
    expect(fs.readdirSync(target)).toEqual(['sources']);
  });

  describe('after a run that was killed', () => {
    /** No process has it: pids end below. */
    const DEAD = 2 ** 22 + 1;

    test('puts the previous folder back, and sweeps what was prepared', () => {
      const left = path.join(parent, `.dist-next-${DEAD}-abcdef`);
      writeFiles(`${left}-previous`, FIRST);
      writeFiles(left, SECOND);
      expect(() => replaceFolder(target, [file('../evil')])).toThrow();
      expect(fs.readdirSync(parent)).toHaveLength(2);

      expect(() => replaceFolders([{ folder: target, files: [file('k8s/c'), { path: 'k8s/d', content: undefined as never }], owns: OWNS }])).toThrow('"data" argument');
      expect(contents(target)).toEqual(expect.objectContaining({ 'k8s/a.yaml': 'a' }));
      expect(fs.readdirSync(parent)).toEqual(['dist']);
    });

    test('leaves alone what a living run prepares', () => {
      const living = path.join(parent, `.dist-next-${process.pid}-abcdef`);
      fs.mkdirSync(living);
      replaceFolder(target, FIRST);
      expect(fs.existsSync(living)).toBe(true);
    });
  });
});

describe('writeFiles', () => {
  test('writes over files of the same names, and leaves the others', () => {
    writeFiles(target, FIRST);
    writeFiles(target, [file('k8s/a.yaml', 'new'), file('k8s/b.yaml', 'b')]);

    expect(contents(target)).toMatchObject({ 'k8s/a.yaml': 'new', 'k8s/b.yaml': 'b', 'evidence/control-matrix.json': expect.any(String) });
  });

  test('writes nothing where one path is refused', () => {
    expectRefusal(() => writeFiles(target, [file('a'), file('../evil')]), { path: target, value: '../evil', rule: 'within its folder', remedy: 'k8s/00-namespaces' });
    expectRefusal(() => writeFiles(target, [file('a'), file('a')]), { path: target, value: 'a', rule: 'would replace the first', remedy: 'rename one' });

    expect(fs.readdirSync(parent)).toEqual([]);
  });
});

describe('readFiles', () => {
  test('reads every file in the order of its path, whatever the order of writing', () => {
    const names = ['b', 'a/z', 'a-b/x', 'a/b/c', 'C', '10', '9', '.hidden'];
    writeFiles(target, names.map((name) => file(name)));
    const read = readFiles(target);

    expect(read.map((found) => found.path)).toEqual(['.hidden', '10', '9', 'C', 'a-b/x', 'a/b/c', 'a/z', 'b']);
    expect(read.every((found) => found.content.toString() === found.path)).toBe(true);
  });

  test('reads back the bytes that were written', () => {
    const bytes = Buffer.from([0, 1, 128, 255, 13, 10]);
    writeFiles(target, [file('binary', bytes), file('text', 'ü\n')]);

    expect(readFiles(target)).toEqual([{ path: 'binary', content: bytes }, { path: 'text', content: Buffer.from('ü\n') }]);
  });

  test('leaves out links and empty folders', () => {
    writeFiles(target, [file('a')]);
    fs.symlinkSync(path.join(target, 'a'), path.join(target, 'link'));
    fs.mkdirSync(path.join(target, 'empty'));

    expect(readFiles(target).map((found) => found.path)).toEqual(['a']);
  });
});
