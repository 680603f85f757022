import type { Check } from '../check';
import { unsettled } from '../terraform-settled';
import { ALARM_CHECKS } from './alarms';
import { ARCHIVE_CHECKS } from './archive';
import { DELIVERY_CHECKS } from './delivery';
import { DETECTION_CHECKS } from './detection';
import { EKS_CHECKS } from './eks';
import { KMS_CHECKS } from './kms';
import { PEOPLE_CHECKS } from './people';
import { REPLICATION_CHECKS } from './replication';
import { RECOVERY_CHECKS } from './recovery';
import { SESSION_CHECKS } from './sessions';
import { IDENTITY_PROVIDER_CHECKS } from './identity-provider';
import { NODE_CHECKS } from './nodes';
import { OBSERVED_EKS_CHECKS } from './observed-eks';
import { WORKLOAD_IDENTITY_CHECKS } from './workload-identity';

/** What is checked on Terraform resources. One that Terraform makes none of, or not as it is written, enforces nothing. */
export const TERRAFORM_CHECKS: readonly Check[] = [
  ...ALARM_CHECKS,
  ...ARCHIVE_CHECKS, ...DELIVERY_CHECKS, ...EKS_CHECKS, ...KMS_CHECKS, ...PEOPLE_CHECKS, ...REPLICATION_CHECKS, ...WORKLOAD_IDENTITY_CHECKS,
  ...IDENTITY_PROVIDER_CHECKS,
  ...NODE_CHECKS,
  ...OBSERVED_EKS_CHECKS,
  ...DETECTION_CHECKS,
  ...RECOVERY_CHECKS,
  ...SESSION_CHECKS,
].map((check) => ({
  ...check,
  check: (object, context) => unsettled(object) ?? check.check(object, context),
}));
