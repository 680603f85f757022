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
import { DIGESTS, digestOf, nameOf, POLICIES, sourcesOf, WASM_FOLDER } from './rego-sources';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-rego-'));
try {
  fs.mkdirSync(WASM_FOLDER, { recursive: true });
  const digests: Record<string, string> = {};
  for (const policy of POLICIES) {
    const name = nameOf(policy);
    const bundle = path.join(folder, `${name}.tar.gz`);
    const entry = `hipaa/${name.replaceAll('-', '_')}/violation`;
    execFileSync('opa', ['build', '-t', 'wasm', '-e', entry, '-o', bundle, ...sourcesOf(policy)], { cwd: path.join(__dirname, '..'), stdio: 'inherit' });
    fs.writeFileSync(path.join(WASM_FOLDER, `${name}.wasm`), execFileSync('tar', ['-xzOf', bundle, '/policy.wasm'], { maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] }));
    digests[name] = digestOf(policy);
  }
  fs.writeFileSync(DIGESTS, `${JSON.stringify(digests, null, 2)}\n`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
