import { humanReport } from '../../../lib/gate/report/human';
import { APPROVED_IMAGES, CLEAN, EMPTY, ESCAPE, HOSTILE, HUGE, resultWith, RICH, VIOLATION } from './results';

const plain = { colour: false };
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('humanReport', () => {
  test('says what is wrong where, object by object, then what was not judged', () => {
    expect(humanReport(RICH, plain)).toMatchSnapshot();
  });

  test.each([
    ['a clean input', CLEAN, 'Clean: no violation; 12 objects looked at; PHI namespaces: shop'],
    ['no PHI namespace', { ...CLEAN, phiNamespaces: [] }, 'Clean: no violation; 12 objects looked at; no PHI namespace'],
    ['a rule not judged', { ...CLEAN, notJudged: RICH.notJudged }, 'Clean as far as judged: no violation; 1 rule not judged; 12 objects looked at; PHI namespaces: shop'],
    ['a warning', { ...CLEAN, warnings: ['w'], objects: 1 }, 'Clean: no violation; 1 warning; 1 object looked at; PHI namespaces: shop'],
    ['an exception', { ...CLEAN, excepted: RICH.excepted }, 'Clean: no violation; 1 excepted; 12 objects looked at; PHI namespaces: shop'],
    ['an empty input', EMPTY, 'Not clean: no violation; nothing was looked at; no PHI namespace'],
    ['something unchecked', { ...CLEAN, unchecked: RICH.unchecked }, 'Not clean: no violation; 1 could not be checked; 12 objects looked at; PHI namespaces: shop'],
    ['objects passed over', { ...CLEAN, passedOver: 4 }, 'Clean: no violation; 12 objects looked at, 4 of them passed over as not of PHI namespaces; PHI namespaces: shop'],
    ['settings of a file', { ...CLEAN, configuration: 'a.yaml' }, 'Clean: no violation; 12 objects looked at; PHI namespaces: shop; settings of a.yaml'],
    ['a violation', { ...CLEAN, violations: [VIOLATION] }, 'Not clean: 1 violation in 1 object; 12 objects looked at; PHI namespaces: shop'],
    ['many namespaces', { ...CLEAN, phiNamespaces: [...'abcdefghijkl'] }, 'Clean: no violation; 12 objects looked at; PHI namespaces: a, b, c, d, e, f, g, h, i, j and 2 more'],
  ])('the last line: %s', (_, result, line) => {
    expect(lastLine(humanReport(result, plain))).toBe(line);
  });

  test('says once why many rules were not asked', () => {
    const why = 'rules names others';
    const text = humanReport({ ...CLEAN, notJudged: [...RICH.notJudged, { rule: APPROVED_IMAGES, why }, { rule: VIOLATION.rule, why }] }, plain);
    expect(text).toContain('Not judged (3)\n  ingress-tls\n');
    expect(text).toMatch(/\n {2}approved-images {2}PS3 .*\n {2}drop-capabilities {2}PS1 .*\n {4}why {8}rules names others\n/);
  });

  test('groups an object though its violations have lines of their own, and tells namesakes of other files', () => {
    const elsewhere = { ...VIOLATION, origin: { ...VIOLATION.origin, file: 'other.yaml' } };
    const text = humanReport({ ...CLEAN, violations: [VIOLATION, elsewhere, { ...VIOLATION, rule: APPROVED_IMAGES, origin: { ...VIOLATION.origin, line: 9 } }] }, plain);
    expect(text.match(/^\S.*Deployment shop\/api/gm)).toEqual(['dist/shop.k8s.yaml:3  Deployment shop/api', 'other.yaml:3  Deployment shop/api']);
    expect(text).toContain('capabilities (dist/shop.k8s.yaml:9)');
    expect(lastLine(text)).toContain('3 violations in 2 objects');
  });

  test.each([
    ['no origin', {}, 'no file  Deployment'],
    ['the standard input', { file: '-', line: 4 }, 'standard input:4  Deployment'],
    ['a file without a line', { file: 'a.yaml' }, 'a.yaml  Deployment'],
    ['a column', { file: 'a.yaml', line: 4, column: 2 }, 'a.yaml:4:2  Deployment'],
  ])('names the place: %s', (_, origin, place) => {
    expect(humanReport({ ...CLEAN, violations: [{ ...VIOLATION, origin }] }, plain)).toContain(place);
  });

  test('shows a value on one line, shortened, and none where there is none', () => {
    const withValue = (value: unknown) => humanReport({ ...CLEAN, violations: [{ ...VIOLATION, value }] }, plain);
    expect(withValue(HUGE)).toMatch(/^ {4}value {6}"x{120}"… \(100000 characters\)$/m);
    expect(withValue(false)).toMatch(/^ {4}value {6}false$/m);
    expect(withValue(null)).toMatch(/^ {4}value {6}null$/m);
    expect(withValue('a\nb')).toMatch(/^ {4}value {6}"a\\nb"$/m);
    expect(withValue(undefined)).not.toContain('value');
  });

  test('wraps at the width of the terminal, but never a path', () => {
    const text = humanReport(RICH, { colour: false, width: 60 });
    expect(text).toContain('    remedy     mirror the image to an approved registry, and\n               name it by digest\n');
    expect(text).toContain(VIOLATION.path);
    expect(humanReport(RICH, { colour: false, width: 1 })).toBe(humanReport(RICH, { colour: false, width: 40 }));
  });

  test('has colours where asked, and says the same without them', () => {
    const coloured = humanReport(RICH, { colour: true });
    expect(coloured).toContain('\u001b[31m');

    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(humanReport(RICH, plain));
  });

  test.each([false, true])('lets nothing of the input reach the terminal but visible characters (colour: %s)', (colour) => {

    const text = humanReport(resultWith(HOSTILE), { colour, width: 50 }).replace(colour ? /\u001b\[\d{1,2}m/g : /$^/g, '');
    expect(text.replaceAll('\n', '').replaceAll('👩‍💻', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^\s*::[a-z]/m);
    expect(text).not.toMatch(/##(\[|vso\[)/);
    expect(text).toContain('👩‍💻');
    expect(text).toContain('\\x1b[2J');
    expect(text).toContain('\\u202e');
    expect(text).toContain('\\u{e0041}');
  });

  test('takes no escape sequence of the input for a colour of its own', () => {
    expect(humanReport(resultWith(ESCAPE), plain)).not.toContain('\u001b');
  });

  test('shortens what is long, wherever it stands', () => {
    expect(humanReport(resultWith(HUGE), plain).length).toBeLessThan(60_000);
  });

  test.each(['::add-path::/tmp', 'x ::error file=a::b'])('gives no command to the pipeline that logs it: %s', (text) => {
    expect(humanReport(resultWith(text), { colour: false, width: 40 })).not.toMatch(/(^|\s)::/m);
  });

  test('is the same each time', () => {
    expect(humanReport(RICH, plain)).toBe(humanReport(structuredClone(RICH), plain));
  });
});
