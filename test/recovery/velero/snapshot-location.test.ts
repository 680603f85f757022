import { SnapshotLocation, type SnapshotLocationProps } from '../../../lib/recovery/velero/snapshot-location';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const snapshots = (props: object): Manifest[] => synthChart((chart) => new SnapshotLocation(chart, 'Snapshots', props as SnapshotLocationProps));

describe('SnapshotLocation', () => {
  test('takes every prop', () => {
    const props: Required<SnapshotLocationProps> = { region: 'us-east-1', namespace: 'backups', name: 'ebs' };

    expect(snapshots(props)).toEqual([{ apiVersion: 'velero.io/v1', kind: 'VolumeSnapshotLocation', metadata: { name: 'ebs', namespace: 'backups' }, spec: { provider: 'aws', config: { region: 'us-east-1' } } }]);
    expect(snapshots({ region: 'us-east-1' })[0].metadata).toEqual({ name: 'default', namespace: 'velero' });
  });

  test.each<[string, object, unknown, string, string]>([
    ['no region', { region: undefined }, undefined, 'AWS regions', 'us-east-1'],
    ['a name that is none', { region: 'us-east-1', name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['another field', { region: 'us-east-1', bucket: 'b' }, 'bucket', 'no other field', 'region'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => snapshots(props), { path: 'Test/Snapshots', value, rule, remedy });
  });
});
