/** Writes the suites of `gator verify` to a folder, one a policy: `npx tsx scripts/gator-suite.ts DIR [RULE...]`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gatorSuite } from '../lib/admission/gator-suite';
import { POLICY_PACK } from '../lib/admission/policy-pack';

const [folder, ...rules] = process.argv.slice(2);
for (const policy of POLICY_PACK) {
  if (rules.length > 0 && !rules.includes(policy.id)) continue;
  const target = path.join(folder, policy.id);
  fs.mkdirSync(target, { recursive: true });
  for (const [file, text] of Object.entries(gatorSuite(policy))) fs.writeFileSync(path.join(target, file), text);
}
