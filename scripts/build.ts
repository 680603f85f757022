/** Compiles the library into dist/lib and dist/imports, with the files that are not TypeScript beside their readers. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '..');
const STATIC = /\.(rego|cel|wasm|conf|yaml|sh)$/;

for (const folder of ['lib', 'imports']) fs.rmSync(path.join(root, 'dist', folder), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', path.join(root, 'tsconfig.build.json')], { stdio: 'inherit' });

for (const entry of fs.readdirSync(path.join(root, 'lib'), { recursive: true, withFileTypes: true })) {
  // The cases of policies among them, of which `cdk8s-hipaa gator-suite` makes suites.
  if (!entry.isFile() || !STATIC.test(entry.name)) continue;
  const source = path.join(entry.parentPath, entry.name);
  const target = path.join(root, 'dist', path.relative(root, source));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(source, target);
}
