import type { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import { dependable, TerraformVariable, type TerraformStack } from 'cdktf';
import { EksAccessEntry } from '../../access/eks-access-entry';
import { EksAccessLevel, EksAccessPolicy } from '../../access/eks-access-policy';
import { HipaaEksCluster } from '../../access/eks-cluster';
import { EksOidcIdentityProvider } from '../../access/eks-oidc-identity-provider';
import { ObservedEksCluster } from '../../access/observed-eks-cluster';
import { EksPodIdentityAgent } from '../../access/pod-identity-agent';
import { EksControlPlaneLogging } from '../../audit/eks-control-plane-logging';
import { EbsCsiDriver } from '../../encryption/ebs-csi-driver';
import { EksSecretsEncryption } from '../../encryption/eks-secrets-encryption';
import type { EncryptionKey } from '../../encryption/encryption-key';
import { VpcCniNetworkPolicy } from '../../network/vpc-cni-network-policy';
import { EksNodeGroup } from '../../nodes/eks-node-group';
import { EksOriginKind, type EksOrigin } from '../../profile/eks-origin';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Keys } from './keys';

/** A cluster, whoever made it. */
export interface Cluster {
  /** As a reference where Terraform makes or imports the cluster, so that what uses it waits. */
  readonly name: string;
  readonly vpcId: string;
  /** Undefined where another configuration owns the cluster. */
  readonly owned: HipaaEksCluster | undefined;
  /** Its log group, where Terraform makes it. */
  readonly logGroupName: string | undefined;
  readonly nodeGroups: readonly EksNodeGroup[];
  /** Key of the volumes that hold PHI; undefined where another configuration owns the cluster. */
  readonly phiVolumesKey: EncryptionKey | undefined;
}

interface OwnedCluster {
  readonly eks: HipaaEksCluster;
  readonly logGroupName: string;
}

/** The cluster with its logging, its encryption, its add-ons, its nodes, and the access of the role that applies manifests. */
export function addCluster(stack: TerraformStack, profile: HipaaProfile, platform: EksPlatform, keys: Keys): Cluster {
  const { account, region, origin } = platform;
  const subnetIds = platform.subnetIds ?? askForSubnets(stack, platform);
  const made = origin.kind === EksOriginKind.OBSERVE ? undefined : addOwned(stack, profile, platform, keys, subnetIds);
  const owned = made?.eks;
  const observed = owned ? undefined : new ObservedEksCluster(stack, 'Cluster', { name: profile.cluster, region, account });
  const name = owned?.cluster.name ?? profile.cluster;

  const addOns = owned ? addAddOns(stack, profile, platform, name) : [];
  const { identityProvider } = platform;
  if (identityProvider) {
    new EksOidcIdentityProvider(stack, 'IdentityProvider', { clusterName: name, configName: profile.names.of('oidc'), region, groupsPrefix: profile.groups.groupsPrefix, ...identityProvider });
  }
  const { entry } = new EksAccessEntry(stack, 'TerraformEntry', {
    clusterName: name,
    principalArn: profile.terraformRole,
    kubernetesGroups: [],
    // It applies the manifests: roles, constraints, policies.
    accessPolicies: [EksAccessPolicy.onCluster(EksAccessLevel.CLUSTER_ADMIN)],
    region,
    account,
  });
  if (origin.importsTerraformEntry) entry.importFrom(`${profile.cluster}:${profile.terraformRole}@${region}`);
  const volumesKey = platform.nodeGroups.length === 0 ? undefined : keys.make('VolumesKey', profile.names.of('volumes'), region);
  const nodeGroups = platform.nodeGroups.map((group, index) => {
    if (index === 0) volumesKey!.addVolumeRole(EksNodeGroup.autoScalingRoleArn(account, region));
    const nodes = new EksNodeGroup(stack, index === 0 ? 'Nodes' : `Nodes${index + 1}`, {
      clusterName: name,
      nodeGroupName: group.name,
      subnetIds,
      roleName: profile.names.of(`node-${group.name}`),
      account,
      region,
      volumeKmsKeyArn: volumesKey!.arn,
      version: platform.version,
      instanceTypes: group.instanceTypes,
      minSize: group.minSize,
      maxSize: group.maxSize,
      volumeGigabytes: group.volumeGigabytes,
      image: group.image,
      nodeAudit: group.nodeAudit,
    });
    // A node that starts first would run the CNI that EKS installed, which enforces nothing.
    nodes.nodeGroup.dependsOn = [...(nodes.nodeGroup.dependsOn ?? []), ...addOns.map(dependable)];
    return nodes;
  });
  const phiVolumesKey = owned ? addPhiVolumes(stack, profile, platform, keys, owned, nodeGroups) : undefined;
  return { name, vpcId: observed?.vpcId ?? owned!.cluster.vpcConfig.vpcId, owned, logGroupName: made?.logGroupName, nodeGroups, phiVolumesKey };
}

/** The key of the volumes that hold PHI, apart from that of the nodes' own, and who makes them; the driver itself may come later, or by other means. */
function addPhiVolumes(
  stack: TerraformStack, profile: HipaaProfile, platform: EksPlatform, keys: Keys, { cluster }: HipaaEksCluster, nodeGroups: readonly EksNodeGroup[],
): EncryptionKey {
  const { account, region, origin } = platform;
  const key = keys.make('PhiVolumesKey', profile.names.phiVolumesKeyAlias, region);
  const driver = new EbsCsiDriver(stack, 'EbsCsiDriver', {
    // By its plain name, of which tags and ARNs are made; the association has to wait for the cluster, and the add-on waits for it and for nodes to run on.
    clusterName: profile.cluster, account, region, roleName: profile.names.of('ebs-csi'), kmsKeyArn: key.arn, installAddon: platform.ebsCsiDriver,
  });
  driver.association.dependsOn = [dependable(cluster)];
  if (driver.addon) {
    driver.addon.dependsOn = [...driver.addon.dependsOn!, ...nodeGroups.map(({ nodeGroup }) => dependable(nodeGroup))];
    importWhereManaged(driver.addon, profile.cluster, region, origin);
  }
  key.addVolumeMaker(driver.role.arn);
  return key;
}

function addOwned(stack: TerraformStack, profile: HipaaProfile, platform: EksPlatform, keys: Keys, subnetIds: readonly string[]): OwnedCluster {
  const { names } = profile;
  const { account, region, origin: { existing } } = platform;
  const eks = new HipaaEksCluster(stack, 'Cluster', {
    name: profile.cluster,
    version: platform.version,
    subnetIds,
    roleName: existing ? undefined : names.clusterRole,
    account,
    region,
    securityGroupIds: platform.securityGroupIds,
    importExisting: existing,
  });
  const { logGroup } = new EksControlPlaneLogging(stack, 'Logging', {
    cluster: eks.cluster, retention: profile.retention.forLogGroup(), kmsKeyArn: keys.forLogGroup(names.clusterLogGroup, region), importLogGroup: existing?.importLogGroup,
  });
  if (existing?.secretsKeyArn === undefined) {
    new EksSecretsEncryption(stack, 'SecretsEncryption', { cluster: eks.cluster, key: keys.make('SecretsKey', names.secretsKeyAlias, region, [profile.terraformRole]) });
  }
  return { eks, logGroupName: logGroup.name };
}

function addAddOns(stack: TerraformStack, { cluster }: HipaaProfile, { networkPolicyMode, region, origin }: EksPlatform, clusterName: string): EksAddon[] {
  // The log shipper's identity rests on it: without the agent nothing answers its pods.
  const addOns = [new EksPodIdentityAgent(stack, 'PodIdentityAgent', { clusterName, region }).addon];
  if (networkPolicyMode !== undefined) addOns.push(new VpcCniNetworkPolicy(stack, 'NetworkPolicy', { clusterName, region, mode: networkPolicyMode }).addon);
  for (const addOn of addOns) importWhereManaged(addOn, cluster, region, origin);
  return addOns;
}

/** EKS refuses to add an add-on that it manages already. */
function importWhereManaged(addOn: EksAddon, cluster: string, region: string, { existing }: EksOrigin): void {
  if (existing?.managedAddOns?.includes(addOn.addonNameInput!)) addOn.importFrom(`${cluster}:${addOn.addonNameInput}@${region}`);
}

function askForSubnets(stack: TerraformStack, { origin, nodeGroups }: EksPlatform): readonly string[] {
  // Nothing would read it.
  if (origin.kind === EksOriginKind.OBSERVE && nodeGroups.length === 0) return [];
  const variable = new TerraformVariable(stack, 'subnet_ids', {
    type: 'list(string)',
    nullable: false,
    description: 'Private subnets for the cluster, in two availability zones or more',
  });
  variable.addValidation({ condition: `\${length(var.${variable.friendlyUniqueId}) >= 2}`, errorMessage: 'EKS needs subnets in at least two availability zones.' });
  return variable.listValue as string[];
}
