import { parse } from 'yaml';
import { gatorSuite } from '../../lib/admission/gator-suite';
import { casesOf } from '../../lib/admission/policy-case';
import { POLICY_PACK, policyOf } from '../../lib/admission/policy-pack';

interface SuiteCase {
  readonly name: string;
  readonly object: string;
  readonly inventory?: string[];
  readonly assertions: { violations: string; message?: string }[];
}

interface Suite {
  readonly tests: { template: string; constraint: string; cases: SuiteCase[] }[];
}

describe.each(POLICY_PACK.map((policy) => [policy.id, policy] as const))('the gator suite of %s', (_id, policy) => {
  const files = gatorSuite(policy);
  const suite = parse(files['suite.yaml']) as Suite;
  const cases = suite.tests.flatMap((one) => one.cases);
  const given = new Map(casesOf(policy).map((one) => [one.name, one]));

  test('has every case, and every file that it names', () => {
    const told = [...given.values()].filter(({ request }) => request?.namespaceObject === undefined);
    expect(cases.map(({ name }) => name).sort()).toEqual(told.map(({ name }) => name).sort());
    const named = suite.tests.flatMap(({ template, constraint, cases: own }) => [template, constraint, ...own.flatMap(({ object, inventory = [] }) => [object, ...inventory])]);
    expect([...new Set([...named, 'suite.yaml'])].sort()).toEqual(Object.keys(files).sort());
  });

  test('asserts what each case expects, in words that a message of either engine contains', () => {
    for (const { name, assertions } of cases) {
      const { violations } = given.get(name)!;
      if (violations.length === 0) expect(assertions).toEqual([{ violations: 'no' }]);
      else expect(assertions.every(({ message }, index) => new RegExp(message!).test(violations[index]))).toBe(true);
    }
  });
});

test('a request is a review, and an object by itself is itself', () => {
  const files = gatorSuite(policyOf('test', 'privileged-containers'));
  const objects = Object.entries(files).filter(([file]) => file.startsWith('case-')).map(([, text]) => parse(text) as { kind: string; request?: { operation: string; object?: unknown; oldObject?: unknown } });
  const reviews = objects.filter(({ kind }) => kind === 'AdmissionReview').map(({ request }) => request!);

  expect(objects.length).toBeGreaterThan(reviews.length);
  expect(new Set(reviews.map(({ operation }) => operation))).toEqual(new Set(['CREATE', 'UPDATE', 'DELETE']));
  for (const { operation, object, oldObject } of reviews) expect([object === undefined, oldObject === undefined]).toEqual([operation === 'DELETE', operation === 'CREATE' ? oldObject === undefined : false]);
});
