import { Control } from '../../controls/control';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { fieldOf, flagOf, UnknownValue } from './unknown-value';

/**
 * Keys rotate. Asymmetric and HMAC keys, and keys of a custom key store, can't be rotated by AWS KMS (AWS KMS, rotating keys), and imported ones are resources of another
 * type: they are not judged. A replica rotates with its primary.
 */
export const TERRAFORM_KMS_ROTATION: TerraformRule = {
  rule: {
    id: 'terraform-kms-rotation', control: Control.EN2_KEY_POLICY, reference: 'NIST SP 800-53 SC-12, CIS AWS Foundations 3.0 3.6',
    purpose: 'KMS keys rotate by themselves.',
  },
  *judge(document) {
    for (const key of document.ofType('aws_kms_key')) {
      const spec = fieldOf(key.values, 'customer_master_key_spec') ?? 'SYMMETRIC_DEFAULT';
      const store = fieldOf(key.values, 'custom_key_store_id');
      if ((spec !== 'SYMMETRIC_DEFAULT' && !(spec instanceof UnknownValue)) || (typeof store === 'string' && store !== '')) continue;
      const value = flagOf(key.values.enable_key_rotation);
      if (value === true) continue;
      const unknown = [value, spec, store].find((part): part is UnknownValue => part instanceof UnknownValue);
      yield unknown ? doubt(key, 'enable_key_rotation', unknown, document)
        : finding(key, 'enable_key_rotation', key.values.enable_key_rotation, value === undefined ? 'the key does not rotate: it is off by default' : 'the key does not rotate', 'set it to true');
    }
  },
};
