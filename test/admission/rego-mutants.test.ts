/**
 * Each condition of each rule in Rego, removed or weakened: some case must tell. No npm package evaluates Rego from its source, so that scripts/rego-mutants.ts
 * judges the mutants where there is an `opa`, and what it found is judged here.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { mutantDigestOf, mutatedFiles, readMutants } from '../../scripts/rego-sources';

const FILES = mutatedFiles();
const RECORDS = readMutants();
/** Mutants that change nothing, each with the reason, by rule or shared file. */
const EQUIVALENT = parse(fs.readFileSync(path.join(__dirname, 'equivalent-rego-mutants.yaml'), 'utf8')) as Record<string, Record<string, string> | undefined>;

describe.each(FILES.map((file) => [file.name, file] as const))('%s', (name, file) => {
  test('was judged as it stands, with its cases; npx tsx scripts/rego-mutants.ts judges it anew', () => {
    expect(RECORDS[name]?.digest).toBe(mutantDigestOf(file));
    expect(RECORDS[name]?.mutants).toBeGreaterThan(5);
  });

  test('has a case for each of its conditions', () => {
    expect([...RECORDS[name]?.survivors ?? []].sort()).toEqual(Object.keys(EQUIVALENT[name] ?? {}).sort());
  });
});

test('what was judged is there, and what is said to change nothing says why', () => {
  const names = FILES.map(({ name }) => name);

  expect(Object.keys(RECORDS).filter((name) => !names.includes(name))).toEqual([]);
  expect(Object.keys(EQUIVALENT).filter((name) => !names.includes(name))).toEqual([]);
  for (const reasons of Object.values(EQUIVALENT)) for (const reason of Object.values(reasons ?? {})) expect(reason).toMatch(/\w+ \w+/);
});
