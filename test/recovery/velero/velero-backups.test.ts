import { VeleroBackups, type VeleroBackupsProps } from '../../../lib/recovery/velero/velero-backups';
import { Chart, Testing } from 'cdk8s';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { environmentOf } from '../../support/fake-kubectl';
import { eksProfile, IMAGE, selfManagedProfile } from '../../support/profiles';
import { expectRefusal } from '../../support/refusal';

const RIGHT: VeleroBackupsProps = {
  platform: eksProfile().platform, cluster: 'healthcare-cluster', phiNamespaces: ['healthcare-prod', 'patient-data'], bucket: 'hipaa-backups', region: 'us-west-2', schedule: '0 */6 * * *',
  objectives: { rpoHours: 6, rtoHours: 4 },
};
const SELF_MANAGED = selfManagedProfile().platform;
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new VeleroBackups(chart, 'Backups', { ...RIGHT, ...changes }));
const specOf = (manifests: Manifest[], kind: string): Manifest['spec'] => manifests.find((manifest) => manifest.kind === kind)?.spec;

describe('VeleroBackups', () => {
  test('tells Velero where and when', () => {
    expect(synth()).toMatchSnapshot();
    expect(specOf(synth(), 'VolumeSnapshotLocation').config).toEqual({ region: 'us-east-1' });
  });

  test('copies files where there are no snapshots of EBS', () => {
    const manifests = synth({ platform: SELF_MANAGED });

    expect(specOf(manifests, 'VolumeSnapshotLocation')).toBeUndefined();
    expect(specOf(manifests, 'Schedule').template).toMatchObject({ snapshotVolumes: false, defaultVolumesToFsBackup: true, resourcePolicy: { kind: 'configmap', name: 'hipaa-phi-volumes' } });
  });

  test('takes every prop', () => {
    const props: Required<VeleroBackupsProps> = {
      ...RIGHT, managedBucket: true, snapshotVolumes: false, fileSystemBackup: true, ttlHours: 100, restoreTest: { image: IMAGE, schedule: '0 1 * * *', minimumObjects: 7, phiNamespaces: ['patient-data'], scratchStorageClass: 'scratch' },
      recordReaders: ['oidc:auditors'], namespace: 'backups',
    };
    const manifests = synth(props);
    const [job, ...others] = manifests.filter(({ kind }) => kind === 'CronJob');

    expect(others).toEqual([]);
    expect(job.spec.schedule).toBe('0 1 * * *');
    expect(environmentOf(job)).toMatchObject({ VELERO_NAMESPACE: 'backups', PHI_NAMESPACE: 'patient-data', MINIMUM_OBJECTS: '7', RESTORE_SECONDS: '14400', BACKUP_SCHEDULE: 'hipaa-phi' });
    expect(JSON.stringify(manifests.find(({ metadata }) => metadata.name === 'restore-test-patient-data-volumes')!.data)).toContain('scratch');
    expect(manifests.filter(({ kind, metadata }) => ['BackupStorageLocation', 'Schedule'].includes(kind) && metadata.namespace === 'backups')).toHaveLength(2);
    expect(specOf(manifests, 'Schedule').template).toMatchObject({ ttl: '100h0m0s', snapshotVolumes: false, defaultVolumesToFsBackup: true });
    expect(manifests.some(({ kind, subjects }) => kind === 'RoleBinding' && subjects[0].name === 'oidc:auditors')).toBe(true);
  });

  test('tests each PHI namespace, with one namespace for the jobs', () => {
    const manifests = synth({ restoreTest: { image: IMAGE } });
    const all = (kind: string): string[] => manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);

    expect(all('CronJob')).toEqual(['restore-test-healthcare-prod', 'restore-test-patient-data']);
    expect(all('Namespace')).toEqual(['hipaa-restore-test', 'healthcare-prod-restore-test', 'patient-data-restore-test']);
    expect(manifests.filter(({ kind }) => kind === 'CronJob').map(({ spec }) => spec.schedule as string)).toEqual(['0 3 * * 0', '0 12 * * 0']);
    const identities = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(identities).size).toBe(identities.length);
  });

  test('claims what its parts claim', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new VeleroBackups(chart, 'Backups', RIGHT);

    expect(claimsBelow(chart)).toEqual(['implements CP1', 'implements CP2', 'left-open CP1'].map((claim) => `Test/Backups/Schedule/Resource ${claim}`));
  });

  test.each<[string, object, unknown, string, string]>([
    ['snapshots without EBS', { platform: SELF_MANAGED, snapshotVolumes: true }, SELF_MANAGED.label, 'Amazon EBS', 'files of volumes'],
    ['volumes in no way', { snapshotVolumes: false }, { snapshotVolumes: false, fileSystemBackup: false }, 'CP1', 'fileSystemBackup'],
    ['no platform', { platform: undefined }, undefined, 'platform is required', 'Platform.eks()'],
    ['a cluster that is no folder', { cluster: '../other' }, '../other', 'RFC 1123', 'a-z'],
    ['a test of what is not backed up', { restoreTest: { image: IMAGE, phiNamespaces: ['default'] } }, 'default', 'CP3', 'patient-data'],
    ['tests that do not fit into a day', { restoreTest: { image: IMAGE, schedule: '0 1 * * *' }, objectives: { rpoHours: 6, rtoHours: 8 } }, '0 1 * * *', 'CP3', 'less often than every 24 hours'],
    ['tests of a copy of files without a class', { platform: SELF_MANAGED, restoreTest: { image: IMAGE } }, undefined, 'scratchStorageClass is required', 'reclaim policy Delete'],
    ['objectives that are none', { objectives: { rpoHours: 6 } }, undefined, 'control CP2', '1 to 336'],
    ['another field', { prefix: 'x' }, 'prefix', 'no other field', 'bucket'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Backups', value, rule, remedy });
  });
});
