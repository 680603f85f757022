import { checkArn, checkFields, checkKeyArn, checkPartition, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

/** What has to be known of an EKS cluster that exists, so that Terraform takes it over as it is. */
export interface EksImportProps {
  /** ARN of the control plane's IAM role (`aws eks describe-cluster`): another one would replace the cluster. */
  readonly roleArn: string;
  /**
   * ARN of the KMS key that the cluster encrypts Secrets with. It cannot be changed; its rotation and policy are yours to attest (control EN2).
   * @default - the cluster has no key of yours yet: EksSecretsEncryption associates one
   */
  readonly secretsKeyArn?: string;
  /**
   * Keeps the ConfigMap aws-auth beside access entries, on the way from it. EKS takes one step at a time, from CONFIG_MAP over API_AND_CONFIG_MAP to API, and
   * none back: a cluster in CONFIG_MAP mode needs this first, then an access entry for everyone in aws-auth. Leaves control AC10 not met.
   * @default false
   */
  readonly keepConfigMap?: boolean;
  /**
   * The cluster's tags as they are: Terraform removes those that are not written here.
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };
}

/** @internal */
export function checkEksImport(parent: string, existing: EksImportProps, cluster: { readonly region: string; readonly account: string }): void {
  const path = `${parent}.importExisting`;
  checkFields(path, existing, ['roleArn', 'secretsKeyArn', 'keepConfigMap', 'tags'], 'an import takes no other field');
  const { roleArn, secretsKeyArn, keepConfigMap } = existing;
  checkArn(path, 'roleArn', roleArn, 'iam');
  checkPartition(path, 'roleArn', roleArn, cluster.region);
  const [, , , , account, resource] = roleArn.split(':');
  if (isTerraformToken(roleArn) || !resource.startsWith('role/') || (account !== cluster.account && !isTerraformToken(cluster.account))) {
    throw Errors.refused(path, `roleArn is no role of account ${cluster.account}`, roleArn, 'Amazon EKS, CreateCluster: the role is of the cluster\'s account; a reference would wait for a role that is there already', 'use the ARN that aws eks describe-cluster shows as roleArn');
  }
  if (secretsKeyArn !== undefined) checkKeyArn(path, 'secretsKeyArn', secretsKeyArn, cluster.region);
  if (keepConfigMap !== undefined && typeof keepConfigMap !== 'boolean') {
    throw Errors.refused(path, 'keepConfigMap is neither true nor false', keepConfigMap, 'control AC10, 45 CFR 164.312(a)(1)', 'use true on the way from CONFIG_MAP, otherwise leave it out');
  }
}
