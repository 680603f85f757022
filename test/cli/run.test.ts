import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { gateRules } from '../../lib/gate/gate';
import { Sandbox } from './harness';

const sandbox = new Sandbox();
afterEach(() => sandbox.clear());
afterAll(() => sandbox.remove());

test.each([[['--version'], /^\d+\.\d+\.\d+\n$/], [['-V'], /^\d+\.\d+\.\d+\n$/], [['--help'], /Exit status:\n {2}0 {2}clean/], [['help'], /Commands:\n {2}check/],
  [['check', '--help'], /PHI namespaces are[^]*Exit status:[^]*Examples:\n {2}\$ cdk8s-hipaa check/], [['help', 'check'], /--as-of <date>/], [['rules', '--help'], /paragraph/], [['gator-suite', '-h'], /gator verify/]])(
  '%j is answered', async (argv, text) => {
    const run = await sandbox.run(argv);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(text);
  });

test.each<[string[], RegExp]>([[[], /^Usage: cdk8s-hipaa/], [['chek', 'a'], /unknown command 'chek'\n\(Did you mean check\?\)/], [['--chek'], /unknown option '--chek'/], [['rules', 'extra'], /too many arguments/],
  [['rules', '--format', 'sarif'], /Allowed choices are human, json/], [['gator-suite'], /missing required argument 'dir'/]])('%j is exit 2', async (argv, text) => {
  const run = await sandbox.run(argv);
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.err).toMatch(text);
});

describe('rules', () => {
  test('every rule of the gate, for people', async () => {
    const { code, out } = await sandbox.run(['rules']);
    expect(code).toBe(0);
    for (const { id, purpose, reference } of gateRules()) expect(out).toMatch(new RegExp(`(^|\\n)${id}\\n  ${escape(purpose)}\\n  \\w+ .+: ${escape(reference)}\\n`));
    expect(out).toMatch(new RegExp(`\n${gateRules().length} rules\n$`));
  });

  test('and for programs', async () => {
    const { rules } = JSON.parse((await sandbox.run(['rules', '--format', 'json'])).out) as { rules: { id: string; control: object }[] };
    expect(rules.map(({ id }) => id)).toEqual(gateRules().map(({ id }) => id));
    expect(rules.find(({ id }) => id === 'privileged-containers')).toEqual({
      id: 'privileged-containers', purpose: expect.any(String), reference: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10', control: { id: 'PS1', title: 'Pod Security restricted' },
    });
  });
});

describe('gator-suite', () => {
  test('writes the suites of rules that are named, once', async () => {
    const run = await sandbox.run(['gator-suite', 'out/tests/', 'privileged-containers', 'ingress-tls', 'ingress-tls']);
    expect(run).toEqual({ code: 0, err: '', out: '2 suites in out/tests/: gator verify out/tests/...\n' });
    for (const rule of ['privileged-containers', 'ingress-tls']) expect(sandbox.read(`out/tests/${rule}/suite.yaml`)).toContain(`name: ${rule}`);
    expect(sandbox.read('out/tests/ingress-tls/template.yaml')).toContain('kind: ConstraintTemplate');
  });

  test('writes all where none is named, into a folder that is empty', async () => {
    sandbox.write('tests/.x', '');
    expect((await sandbox.run(['gator-suite', 'tests'])).err).toContain('the folder holds other things');
    const run = await sandbox.run(['gator-suite', 'all']);
    expect(run.out).toBe(`${POLICY_PACK.length} suites in all: gator verify all/...\n`);
    for (const { id } of POLICY_PACK) expect(sandbox.read(`all/${id}/suite.yaml`)).toContain('kind: Suite');
  });

  test.each<[string, string[], RegExp]>([
    ['a folder that holds other things', ['full'], /\[gator-suite\] the folder holds other things: 'full'/],
    ['a file', ['full/a.txt'], /\[gator-suite\] it is no folder: 'full\/a.txt'/],
    ['a rule that there is not', ['new', 'privileged'], /the policy pack has no such rule: 'privileged'/],
  ])('%s is refused, and nothing written', async (_what, args, message) => {
    sandbox.write('full/a.txt', 'mine');
    const run = await sandbox.run(['gator-suite', ...args]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(message);
    expect(sandbox.read('full/a.txt')).toBe('mine');
    expect(() => sandbox.read('new')).toThrow('ENOENT');
  });
});

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
