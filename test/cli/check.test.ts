import { Sandbox, type CliRun, type FakeIo } from './harness';

const sandbox = new Sandbox();
afterEach(() => sandbox.clear());
afterAll(() => sandbox.remove());

const pod = (name: string, privileged: boolean, namespace = 'phi'): string => JSON.stringify({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: namespace === '' ? undefined : namespace }, spec: { containers: [{ name: 'c', image: 'i', securityContext: { privileged } }] },
});
const GOOD = pod('good', false);
const BAD = pod('bad', true);
const EXCEPTION = '- { rule: privileged-containers, object: Pod/phi/bad, reason: until it is replaced, approver: Officer, expires: 2026-06-15 }\n';

const RULES = ['--rules', 'privileged-containers,ingress-tls'];
const PHI = ['--phi-namespaces', 'phi'];

/** `check` of the rules that these tests are about, where PHI is known to be. */
const check = (args: string[], io?: FakeIo): Promise<CliRun> => sandbox.run(['check', ...RULES, ...PHI, ...args], io);

describe('exit status', () => {
  test.each<[number, string, Record<string, string>, string[]]>([
    [0, 'nothing is wrong', { 'a.yaml': GOOD }, ['a.yaml']],
    [1, 'a violation', { 'a.yaml': BAD }, ['a.yaml']],
    [2, 'a document that is broken', { 'a.yaml': 'a: [' }, ['a.yaml']],
    [2, 'a violation beside what is broken', { 'a.yaml': BAD, 'b.yaml': 'a: [' }, ['.']],
    [2, 'what is in order beside what is not there', { 'a.yaml': GOOD }, ['a.yaml', 'b.yaml']],
    [2, 'nothing to look at in a file', { 'a.yaml': '# nothing\n' }, ['a.yaml']],
    [2, 'nothing to look at in a folder', { 'a/b.yaml': '# nothing\n' }, ['a']],
    [2, 'a folder without a file', { 'a/notes.txt': '' }, ['a']],
    [2, 'a rule that fails on an object', { 'a.yaml': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'phi' }, spec: { containers: 7 } }) }, ['a.yaml']],
    [2, 'JSON of nobody', { 'a.json': '{"name":"package"}' }, ['a.json']],
  ])('%i: %s', async (code, _what, files, paths) => {
    for (const [file, text] of Object.entries(files)) sandbox.write(file, text);
    const run = await check(paths);
    expect([run.code, run.err]).toEqual([code, '']);
    expect(run.out.trimEnd().split('\n').at(-1)).toMatch(code === 0 ? /^Clean/ : /^Not clean/);
  });

  test('2: a namespace that holds PHI is not known', async () => {
    sandbox.write('a.yaml', BAD);
    const run = await sandbox.run(['check', ...RULES, 'a.yaml']);
    expect(run.code).toBe(2);
    expect(run.out).toContain('--phi-namespaces');
  });
});

describe('usage that is wrong', () => {
  test.each<[string[], string]>([
    [[], "missing required argument 'path'"],
    [['a.yaml', '--phi-namespace', 'a'], "unknown option '--phi-namespace'"],
    [['a.yaml', '--format', 'yaml'], "option '--format <format>' argument 'yaml' is invalid"],
    [['a.yaml', '--phi-namespaces'], 'argument missing'],
    [['a.yaml', '--phi-namespaces', ''], '[--phi-namespaces] a name is empty'],
    [['a.yaml', '--phi-namespaces', 'a,,b'], '[--phi-namespaces] a name is empty'],
    [['a.yaml', '--phi-namespaces', 'A'], "[--phi-namespaces] phiNamespaces[0] is no DNS label: 'A'"],
    [['a.yaml', '--approved-registries', 'nginx'], '[--approved-registries] approvedRegistries[0]'],
    [['a.yaml', '--storage-classes', 'A'], '[--storage-classes] storageClasses[0]'],
    [['a.yaml', '--namespace', 'A'], '[--namespace] the namespace is no DNS label'],
    [['a.yaml', '--namespace', ''], '[--namespace] the namespace is no DNS label'],
    [['a.yaml', '--rules', 'no-such-rule'], "there is no such rule: 'no-such-rule'"],
    [['a.yaml', '--as-of', '2026-02-30'], '[--as-of] the day is no date'],
    [['a.yaml', '--config', 'missing.yaml'], "[missing.yaml] the file can't be read: 'ENOENT'"],
    [['a.yaml', '--exceptions', 'missing.yaml'], "[missing.yaml] the file can't be read: 'ENOENT'"],
    [['a.yaml', '--output', 'missing/report.txt'], "[--output] the report can't be written: 'missing/report.txt'"],
  ])('%j is exit 2 with one message', async (args, message) => {
    sandbox.write('a.yaml', GOOD);
    const run = await sandbox.run(['check', ...PHI, ...args]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(message);
    expect(run.err).not.toMatch(/^\s+at /m);
  });
});

describe('what is judged', () => {
  test('the standard input, in pieces that split a character', async () => {
    const bytes = Buffer.from(pod('bäd', true));
    const middle = bytes.indexOf('ä') + 1;
    const run = await check(['-'], { stdin: [bytes.subarray(0, middle), bytes.subarray(middle)] });
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/^standard input:1.* Pod phi\/bäd/);
  });

  test('JSON of Terraform', async () => {
    sandbox.write('cdk.tf.json', JSON.stringify({ resource: { aws_kms_key: { logs: { deletion_window_in_days: 7 } } } }));
    const run = await sandbox.run(['check', 'cdk.tf.json', '--format', 'json']);
    expect(run.code).not.toBe(0);
    expect(run.out).toContain('terraform-kms-');
  });

  test.each([
    ['the flag', ['--namespace', 'other'], 0, /^Clean as far as judged: .* 2 objects looked at, 1 of them passed over as not of PHI namespaces;/],
    ['the flag, which names one of PHI', ['--namespace', 'phi'], 1, /^a\.yaml:3:\d+ +Pod phi\/bad /m],
    ['nothing, so that they may hold PHI', [], 1, /^a\.yaml:3:\d+ +Pod bad /m],
  ])('objects without a namespace by %s', async (_what, args, code, said) => {
    sandbox.write('a.yaml', `${GOOD}\n---\n${pod('bad', true, '')}`);
    const run = await check([...args, 'a.yaml']);
    expect(run.code).toBe(code);
    expect(code === 0 ? run.out.trimEnd().split('\n').at(-1) : run.out).toMatch(said);
  });

  test('2: nothing is in a PHI namespace that was named', async () => {
    sandbox.write('a.yaml', pod('bad', true, 'healthcare-prod'));
    const run = await sandbox.run(['check', ...RULES, '--phi-namespaces', 'healthcare-prd', 'a.yaml']);
    expect(run.code).toBe(2);
    expect(run.out).toContain('none of the 1 is in a PHI namespace (healthcare-prd)');
    expect(run.out).toContain('nothing here is in the PHI namespace healthcare-prd: is it spelt right?');
  });

  test('an exception names an object by the namespace that it is applied to', async () => {
    sandbox.write('a.yaml', pod('bad', true, ''));
    sandbox.write('hipaa-exceptions.yaml', EXCEPTION);
    const run = await check(['--namespace', 'phi', 'a.yaml']);
    expect(run.code).toBe(0);
    expect(run.out).toContain('1 excepted');
    expect(run.out).not.toContain('excepts nothing');
  });

  test('no password of an image is printed', async () => {
    sandbox.write('a.yaml', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'phi' }, spec: { containers: [{ name: 'c', image: 'https://user:Hunter2Secret@r.io/a' }] } }));
    for (const format of ['human', 'json', 'sarif', 'junit']) {
      const { code, out } = await sandbox.run(['check', ...PHI, '--approved-registries', 'registry.example.com', 'a.yaml', '--format', format]);
      expect(code).toBe(1);
      expect(out).not.toContain('Hunter2Secret');
      expect(out).toMatch(/\/\/(…|\\u2026)@r\.io\/a/);
    }
  });

  test('rules that are named, and others are not', async () => {
    sandbox.write('a.yaml', BAD);
    expect((await sandbox.run(['check', ...PHI, '--rules', 'ingress-tls', 'a.yaml'])).code).toBe(0);
  });

  test('a flag that lists may come again, with spaces', async () => {
    sandbox.write('a.yaml', pod('bad', true, 'third'));
    const run = await check(['--phi-namespaces', 'second, third', 'a.yaml']);
    expect(run.code).toBe(1);
    expect(run.out).toContain('PHI namespaces: phi, second, third');
  });

  test('registries and classes reach their rules', async () => {
    sandbox.write('a.yaml', GOOD);
    const args = ['check', ...PHI, '--rules', 'approved-images', 'a.yaml'];
    expect((await sandbox.run(args)).out).toContain('no registry is approved');
    const told = await sandbox.run([...args, '--approved-registries', 'registry.example.com/clinic,other.example.com']);
    expect(told.code).toBe(1);
    expect(told.out).toContain('approved-images');
  });
});

describe('configuration', () => {
  test('the file of the working directory holds, and flags win over it', async () => {
    sandbox.write('cdk8s-hipaa.yaml', 'phiNamespaces: [other]\nrules: [privileged-containers]\n');
    sandbox.write('in/a.yaml', BAD);
    expect((await sandbox.run(['check', 'in'])).out).toContain('PHI namespaces: other;');
    expect((await sandbox.run(['check', 'in', ...PHI])).code).toBe(1);
    expect((await sandbox.run(['check', 'in', ...PHI, '--rules', 'ingress-tls'])).code).toBe(0);
  });

  test('a file that is named, in a folder of its own', async () => {
    sandbox.write('team/gate.yaml', 'phiNamespaces: [phi]\nrules: [privileged-containers]\nexceptions: e.yaml\n');
    sandbox.write('team/e.yaml', EXCEPTION);
    sandbox.write('in/a.yaml', BAD);
    const run = await sandbox.run(['check', 'in', '--config', 'team/gate.yaml']);
    expect(run.code).toBe(0);
    expect(run.out).toContain('1 excepted');
  });

  test('files of the gate itself are no input, nor is the report of an earlier run; what is ignored is told', async () => {
    sandbox.write('cdk8s-hipaa.yaml', 'phiNamespaces: [phi]\nrules: [privileged-containers]\nignore: [vendor]\n');
    sandbox.write('hipaa-exceptions.yaml', EXCEPTION);
    sandbox.write('vendor/a.yaml', 'a: [');
    sandbox.write('a.yaml', BAD);
    const args = ['check', '.', '--format', 'json', '--output', 'report.json'];
    await sandbox.run(args);
    const run = await sandbox.run(args);
    expect(run).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse(sandbox.read('report.json'))).toMatchObject({ counts: { objects: 1, excepted: 1, unchecked: 0 }, warnings: ['cdk8s-hipaa.yaml says to ignore 1 path: vendor'] });
  });

  test.each(['human', 'json', 'sarif', 'junit'])('rules that a file leaves out are told, with the file: %s', async (format) => {
    sandbox.write('cdk8s-hipaa.yaml', 'phiNamespaces: [phi]\nrules: [ingress-tls]\n');
    sandbox.write('in/a.yaml', BAD);
    const run = await sandbox.run(['check', 'in', '--format', format]);
    expect(run.code).toBe(0);
    for (const said of ['Clean as far as judged', 'privileged-containers', 'rules of cdk8s-hipaa.yaml names others']) expect(run.out).toContain(said);
    const elsewhere = await sandbox.run(['check', 'in', '--format', format, '--rules', 'ingress-tls']);
    expect(elsewhere.out).toContain('--rules names others');
    expect(elsewhere.out).toMatch(/cdk8s-hipaa\.yaml/);
    expect((await sandbox.run(['check', 'in', '--output', 'r.txt'])).err).toMatch(/^clean as far as judged: /);
  });

  test('a message shows no terminal what to do', async () => {
    sandbox.write('cdk8s-hipaa.yaml', 'rules: ["a\\e[2J"]\n');
    const run = await sandbox.run(['check', '.']);
    expect(run.code).toBe(2);
    expect(run.err).toContain("there is no such rule: 'a\\x1b[2J'\n    rule:   ");
  });

  test('a setting that is wrong is exit 2, with its line', async () => {
    sandbox.write('cdk8s-hipaa.yaml', '\nphiNamespace: [phi]\n');
    const run = await sandbox.run(['check', '.']);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain("[cdk8s-hipaa.yaml:2] unknown field: 'phiNamespace'");
  });
});

describe('exceptions', () => {
  beforeEach(() => {
    sandbox.write('hipaa-exceptions.yaml', EXCEPTION);
    sandbox.write('in/a.yaml', BAD);
  });

  test.each([
    ['today, which is their last day', [], 0],
    ['the day before', ['--as-of', '2026-06-14'], 0],
    ['the day after', ['--as-of', '2026-06-16'], 1],
  ])('are judged by %s', async (_what, args, code) => {
    const run = await check(['in', ...args]);
    expect(run.code).toBe(code);
    if (code === 1) expect(run.out).toContain('its exception ended on 2026-06-15');
  });

  test('a file by flag wins; one that excepts nothing warns', async () => {
    sandbox.write('e.yaml', EXCEPTION.replace('Pod/phi/bad', 'Pod/phi/gone'));
    const run = await check(['in', '--exceptions', 'e.yaml']);
    expect(run.code).toBe(1);
    expect(run.out).toContain('Warnings (1)');
  });

  test('a file that is wrong is exit 2, with its line', async () => {
    sandbox.write('hipaa-exceptions.yaml', EXCEPTION.replace('privileged-containers', 'privileged'));
    const run = await check(['in']);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain("[hipaa-exceptions.yaml:1] there is no such rule: 'privileged'");
  });
});

describe('reports', () => {
  beforeEach(() => sandbox.write('a.yaml', BAD));

  test.each([
    ['json', (text: string) => expect(JSON.parse(text)).toMatchObject({ version: 1, clean: false, counts: { violations: 1 } })],
    ['sarif', (text: string) => expect(JSON.parse(text)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { rules: expect.arrayContaining([expect.objectContaining({ id: 'privileged-containers' })]) as object[] } } }] })],
    ['junit', (text: string) => expect(text).toMatch(/^<\?xml [^]*privileged-containers[^]*<\/testsuites>\n$/)],
    ['human', (text: string) => expect(text).toContain('Pod phi/bad')],
  ])('%s, to the standard output and the same to a file', async (format, expectReport) => {
    const run = await check(['a.yaml', '--format', format]);
    expect(run.err).toBe('');
    expectReport(run.out);
    const file = await check(['a.yaml', '--format', format, '--output', 'r.txt']);
    expect(file).toEqual({ code: 1, out: '', err: 'not clean: 1 violation, 0 could not be checked; the report is in r.txt\n' });
    expect(sandbox.read('r.txt')).toBe(run.out);
  });

  test('- is the standard output', async () => {
    const run = await check(['a.yaml', '--output', '-']);
    expect(run.err).toBe('');
    expect(run.out).toContain('Pod phi/bad');
    expect(() => sandbox.read('-')).toThrow('ENOENT');
  });

  test.each([['in/a.yaml', BAD], ['in/a.json', BAD], ['in/cdk.tf.json', '{"resource":{}}'], ['in/b.yaml', 'a: ['], ['in/c.json', 'null']])('a report is not written over %s', async (file, text) => {
    sandbox.write(file, text);
    const run = await check(['in', '--output', file]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(`[--output] the file is there, and is no report: '${file}'`);
    expect(sandbox.read(file)).toBe(text);
  });

  test.each(['json', 'sarif'])('a report in %s is written over an earlier one', async (format) => {
    const args = ['a.yaml', '--format', format, '--output', 'r.json'];
    expect((await check(args)).code).toBe(1);
    expect((await check(args)).code).toBe(1);
  });

  const COLOUR = '\u001b[';

  test.each<[string, boolean, string[], FakeIo]>([
    ['a terminal', true, [], { terminal: { stdout: true } }],
    ['a terminal that is dumb', false, [], { terminal: { stdout: true }, env: { TERM: 'dumb' } }],
    ['NO_COLOR', false, [], { terminal: { stdout: true }, env: { NO_COLOR: '1' } }],
    ['an empty NO_COLOR', true, [], { terminal: { stdout: true }, env: { NO_COLOR: '' } }],
    ['no terminal', false, [], {}],
    ['FORCE_COLOR', true, [], { env: { FORCE_COLOR: '1' } }],
    ['NO_COLOR over FORCE_COLOR', false, [], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }],
    ['CI', true, [], { env: { CI: 'true' } }],
    ['--color', true, ['--color'], {}],
    ['--no-color over all', false, ['--no-color'], { terminal: { stdout: true }, env: { FORCE_COLOR: '1' } }],
    ['JSON on a terminal', false, ['--format', 'json'], { terminal: { stdout: true } }],
  ])('colours: %s', async (_what, coloured, args, io) => {
    expect((await check(['a.yaml', ...args], io)).out.includes(COLOUR)).toBe(coloured);
  });

  test('a file has colours only where they are asked for', async () => {
    await check(['a.yaml', '--output', 'r.txt'], { terminal: { stdout: true }, env: { FORCE_COLOR: '1' } });
    expect(sandbox.read('r.txt')).not.toContain(COLOUR);
    await check(['a.yaml', '--output', 'r.txt', '--color']);
    expect(sandbox.read('r.txt')).toContain(COLOUR);
  });

  test('lines are as long as the terminal is wide, and no shorter for a pipe', async () => {
    const longest = ({ out }: CliRun): number => Math.max(...out.split('\n').filter((line) => line.startsWith('    ')).map((line) => line.length));
    expect(longest(await check(['a.yaml', '--no-color'], { terminal: { stdout: true }, columns: 60 }))).toBeLessThanOrEqual(60);
    expect(longest(await check(['a.yaml'], { columns: 60 }))).toBeGreaterThan(60);
  });
});

describe('progress', () => {
  beforeEach(() => {
    for (let index = 0; index < 500; index++) sandbox.write(`many/${index}.yaml`, GOOD);
    sandbox.write('few/a.yaml', GOOD);
  });

  test('is shown on a terminal where input is long, and taken away', async () => {
    const { err } = await check(['many'], { terminal: { stderr: true } });
    expect(err).toMatch(/reading 0 of 500 files.*reading 400 of 500 files.*judging 500 objects\r\u001b\[K$/s);
    expect((await check(['few'], { terminal: { stderr: true } })).err).toBe('');
  });

  test('is not shown elsewhere', async () => expect((await check(['many'], { terminal: { stdout: true } })).err).toBe(''));
});
