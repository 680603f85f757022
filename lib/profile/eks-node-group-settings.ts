import { checkFields, checkInteger } from './checks';
import { Errors } from './errors';
import { NodeImage } from './node-image';

/** A group of nodes that EKS manages. */
export interface EksNodeGroupSettings {
  /** 1 to 63 of letters, digits, - and _. */
  readonly name: string;
  /** Bottlerocket for x86 or Arm, with FIPS 140 modules or without. @default NodeImage.BOTTLEROCKET */
  readonly image?: NodeImage;
  /** @default - m6i.large, or m7g.large for an Arm image */
  readonly instanceTypes?: readonly string[];
  /** @default 2 */
  readonly minSize?: number;
  /** @default 6 */
  readonly maxSize?: number;
  /** Size of the data volume of each node, in GiB. @default 100 */
  readonly volumeGigabytes?: number;
}

/** @internal */
export function checkNodeGroups(path: string, groups: readonly EksNodeGroupSettings[]): void {
  if (!Array.isArray(groups)) throw Errors.refused(path, 'nodeGroups is no list', groups, 'Amazon EKS, managed node groups', 'give a list; an empty one for no nodes of ours');
  const seen = new Set<string>();
  for (const group of groups as readonly EksNodeGroupSettings[]) {
    checkFields(path, group, ['name', 'image', 'instanceTypes', 'minSize', 'maxSize', 'volumeGigabytes'], 'a node group takes no other field');
    if (typeof group.name !== 'string' || !/^[A-Za-z0-9][\w-]{0,62}$/.test(group.name)) {
      throw Errors.refused(path, 'name is no name of a node group', group.name, 'Amazon EKS, CreateNodegroup', 'use 1 to 63 of letters, digits, - and _, starting with a letter or digit');
    }
    if (seen.has(group.name)) throw Errors.refused(path, 'two node groups have one name', group.name, 'Amazon EKS, CreateNodegroup: unique in a cluster', 'name each group');
    seen.add(group.name);
    const { minSize = 2, maxSize = 6, instanceTypes } = group;
    checkInteger(path, 'minSize', minSize, 0, 1000, 'Amazon EKS, NodegroupScalingConfig');
    checkInteger(path, 'maxSize', maxSize, Math.max(1, minSize), 1000, 'Amazon EKS, NodegroupScalingConfig: at least minSize');
    if (group.image !== undefined && !Object.values(NodeImage).includes(group.image)) {
      throw Errors.refused(path, 'no such image', group.image, 'control PS6, 45 CFR 164.306(a): Amazon EKS, AMI types', `use one of NodeImage.${Object.keys(NodeImage).join(', ')}`);
    }
    if (group.volumeGigabytes !== undefined) checkInteger(path, 'volumeGigabytes', group.volumeGigabytes, 20, 16384, 'Amazon EBS, gp3: up to 16384 GiB');
    if (instanceTypes !== undefined && !(Array.isArray(instanceTypes) && instanceTypes.length > 0 && instanceTypes.every((type: unknown) => typeof type === 'string' && /^[a-z0-9-]+\.[a-z0-9-]+$/.test(type)))) {
      throw Errors.refused(path, 'instanceTypes has an entry that is no instance type', instanceTypes, 'Amazon EC2, instance types', "use types such as 'm6i.large'");
    }
  }
}
