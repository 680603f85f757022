import type { Check } from '../check';
import { unsettled } from '../terraform-settled';
import { ARCHIVE_CHECKS } from './archive';
import { EKS_CHECKS } from './eks';
import { KMS_CHECKS } from './kms';
import { WORKLOAD_IDENTITY_CHECKS } from './workload-identity';

/** What is checked on Terraform resources. One that Terraform makes none of, or not as it is written, enforces nothing. */
export const TERRAFORM_CHECKS: readonly Check[] = [...ARCHIVE_CHECKS, ...EKS_CHECKS, ...KMS_CHECKS, ...WORKLOAD_IDENTITY_CHECKS].map((check) => ({
  ...check,
  check: (object, context) => unsettled(object) ?? check.check(object, context),
}));
