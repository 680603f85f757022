import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ValidationContext, type Validation } from 'cdk8s-cli/plugins';
import { HipaaValidation } from '../../lib/gate/cdk8s-plugin';
import { expectRefusal } from '../support/refusal';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-')));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

const PROPERTIES = { phiNamespaces: ['phi'], rules: ['privileged-containers', 'ingress-tls'] };
const pod = (name: string, namespace = 'phi'): string => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }] } });
const GOOD = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'good', namespace: 'phi' }, spec: { containers: [{ name: 'c', image: 'i' }] } });

let counter = 0;

/** Manifests in a folder of their own, as cdk8s names them. */
function write(manifests: Record<string, string>): string[] {
  const inside = `out-${++counter}`;
  return Object.entries(manifests).map(([name, text]) => {
    const file = path.join(inside, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  });
}

type ReportJson = ReturnType<ValidationContext['report']['toJson']>;

interface Run {
  readonly report: ReportJson;
  readonly text: string;
}

async function validate(manifests: string[], properties: Record<string, unknown> = PROPERTIES, metadata: Record<string, { path: string }> = {}, stdout = false): Promise<Run> {
  // The type says that the class is a validation as cdk8s takes it.
  const validation: Validation = new HipaaValidation(properties);
  const context = new ValidationContext(manifests, 'cdk8s-hipaa', '0.1.0', metadata, stdout);
  await validation.validate(context);
  return { report: context.report.toJson(), text: context.report.toString() };
}

test('what is in order succeeds', async () => {
  const { report, text } = await validate(write({ 'a.yaml': GOOD }));
  expect(report.violations).toEqual([]);
  expect(report.summary).toMatchObject({ status: 'success', metadata: {
    'Verdict': 'Clean as far as judged', 'Settings': 'of no file', 'Objects': '1 object looked at', 'PHI namespaces': 'phi', 'Violations': '0', 'Could not be checked': '0', 'Excepted': '0', 'Warnings': '0',
  } });
  expect(report.summary.metadata!['Rules not judged']).toMatch(/^\d+: privilege-escalation, .*terraform-[a-z-]+ \(rules of the plugin names others\)$/);
  expect(report.summary.metadata!['cdk8s-hipaa']).toBe((JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string }).version);
  expect(text).toContain('success');
});

test('violations are grouped by rule, each with object, field, value, control and line', async () => {
  const [a, b] = write({ 'a.yaml': `${pod('one')}`, 'b.yaml': pod('two') });
  const { report } = await validate([a, b]);
  expect(report.summary.status).toBe('failure');
  expect(report.violations).toHaveLength(1);
  const [{ ruleName, recommendation, fix, violatingConstructs }] = report.violations;
  expect({ ruleName, recommendation, fix }).toEqual({ ruleName: 'privileged-containers', recommendation: expect.stringContaining('PS1 Pod Security restricted (45 CFR 164.312(a)(1), required)'), fix: 'remove it' });
  expect(violatingConstructs.map(({ resourceName, manifestPath }) => [resourceName, manifestPath])).toEqual([['Pod/phi/one', a], ['Pod/phi/two', b]]);
  expect(violatingConstructs[0].locations).toEqual([expect.stringMatching(/^spec\.containers\[0\]\.securityContext\.privileged = true: .+ \(PS1, 45 CFR 164\.312\(a\)\(1\), CIS Kubernetes 5\.2\.2[^)]*\) - at out-\d+\/a\.yaml:1:\d+$/)]);
});

describe('where objects come from', () => {
  const metadata = { one: { path: 'chart/One' } };

  test("cdk8s' own record, where a name is the only one", async () => {
    const manifests = write({ 'construct-metadata.json': JSON.stringify({ version: '1.0.0', resources: metadata }), 'a.yaml': pod('one') });
    const { report } = await validate(manifests.slice(1), PROPERTIES, { ...metadata });
    expect(report.violations[0].violatingConstructs[0]).toMatchObject({ resourceName: 'Pod/phi/one', constructPath: 'chart/One', locations: [expect.stringContaining('construct chart/One')] });
  });

  test('two objects of a name have no path rather than a wrong one', async () => {
    const manifests = write({ 'construct-metadata.json': JSON.stringify({ version: '1.0.0', resources: metadata }), 'a.yaml': pod('one'), 'b.yaml': pod('one', 'phi-2') });
    const { report } = await validate(manifests.slice(1), { ...PROPERTIES, phiNamespaces: ['phi', 'phi-2'] }, { ...metadata });
    expect(report.violations[0].violatingConstructs.map(({ constructPath }) => constructPath)).toEqual([undefined, undefined]);
  });

  test("the gate's record tells them apart, from a folder above the manifests", async () => {
    const origins = { 'v1 Pod phi/one': { constructPath: 'chart/One', createdAt: 'app.ts:3:1' }, 'v1 Pod phi-2/one': { constructPath: 'chart/Two', createdAt: 'app.ts:4:1' } };
    const [, ...manifests] = write({ 'construct-origins.json': JSON.stringify({ version: 1, objects: origins }), 'x/y/a.yaml': pod('one'), 'x/b.yaml': pod('one', 'phi-2') });
    const { report, text } = await validate(manifests, { ...PROPERTIES, phiNamespaces: ['phi', 'phi-2'] }, { ...metadata });
    expect(report.violations[0].violatingConstructs.map(({ constructPath }) => constructPath)).toEqual(['chart/One', 'chart/Two']);
    expect(text).toContain('Construct Path: chart/Two');
    expect(text).toContain('created at app.ts:4:1');
  });

  test('none is known without a record, and a record that is frozen is left alone', async () => {
    const { report } = await validate(write({ 'a.yaml': pod('one') }), PROPERTIES, Object.freeze({}));
    expect(report.violations[0].violatingConstructs[0].constructPath).toBeUndefined();
  });

  test('a folder that goes away is not named', async () => {
    const { report } = await validate(write({ 'a.yaml': pod('one') }), PROPERTIES, {}, true);
    expect(report.violations[0].violatingConstructs[0].manifestPath).toBe('STDOUT');
    expect(report.violations[0].violatingConstructs[0].locations[0]).not.toContain('out-');
  });
});

describe('what could not be judged fails', () => {
  test.each([
    ['a manifest that is none', { 'a.yaml': GOOD, 'b.yaml': 'a: [\n' }, PROPERTIES, "it can't be read"],
    ['no PHI namespace', { 'a.yaml': pod('one') }, { rules: PROPERTIES.rules }, 'no namespace is known to hold PHI'],
  ])('%s', async (_what, manifests: Record<string, string>, properties, why) => {
    const { report } = await validate(write(manifests), properties);
    expect(report.summary.status).toBe('failure');
    const entry = report.violations.find(({ ruleName }) => ruleName === 'could-not-be-checked')!;
    expect(entry.violatingConstructs[0].locations[0]).toContain(why);
    expect(entry.fix).not.toBe('');
  });

  test.each([['no manifest', {}], ['manifests without an object', { 'a.yaml': '' }]])('%s', async (_what, manifests) => {
    const { report } = await validate(write(manifests));
    expect(report.summary).toMatchObject({ status: 'failure', metadata: { Verdict: 'Not clean', Objects: 'nothing was looked at' } });
  });
});

test('an empty chart beside others fails nothing', async () => {
  const { report } = await validate(write({ 'a.yaml': GOOD, 'b.yaml': '' }));
  expect(report.summary.status).toBe('success');
});

describe('settings', () => {
  afterEach(() => {
    for (const file of ['cdk8s-hipaa.yaml', 'hipaa-exceptions.yaml', 'other.yaml']) fs.rmSync(path.join(folder, file), { force: true });
  });
  const exception = '- { rule: privileged-containers, object: Pod/phi/one, reason: until it is replaced, approver: Officer, expires: 2020-01-01 }\n';

  test('exceptions of the file beside cdk8s.yaml hold whatever the day, and are told', async () => {
    fs.writeFileSync('hipaa-exceptions.yaml', exception);
    const { report } = await validate(write({ 'a.yaml': pod('one') }));
    expect(report.summary).toMatchObject({ status: 'success', metadata: { Excepted: '1: Pod/phi/one from privileged-containers (until it is replaced; Officer, until 2020-01-01)' } });
  });

  test('exceptions of a file that is named; one that excepts nothing warns', async () => {
    fs.writeFileSync('other.yaml', exception);
    const { report } = await validate(write({ 'a.yaml': GOOD }), { ...PROPERTIES, exceptions: 'other.yaml' });
    expect(report.summary.metadata!.Warnings).toContain('excepts nothing here');
  });

  test('the file of settings holds, and properties win over it', async () => {
    fs.writeFileSync('cdk8s-hipaa.yaml', 'phiNamespaces: [other]\nrules: [ingress-tls]\n');
    expect((await validate(write({ 'a.yaml': pod('one') }), {})).report.summary.metadata).toMatchObject({ 'Settings': 'of cdk8s-hipaa.yaml', 'PHI namespaces': 'other', 'Violations': '0', 'Rules not judged': expect.stringContaining('(rules of cdk8s-hipaa.yaml names others)') as string });
    expect((await validate(write({ 'a.yaml': pod('one') }), PROPERTIES)).report.summary.metadata).toMatchObject({ 'PHI namespaces': 'phi', 'Violations': '1' });
  });

  test('a rule that is not asked for want of settings is told', async () => {
    const { report } = await validate(write({ 'a.yaml': GOOD }), { phiNamespaces: ['phi'], rules: ['approved-images', 'privileged-containers'] });
    expect(report.summary.metadata!['Rules not judged']).toMatch(/; approved-images \(no registry is approved/);
  });

  test.each<[Record<string, unknown>, { path: string; value: unknown; rule: string; remedy: string }]>([
    [{ phiNamespace: ['a'] }, { path: 'HipaaValidation', value: 'phiNamespace', rule: 'would be lost', remedy: 'phiNamespaces' }],
    [{ asOf: '2026-01-01' }, { path: 'HipaaValidation', value: 'asOf', rule: 'would be lost', remedy: 'phiNamespaces' }],
    [{ phiNamespaces: 'a' }, { path: 'HipaaValidation', value: 'a', rule: 'would be lost', remedy: 'list of names' }],
    [{ exceptions: ['a'] }, { path: 'HipaaValidation', value: ['a'], rule: 'required', remedy: 'non-empty exceptions' }],
    [{ config: '' }, { path: 'HipaaValidation', value: '', rule: 'required', remedy: 'non-empty config' }],
    [{ config: 'missing.yaml' }, { path: 'missing.yaml', value: 'ENOENT', rule: 'read whole', remedy: 'name a file' }],
    [{ exceptions: 'missing.yaml' }, { path: 'missing.yaml', value: 'ENOENT', rule: 'read whole', remedy: 'name a file' }],
    [{ rules: ['no-such-rule'] }, { path: 'rules', value: 'no-such-rule', rule: 'judge nothing', remedy: 'privileged-containers' }],
  ])('%j is refused', (properties, refusal) => expectRefusal(() => new HipaaValidation(properties), refusal));
});

test('nothing of the input reaches the terminal but visible characters', async () => {
  // The table that cdk8s draws takes no control characters at all.
  fs.writeFileSync('odd.yaml', JSON.stringify([{ rule: 'privileged-containers', object: 'Pod/phi/one', reason: 'a\u001b[2Jb', approver: 'o\nr', expires: '2027-01-01' }]));
  const { text } = await validate(write({ 'a.yaml': `---\n${pod('one')}\n---\n${pod('two\u001b[2J')}\n` }), { ...PROPERTIES, exceptions: 'odd.yaml' });
  expect(text.replaceAll(/\u001b\[\d*m/g, '')).not.toMatch(/\u001b/);
  expect(text).toContain('two\\x1b[2J');
});
