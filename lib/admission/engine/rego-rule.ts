import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as OpaWasm from '@open-policy-agent/opa-wasm';
import type { AdmissionPolicy } from '../admission-policy';
import type { PolicyFinding, Review } from './review';

/** Rules that the gate runs as Rego, compiled to WebAssembly (scripts/rego.ts). */
export const WASM_FOLDER = path.join(__dirname, '..', 'wasm');

/** A violation in Gatekeeper's form. */
interface RegoViolation {
  readonly msg: string;
  readonly details: Omit<PolicyFinding, 'message'>;
}

type Loaded = ReturnType<typeof OpaWasm.loadPolicySync>;

/** A policy's rule in Rego, evaluated by OPA's own engine. */
export class RegoRule {
  private readonly wasm: Loaded;

  public constructor(policy: AdmissionPolicy, folder: string = WASM_FOLDER) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- few rules are Rego alone, and few programs ask any
    const { loadPolicySync } = require('@open-policy-agent/opa-wasm') as typeof OpaWasm;
    this.wasm = loadPolicySync(fs.readFileSync(path.join(folder, `${policy.id}.wasm`)));
  }

  /** Other objects that a referential rule looks at, in the form in which Gatekeeper holds what it syncs. */
  public setInventory(inventory: object): void {
    this.wasm.setData({ inventory });
  }

  /** @throws where the rule can't be evaluated. */
  public judge({ object, operation, oldObject, request }: Review, parameters: Readonly<Record<string, unknown>> = {}): PolicyFinding[] {
    const [{ result }] = this.wasm.evaluate({ parameters, review: { ...request, object, operation, oldObject } }) as [{ result: RegoViolation[] }];
    return result.map(({ msg, details }) => ({ ...details, message: msg })).sort((a, b) => (a.message < b.message ? -1 : 1));
  }
}
