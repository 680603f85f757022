import { Attestation, type AttestationProps } from '../../lib/controls/attestation';
import { Control } from '../../lib/controls/control';
import { expectRefusal } from '../support/refusal';

const props: Required<AttestationProps> = { control: Control.EV2_ATTEST, statement: 'risk analysis RA-7', by: 'ciso@company.com', on: '2026-02-01', until: '2027-02-01' };
const make = (changes: object): Attestation => new Attestation({ ...props, ...changes });
const path = 'Attestation(EV2)';

describe('Attestation', () => {
  test('takes every prop, and is frozen', () => {
    const attestation = new Attestation(props);

    expect({ ...attestation }).toEqual(props);
    expect(Object.isFrozen(attestation)).toBe(true);
  });

  test.each([['2026-01-31', true], ['2026-02-01', false], ['2026-12-31', false], ['2027-02-01', false], ['2027-02-02', true]])('holds from its first through its last day: expired on %s: %s', (asOf, expected) => {
    expect(make({}).isExpired(asOf)).toBe(expected);
  });

  test.each<[unknown]>([['2026-2-1'], ['today'], [''], [undefined], [20260301]])('is judged by a date, not %j', (asOf) => {
    expectRefusal(() => make({}).isExpired(asOf as never), { path, value: asOf, rule: 'ISO 8601', remedy: 'YYYY-MM-DD' });
  });

  test('may hold for a day, but not until before it was made', () => {
    expect(make({ until: '2026-02-01' }).isExpired('2026-02-01')).toBe(false);
    expectRefusal(() => make({ until: '2026-01-31' }), { path, value: '2026-01-31', rule: '164.316(b)(1)', remedy: '2026-02-01 or a later day' });
  });

  test.each<[unknown]>([['EV9'], [''], [undefined], [null]])('refuses the control %j', (control) => {
    expectRefusal(() => make({ control }), { path: `Attestation(${String(control)})`, value: control, rule: 'the catalogue', remedy: 'use one of: AU1' });
  });

  test.each(['statement', 'by'])('needs a %s', (prop) => {
    for (const value of ['', '\t', 5]) expectRefusal(() => make({ [prop]: value }), { path, value, rule: `${prop} is required`, remedy: `non-empty ${prop}` });
    expectRefusal(() => make({ [prop]: undefined }), { path, value: undefined, rule: `${prop} is required`, remedy: `non-empty ${prop}` });
  });

  test.each(['on', 'until'])('refuses a bad date in %s', (prop) => {
    for (const value of ['2026-02-30', 'forever', '', undefined, new Date(0)]) expectRefusal(() => make({ [prop]: value }), { path, value, rule: 'ISO 8601', remedy: 'YYYY-MM-DD' });
  });

  test('refuses an unknown field', () => {
    expectRefusal(() => make({ expires: '2027-01-01' }), { path, value: 'expires', rule: '164.316(b)(1)', remedy: 'control, statement, by, on, until' });
  });

  test.each<[unknown]>([[undefined], [null], ['EV2']])('refuses %j', (value) => {
    expectRefusal(() => new Attestation(value as never), { path: 'Attestation(undefined)', value, rule: '164.316(b)(1)', remedy: 'an object of' });
  });
});
