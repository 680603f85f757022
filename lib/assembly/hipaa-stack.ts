import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { HipaaEksCluster } from '../access/eks-cluster';
import { EksPodIdentityAgent } from '../access/pod-identity-agent';
import { AuditArchive } from '../audit/audit-archive';
import { EksControlPlaneLogging } from '../audit/eks-control-plane-logging';
import { LogShipperIdentity } from '../audit/log-shipper-identity';
import type { LogShipperRoleProps } from '../audit/log-shipper-role';
import { LogShipperWebIdentity } from '../audit/log-shipper-web-identity';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { EksSecretsEncryption } from '../encryption/eks-secrets-encryption';
import { EncryptionKey } from '../encryption/encryption-key';
import { KeyServiceGrant } from '../encryption/key-service-grant';
import { VpcCniNetworkPolicy } from '../network/vpc-cni-network-policy';
import { EksPlatform, NetworkPolicyEnforcer, PlatformKind } from '../profile/platform';
import type { HipaaProfile } from '../profile/profile';

/**
 * The Terraform half of a profile, one stack a cluster: the audit archive with its key on every platform; on EKS the cluster with its
 * logging, the encryption of its API data, and the log shipper's identity as well.
 *
 * The state lies in an encrypted S3 bucket that exists before the first apply (`profile.terraformState`).
 *
 * @example
 *   const app = new HipaaTerraformApp(profile);
 *   new HipaaStack(app, profile);
 *   app.synth();
 */
export class HipaaStack extends TerraformStack {
  public readonly archiveKey: EncryptionKey;
  public readonly archive: AuditArchive;
  /** The cluster, on EKS. */
  public readonly cluster: HipaaEksCluster | undefined;

  public constructor(scope: Construct, profile: HipaaProfile) {
    super(scope, profile.cluster);
    const { account, region, names } = profile;
    const administrators = administratorsOf(profile);
    this.setUpState(profile);
    // A plan with credentials of another account would make everything again there.
    new AwsProvider(this, 'Aws', { region, allowedAccountIds: [account] });

    this.archiveKey = new EncryptionKey(this, 'ArchiveKey', { alias: names.archiveKeyAlias, administrators, account, region, denyDeletion: true });
    this.archive = new AuditArchive(this, 'Archive', {
      bucketName: names.archiveBucket,
      lock: profile.objectLock,
      retention: profile.retention,
      shortRetentionException: profile.exceptionFor(Control.AU5_WORM_6Y),
      kmsKeyArn: this.archiveKey.arn,
      account,
      region,
      trustedPrefixes: [names.auditLogPrefix, names.containerLogPrefix],
      policyAdministrators: administrators,
    });
    const { platform } = profile;
    this.cluster = platform instanceof EksPlatform ? this.setUpEks(profile, platform) : undefined;
    this.setUpShipper(profile);
    if (platform.kind !== PlatformKind.SELF_MANAGED) {
      Safeguard.fallShort(this.archive.lockConfiguration, Control.AU5_WORM_6Y, `the archive is locked, but nothing delivers the API audit log of ${platform.label} into it`);
    }
  }

  private setUpShipper(profile: HipaaProfile): void {
    const { names, platform } = profile;
    const props: LogShipperRoleProps = {
      account: profile.account,
      region: platform instanceof EksPlatform ? platform.region : profile.region,
      roleName: names.logShipperRole,
      namespace: names.loggingNamespace,
      serviceAccount: names.logShipperServiceAccount,
      bucketArn: this.archive.bucketArn,
      bucketRegion: profile.region,
      prefix: names.shippedLogPrefix(platform),
      kmsKeyArn: this.archiveKey.arn,
    };
    const issuer = profile.logShipper.serviceAccountIssuer;
    if (issuer !== undefined) {
      this.archiveKey.addEncrypter(new LogShipperWebIdentity(this, 'LogShipper', { issuer, ...props }).role.arn);
      return;
    }
    // By its plain name: the archive and its key, which know the role, need not wait for the cluster. The association has to.
    const shipper = new LogShipperIdentity(this, 'LogShipper', { clusterName: profile.cluster, ...props });
    shipper.association.node.addDependency(this.cluster!.cluster);
    this.archiveKey.addEncrypter(shipper.role.arn);
  }

  private setUpEks(profile: HipaaProfile, platform: EksPlatform): HipaaEksCluster {
    const { names } = profile;
    const administrators = administratorsOf(profile);
    const { account, region } = platform;
    const eks = new HipaaEksCluster(this, 'Cluster', {
      name: profile.cluster, version: platform.version, subnetIds: platform.subnetIds ?? this.askForSubnets(), roleName: names.clusterRole, account, region,
    });

    const logsKey = new EncryptionKey(this, 'LogsKey', {
      alias: names.logsKeyAlias,
      administrators,
      account,
      region,
      services: [KeyServiceGrant.cloudWatchLogs({ region, account, logGroupName: names.clusterLogGroup })],
      denyDeletion: true,
    });
    new EksControlPlaneLogging(this, 'Logging', { cluster: eks.cluster, retention: profile.retention.forLogGroup(), kmsKeyArn: logsKey.arn });

    const secretsKey = new EncryptionKey(this, 'SecretsKey', {
      alias: names.secretsKeyAlias, administrators, grantors: [profile.terraformRole], account, region, denyDeletion: true,
    });
    new EksSecretsEncryption(this, 'SecretsEncryption', { cluster: eks.cluster, key: secretsKey });
    if (platform.networkPolicyEnforcer === NetworkPolicyEnforcer.VPC_CNI) new VpcCniNetworkPolicy(this, 'NetworkPolicy', { clusterName: eks.cluster.name, region });
    // The log shipper's identity rests on it: without the agent nothing answers its pods.
    new EksPodIdentityAgent(this, 'PodIdentityAgent', { clusterName: eks.cluster.name, region });
    return eks;
  }

  private setUpState(profile: HipaaProfile): void {
    const { bucketName, kmsKeyArn } = profile.terraformState;
    const backend = new S3Backend(this, {
      bucket: bucketName ?? profile.names.terraformStateBucket,
      key: `cdk8s-hipaa/${profile.cluster}/terraform.tfstate`,
      region: profile.region,
      encrypt: true,
      kmsKeyId: kmsKeyArn,
    });
    // Locking by the bucket itself (Terraform 1.10 or later); cdktf's typed backend knows only the older DynamoDB table.
    backend.addOverride('use_lockfile', true);
    // cdktf has no typed field for it; an older Terraform would refuse the lock file's argument with a less clear error.
    this.addOverride('terraform.required_version', '>= 1.10');
  }

  private askForSubnets(): readonly string[] {
    const variable = new TerraformVariable(this, 'subnet_ids', {
      type: 'list(string)',
      nullable: false,
      description: 'Private subnets for the cluster, in two availability zones or more',
    });
    variable.addValidation({ condition: `\${length(var.${variable.friendlyUniqueId}) >= 2}`, errorMessage: 'EKS needs subnets in at least two availability zones.' });
    return variable.listValue as string[];
  }
}

/** Who manages keys and the archive's set-up; the role that applies them is among them, or its own next change is refused. */
function administratorsOf(profile: HipaaProfile): readonly string[] {
  return [...new Set([...profile.keyAdministrators, profile.terraformRole])];
}
