import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { referenceOf } from '../../lib/admission/admission-policy';
import { celFiles, celVariables } from '../../lib/admission/engine/cel-source';
import { casesOf } from '../../lib/admission/policy-case';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { DIGESTS, digestOf } from '../../scripts/rego-sources';
import { forbiddenCel } from '../support/cel-functions';
import { celVerdict, messagesOf, regoVerdict, type Verdict } from '../support/policy-engines';

const digests = JSON.parse(fs.readFileSync(DIGESTS, 'utf8')) as Record<string, string>;

describe.each(POLICY_PACK.map((policy) => [policy.id, policy] as const))('policy %s', (id, policy) => {
  const cases = casesOf(policy);
  const rego = regoVerdict(policy);

  test('has the names that go with its folder', () => {
    const words = id.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');

    expect(path.basename(policy.folder)).toBe(id);
    expect(policy.kind).toBe(`Hipaa${words}`);
    expect(policy.defaultName).toBe(`hipaa-${id}`);
    expect(policy.purpose).toMatch(/^[A-Z][^.]+\.$/);
  });

  test('is compiled from the Rego that stands beside it; npx tsx scripts/rego.ts compiles it anew', () => {
    expect(digests[id]).toBe(digestOf(policy));
  });

  test('has cases enough, half of them evasions, under names of their own', () => {
    expect(cases.length).toBeGreaterThanOrEqual(8);
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

  test('cites its control in every message', () => {
    for (const { violations } of cases) for (const message of violations) expect(message.endsWith(` (${referenceOf(policy)})`)).toBe(true);
  });

  test('says why where it is not in CEL, or not all of it', () => {
    if (policy.cel === undefined) expect(policy.beyondCel).toMatch(/\w+ \w+/);
    expect(cases.some((one) => one.regoOnly !== undefined)).toBe(policy.cel !== undefined && policy.beyondCel !== undefined);
  });

  test.each(cases.map((one) => [one.name, one] as const))('Rego: %s', (_name, one) => {
    expect(messagesOf(rego(one))).toEqual([...one.violations].sort());
  });

  if (policy.cel !== undefined) judgedInCel(policy, rego);
});

function judgedInCel(policy: AdmissionPolicy, rego: Verdict): void {
  const cases = casesOf(policy).filter((one) => one.regoOnly === undefined);
  const cel = celVerdict(policy);

  test.each(cases.map((one) => [one.name, one] as const))('CEL agrees: %s', (_name, one) => {
    expect(cel(one)).toEqual(rego(one));
  });

  test('ends in its findings, and says what it leaves alone', () => {
    const names = celVariables(policy).map(({ name }) => name);

    expect(names.at(-1)).toBe('findings');
    expect(names).toEqual(expect.arrayContaining(['operation', 'title', 'exempt', 'unchanged']));
    expect(new Set(names).size).toBe(names.length);
  });

  test('uses what Kubernetes 1.28 has', () => {
    expect(celFiles(policy).flatMap((file) => forbiddenCel(fs.readFileSync(file, 'utf8')))).toEqual([]);
  });
}
