import { Construct } from 'constructs';
import { VolumeSnapshotLocation, VolumeSnapshotLocationSpecProvider as Provider } from '../../../imports/velero.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkRegion } from '../../profile/checks';

export interface SnapshotLocationProps {
  /** Region of the cluster's volumes: EBS keeps a snapshot where its volume is. */
  readonly region: string;
  /** Namespace of Velero. @default velero */
  readonly namespace?: string;
  /** @default default */
  readonly name?: string;
}

/**
 * Where Velero keeps snapshots of volumes: in the region of the volumes, so that they outlive a volume and a cluster, and not the region. `VolumeBackup` copies volumes
 * into another region.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(A). A snapshot is encrypted with the key of its volume.
 *
 * @example
 *   new SnapshotLocation(chart, 'Snapshots', { region: 'us-east-1' });
 */
export class SnapshotLocation extends Construct {
  /** Name for a PhiBackupSchedule. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: SnapshotLocationProps) {
    super(scope, id);
    const path = this.node.path;
    const { region, namespace = 'velero', name = 'default' } = props;
    checkFields(path, props, ['region', 'namespace', 'name'], 'a location of snapshots takes no other field');
    checkRegion(path, 'region', region);
    checkDnsLabel(path, 'namespace', namespace);
    checkDnsSubdomain(path, 'name', name);
    this.name = name;

    new VolumeSnapshotLocation(this, 'Resource', { metadata: { name, namespace }, spec: { provider: Provider.AWS, config: { region } } });
  }
}
