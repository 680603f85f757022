import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { podIdentityTrust } from '../iam/pod-identity-trust';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkFields, checkKeyArn, checkKnownAtSynth, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface EbsCsiDriverProps {
  /** Cluster whose pods get volumes; it needs the EKS Pod Identity Agent (`EksPodIdentityAgent`). */
  readonly clusterName: string;
  readonly account: string;
  /** Region of the cluster. */
  readonly region: string;
  readonly roleName: string;
  /** ARN of the key that encrypts the volumes, in the cluster's region; its policy lets the role make volumes with it: `key.addVolumeMaker(driver.role.arn)`. */
  readonly kmsKeyArn: string;
  /**
   * Whether the add-on is installed here. Terraform waits for its pods, which start closed where the VPC CNI runs in strict mode and the charts were not applied yet. Its
   * identity is made anyway: it is for the driver's service account, by whatever means the driver comes.
   * @default true
   */
  readonly installAddon?: boolean;
}

const FIELDS = ['clusterName', 'account', 'region', 'roleName', 'kmsKeyArn', 'installAddon'];
const ADD_ON = 'aws-ebs-csi-driver';
/** As the add-on names them. */
const NAMESPACE = 'kube-system';
const SERVICE_ACCOUNT = 'ebs-csi-controller-sa';

/**
 * The Amazon EBS CSI driver as an add-on of EKS, with an AWS identity that makes encrypted volumes and no others.
 *
 * Serves 45 CFR 164.312(a)(2)(iv) and (a)(1). A StorageClass is a wish: whoever may make one could leave `encrypted` out. The role's permission to make a volume holds where EC2
 * is asked to encrypt it, so that an unencrypted one is refused to every StorageClass of the cluster. It reaches the volumes of its own cluster, known by the
 * tag `kubernetes.io/cluster/<name>: owned`, which the add-on writes (`--k8s-tag-cluster-id`), and the nodes that EKS tagged with the cluster's name; a volume that
 * somebody made by hand needs the tag. It takes, shares and deletes no snapshot: Velero and AWS Backup do, each as itself. So VolumeSnapshots of the
 * CSI driver and volumes cloned from others (`ec2:CopyVolumes`) are refused.
 *
 * The role is not AWS' AmazonEBSCSIDriverPolicy, which names every volume and every instance of the account and knows nothing of encryption.
 *
 * @example
 *   const driver = new EbsCsiDriver(stack, 'EbsCsiDriver', {
 *     clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-ebs-csi', kmsKeyArn: key.arn,
 *   });
 *   key.addVolumeMaker(driver.role.arn);
 */
export class EbsCsiDriver extends Construct {
  public readonly role: IamRole;
  public readonly association: EksPodIdentityAssociation;
  /** Undefined where it is installed by other means, or later. */
  public readonly addon: EksAddon | undefined;

  public constructor(scope: Construct, id: string, props: EbsCsiDriverProps) {
    super(scope, id);
    const path = this.node.path;
    const { clusterName, account, region, roleName, kmsKeyArn, installAddon = true } = props;
    checkFields(path, props, FIELDS, 'the EBS CSI driver takes no other field');
    checkClusterName(path, 'clusterName', clusterName);
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkRoleName(path, 'roleName', roleName);
    checkKeyArn(path, 'kmsKeyArn', kmsKeyArn, region);
    if (typeof installAddon !== 'boolean') throw Errors.refused(path, 'installAddon is no boolean', installAddon, 'control EN3, 45 CFR 164.312(a)(2)(iv): the add-on is installed here or it is not', 'use true or false');

    const trust = podIdentityTrust({ clusterName, account, region, namespace: NAMESPACE, serviceAccount: SERVICE_ACCOUNT });
    this.role = new IamRole(this, 'Role', { name: roleName, assumeRolePolicy: new PolicyDocument(path, [trust]).toJson() });
    const permissions = new IamRolePolicy(this, 'RolePolicy', {
      name: 'volumes', role: this.role.name, policy: new PolicyDocument(path, [...volumeStatements(props), ...keyStatements(props)]).toJson(),
    });
    this.association = new EksPodIdentityAssociation(this, 'Association', { clusterName, namespace: NAMESPACE, serviceAccount: SERVICE_ACCOUNT, roleArn: this.role.arn, region });
    this.addon = !installAddon ? undefined : new EksAddon(this, 'Resource', {
      clusterName,
      addonName: ADD_ON,
      region,
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      // A pod that starts before its association has no identity until it starts again.
      dependsOn: [this.association, permissions],
    });

    Safeguard.implement(this.association, Control.AC11_WORKLOAD_ID, "the driver's service account alone gets the role, which trusts no other");
  }
}

function allow(sid: string, actions: readonly string[], resources: readonly string[], conditions: readonly PolicyConditionProps[] = []): PolicyStatementProps {
  return { sid, effect: PolicyEffect.ALLOW, actions, resources, conditions };
}

function equals(key: string, value: string): PolicyConditionProps {
  return { operator: 'StringEquals', key, values: [value] };
}

/** What the driver calls (kubernetes-sigs/aws-ebs-csi-driver, example IAM policy) for volumes without snapshots, each held to this cluster. */
function volumeStatements({ clusterName, account, region }: EbsCsiDriverProps): PolicyStatementProps[] {
  const [volumes, instances] = ['volume', 'instance'].map((kind) => `arn:${partitionOf(region)}:ec2:${region}:${account}:${kind}/*`);
  const tag = `kubernetes.io/cluster/${clusterName}`;
  const ofCluster = equals(`aws:ResourceTag/${tag}`, 'owned');
  return [
    {
      sid: 'AllowDescription',
      effect: PolicyEffect.ALLOW,
      actions: [
        'ec2:DescribeAvailabilityZones', 'ec2:DescribeInstanceTypes', 'ec2:DescribeInstances', 'ec2:DescribeTags', 'ec2:DescribeVolumeStatus', 'ec2:DescribeVolumes', 'ec2:DescribeVolumesModifications',
      ],
      resources: ['*'],
      reason: 'EC2 takes no resource for them (Service Authorization Reference); they tell of volumes and nodes, and nothing of what is on them',
    },
    allow('AllowEncryptedVolumes', ['ec2:CreateVolume'], [volumes], [equals(`aws:RequestTag/${tag}`, 'owned'), { operator: 'Bool', key: 'ec2:Encrypted', values: ['true'] }]),
    allow('AllowTagsAtCreation', ['ec2:CreateTags'], [volumes], [equals('ec2:CreateAction', 'CreateVolume')]),
    allow('AllowVolumesOfCluster', ['ec2:AttachVolume', 'ec2:DeleteVolume', 'ec2:DetachVolume', 'ec2:ModifyVolume'], [volumes], [ofCluster]),
    // Nodes of a managed group carry the one tag by themselves, nodes of one's own the other.
    allow('AllowManagedNodes', ['ec2:AttachVolume', 'ec2:DetachVolume'], [instances], [equals('aws:ResourceTag/eks:cluster-name', clusterName)]),
    allow('AllowOwnNodes', ['ec2:AttachVolume', 'ec2:DetachVolume'], [instances], [ofCluster]),
  ];
}

/** What EC2 asks of the caller's key when it makes and attaches an encrypted volume (Amazon EBS, requirements for encryption). */
function keyStatements({ region, kmsKeyArn }: EbsCsiDriverProps): PolicyStatementProps[] {
  const viaEc2 = equals('kms:ViaService', `ec2.${region}.${dnsSuffixOf(region)}`);
  return [
    allow('AllowVolumeKey', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], [kmsKeyArn], [viaEc2]),
    allow('AllowVolumeKeyGrants', ['kms:CreateGrant'], [kmsKeyArn], [viaEc2, { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] }]),
  ];
}
