import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from '../lib/admission/admission-policy';
import { WASM_FOLDER } from '../lib/admission/engine/rego-rule';
import { POLICY_PACK } from '../lib/admission/policy-pack';
import { regoFiles } from '../lib/admission/rego-source';

export const ROOT = path.join(__dirname, '..');

/** Compiled policies that tests alone evaluate, and the digests of what all were compiled from. */
const TEST_WASM_FOLDER = path.join(ROOT, 'test', 'admission', 'wasm');
export const DIGESTS = path.join(TEST_WASM_FOLDER, 'sources.json');

/** Rules of attestations, which Sigstore's policy-controller evaluates, by name. */
export const ATTESTATION_RULES: Readonly<Record<string, string>> = { 'vulnerability-report': path.join('lib', 'admission', 'images', 'vulnerability-report.rego') };

/** The library carries those that the gate runs as Rego. */
export function wasmFolderOf({ beyondCel }: Pick<AdmissionPolicy, 'beyondCel'>): string {
  return beyondCel === undefined ? TEST_WASM_FOLDER : WASM_FOLDER;
}

/** Files of a policy from the repository's root, so that nothing compiled names a machine's folders. */
export function sourcesOf(policy: AdmissionPolicy): string[] {
  return regoFiles(policy).map((file) => path.relative(ROOT, file)).sort();
}

export function digestOf(policy: AdmissionPolicy): string {
  return digestOfFiles(sourcesOf(policy));
}

/** @param files from the repository's root. */
export function digestOfFiles(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(fs.readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

/** What scripts/rego-mutants.ts found. */
export const MUTANTS = path.join(ROOT, 'test', 'admission', 'rego-mutants.json');
const LIBRARY = path.join('lib', 'admission', 'rego');

/** A Rego file of which mutants are made, and the policies whose cases have to tell. */
export interface MutatedFile {
  /** The policy's id, or the shared file. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly policies: readonly AdmissionPolicy[];
}

export interface MutantRecord {
  /** Of the rules, the cases, and what makes the mutants. */
  readonly digest: string;
  readonly mutants: number;
  /** Those that Rego's compiler refuses. */
  readonly skipped: number;
  /** Those that no case tells from the rule. */
  readonly survivors: readonly string[];
}

export function mutatedFiles(): MutatedFile[] {
  const own = POLICY_PACK.map((policy) => ({ name: policy.id, file: path.relative(ROOT, path.join(policy.folder, 'policy.rego')), policies: [policy] }));
  const shared = fs.readdirSync(path.join(ROOT, LIBRARY)).sort().map((name) => {
    const file = path.join(LIBRARY, name);
    return { name, file, policies: POLICY_PACK.filter((policy) => sourcesOf(policy).includes(file)) };
  });
  return [...own, ...shared];
}

export function mutantDigestOf({ file, policies }: MutatedFile): string {
  const judged = policies.flatMap((policy) => [...sourcesOf(policy), path.relative(ROOT, path.join(policy.folder, 'cases.yaml'))]);
  return digestOfFiles([...new Set([file, ...judged]), path.join('scripts', 'rego-mutations.ts')]);
}

export function readMutants(): Record<string, MutantRecord | undefined> {
  return fs.existsSync(MUTANTS) ? JSON.parse(fs.readFileSync(MUTANTS, 'utf8')) as Record<string, MutantRecord> : {};
}
