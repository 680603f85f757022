import { checkDetection, type DetectionSettings } from '../../lib/profile/detection-settings';
import { expectRefusal } from '../support/refusal';

const all: Required<DetectionSettings> = { guardDutyDetectorId: '0123456789abcdef'.repeat(2), configurationRecorder: true };

test('takes every setting, or none', () => {
  expect(() => checkDetection('P', all)).not.toThrow();
  expect(() => checkDetection('P', {})).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ guardDutyDetectorId: 'abc' }, 'abc', 'Amazon GuardDuty', 'list-detectors'],
  [{ guardDutyDetectorId: 5 }, 5, 'Amazon GuardDuty', 'list-detectors'],
  [{ configurationRecorder: 'yes' }, 'yes', 'AWS Config', 'true or false'],
  [{ macie: true }, 'macie', 'no other field', 'configurationRecorder'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkDetection('P', { ...all, ...changes }), { path: 'P', value, rule, remedy });
});
