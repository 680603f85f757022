import { checkBackups, settleBackups, type BackupContext, type BackupSettings, type RestoreTestSettings } from '../../lib/profile/backup-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import type { RecoverySettings } from '../../lib/profile/recovery-settings';
import { eksProfile, IMAGE, selfManagedProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const recovery: RecoverySettings = { region: 'us-west-2', vaultLock: ObjectLock.governance(), objectives: { rpoHours: 6, rtoHours: 4 } };
const EKS: BackupContext = { platform: eksProfile().platform, phiNamespaces: ['healthcare-prod', 'patient-data'], recovery };
const ELSEWHERE: BackupContext = { platform: selfManagedProfile().platform, phiNamespaces: ['patient-data'] };
const UNADDRESSED = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
const RIGHT: BackupSettings = { schedule: '0 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 } };
const OWN = { bucket: 'own-backups', region: 'us-west-2' };
const check = (changes: object = {}, context: BackupContext = EKS): void => checkBackups('Profile.backups', { ...RIGHT, ...changes }, context);
const TEST: Required<RestoreTestSettings> = { image: IMAGE, schedule: '0 3 1 * *', minimumObjects: 5, phiNamespaces: ['patient-data'], scratchStorageClass: 'scratch' };
const SNAPSHOT_TEST: RestoreTestSettings = { image: IMAGE, schedule: '0 3 1 * *', minimumObjects: 5, phiNamespaces: ['patient-data'] };

describe('BackupSettings', () => {
  test.each<[string, object, BackupContext]>([
    ['the least, on EKS', {}, EKS],
    ['volumes both ways', { snapshotVolumes: true, fileSystemBackup: true, ttlHours: 100 }, EKS],
    ['files alone', { snapshotVolumes: false, fileSystemBackup: true }, EKS],
    ['a bucket of its own without recovery', OWN, { ...EKS, recovery: undefined }],
    ['a restore test with its defaults', { restoreTest: { image: IMAGE } }, EKS],
    ['a restore test with everything', { restoreTest: SNAPSHOT_TEST }, EKS],
    ['a restore test of files', { fileSystemBackup: true, restoreTest: TEST }, EKS],
    ['a cluster of its own', { ...OWN, restoreTest: TEST }, ELSEWHERE],
  ])('takes %s', (_what, changes, context) => {
    expect(() => check(changes, context)).not.toThrow();
  });

  test('takes every field', () => {
    const settings: Required<BackupSettings> = { ...RIGHT, ...OWN, ttlHours: 100, snapshotVolumes: true, fileSystemBackup: true, restoreTest: TEST };

    expect(() => checkBackups('Profile.backups', settings, { ...EKS, recovery: undefined })).not.toThrow();
  });

  test('settles what is left out', () => {
    const { names } = eksProfile();

    expect(settleBackups(RIGHT, EKS.platform, names, recovery)).toEqual({ bucket: names.backupBucket, region: 'us-west-2', snapshotVolumes: true, fileSystemBackup: false, managedBucket: true });
    expect(settleBackups({ ...RIGHT, ...OWN }, ELSEWHERE.platform, names, undefined)).toEqual({ ...OWN, snapshotVolumes: false, fileSystemBackup: true, managedBucket: false });
    const files = { snapshotVolumes: false, fileSystemBackup: true };
    expect(settleBackups({ ...RIGHT, ...OWN, ...files }, EKS.platform, names, undefined)).toMatchObject(files);
  });

  const label = ELSEWHERE.platform.label;
  test.each<[string, object, BackupContext, unknown, string, string]>([
    ['too seldom', { schedule: '0 */7 * * *' }, EKS, '0 */7 * * *', 'CP2', 'raise rpoHours to 7'],
    ['by words', { schedule: '@daily' }, EKS, '@daily', 'cron', 'UTC'],
    ['no objectives', { objectives: {} }, EKS, undefined, 'control CP2', '1 to 336'],
    ['objectives below those that were agreed', { schedule: '0 0 * * *', objectives: { rpoHours: 24, rtoHours: 4 } }, EKS, 24, 'CP2', 'at most 6'],
    ['a recovery time above the one that was agreed', { objectives: { rpoHours: 6, rtoHours: 5 } }, EKS, 5, 'CP2', 'at most 4'],
    ['gone before the next', { ttlHours: 3 }, EKS, 3, 'control CP1', '12 to 87600'],
    ['no volumes', { snapshotVolumes: false }, EKS, { snapshotVolumes: false, fileSystemBackup: undefined }, 'CP1', 'to true'],
    ['no files where nothing is snapshotted', { ...OWN, fileSystemBackup: false }, ELSEWHERE, { snapshotVolumes: undefined, fileSystemBackup: false }, 'CP1', 'to true'],
    ['snapshots without EBS', { ...OWN, snapshotVolumes: true }, ELSEWHERE, label, 'Amazon EBS', 'files of volumes'],
    ['a word for a flag', { fileSystemBackup: 'yes' }, EKS, 'yes', 'Velero', 'true or false'],
    ['a bucket beside the one of recovery', { bucket: 'own-backups' }, EKS, 'own-backups', 'control CP1', 'leave bucket out'],
    ['a region beside the one of recovery', { region: 'us-west-2' }, EKS, 'us-west-2', 'control CP1', 'leave region out'],
    ['no bucket', { region: 'us-west-2' }, ELSEWHERE, undefined, 'bucket is required', 'second region'],
    ['no region', { bucket: 'own-backups' }, ELSEWHERE, undefined, 'region is required', 'second region'],
    ['a bucket that is none', { ...OWN, bucket: 'A' }, ELSEWHERE, 'A', 'bucket naming', '3 to 63'],
    ['a region that is none', { ...OWN, region: 'mars' }, ELSEWHERE, 'mars', 'AWS regions', 'us-east-1'],
    ['another field', { namespaces: [] }, EKS, 'namespaces', 'no other field', 'schedule'],
    ['a test by a tag', { restoreTest: { image: 'registry.example.com/kubectl:1' } }, EKS, 'registry.example.com/kubectl:1', 'control PS3', '@sha256'],
    ['a test a year', { restoreTest: { image: IMAGE, schedule: '0 0 1 1 *' } }, EKS, '0 0 1 1 *', 'CP3', '93 days'],
    ['a test of nothing', { restoreTest: { image: IMAGE, minimumObjects: 0 } }, EKS, 0, 'control CP3', '1 to 100000'],
    ['a test of a foreign namespace', { restoreTest: { image: IMAGE, phiNamespaces: ['default'] } }, EKS, ['default'], 'control CP3', 'healthcare-prod, patient-data'],
    ['a test of no namespace', { restoreTest: { image: IMAGE, phiNamespaces: [] } }, EKS, [], 'control CP3', 'each once'],
    ['a test where nobody said where the API server answers', { ...OWN, restoreTest: { image: IMAGE, scratchStorageClass: 'scratch' } }, { ...ELSEWHERE, platform: UNADDRESSED }, undefined, 'platform.apiServerCidrs is required', '10.96.0.1/32'],
    ['addresses of one test', { restoreTest: { image: IMAGE, apiServerCidrs: ['10.0.0.10/32'] } }, EKS, 'apiServerCidrs', 'no other field', 'image'],
    ['files that are written back nowhere', { ...OWN, restoreTest: { image: IMAGE } }, ELSEWHERE, undefined, 'scratchStorageClass is required', 'reclaim policy Delete'],
    ['a class for snapshots', { restoreTest: TEST }, EKS, 'scratch', 'the class that it had', 'leave scratchStorageClass out'],
    ['a class that is none', { ...OWN, restoreTest: { ...TEST, scratchStorageClass: "a'" } }, ELSEWHERE, "a'", 'RFC 1123', 'a-z'],
    ['tests that wait for each other', { restoreTest: { image: IMAGE, schedule: '0 3,15 * * *' } }, EKS, '0 3,15 * * *', 'one backup at a time', "'0 3 * * 0'"],
    ['another field of a test', { restoreTest: { image: IMAGE, namespace: 'x' } }, EKS, 'namespace', 'no other field', 'image'],
  ])('refuses %s', (_what, changes, context, value, rule, remedy) => {
    expectRefusal(() => check(changes, context), { path: 'Profile.backups', value, rule, remedy });
  });
});
