import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { dependable, Lazy, Token } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkFields, checkKnownAtSynth, checkRegion, checkRoleName, isTerraformToken } from '../profile/checks';
import type { EksImportSettings } from '../profile/eks-origin';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { checkEksImport } from './eks-import';

export interface HipaaEksClusterProps {
  /** 1 to 100 of letters, digits, `-` and `_`. */
  readonly name: string;
  readonly version: KubernetesVersion;
  /** Private subnets of the VPC, in two availability zones or more; a Terraform list may be given. */
  readonly subnetIds: readonly string[];
  /**
   * Name of the control plane's IAM role.
   * @default - none: an imported cluster keeps the role that it has; any other needs a name here
   */
  readonly roleName?: string;
  readonly account: string;
  readonly region: string;
  /**
   * Security groups of the private endpoint, beside the one that EKS makes.
   * @default - that one alone
   */
  readonly securityGroupIds?: readonly string[];
  /**
   * Takes over a cluster that exists instead of making one. Version, subnets and security groups are to be given as they are: what differs is changed.
   * @default - a new cluster
   */
  readonly importExisting?: EksImportSettings;
}

const FIELDS = ['name', 'version', 'subnetIds', 'roleName', 'account', 'region', 'securityGroupIds', 'importExisting'];
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
 * A cluster that exists is taken over by an import block of Terraform (`importExisting`), as its log types, encryption, endpoints and access mode are
 * arguments of `aws_eks_cluster` alone. Read the first plan: it imports and updates, and replaces nothing. Not for clusters on Outposts, with hybrid nodes
 * or in EKS Auto Mode: their settings are not written here, so that Terraform would take them away or replace the cluster.
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
  /** Role of the control plane; undefined where the cluster is imported, and keeps its own. */
  public readonly role: IamRole | undefined;

  public constructor(scope: Construct, id: string, props: HipaaEksClusterProps) {
    super(scope, id);
    const { name, region, importExisting: existing } = props;
    this.check(props);

    if (!existing) this.role = this.makeRole(props);
    this.cluster = new EksCluster(this, 'Resource', {
      name,
      version: props.version.version,
      roleArn: existing?.roleArn ?? this.role!.arn,
      region,
      vpcConfig: {
        subnetIds: [...props.subnetIds],
        securityGroupIds: props.securityGroupIds && [...props.securityGroupIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      accessConfig: existing
        // Who created an imported cluster is decided: EKS does not tell it, and the provider reads its own default, so that any word here would replace the cluster.
        ? { authenticationMode: existing.keepConfigMap ? 'API_AND_CONFIG_MAP' : 'API' }
        : { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: existing?.secretsKeyArn === undefined ? undefined : { resources: ['secrets'], provider: { keyArn: existing.secretsKeyArn } },
      tags: existing?.tags && { ...existing.tags },
      deletionProtection: true,
      lifecycle: { preventDestroy: true },
    });
    if (existing) this.takeOver(name, region);
    // Without its permissions the role can neither make nor clear away what belongs to the cluster.
    else this.cluster.dependsOn = [dependable(this.permit(this.role!, region))];

    Safeguard.implement(this.cluster, Control.AC9_PRIVATE_API, 'the public endpoint is off, the private one on');
    if (!existing) {
      Safeguard.implement(this.cluster, Control.AC10_API_AUTH_MODE, 'access entries alone, none for who creates the cluster');
    } else if (existing.keepConfigMap) {
      Safeguard.fallShort(this.cluster, Control.AC10_API_AUTH_MODE, 'the ConfigMap aws-auth lets principals in, beside access entries: move them, and leave keepConfigMap out');
    } else {
      Safeguard.leaveOpen(this.cluster, Control.AC10_API_AUTH_MODE, 'EKS does not tell whether who created the cluster is an administrator of it: look for its access entry');
    }
    if (existing?.secretsKeyArn !== undefined) {
      Safeguard.implement(this.cluster, Control.EN1_API_DATA, 'envelopes API data with the customer key that it was associated with');
      Safeguard.leaveOpen(this.cluster, Control.EN2_KEY_POLICY, 'the key of its API data was made elsewhere: its rotation and policy are not judged here');
    }
  }

  private makeRole({ roleName, account, region, name }: HipaaEksClusterProps): IamRole {
    return new IamRole(this, 'Role', {
      name: roleName,
      assumeRolePolicy: new PolicyDocument(this.node.path, [{
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
  }

  private permit(role: IamRole, region: string): IamRolePolicyAttachment {
    return new IamRolePolicyAttachment(this, 'RolePolicy', { role: role.name, policyArn: `arn:${partitionOf(region)}:iam::aws:policy/AmazonEKSClusterPolicy` });
  }

  private takeOver(name: string, region: string): void {
    const { cluster } = this;
    // The region stands in the id, as the resource's own region is not known to an import of another provider region.
    cluster.importFrom(`${name}@${region}`);
    cluster.lifecycle = {
      preventDestroy: true,
      // It is read at creation alone, EKS does not tell it, and an import reads `false` where the default is `true`: Terraform would replace the cluster.
      // And the endpoint keeps its security groups where nobody named them: those who reach the cluster come by them.
      ignoreChanges: ['bootstrap_self_managed_addons', ...(this.cluster.vpcConfigInput?.securityGroupIds === undefined ? ['vpc_config[0].security_group_ids'] : [])],
      postcondition: [{
        // The provider associates a key with a cluster that has none. Where there is another one it changes nothing, and says nothing.
        condition: Lazy.stringValue({ produce: () => {
          const keyArn = cluster.encryptionConfigInput?.provider.keyArn;
          if (keyArn === undefined) return '${length(self.encryption_config) == 0}';
          // Within an expression cdktf writes a reference bare: in quotes it would be compared as text.
          return `\${self.encryption_config[0].provider[0].key_arn == ${Token.isUnresolved(keyArn) ? keyArn : `"${keyArn}"`}}`;
        } }),
        errorMessage: 'The cluster encrypts its API data with another KMS key than this configuration says. That association is irreversible: give its key as importExisting.secretsKeyArn.',
      }],
    };
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
    const { roleName, importExisting } = props;
    if (importExisting) {
      checkEksImport(path, importExisting, props);
      if (roleName !== undefined) {
        throw Errors.refused(path, 'roleName is given for an imported cluster', roleName, 'Amazon EKS, UpdateClusterConfig: the role of a cluster cannot be changed', 'leave roleName out: the cluster keeps the role of importExisting.roleArn');
      }
    } else {
      if (roleName === undefined) throw Errors.missing(path, 'roleName', 'name the role of the control plane, or import a cluster that has one');
      checkRoleName(path, 'roleName', roleName);
    }
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
