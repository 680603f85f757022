import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { TerraformStack } from 'cdktf';
import { EksSecretsEncryption, type EksSecretsEncryptionProps } from '../../lib/encryption/eks-secrets-encryption';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const DEPLOYER = 'arn:aws:iam::123456789012:role/deployer';
const makeKey = (stack: TerraformStack, grantors: readonly string[] = [DEPLOYER]) => new EncryptionKey(stack, 'Key', {
  alias: 'secrets', account: '123456789012', region: 'us-east-1', administrators: ['arn:aws:iam::123456789012:role/key-administrators'], grantors,
});

describe('EksSecretsEncryption', () => {
  test('sets the key on the cluster, for secrets', () => {
    const stack = synthStack((scope) => {
      const props: Required<EksSecretsEncryptionProps> = { cluster: plainCluster(scope), key: makeKey(scope) };
      new EksSecretsEncryption(scope, 'Encryption', props);
    });
    const [keyName] = Object.keys(stack.resources.aws_kms_key);

    expect(stack.only('aws_eks_cluster').encryption_config).toEqual({ provider: { key_arn: `\${aws_kms_key.${keyName}.arn}` }, resources: ['secrets'] });
    expect(stack.only('aws_eks_cluster')).toMatchSnapshot();
  });

  test('lets the cluster role, and who creates the cluster, do what EKS asks of them', async () => {
    const stack = synthStack((scope) => {
      const role = new IamRole(scope, 'Role', { name: 'control-plane', assumeRolePolicy: '{}' });
      new EksSecretsEncryption(scope, 'Encryption', { cluster: plainCluster(scope, { roleArn: role.arn }), key: makeKey(scope) });
    });
    const resourcePolicy = concrete(stack.only('aws_kms_key').policy as string, { 'aws_iam_role.Role.arn': 'arn:aws:iam::123456789012:role/control-plane' });
    const resource = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const ask = (role: string, action: string, context = {}) => decide({ principal: `arn:aws:sts::123456789012:assumed-role/${role}/s`, action, resource, context, resourcePolicy });

    for (const action of ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants']) expect([action, await ask('control-plane', action)]).toEqual([action, 'Allowed']);
    expect(await ask('deployer', 'kms:DescribeKey')).toBe('Allowed');
    // Not with kms:GrantIsForAWSResource, which CreateCluster does not support.
    expect(await ask('deployer', 'kms:CreateGrant')).toBe('Allowed');
    expect(await ask('key-administrators', 'kms:CreateGrant')).toBe('ImplicitlyDenied');
    expect(await ask('deployer', 'kms:Decrypt')).toBe('ImplicitlyDenied');
  });

  test('claims encryption on the cluster', () => {
    const stack = testStack();
    new EksSecretsEncryption(stack, 'Encryption', { cluster: plainCluster(stack), key: makeKey(stack) });

    expect(claimsBelow(stack)).toContain('Test/Cluster implements EN1');
  });

  test('refuses to replace an encryption that is there', () => {
    expectRefusal(() => synthStack((scope) => {
      const cluster = plainCluster(scope, { encryptionConfig: { resources: ['secrets'], provider: { keyArn: 'arn:aws:kms:us-east-1:123456789012:key/a' } } });
      new EksSecretsEncryption(scope, 'Encryption', { cluster, key: makeKey(scope) });
    }), { path: 'Test/Encryption', value: 'Test/Cluster', rule: 'irreversible', remedy: 'leave' });
  });

  test('refuses a key that nobody may hand to EKS', () => {
    expectRefusal(() => synthStack((scope) => new EksSecretsEncryption(scope, 'Encryption', { cluster: plainCluster(scope), key: makeKey(scope, []) })),
      { path: 'Test/Encryption', value: 'Test/Key', rule: 'kms:CreateGrant', remedy: 'grantors' });
  });

  test.each<[string, object, unknown, string, string]>([
    ['the name of a cluster', { cluster: 'healthcare-cluster' }, 'healthcare-cluster', 'attribute of the cluster alone', 'EksCluster resource'],
    ['the ARN of a key', { key: 'arn:aws:kms:us-east-1:123456789012:key/a' }, 'arn:aws:kms:us-east-1:123456789012:key/a', 'EN1', 'EncryptionKey'],
    ['an unknown field', { resources: ['configmaps'] }, 'resources', 'no other field', 'cluster, key'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack((scope) => new EksSecretsEncryption(scope, 'Encryption', { cluster: plainCluster(scope), key: makeKey(scope), ...changes })),
      { path: 'Test/Encryption', value, rule, remedy });
  });

  test.each<[string, object, string, string]>([
    ['region', { region: 'eu-west-1' }, 'its own region alone', 'eu-west-1'],
    ['account', { roleArn: 'arn:aws:iam::999999999999:role/control-plane' }, 'account 123456789012', 'account 999999999999'],
  ])('refuses a key of another %s than the cluster', (_what, changes, rule, remedy) => {
    expectRefusal(() => synthStack((scope) => new EksSecretsEncryption(scope, 'Encryption', { cluster: plainCluster(scope, changes), key: makeKey(scope) })),
      { path: 'Test/Encryption', value: 'Test/Key', rule, remedy });
  });

  test.each([{ region: 'us-east-1' }, { region: '${var.region}' }, { roleArn: '${aws_iam_role.a.arn}' }])('takes a cluster with %j', (changes) => {
    expect(synthStack((scope) => new EksSecretsEncryption(scope, 'Encryption', { cluster: plainCluster(scope, changes), key: makeKey(scope) })).only('aws_eks_cluster').encryption_config).toBeDefined();
  });

  test('refuses another resource for the cluster', () => {
    const stack = testStack();
    const role = new IamRole(stack, 'Role', { assumeRolePolicy: '{}' });

    expectRefusal(() => new EksSecretsEncryption(stack, 'Encryption', { cluster: role as unknown as EksCluster, key: makeKey(stack) }),
      { path: 'Test/Encryption', value: role, rule: 'EN1', remedy: 'EksCluster resource' });
  });

  test('leaves the cluster as it was where its role is none', () => {
    const stack = testStack();
    const cluster = plainCluster(stack, { roleArn: 'arn:aws:iam::123456789012:root' });

    expectRefusal(() => new EksSecretsEncryption(stack, 'Encryption', { cluster, key: makeKey(stack) }),
      { path: 'Test/Key', value: 'arn:aws:iam::123456789012:root', rule: 'EN2', remedy: 'one role or user' });
    expect(cluster.encryptionConfigInput).toBeUndefined();
  });
});
