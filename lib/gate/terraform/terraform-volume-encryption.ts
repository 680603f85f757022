import { Control } from '../../controls/control';
import { doubt, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { judgeFlag, judgeStores } from './terraform-stores';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { blocksOf, fieldOf, flagOf, listOf, UnknownValue } from './unknown-value';

/** Volumes that are made with a machine: of each type the blocks, and the block within. */
const MACHINES: readonly (readonly [type: string, block: string, inner: string | undefined])[] = [
  ...['aws_instance', 'aws_spot_instance_request', 'aws_launch_configuration'].flatMap((type) => [[type, 'root_block_device', undefined], [type, 'ebs_block_device', undefined]] as const),
  ['aws_launch_template', 'block_device_mappings', 'ebs'], ['aws_ami', 'ebs_block_device', undefined],
];

/**
 * Volumes, file systems and databases are encrypted. A volume may leave it to the region's default where the document turns that on (Amazon EBS, encryption by default), but
 * may not say otherwise.
 */
export const TERRAFORM_VOLUME_ENCRYPTION: TerraformRule = {
  rule: {
    id: 'terraform-volume-encryption', control: Control.EN3_VOLUMES, reference: '45 CFR 164.312(a)(2)(iv), CIS AWS Foundations 3.0 2.2.1, 2.3.1, 2.4.1',
    purpose: 'Volumes, file systems and databases are encrypted.',
  },
  *judge(document) {
    const defaults = document.ofType('aws_ebs_encryption_by_default');
    for (const setting of defaults) {
      const enabled = flagOf(setting.values.enabled);
      if (enabled !== undefined && enabled !== true) yield* judgeFlag(setting, 'enabled', setting.values.enabled, document);
    }
    const made = defaults.filter(({ values, condition }) => (flagOf(values.enabled) ?? true) === true && condition === undefined);
    // A default is of one region, which the provider says, or the resource itself.
    const hasDefault = (owner: TerraformResource): boolean => made.some((setting) => setting.provider === owner.provider && fieldOf(setting.values, 'region') === fieldOf(owner.values, 'region'));
    for (const volume of document.ofType('aws_ebs_volume')) yield* judgeVolume(volume, 'encrypted', volume.values.encrypted, hasDefault(volume), document);
    for (const [type, block, inner] of MACHINES) {
      for (const machine of document.ofType(type)) {
        yield* judgeBlocks(machine, block, inner, hasDefault(machine), document);
        if (block !== 'ebs_block_device' && !hasDefault(machine)) yield* judgeRoot(machine, block, inner, document);
      }
    }
    yield* judgeStores(document);
  },
};

function* judgeBlocks(machine: TerraformResource, name: string, inner: string | undefined, isDefault: boolean, document: TerraformDocument): Generator<TerraformAnswer> {
  const outer = blocksOf(machine.values, name);
  if (outer instanceof UnknownValue) return yield doubt(machine, name, outer, document);
  for (const [index, block] of outer.entries()) {
    const volumes = inner === undefined ? [block] : blocksOf(block, inner);
    const path = `${name}[${index}]${inner === undefined ? '' : `.${inner}[0]`}`;
    if (volumes instanceof UnknownValue) yield doubt(machine, path, volumes, document);
    else for (const volume of volumes) {
      const [value, snapshot] = [fieldOf(volume, 'encrypted'), machine.type === 'aws_ami' ? fieldOf(volume, 'snapshot_id') : undefined];
      // An image takes either: what it is encrypted by, or the snapshot that is.
      if (snapshot === undefined || snapshot === '' || isSaid(value)) yield* judgeVolume(machine, `${path}.encrypted`, value, isDefault, document);
      else if (!isDefault && document.targetsOf(snapshot, machine).length === 0) yield doubt(machine, path, 'it is encrypted as its snapshot is, which is not in this document', document);
    }
  }
}

function* judgeVolume(owner: TerraformResource, path: string, value: unknown, isDefault: boolean, document: TerraformDocument): Generator<TerraformAnswer> {
  if (!isDefault || isSaid(value)) yield* judgeFlag(owner, path, value, document);
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** A machine that says nothing of its root volume has the one of its image, encrypted as the image's snapshot is, or as the region does by default. */
function* judgeRoot(machine: TerraformResource, block: string, inner: string | undefined, document: TerraformDocument): Generator<TerraformAnswer> {
  const outer = blocksOf(machine.values, block);
  if (outer instanceof UnknownValue || (inner === undefined ? outer : outer.flatMap((mapping) => listOf(blocksOf(mapping, inner)))).length > 0) return;
  const templates = listOf(blocksOf(machine.values, 'launch_template')).flatMap((template) => ['id', 'name'].flatMap((name) => document.targetsOf(fieldOf(template, name), machine)));
  if (templates.some(({ type }) => type === 'aws_launch_template')) return;
  yield doubt(machine, block, 'it says nothing of its root volume: its image and the default of the region decide whether that is encrypted', document,
    `set encrypted in ${inner === undefined ? block : `${inner} of ${block}`}, or make an aws_ebs_encryption_by_default in its region`);
}
