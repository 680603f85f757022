import { checkPartition, checkPrincipalArn } from './checks';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';

/** Whom every key policy names to administer the key. @internal */
export function checkKeyAdministrators(administrators: readonly string[], region: string): readonly string[] {
  if (!Array.isArray(administrators) || administrators.length === 0) {
    throw Errors.refused('HipaaProfile', 'keyAdministrators names nobody', administrators, 'control EN2, 45 CFR 164.312(a)(2)(iv): named people administer keys', "name an IAM role: ['arn:aws:iam::123456789012:role/key-administrators']");
  }
  for (const arn of administrators as readonly string[]) {
    checkPrincipalArn('HipaaProfile', 'keyAdministrators', arn);
    checkPartition('HipaaProfile', 'keyAdministrators', arn, region);
  }
  return frozenCopy(administrators as readonly string[]);
}

/** Whom every key policy names, as KMS refuses one that shuts out its own caller. @internal */
export function checkTerraformRole(arn: string, region: string): string {
  checkPrincipalArn('HipaaProfile', 'terraformRole', arn);
  checkPartition('HipaaProfile', 'terraformRole', arn, region);
  if (!/:role\//.test(arn)) {
    throw Errors.refused('HipaaProfile', 'terraformRole is no role', arn, 'control EN2, 45 CFR 164.312(a)(2)(iv): a pipeline has no long-lived key', "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/terraform'");
  }
  return arn;
}
