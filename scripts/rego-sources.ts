import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from '../lib/admission/admission-policy';
import { APPROVED_IMAGES } from '../lib/admission/policies/approved-images/policy';
import { BINDING_APPROVAL } from '../lib/admission/policies/binding-approval/policy';
import { INGRESS_TLS } from '../lib/admission/policies/ingress-tls/policy';
import { PLAINTEXT_SECRETS } from '../lib/admission/policies/plaintext-secrets/policy';
import { PRIVILEGED_CONTAINERS } from '../lib/admission/policies/privileged-containers/policy';
import { regoFiles } from '../lib/admission/rego-source';

const ROOT = path.join(__dirname, '..');

/** Compiled policies, and the digests of what they were compiled from. */
export const WASM_FOLDER = path.join(ROOT, 'test', 'admission', 'wasm');
export const DIGESTS = path.join(WASM_FOLDER, 'sources.json');

export const POLICIES: readonly AdmissionPolicy[] = [APPROVED_IMAGES, BINDING_APPROVAL, INGRESS_TLS, PLAINTEXT_SECRETS, PRIVILEGED_CONTAINERS];

/** Rules of attestations, which Sigstore's policy-controller evaluates, by name. */
export const ATTESTATION_RULES: Readonly<Record<string, string>> = { 'vulnerability-report': path.join('lib', 'admission', 'images', 'vulnerability-report.rego') };

/** `ingress-tls` */
export function nameOf(policy: AdmissionPolicy): string {
  return path.basename(policy.folder);
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
