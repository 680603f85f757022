import * as fs from 'node:fs';
import { DIGESTS, digestOf, nameOf, POLICIES } from '../../scripts/rego-sources';
import { casesOf, evaluatorOf } from '../support/rego';

describe.each(POLICIES.map((policy) => [nameOf(policy), policy] as const))('policy %s', (name, policy) => {
  const evaluate = evaluatorOf(policy);
  const cases = casesOf(policy);

  test('is compiled from the Rego that stands beside it; npx tsx scripts/rego.ts compiles it anew', () => {
    const digests = JSON.parse(fs.readFileSync(DIGESTS, 'utf8')) as Record<string, string>;
    expect(digests[name]).toBe(digestOf(policy));
  });

  test('has cases enough, evasions and violations among them, under names of their own', () => {
    expect(cases.length).toBeGreaterThanOrEqual(12);
    expect(cases.filter((one) => one.name.startsWith('evasion')).length * 2).toBeGreaterThanOrEqual(cases.length);
    expect(cases.some((one) => one.violations.length === 0)).toBe(true);
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
  });

  test('judges no kind that its constraint does not match: Gatekeeper would never show it', () => {
    const matched = policy.matches.flatMap((entry) => entry.apiGroups.flatMap((group) => entry.kinds.map((kind) => `${group}/${kind}`)));
    const judged = cases.filter((one) => one.violations.length > 0).map(({ object }) => `${object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''}/${object.kind}`);

    expect(judged.filter((kind) => !matched.includes(kind))).toEqual([]);
    expect(judged.length).toBeGreaterThan(0);
  });

  test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { parameters = {}, operation, object, oldObject, violations }) => {
    expect(evaluate({ parameters, review: { object, operation, oldObject } })).toEqual([...violations].sort());
  });
});
