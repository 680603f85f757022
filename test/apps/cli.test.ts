/** The CLIs as pipelines call them, from the repository's root. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readFiles } from '../../lib/assembly/output';

const root = path.join(__dirname, '..', '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

function run(command: string, args: string[], env: Record<string, string> = {}): string {
  const bin = path.join(root, 'node_modules', '.bin', command);
  return execFileSync(bin, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

const contents = (folder: string): Record<string, string> => Object.fromEntries(readFiles(folder).map((file) => [file.path, String(file.content)]));

describe.each(['eks', 'self-managed'])('%s', (app) => {
  const main = path.join(scratch, `${app}-main`);

  test('the program writes every tree', () => {
    const script = `const { HipaaApp } = require('./lib'); const { profile } = require('./apps/${app}/profile'); const { addWorkloads } = require('./apps/${app}/k8s');
      const app = new HipaaApp(profile, { output: process.env.OUTPUT }); addWorkloads(app.charts);
      ${app === 'eks' ? "require('./apps/eks/identities').addIdentities(app.stack);" : ''} app.synth();`;
    run('tsx', ['-e', script], { OUTPUT: main });
    expect(fs.readdirSync(main).sort()).toEqual(app === 'eks' ? ['evidence', 'helm', 'k8s', 'terraform'] : ['control-plane', 'evidence', 'helm', 'k8s', 'terraform']);
  });

  // Programs of their own: the same bytes say, too, that a run leaves nothing to chance.
  test('cdk8s synth writes the same manifests', () => {
    const output = path.join(scratch, `${app}-cdk8s`);
    run('cdk8s', ['synth', '--no-check-upgrade', '--app', `node_modules/.bin/tsx apps/${app}/k8s.ts`, '--output', output]);

    expect(contents(output)).toEqual(contents(path.join(main, 'k8s')));
  });

  // The command line of cdktf takes seconds: one of the two by it, the other by the program that it would start.
  test(app === 'eks' ? 'cdktf synth writes the same stacks' : 'the program of the stacks writes the same', () => {
    const output = path.join(scratch, `${app}-cdktf`);
    const program = `apps/${app}/terraform.ts`;
    if (app === 'eks') run('cdktf', ['synth', '--app', `node_modules/.bin/tsx ${program}`, '--output', output], { CI: '1', CHECKPOINT_DISABLE: '1' });
    else run('tsx', [program], { CDKTF_OUTDIR: output });

    expect(contents(path.join(output, 'stacks'))).toEqual(contents(path.join(main, 'terraform', 'stacks')));
  });
});
