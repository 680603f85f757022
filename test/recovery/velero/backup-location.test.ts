import { BackupAccess } from '../../../lib/recovery/velero/backup-access';
import { BackupLocation, type BackupLocationProps } from '../../../lib/recovery/velero/backup-location';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const KEY = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new BackupLocation(chart, 'Location', { bucket: 'hipaa-backups', region: 'us-west-2', ...changes }));

describe('BackupLocation', () => {
  test('holds no credential, and leaves encryption to the bucket', () => {
    expect(synth()).toMatchSnapshot();
    expect(synth()[0].spec).not.toHaveProperty('credential');
  });

  test('takes every prop', () => {
    const props: Required<BackupLocationProps> = {
      bucket: 'other-backups', region: 'us-west-2', prefix: 'a/b', kmsKeyArn: KEY, access: BackupAccess.READ_ONLY, validationMinutes: 5, namespace: 'backups', name: 'west',
    };

    expect(synth(props)).toEqual([{
      apiVersion: 'velero.io/v1', kind: 'BackupStorageLocation', metadata: { name: 'west', namespace: 'backups' },
      spec: {
        provider: 'aws', objectStorage: { bucket: 'other-backups', prefix: 'a/b' }, config: { region: 'us-west-2', kmsKeyId: KEY }, accessMode: 'ReadOnly', default: false, validationFrequency: '5m',
      },
    }]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a bucket that is none', { bucket: 'a.b' }, 'a.b', 'bucket naming', '3 to 63'],
    ['a region that is none', { region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
    ['a prefix with slashes at its ends', { prefix: '/a/' }, '/a/', 'Velero', 'healthcare-cluster'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-west-2', 'us-east-1') }, KEY.replace('us-west-2', 'us-east-1'), 'AWS KMS', 'us-west-2'],
    ['an access that is none', { access: 'Write' }, 'Write', 'Velero', 'READ_WRITE'],
    ['a look a day', { validationMinutes: 1440 }, 1440, 'control CP1', '1 to 60'],
    ['a name that is none', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['TLS that nobody verifies', { insecureSkipTLSVerify: 'true' }, 'insecureSkipTLSVerify', 'no other field', 'bucket'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Location', value, rule, remedy });
  });
});
