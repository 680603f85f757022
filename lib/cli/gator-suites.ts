import * as fs from 'node:fs';
import * as path from 'node:path';
import { gatorSuite } from '../admission/gator-suite';
import { POLICY_PACK, policyOf } from '../admission/policy-pack';
import { Errors } from '../profile/errors';
import type { CliIo } from './cli-io';

/** Writes the suites of rules for `gator verify`, a folder a rule. */
export function gatorSuites(folder: string, rules: readonly string[], io: CliIo): void {
  const policies = rules.length === 0 ? POLICY_PACK : [...new Set(rules)].map((rule) => policyOf('gator-suite', rule));
  const target = path.resolve(io.folder, folder);
  checkEmpty(target, folder);
  // All of it is made before any of it is written.
  const files = policies.flatMap((policy) => Object.entries(gatorSuite(policy)).map(([name, text]) => ({ file: path.join(target, policy.id, name), text })));
  for (const { file, text } of files) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  io.stdout.write(`${policies.length} suites in ${folder}: gator verify ${folder.replace(/\/+$/, '')}/...\n`);
}

/** Files of an older pack, or of somebody else, would be verified with ours. */
function checkEmpty(target: string, folder: string): void {
  const stat = fs.statSync(target, { throwIfNoEntry: false });
  const why = 'gator verify runs whatever a folder holds';
  if (stat?.isDirectory() === false) throw Errors.refused('gator-suite', 'it is no folder', folder, why, 'name a folder that is empty or not there yet');
  if (stat !== undefined && fs.readdirSync(target).length > 0) throw Errors.refused('gator-suite', 'the folder holds other things', folder, why, 'name a folder that is empty or not there yet');
}
