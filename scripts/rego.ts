/**
 * Compiles the policies' Rego to WebAssembly, which the tests and, for the rules that CEL can't express, the gate evaluate. Needs Open Policy Agent's `opa`
 * (1.0 or later) on the PATH; run it after a change to a .rego file. With names of rules, it compiles those alone:
 *
 *     npx tsx scripts/rego.ts [RULE...]
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { POLICY_PACK } from '../lib/admission/policy-pack';
import { ATTESTATION_RULES, DIGESTS, digestOf, digestOfFiles, sourcesOf, wasmFolderOf } from './rego-sources';

const wanted = new Set(process.argv.slice(2));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-rego-'));
try {
  const digests: Record<string, string> = {};
  const compile = (name: string, entry: string, sources: readonly string[], target: string, digest: string): void => {
    if (wanted.size > 0 && !wanted.has(name)) return;
    const bundle = path.join(folder, `${name}.tar.gz`);
    execFileSync('opa', ['build', '-t', 'wasm', '-e', entry, '-o', bundle, ...sources], { cwd: path.join(__dirname, '..'), stdio: 'inherit' });
    fs.mkdirSync(target, { recursive: true });
    fs.writeFileSync(path.join(target, `${name}.wasm`), execFileSync('tar', ['-xzOf', bundle, '/policy.wasm'], { maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] }));
    digests[name] = digest;
  };
  for (const policy of POLICY_PACK) compile(policy.id, `hipaa/${policy.id.replaceAll('-', '_')}/violation`, sourcesOf(policy), wasmFolderOf(policy), digestOf(policy));
  for (const [name, file] of Object.entries(ATTESTATION_RULES)) compile(name, 'sigstore/isCompliant', [file], wasmFolderOf({}), digestOfFiles([file]));
  // Read as late as this: somebody else may compile another rule meanwhile.
  const before = fs.existsSync(DIGESTS) ? JSON.parse(fs.readFileSync(DIGESTS, 'utf8')) as Record<string, string> : {};
  const merged = wanted.size > 0 ? { ...before, ...digests } : digests;
  fs.writeFileSync(DIGESTS, `${JSON.stringify(Object.fromEntries(Object.entries(merged).sort()), null, 2)}\n`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
