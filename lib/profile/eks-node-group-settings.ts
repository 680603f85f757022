import { checkFields, checkInteger, checkList } from './checks';
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
  /** Whether auditd records who touched what holds PHI; Bottlerocket has no auditd. @default - true on Amazon Linux 2023 */
  readonly nodeAudit?: boolean;
}

/** Whether auditd records on the nodes of a group. @internal */
export function hasNodeAudit({ image = NodeImage.BOTTLEROCKET, nodeAudit }: EksNodeGroupSettings): boolean {
  return nodeAudit ?? isAmazonLinux(image);
}

function isAmazonLinux(image: NodeImage): boolean {
  return image.startsWith('AL2023_');
}

/** @internal */
export function checkNodeGroups(path: string, groups: readonly EksNodeGroupSettings[]): void {
  checkList(path, 'nodeGroups', groups, 'Amazon EKS, managed node groups', 'give a list; an empty one for no nodes of ours');
  const seen = new Set<string>();
  for (const group of groups) {
    checkFields(path, group, ['name', 'image', 'instanceTypes', 'minSize', 'maxSize', 'volumeGigabytes', 'nodeAudit'], 'a node group takes no other field');
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
    checkNodeAudit(path, group.nodeAudit, group.image ?? NodeImage.BOTTLEROCKET);
    if (group.volumeGigabytes !== undefined) checkInteger(path, 'volumeGigabytes', group.volumeGigabytes, 20, 16384, 'Amazon EBS, gp3: up to 16384 GiB');
    if (instanceTypes !== undefined && !(Array.isArray(instanceTypes) && instanceTypes.length > 0 && instanceTypes.every((type: unknown) => typeof type === 'string' && /^[a-z0-9-]+\.[a-z0-9-]+$/.test(type)))) {
      throw Errors.refused(path, 'instanceTypes has an entry that is no instance type', instanceTypes, 'Amazon EC2, instance types', "use types such as 'm6i.large'");
    }
  }
}

/** @internal */
export function checkNodeAudit(path: string, nodeAudit: boolean | undefined, image: NodeImage): void {
  if (nodeAudit === undefined) return;
  if (typeof nodeAudit !== 'boolean') throw Errors.refused(path, 'nodeAudit is no boolean', nodeAudit, 'control AU10, 45 CFR 164.312(b)', 'use true or false, or leave it out');
  if (nodeAudit && !isAmazonLinux(image)) {
    throw Errors.refused(path, 'nodeAudit is on for an image without auditd', nodeAudit, `control AU10, 45 CFR 164.312(b): ${image} has no auditd, and nothing can be installed on it`,
      'use NodeImage.AMAZON_LINUX_2023, or leave nodeAudit out');
  }
}
