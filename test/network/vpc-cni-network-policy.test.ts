import type { TerraformStack } from 'cdktf';
import { VpcCniNetworkPolicy, type VpcCniNetworkPolicyProps } from '../../lib/network/vpc-cni-network-policy';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const base: Required<VpcCniNetworkPolicyProps> = { clusterName: 'healthcare-cluster', region: 'us-east-1' };
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
    ['a name that EKS refuses', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['no name', { clusterName: undefined }, undefined, 'CreateCluster', '1 to 100'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['no region', { region: undefined }, undefined, 'regions', 'us-east-1'],
    ['a switch that would turn it off', { enableNetworkPolicy: 'false' }, 'enableNetworkPolicy', 'no other field', 'clusterName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Enforcer', value, rule, remedy });
  });
});
