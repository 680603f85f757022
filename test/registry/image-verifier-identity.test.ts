import type { TerraformStack } from 'cdktf';
import { ImageVerifierIdentity, type ImageVerifierIdentityProps } from '../../lib/registry/image-verifier-identity';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const ROLE = 'arn:aws:sts::123456789012:assumed-role/image-verifier/pod';
const props: Required<ImageVerifierIdentityProps> = {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'image-verifier', namespace: 'images', serviceAccount: 'verifier',
  registries: [`${REGISTRY}/healthcare`, '210987654321.dkr.ecr.us-west-2.amazonaws.com'], kmsKeyArns: [KEY],
};
const DEFAULTS = { namespace: undefined, serviceAccount: undefined, registries: undefined, kmsKeyArns: undefined };
const make = (changes: object = {}) => (stack: TerraformStack) => new ImageVerifierIdentity(stack, 'Verifier', { ...props, ...changes });
const PERMISSIONS = concrete(synthStack(make()).only('aws_iam_role_policy').policy as string);
const WIDE = concrete(synthStack(make(DEFAULTS)).only('aws_iam_role_policy').policy as string);
const TRUST = concrete(synthStack(make(DEFAULTS)).only('aws_iam_role').assume_role_policy as string);

describe('ImageVerifierIdentity', () => {
  test('binds one role to the service account of the chart', () => {
    const stack = synthStack(make({ ...DEFAULTS, kmsKeyArns: [KEY] }));
    const [role] = Object.keys(stack.resources.aws_iam_role);

    expect(stack.only('aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'healthcare-cluster', namespace: 'cosign-system', service_account: 'policy-controller-webhook', region: 'us-east-1', role_arn: `\${aws_iam_role.${role}.arn}`,
    });
    expect(stack.only('aws_iam_role_policy').role).toBe(`\${aws_iam_role.${role}.name}`);
    expect(JSON.parse(stack.only('aws_iam_role_policy').policy as string)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    expect(synthStack(make()).only('aws_eks_pod_identity_association')).toMatchObject({ namespace: 'images', service_account: 'verifier' });
    expect(synthStack(make()).only('aws_iam_role').name).toBe('image-verifier');
  });

  test('has no permissions where neither ECR nor KMS is asked', () => {
    expect(synthStack(make({ registries: [], kmsKeyArns: [] })).resources.aws_iam_role_policy).toBeUndefined();
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({ ...DEFAULTS, region: 'cn-north-1', kmsKeyArns: ['arn:aws-cn:kms:cn-north-1:123456789012:key/a'] }));

    expect(stack.only('aws_iam_role_policy').policy).toContain('arn:aws-cn:ecr:cn-north-1:123456789012:repository/*');
    expect(JSON.stringify(stack.resources)).not.toContain('arn:aws:');
  });

  test('claims the identity of the workload', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Verifier/Resource implements AC11']);
  });

  const tags = { 'aws:RequestTag/kubernetes-namespace': 'cosign-system', 'aws:RequestTag/kubernetes-service-account': 'policy-controller-webhook' };
  const source = { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012' };
  test.each<[string, Record<string, string>, string]>([
    ['another namespace', { ...source, ...tags, 'aws:RequestTag/kubernetes-namespace': 'default' }, 'ImplicitlyDenied'],
    ['another service account', { ...source, ...tags, 'aws:RequestTag/kubernetes-service-account': 'default' }, 'ImplicitlyDenied'],
    ['another cluster', { ...source, ...tags, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/other' }, 'ImplicitlyDenied'],
    ["the verifier's pods", { ...source, ...tags }, 'Allowed'],
  ])('trusts: %s', async (_what, context, expected) => {
    expect(await decide({ principal: 'pods.eks.amazonaws.com', action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/image-verifier', context, resourcePolicy: TRUST })).toBe(expected);
  });

  const OURS = 'arn:aws:ecr:us-east-1:123456789012:repository/healthcare/patient-portal';
  const OTHER = 'arn:aws:ecr:us-east-1:123456789012:repository/elsewhere';
  /** A key that leaves the decision to IAM. */
  const KEY_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });
  test.each<[string, string, string, string, string]>([
    ['asks for a token', PERMISSIONS, 'ecr:GetAuthorizationToken', '*', 'Allowed'],
    ['pulls an attestation', PERMISSIONS, 'ecr:BatchGetImage', OURS, 'Allowed'],
    ['pulls its layer', PERMISSIONS, 'ecr:GetDownloadUrlForLayer', OURS, 'Allowed'],
    ['pulls any image of the account', WIDE, 'ecr:BatchGetImage', OTHER, 'Allowed'],
    ['reads the public half', PERMISSIONS, 'kms:GetPublicKey', KEY, 'Allowed'],
    ['describes the key', PERMISSIONS, 'kms:DescribeKey', KEY, 'Allowed'],
    ['pulls of an unapproved path', PERMISSIONS, 'ecr:BatchGetImage', OTHER, 'ImplicitlyDenied'],
    ['pulls of a path with a longer name', PERMISSIONS, 'ecr:BatchGetImage', 'arn:aws:ecr:us-east-1:123456789012:repository/healthcare-2/x', 'ImplicitlyDenied'],
    ['pulls of another region', WIDE, 'ecr:BatchGetImage', OTHER.replace('us-east-1', 'eu-west-1'), 'ImplicitlyDenied'],
    ['pushes', WIDE, 'ecr:PutImage', OURS, 'ImplicitlyDenied'],
    ['uploads a layer', WIDE, 'ecr:UploadLayerPart', OURS, 'ImplicitlyDenied'],
    ['deletes', WIDE, 'ecr:BatchDeleteImage', OURS, 'ImplicitlyDenied'],
    ['opens a repository', WIDE, 'ecr:SetRepositoryPolicy', OURS, 'ImplicitlyDenied'],
    ['signs', PERMISSIONS, 'kms:Sign', KEY, 'ImplicitlyDenied'],
    ['decrypts', PERMISSIONS, 'kms:Decrypt', KEY, 'ImplicitlyDenied'],
    ['reads the public half of another key', PERMISSIONS, 'kms:GetPublicKey', KEY.replace('1234abcd', '2234abcd'), 'ImplicitlyDenied'],
    ['reads a public half without keys', WIDE, 'kms:GetPublicKey', KEY, 'ImplicitlyDenied'],
  ])('may: %s', async (_what, permissions, action, resource, expected) => {
    expect(await decide({ principal: ROLE, action, resource, context: {}, identityPolicies: [permissions], ...(resource.includes(':kms:') ? { resourcePolicy: KEY_POLICY } : {}) })).toBe(expected);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no cluster', { clusterName: '*' }, '*', 'CreateCluster', '1 to 100'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['no role', { roleName: '' }, '', 'IAM', '64'],
    ['no namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['every service account', { serviceAccount: '*' }, '*', 'RFC 1123', 'a-z'],
    ['a registry of others', { registries: ['ghcr.io/company'] }, 'ghcr.io/company', 'control PS3', 'dkr.ecr.us-east-1.amazonaws.com'],
    ['every registry', { registries: ['*'] }, '*', 'control PS3', 'dkr.ecr.us-east-1.amazonaws.com'],
    ['a registry of another partition', { registries: ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn'] }, 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/*', 'partition aws', "'arn:aws:'"],
    ['an alias', { kmsKeyArns: ['alias/cosign'] }, 'alias/cosign', 'AWS: arn:', 'full ARN'],
    ['an unknown field', { push: true }, 'push', 'no other field', 'roleName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Verifier', value, rule, remedy });
  });
});
