import type { TerraformStack } from 'cdktf';
import { LogShipperWebIdentity, type LogShipperWebIdentityProps } from '../../lib/audit/log-shipper-web-identity';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type SynthesizedStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const AKS = 'https://westeurope.oic.prod-aks.azure.com/0a1b2c3d/4e5f6071/';
const props: Required<LogShipperWebIdentityProps> = {
  issuer: 'https://oidc.example.com/healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'log-shipper', namespace: 'hipaa-logging', serviceAccount: 'fluent-bit',
  bucketArn: 'arn:aws:s3:::hipaa-audit-logs', prefix: 'audit-logs/healthcare-cluster', kmsKeyArn: KEY, bucketRegion: 'us-west-2',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new LogShipperWebIdentity(stack, 'Shipper', { ...props, ...changes });

/** The trust policy with the ARN that IAM gives a provider: its URL without the scheme. */
function trustOf(stack: SynthesizedStack): string {
  const [[name, { url }]] = Object.entries(stack.resources.aws_iam_openid_connect_provider);
  const arn = `arn:aws:iam::123456789012:oidc-provider/${(url as string).slice('https://'.length)}`;
  return concrete(stack.only('aws_iam_role').assume_role_policy as string, { [`aws_iam_openid_connect_provider.${name}.arn`]: arn });
}

describe('LogShipperWebIdentity', () => {
  test('registers the issuer and binds one role to one service account', () => {
    const stack = synthStack(make());

    expect(stack.only('aws_iam_openid_connect_provider')).toEqual({ url: props.issuer, client_id_list: ['sts.amazonaws.com'] });
    expect(stack.only('aws_iam_role').name).toBe('log-shipper');
    expect(stack.only('aws_iam_role_policy').policy).toContain('"kms:ViaService":"s3.us-west-2.amazonaws.com"');
    expect({ trust: JSON.parse(trustOf(stack)) as unknown, permissions: JSON.parse(stack.only('aws_iam_role_policy').policy as string) as unknown }).toMatchSnapshot();
  });

  test('takes the region of the cluster for the bucket, where no other is given', () => {
    const stack = synthStack(make({ bucketRegion: undefined, kmsKeyArn: KEY.replace('us-west-2', 'us-east-1') }));

    expect(stack.only('aws_iam_role_policy').policy).toContain('"kms:ViaService":"s3.us-east-1.amazonaws.com"');
  });

  test('keeps the slash that an issuer of AKS ends in: the token has it, so the provider and the claims have it', () => {
    const stack = synthStack(make({ issuer: AKS }));

    expect(stack.only('aws_iam_openid_connect_provider').url).toBe(AKS);
    expect(Object.keys((JSON.parse(trustOf(stack)) as { Statement: { Condition: { StringEquals: object } }[] }).Statement[0].Condition.StringEquals)).toEqual([
      'westeurope.oic.prod-aks.azure.com/0a1b2c3d/4e5f6071/:sub', 'westeurope.oic.prod-aks.azure.com/0a1b2c3d/4e5f6071/:aud',
    ]);
  });

  test('exposes role and provider, and claims workload identity on the role', () => {
    const stack = testStack();
    const shipper = make()(stack);

    expect(shipper.node.defaultChild).toBe(shipper.provider);
    expect(shipper.role.nameInput).toBe('log-shipper');
    expect(claimsBelow(stack)).toEqual(['Test/Shipper/Role implements AC11']);
  });

  const statement = () => (JSON.parse(trustOf(synthStack(make()))) as { Statement: Record<string, unknown>[] }).Statement;
  test('trusts one subject and one audience, by equality', () => {
    expect(statement()).toEqual([{
      Sid: 'AllowServiceAccount',
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/oidc.example.com/healthcare-cluster' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: {
        'oidc.example.com/healthcare-cluster:sub': 'system:serviceaccount:hipaa-logging:fluent-bit',
        'oidc.example.com/healthcare-cluster:aud': 'sts.amazonaws.com',
      } },
    }]);
  });

  const permissions = concrete(synthStack(make()).only('aws_iam_role_policy').policy as string);
  test.each([
    ['s3:PutObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/healthcare-cluster/a.gz', 'Allowed'],
    ['s3:PutObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/healthcare-cluster-2/a.gz', 'ImplicitlyDenied'],
    ['s3:GetObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/healthcare-cluster/a.gz', 'ImplicitlyDenied'],
    ['s3:DeleteObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/healthcare-cluster/a.gz', 'ImplicitlyDenied'],
  ])('answers the shipper that asks for %s on %s', async (action, resource, decision) => {
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/log-shipper/pod', action, resource, identityPolicies: [permissions] })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['an issuer without TLS', { issuer: 'http://oidc.example.com' }, 'http://oidc.example.com', 'CreateOpenIDConnectProvider', 'https://'],
    ["the API server's default issuer, which only the cluster reaches", { issuer: 'https://kubernetes.default.svc.cluster.local' }, 'https://kubernetes.default.svc.cluster.local', 'over the internet', '--service-account-issuer'],
    ['an address for the issuer', { issuer: 'https://10.0.0.1' }, 'https://10.0.0.1', 'over the internet', '--service-account-issuer'],
    ['an issuer that only Terraform knows', { issuer: '${var.issuer}' }, '${var.issuer}', 'CreateOpenIDConnectProvider', 'https://'],
    ['every service account', { serviceAccount: '*' }, '*', 'RFC 1123 subdomain', 'at most 253'],
    ['every namespace', { namespace: '*' }, '*', 'RFC 1123 label', 'at most 63'],
    ['the ARN of an alias', { kmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:alias/archive' }, 'arn:aws:kms:us-west-2:123456789012:alias/archive', 'an alias can move', ':key/'],
    ['a key of another region than the bucket', { bucketRegion: 'eu-west-1' }, KEY, 'its own region alone', 'in eu-west-1'],
    ['an unknown field', { audience: 'x' }, 'audience', 'no other field', 'issuer'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Shipper', value, rule, remedy });
  });
});
