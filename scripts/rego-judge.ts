import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from '../lib/admission/admission-policy';
import { inventoryOf } from '../lib/admission/engine/inventory';
import { casesOf } from '../lib/admission/policy-case';
import { ROOT, sourcesOf } from './rego-sources';

const LIMIT_MS = 60_000;

export enum Judgement {
  /** A case says something else than it should, or fails. */
  TOLD = 'told',
  UNTOLD = 'untold',
  /** Rego's compiler refuses it: no rule that anybody could write by mistake and not see. */
  SKIPPED = 'skipped',
}

interface Output {
  readonly errors?: readonly { readonly message: string; readonly code?: string }[];
  readonly result?: readonly { readonly expressions: readonly { readonly value: Verdicts }[] }[];
}

/** Violations by case. */
type Verdicts = Readonly<Record<string, readonly { readonly msg: string }[]>>;

/** All cases of a policy in one run of `opa eval`. */
export class RegoJudge {
  private readonly own: readonly string[];
  private expected = '';

  private constructor(private readonly policy: AdmissionPolicy, private readonly folder: string) {
    const name = `data.hipaa.${policy.id.replaceAll('-', '_')}.violation`;
    const cases = casesOf(policy).map(({ parameters = {}, object, oldObject, operation, request, inventory = [] }) => ({
      input: { parameters, review: { kind: { kind: object.kind }, ...request, object, oldObject, operation } }, inventory: inventoryOf(inventory),
    }));
    this.own = [this.write('cases.json', JSON.stringify({ cases })), this.write('judge.rego', [
      'package judge',
      'verdicts[index] := verdict if {',
      '  some index, one in data.cases',
      `  verdict := ${name} with input as one.input with data.inventory as one.inventory`,
      '}',
    ].join('\n'))];
  }

  /** @throws where the policy itself does not say what its cases say it does. */
  public static async of(policy: AdmissionPolicy, folder: string): Promise<RegoJudge> {
    const judge = new RegoJudge(policy, folder);
    judge.expected = await judge.run(sourcesOf(policy));
    const { errors, result } = JSON.parse(judge.expected) as Output;
    if (errors !== undefined || result === undefined) throw new Error(`${policy.id}: ${judge.expected}`);
    for (const [index, { name, violations }] of casesOf(policy).entries()) {
      const said = result[0].expressions[0].value[index].map(({ msg }) => msg).sort();
      if (JSON.stringify(said) !== JSON.stringify([...violations].sort())) throw new Error(`${policy.id}: case '${name}' is not as the rule says it, ${JSON.stringify(said)}`);
    }
    return judge;
  }

  /** Judges a file of the policy with another text. */
  public async judge(file: string, text: string, worker: number): Promise<Judgement> {
    const mutated = this.write(`mutant-${worker}.rego`, text);
    const output = await this.run(sourcesOf(this.policy).map((source) => (source === file ? mutated : source)));
    if (output === this.expected) return Judgement.UNTOLD;
    const { errors = [] } = JSON.parse(output) as Output;
    const malformed = errors.find(({ message }) => message.includes('rego_parse_error'));
    if (malformed !== undefined) throw new Error(`${file}: a mutant is no Rego: ${malformed.message}\n${text}`);
    return errors.some(({ code }) => code?.startsWith('rego_') === true) ? Judgement.SKIPPED : Judgement.TOLD;
  }

  private async run(sources: readonly string[]): Promise<string> {
    const args = ['eval', '--format', 'json', ...[...this.own, ...sources].flatMap((file) => ['--data', file]), 'data.judge.verdicts'];
    return new Promise((resolve, reject) => {
      execFile('opa', args, { cwd: ROOT, maxBuffer: 2 ** 28, timeout: LIMIT_MS }, (error, stdout) => {
        // It prints the errors of a rule, and fails; one that takes forever is told.
        if (error?.killed === true) resolve('{}');
        else if (stdout === '') reject(error ?? new Error('opa printed nothing'));
        else resolve(stdout);
      });
    });
  }

  private write(name: string, text: string): string {
    const file = path.join(this.folder, `${this.policy.id}-${name}`);
    fs.writeFileSync(file, text);
    return file;
  }
}
