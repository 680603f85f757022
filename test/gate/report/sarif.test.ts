import { Control } from '../../../lib/controls/control';
import type { GateResult, GateViolation, ObjectOrigin } from '../../../lib/gate/gate-result';
import { sarifReport } from '../../../lib/gate/report/sarif';
import { APPROVED_IMAGES, BUCKET_KMS, CLEAN, DROP_CAPABILITIES, EMPTY, HOSTILE, HUGE, INGRESS_TLS, resultWith, RICH, VIOLATION } from './results';

interface Text { text: string; markdown?: string }
interface Physical { artifactLocation: { uri: string; uriBaseId?: string }; region: { startLine: number; startColumn?: number } }
interface Location { physicalLocation: Physical; logicalLocations?: { fullyQualifiedName: string }[] }
interface Result {
  ruleId: string; ruleIndex: number; level: string; message: Text; locations: Location[]; relatedLocations?: Location[];
  partialFingerprints: Record<string, string>; suppressions?: { kind: string; status: string; justification: string }[];
}
interface Notification { level: string; message: Text; locations?: Location[]; associatedRule?: { id: string; index: number } }
interface Rule { id: string; shortDescription: Text; fullDescription: Text; help: Text; defaultConfiguration: { level: string }; properties: { tags: string[]; precision: string } }
interface Run {
  tool: { driver: { name: string; semanticVersion: string; rules: Rule[] } }; results: Result[]; originalUriBaseIds: Record<string, unknown>;
  invocations: { executionSuccessful: boolean; toolExecutionNotifications: Notification[]; toolConfigurationNotifications: Notification[] }[];
}

const OPTIONS = { toolVersion: '0.1.0' };
const runOf = (result: GateResult, options: Parameters<typeof sarifReport>[1] = OPTIONS) => (JSON.parse(sarifReport(result, options)) as { runs: [Run] }).runs[0];
const resultsOf = (...violations: GateViolation[]) => runOf({ ...CLEAN, violations }).results;
const locationOf = (origin: ObjectOrigin) => resultsOf({ ...VIOLATION, origin })[0].locations[0].physicalLocation;
const fingerprints = (...violations: GateViolation[]) => resultsOf(...violations).map((result) => result.partialFingerprints.primaryLocationLineHash);

describe('sarifReport', () => {
  test('is a SARIF log of one run', () => {
    expect(sarifReport(RICH, OPTIONS)).toMatchSnapshot();
  });

  test.each<[string, GateResult]>([
    ['rich', RICH],
    ['clean', CLEAN],
    ['empty', EMPTY],
    ['hostile', resultWith(HOSTILE)],
    ['huge', resultWith(HUGE)],
    ['no places', { ...RICH, violations: RICH.violations.map((violation) => ({ ...violation, origin: {} })) }],
  ])('has what code scanning demands: %s', (_, result) => {
    expect(JSON.parse(sarifReport(result, OPTIONS))).toMatchObject({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' });
    const { tool: { driver }, results, originalUriBaseIds, invocations } = runOf(result);
    expect(driver).toMatchObject({ name: 'cdk8s-hipaa', semanticVersion: '0.1.0' });
    expect(results).toHaveLength(result.violations.length + result.excepted.length);
    for (const rule of driver.rules) {
      for (const text of [rule.shortDescription.text, rule.fullDescription.text]) expect(text).toMatch(/^[^]{1,1024}$/);
      expect(rule.help.text).not.toBe('');
      expect(rule.help.markdown).not.toBe('');
      expect(rule.properties.tags.length).toBeLessThanOrEqual(10);
      expect(['very-high', 'high', 'medium', 'low']).toContain(rule.properties.precision);
    }
    const places = [...results, ...invocations[0].toolExecutionNotifications].flatMap((one) => one.locations ?? []).map((location) => location.physicalLocation);
    for (const { artifactLocation, region } of places) {
      expect(artifactLocation.uri).toMatch(/^([A-Za-z0-9._~!'()*/-]|%[0-9A-F]{2})+$/);
      expect(Object.keys(originalUriBaseIds)).toContain(artifactLocation.uriBaseId);
      expect(region.startLine).toBeGreaterThanOrEqual(1);
    }
    for (const one of results) {
      expect(driver.rules[one.ruleIndex].id).toBe(one.ruleId);
      expect(one.locations).toHaveLength(1);
      expect(one.message.text).not.toBe('');
      expect(one.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:\d+$/);
    }
  });

  test('a rule says its control and reference, and has no severity that would be stronger than a level', () => {
    const [rule] = runOf(RICH).tool.driver.rules;
    expect(rule.defaultConfiguration).toEqual({ level: 'error' });
    expect(rule.properties).toEqual({ tags: ['security', 'hipaa', Control.PS1_PSA, '45 CFR 164.312(a)(1)'], precision: 'high' });
    expect(rule.help.text).toContain('CIS Kubernetes 5.2.10');
    expect(rule.help.markdown).toContain('- **Control**: PS1 Pod Security restricted (45 CFR 164.312(a)(1), required)');
  });

  test('lists the rules that were asked first, each once', () => {
    const ids = (result: GateResult) => runOf(result, { ...OPTIONS, rules: [INGRESS_TLS, BUCKET_KMS] }).tool.driver.rules.map((rule) => rule.id);
    expect(ids(CLEAN)).toEqual([INGRESS_TLS.id, BUCKET_KMS.id]);
    expect(ids(RICH)).toEqual([INGRESS_TLS.id, BUCKET_KMS.id, DROP_CAPABILITIES.id, APPROVED_IMAGES.id]);
  });

  test.each<[string, ObjectOrigin, string, object]>([
    ['relative', { file: 'a/b.yaml', line: 7, column: 3 }, 'a/b.yaml', { startLine: 7, startColumn: 3 }],
    ['without a line', { file: 'a.yaml' }, 'a.yaml', { startLine: 1 }],
    ['a line before the first', { file: 'a.yaml', line: 0, column: 0 }, 'a.yaml', { startLine: 1, startColumn: 1 }],
    ['with detours', { file: './a//x/../b.yaml' }, 'a/b.yaml', { startLine: 1 }],
    ['above', { file: '../../a.yaml' }, '../../a.yaml', { startLine: 1 }],
    ['with characters that an address lacks', { file: 'a b/#1?%20:ü[x].yaml' }, 'a%20b/%231%3F%2520%3A%C3%BC%5Bx%5D.yaml', { startLine: 1 }],
    ['half a pair', { file: 'a\uD800.yaml' }, 'a%EF%BF%BD.yaml', { startLine: 1 }],
    ['the standard input', { file: '-', line: 9 }, 'standard-input', { startLine: 9 }],
    ['no file', {}, 'no-file', { startLine: 1 }],
    ['no file, but a construct', { createdAt: 'apps/main.ts:12:5' }, 'apps/main.ts', { startLine: 12, startColumn: 5 }],
    ['no file, and a construct without a column', { file: '-', createdAt: 'apps/main.ts:12' }, 'apps/main.ts', { startLine: 12 }],
    ['a construct from nowhere', { createdAt: '<anonymous>' }, 'no-file', { startLine: 1 }],
  ])('the place of a result: %s', (_, origin, uri, region) => {
    expect(locationOf(origin)).toEqual({ artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region });
  });

  test.each([
    ['/srv/my app/a.yaml', 'file:///srv/my%20app/a.yaml'],
    ['C:\\srv\\my app\\a.yaml', 'file:///C:/srv/my%20app/a.yaml'],
    ['C:/srv/a.yaml', 'file:///C:/srv/a.yaml'],
    ['\\\\server\\share\\a.yaml', 'file://server/share/a.yaml'],
  ])('an absolute path is an address of its own: %s', (file, uri) => {
    expect(locationOf({ file }).artifactLocation).toEqual({ uri });
  });

  test('names the construct, and where it was created', () => {
    const [{ locations, relatedLocations }] = resultsOf(VIOLATION);
    expect(locations[0].logicalLocations?.map((location) => location.fullyQualifiedName)).toEqual(['App/shop/Api/Resource', 'Deployment shop/api']);
    expect(relatedLocations?.map((location) => location.physicalLocation)).toEqual([
      { artifactLocation: { uri: 'apps/main.ts', uriBaseId: '%SRCROOT%' }, region: { startLine: 12, startColumn: 5 } },
    ]);
    const [{ toolExecutionNotifications: [unchecked] }] = runOf({ ...CLEAN, unchecked: [{ ...RICH.unchecked[0], origin: VIOLATION.origin }] }).invocations;
    expect(unchecked.locations?.[0]).toMatchObject({ physicalLocation: locations[0].physicalLocation, logicalLocations: [{ fullyQualifiedName: 'App/shop/Api/Resource' }] });
    expect(resultsOf({ ...VIOLATION, origin: { createdAt: 'apps/main.ts:12:5' } })[0]).not.toHaveProperty('relatedLocations');
  });

  test('a violation stays the same when lines, values and versions move', () => {
    const [before] = fingerprints(VIOLATION);
    expect(fingerprints({ ...VIOLATION, origin: { ...VIOLATION.origin, line: 99, column: 9, createdAt: 'apps/main.ts:80:1' } })).toEqual([before]);
    expect(fingerprints({ ...VIOLATION, value: 1, message: 'other', object: { ...VIOLATION.object, apiVersion: 'apps/v2' } })).toEqual([before]);
  });

  test.each<[string, Partial<GateViolation>]>([
    ['rule', { rule: INGRESS_TLS }],
    ['path', { path: 'spec.template.spec.containers[1].securityContext.capabilities' }],
    ['kind', { object: { ...VIOLATION.object, kind: 'DaemonSet' } }],
    ['group', { object: { ...VIOLATION.object, apiVersion: 'example.com/v1' } }],
    ['namespace', { object: { ...VIOLATION.object, namespace: 'billing' } }],
    ['name', { object: { ...VIOLATION.object, name: 'web' } }],
  ])('a violation is told from others by its %s', (_, change) => {
    const [first, second] = fingerprints(VIOLATION, { ...VIOLATION, ...change });
    expect(first.slice(0, 16)).not.toBe(second.slice(0, 16));
  });

  test('numbers violations that nothing else tells apart, in each file', () => {
    const hash = fingerprints(VIOLATION)[0].slice(0, 16);
    const elsewhere = { ...VIOLATION, origin: { file: 'other.yaml' } };
    expect(fingerprints(VIOLATION, elsewhere, VIOLATION)).toEqual([`${hash}:1`, `${hash}:1`, `${hash}:2`]);
  });

  test('an excepted violation is suppressed, with who approved it, and fails no pull request', () => {
    const [violation, , , excepted] = runOf(RICH).results;
    expect(violation).toMatchObject({ level: 'error' });
    expect(violation).not.toHaveProperty('suppressions');
    expect(excepted).toMatchObject({
      level: 'note',
      suppressions: [{ kind: 'external', status: 'accepted', justification: 'needs NET_ADMIN until the CNI is replaced (approved by security@example.com, until 2027-01-31)' }],
    });
  });

  test.each<[string, GateResult, boolean, string[]]>([
    ['clean', CLEAN, true, []],
    ['violations', { ...CLEAN, violations: [VIOLATION] }, true, []],
    ['not judged', { ...CLEAN, notJudged: RICH.notJudged }, true, []],
    ['unchecked', { ...CLEAN, unchecked: RICH.unchecked }, false, ['a document: the YAML ends inside a string. mend the document']],
    ['empty', EMPTY, false, ['Nothing was looked at.']],
  ])('the run succeeded only where everything was checked: %s', (_, result, executionSuccessful, messages) => {
    const [invocation] = runOf(result).invocations;
    expect(invocation.executionSuccessful).toBe(executionSuccessful);
    expect(invocation.toolExecutionNotifications.map((notification) => [notification.level, notification.message.text])).toEqual(messages.map((text) => ['error', text]));
  });

  test('tells of rules not judged and of warnings', () => {
    const { invocations: [{ toolConfigurationNotifications: [notJudged, warning] }], tool } = runOf(RICH);
    expect(notJudged).toMatchObject({ level: 'warning', message: { text: 'ingress-tls was not judged: no PHI namespace has an ingress class' } });
    expect(tool.driver.rules[notJudged.associatedRule?.index ?? -1].id).toBe('ingress-tls');
    expect(warning).toEqual({ level: 'warning', message: { text: RICH.warnings[0] } });
  });

  test('the input makes no link, no placeholder and no command of a message', () => {
    const text = sarifReport(resultWith(HOSTILE), OPTIONS);
    const messages = [...text.matchAll(/"(?:text|markdown)": (".*")/g)].map(([, message]) => JSON.parse(message) as string);
    expect(messages.filter((message) => message.includes('evil.example')).length).toBe(6);
    expect(messages.filter((message) => message.includes('](') || /(?<!\{)\{0\}/.test(message))).toEqual([]);
    expect(text).not.toMatch(/##(\[|vso\[)/);
    expect(text.replaceAll('\n', '').replaceAll('👩‍💻', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('is the same each time', () => {
    expect(sarifReport(RICH, OPTIONS)).toBe(sarifReport(structuredClone(RICH), OPTIONS));
  });
});
