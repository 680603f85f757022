import { Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { PhiBackupSchedule, type PhiBackupScheduleProps } from '../../../lib/recovery/velero/phi-backup-schedule';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const RIGHT: PhiBackupScheduleProps = { phiNamespaces: ['healthcare-prod', 'patient-data'], schedule: '0 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 } };
const FILES = { snapshotVolumes: false, fileSystemBackup: true };
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new PhiBackupSchedule(chart, 'Backup', { ...RIGHT, ...changes }));

describe('PhiBackupSchedule', () => {
  test('covers the namespaces, all of them, with their volumes', () => {
    expect(synth()).toMatchSnapshot();
    expect(synth()[0].spec.template).toMatchObject({ includedNamespaces: ['healthcare-prod', 'patient-data'], snapshotVolumes: true, storageLocation: 'default' });
    expect(synth()[0].spec.template.includeClusterResources).toBeUndefined();
  });

  test('takes every prop', () => {
    const props: Required<PhiBackupScheduleProps> = {
      phiNamespaces: ['a'], schedule: '30 2 * * *', objectives: { rpoHours: 24, rtoHours: 8 }, storageLocation: 'west', snapshotLocations: ['ebs'], snapshotVolumes: true, fileSystemBackup: true, managedBucket: true, ttlHours: 100,
      namespace: 'backups', name: 'nightly',
    };

    expect(synth(props)[0].metadata).toEqual({ name: 'nightly-volumes', namespace: 'backups' });
    expect(synth(props).slice(1)).toEqual([{
      apiVersion: 'velero.io/v1',
      kind: 'Schedule',
      metadata: { name: 'nightly', namespace: 'backups', annotations: { 'cdk8s-hipaa/rpo-hours': '24', 'cdk8s-hipaa/rto-hours': '8' } },
      spec: {
        schedule: '30 2 * * *', paused: false, useOwnerReferencesInBackup: false,
        template: {
          includedNamespaces: ['a'], snapshotVolumes: true, defaultVolumesToFsBackup: true, storageLocation: 'west', volumeSnapshotLocations: ['ebs'],
          resourcePolicy: { kind: 'configmap', name: 'nightly-volumes' }, ttl: '100h0m0s',
        },
      },
    }]);
    expect(synth({ ...props, snapshotVolumes: false })[1].spec.template.volumeSnapshotLocations).toBeUndefined();
  });

  test('copies no file of the Secrets Store CSI driver, and none of emptyDir', () => {
    const [policy, schedule] = synth(FILES);

    expect(policy).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'hipaa-phi-volumes', namespace: 'velero' } });
    expect(schedule.spec.template.resourcePolicy).toEqual({ kind: 'configmap', name: policy.metadata.name });
    // Velero refuses a second key, and unknown fields.
    const [text, ...others] = Object.values(policy.data as Record<string, string>);
    expect(others).toEqual([]);
    expect(parse(text)).toEqual({
      version: 'v1',
      volumePolicies: [
        { conditions: { csi: { driver: 'secrets-store.csi.k8s.io' } }, action: { type: 'skip' } },
        { conditions: { volumeTypes: ['emptyDir'] }, action: { type: 'skip' } },
      ],
    });
    expect(synth()).toHaveLength(1);
  });

  const OPEN = 'Test/Backup/Resource left-open CP1';
  test.each<[string, object, string[]]>([
    ['in a bucket of this profile', { managedBucket: true }, []],
    ['in a bucket of others', {}, [OPEN]],
    ['by files', { ...FILES, managedBucket: true }, [OPEN]],
    ['by files in a bucket of others', FILES, [OPEN, OPEN]],
  ])('claims what it enforces, %s, and leaves the rest to an owner', (_what, changes, open) => {
    const chart = new Chart(Testing.app(), 'Test');
    new PhiBackupSchedule(chart, 'Backup', { ...RIGHT, ...changes });

    expect(claimsBelow(chart)).toEqual(['Test/Backup/Resource implements CP1', 'Test/Backup/Resource implements CP2', ...open]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['too seldom for the recovery point', { schedule: '0 */7 * * *' }, '0 */7 * * *', 'CP2', 'at least every 6 hours, or raise rpoHours to 7'],
    ['every six hours in the day, and none at night', { schedule: '0 8,14,20 * * *' }, '0 8,14,20 * * *', 'CP2', 'raise rpoHours to 12'],
    ['each weekday', { schedule: '0 * * * 1-5' }, '0 * * * 1-5', 'CP2', 'raise rpoHours'],
    ['no schedule', { schedule: '@every 1h' }, '@every 1h', 'cron', 'in UTC'],
    ['no volumes', { snapshotVolumes: false }, { snapshotVolumes: false, fileSystemBackup: false }, 'CP1', 'fileSystemBackup'],
    ['no namespaces', { phiNamespaces: [] }, [], 'control CP1', 'each once'],
    ['every namespace', { phiNamespaces: ['*'] }, '*', 'RFC 1123', 'a-z'],
    ['a namespace twice', { phiNamespaces: ['a', 'a'] }, ['a', 'a'], 'control CP1', 'each once'],
    ['gone before the next', { ttlHours: 5 }, 5, 'control CP1', '12 to 87600'],
    ['a word for a flag', { fileSystemBackup: 'yes' }, 'yes', 'Velero', 'true or false'],
    ['a word for the bucket', { managedBucket: 'yes' }, 'yes', 'Velero', 'true or false'],
    ['no snapshot location', { snapshotLocations: [] }, [], 'Velero', 'each once'],
    ['a name that is none', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['a location that is none', { storageLocation: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['objectives that are none', { objectives: { rpoHours: 0, rtoHours: 1 } }, 0, 'control CP2', '1 to 336'],
    ['another field', { labelSelector: {} }, 'labelSelector', 'no other field', 'phiNamespaces'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Backup', value, rule, remedy });
  });
});
