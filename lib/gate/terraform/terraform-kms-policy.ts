import { Control } from '../../controls/control';
import { judgeResourcePolicy } from './terraform-principals';
import type { TerraformRule } from './terraform-rule';

const KEYS = ['aws_kms_key', 'aws_kms_replica_key', 'aws_kms_external_key', 'aws_kms_replica_external_key', 'aws_kms_key_policy'];
const TEXTS = {
  everybody: 'whoever has a principal of AWS may use the key, and read what it encrypts', everybodyBut: 'it allows everybody but those that it names',
  remedy: 'name the roles and services that may, or bound it by kms:CallerAccount',
};

/** No policy of a key is for everybody: it alone says who may decrypt, whatever policies of identities say (AWS KMS, key policies). A key without one has that of its account. */
export const TERRAFORM_KMS_POLICY: TerraformRule = {
  rule: {
    id: 'terraform-kms-policy', control: Control.EN2_KEY_POLICY, reference: '45 CFR 164.312(a)(2)(iv), NIST SP 800-53 SC-12',
    purpose: 'KMS keys are for named principals.',
  },
  *judge(document) {
    for (const type of KEYS) {
      for (const key of document.ofType(type)) yield* judgeResourcePolicy(key, 'policy', TEXTS, document);
    }
  },
};
