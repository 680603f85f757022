/** The program itself, in processes of its own: what no test in this process sees. */
import { execFile, type ExecFileException } from 'node:child_process';
import * as path from 'node:path';
import { Sandbox } from './harness';

const sandbox = new Sandbox();
afterAll(() => sandbox.remove());

const MAIN = path.join(__dirname, '..', '..', 'lib', 'cli', 'main.ts');
const TSX = require.resolve('tsx');

beforeAll(() => {
  sandbox.write('a.yaml', pods(1));
  sandbox.write('many.yaml', pods(300));
});

const pods = (count: number): string => Array.from({ length: count }, (_, index) => `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${index}, namespace: phi }
spec: { containers: [{ name: c, image: i, securityContext: { privileged: true } }] }\n`).join('');

const ARGS = '--phi-namespaces phi --rules privileged-containers';

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A line of bash; `$M` is the program. */
function bash(line: string): Promise<Result> {
  const env = { PATH: process.env.PATH, M: MAIN, TSX, NODE: process.execPath };
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-c', `m() { "$NODE" --import "$TSX" "$M" "$@"; }; ${line}`], { cwd: sandbox.folder, env, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof (error as ExecFileException | null)?.code === 'number' ? error!.code as number : 0, out, err });
    });
  });
}

test('exit status, streams, and a report that no pipe cuts off', async () => {
  const [one, piped, seen, full, stdin] = await Promise.all([
    bash(`m check <(cat a.yaml) ${ARGS}`),
    bash(`m check many.yaml ${ARGS} --format json | (sleep 0.3; cat)`),
    bash(`m check many.yaml ${ARGS} --format json | head -c 5; echo " \${PIPESTATUS[0]}"`),
    bash(`m check many.yaml ${ARGS} > /dev/full`),
    bash(`m check - ${ARGS} < a.yaml`),
  ]);
  expect(one).toMatchObject({ code: 1, err: '' });
  expect(one.out).toContain('Not clean: 1 violation');
  expect((JSON.parse(piped.out) as { violations: unknown[] }).violations).toHaveLength(300);
  // Whoever reads stops reading: no error, and the exit status says what was found.
  expect(seen).toEqual({ code: 0, out: '{\n  " 1\n', err: '' });
  expect(full.code).toBe(2);
  expect(full.err).toMatch(/^cdk8s-hipaa: the report can't be written: .*ENOSPC/);
  expect(stdin.code).toBe(1);
}, 30_000);

test('help loads no engine, and the gate loads neither cdk8s nor cdktf', async () => {
  const loaded = async (...argv: string[]): Promise<string[]> => {
    const script = `require('tsx/cjs'); const { run } = require(${JSON.stringify(path.join(path.dirname(MAIN), 'run.ts'))});
      const { Readable } = require('node:stream'); const none = { write() {} };
      run(${JSON.stringify(argv)}, { stdin: Readable.from([]), stdout: none, stderr: none, folder: process.cwd(), env: {}, today: () => '2026-06-15' })
        .then(() => console.log(JSON.stringify(Object.keys(require.cache).flatMap((file) => file.split('node_modules/').slice(1).at(-1)?.match(/^(@[^/]+\\/)?[^/]+/)?.[0] ?? []))));`;
    const { out, err } = await new Promise<Result>((resolve) => {
      execFile(process.execPath, ['-e', script], { cwd: path.join(__dirname, '..', '..') }, (_error, stdout, stderr) => resolve({ code: 0, out: stdout, err: stderr }));
    });
    expect(err).toBe('');
    return [...new Set(JSON.parse(out) as string[])].filter((name) => !['tsx', 'esbuild', 'get-tsconfig', 'resolve-pkg-maps'].includes(name)).sort();
  };
  const [help, check] = await Promise.all([loaded('--help'), loaded('check', path.join(sandbox.folder, 'a.yaml'), ...ARGS.split(' '))]);
  expect(help).toEqual(['commander']);
  expect(check.filter((name) => /cdk|constructs/.test(name))).toEqual([]);
  expect(check).toEqual(expect.arrayContaining(['commander', 'yaml']));
}, 30_000);
