import { TERRAFORM_BUCKET_ENCRYPTION } from './terraform-bucket-encryption';
import { TERRAFORM_BUCKET_LOCK } from './terraform-bucket-lock';
import { TERRAFORM_BUCKET_PUBLIC } from './terraform-bucket-public';
import { TERRAFORM_BUCKET_TLS } from './terraform-bucket-tls';
import { TERRAFORM_EKS_ENDPOINT } from './terraform-eks-endpoint';
import { TERRAFORM_EKS_LOGGING } from './terraform-eks-logging';
import { TERRAFORM_EKS_SECRETS_ENCRYPTION } from './terraform-eks-secrets-encryption';
import { TERRAFORM_IAM_ESCALATION } from './terraform-iam-escalation';
import { TERRAFORM_IAM_TRUST } from './terraform-iam-trust';
import { TERRAFORM_IAM_WILDCARDS } from './terraform-iam-wildcards';
import { TERRAFORM_KMS_DELETION } from './terraform-kms-deletion';
import { TERRAFORM_KMS_POLICY } from './terraform-kms-policy';
import { TERRAFORM_KMS_ROTATION } from './terraform-kms-rotation';
import { TERRAFORM_LOG_GROUP } from './terraform-log-group';
import type { TerraformRule } from './terraform-rule';
import { TERRAFORM_VOLUME_ENCRYPTION } from './terraform-volume-encryption';

/** The rules about Terraform's resources, in the order of reports. */
export const TERRAFORM_RULES: readonly TerraformRule[] = [
  TERRAFORM_BUCKET_LOCK, TERRAFORM_BUCKET_ENCRYPTION, TERRAFORM_BUCKET_TLS, TERRAFORM_BUCKET_PUBLIC,
  TERRAFORM_LOG_GROUP,
  TERRAFORM_EKS_ENDPOINT, TERRAFORM_EKS_LOGGING, TERRAFORM_EKS_SECRETS_ENCRYPTION,
  TERRAFORM_KMS_POLICY, TERRAFORM_KMS_ROTATION, TERRAFORM_KMS_DELETION,
  TERRAFORM_IAM_WILDCARDS, TERRAFORM_IAM_ESCALATION, TERRAFORM_IAM_TRUST,
  TERRAFORM_VOLUME_ENCRYPTION,
];
