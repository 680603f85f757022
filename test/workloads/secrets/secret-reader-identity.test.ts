import type { TerraformStack } from 'cdktf';
import { SecretReaderIdentity, type SecretReaderIdentityProps } from '../../../lib/workloads/secrets/secret-reader-identity';
import { claimsBelow } from '../../support/claims';
import { concrete, decide } from '../../support/iam';
import { expectRefusal } from '../../support/refusal';
import { synthStack, testStack } from '../../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_KEY = KEY.replace('us-east-1', 'us-west-2');
const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret';
const PARAMETERS = 'arn:aws:ssm:us-east-1:123456789012:parameter';
const props: Required<SecretReaderIdentityProps> = {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'portal-secrets', namespace: 'healthcare-prod', serviceAccount: 'portal',
  secretNames: ['healthcare-prod/db'], secretArns: [`${SECRETS}:portal/api-AbCdEf`], parameterNames: ['/healthcare-prod/url'], kmsKeyArns: [KEY, OTHER_KEY], failoverRegion: 'us-west-2',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new SecretReaderIdentity(stack, 'Secrets', { ...props, ...changes });
const made = synthStack(make());
const TRUST = concrete(made.only('aws_iam_role').assume_role_policy as string);
const PERMISSIONS = concrete(made.only('aws_iam_role_policy').policy as string);

describe('SecretReaderIdentity', () => {
  test('binds one role to one service account', () => {
    const [role] = Object.keys(made.resources.aws_iam_role);

    expect(made.only('aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'healthcare-cluster', namespace: 'healthcare-prod', service_account: 'portal', region: 'us-east-1', role_arn: `\${aws_iam_role.${role}.arn}`,
    });
    expect(made.only('aws_iam_role_policy').role).toBe(`\${aws_iam_role.${role}.name}`);
    expect(JSON.parse(PERMISSIONS)).toMatchSnapshot();
  });

  test('reads one name without keys, parameters or another region', () => {
    const policy = JSON.parse(synthStack(make({ secretArns: undefined, parameterNames: undefined, kmsKeyArns: undefined, failoverRegion: undefined })).only('aws_iam_role_policy').policy as string) as unknown;

    expect(policy).toEqual({ Version: '2012-10-17', Statement: [{ Sid: 'AllowSecrets', Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: `${SECRETS}:healthcare-prod/db-??????` }] });
  });

  test('takes references, and uses the names of the partition', () => {
    expect(synthStack(make({ secretArns: ['${aws_secretsmanager_secret.S.arn}'], kmsKeyArns: ['${aws_kms_key.K.arn}'] })).only('aws_iam_role_policy').policy).toContain('"${aws_secretsmanager_secret.S.arn}"');
    const china = synthStack(make({ region: 'cn-north-1', failoverRegion: 'cn-northwest-1', secretArns: [], kmsKeyArns: ['arn:aws-cn:kms:cn-north-1:123456789012:key/a'] })).only('aws_iam_role_policy').policy as string;
    expect(china).toContain('secretsmanager.cn-northwest-1.amazonaws.com.cn');
    expect(china).not.toContain('arn:aws:');
  });

  test('claims the identity of the workload', () => {
    const stack = testStack();
    make()(stack);
    expect(claimsBelow(stack)).toEqual(['Test/Secrets/Resource implements AC11']);
  });

  const tags = { 'aws:RequestTag/kubernetes-namespace': 'healthcare-prod', 'aws:RequestTag/kubernetes-service-account': 'portal' };
  const source = { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012' };
  test.each<[string, Record<string, string>, string]>([
    ['another namespace', { ...source, ...tags, 'aws:RequestTag/kubernetes-namespace': 'default' }, 'ImplicitlyDenied'],
    ['another service account', { ...source, ...tags, 'aws:RequestTag/kubernetes-service-account': 'default' }, 'ImplicitlyDenied'],
    ['another cluster', { ...source, ...tags, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/other' }, 'ImplicitlyDenied'],
    ["the workload's pods", { ...source, ...tags }, 'Allowed'],
  ])('trusts: %s', async (_what, context, expected) => {
    expect(await decide({ principal: 'pods.eks.amazonaws.com', action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/portal-secrets', context, resourcePolicy: TRUST })).toBe(expected);
  });

  /** A key that leaves the decision to IAM. */
  const KEY_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });
  const via = (service: string) => ({ 'kms:ViaService': `${service}.amazonaws.com` });
  test.each<[string, string, string, Record<string, string>, string]>([
    ['its secret', 'secretsmanager:GetSecretValue', `${SECRETS}:healthcare-prod/db-Xy12Zw`, {}, 'Allowed'],
    ['its secret in the other region', 'secretsmanager:GetSecretValue', `${SECRETS.replace('us-east-1', 'us-west-2')}:healthcare-prod/db-Xy12Zw`, {}, 'Allowed'],
    ['what its secret is', 'secretsmanager:DescribeSecret', `${SECRETS}:healthcare-prod/db-Xy12Zw`, {}, 'Allowed'],
    ['a secret by its ARN', 'secretsmanager:GetSecretValue', `${SECRETS}:portal/api-AbCdEf`, {}, 'Allowed'],
    ['its parameter', 'ssm:GetParameters', `${PARAMETERS}/healthcare-prod/url`, {}, 'Allowed'],
    ['its key by Secrets Manager', 'kms:Decrypt', KEY, via('secretsmanager.us-east-1'), 'Allowed'],
    ['its key by Parameter Store', 'kms:Decrypt', KEY, via('ssm.us-east-1'), 'Allowed'],
    ['its other key in the other region', 'kms:Decrypt', OTHER_KEY, via('secretsmanager.us-west-2'), 'Allowed'],
    ['a secret with a longer name', 'secretsmanager:GetSecretValue', `${SECRETS}:healthcare-prod/db-admin-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ['a secret with a longer end', 'secretsmanager:GetSecretValue', `${SECRETS}:healthcare-prod/db2-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ["another namespace's secret", 'secretsmanager:GetSecretValue', `${SECRETS}:patient-data/db-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ["another account's secret", 'secretsmanager:GetSecretValue', `${SECRETS.replace('123456789012', '210987654321')}:healthcare-prod/db-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ['another region', 'secretsmanager:GetSecretValue', `${SECRETS.replace('us-east-1', 'eu-west-1')}:healthcare-prod/db-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ['writes its secret', 'secretsmanager:PutSecretValue', `${SECRETS}:healthcare-prod/db-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ['lists secrets', 'secretsmanager:ListSecrets', '*', {}, 'ImplicitlyDenied'],
    ['opens its secret to others', 'secretsmanager:PutResourcePolicy', `${SECRETS}:healthcare-prod/db-Xy12Zw`, {}, 'ImplicitlyDenied'],
    ['parameters below its own', 'ssm:GetParameters', `${PARAMETERS}/healthcare-prod/url/x`, {}, 'ImplicitlyDenied'],
    ['a tree of parameters', 'ssm:GetParametersByPath', `${PARAMETERS}/healthcare-prod`, {}, 'ImplicitlyDenied'],
    ['its key past the services', 'kms:Decrypt', KEY, {}, 'ImplicitlyDenied'],
    ['its key by S3', 'kms:Decrypt', KEY, via('s3.us-east-1'), 'ImplicitlyDenied'],
    ['encrypts', 'kms:Encrypt', KEY, via('secretsmanager.us-east-1'), 'ImplicitlyDenied'],
  ])('may: %s', async (_what, action, resource, context, expected) => {
    const principal = 'arn:aws:sts::123456789012:assumed-role/portal-secrets/pod';
    expect(await decide({ principal, action, resource, context, identityPolicies: [PERMISSIONS], ...(resource.includes(':kms:') ? { resourcePolicy: KEY_POLICY } : {}) })).toBe(expected);
  });

  test.each<[string, object, unknown, string, string]>([
    ['every cluster', { clusterName: '*' }, '*', 'CreateCluster', '1 to 100'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['a region of Terraform', { region: '${var.r}' }, '${var.r}', 'at synth', 'itself'],
    ['no other region', { failoverRegion: 'x' }, 'x', 'regions', 'us-east-1'],
    ['a region of another partition', { failoverRegion: 'cn-north-1' }, 'cn-north-1', 'partition', 'aws'],
    ['no role', { roleName: '' }, '', 'IAM', '64'],
    ['every namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['every service account', { serviceAccount: '*' }, '*', 'RFC 1123', 'a-z'],
    ['nothing to read', { secretNames: [], secretArns: [], parameterNames: [] }, [], 'AC3', 'secretNames'],
    ['every secret', { secretNames: ['*'] }, '*', 'AC3', 'without wildcards'],
    ['every secret of a prefix', { secretArns: [`${SECRETS}:*`] }, `${SECRETS}:*`, 'without wildcards', 'full ARN'],
    ['an ARN without its end', { secretArns: [`${SECRETS}:db`] }, `${SECRETS}:db`, 'six characters', 'secretNames'],
    ['an ARN of another partition', { secretArns: ['arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a-AbCdEf'] }, 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a-AbCdEf', 'partition', 'arn:aws:'],
    ['a tree of parameters', { parameterNames: ['/a/*'] }, '/a/*', 'AC3', 'without wildcards'],
    ['a key of a third region', { kmsKeyArns: [KEY.replace('us-east-1', 'eu-west-1')] }, KEY.replace('us-east-1', 'eu-west-1'), 'its own region', 'us-east-1'],
    ['an alias', { kmsKeyArns: ['arn:aws:kms:us-east-1:123456789012:alias/a'] }, 'arn:aws:kms:us-east-1:123456789012:alias/a', 'alias', 'own ARN'],
    ['an unknown field', { actions: [] }, 'actions', 'no other field', 'secretNames'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Secrets', value, rule, remedy });
  });
});
