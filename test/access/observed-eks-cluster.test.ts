import { TerraformOutput, Testing, type TerraformStack } from 'cdktf';
import { ObservedEksCluster, type ObservedEksClusterProps } from '../../lib/access/observed-eks-cluster';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { testStack, type ResourceArguments } from '../support/stack';

const base: ObservedEksClusterProps = { name: 'healthcare-cluster', region: 'us-east-1', account: '123456789012' };
const make = (changes: object = {}, stack: TerraformStack = testStack()) => new ObservedEksCluster(stack, 'Cluster', { ...base, ...changes });

function dataOf(changes: object = {}): ResourceArguments {
  const stack = testStack();
  make(changes, stack);
  const { data, resource } = JSON.parse(Testing.synth(stack, true)) as { data: { aws_eks_cluster: Record<string, ResourceArguments> }; resource?: object };
  expect(resource).toBeUndefined();
  const [found] = Object.values(data.aws_eks_cluster);
  delete found['//'];
  return found;
}
const conditions = (changes: object = {}): string[] => (dataOf(changes).lifecycle.postcondition as { condition: string }[]).map(({ condition }) => condition);

describe('ObservedEksCluster', () => {
  test('reads a cluster, makes nothing, and stops where it is not as it has to be', () => {
    expect(dataOf()).toMatchObject({ name: 'healthcare-cluster', region: 'us-east-1' });
    expect(conditions()).toEqual([
      '${self.arn == "arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster"}',
      '${length(setsubtract(["api", "audit", "authenticator", "controllerManager", "scheduler"], self.enabled_cluster_log_types)) == 0}',
      '${self.vpc_config[0].endpoint_public_access == false}',
      '${self.vpc_config[0].endpoint_private_access == true}',
      '${self.access_config[0].authentication_mode == "API"}',
      '${self.deletion_protection}',
    ]);
    expect(dataOf()).toMatchSnapshot();
  });

  test('takes every prop, in every partition', () => {
    const props: Required<ObservedEksClusterProps> = { name: 'other', region: 'us-gov-west-1', account: '999999999999', version: KubernetesVersion.V1_33 };

    expect(conditions(props)).toContain('${self.arn == "arn:aws-us-gov:eks:us-gov-west-1:999999999999:cluster/other"}');
    expect(conditions(props)).toContain('${self.version == "1.33"}');
  });

  test('exposes what others need of it', () => {
    const observed = make();

    expect(observed.node.defaultChild).toBe(observed.dataSource);
    expect(observed).toMatchObject({ name: 'healthcare-cluster', arn: 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster' });
    const stack = testStack();
    new TerraformOutput(stack, 'vpc', { value: make({}, stack).vpcId });
    expect(Testing.synth(stack)).toMatch(/"\$\{data\.aws_eks_cluster\.\w+\.vpc_config\[0\]\.vpc_id\}"/);
  });

  test('claims what it reads, and leaves open the encryption and who created the cluster', () => {
    const stack = testStack();
    make({}, stack);

    expect(claimsBelow(stack)).toEqual(['Test/Cluster/Resource implements AU1', 'Test/Cluster/Resource implements AC9', 'Test/Cluster/Resource left-open AC10', 'Test/Cluster/Resource left-open EN1']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name that EKS refuses', { name: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['a name that is known too late', { name: '${aws_eks_cluster.a.name}' }, '${aws_eks_cluster.a.name}', 'at synth', 'itself'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['an account that only Terraform knows', { account: '${var.account}' }, '${var.account}', 'at synth', 'itself'],
    ['a version as text', { version: '1.33' }, '1.33', 'Kubernetes versions', 'KubernetesVersion.V1_33'],
    ['an unknown field', { roleArn: 'x' }, 'roleArn', 'no other field', 'account'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path: 'Test/Cluster', value, rule, remedy });
  });
});
