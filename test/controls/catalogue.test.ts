import { CATALOGUE, cite, definitionOf } from '../../lib/controls/catalogue';
import { Control } from '../../lib/controls/control';
import { expectRefusal } from '../support/refusal';

/** Every control by its id and citations, R required and A addressable, written out as the reviewers read it. */
const LAW: Readonly<Record<string, string>> = {
  AU1: '312(b)R', AU2: '312(a)(1)R', AU3: '312(b)R', AU4: '312(b)R', AU5: '316(b)(2)(i)R', AU6: '312(b)R', AU7: '308(a)(1)(ii)(D)R', AU8: '308(a)(5)(ii)(C)A',
  AU9: '312(b)R', AU10: '312(b)R', AU11: '312(b)R', AU12: '312(b)R',
  AC1: '312(a)(2)(i)R', AC2: '312(d)R', AC3: '308(a)(4)(ii)(B)A', AC4: '312(a)(1)R', AC5: '312(a)(1)R', AC6: '312(a)(2)(ii)R', AC7: '312(a)(2)(iii)A',
  AC8: '312(b)R', AC9: '312(e)(1)R', AC10: '312(a)(1)R', AC11: '312(a)(1)R', AC12: '312(a)(1)R', AC13: '308(a)(4)(i)R', AC14: '312(d)R',
  EN1: '312(a)(2)(iv)A', EN2: '312(a)(2)(iv)A', EN3: '312(a)(2)(iv)A', EN4: '312(a)(2)(iv)A', EN5: '308(a)(7)(i)R',
  TX1: '312(e)(2)(ii)A', TX2: '312(e)(2)(ii)A', TX3: '312(e)(2)(i)A', TX4: '312(e)(1)R',
  NW1: '312(a)(1)R', NW2: '312(a)(1)R', NW3: '312(a)(1)R', NW4: '312(a)(1)R',
  PS1: '312(a)(1)R', PS2: '312(c)(1)R', PS3: '308(a)(5)(ii)(B)A', PS4: '312(a)(1)R', PS5: '306(a)(1)R', PS6: '306(a)R',
  CP1: '308(a)(7)(ii)(A)R', CP2: '308(a)(7)(ii)(B)R', CP3: '308(a)(7)(ii)(D)A', CP4: '310(d)(2)(iv)A',
  IR1: '308(a)(6)(ii)R', EV1: '316(b)(1)R,308(a)(8)R', EV2: '308(a)(1)(ii)(A)R,308(b)(1)R,310(d)(2)(i)R',
};

/** What the rows say beside the law: CIS Kubernetes 1.12, CIS EKS 1.8, NIST SP 800-53r5. */
const BENCHMARKS: Readonly<Record<string, [string[], string[], string[]]>> = {
  AU1: [['3.2.1', '3.2.2'], ['2.1.1'], ['AU-12']],
  AU3: [['1.2.16', '1.2.17', '1.2.18', '1.2.19'], [], ['AU-4']],
  AU4: [[], ['2.1.2'], ['AU-9(2)']],
  AC4: [['5.1.8', '5.1.9', '5.1.10', '5.1.11', '5.1.12', '5.1.13'], ['4.1.8', '4.1.9', '4.1.10', '4.1.11', '4.1.12'], ['AC-6']],
  AC13: [['5.6.1', '5.6.4'], [], ['SC-2']],
  EN1: [['1.2.27', '1.2.28'], ['5.3.1'], ['SC-28']],
  TX3: [['1.2.24', '1.2.25', '1.2.26', '1.2.29', '2.x'], [], ['SC-8']],
  NW1: [['5.3.2'], ['4.3.2'], ['SC-7(5)']],
  PS3: [['5.5.1'], ['5.1.1', '5.1.2', '5.1.3', '5.1.4'], ['SR-4']],
};

describe('the catalogue', () => {
  test('has every control once, in the order of the enum', () => {
    expect(CATALOGUE.map((definition) => definition.id)).toEqual(Object.keys(LAW));
    expect(Object.values(Control)).toEqual(Object.keys(LAW));
    expect(CATALOGUE).toHaveLength(52);
  });

  test('cites the law as the rules have it, required or addressable', () => {
    const cited = CATALOGUE.map((definition) => [definition.id, definition.citations.map((citation) => `${citation.paragraph}${citation.required ? 'R' : 'A'}`).join(',')]);
    expect(Object.fromEntries(cited)).toEqual(LAW);
  });

  test.each(Object.entries(BENCHMARKS))('%s agrees with the benchmarks', (id, [cis, cisEks, nist]) => {
    expect(definitionOf(id as Control)).toMatchObject({ cis, cisEks, nist });
  });

  test.each(CATALOGUE.map((definition) => [definition.id, definition] as const))('%s is complete', (_id, definition) => {
    expect(definition.citations.length).toBeGreaterThan(0);
    for (const { paragraph } of definition.citations) expect(paragraph).toMatch(/^(306|308|310|312|314|316)(\([a-z]\)(\(\d\)(\([ivx]+\)(\([A-Z]\))?)?)?)$/);
    for (const id of definition.cis) expect(id).toMatch(/^[1-5]\.(x|\d+(\.\d+)?)$/);
    for (const id of definition.cisEks) expect(id).toMatch(/^[2-5]\.(x|\d+\.\d+)$/);
    expect(definition.nist.length).toBeGreaterThan(0);
    for (const id of definition.nist) expect(id).toMatch(/^(AC|AU|CA|CM|CP|IA|IR|RA|SC|SI|SR)-\d+(\(\d+\))?$/);
    for (const text of [definition.title, definition.atSynth, definition.live]) expect(text.trim()).toMatch(/^.{2,}[^.]$/);
  });

  test('titles tell controls apart', () => {
    expect(new Set(CATALOGUE.map((definition) => definition.title)).size).toBe(CATALOGUE.length);
  });

  test('the same paragraph is required or addressable everywhere', () => {
    const flags = new Map<string, boolean>();
    for (const { paragraph, required } of CATALOGUE.flatMap((definition) => definition.citations)) {
      expect(`${paragraph} ${flags.get(paragraph) ?? required}`).toBe(`${paragraph} ${required}`);
      flags.set(paragraph, required);
    }
  });

  test('what each PHI namespace needs for itself', () => {
    expect(CATALOGUE.filter((definition) => definition.perPhiNamespace).map((definition) => definition.id)).toEqual(['AC3', 'AC12', 'AC13', 'TX2', 'NW1', 'NW3', 'PS1', 'PS5']);
  });
});

describe('cite', () => {
  test.each([
    [Control.NW1_DENY_ALL, 'NW1 Default deny (45 CFR 164.312(a)(1), required)'],
    [Control.EN1_API_DATA, 'EN1 Encryption of API data (45 CFR 164.312(a)(2)(iv), addressable)'],
    [Control.EV1_EVIDENCE, 'EV1 Evidence (45 CFR 164.316(b)(1), required; 45 CFR 164.308(a)(8), required)'],
  ])('%s', (control, text) => {
    expect(cite(control)).toBe(text);
  });
});

test.each<[unknown]>([['AU13'], ['au1'], [''], [undefined], [null], ['AU1_AUDIT_POLICY'], ['toString'], [['AU1']]])('%j is no control', (control) => {
  const refusal = { path: 'CATALOGUE', value: control, rule: 'the catalogue of controls', remedy: 'use one of: AU1, AU2' };
  expectRefusal(() => definitionOf(control as never), refusal);
  expectRefusal(() => cite(control as never), refusal);
});
