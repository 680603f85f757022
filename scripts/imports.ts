/**
 * Makes imports/*.ts from imports/crds/*.yaml with the local `cdk8s import`.
 *
 *     tsx scripts/imports.ts           writes them
 *     tsx scripts/imports.ts --check   compares them with what would be written; exit 1 where they differ
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.join(__dirname, '..');
const imports = path.join(root, 'imports');
const definitions = path.join(imports, 'crds');

/** Bindings by file name, made in a folder of their own so that a failed run leaves imports/ whole. */
function generate(): Map<string, string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-imports-'));
  try {
    for (const file of fs.readdirSync(definitions).filter((name) => name.endsWith('.yaml')).sort()) {
      const args = ['import', path.join(definitions, file), '--language', 'typescript', '--output', folder, '--no-save', '--no-check-upgrade'];
      execFileSync(path.join(root, 'node_modules', '.bin', 'cdk8s'), args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }
    return read(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function read(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ts')).sort();
  return new Map(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

function check(): boolean {
  const generated = generate();
  const kept = read(imports);
  const stale = [...new Set([...generated.keys(), ...kept.keys()])].sort().filter((name) => generated.get(name) !== kept.get(name));
  for (const name of stale) {
    const why = !kept.has(name) ? 'is missing' : !generated.has(name) ? 'comes from no file in imports/crds' : 'differs from what imports/crds gives';
    console.error(`imports/${name} ${why}: run npm run imports`);
  }
  return stale.length === 0;
}

function write(): void {
  const generated = generate();
  for (const name of read(imports).keys()) {
    if (!generated.has(name)) fs.rmSync(path.join(imports, name));
  }
  for (const [name, text] of generated) fs.writeFileSync(path.join(imports, name), text);
}

if (process.argv.includes('--check')) process.exitCode = check() ? 0 : 1;
else write();
