/** Both engines on generated names and values: what CEL finds is what Rego finds, but for options and lines inside a text. */
import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import type { PolicyCase } from '../../lib/admission/policy-case';
import { celVerdict, regoVerdict } from '../support/policy-engines';

const NAMES = [
  'X', 'PASSWORD', 'DB_TOKEN', 'pass', 'dbPass', 'DBPASS', 'bypass', 'COMPASS', 'byPass2', 'PASS_THROUGH', 'API_KEY_2', 'hmac-key', 'cookieKey', 'clientSecret.prod', 'tokenUrl', 'a\u00a0pass', 'xPass', 'KEY', 'tokenprodold2',
  'TOKEN__X', 'secret_',
];
const VALUES = [
  'hunter2', '--token', 'required', 'Enabled', 'omit', ' same-origin\t', 'TRUE\n', '\ftrue', 'true', '', '~', '\u00a0', '\u00a0true', '\u000btrue', '/', '//', '/a//b', '/etc/x', '/Etc/x', '/VAR/x', '/var/x y', '*', '***', '<x>', '<a<b>',
  '{{ x }}', "{{ 'x' }}", '$X', '$1', '${X}', '${env:X}', '${X:-}', '${X:-y}', '$(X)', '$(cat /x)', 'arn:aws:ssm:x', 'vault:a#b', 'vault:#b', 'password=hunter2', 'a=b;password=x', 'a=b;Password="x"', '%2Fpassword=x', ';pwd=%41',
  ";PWD = '/Abc", 'x\u0085;pwd=y', 'jdbc:x?password=${P}', 'host=db password=/run/x', 'x required username="u" PASSWORD="hunter2";', 'AccountName=a;AccountKey=abcd==;', 'Endpoint=sb://x;SharedAccessKey=/AbCdEfGhIjKlMnOpQrStUv=',
  'https://u:p@h/', 'redis://:x@h', "redis://a'b:x@h", 'a://b:c\u00a0d@e', 'a://b:\u2028@e', 'app:hunter2@tcp(db:3306)/x', '${U}:${P}@tcp(db)/x', 'root:%40x@unix(/run/db)', '%s:%s@tcp(%s)', '\u00e9:x@tcp(h)', '\u{1f600}:\u{1f600}@tcp(h)',
  'Bearer abcdefghijk', 'bearer <token>', 'Basic dTpodW50ZXIy', 'Basic authentication', 'curl -H "Authorization: Basic dTpodW50ZXIy" x', 'Authorization: Bearer $(TOKEN)', `ghp_${'0'.repeat(36)}`, `xghp_${'0'.repeat(36)}`,
  `\u00e9ghp_${'0'.repeat(36)}`, `github_pat_${'0'.repeat(22)}`, `gho_${'0'.repeat(36)}`, `ghu_${'0'.repeat(36)}`, `ghs_${'0'.repeat(36)}`, `ghr_${'0'.repeat(36)}`, `ghr_${'0'.repeat(35)}`, '-----BEGIN A B PRIVATE KEY BLOCK-----', 'ASIA0000000000000000', 'AKIA00000000000000000',
];

test('what CEL finds in an environment is what Rego finds there by form and by name', () => {
  const [rego, cel] = [regoVerdict(PLAINTEXT_SECRETS), celVerdict(PLAINTEXT_SECRETS)];
  let found = 0;
  // Every value once under a name that says nothing; of the other pairs a fifth, others for each name.
  const differing = NAMES.flatMap((name, row) => VALUES.filter((_, column) => row === 0 || (row + column) % 5 === 0).map((value) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'portal' }, spec: { containers: [{ name: 'app', env: [{ name, value }] }] } };
    const one: PolicyCase = { name: '', object: pod, violations: [] };
    const ofCel = cel(one);
    found += ofCel.length;
    return { name, value, cel: ofCel, rego: rego(one).filter((message) => message.includes(' holds ') || message.includes(` gives '${name}' a literal value`)) };
  })).filter((one) => one.cel.join() !== one.rego.join());

  expect(differing).toEqual([]);
  expect(found).toBeGreaterThan(150);
});
