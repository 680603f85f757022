import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import type { AdmissionPolicy } from './admission-policy';

/** One object and what a policy says of it. */
export interface PolicyCase {
  readonly name: string;
  readonly parameters?: Record<string, unknown>;
  /** @default - none, as the audit and the gate ask */
  readonly operation?: string;
  readonly oldObject?: unknown;
  /** More of the request: userInfo, kind, namespace, name. */
  readonly request?: Record<string, unknown>;
  /** Other objects of the cluster, for referential rules. */
  readonly inventory?: readonly InventoryObject[];
  readonly object: { readonly apiVersion: string; readonly kind: string };
  /** Why Rego alone finds the violations of the case; the policy says it of the rule. */
  readonly regoOnly?: string;
  readonly violations: readonly string[];
}

export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export function casesOf(policy: AdmissionPolicy): PolicyCase[] {
  return parse(fs.readFileSync(path.join(policy.folder, 'cases.yaml'), 'utf8')) as PolicyCase[];
}
