import { Control } from '../../lib/controls/control';
import { ControlException, type ControlExceptionProps } from '../../lib/controls/exception';
import { expectRefusal } from '../support/refusal';

const props: Required<ControlExceptionProps> = { control: Control.TX2_MTLS, reason: 'TLS in the application', approver: 'ciso@company.com', expires: '2027-01-31', rule: 'ingress-tls', object: 'Ingress/healthcare-prod/portal' };
const make = (changes: object): ControlException => new ControlException({ ...props, ...changes });
const path = 'ControlException(TX2)';

describe('ControlException', () => {
  test('takes every prop, and is frozen', () => {
    const exception = new ControlException(props);

    expect({ ...exception }).toEqual(props);
    expect(Object.isFrozen(exception)).toBe(true);
  });

  test.each([['2027-01-30', false], ['2027-01-31', false], ['2027-02-01', true], ['2028-01-01', true], ['0001-01-01', false]])('holds through its last day: expired on %s: %s', (asOf, expected) => {
    expect(make({}).isExpired(asOf)).toBe(expected);
  });

  test.each<[unknown]>([['2027-1-30'], ['tomorrow'], [''], [undefined], [new Date(0)]])('is judged by a date, not %j', (asOf) => {
    expectRefusal(() => make({}).isExpired(asOf as never), { path, value: asOf, rule: 'ISO 8601', remedy: 'YYYY-MM-DD' });
  });

  test.each<[unknown]>([['TX9'], ['tx2'], [''], [undefined], [null], ['TX2_MTLS'], ['constructor']])('refuses the control %j', (control) => {
    expectRefusal(() => make({ control }), { path: `ControlException(${String(control)})`, value: control, rule: 'the catalogue', remedy: 'use one of: AU1' });
  });

  test.each(['reason', 'approver'])('needs a %s', (prop) => {
    for (const value of ['', '  ', 5, ['x']]) expectRefusal(() => make({ [prop]: value }), { path, value, rule: `${prop} is required`, remedy: `non-empty ${prop}` });
    for (const value of [undefined, null]) expectRefusal(() => make({ [prop]: value }), { path, value: undefined, rule: `${prop} is required`, remedy: `non-empty ${prop}` });
  });

  test.each<[unknown]>([['never'], ['2026-02-30'], ['31.01.2027'], [undefined], [new Date(0)], ['']])('refuses the expiry %j', (expires) => {
    expectRefusal(() => make({ expires }), { path, value: expires, rule: 'ISO 8601', remedy: 'YYYY-MM-DD' });
  });

  test('is of a control as a whole without rule and object', () => {
    const exception = make({ rule: undefined, object: undefined });

    expect([exception.rule, exception.object]).toEqual([undefined, undefined]);
  });

  test.each(['ClusterRole//admin', 'Pod/a/b', 'RoleBinding/healthcare-prod/oidc:x', 'aws_s3_bucket.exports', 'module.logs.aws_s3_bucket.a[0]', 'module.a["x y"].aws_kms_key.b'])('takes the object %s', (object) => {
    expect(make({ object }).object).toBe(object);
  });

  test.each<[unknown]>([['Deployment'], ['Deployment/a'], ['deployment/a/b'], ['Deployment/A/b'], ['Deployment/a/b/c'], ['Deployment/a/*\n'], ['*'], ['aws_s3_bucket'], [''], [5], [undefined], [null]])('refuses the object %j', (object) => {
    expectRefusal(() => make({ object }), { path, value: object, rule: '164.306(d)(3)', remedy: 'Deployment/healthcare-prod/legacy-gateway' });
  });

  test.each<[unknown]>([['Ingress TLS'], [''], ['ingress_tls'], [5], [undefined]])('refuses the rule %j', (rule) => {
    expectRefusal(() => make({ rule }), { path, value: rule, rule: '164.306(d)(3)', remedy: 'run-as-non-root' });
  });

  test('refuses an unknown field', () => {
    expectRefusal(() => make({ approved: true }), { path, value: 'approved', rule: '164.306(d)(3)', remedy: 'control, reason, approver, expires' });
  });

  test.each<[unknown]>([[undefined], [null], ['TX2']])('refuses %j', (value) => {
    expectRefusal(() => new ControlException(value as never), { path: 'ControlException(undefined)', value, rule: '164.306(d)(3)', remedy: 'an object of' });
  });
});
