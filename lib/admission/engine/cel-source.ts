import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from '../admission-policy';

/** A variable of a rule, as ValidatingAdmissionPolicies and Gatekeeper's templates list them. */
export interface CelVariable {
  readonly name: string;
  readonly expression: string;
  /** Whether other policies have the same one. */
  readonly shared: boolean;
}

const LIBRARY = path.join(__dirname, '..', 'cel');
/** Each variable of a file stands under a comment of this form. */
const HEADER = /^\/\/ variables\.(\w+)(?::.*)?$/;
const READ = new Map<string, readonly CelVariable[]>();

/** The variables of a policy in the order of their files, `findings` last; none where the rule is in Rego alone. */
export function celVariables(policy: AdmissionPolicy): readonly CelVariable[] {
  return celFiles(policy).flatMap(readCel);
}

/** The files of a policy in CEL: what it shares with others, then its own. */
export function celFiles(policy: AdmissionPolicy): string[] {
  if (policy.cel === undefined) return [];
  return [...policy.cel.map((name) => path.join(LIBRARY, `${name}.cel`)), path.join(policy.folder, 'policy.cel')];
}

/** The variables of one file, read when they are first needed. */
export function readCel(file: string): readonly CelVariable[] {
  const known = READ.get(file);
  if (known !== undefined) return known;
  const variables = parseCel(fs.readFileSync(file, 'utf8'), path.dirname(file) === LIBRARY);
  READ.set(file, variables);
  return variables;
}

/** Comments are for readers of the file; what is emitted has none. */
export function parseCel(text: string, shared: boolean): readonly CelVariable[] {
  const variables: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const name = HEADER.exec(line)?.[1];
    if (name !== undefined) variables.push({ name, lines: [] });
    else if (!/^\s*\/\//.test(line)) variables.at(-1)?.lines.push(line);
  }
  return variables.map(({ name, lines }) => ({ name, expression: lines.join('\n').trim(), shared }));
}
