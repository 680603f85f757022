import type { TerraformStack } from 'cdktf';
import { ImageRepository, type ImageRepositoryProps } from '../../lib/registry/image-repository';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const PIPELINE = 'arn:aws:iam::123456789012:role/pipeline';
const TERRAFORM = 'arn:aws:iam::123456789012:role/terraform';
const props: Required<ImageRepositoryProps> = {
  repositoryName: 'healthcare/patient-portal', region: 'us-east-1', account: '123456789012', kmsKeyArn: KEY, untaggedExpirationDays: 7, pushers: [PIPELINE], repositoryAdministrators: [TERRAFORM],
};
const make = (changes: object = {}) => (stack: TerraformStack) => new ImageRepository(stack, 'Images', { ...props, ...changes });

describe('ImageRepository', () => {
  test('is immutable, scanned and encrypted', () => {
    const stack = synthStack(make({ untaggedExpirationDays: undefined, pushers: undefined, repositoryAdministrators: undefined }));
    const name = `\${aws_ecr_repository.${Object.keys(stack.resources.aws_ecr_repository)[0]}.name}`;

    expect(stack.only('aws_ecr_repository')).toEqual({
      name: 'healthcare/patient-portal', region: 'us-east-1', image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION', image_tag_mutability_exclusion_filter: [{ filter: 'sha256-*', filter_type: 'WILDCARD' }], image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: 'KMS', kms_key: KEY }], force_delete: false, lifecycle: { prevent_destroy: true },
    });
    expect(stack.only('aws_ecr_lifecycle_policy')).toMatchObject({ repository: name, region: 'us-east-1' });
    expect(stack.only('aws_ecr_repository_policy').repository).toBe(name);
    expect({ lifecycle: JSON.parse(stack.only('aws_ecr_lifecycle_policy').policy as string) as unknown, policy: JSON.parse(stack.only('aws_ecr_repository_policy').policy as string) as unknown }).toMatchSnapshot();
  });

  test.each([
    [`sha256-${'0a'.repeat(32)}.att`, false], [`sha256-${'0a'.repeat(32)}.sig`, false], [`sha256-${'0a'.repeat(32)}`, false],
    ['1.0.0', true], ['latest', true], ['sha256', true], ['v-sha256-1', true], ['main', true],
  ])('the tag %s stays: %s', (tag, stays) => {
    const { image_tag_mutability_exclusion_filter: filters } = synthStack(make()).only('aws_ecr_repository') as { image_tag_mutability_exclusion_filter: { filter: string }[] };
    const moves = filters.some(({ filter }) => new RegExp(`^${filter.split('*').map((part) => part.replace(/[.]/g, '\\.')).join('.*')}$`).test(tag));

    expect(!moves).toBe(stays);
  });

  test('takes every prop', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_ecr_lifecycle_policy').policy).toContain('"countNumber":7');
    expect(stack.only('aws_ecr_repository_policy').policy).toContain(PIPELINE);
    expect(stack.only('aws_ecr_repository_policy').policy).toContain(TERRAFORM);
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({ region: 'cn-north-1', kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a', pushers: undefined, repositoryAdministrators: undefined }));

    expect(stack.only('aws_ecr_repository_policy').policy).toContain('arn:aws-cn:iam::123456789012:root');
  });

  test('claims no control: nothing here verifies an image', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each(['ab', 'patient-portal', 'healthcare/a.b/c__d', 'a--b'])('takes the name %s', (repositoryName) => {
    expect(synthStack(make({ repositoryName })).only('aws_ecr_repository').name).toBe(repositoryName);
  });

  test.each<[string, object, unknown, string, string]>([
    ...['A', 'a', 'Portal', 'a//b', '/a', 'a/', 'a-', 'a..b', '*', 'x'.repeat(257)].map((name): [string, object, unknown, string, string] => [`the name ${name.slice(0, 8)}`, { repositoryName: name }, name, 'CreateRepository', '2 to 256']),
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['an alias', { kmsKeyArn: 'alias/ecr' }, 'alias/ecr', 'AWS: arn:', 'full ARN'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['no days', { untaggedExpirationDays: 0 }, 0, 'lifecycle', '1 to'],
    ['an account that pushes', { pushers: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['an administrator of another partition', { repositoryAdministrators: ['arn:aws-cn:iam::123456789012:role/x'] }, 'arn:aws-cn:iam::123456789012:role/x', 'partition aws', "'arn:aws:'"],
    ['mutable tags', { imageTagMutability: 'MUTABLE' }, 'imageTagMutability', 'no other field', 'repositoryName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Images', value, rule, remedy });
  });

  const POLICY = concrete(synthStack(make()).only('aws_ecr_repository_policy').policy as string);
  const CLOSED = concrete(synthStack(make({ repositoryAdministrators: undefined })).only('aws_ecr_repository_policy').policy as string);
  const REPOSITORY = 'arn:aws:ecr:us-east-1:123456789012:repository/healthcare/patient-portal';
  const ADMIN = 'arn:aws:iam::123456789012:role/admin';
  const here = { 'aws:PrincipalAccount': '123456789012', 'aws:PrincipalIsAWSService': 'false' };
  const elsewhere = { 'aws:PrincipalAccount': '210987654321', 'aws:PrincipalIsAWSService': 'false' };

  test.each<[string, string, string, string, Record<string, string>, string]>([
    ['another account pulls', POLICY, 'arn:aws:iam::210987654321:role/node', 'ecr:BatchGetImage', elsewhere, 'ExplicitlyDenied'],
    ['another account pushes', POLICY, 'arn:aws:iam::210987654321:role/pipeline', 'ecr:PutImage', elsewhere, 'ExplicitlyDenied'],
    ['an administrator pushes', POLICY, ADMIN, 'ecr:PutImage', here, 'ExplicitlyDenied'],
    ['an administrator deletes an image', POLICY, ADMIN, 'ecr:BatchDeleteImage', here, 'ExplicitlyDenied'],
    ['an administrator makes tags mutable', POLICY, ADMIN, 'ecr:PutImageTagMutability', here, 'ExplicitlyDenied'],
    ['an administrator turns scans off', POLICY, ADMIN, 'ecr:PutImageScanningConfiguration', here, 'ExplicitlyDenied'],
    ['an administrator opens the repository', POLICY, ADMIN, 'ecr:SetRepositoryPolicy', here, 'ExplicitlyDenied'],
    ['the pipeline deletes an image', POLICY, PIPELINE, 'ecr:BatchDeleteImage', here, 'ExplicitlyDenied'],
    ['who runs Terraform pushes', POLICY, TERRAFORM, 'ecr:PutImage', here, 'ExplicitlyDenied'],
    ['who runs Terraform and is not named changes the policy', CLOSED, TERRAFORM, 'ecr:SetRepositoryPolicy', here, 'ExplicitlyDenied'],
    ['a node pulls', POLICY, 'arn:aws:iam::123456789012:role/node', 'ecr:BatchGetImage', here, 'Allowed'],
    ['the pipeline pushes', POLICY, PIPELINE, 'ecr:PutImage', here, 'Allowed'],
    ['who runs Terraform changes the policy', POLICY, TERRAFORM, 'ecr:SetRepositoryPolicy', here, 'Allowed'],
    ['root changes the policy', CLOSED, 'arn:aws:iam::123456789012:root', 'ecr:SetRepositoryPolicy', here, 'Allowed'],
  ])('%s', async (_what, resourcePolicy, principal, action, context, expected) => {
    expect(await decide({ principal, action, resource: REPOSITORY, context, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy })).toBe(expected);
  });
});
