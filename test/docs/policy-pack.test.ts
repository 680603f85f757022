/** The table of rules in docs/policy-pack.md is made from the rules: `npx jest -u test/docs` writes it anew. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { gateRules } from '../../lib/gate/gate';

const FILE = path.join(__dirname, '..', '..', 'docs', 'policy-pack.md');
const BLOCK = /(<!-- rules:[^\n]*-->\n)[\s\S]*?(<!-- end of rules -->)/;

function table(): string {
  const policies = new Map(POLICY_PACK.map((policy) => [policy.id, policy]));
  const rows = gateRules().map(({ id }) => id).concat(POLICY_PACK.map(({ id }) => id)).filter((id, index, ids) => ids.indexOf(id) === index);
  const known = new Map(gateRules().map((rule) => [rule.id, rule]));
  const points = (id: string): string => {
    const policy = policies.get(id);
    if (policy === undefined) return 'gate';
    const engines = [known.has(id) ? 'gate' : undefined, 'Gatekeeper', policy.cel === undefined ? undefined : policy.beyondCel === undefined ? 'API server' : 'API server, in part'];
    return engines.filter((point) => point !== undefined).join(', ');
  };
  const lines = rows.map((id) => {
    const policy = policies.get(id);
    const { purpose, control, reference } = known.get(id) ?? { purpose: policy!.purpose, control: policy!.control, reference: policy!.citation };
    return `| \`${id}\` | ${purpose} | ${control}, ${reference} | ${points(id)} |`;
  });
  return ['', '| rule | what for | control | where |', '|---|---|---|---|', ...lines, '', ''].join('\n');
}

test('the table of rules says what the rules say', () => {
  const text = fs.readFileSync(FILE, 'utf8');
  const expected = text.replace(BLOCK, (_block, begin: string, end: string) => `${begin}${table()}${end}`);
  // As jest does it with snapshots: written anew where somebody asks for it, and never in CI.
  if (process.argv.includes('-u') && !process.env.CI) fs.writeFileSync(FILE, expected);

  expect(BLOCK.test(text)).toBe(true);
  expect(fs.readFileSync(FILE, 'utf8')).toBe(expected);
});
