/**
 * Removes or weakens each condition of the policies' Rego in turn, and records which of these mutants no case tells from the rule: test/admission/rego-mutants.test.ts
 * wants none but those that change nothing. Needs Open Policy Agent's `opa` (1.0 or later) on the PATH. It judges what has changed since, or with names of rules
 * and of shared files (pods.rego) those:
 *
 *     npx tsx scripts/rego-mutants.ts [RULE|FILE...]
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { RegoFile } from './rego-ast';
import { Judgement, RegoJudge } from './rego-judge';
import { regoMutants } from './rego-mutations';
import { MUTANTS, mutantDigestOf, mutatedFiles, readMutants, ROOT, type MutantRecord, type MutatedFile } from './rego-sources';

const WORKERS = os.availableParallelism();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-mutants-'));

async function record(mutated: MutatedFile): Promise<MutantRecord> {
  const digest = mutantDigestOf(mutated);
  const judges = await Promise.all(mutated.policies.map((policy) => RegoJudge.of(policy, folder)));
  const mutants = regoMutants(new RegoFile(path.join(ROOT, mutated.file), fs.readFileSync(path.join(ROOT, mutated.file), 'utf8')));
  const judgements: Judgement[] = [];
  let next = 0;
  const work = async (worker: number): Promise<void> => {
    while (next < mutants.length) {
      const index = next++;
      judgements[index] = Judgement.UNTOLD;
      for (const judge of judges) {
        judgements[index] = await judge.judge(mutated.file, mutants[index].text, worker);
        if (judgements[index] !== Judgement.UNTOLD) break;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
  const skipped = judgements.filter((judgement) => judgement === Judgement.SKIPPED).length;
  const untold = mutants.filter((_, index) => judgements[index] === Judgement.UNTOLD);
  for (const { line, change } of untold) console.log(`${mutated.file}:${line}: ${change}`);
  return { digest, mutants: mutants.length - skipped, skipped, survivors: untold.map(({ change }) => change) };
}

async function main(): Promise<void> {
  const all = mutatedFiles();
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`no rule and no shared file: ${unknown.join(', ')}`);
  const before = readMutants();
  for (const mutated of all.filter((one) => (wanted.length > 0 ? wanted.includes(one.name) : before[one.name]?.digest !== mutantDigestOf(one)))) {
    const judged = await record(mutated);
    console.log(`${mutated.name}: ${judged.mutants} mutants, ${judged.survivors.length} untold, ${judged.skipped} skipped`);
    // One by one, and read as late as this: what is judged stays judged, and somebody else may judge another rule meanwhile.
    const merged = { ...readMutants(), [mutated.name]: judged };
    fs.writeFileSync(MUTANTS, `${JSON.stringify(Object.fromEntries(Object.entries(merged).filter(([name]) => all.some((one) => one.name === name)).sort()), null, 2)}\n`);
  }
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}).finally(() => fs.rmSync(folder, { recursive: true, force: true }));
