import { ObjectLock, ObjectLockMode } from '../../lib/profile/object-lock';
import { expectRefusal } from '../support/refusal';

describe('ObjectLock', () => {
  test('a COMPLIANCE lock names who decided it', () => {
    const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });

    expect(lock.mode).toBe(ObjectLockMode.COMPLIANCE);
    expect(lock.acknowledgedBy).toBe('ciso@company.com');
    expect(Object.isFrozen(lock)).toBe(true);
  });

  test('a GOVERNANCE lock names nobody', () => {
    expect(ObjectLock.governance()).toMatchObject({ mode: ObjectLockMode.GOVERNANCE, acknowledgedBy: undefined });
    expect(Object.isFrozen(ObjectLock.governance())).toBe(true);
  });

  test('the modes are those of the S3 API', () => {
    expect(Object.values(ObjectLockMode)).toEqual(['COMPLIANCE', 'GOVERNANCE']);
  });

  test.each<[unknown, unknown]>([[undefined, undefined], [null, undefined], [{}, undefined], [{ acknowledgedBy: '' }, ''], [{ acknowledgedBy: ' \n' }, ' \n'], [{ acknowledgedBy: true }, true], [{ acknowledgedBy: ['ciso'] }, ['ciso']]])('refuses %j as an acknowledgement', (props, value) => {
    expectRefusal(() => ObjectLock.compliance(props as never), { path: 'ObjectLock.compliance', value, rule: 'control AU5', remedy: "acknowledgedBy: 'ciso@example.com'" });
  });
});
