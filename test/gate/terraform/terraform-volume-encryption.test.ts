import { TERRAFORM_VOLUME_ENCRYPTION } from '../../../lib/gate/terraform/terraform-volume-encryption';
import { configuration, judged, plan, references, type Case } from './judged';

const BY_DEFAULT = { 'aws_ebs_encryption_by_default.d': { enabled: true } };
const CASES: readonly Case[] = [
  ['a volume', configuration({ 'aws_ebs_volume.v': { encrypted: true } }), []],
  ['a volume that says nothing', configuration({ 'aws_ebs_volume.v': {} }), ['aws_ebs_volume.v encrypted']],
  ['a volume that says no', configuration({ 'aws_ebs_volume.v': { encrypted: 'false' } }), ['aws_ebs_volume.v encrypted']],
  ['a volume by variable', configuration({ 'aws_ebs_volume.v': { encrypted: '${var.x}' } }), ['? aws_ebs_volume.v']],
  ['a volume with the default of its region', configuration({ ...BY_DEFAULT, 'aws_ebs_volume.v': {} }), []],
  ['a volume against the default', configuration({ ...BY_DEFAULT, 'aws_ebs_volume.v': { encrypted: false } }), ['aws_ebs_volume.v encrypted']],
  ['a volume with the default of another provider', configuration({ ...BY_DEFAULT, 'aws_ebs_volume.v': { provider: 'aws.west' } }), ['aws_ebs_volume.v encrypted']],
  ['a volume with the default of another region', configuration({ ...BY_DEFAULT, 'aws_ebs_volume.v': { region: 'us-west-2' } }), ['aws_ebs_volume.v encrypted']],
  ['a default that is off', configuration({ 'aws_ebs_encryption_by_default.d': { enabled: false }, 'aws_ebs_volume.v': { encrypted: true } }), ['aws_ebs_encryption_by_default.d enabled']],
  ['a root volume', configuration({ 'aws_instance.i': { root_block_device: { volume_size: 8 } } }), ['aws_instance.i root_block_device[0].encrypted']],
  ['a machine that says nothing of its root', configuration({ 'aws_instance.i': { ami: 'ami-1' } }), ['? aws_instance.i']],
  ['a machine that says nothing, with the default of its region', configuration({ ...BY_DEFAULT, 'aws_instance.i': { ami: 'ami-1' } }), []],
  ['a machine whose root is encrypted', configuration({ 'aws_instance.i': { root_block_device: { encrypted: true } } }), []],
  ['a machine of a template', configuration({ 'aws_instance.i': { launch_template: { id: '${aws_launch_template.t.id}' } }, 'aws_launch_template.t': { block_device_mappings: { ebs: { encrypted: true } } } }), []],
  ['a machine of a template of elsewhere', configuration({ 'aws_instance.i': { launch_template: { id: 'lt-0' } } }), ['? aws_instance.i']],
  ['a request for a machine', configuration({ 'aws_spot_instance_request.s': { root_block_device: { encrypted: false } } }), ['aws_spot_instance_request.s root_block_device[0].encrypted']],
  ['a launch template that says nothing', configuration({ 'aws_launch_template.t': { image_id: 'ami-1' } }), ['? aws_launch_template.t']],
  ['a launch template that says nothing, with the default of its region', configuration({ ...BY_DEFAULT, 'aws_launch_template.t': { image_id: 'ami-1' } }), []],
  ['a launch template with a device alone', configuration({ 'aws_launch_template.t': { block_device_mappings: { device_name: '/dev/xvda' } } }), ['? aws_launch_template.t']],
  ['a planned machine that says nothing', plan([{ address: 'aws_instance.i', values: { ami: 'ami-1' }, unknown: { root_block_device: true, ebs_block_device: true } }]), ['? aws_instance.i']],
  ['an image', configuration({ 'aws_ami.a': { ebs_block_device: { device_name: '/dev/sda1' } } }), ['aws_ami.a ebs_block_device[0].encrypted']],
  ['an image of a snapshot', configuration({ 'aws_ami.a': { ebs_block_device: { snapshot_id: 'snap-0' } } }), ['? aws_ami.a']],
  ['an image of a snapshot of the document', configuration({ 'aws_ami.a': { ebs_block_device: { snapshot_id: '${aws_ebs_snapshot_copy.s.id}' } }, 'aws_ebs_snapshot_copy.s': { encrypted: true } }), []],
  ['a launch template', configuration({ 'aws_launch_template.t': { block_device_mappings: [{ ebs: { encrypted: 'true' } }, { ebs: [{ volume_size: 8 }] }] } }), ['aws_launch_template.t block_device_mappings[1].ebs[0].encrypted']],
  ['a launch template with dynamic mappings', configuration({ 'aws_launch_template.t': { dynamic: { block_device_mappings: { for_each: '${var.d}', content: {} } } } }), ['? aws_launch_template.t']],
  ['a database', configuration({ 'aws_db_instance.d': { storage_encrypted: true } }), []],
  ['a database that says nothing', configuration({ 'aws_db_instance.d': { kms_key_id: 'k' } }), ['aws_db_instance.d storage_encrypted']],
  ['a replica of a database of the document', configuration({ 'aws_db_instance.d': { storage_encrypted: true }, 'aws_db_instance.r': { replicate_source_db: '${aws_db_instance.d.identifier}' } }), []],
  ['a replica of a database of elsewhere', configuration({ 'aws_db_instance.r': { replicate_source_db: 'records' } }), ['? aws_db_instance.r']],
  ['a cluster', configuration({ 'aws_rds_cluster.c': {} }), ['aws_rds_cluster.c storage_encrypted']],
  ['a file system', configuration({ 'aws_efs_file_system.f': {} }), ['aws_efs_file_system.f encrypted']],
  ['Redis and Valkey', configuration({ 'aws_elasticache_replication_group.r': { engine: 'redis' }, 'aws_elasticache_replication_group.v': { engine: 'valkey' } }), ['aws_elasticache_replication_group.r at_rest_encryption_enabled']],
  ['a planned database', plan([{ address: 'aws_db_instance.d', values: { storage_encrypted: null, replicate_source_db: null } }]), ['aws_db_instance.d storage_encrypted']],
  ['a planned volume, computed', plan([{ address: 'aws_ebs_volume.v', values: {}, unknown: { encrypted: true } }]), ['aws_ebs_volume.v encrypted']],
  ['a planned volume, known after apply', plan([{ address: 'aws_ebs_volume.v', values: {}, unknown: { encrypted: true }, expressions: { encrypted: references('local.x') } }]), ['? aws_ebs_volume.v']],
];

test.each(CASES)('encryption of storage: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_VOLUME_ENCRYPTION, document)).toEqual(expected);
});
