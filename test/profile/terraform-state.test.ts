import { HipaaProfile } from '../../lib/profile/profile';
import { eksProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });

describe('the Terraform state', () => {
  test.each<[object, unknown, string, string]>([
    [{ bucketName: 'My_Bucket' }, 'My_Bucket', 'bucket naming rules', '3 to 63'],
    [{ kmsKeyArn: 'arn:aws:iam::123456789012:role/keys' }, 'arn:aws:iam::123456789012:role/keys', 'without wildcards', 'full ARN'],
    [{ kmsKeyArn: 'alias/state' }, 'alias/state', 'without wildcards', 'full ARN'],
    [{ kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/*' }, 'arn:aws:kms:us-east-1:123456789012:key/*', 'without wildcards', 'full ARN'],
    [{ kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }, 'arn:aws-cn:kms:cn-north-1:123456789012:key/a', 'in the partition aws', "'arn:aws:'"],
  ])('refuses %j', (terraformState, value, rule, remedy) => {
    expectRefusal(() => make({ terraformState }), { path: 'HipaaProfile.terraformState', value, rule, remedy });
  });

  test.each<[unknown]>([[null], ['my-state'], [[]]])('is an object, not %j', (terraformState) => {
    expectRefusal(() => make({ terraformState }), { path: 'HipaaProfile.terraformState', value: terraformState, rule: 'takes no other field', remedy: 'bucketName, kmsKeyArn' });
  });
});
