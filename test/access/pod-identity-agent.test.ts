import type { TerraformStack } from 'cdktf';
import { EksPodIdentityAgent, type EksPodIdentityAgentProps } from '../../lib/access/pod-identity-agent';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const base: Required<EksPodIdentityAgentProps> = { clusterName: 'healthcare-cluster', region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new EksPodIdentityAgent(stack, 'Agent', { ...base, ...changes });

describe('EksPodIdentityAgent', () => {
  test('puts the agent on the nodes of the cluster', () => {
    const addon = synthStack(make()).only('aws_eks_addon');

    expect(addon).toMatchObject({ cluster_name: 'healthcare-cluster', addon_name: 'eks-pod-identity-agent', region: 'us-east-1', resolve_conflicts_on_create: 'OVERWRITE', resolve_conflicts_on_update: 'OVERWRITE' });
    expect(addon).toMatchSnapshot();
  });

  test('waits for a cluster that is named by reference', () => {
    const addon = synthStack((scope) => new EksPodIdentityAgent(scope, 'Agent', { ...base, clusterName: plainCluster(scope).name })).only('aws_eks_addon');

    expect(addon.cluster_name).toBe('${aws_eks_cluster.Cluster.name}');
  });

  test('exposes the add-on, and claims nothing: an agent alone gives no pod an identity', () => {
    const stack = testStack();
    const agent = make()(stack);

    expect(agent.node.defaultChild).toBe(agent.addon);
    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name that EKS refuses', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['an unknown field', { version: 'v1' }, 'version', 'no other field', 'clusterName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Agent', value, rule, remedy });
  });
});
