/** Each condition of each rule in CEL, removed or weakened: some case must tell. The two engines agree on every case, so that it tells of the Rego's as well. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import type { Subject } from '../../lib/admission/engine/cel-rule';
import { celVariables } from '../../lib/admission/engine/cel-source';
import { casesOf, type PolicyCase } from '../../lib/admission/policy-case';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { mutantsOf, type Mutant } from '../support/cel-mutants';
import { celVerdict, freshSubject, regoVerdict } from '../support/policy-engines';

const IN_CEL = POLICY_PACK.filter(({ cel }) => cel !== undefined);

interface Judged {
  readonly one: PolicyCase;
  readonly verdict: string;
}

/** What Rego says of each case, which is what CEL has to say. */
const CASES = new Map<AdmissionPolicy, Judged[]>(IN_CEL.map((policy) => {
  const rego = regoVerdict(policy);
  return [policy, casesOf(policy).filter((one) => one.regoOnly === undefined).map((one) => ({ one, verdict: JSON.stringify(rego(one)) }))];
}));
/** Mutants that change nothing, each with the reason, by file. */
const EQUIVALENT = parse(fs.readFileSync(path.join(__dirname, 'equivalent-mutants.yaml'), 'utf8')) as Record<string, Record<string, string> | undefined>;

/** What the shared files say of a case does not change while another file is mutated. */
const SUBJECTS = new Map<PolicyCase, Subject>();

function knownSubject(one: PolicyCase): Subject {
  const known = SUBJECTS.get(one) ?? freshSubject(one);
  SUBJECTS.set(one, known);
  return known;
}

function isTold(policy: AdmissionPolicy, { variable, expression }: Mutant, subjectOf: (one: PolicyCase) => Subject): boolean {
  const variables = celVariables(policy).map((one) => (one.name === variable ? { ...one, expression } : one));
  const verdict = celVerdict(policy, variables, subjectOf);
  try {
    const cases = CASES.get(policy)!;
    const told = cases.findIndex((judged) => JSON.stringify(verdict(judged.one)) !== judged.verdict);
    // What told of one mutant often tells of the next.
    if (told > 0) cases.unshift(...cases.splice(told, 1));
    return told >= 0;
  } catch {
    // An expression that fails refuses what a case lets in, or says something else.
    return true;
  }
}

function survivors(file: string, policies: readonly AdmissionPolicy[], subjectOf: (one: PolicyCase) => Subject): string[] {
  return mutantsOf(fs.readFileSync(file, 'utf8')).filter((mutant) => !policies.some((policy) => isTold(policy, mutant, subjectOf))).map(({ variable, change }) => `${variable}: ${change}`);
}

test.each(IN_CEL.map((policy) => [policy.id, policy] as const))('%s has a case for each of its conditions', (id, policy) => {
  expect(survivors(path.join(policy.folder, 'policy.cel'), [policy], knownSubject)).toEqual(Object.keys(EQUIVALENT[id] ?? {}));
});

const LIBRARY = path.join(__dirname, '..', '..', 'lib', 'admission', 'cel');

test.each(fs.readdirSync(LIBRARY).sort())('%s has a case for each of its conditions', (file) => {
  const name = path.basename(file, '.cel');

  expect(survivors(path.join(LIBRARY, file), IN_CEL.filter(({ cel }) => cel!.includes(name)), freshSubject)).toEqual(Object.keys(EQUIVALENT[file] ?? {}));
});

test('what is said to change nothing names files that are there, and says why', () => {
  expect(Object.keys(EQUIVALENT).filter((name) => !IN_CEL.some(({ id }) => id === name) && !fs.existsSync(path.join(LIBRARY, name)))).toEqual([]);
  for (const reasons of Object.values(EQUIVALENT)) for (const reason of Object.values(reasons ?? {})) expect(reason).toMatch(/\w+ \w+/);
});
