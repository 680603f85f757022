import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkFields, checkKnownAtSynth, checkRegion, checkRoleName, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';

export interface HipaaEksClusterProps {
  /** 1 to 100 of letters, digits, `-` and `_`. */
  readonly name: string;
  readonly version: KubernetesVersion;
  /** Private subnets of the VPC, in two availability zones or more; a Terraform list may be given. */
  readonly subnetIds: readonly string[];
  /** Name of the control plane's IAM role. */
  readonly roleName: string;
  readonly account: string;
  readonly region: string;
  /**
   * Security groups of the private endpoint, beside the one that EKS makes.
   * @default - that one alone
   */
  readonly securityGroupIds?: readonly string[];
}

const FIELDS = ['name', 'version', 'subnetIds', 'roleName', 'account', 'region', 'securityGroupIds'];
/** How cdktf writes a list that is only known when Terraform applies. */
const LIST_TOKEN = '#{TfToken[';

/**
 * An EKS control plane that only its VPC reaches, where access entries alone say who may do what.
 *
 * Serves 45 CFR 164.312(e)(1) and 312(a)(1): the public endpoint is off, and the principal that creates the cluster gets no permanent hold on it
 * (Amazon EKS, bootstrapClusterCreatorAdminPermissions).
 *
 * **Nobody can use kubectl on it, not even the role that created it, until an access entry exists**: the API server answers every IAM principal with
 * "Unauthorized". Make the first entry by the EKS API, from anywhere (`aws_eks_access_entry` with `aws_eks_access_policy_association`), for the
 * role that applies the manifests, and reach the endpoint from within the VPC. Nodes that you run yourself need an entry as well (type `EC2_LINUX`);
 * those of managed node groups get theirs from EKS.
 *
 * The cluster is protected from deletion by EKS, and from replacement by Terraform. Logging and encryption are set on `cluster` by EksControlPlaneLogging
 * and EksSecretsEncryption.
 *
 * @example
 *   const eks = new HipaaEksCluster(stack, 'Cluster', {
 *     name: 'healthcare-cluster',
 *     version: KubernetesVersion.V1_33,
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'],
 *     roleName: 'healthcare-cluster-control-plane',
 *   });
 */
export class HipaaEksCluster extends Construct {
  public readonly cluster: EksCluster;
  public readonly role: IamRole;

  public constructor(scope: Construct, id: string, props: HipaaEksClusterProps) {
    super(scope, id);
    const path = this.node.path;
    const { name, account, region } = props;
    this.check(props);

    this.role = new IamRole(this, 'Role', {
      name: props.roleName,
      assumeRolePolicy: new PolicyDocument(path, [{
        sid: 'AllowControlPlane',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['eks.amazonaws.com'] },
        actions: ['sts:AssumeRole'],
        // EKS acts for this cluster alone (Amazon EKS, cross-service confused deputy prevention).
        conditions: [
          { operator: 'ArnEquals', key: 'aws:SourceArn', values: [`arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${name}`] },
          { operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] },
        ],
      }]).toJson(),
    });
    const permissions = new IamRolePolicyAttachment(this, 'RolePolicy', {
      role: this.role.name,
      policyArn: `arn:${partitionOf(region)}:iam::aws:policy/AmazonEKSClusterPolicy`,
    });
    this.cluster = new EksCluster(this, 'Resource', {
      name,
      version: props.version.version,
      roleArn: this.role.arn,
      region,
      vpcConfig: {
        subnetIds: [...props.subnetIds],
        securityGroupIds: props.securityGroupIds && [...props.securityGroupIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      deletionProtection: true,
      // Without its permissions the role can neither make nor clear away what belongs to the cluster.
      dependsOn: [permissions],
      lifecycle: { preventDestroy: true },
    });

    Safeguard.implement(this.cluster, Control.AC9_PRIVATE_API, 'the public endpoint is off, the private one on');
    Safeguard.implement(this.cluster, Control.AC10_API_AUTH_MODE, 'access entries alone, none for who creates the cluster');
  }

  private check(props: HipaaEksClusterProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'an EKS cluster takes no other field');
    checkClusterName(path, 'name', props.name);
    if (!(props.version instanceof KubernetesVersion)) {
      throw Errors.refused(path, 'version is no KubernetesVersion', props.version, 'Amazon EKS, CreateCluster: a version that nobody chose is the newest at that time', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkRoleName(path, 'roleName', props.roleName);
    this.checkIds('subnetIds', props.subnetIds, 'subnet', 2);
    if (props.securityGroupIds !== undefined) this.checkIds('securityGroupIds', props.securityGroupIds, 'sg', 0);
  }

  private checkIds(prop: string, ids: readonly string[], prefix: string, least: number): void {
    const path = this.node.path;
    if (Array.isArray(ids) && ids.length === 1 && String(ids[0]).startsWith(LIST_TOKEN)) return;
    if (!Array.isArray(ids) || new Set(ids).size < least) {
      throw Errors.refused(path, `${prop} names fewer than ${least}`, ids, 'Amazon EKS, VPC and subnet requirements: two availability zones or more', 'name private subnets in two availability zones or more');
    }
    for (const id of ids as readonly string[]) {
      if (!isTerraformToken(id) && !(typeof id === 'string' && new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id))) {
        throw Errors.refused(path, `${prop} has an entry that is no id`, id, 'Amazon EC2, resource ids', `use ids such as '${prefix}-0a1b2c3d4e5f60718'`);
      }
    }
  }
}
