import { checkRecoveryObjectives, type RecoveryObjectives } from '../../lib/profile/recovery-objectives';
import { expectRefusal } from '../support/refusal';

const RIGHT: Required<RecoveryObjectives> = { rpoHours: 6, rtoHours: 4 };

test('objectives within two weeks are taken', () => {
  expect(() => checkRecoveryObjectives('Test', RIGHT)).not.toThrow();
});

test.each<[string, object, unknown, string]>([
  ['no recovery point', { rtoHours: 4 }, undefined, '1 to 336'],
  ['a recovery point of nothing', { ...RIGHT, rpoHours: 0 }, 0, '1 to 336'],
  ['half an hour', { ...RIGHT, rpoHours: 0.5 }, 0.5, '1 to 336'],
  ['a recovery time of a month', { ...RIGHT, rtoHours: 720 }, 720, '1 to 336'],
  ['another field', { ...RIGHT, rpo: 1 }, 'rpo', 'rpoHours, rtoHours'],
])('%s is refused', (_what, objectives, value, remedy) => {
  expectRefusal(() => checkRecoveryObjectives('Test', objectives as RecoveryObjectives), { path: 'Test', value, rule: '308(a)(7)(ii)(B)', remedy });
});
