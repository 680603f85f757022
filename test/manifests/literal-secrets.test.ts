import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { at } from '../../lib/manifests/content';
import { literalSecretsOfConfigMap, literalSecretsOfPod } from '../../lib/manifests/literal-secrets';
import { casesOf } from '../../lib/admission/policy-case';
import { evaluatorOf } from '../support/rego';

const PLACES = [['spec'], ['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec'], ['template', 'spec']];

/** What synth says of an object, with the paths that the policy uses. */
function judge(object: { kind: string }, rules: object): string[] {
  if (object.kind === 'ConfigMap') return literalSecretsOfConfigMap(object, rules);
  return PLACES.flatMap((place) => literalSecretsOfPod(at(object, ...place), rules).map((flaw) => `${place.join('.')}.${flaw}`));
}

describe('literal secrets', () => {
  // An admission request about an object that changes nothing is the webhook's alone.
  const cases = casesOf(PLAINTEXT_SECRETS).filter(({ operation }) => operation === undefined);

  test.each(cases.map((one) => [one.name, one] as const))('synth judges as the admission policy does: %s', (_name, { parameters = {}, object, violations }) => {
    const { allowedNames, extraPatterns = [] } = parameters as { allowedNames?: string[]; extraPatterns?: string[] };
    const valid = extraPatterns.filter((pattern) => !/[([]$/.test(pattern)).map((pattern) => new RegExp(pattern));
    const expected = violations.filter((text) => !text.includes('is no RE2 expression')).map((text) => /: (.*): keep it in/.exec(text)![1]);

    expect(judge(object, { allowedNames, extraPatterns: valid }).sort()).toEqual(expected.sort());
  });

  const envOf = (name: string, value: string): string[] => literalSecretsOfPod({ containers: [{ env: [{ name, value }] }] });

  test.each(['true', 'Enabled', 'disabled', 'required', 'optional', 'none', 'omit', 'same-origin', 'include', ' include '])('a switch is no secret: %s', (value) => {
    expect(envOf('FETCH_CREDENTIALS', value)).toEqual([]);
    expect(literalSecretsOfConfigMap({ data: { 'app.yaml': `credentials: ${value}` } })).toEqual([]);
  });

  test.each(['included', 'include1', 'include;hunter2', 'same-origin-policy', 'enabled!', 'truetrue', 'default', 'enable', 'changeme'])('evasion: what only begins like a switch, or is a password that people use, is one: %s', (value) => {
    expect(envOf('FETCH_CREDENTIALS', value)).toHaveLength(1);
  });

  describe('judges as the policy does, of generated names and values in every place', () => {
    const evaluate = evaluatorOf(PLAINTEXT_SECRETS);
    const told = (object: unknown): string[] => evaluate({ review: { object } }).map((text) => /: (?:spec\.)?(.*): keep it in/.exec(text)![1]);
    const metadata = { name: 'x' };
    const pod = (container: object): [string[], string[]] => {
      const spec = { containers: [{ name: 'c', ...container }] };
      return [literalSecretsOfPod(spec), told({ apiVersion: 'v1', kind: 'Pod', metadata, spec })];
    };
    const config = (content: object): [string[], string[]] => [literalSecretsOfConfigMap(content), told({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...content })];
    const PLACES: readonly (readonly [place: string, judged: (name: string, value: string) => [string[], string[]]])[] = [
      ['an environment variable', (name, value) => pod({ env: [{ name, value }] })],
      ['two arguments', (name, value) => pod({ args: [`--${name}`, value] })],
      ['one argument', (name, value) => pod({ args: [`-${name}=${value}`] })],
      ['a script', (name, value) => pod({ command: ['sh', '-c', `set -e; ${name}=${value} run\nrun --${name}="${value}" -v`] })],
      ['a key', (name, value) => config({ data: { [name]: value } })],
      ['binary data', (name, value) => config({ binaryData: { [name]: Buffer.from(value).toString('base64') } })],
      ['a property', (name, value) => config({ data: { 'app.properties': `# ${name}\r\n${name}=${value}\r# x=y\nz = "${name}" ${value}` } })],
      ['YAML', (name, value) => config({ data: { 'app.yaml': `a:\n  ${name}: ${value}\n  # ${name}: x\n  - {"${name}": "${value}", b: '${value}'}` } })],
      ['a file of another name', (name, value) => config({ data: { 'run.sh': `${name}=${value}\nexport ${name}="${value}"` } })],
    ];
    const NAMES = [
      'X', 'PASSWORD', 'DB_TOKEN', 'password', 'pass', 'dbPass', 'DBPASS', 'MYSQL_PASS', 'bypass', 'COMPASS', 'byPass2', 'PASS_THROUGH', 'API_KEY_2', 'hmac-key', 'AES_KEY', 'cookieKey', 'sessionKey', 'clientSecret.prod',
      'tokenUrl', 'pa\u017fsword', 'api.\u212aey', 'Authorization', 'a\u00a0pass', 'app.conf', 'PGPASSWORD',
    ];
    const VALUES = [
      'hunter2', '--password=hunter2', '-Xmx1g -Dx.password=hunter2', '--token', 'required', 'Enabled', 'omit', ' same-origin\t', 'password=hunter2', 'a=b;password=x', 'a=b;Password="x"', '/etc/x', '/Etc/x', '${X}', '$(X)', '$(cat /x)', 'true',
      ' secret: abc', 'KEY=--api-key=abc', '', '~', '{"password":"hunter2"}', 'https://u:p@h/', 'jdbc:postgresql://db/x?user=a&password=hunter2', 'jdbc:x?password=${P}', 'host=db user=a password=hunter2', 'host=db password=/run/x',
      'app:hunter2@tcp(db:3306)/x', '${U}:${P}@tcp(db)/x', 'root:%40x@unix(/run/db)', '%s:%s@tcp(%s)', 'x required username="u" password="hunter2";', 'AccountName=a;AccountKey=abcd==;', 'Endpoint=sb://x;SharedAccessKey=/AbCdEfGhIjKlMnOpQrStUv=',
      'Bearer abcdefghijk', 'bearer <token>', 'Basic dTpodW50ZXIy', 'Basic authentication', 'curl -H "Authorization: Basic dTpodW50ZXIy" x', 'Authorization: Bearer $(TOKEN)', 'aHVudGVyMg==', Buffer.from('a;password=hunter2').toString('base64'),
      '\u00a0', '\u00a0true', '\u000btrue', 'a\u2028password=x', 'x\rpassword: y', '#\npass: y', 'token=\u212a', 'a\u0085token=x', 'x=1,api-key=abc', '"hunter2"', "'a b'", '*', '***', '<x>', '{{ x }}', 'arn:aws:ssm:x', 'vault:a#b',
    ];

    // Each place takes other twelfths of the pairs.
    test.each(PLACES.map(([place, judged], index) => [place, judged, index] as const))('in %s', (_place, judged, index) => {
      const differing = NAMES.flatMap((name, row) => VALUES.filter((_, column) => (row + column + index) % 12 === 0).map((value) => [name, value, ...judged(name, value).map((flaws) => flaws.sort().join('; '))])).filter(([, , synth, webhook]) => synth !== webhook);
      expect(differing).toEqual([]);
    });
  });

  const COMMON = {
    JDBC_URL: 'jdbc:postgresql://db:5432/x?user=app&password=hunter2', PG_CONN: 'host=db user=app password=hunter2 dbname=x', MYSQL_DSN: 'app:hunter2@tcp(db:3306)/x', SOCKET_DSN: 'app:hunter2@unix(/run/db)/x',
    JAAS: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="hunter2";', JAAS_FIRST: 'PlainLoginModule required password="hunter2" username="u";', AZURE: 'AccountName=a;AccountKey=abcd==;',
    BUS: 'Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=abcd=', AUTH: 'Basic dTpodW50ZXIy', HEADER: 'Bearer abcdefghijk', DBPASS: 'hunter2', dbPass: 'hunter2', MYSQL_PASS: 'hunter2', HMAC_KEY: 'hunter2', AES_KEY: 'hunter2',
    COOKIE_KEY: 'hunter2', sessionKey: 'hunter2', SQL_SERVER: 'Server=db;User Id=a;Password=hunter2', JAVA_OPTS: '-Xmx1g -Djavax.net.ssl.keyStorePassword=changeit2', HEADERS: 'team=a,api-key=hunter2',
  };

  test.each(Object.entries(COMMON))('finds the secret in the environment and in a ConfigMap: %s', (name, value) => {
    expect(envOf(name, value)).not.toEqual([]);
    expect(literalSecretsOfConfigMap({ data: { [name]: value } })).not.toEqual([]);
  });

  test.each(['PGPASSWORD=hunter2 psql -h db', 'mysql --password=hunter2 -h db', 'set -e\nexport API_TOKEN="hunter2"; run', 'curl -H "Authorization: Bearer abcdefghijk" https://api'])('finds the secret in a script: %s', (script) => {
    expect(literalSecretsOfPod({ containers: [{ command: ['sh', '-c', script] }] })).not.toEqual([]);
  });

  test.each([
    ['JDBC_URL', 'jdbc:postgresql://db/x?user=a&password=${DB_PASSWORD}'], ['DSN', 'host=db password=$(DB_PASSWORD)'], ['DSN', 'host=db passfile=/run/pgpass sslmode=verify-full'], ['GO_DSN', '$(USER):$(PASS)@tcp(db)/x'],
    ['SSL', 'jdbc:x?ssl=true&password=/run/secrets/db'], ['PASS_THROUGH', 'x'], ['COMPASS', 'north'], ['BYPASS', 'cache'], ['compass', 'north'], ['AUTH_SCHEME', 'Basic authentication'], ['AUTH_HEADER', 'Bearer $(TOKEN)'],
    ['SCRIPT', 'PGPASSWORD="$(cat /run/secrets/db)" psql'], ['SCRIPT', 'PGPASSWORD=$(cat /run/secrets/db) psql'], ['SCRIPT', 'TOKEN=`cat /run/x` run'], ['OPTS', '-Dpassword.file=/run/x -DtokenUrl=https://x'], ['OPTS', 'a --password=/run/secrets/db'],
    ['IMAGE', 'registry.example.com/app@sha256:abc'], ['ADDRESS', 'user@tcp(db:3306)'],
  ])('takes what holds no secret: %s=%s', (name, value) => {
    expect(envOf(name, value)).toEqual([]);
    expect(literalSecretsOfConfigMap({ data: { [name]: value } })).toEqual([]);
    expect(literalSecretsOfPod({ containers: [{ args: [value] }] })).toEqual([]);
  });

  test('evasion: a comment hides no line that follows it', () => {
    for (const breaks of ['\n', '\r', '\r\n']) expect(literalSecretsOfConfigMap({ data: { 'app.conf': `# nothing${breaks}pass: hunter2` } })).toEqual(["data[app.conf] gives 'pass' a literal value"]);
  });

  test('most cases of the policy are judged, and most of them hold a secret', () => {
    expect(cases.length).toBeGreaterThan(30);
    expect(cases.filter(({ violations }) => violations.length > 0).length).toBeGreaterThan(15);
  });

  test.each([
    ['digits behind a secret word', `password${'1'.repeat(50_000)}x`],
    ['a large value without a scheme', 'abc'.repeat(300_000)],
    ['a large base64 value', `${'QUJD'.repeat(200_000)}`],
    ['a large name in a line with a password', `password: x ${'y'.repeat(200_000)}`],
    ['many assignments', 'x="x='.repeat(50_000)],
    ['many colons', ':a'.repeat(100_000)],
    ['much white space', `password${' '.repeat(200_000)}`],
    ['a long run of separators', `${';'.repeat(100_000)}${' '.repeat(100_000)}`],
    ['many lines', 'password.file = /vault/secrets/db\n'.repeat(10_000)],
  ])('is judged in no time: %s', (_what, text) => {
    const started = process.hrtime.bigint();
    literalSecretsOfConfigMap({ data: { 'app.conf': text } });
    expect(Number((process.hrtime.bigint() - started) / 1_000_000n)).toBeLessThan(2_000);
  });
});
