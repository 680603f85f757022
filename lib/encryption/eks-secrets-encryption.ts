import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkFields, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { EncryptionKey } from './encryption-key';

export interface EksSecretsEncryptionProps {
  /** The `aws_eks_cluster` resource: no other resource sets its encryption, so a name is not enough. */
  readonly cluster: EksCluster;
  /** The key, in the cluster's region and account. One of its `grantors` runs Terraform. */
  readonly key: EncryptionKey;
}

/**
 * Encrypts the API data of an EKS cluster with a KMS key of your own, and lets the cluster's role use that key.
 *
 * Serves 45 CFR 164.312(a)(2)(iv): Kubernetes Secrets lie in etcd under a key that you control and can audit. `secrets` is the one value that EKS
 * takes; from 1.28 on it envelopes all API data with the same key (Amazon EKS, default envelope encryption). The association is irreversible.
 * EKS asks KMS in the name of who creates the cluster, which therefore needs kms:DescribeKey and kms:CreateGrant, the latter without a condition on
 * kms:GrantIsForAWSResource (`grantors` of the key); upgrades fail where the key's policy does not know the cluster's role, so that it becomes a user of
 * the key here.
 *
 * @example
 *   new EksSecretsEncryption(stack, 'SecretsEncryption', { cluster: eks.cluster, key: secretsKey });
 */
export class EksSecretsEncryption extends Construct {
  public constructor(scope: Construct, id: string, props: EksSecretsEncryptionProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['cluster', 'key'], 'the encryption of a cluster takes no other field');
    const { cluster, key } = props;
    if (!TerraformResource.isTerraformResource(cluster) || cluster.terraformResourceType !== 'aws_eks_cluster') {
      throw Errors.refused(path, 'cluster is no aws_eks_cluster resource', cluster, 'control EN1; Amazon EKS: secrets encryption is an attribute of the cluster alone', 'pass the EksCluster resource');
    }
    if (!(key instanceof EncryptionKey)) {
      throw Errors.refused(path, 'key is no EncryptionKey', key, 'control EN1, 45 CFR 164.312(a)(2)(iv)', 'pass an EncryptionKey: its policy has to let the cluster in');
    }
    if (cluster.encryptionConfigInput !== undefined) {
      throw Errors.refused(path, 'the cluster has an encryption_config already', cluster.node.path, 'control EN1; Amazon EKS: the association of a key is irreversible', 'leave encryptionConfig out of the cluster, or leave this construct out');
    }
    if (key.grantors.length === 0) {
      throw Errors.refused(path, 'nobody may hand the key to EKS', key.node.path, 'Amazon EKS: who creates the cluster needs kms:CreateGrant and kms:DescribeKey on the key', 'name the role that runs Terraform in the grantors of the key');
    }

    this.checkOwner(key, 'region', key.region, cluster.regionInput, 'AWS KMS, keys: a key serves its own region alone');
    this.checkOwner(key, 'account', key.account, cluster.roleArnInput?.split(':')[4], `control EN2, 45 CFR 164.312(a)(2)(iv): root of account ${key.account} holds the key, and another account's cluster would depend on it`);

    key.addUser(cluster.roleArnInput as string);
    cluster.putEncryptionConfig({ resources: ['secrets'], provider: { keyArn: key.arn } });
    Safeguard.implement(cluster, Control.EN1_API_DATA, 'envelopes API data with a customer key');
  }

  /** Compares what both sides know; what only Terraform knows is left to AWS. */
  private checkOwner(key: EncryptionKey, what: string, ofKey: string, ofCluster: string | undefined, rule: string): void {
    if (!ofCluster || isTerraformToken(ofCluster) || isTerraformToken(ofKey) || ofKey === ofCluster) return;
    throw Errors.refused(this.node.path, `the key is of ${what} ${ofKey}, the cluster of another`, key.node.path, rule, `make the key in ${what} ${ofCluster}`);
  }
}
