import { checkSessions, type SessionSettings } from '../../lib/profile/session-settings';
import { expectRefusal } from '../support/refusal';

const all: Required<SessionSettings> = { documentName: 'care-session', importDocument: true };

test('takes every setting, or none', () => {
  expect(() => checkSessions('P', all)).not.toThrow();
  expect(() => checkSessions('P', {})).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ documentName: '' }, '', 'documentName is required', 'non-empty'],
  [{ importDocument: 'yes' }, 'yes', 'import blocks', 'leave it out'],
  [{ bucket: 'b' }, 'bucket', 'no other field', 'documentName'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkSessions('P', { ...all, ...changes }), { path: 'P', value, rule, remedy });
});
