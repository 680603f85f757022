import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadPolicySync } from '@open-policy-agent/opa-wasm';
import { parse } from 'yaml';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { nameOf, WASM_FOLDER } from '../../scripts/rego-sources';

/** One object and what a policy says of it. */
export interface PolicyCase {
  readonly name: string;
  readonly parameters?: Record<string, unknown>;
  readonly operation?: string;
  readonly oldObject?: unknown;
  readonly object: { readonly apiVersion: string; readonly kind: string };
  readonly violations: readonly string[];
}

export function casesOf(policy: AdmissionPolicy): PolicyCase[] {
  return parse(fs.readFileSync(path.join(policy.folder, 'cases.yaml'), 'utf8')) as PolicyCase[];
}

/** What Gatekeeper gives to a rule. */
export interface PolicyInput {
  readonly parameters?: Record<string, unknown>;
  readonly review: { readonly object: unknown; readonly operation?: string; readonly oldObject?: unknown };
}

/** Evaluates a policy with OPA's own engine: the messages of its violations, sorted. */
export function evaluatorOf(policy: AdmissionPolicy): (input: PolicyInput) => string[] {
  const wasm = loadPolicySync(fs.readFileSync(path.join(WASM_FOLDER, `${nameOf(policy)}.wasm`)));
  return (input) => {
    const [{ result }] = wasm.evaluate(input) as [{ result: { msg: string }[] }];
    return result.map(({ msg }) => msg).sort();
  };
}
