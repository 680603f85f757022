import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { ObjectLock } from '../../lib/profile/object-lock';
import { BackupLocation } from '../../lib/recovery/velero/backup-location';
import { PhiBackupSchedule } from '../../lib/recovery/velero/phi-backup-schedule';
import { SnapshotLocation } from '../../lib/recovery/velero/snapshot-location';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { manifest, type Weakening } from './weakening';
import { objectsOf, verdictOf } from './own-objects';

const recovery = { region: 'us-west-2', vaultLock: ObjectLock.governance(), objectives: { rpoHours: 6, rtoHours: 4 } };
const profile = eksProfile({ recovery });
const NAMESPACES = ['healthcare-prod', 'patient-data'];
const objects = objectsOf((chart) => {
  new BackupLocation(chart, 'Location', { bucket: profile.names.backupBucket, region: 'us-west-2' });
  new SnapshotLocation(chart, 'Snapshots', { region: 'us-east-1' });
  new PhiBackupSchedule(chart, 'Backup', { phiNamespaces: NAMESPACES, managedBucket: true, schedule: '0 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 } });
});
/** The same by copies of files. */
const files = objectsOf((chart) => {
  new BackupLocation(chart, 'Location', { bucket: profile.names.backupBucket, region: 'us-west-2' });
  new PhiBackupSchedule(chart, 'Backup', {
    phiNamespaces: NAMESPACES, snapshotVolumes: false, fileSystemBackup: true, managedBucket: true, schedule: '0 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 },
  });
});
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Change = (content: any) => void;
const inKind = (kind: string, change: Change): Weakening => (_content, others) => change(others.find((object) => object.reference.kind === kind)!.content);
const inTemplate = (change: Change): Weakening => (content) => change(content.spec.template);
const without = (kind: string): Weakening => (_content, others) => void others.splice(others.findIndex((object) => object.reference.kind === kind), 1);

describe('checks on schedules of backups', () => {
  test.each([[Control.CP1_BACKUP], [Control.CP2_DR]])('%s holds', (control) => {
    expect(verdictOf(profile, objects, control)).toBeUndefined();
  });

  test.each<[Control, string, Weakening, RegExp]>([
    [Control.CP1_BACKUP, 'paused', (content) => (content.spec.paused = true), /paused/],
    [Control.CP1_BACKUP, 'paused by a word', (content) => (content.spec.paused = 'true'), /paused/],
    [Control.CP1_BACKUP, 'without one PHI namespace', inTemplate((template) => template.includedNamespaces.pop()), /patient-data is not backed up/],
    [Control.CP1_BACKUP, 'of no namespaces', inTemplate((template) => delete template.includedNamespaces), /healthcare-prod is not backed up/],
    [Control.CP1_BACKUP, 'of a wildcard', inTemplate((template) => (template.includedNamespaces = ['*'])), /not backed up/],
    [Control.CP1_BACKUP, 'of a pattern beside them', inTemplate((template) => template.includedNamespaces.push('*')), /no PHI namespace/],
    [Control.CP1_BACKUP, 'of a foreign namespace too', inTemplate((template) => template.includedNamespaces.push('default')), /default, which is no PHI namespace/],
    ...['excludedNamespaces', 'excludedResources', 'includedResources', 'includedClusterScopedResources', 'excludedClusterScopedResources', 'includedNamespaceScopedResources', 'excludedNamespaceScopedResources', 'orLabelSelectors']
      .map((field): [Control, string, Weakening, RegExp] => [Control.CP1_BACKUP, `with ${field}`, inTemplate((template) => (template[field] = ['x'])), new RegExp(field)]),
    [Control.CP1_BACKUP, 'by label', inTemplate((template) => (template.labelSelector = { matchLabels: { a: 'b' } })), /labelSelector/],
    [Control.CP1_BACKUP, 'by a policy that skips volumes', inTemplate((template) => (template.resourcePolicy = { kind: 'configmap', name: 'x' })), /resourcePolicy/],
    [Control.CP1_BACKUP, 'with every volume of the cluster', inTemplate((template) => (template.includeClusterResources = true)), /those of other namespaces/],
    [Control.CP1_BACKUP, 'without PersistentVolumes', inTemplate((template) => (template.includeClusterResources = false)), /no volume is snapshotted/],
    [Control.CP1_BACKUP, 'without volumes', inTemplate((template) => (template.snapshotVolumes = false)), /in no way/],
    [Control.CP1_BACKUP, 'without its location', without('BackupStorageLocation'), /velero\/default is not among the objects/],
    [Control.CP1_BACKUP, 'with a location of another namespace', (content, others) => { content.metadata.namespace = 'other'; Object.assign(others.find((object) => object.reference.kind === 'Schedule')!.reference, { namespace: 'other' }); }, /other\/default is not among/],
    [Control.CP1_BACKUP, 'into a read-only location', inKind('BackupStorageLocation', (content) => (content.spec.accessMode = 'ReadOnly')), /read-only/],
    [Control.CP1_BACKUP, 'into a bucket of somebody', inKind('BackupStorageLocation', (content) => (content.spec.objectStorage.bucket = 'else')), /go into else/],
    [Control.CP1_BACKUP, 'into another region', inKind('BackupStorageLocation', (content) => (content.spec.config.region = 'us-east-1')), /us-east-1/],
    [Control.CP1_BACKUP, 'into a server of somebody', inKind('BackupStorageLocation', (content) => (content.spec.config.s3Url = 'https://x')), /no bucket of AWS/],
    [Control.CP1_BACKUP, 'without verified TLS', inKind('BackupStorageLocation', (content) => (content.spec.config.insecureSkipTLSVerify = 'true')), /TLS/],
    [Control.CP1_BACKUP, 'without its snapshots', without('VolumeSnapshotLocation'), /VolumeSnapshotLocation velero\/default/],
    [Control.CP1_BACKUP, 'into a location of another kind of thing', (content, others) => {
      without('BackupStorageLocation')(content, others);
      others.push(manifest('example.com/v1', 'BackupStorageLocation', 'velero', 'default', { spec: { accessMode: 'ReadWrite' } }));
    }, /not among the objects/],
    [Control.CP1_BACKUP, 'that never runs', (content) => (content.spec.schedule = '0 0 30 2 *'), /none that was understood/],
    [Control.CP2_DR, 'paused', (content) => (content.spec.paused = true), /paused/],
    [Control.CP2_DR, 'once a day', (content) => (content.spec.schedule = '0 0 * * *'), /1440 minutes apart.*360/],
    [Control.CP2_DR, 'once a day, with a recovery point to match', (content) => {
      content.spec.schedule = '0 0 * * *';
      content.metadata.annotations['cdk8s-hipaa/rpo-hours'] = '24';
    }, /1440 minutes apart.*360/],
    [Control.CP2_DR, 'by words', (content) => (content.spec.schedule = '@every 1h'), /none that was understood/],
    [Control.CP2_DR, 'without a recovery point', (content) => delete content.metadata.annotations, /no recovery point/],
    [Control.CP2_DR, 'with nothing', (content) => delete content.spec, /none that was understood/],
  ])('%s fails %s', (control, _what, weaken, message) => {
    expect(verdictOf(profile, objects, control, weaken)).toMatch(message);
  });

  test('copies of files hold with the policy that skips secrets', () => {
    expect(verdictOf(profile, files, Control.CP1_BACKUP)).toBeUndefined();
  });

  const inPolicy = (change: (text: string) => string): Weakening => inKind('ConfigMap', (content) => { for (const key of Object.keys(content.data)) content.data[key] = change(content.data[key]); });
  test.each<[string, Weakening, RegExp]>([
    ['without a policy', inTemplate((template) => delete template.resourcePolicy), /files of Secrets Store volumes are copied/],
    ['with a policy of another kind', inTemplate((template) => (template.resourcePolicy.kind = 'secret')), /files of Secrets Store volumes are copied/],
    ['with a policy of another name', inTemplate((template) => (template.resourcePolicy.name = 'other')), /velero\/other of the resourcePolicy is not among/],
    ['without the ConfigMap', without('ConfigMap'), /is not among/],
    ['with the ConfigMap in another namespace', (_content, others) => void Object.assign(others.find(({ reference }) => reference.kind === 'ConfigMap')!.reference, { namespace: 'patient-data' }), /is not among/],
    ['with a policy for claims too', inPolicy((text) => `${text}  - conditions:\n      volumeTypes:\n        - csi\n    action:\n      type: skip\n`), /skips other volumes/],
    ['with a policy that skips every CSI volume', inPolicy((text) => text.replace('        driver: secrets-store.csi.k8s.io\n', '').replace('csi:', 'csi: {}')), /skips other volumes/],
    ['with a policy that copies secrets', inPolicy((text) => text.replace('type: skip', 'type: fs-backup')), /skips other volumes/],
    ['with a policy that skips kinds', inPolicy((text) => `${text}includeExcludePolicy:\n  excludedNamespaceScopedResources: [persistentvolumeclaims]\n`), /skips other volumes/],
    ['with a second text', inKind('ConfigMap', (content) => (content.data.more = 'version: v1')), /skips other volumes/],
    ['with no text', inKind('ConfigMap', (content) => delete content.data), /skips other volumes/],
    ['with nobody who attests it', (_content, others) => { const schedule = others.find(({ reference }) => reference.kind === 'Schedule')!; Object.assign(schedule, { claims: schedule.claims.slice(0, 2) }); }, /not left to an owner/],
  ])('copies of files fail %s', (_what, weaken, message) => {
    expect(verdictOf(profile, files, Control.CP1_BACKUP, weaken)).toMatch(message);
  });

  test('a patch that copies files without a policy, and without an owner, fails', () => {
    const patch = inTemplate((template) => (template.defaultVolumesToFsBackup = true));
    expect(verdictOf(profile, objects, Control.CP1_BACKUP, patch)).toMatch(/Secrets Store volumes are copied/);
    expect(verdictOf(profile, [...objects, files.find(({ reference }) => reference.kind === 'ConfigMap')!], Control.CP1_BACKUP, (content, others) => {
      patch(content, others);
      content.spec.template.resourcePolicy = { kind: 'configmap', name: 'hipaa-phi-volumes' };
    })).toMatch(/every volume is, and whole/);
  });

  test('without a bucket in the profile, any bucket of AWS holds that an owner attests', () => {
    const own = inKind('BackupStorageLocation', (content) => (content.spec.objectStorage.bucket = 'own'));
    const attested = (objects as SynthesizedObject[]).map((object) => (object.reference.kind !== 'Schedule' ? object : { ...object, claims: [...object.claims, { control: Control.CP1_BACKUP, kind: ClaimKind.LEFT_OPEN, how: 'by its owner' }] }));

    expect(verdictOf(eksProfile(), attested, Control.CP1_BACKUP, own)).toBeUndefined();
    expect(verdictOf(eksProfile(), objects, Control.CP1_BACKUP, own)).toMatch(/not left to an owner to attest its encryption/);
  });
});
