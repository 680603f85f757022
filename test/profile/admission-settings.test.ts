import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { AdmissionEngineKind } from '../../lib/profile/admission-engine';
import type { AdmissionSettings } from '../../lib/profile/admission-settings';
import { eksProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const profileWith = (admission: AdmissionSettings) => eksProfile({ admission });

describe('what admission is told', () => {
  test('is kept, every field of it', () => {
    const admission: Required<AdmissionSettings> = {
      engine: AdmissionEngineKind.API_SERVER, apiClients: [{ namespace: 'healthcare-prod', name: 'operator' }], tlsPorts: [8443], storageClasses: ['encrypted'], interactiveUsers: ['system:serviceaccount:velero:velero'],
    };

    expect(profileWith(admission).admission).toEqual(admission);
    expect(Object.isFrozen(profileWith(admission).admission)).toBe(true);
  });

  test.each<[string, object, unknown, string, string]>([
    ['an unknown field', { exclude: ['a'] }, 'exclude', 'no other field', 'engine'],
    ['an unknown engine', { engine: 'kyverno' }, 'kyverno', 'control PS2', 'AdmissionEngineKind.GATEKEEPER'],
    ['clients that are no list', { apiClients: 'a' }, 'a', 'control AC3', 'record-operator'],
    ['a client without a name', { apiClients: [{ namespace: 'a' }] }, undefined, 'RFC 1123', 'use at most'],
    ['a client with more', { apiClients: [{ namespace: 'a', name: 'b', pods: 1 }] }, 'pods', 'control AC3', 'namespace'],
    ['a port that is none', { tlsPorts: [0] }, 0, '1 to 65535', '65535'],
    ['classes that are no texts', { storageClasses: [5] }, 5, 'control AC3', 'encrypted'],
    ['users that are no list', { interactiveUsers: 'a' }, 'a', 'control AC3', 'velero'],
  ])('refuses %s', (_what, admission, value, rule, remedy) => {
    const path = _what.startsWith('a client') ? 'HipaaProfile.admission.apiClients' : 'HipaaProfile.admission';
    expectRefusal(() => profileWith(admission as AdmissionSettings), { path, value, rule, remedy });
  });
});

describe('exceptions of single objects', () => {
  const one = { control: Control.PS1_PSA, reason: 'moves', approver: 'ciso@company.com', expires: '2027-03-31' };
  const exempt = (object: string): ControlException => new ControlException({ ...one, rule: 'run-as-non-root', object });

  test('stand beside one of the whole control, and are none', () => {
    const profile = eksProfile({ exceptions: [exempt('Deployment/a/b'), exempt('Deployment/a/c')] });

    expect(profile.exceptionFor(Control.PS1_PSA)).toBeUndefined();
    expect(profile.exemptions.map(({ object }) => object)).toEqual(['Deployment/a/b', 'Deployment/a/c']);
    expect(eksProfile({ exceptions: [exempt('Deployment/a/b'), new ControlException(one)] }).exceptionFor(Control.PS1_PSA)?.rule).toBeUndefined();
  });

  test('are of an object once', () => {
    expectRefusal(() => eksProfile({ exceptions: [exempt('Deployment/a/b'), exempt('Deployment/a/b')] }), { path: 'HipaaProfile.exceptions', value: 'run-as-non-root Deployment/a/b', rule: '164.306(d)(3)', remedy: 'keep the one' });
  });
});
