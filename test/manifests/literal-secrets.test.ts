import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { at } from '../../lib/manifests/content';
import { literalSecretsOfConfigMap, literalSecretsOfPod } from '../../lib/manifests/literal-secrets';
import { casesOf } from '../support/rego';

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

  test('most cases of the policy are judged, and most of them hold a secret', () => {
    expect(cases.length).toBeGreaterThan(30);
    expect(cases.filter(({ violations }) => violations.length > 0).length).toBeGreaterThan(15);
  });

  test.each([
    ['digits behind a secret word', `password${'1'.repeat(50_000)}x`],
    ['a large value without a scheme', 'abc'.repeat(300_000)],
    ['a large base64 value', `${'QUJD'.repeat(200_000)}`],
    ['a large name in a line with a password', `password: x ${'y'.repeat(200_000)}`],
    ['many lines', 'password.file = /vault/secrets/db\n'.repeat(10_000)],
  ])('is judged in no time: %s', (_what, text) => {
    const started = process.hrtime.bigint();
    literalSecretsOfConfigMap({ data: { 'app.conf': text } });
    expect(Number((process.hrtime.bigint() - started) / 1_000_000n)).toBeLessThan(2_000);
  });
});
