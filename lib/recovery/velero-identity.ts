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
import { checkAccount, checkArn, checkClusterName, checkDnsLabel, checkDnsSubdomain, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface VeleroIdentityProps {
  /** Cluster whose pods may have the identity; it needs the EKS Pod Identity Agent (`EksPodIdentityAgent`). */
  readonly clusterName: string;
  readonly account: string;
  /** Region of the cluster. */
  readonly region: string;
  readonly roleName: string;
  /** Namespace of Velero. */
  readonly namespace: string;
  /** Service account of Velero's server. */
  readonly serviceAccount: string;
  /** ARN of the bucket of the backups. */
  readonly bucketArn: string;
  /** Region of the bucket and of its key. */
  readonly bucketRegion: string;
  /** ARN of the key that encrypts the bucket; its policy names the role among the `encrypters` and the `decrypters`. */
  readonly kmsKeyArn: string;
  /**
   * ARN of the key that encrypts the cluster's volumes, in the cluster's region; its policy lets the role use it and grant its use to EC2. Without it, Velero
   * snapshots encrypted volumes and cannot restore them.
   * @default - none: volumes are restored by another way, such as AWS Backup
   */
  readonly volumeKmsKeyArn?: string;
}

const FIELDS = ['clusterName', 'account', 'region', 'roleName', 'namespace', 'serviceAccount', 'bucketArn', 'bucketRegion', 'kmsKeyArn', 'volumeKmsKeyArn'];

/**
 * The AWS identity of Velero, by EKS Pod Identity: it reads and writes the backups of one bucket, snapshots the volumes of its cluster, restores them
 * encrypted, and deletes the snapshots that it took itself.
 *
 * Serves 45 CFR 164.312(a)(1) and 308(a)(7)(ii)(A). Volumes are known by the tag `kubernetes.io/cluster/<name>: owned`, which the EBS CSI driver writes where
 * it knows the cluster's name (`--k8s-tag-cluster-id`, as the EKS add-on has it); Velero copies the tags of a volume to its snapshot, adds
 * `velero.io/backup`, and copies those to the volume that it restores. A snapshot of AWS Backup has no such tag, and Velero cannot delete it.
 *
 * @example
 *   const velero = new VeleroIdentity(stack, 'Velero', {
 *     clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-velero',
 *     namespace: 'velero', serviceAccount: 'velero',
 *     bucketArn: 'arn:aws:s3:::healthcare-backups', bucketRegion: 'us-west-2', kmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *   });
 */
export class VeleroIdentity extends Construct {
  public readonly role: IamRole;
  public readonly association: EksPodIdentityAssociation;

  public constructor(scope: Construct, id: string, props: VeleroIdentityProps) {
    super(scope, id);
    this.check(props);
    const { clusterName, region, namespace, serviceAccount } = props;
    const path = this.node.path;
    this.role = new IamRole(this, 'Role', { name: props.roleName, assumeRolePolicy: new PolicyDocument(path, [podIdentityTrust(props)]).toJson() });
    new IamRolePolicy(this, 'RolePolicy', {
      name: 'back-up',
      role: this.role.name,
      policy: new PolicyDocument(path, [...bucketStatements(props), ...snapshotStatements(props), ...volumeKeyStatements(props)]).toJson(),
    });
    this.association = new EksPodIdentityAssociation(this, 'Resource', { clusterName, namespace, serviceAccount, roleArn: this.role.arn, region });

    Safeguard.implement(this.association, Control.AC11_WORKLOAD_ID, "Velero's service account alone gets the role, which trusts no other");
  }

  private check(props: VeleroIdentityProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'the identity of Velero takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    checkAccount(path, 'account', props.account);
    for (const prop of ['region', 'bucketRegion'] as const) {
      checkRegion(path, prop, props[prop]);
      checkKnownAtSynth(path, prop, props[prop]);
    }
    checkRoleName(path, 'roleName', props.roleName);
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'serviceAccount', props.serviceAccount);
    checkArn(path, 'bucketArn', props.bucketArn, 's3');
    if (/^arn:[^/]*\//.test(props.bucketArn)) {
      throw Errors.refused(path, 'bucketArn is the ARN of an object', props.bucketArn, 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN");
    }
    checkPartition(path, 'bucketArn', props.bucketArn, props.region);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.bucketRegion);
    if (props.volumeKmsKeyArn !== undefined) checkKeyArn(path, 'volumeKmsKeyArn', props.volumeKmsKeyArn, props.region);
  }
}

function allow(sid: string, actions: readonly string[], resources: readonly string[], conditions: readonly PolicyConditionProps[] = []): PolicyStatementProps {
  return { sid, effect: PolicyEffect.ALLOW, actions, resources, conditions };
}

function equals(key: string, ...values: string[]): PolicyConditionProps {
  return { operator: 'StringEquals', key, values };
}

function bucketStatements({ bucketArn, bucketRegion, kmsKeyArn }: VeleroIdentityProps): PolicyStatementProps[] {
  return [
    allow('AllowBackups', ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'], [`${bucketArn}/*`]),
    allow('AllowListing', ['s3:ListBucket'], [bucketArn]),
    allow('AllowEncryptionByS3', ['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKeyArn], [equals('kms:ViaService', `s3.${bucketRegion}.${dnsSuffixOf(bucketRegion)}`)]),
  ];
}

/** What velero-plugin-for-aws calls, each held to this cluster's volumes and snapshots as far as EC2 lets a policy tell them. */
function snapshotStatements({ clusterName, account, region }: VeleroIdentityProps): PolicyStatementProps[] {
  const partition = partitionOf(region);
  const volumes = `arn:${partition}:ec2:${region}:${account}:volume/*`;
  // Snapshots have no account in their ARN.
  const snapshots = `arn:${partition}:ec2:${region}::snapshot/*`;
  const tag = `kubernetes.io/cluster/${clusterName}`;
  const ofCluster = equals(`aws:ResourceTag/${tag}`, 'owned');
  const forCluster = equals(`aws:RequestTag/${tag}`, 'owned');
  return [
    {
      sid: 'AllowDescription',
      effect: PolicyEffect.ALLOW,
      actions: ['ec2:DescribeSnapshots', 'ec2:DescribeVolumes'],
      resources: ['*'],
      reason: 'EC2 takes no resource for them (Service Authorization Reference); they tell of volumes, and nothing of what is on them',
    },
    allow('AllowSnapshotsOfVolumes', ['ec2:CreateSnapshot'], [volumes], [ofCluster]),
    allow('AllowTaggedSnapshots', ['ec2:CreateSnapshot'], [snapshots], [forCluster]),
    allow('AllowRestoreFromSnapshots', ['ec2:CreateVolume'], [snapshots], [ofCluster]),
    allow('AllowEncryptedVolumes', ['ec2:CreateVolume'], [volumes], [forCluster, { operator: 'Bool', key: 'ec2:Encrypted', values: ['true'] }]),
    allow('AllowTagsAtCreation', ['ec2:CreateTags'], [snapshots, volumes], [equals('ec2:CreateAction', 'CreateSnapshot', 'CreateVolume')]),
    allow('AllowDeletionOfOwnSnapshots', ['ec2:DeleteSnapshot'], [snapshots], [ofCluster, { operator: 'Null', key: 'aws:ResourceTag/velero.io/backup', values: ['false'] }]),
  ];
}

/** What EC2 asks of the caller's key when it makes an encrypted volume (Amazon EBS, requirements for encryption). */
function volumeKeyStatements({ region, volumeKmsKeyArn }: VeleroIdentityProps): PolicyStatementProps[] {
  if (volumeKmsKeyArn === undefined) return [];
  const viaEc2 = equals('kms:ViaService', `ec2.${region}.${dnsSuffixOf(region)}`);
  return [
    allow('AllowVolumeKey', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], [volumeKmsKeyArn], [viaEc2]),
    allow('AllowVolumeKeyGrants', ['kms:CreateGrant'], [volumeKmsKeyArn], [viaEc2, { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] }]),
  ];
}
