import { EksNodeGroup as NodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { LaunchTemplate, type LaunchTemplateBlockDeviceMappings } from '@cdktf/provider-aws/lib/launch-template';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkRegion, checkRoleName, checkSelector, isTerraformToken } from '../profile/checks';
import { checkNodeAudit, hasNodeAudit } from '../profile/eks-node-group-settings';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { amazonLinuxUserData } from './amazon-linux-user-data';
import { BOTTLEROCKET_SETTINGS } from './bottlerocket-settings';
import { NodeImage } from '../profile/node-image';
import { CLUSTER_TAG } from './cluster-tag';
import { nodeRole } from './node-role';
import { NodeTaintEffect, type NodeTaintProps } from './node-taint';

export interface EksNodeGroupProps {
  /** Name of the cluster; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** 1 to 63 of letters, digits, `-` and `_`, unique in the cluster. */
  readonly nodeGroupName: string;
  /** Private subnets; a Terraform list may be given. */
  readonly subnetIds: readonly string[];
  /** Name of the nodes' IAM role. */
  readonly roleName: string;
  readonly account: string;
  /** Region of the cluster. */
  readonly region: string;
  /** ARN of the KMS key that encrypts the nodes' volumes. Its policy lets EC2 Auto Scaling use it: `key.addVolumeRole(EksNodeGroup.autoScalingRoleArn(account, region))`. */
  readonly volumeKmsKeyArn: string;
  /**
   * Version of the nodes: that of the cluster, or an older one during an upgrade.
   * @default - the cluster's at creation; Terraform does not move it then
   */
  readonly version?: KubernetesVersion;
  /**
   * Types of one architecture, that of the image.
   * @default - m6i.large; m7g.large for a Graviton image
   */
  readonly instanceTypes?: readonly string[];
  /** @default 2 */
  readonly minSize?: number;
  /** @default 6 */
  readonly maxSize?: number;
  /**
   * Nodes at the start; an autoscaler decides afterwards, and Terraform leaves its number.
   * @default - minSize, or 1 where that is 0
   */
  readonly desiredSize?: number;
  /** @default NodeImage.BOTTLEROCKET */
  readonly image?: NodeImage;
  /**
   * Size of the volume that holds images, logs and scratch space, in GiB.
   * @default 100
   */
  readonly volumeGigabytes?: number;
  /**
   * Whether auditd records who touched what holds PHI, and a node without its rules never becomes Ready. Bottlerocket has no auditd.
   * @default - true on Amazon Linux 2023
   */
  readonly nodeAudit?: boolean;
  /**
   * Kubernetes labels of the nodes.
   * @default - those that EKS gives
   */
  readonly labels?: { readonly [key: string]: string };
  /**
   * Kubernetes taints of the nodes.
   * @default - none
   */
  readonly taints?: readonly NodeTaintProps[];
}

const FIELDS = [
  'clusterName', 'nodeGroupName', 'subnetIds', 'roleName', 'account', 'region', 'volumeKmsKeyArn', 'version', 'instanceTypes', 'minSize', 'maxSize', 'desiredSize', 'image', 'volumeGigabytes',
  'nodeAudit', 'labels', 'taints',
];
const LIST_TOKEN = '#{TfToken[';
/** Graviton: a `g` after the generation (Amazon EC2, instance type names). */
const ARM = /^(a1|[a-z]+\d+g[a-z]*)\./;

/**
 * Nodes of an EKS cluster that EKS manages: a minimal system, encrypted volumes, no key pair, and no way for a pod to the node's credentials.
 *
 * Serves 45 CFR 164.306(a) and 312(a)(1). The launch template demands IMDSv2 with a hop limit of 1, so that the metadata service answers the node and not its pods;
 * a pod on the node's network would reach it, which Pod Security `restricted` forbids. Nobody logs in by SSH: there is no key pair, no remote access, and the
 * nodes are in the cluster's own security group alone. Session Manager is the way onto a node (SessionRecording records it). Who opens a session on Bottlerocket
 * may use its API, and become root by its admin container: that this is off is where a node starts, and no barrier. On Amazon Linux 2023 the template makes
 * `ssm-user`, without sudo, as the agent does not where sessions run as a user that their document names.
 *
 * On Amazon Linux 2023 auditd records who touched what holds PHI, by rules that nobody changes until the node restarts; FluentBitShipper carries its log into the archive.
 * Where the rules are not in force the kubelet does not start, and the node group reports nodes that do not join. Rules see people by their login, which the shell profile of
 * SessionRecording gives to sessions; `ssm-user` is seen without it, too. Not recorded: processes that started before the rules, such as PID 1; what root has others do who
 * never signed in (`systemd-run`), and what a shell of Run Command calls beyond its own start; files opened by io_uring; 32-bit system calls on Graviton. Commands are recorded
 * with their arguments, which may hold PHI. Bottlerocket has no auditd, and leaves control AU10 not met.
 *
 * Order: the add-on `vpc-cni` and the Pod Identity Agent come before the nodes (`nodeGroup.dependsOn`: cdktf ignores `node.addDependency`), CoreDNS after them,
 * as it stays degraded until a node runs it. From private subnets without NAT the nodes need interface endpoints for ec2, ecr.api, ecr.dkr, eks, eks-auth, kms,
 * logs, ssm, ssmmessages and sts, and a gateway endpoint for s3; without kms and logs no session starts, as it could be neither encrypted nor recorded.
 *
 * The node group takes the newest version of the template, so that a change replaces the nodes, one at a time. Security updates of the image come with
 * `aws eks update-nodegroup-version`, or with a new `version`.
 *
 * @example
 *   const nodes = new EksNodeGroup(stack, 'Nodes', {
 *     clusterName: eks.cluster.name, nodeGroupName: 'default', roleName: 'healthcare-cluster-node', account: '123456789012', region: 'us-east-1',
 *     subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'],
 *     volumeKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *   });
 */
export class EksNodeGroup extends Construct {
  /**
   * The service-linked role that starts the nodes, for the policy of the volumes' key (Amazon EC2 Auto Scaling, key policy for encrypted volumes).
   *
   * @param region any of the partition.
   */
  public static autoScalingRoleArn(account: string, region: string): string {
    return `arn:${partitionOf(region)}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  }

  public readonly role: IamRole;
  public readonly launchTemplate: LaunchTemplate;
  public readonly nodeGroup: NodeGroup;

  public constructor(scope: Construct, id: string, props: EksNodeGroupProps) {
    super(scope, id);
    const { image = NodeImage.BOTTLEROCKET, minSize = 2, maxSize = 6, desiredSize = Math.max(1, minSize), volumeGigabytes = 100 } = props;
    this.check(props, { image, minSize, maxSize, desiredSize, volumeGigabytes });
    const { clusterName, nodeGroupName, region } = props;
    const bottlerocket = isBottlerocket(image);
    const nodeAudit = hasNodeAudit({ name: nodeGroupName, image, nodeAudit: props.nodeAudit });
    const { role, permissions } = nodeRole(this, props.roleName, region);
    this.role = role;

    const tags = { Name: `${clusterName}-${nodeGroupName}`, [CLUSTER_TAG]: clusterName };
    this.launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      name: `${clusterName}-${nodeGroupName}`,
      region,
      updateDefaultVersion: true,
      // Bottlerocket has its system on one volume, and on the other what nodes and pods write.
      blockDeviceMappings: bottlerocket ? [volume('/dev/xvda', props), volume('/dev/xvdb', props, volumeGigabytes)] : [volume('/dev/xvda', props, volumeGigabytes)],
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1, httpProtocolIpv6: 'disabled', instanceMetadataTags: 'disabled' },
      monitoring: { enabled: true },
      userData: Buffer.from(bottlerocket ? BOTTLEROCKET_SETTINGS : amazonLinuxUserData({ arm: isArm(image), nodeAudit })).toString('base64'),
      tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({ resourceType, tags })),
    });
    this.nodeGroup = new NodeGroup(this, 'Resource', {
      clusterName,
      nodeGroupName,
      region,
      nodeRoleArn: role.arn,
      subnetIds: [...props.subnetIds],
      amiType: image,
      instanceTypes: [...(props.instanceTypes ?? [isArm(image) ? 'm7g.large' : 'm6i.large'])],
      version: props.version?.version,
      launchTemplate: { id: this.launchTemplate.id, version: Token.asString(this.launchTemplate.latestVersion) },
      scalingConfig: { minSize, maxSize, desiredSize },
      updateConfig: { maxUnavailable: 1 },
      labels: props.labels && { ...props.labels },
      taint: props.taints?.map(({ key, value, effect }) => ({ key, value, effect })),
      // Without its permissions a node neither joins nor, when it is replaced, leaves its network interfaces.
      dependsOn: [...permissions],
      lifecycle: {
        // An autoscaler changes it all the time: each apply would take nodes away from it, or add some.
        ignoreChanges: ['scaling_config[0].desired_size'],
      },
    });

    Safeguard.implement(this.launchTemplate, Control.NW4_IMDS, 'IMDSv2 alone, with a hop limit of 1: pods on the pod network do not reach it');
    if (bottlerocket) {
      Safeguard.implement(this.launchTemplate, Control.PS6_NODES, 'Bottlerocket with kernel lockdown, encrypted volumes, no key pair and no SSH');
    } else {
      Safeguard.fallShort(this.launchTemplate, Control.PS6_NODES, `${image} is a general-purpose system with a shell, which nothing here hardens`);
    }
    if (nodeAudit) {
      Safeguard.implement(this.launchTemplate, Control.AU10_NODE_AUDIT, 'locks rules of auditd on each node before its kubelet starts, which starts nowhere without them');
    } else {
      Safeguard.fallShort(this.launchTemplate, Control.AU10_NODE_AUDIT, bottlerocket ? `${image} has no auditd: nothing on the node records who touched which file` : 'nodeAudit is off');
    }
  }

  private check(props: EksNodeGroupProps, sizes: { image: NodeImage; minSize: number; maxSize: number; desiredSize: number; volumeGigabytes: number }): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a node group takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    if (typeof props.nodeGroupName !== 'string' || !/^[A-Za-z0-9][\w-]{0,62}$/.test(props.nodeGroupName)) {
      throw Errors.refused(path, 'nodeGroupName is no name of a node group', props.nodeGroupName, 'Amazon EKS, CreateNodegroup', 'use 1 to 63 of letters, digits, - and _, starting with a letter or digit');
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkRoleName(path, 'roleName', props.roleName);
    checkKeyArn(path, 'volumeKmsKeyArn', props.volumeKmsKeyArn, props.region);
    if (props.version !== undefined && !(props.version instanceof KubernetesVersion)) {
      throw Errors.refused(path, 'version is no KubernetesVersion', props.version, 'Amazon EKS, CreateNodegroup', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    }
    const { image, minSize, maxSize, desiredSize, volumeGigabytes } = sizes;
    if (!Object.values(NodeImage).includes(image)) {
      throw Errors.refused(path, 'image is no NodeImage', image, 'Amazon EKS, AMI types of managed node groups', 'use NodeImage.BOTTLEROCKET');
    }
    const scaling = 'Amazon EKS, NodegroupScalingConfig: minSize <= desiredSize <= maxSize';
    checkInteger(path, 'minSize', minSize, 0, 1000, scaling);
    checkInteger(path, 'maxSize', maxSize, Math.max(1, minSize), 1000, scaling);
    checkInteger(path, 'desiredSize', desiredSize, minSize, maxSize, scaling);
    checkInteger(path, 'volumeGigabytes', volumeGigabytes, 20, 16384, 'Amazon EBS, gp3: up to 16384 GiB; a node with less than 20 GiB evicts its pods');
    checkNodeAudit(path, props.nodeAudit, image);
    if (props.labels !== undefined) checkSelector(path, 'labels', props.labels);
    this.checkInstanceTypes(props.instanceTypes, image);
    this.checkSubnets(props.subnetIds);
    this.checkTaints(props.taints ?? []);
  }

  private checkInstanceTypes(types: readonly string[] | undefined, image: NodeImage): void {
    const path = this.node.path;
    if (types === undefined) return;
    if (!Array.isArray(types) || types.length === 0 || types.length > 20) {
      throw Errors.refused(path, 'instanceTypes is no list of 1 to 20 types', types, 'Amazon EKS, CreateNodegroup', "give types such as 'm6i.large', or leave it out");
    }
    for (const type of types as readonly string[]) {
      if (typeof type !== 'string' || !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(type)) {
        throw Errors.refused(path, 'instanceTypes has an entry that is no instance type', type, 'Amazon EC2, instance types', "use a type such as 'm6i.large'");
      }
      if (ARM.test(type) !== isArm(image)) {
        throw Errors.refused(path, `instanceTypes has a type that does not run ${image}`, type, 'Amazon EC2, instance types: Graviton is Arm, and an image is made for one architecture', isArm(image) ? "use a type such as 'm7g.large'" : "use a type such as 'm6i.large', or an ARM image");
      }
    }
  }

  private checkSubnets(ids: readonly string[]): void {
    const path = this.node.path;
    if (Array.isArray(ids) && ids.length === 1 && String(ids[0]).startsWith(LIST_TOKEN)) return;
    const bad = Array.isArray(ids) ? (ids as readonly unknown[]).find((id) => !isTerraformToken(id) && !(typeof id === 'string' && /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))) : ids;
    if (!Array.isArray(ids) || ids.length === 0 || bad !== undefined) {
      throw Errors.refused(path, 'subnetIds are no subnets', bad ?? ids, 'Amazon EKS, CreateNodegroup', "name private subnets, such as 'subnet-0a1b2c3d4e5f60718'");
    }
  }

  private checkTaints(taints: readonly NodeTaintProps[]): void {
    const path = this.node.path;
    for (const taint of taints) {
      checkFields(path, taint, ['key', 'value', 'effect'], 'a taint takes no other field');
      checkSelector(path, 'taints', { [taint.key]: taint.value ?? '' });
      if (!Object.values(NodeTaintEffect).includes(taint.effect)) {
        throw Errors.refused(path, `the taint ${taint.key} has no effect`, taint.effect, 'Amazon EKS, Taint', 'use NodeTaintEffect.NO_SCHEDULE');
      }
    }
  }
}

function volume(deviceName: string, { volumeKmsKeyArn }: EksNodeGroupProps, volumeSize?: number): LaunchTemplateBlockDeviceMappings {
  return { deviceName, ebs: { encrypted: 'true', kmsKeyId: volumeKmsKeyArn, volumeType: 'gp3', volumeSize, deleteOnTermination: 'true' } };
}

function isBottlerocket(image: NodeImage): boolean {
  return image.startsWith('BOTTLEROCKET_');
}

function isArm(image: NodeImage): boolean {
  return image.includes('_ARM_');
}
