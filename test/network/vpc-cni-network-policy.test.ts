import type { TerraformStack } from 'cdktf';
import { VpcCniNetworkPolicy, type VpcCniNetworkPolicyProps } from '../../lib/network/vpc-cni-network-policy';
import { Safeguard } from '../../lib/controls/safeguard';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const base: VpcCniNetworkPolicyProps = { clusterName: 'healthcare-cluster', region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new VpcCniNetworkPolicy(stack, 'Enforcer', { ...base, ...changes });

describe('VpcCniNetworkPolicy', () => {
  test('takes the CNI over, turns enforcement on and undoes what others set', () => {
    const addon = synthStack(make()).only('aws_eks_addon');

    expect(addon).toMatchObject({ cluster_name: 'healthcare-cluster', addon_name: 'vpc-cni', region: 'us-east-1' });
    // The schema of the add-on has a string here, and refuses a boolean.
    expect(JSON.parse(addon.configuration_values as string)).toEqual({ enableNetworkPolicy: 'true' });
    expect(addon).toMatchObject({ resolve_conflicts_on_create: 'OVERWRITE', resolve_conflicts_on_update: 'OVERWRITE' });
    expect(addon).toMatchSnapshot();
  });

  test('starts pods closed in strict mode, and takes every prop', () => {
    const props: Required<VpcCniNetworkPolicyProps> = { clusterName: 'other', region: 'eu-west-1', mode: NetworkPolicyMode.STRICT };
    const addon = synthStack((scope) => new VpcCniNetworkPolicy(scope, 'Enforcer', props)).only('aws_eks_addon');

    expect(addon).toMatchObject({ cluster_name: 'other', region: 'eu-west-1' });
    expect(JSON.parse(addon.configuration_values as string)).toEqual({ enableNetworkPolicy: 'true', env: { NETWORK_POLICY_ENFORCING_MODE: 'strict' } });
  });

  test.each([[NetworkPolicyMode.STRICT, 'closed'], [NetworkPolicyMode.STANDARD, 'open']])('says in %s mode what a new pod may do', (mode, says) => {
    expect(Safeguard.claimsOf(make({ mode })(testStack()).addon)).toEqual([{ kind: 'implements', control: 'NW2', how: expect.stringContaining(`${mode} mode: a new pod is ${says}`) as string }]);
  });

  test('leaves the CNI in place where the add-on is removed: without it no pod has a network', () => {
    expect(synthStack(make()).only('aws_eks_addon').preserve).toBe(true);
  });

  test('waits for a cluster that is named by reference', () => {
    const addon = synthStack((scope) => new VpcCniNetworkPolicy(scope, 'Enforcer', { ...base, clusterName: plainCluster(scope).name })).only('aws_eks_addon');

    expect(addon.cluster_name).toBe('${aws_eks_cluster.Cluster.name}');
  });

  test('exposes the add-on, and claims the enforcer on it', () => {
    const stack = testStack();
    const enforcer = make()(stack);

    expect(enforcer.node.defaultChild).toBe(enforcer.addon);
    expect(claimsBelow(stack)).toEqual(['Test/Enforcer/Resource implements NW2']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a mode that the CNI does not know', { mode: 'lax' }, 'lax', 'NW2', 'STRICT'],
    ['a name that EKS refuses', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['no name', { clusterName: undefined }, undefined, 'CreateCluster', '1 to 100'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['no region', { region: undefined }, undefined, 'regions', 'us-east-1'],
    ['a switch that would turn it off', { enableNetworkPolicy: 'false' }, 'enableNetworkPolicy', 'no other field', 'clusterName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Enforcer', value, rule, remedy });
  });
});
