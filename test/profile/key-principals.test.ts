import { HipaaProfile } from '../../lib/profile/profile';
import { eksProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });

describe('key administrators', () => {
  test.each<[unknown]>([[[]], [undefined], [null], ['arn:aws:iam::123456789012:role/keys'], [{}]])('are a list of at least one, not %j', (keyAdministrators) => {
    expectRefusal(() => make({ keyAdministrators }), { path: 'HipaaProfile', value: keyAdministrators, rule: 'control EN2', remedy: 'name an IAM role' });
  });

  test.each<[unknown]>([
    ['*'], ['arn:aws:iam::123456789012:role/*'], ['arn:aws:iam::*:role/keys'], ['arn:aws:iam:::role/keys'], ['arn:aws:sts::123456789012:assumed-role/x/y'], ['123456789012'], ['keys'], [''], [undefined], [null], [5], [['arn:aws:iam::123456789012:role/keys']],
    ['arn:aws:kms:us-east-1:123456789012:key/a'], ['arn:aws:iam::123456789012:role/keys\n'],
  ])('are IAM ARNs, not %j', (arn) => {
    expectRefusal(() => make({ keyAdministrators: ['arn:aws:iam::123456789012:role/keys', arn] }), { path: 'HipaaProfile', value: arn, rule: 'without wildcards', remedy: 'of one role or user' });
  });

  test.each([
    ['arn:aws:iam::123456789012:root'], ['arn:aws:iam::123456789012:role/aws-service-role/kms.amazonaws.com/AWSServiceRoleForKMS'], ['arn:aws:iam::123456789012:group/keys'], ['arn:aws:iam::aws:policy/AdministratorAccess'],
    ['arn:aws:iam::123456789012:instance-profile/node'],
  ])('are roles or users, not %j', (arn) => {
    expectRefusal(() => make({ keyAdministrators: [arn] }), { path: 'HipaaProfile', value: arn, rule: 'control EN2', remedy: 'one role or user' });
  });

  test.each(['arn:aws-us-gov:iam::123456789012:role/keys', 'arn:aws-cn:iam::123456789012:role/keys'])('are of the partition of the region, not %s', (arn) => {
    expectRefusal(() => make({ keyAdministrators: [arn] }), { path: 'HipaaProfile', value: arn, rule: 'us-east-1 is in the partition aws', remedy: "'arn:aws:'" });
  });

  test('may be of another account of the organization', () => {
    expect(make({ keyAdministrators: ['arn:aws:iam::210987654321:role/security/keys'] }).keyAdministrators).toHaveLength(1);
  });
});

describe('the role that runs Terraform', () => {
  test.each<[unknown, string]>([
    ['arn:aws:iam::123456789012:user/jane', 'control EN2'], ['arn:aws:iam::123456789012:root', 'control EN2'], ['arn:aws:iam::123456789012:role/*', 'without wildcards'],
    ['arn:aws-cn:iam::123456789012:role/terraform', 'partition aws'], ['terraform', 'without wildcards'], [undefined, 'without wildcards'],
  ])('is one role of the partition, not %j', (terraformRole, rule) => {
    expectRefusal(() => make({ terraformRole }), { path: 'HipaaProfile', value: terraformRole, rule, remedy: '' });
  });

  test('may be a key administrator as well', () => {
    expect(make({ terraformRole: 'arn:aws:iam::123456789012:role/key-administrators' }).terraformRole).toBe('arn:aws:iam::123456789012:role/key-administrators');
  });
});
