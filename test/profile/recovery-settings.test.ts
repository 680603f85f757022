import { ObjectLock } from '../../lib/profile/object-lock';
import { checkRecovery, type RecoverySettings } from '../../lib/profile/recovery-settings';
import { expectRefusal } from '../support/refusal';

const all: Required<RecoverySettings> = { region: 'us-west-2', vaultLock: ObjectLock.governance(), retentionDays: 35, objectives: { rpoHours: 6, rtoHours: 4 }, volumeEveryHours: 6, veleroServiceAccount: 'velero-server' };

test('takes a second region', () => {
  expect(() => checkRecovery('P', all, 'us-east-1')).not.toThrow();
  expect(() => checkRecovery('P', { ...all, region: 'us-gov-east-1' }, 'us-gov-west-1')).not.toThrow();
});

test.each([1, 2, 3, 4, 6, 8, 12, 24])('takes backups of volumes every %i hours', (volumeEveryHours) => {
  expect(() => checkRecovery('P', { ...all, volumeEveryHours }, 'us-east-1')).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ region: 'us-east-1' }, 'us-east-1', 'control CP4', 'another region'],
  [{ region: 'us-gov-west-1' }, 'us-gov-west-1', 'partitions share no credentials', 'partition aws'],
  [{ region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
  [{ vaultLock: 'COMPLIANCE' }, 'COMPLIANCE', 'control CP1', 'ObjectLock.compliance()'],
  [{ retentionDays: 1 }, 1, 'AWS Backup', '7 to 36500'],
  [{ objectives: { rpoHours: 0, rtoHours: 4 } }, 0, 'control CP2', '1 to 336'],
  ...[0, 5, 7, 10, 48, 1.5, '6', NaN].map((volumeEveryHours): [object, unknown, string, string] => [{ volumeEveryHours }, volumeEveryHours, 'control CP2', 'use one of: 1, 2, 3, 4, 6, 8, 12, 24']),
  [{ veleroServiceAccount: '*' }, '*', 'RFC 1123', 'a-z'],
  [{ bucket: 'b' }, 'bucket', 'no other field', 'vaultLock'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkRecovery('P', { ...all, ...changes }, 'us-east-1'), { path: 'P', value, rule, remedy });
});
