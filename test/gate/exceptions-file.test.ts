import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { readExceptions } from '../../lib/gate/exceptions-file';
import type { GateRule } from '../../lib/gate/gate-rule';
import { expectRefusal } from '../support/refusal';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exceptions-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const RULES: readonly GateRule[] = [
  { id: 'ingress-tls', purpose: 'p', control: Control.TX1_INGRESS, reference: 'r' },
  { id: 'host-path', purpose: 'p', control: Control.PS1_PSA, reference: 'r' },
];
const ENTRY = '- rule: ingress-tls\n  object: Ingress/shop/web\n  reason: ends in March\n  approver: Security Officer\n  expires: 2027-01-31\n';

function read(text: string | Uint8Array): readonly ControlException[] {
  fs.writeFileSync(path.join(folder, 'e.yaml'), text);
  return readExceptions('e.yaml', folder, RULES);
}

test('an entry is a ControlException of its rule\'s control', () => {
  const [exception] = read(ENTRY);
  expect(exception).toBeInstanceOf(ControlException);
  expect(exception).toEqual({ control: 'TX1', rule: 'ingress-tls', object: 'Ingress/shop/web', reason: 'ends in March', approver: 'Security Officer', expires: '2027-01-31' });
});

test.each([
  ['a date in quotes', ENTRY.replace('2027-01-31', "'2027-01-31'")],
  ['a control that is written out', `${ENTRY}  control: TX1\n`],
  ['JSON', JSON.stringify([{ rule: 'ingress-tls', object: 'Ingress/shop/web', reason: 'ends in March', approver: 'Security Officer', expires: '2027-01-31' }])],
  ['an order mark of Windows', `\uFEFF${ENTRY}`],
])('%s says the same', (_what, text) => expect(read(text)).toEqual(read(ENTRY)));

test('two rules of one object, and an address of Terraform', () => {
  const other = ENTRY.replace('ingress-tls', 'host-path');
  expect(read(`${ENTRY}${other}${other.replace('Ingress/shop/web', 'aws_s3_bucket.exports')}`).map(({ object }) => object)).toEqual(['Ingress/shop/web', 'Ingress/shop/web', 'aws_s3_bucket.exports']);
});

test.each([['nothing', ''], ['comments', '# none yet\n'], ['an empty list', '[]\n']])('%s is no exception', (_what, text) => expect(read(text)).toEqual([]));

test.each<[string, string, { path: string; value: unknown; rule?: string; remedy: string }]>([
  ['a mapping', 'rule: ingress-tls\n', { path: 'e.yaml:1', value: { rule: 'ingress-tls' }, remedy: "'- rule: ingress-tls'" }],
  ['a text', 'ingress-tls\n', { path: 'e.yaml:1', value: 'ingress-tls', remedy: 'write a list' }],
  ['an entry that is none', `${ENTRY}- ingress-tls\n`, { path: 'e.yaml:6', value: 'ingress-tls', remedy: 'give an object of: rule' }],
  ['an entry that is empty', `${ENTRY}-\n`, { path: 'e.yaml:6', value: null, remedy: 'give an object of: rule' }],
  ['an unknown field', `${ENTRY}  expiry: 2027-01-31\n`, { path: 'e.yaml:6', value: 'expiry', remedy: 'use one of: rule, object' }],
  ['__proto__', `${ENTRY}  __proto__: {}\n`, { path: 'e.yaml:6', value: '__proto__', remedy: 'use one of' }],
  ['an unknown rule', ENTRY.replace('ingress-tls', 'ingres-tls'), { path: 'e.yaml:1', value: 'ingres-tls', remedy: 'ingress-tls, host-path' }],
  ['an object without a kind', ENTRY.replace('Ingress/shop/web', 'web'), { path: 'e.yaml:2', value: 'web', remedy: 'Deployment/healthcare-prod/legacy-gateway' }],
  ['every object', ENTRY.replace('Ingress/shop/web', "'*'"), { path: 'e.yaml:2', value: '*', remedy: 'Deployment/healthcare-prod/legacy-gateway' }],
  ['a reason that is blank', ENTRY.replace('ends in March', "' '"), { path: 'e.yaml:3', value: ' ', rule: 'reason is required', remedy: 'give a non-empty reason' }],
  ['a number for an approver', ENTRY.replace('Security Officer', '7'), { path: 'e.yaml:4', value: 7, rule: 'approver is required', remedy: 'non-empty approver' }],
  ['no approver', ENTRY.replace('  approver: Security Officer\n', ''), { path: 'e.yaml:1', value: undefined, rule: 'approver is required', remedy: 'non-empty approver' }],
  ['no end', ENTRY.replace('  expires: 2027-01-31\n', ''), { path: 'e.yaml:1', value: undefined, rule: 'expires is required', remedy: 'non-empty expires' }],
  ['a day that there is not', ENTRY.replace('2027-01-31', '2027-02-30'), { path: 'e.yaml:5', value: '2027-02-30', rule: 'ISO 8601', remedy: 'YYYY-MM-DD' }],
  ['a moment', ENTRY.replace('2027-01-31', '2027-01-31T00:00:00Z'), { path: 'e.yaml:5', value: '2027-01-31T00:00:00Z', rule: 'ISO 8601', remedy: 'YYYY-MM-DD' }],
  ['another date format', ENTRY.replace('2027-01-31', '31.01.2027'), { path: 'e.yaml:5', value: '31.01.2027', rule: 'ISO 8601', remedy: 'YYYY-MM-DD' }],
  ['never', ENTRY.replace('2027-01-31', 'null'), { path: 'e.yaml:5', value: undefined, rule: 'expires is required', remedy: 'non-empty expires' }],
  ['a timestamp of YAML 1.1', ENTRY.replace('2027-01-31', '!!timestamp 2027-01-31'), { path: 'e.yaml:5', value: expect.any(Date), rule: 'expires is required', remedy: 'non-empty expires' }],
  ['a tag that nobody knows', ENTRY.replace('2027-01-31', '!day 2027-01-31'), { path: 'e.yaml:5', value: expect.stringContaining('tag'), rule: 'read whole', remedy: 'mend it' }],
  ['another control', `${ENTRY}  control: PS1\n`, { path: 'e.yaml:6', value: 'PS1', remedy: 'write TX1, or leave control out' }],
  ['the same twice', `${ENTRY}${ENTRY.replace('2027-01-31', '2029-01-31')}`, { path: 'e.yaml:6', value: 'ingress-tls', remedy: 'keep the one that holds' }],
  ['a field twice', `${ENTRY}  reason: another\n`, { path: 'e.yaml:6', value: expect.stringContaining('unique'), rule: 'read whole', remedy: 'mend it' }],
  ['YAML that is none', `${ENTRY}- [\n`, { path: 'e.yaml:', value: expect.any(String), rule: 'read whole', remedy: 'mend it' }],
  ['a second document', `${ENTRY}---\n${ENTRY}`, { path: 'e.yaml', value: 2, rule: 'read whole', remedy: 'keep one' }],
])('%s is refused, with file and line', (_what, text, refusal) => expectRefusal(() => read(text), { rule: '164.306(d)(3)', ...refusal }));

test('a duplicate names the first', () => expect(() => read(`${ENTRY}${ENTRY}`)).toThrow('a second exception of Ingress/shop/web; the first is at e.yaml:1'));

test('a file that is not there, or no text, is refused', () => {
  expectRefusal(() => readExceptions('missing.yaml', folder, RULES), { path: 'missing.yaml', value: 'ENOENT', rule: 'read whole', remedy: 'name a file' });
  expectRefusal(() => readExceptions('.', folder, RULES), { path: '.', value: 'EISDIR', rule: 'read whole', remedy: 'name a file' });
  expectRefusal(() => read(Uint8Array.of(0xff, 0xfe, 0x61)), { path: 'e.yaml', value: 'ERR_ENCODING_INVALID_ENCODED_DATA', rule: 'read whole', remedy: 'name a file of text' });
});

test('a tree of aliases without end is refused', () => {
  const bomb = Array.from({ length: 12 }, (_, level) => `a${level}: &a${level} [${level === 0 ? 'x' : Array(9).fill(`*a${level - 1}`).join(', ')}]`).join('\n');
  expectRefusal(() => read(`- ${bomb.replaceAll('\n', '\n  ')}`), { path: 'e.yaml', value: expect.stringContaining('alias'), rule: 'read whole', remedy: 'mend it' });
});
