import { checkArn, checkFields, checkKeyArn, checkPartition, isTerraformToken } from '../profile/checks';
import type { EksImportSettings } from '../profile/eks-origin';
import { Errors } from '../profile/errors';

/** @internal */
export function checkEksImport(parent: string, existing: EksImportSettings, cluster: { readonly region: string; readonly account: string }): void {
  const path = `${parent}.importExisting`;
  checkFields(path, existing, ['roleArn', 'secretsKeyArn', 'keepConfigMap', 'importLogGroup', 'managedAddOns', 'importTerraformEntry', 'tags'], 'an import takes no other field');
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
