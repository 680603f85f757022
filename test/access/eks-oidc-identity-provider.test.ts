import type { TerraformStack } from 'cdktf';
import { EksOidcIdentityProvider, type EksOidcIdentityProviderProps } from '../../lib/access/eks-oidc-identity-provider';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const base: EksOidcIdentityProviderProps = {
  clusterName: 'healthcare-cluster', configName: 'company', issuerUrl: 'https://login.example.com/tenant', clientId: 'kubernetes', groupsPrefix: 'oidc:', region: 'us-east-1',
};
const make = (changes: object = {}, id = 'People') => (stack: TerraformStack) => new EksOidcIdentityProvider(stack, id, { ...base, ...changes });
const MFA = { requiredClaims: { acr: 'mfa' }, mfaClaim: 'acr' };

describe('EksOidcIdentityProvider', () => {
  test('names people by what is never given to another, apart from the names of Kubernetes', () => {
    const config = synthStack(make()).only('aws_eks_identity_provider_config');

    expect(config).toMatchObject({ cluster_name: 'healthcare-cluster', region: 'us-east-1' });
    expect(config.oidc).toEqual({
      identity_provider_config_name: 'company', issuer_url: 'https://login.example.com/tenant', client_id: 'kubernetes',
      username_claim: 'sub', username_prefix: 'oidc:', groups_claim: 'groups', groups_prefix: 'oidc:',
    });
    expect(config).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<EksOidcIdentityProviderProps> = { ...base, ...MFA, groupsPrefix: 'g:', usernameClaim: 'oid', usernamePrefix: 'u:', groupsClaim: 'teams', region: 'eu-west-1' };
    const config = synthStack((stack) => new EksOidcIdentityProvider(stack, 'People', props)).only('aws_eks_identity_provider_config');

    expect(config.region).toBe('eu-west-1');
    expect(config.oidc).toMatchObject({ username_claim: 'oid', username_prefix: 'u:', groups_claim: 'teams', groups_prefix: 'g:', required_claims: { acr: 'mfa' } });
  });

  test.each<[string, object, string[]]>([
    ['sub', {}, ['implements AC1', 'left-open AC2']],
    ['oid', { usernameClaim: 'oid' }, ['implements AC1', 'left-open AC2']],
    ['an address', { usernameClaim: 'email' }, ['falls-short AC1', 'left-open AC2']],
    ['a second factor', MFA, ['implements AC1', 'implements AC2']],
    ['a claim that says nothing of one', { requiredClaims: { hd: 'example.com' } }, ['implements AC1', 'left-open AC2']],
  ])('claims for %s', (_what, changes, claims) => {
    const stack = testStack();
    const provider = make(changes)(stack);

    expect(provider.node.defaultChild).toBe(provider.config);
    expect(provider.groupsPrefix).toBe('oidc:');
    expect(claimsBelow(stack)).toEqual(claims.map((claim) => `Test/People/Resource ${claim}`));
  });

  test('refuses a second provider of one cluster', () => {
    const two = (clusterName: string) => () => synthStack((stack) => {
      make()(stack);
      make({ clusterName }, 'Others')(stack);
    });

    expect(two('healthcare-cluster')).toThrow(/\[Test\/People\] the cluster has two identity providers: 'Test\/Others\/Resource'/);
    expect(two('other-cluster')).not.toThrow();
  });

  test.each<[string, object, unknown, string, string]>([
    ['a cluster that is none', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['a name that EKS refuses', { configName: 'a b' }, 'a b', 'AssociateIdentityProviderConfig', '1 to 100'],
    ['an issuer without TLS', { issuerUrl: 'http://login.example.com' }, 'http://login.example.com', 'https URL', 'https://'],
    ['an issuer that AWS does not reach', { issuerUrl: 'https://login.corp' }, 'https://login.corp', 'over the internet', 'public host'],
    ['no client', { clientId: ' ' }, ' ', 'clientId is required', 'non-empty'],
    ['no prefix of groups', { groupsPrefix: undefined }, undefined, 'groupsPrefix is required', 'non-empty'],
    ['the switch that turns prefixes off', { groupsPrefix: '-' }, '-', 'AC4', "'oidc:'"],
    ["groups of Kubernetes' own", { groupsPrefix: 'system:' }, 'system:', 'AC4', "'oidc:'"],
    ["users of Kubernetes' own", { usernamePrefix: 'my-System:' }, 'my-System:', 'AC4', "'oidc:'"],
    ...['eks:', 'EKS:people:', 'aws:', 'amazon:', 'iam:', 'e', 's'].flatMap((prefix): [string, object, unknown, string, string][] => [
      [`user names that begin with ${prefix}`, { usernamePrefix: prefix }, prefix, 'AC4', "'oidc:'"],
      [`groups that begin with ${prefix}`, { groupsPrefix: prefix }, prefix, 'AC4', "'oidc:'"],
    ]),
    ['user names without a prefix', { usernamePrefix: '-' }, '-', 'AC4', "'oidc:'"],
    ['an empty claim', { requiredClaims: { acr: '' } }, '', 'at most 253', 'exact text'],
    ['a claim that is a list', { requiredClaims: { amr: 'mfa' }, mfaClaim: 'amr' }, 'amr', 'compared as text', "'acr'"],
    ['a second factor that nobody requires', { mfaClaim: 'acr' }, 'acr', 'AC2', 'requiredClaims'],
    ['a second factor by a name of JavaScript', { requiredClaims: { hd: 'x' }, mfaClaim: 'constructor' }, 'constructor', 'AC2', 'requiredClaims'],
    ['an unknown field', { usernameprefix: 'x' }, 'usernameprefix', 'no other field', 'usernamePrefix'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/People', value, rule, remedy });
  });
});
