/**
 * Compiles the policies' Rego to test/admission/wasm/*.wasm, which the tests evaluate. Needs Open Policy Agent's `opa` (1.0 or later) on the
 * PATH; run it after a change to a .rego file:
 *
 *     npx tsx scripts/rego.ts
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ATTESTATION_RULES, DIGESTS, digestOf, digestOfFiles, nameOf, POLICIES, sourcesOf, WASM_FOLDER } from './rego-sources';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-rego-'));
try {
  fs.mkdirSync(WASM_FOLDER, { recursive: true });
  const digests: Record<string, string> = {};
  const compile = (name: string, entry: string, sources: readonly string[]): void => {
    const bundle = path.join(folder, `${name}.tar.gz`);
    execFileSync('opa', ['build', '-t', 'wasm', '-e', entry, '-o', bundle, ...sources], { cwd: path.join(__dirname, '..'), stdio: 'inherit' });
    fs.writeFileSync(path.join(WASM_FOLDER, `${name}.wasm`), execFileSync('tar', ['-xzOf', bundle, '/policy.wasm'], { maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] }));
  };
  for (const policy of POLICIES) {
    const name = nameOf(policy);
    compile(name, `hipaa/${name.replaceAll('-', '_')}/violation`, sourcesOf(policy));
    digests[name] = digestOf(policy);
  }
  for (const [name, file] of Object.entries(ATTESTATION_RULES)) {
    compile(name, 'sigstore/isCompliant', [file]);
    digests[name] = digestOfFiles([file]);
  }
  fs.writeFileSync(DIGESTS, `${JSON.stringify(digests, null, 2)}\n`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
