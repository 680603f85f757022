import { checkArn, checkBucketName, checkFields, checkPartition } from './checks';
import { frozenCopy } from './frozen-copy';

/** Where Terraform keeps its state, which holds names and ARNs but no PHI. */
export interface TerraformStateProps {
  /** An existing, encrypted and versioned bucket. @default hipaa-terraform-state-<account>-<region> */
  readonly bucketName?: string;
  /** ARN of the KMS key that encrypts the state. @default - the bucket's default key */
  readonly kmsKeyArn?: string;
}

/** @internal */
export function checkTerraformState(region: string, state: TerraformStateProps = {}): TerraformStateProps {
  const path = 'HipaaProfile.terraformState';
  checkFields(path, state, ['bucketName', 'kmsKeyArn'], 'a Terraform state takes no other field');
  if (state.bucketName !== undefined) checkBucketName(path, 'bucketName', state.bucketName);
  if (state.kmsKeyArn !== undefined) {
    checkArn(path, 'kmsKeyArn', state.kmsKeyArn, 'kms');
    checkPartition(path, 'kmsKeyArn', state.kmsKeyArn, region);
  }
  return frozenCopy(state);
}
