import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from './admission-policy';

const LIBRARY = path.join(__dirname, 'rego');
const READ = new Map<string, string>();

/** The files of a policy: its rule, then the modules that the rule imports. */
export function regoFiles(policy: AdmissionPolicy): string[] {
  return [path.join(policy.folder, 'policy.rego'), ...policy.libraries.map((name) => path.join(LIBRARY, `${name}.rego`))];
}

/** The text of a Rego file, read when it is first needed. */
export function readRego(file: string): string {
  const known = READ.get(file);
  if (known !== undefined) return known;
  const text = fs.readFileSync(file, 'utf8');
  READ.set(file, text);
  return text;
}
