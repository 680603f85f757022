import { junitReport } from '../../../lib/gate/report/junit';
import { APPROVED_IMAGES, BUCKET_KMS, CLEAN, DROP_CAPABILITIES, EMPTY, HOSTILE, HUGE, INGRESS_TLS, resultWith, RICH, VIOLATION } from './results';
import { elements, parseXml } from './xml';

const RULES = [DROP_CAPABILITIES, INGRESS_TLS, BUCKET_KMS, APPROVED_IMAGES];
const parsed = (...args: Parameters<typeof junitReport>) => parseXml(junitReport(...args));
/** Each test case as `suite: name`, with its outcome. */
const outcomes = (...args: Parameters<typeof junitReport>) => elements(parsed(...args), 'testcase').map((testCase) => {
  const outcome = [...testCase.childNodes].map((node) => node.nodeName).find((name) => ['failure', 'error', 'skipped'].includes(name));
  return `${testCase.getAttribute('classname')}: ${testCase.getAttribute('name')}: ${outcome ?? 'passed'}`;
});

describe('junitReport', () => {
  test('has a suite a file and a test case an object and rule', () => {
    expect(junitReport(RICH)).toMatchSnapshot();
  });

  test.each([
    ['clean', CLEAN, ['cdk8s-hipaa: something was looked at: passed']],
    ['empty', EMPTY, ['cdk8s-hipaa: something was looked at: error']],
    ['two violations of a rule in an object', { ...CLEAN, violations: [VIOLATION, VIOLATION] },
      ['cdk8s-hipaa: something was looked at: passed', 'dist/shop.k8s.yaml: Deployment shop/api: drop-capabilities: failure']],
    ['a violation beside an excepted one', { ...CLEAN, violations: [VIOLATION], excepted: [{ ...RICH.excepted[0], violation: VIOLATION }] },
      ['cdk8s-hipaa: something was looked at: passed', 'dist/shop.k8s.yaml: Deployment shop/api: drop-capabilities: failure']],
    ['unchecked by the name of a violation', { ...CLEAN, violations: [VIOLATION], unchecked: [{ ...RICH.unchecked[0], what: 'Deployment shop/api: drop-capabilities', origin: VIOLATION.origin }] },
      ['cdk8s-hipaa: something was looked at: passed', 'dist/shop.k8s.yaml: Deployment shop/api: drop-capabilities: error']],
    ['no file', { ...CLEAN, violations: [{ ...VIOLATION, origin: {} }] }, ['cdk8s-hipaa: something was looked at: passed', 'no file: Deployment shop/api: drop-capabilities: failure']],
    ['the standard input', { ...CLEAN, violations: [{ ...VIOLATION, origin: { file: '-' } }] },
      ['cdk8s-hipaa: something was looked at: passed', 'standard input: Deployment shop/api: drop-capabilities: failure']],
  ])('one outcome a test case, the worst: %s', (_, result, cases) => {
    expect(outcomes(result)).toEqual(cases);
  });

  test('rules that were asked pass only where nothing violates them and all could be checked', () => {
    const all = RULES.map((rule) => `cdk8s-hipaa: ${rule.id}: passed`);
    const input = 'cdk8s-hipaa: something was looked at: passed';
    expect(outcomes(CLEAN, { rules: RULES })).toEqual([input, ...all]);
    expect(outcomes({ ...CLEAN, notJudged: RICH.notJudged }, { rules: RULES })).toContain('cdk8s-hipaa: ingress-tls: skipped');
    expect(outcomes({ ...CLEAN, violations: [VIOLATION] }, { rules: RULES })).not.toContain('cdk8s-hipaa: drop-capabilities: passed');
    expect(outcomes({ ...CLEAN, excepted: RICH.excepted }, { rules: RULES })).not.toContain('cdk8s-hipaa: drop-capabilities: passed');
    expect(outcomes({ ...CLEAN, unchecked: RICH.unchecked }, { rules: RULES })).toEqual([input, 'dist/broken.yaml: a document: error']);
    expect(outcomes(EMPTY, { rules: RULES })).toEqual(['cdk8s-hipaa: something was looked at: error']);
  });

  test('the counts are those of the test cases', () => {
    const root = parsed(RICH, { rules: RULES });
    for (const parent of [root, ...elements(root, 'testsuite')]) {
      expect([parent.getAttribute('tests'), parent.getAttribute('failures'), parent.getAttribute('errors')])
        .toEqual(['testcase', 'failure', 'error'].map((name) => String(elements(parent, name).length)));
    }
    for (const suite of elements(root, 'testsuite')) expect(suite.getAttribute('skipped')).toBe(String(elements(suite, 'skipped').length));
  });

  test('a failure holds every violation of its rule, as readers take one', () => {
    const second = { ...VIOLATION, path: 'spec.template.spec.containers[1]' };
    const [failure, ...more] = elements(parsed({ ...CLEAN, violations: [VIOLATION, second] }), 'failure');
    expect(more).toEqual([]);
    expect(failure.getAttribute('message')).toBe(`the container keeps capabilities: ${VIOLATION.path} (and 1 other)`);
    expect(failure.textContent).toContain(VIOLATION.path);
    expect(failure.textContent).toContain(second.path);
  });

  test('an error hides no violation of the same name', () => {
    const unchecked = [{ ...RICH.unchecked[0], what: 'Deployment shop/api: drop-capabilities', origin: VIOLATION.origin }];
    const [error] = elements(parsed({ ...CLEAN, violations: [VIOLATION], unchecked }), 'error');
    expect(error.getAttribute('message')).toBe('the YAML ends inside a string (and 1 other)');
    expect(error.textContent).toContain(VIOLATION.path);
  });

  test('a skipped test case says why, to readers of attributes and of text', () => {
    const [skipped] = elements(parsed({ ...CLEAN, excepted: RICH.excepted }), 'skipped');
    expect(skipped.getAttribute('message')).toBe('excepted: needs NET_ADMIN until the CNI is replaced (approved by security@example.com, until 2027-01-31)');
    expect(skipped.textContent).toBe(skipped.getAttribute('message'));
  });

  test.each([['hostile', HOSTILE], ['huge', HUGE]])('is well-formed XML whatever the input holds: %s', (_, text) => {
    const xml = junitReport(resultWith(text), { rules: RULES });
    expect(elements(parseXml(xml), 'testcase')).toHaveLength(5);
    expect(elements(parseXml(xml), 'script')).toEqual([]);
    expect(xml).not.toMatch(/\]\]>|##(\[|vso\[)/);
    expect(xml.replaceAll('\n', '').replaceAll('👩‍💻', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(xml.length).toBeLessThan(200_000);
  });

  test('is the same each time, and has no time in it', () => {
    expect(junitReport(RICH)).toBe(junitReport(structuredClone(RICH)));
    expect(junitReport(RICH)).not.toMatch(/timestamp|hostname/);
  });
});
