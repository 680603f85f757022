import { Control } from '../../controls/control';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { numberOf, UnknownValue } from './unknown-value';

/** A key that is gone takes with it what it encrypted: the time to notice is as long as AWS KMS lets it be, 30 days, which is its default. */
export const TERRAFORM_KMS_DELETION: TerraformRule = {
  rule: {
    id: 'terraform-kms-deletion', control: Control.EN5_KEY_LOSS, reference: '45 CFR 164.308(a)(7)(i)',
    purpose: 'The deletion of a KMS key waits 30 days.',
  },
  *judge(document) {
    for (const type of ['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key', 'aws_kms_replica_external_key']) {
      for (const key of document.ofType(type)) {
        const value = key.values.deletion_window_in_days;
        if (value instanceof UnknownValue) yield doubt(key, 'deletion_window_in_days', value, document);
        else if (!((numberOf(value) ?? 30) >= 30)) yield finding(key, 'deletion_window_in_days', value, 'the key is gone in less than 30 days', 'set it to 30');
      }
    }
  },
};
