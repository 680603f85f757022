/**
 * Tries the packed library as a new user does: README's example in an empty project that depends on the tarball, compiled and run; and an
 * app of a Kubernetes-only user, who has neither cdktf nor the AWS provider.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.join(__dirname, '..');
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string>; peerDependenciesMeta: Record<string, { optional: boolean }> };
const OPTIONAL = Object.keys(manifest.peerDependenciesMeta);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-check-'));

/** The fork in which cdktf lives on, under the names that we import; its provider imports it by its own. */
const CDK_TERRAIN = ['cdktf@npm:cdktn@0.24.0', 'cdktn@0.24.0', '@cdktf/provider-aws@npm:@cdktn/provider-aws@25.7.0'];
const STACK = 'dist/healthcare-cluster/terraform/stacks/healthcare-cluster/cdk.tf.json';

const KUBERNETES_ONLY = `
import { App, Chart } from 'cdk8s';
import { DefaultDenyPolicy } from 'cdk8s-hipaa/kubernetes';
const app = new App({ outdir: 'dist' });
new DefaultDenyPolicy(new Chart(app, 'network'), 'Deny', { namespace: 'healthcare-prod' });
app.synth();
`;

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', timeout: 300_000, stdio: ['ignore', 'pipe', 'inherit'] });
}

function install(project: string, packages: string[]): void {
  const args = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent', ...packages];
  try {
    npm(project, ...args);
  } catch {
    npm(project, ...args);
  }
}

/** Compiles as two kinds of users do, and runs what came out. */
function tryProject(name: string, source: string, packages: string[], expected: string[]): string {
  const project = path.join(folder, name);
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name, private: true }));
  fs.writeFileSync(path.join(project, 'main.ts'), source);
  // Without the types of Node, which our declarations must not need.
  install(project, [...packages, pinned('typescript')]);
  const tsc = path.join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const common = ['main.ts', '--strict', '--target', 'es2022'];
  execFileSync(process.execPath, [tsc, ...common, '--module', 'nodenext', '--noEmit'], { cwd: project, stdio: 'inherit' });
  execFileSync(process.execPath, [tsc, ...common, '--module', 'commonjs', '--moduleResolution', 'node10', '--skipLibCheck'], { cwd: project, stdio: 'inherit' });
  execFileSync(process.execPath, ['main.js'], { cwd: project, stdio: 'inherit' });
  for (const file of expected) {
    if (!fs.existsSync(path.join(project, file))) throw new Error(`${name}: ${file} was not written`);
  }
  console.log(`${name}: compiled, ran, wrote ${expected.join(', ')}`);
  return project;
}

/** The command line and the plugin of the package, where neither cdktf nor the provider is. */
function tryGate(project: string): void {
  const cli = (...args: string[]): string => execFileSync(path.join(project, 'node_modules', '.bin', 'cdk8s-hipaa'), args, { cwd: project, encoding: 'utf8' });
  cli('check', 'dist', '--phi-namespaces', 'healthcare-prod');
  fs.writeFileSync(path.join(project, 'bad.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: { name: bad, namespace: healthcare-prod }\nspec: { hostNetwork: true, containers: [{ name: a, image: nginx }] }\n');
  let status: unknown;
  try {
    cli('check', 'bad.yaml', '--phi-namespaces', 'healthcare-prod');
  } catch (error) {
    status = (error as { status: unknown }).status;
  }
  if (status !== 1) throw new Error(`cdk8s-hipaa check: exit status ${String(status)} instead of 1`);
  cli('gator-suite', 'suites');
  if (!fs.existsSync(path.join(project, 'suites', 'host-namespaces', 'suite.yaml'))) throw new Error('cdk8s-hipaa gator-suite wrote no suites');
  const plugin = createRequire(path.join(project, 'main.js'))('./node_modules/cdk8s-hipaa/plugin') as { HipaaValidation?: unknown };
  if (typeof plugin.HipaaValidation !== 'function') throw new Error('the plugin has no class HipaaValidation');
  console.log('gate: the command line, its suites and the plugin work');
}

function pinned(name: string): string {
  return `${name}@${manifest.devDependencies[name]}`;
}

function resourcesOf(project: string): string {
  const stack = JSON.parse(fs.readFileSync(path.join(project, STACK), 'utf8')) as { resource: unknown; terraform: { backend: unknown } };
  return JSON.stringify([stack.resource, stack.terraform.backend]);
}

/** The first TypeScript block of the README. */
function readmeExample(): string {
  const block = /```ts\n([\s\S]*?)```/.exec(fs.readFileSync(path.join(root, 'README.md'), 'utf8'))?.[1];
  if (!block) throw new Error('README.md has no example');
  return block;
}

try {
  const tarball = path.join(folder, npm(root, 'pack', '--silent', '--pack-destination', folder).trim().split('\n').at(-1)!);
  const required = ['cdk8s', 'cdk8s-plus-28', 'constructs'].map(pinned);
  tryProject('kubernetes-only', KUBERNETES_ONLY, [tarball, ...required], ['dist/network.k8s.yaml']);
  for (const name of OPTIONAL) {
    if (fs.existsSync(path.join(folder, 'kubernetes-only', 'node_modules', name))) throw new Error(`a Kubernetes-only user must not get ${name}`);
  }
  tryGate(path.join(folder, 'kubernetes-only'));
  const readme = tryProject('readme', readmeExample(), [tarball, ...required, ...OPTIONAL.map(pinned)], [STACK, 'dist/healthcare-cluster/evidence/control-matrix.json']);
  // The fork has other version numbers than our peer dependencies name.
  const fork = tryProject('cdk-terrain', readmeExample(), ['--legacy-peer-deps', tarball, ...required, ...CDK_TERRAIN], [STACK]);
  if (resourcesOf(fork) !== resourcesOf(readme)) throw new Error('CDK Terrain synthesizes other resources than cdktf');
  console.log('cdk-terrain: the same resources');
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
