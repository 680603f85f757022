import type { TerraformStack } from 'cdktf';
import { TerraformVariable } from 'cdktf';
import { HipaaEksCluster, type HipaaEksClusterProps } from '../../lib/access/eks-cluster';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const SUBNETS = ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'];
const base: HipaaEksClusterProps = {
  name: 'healthcare-cluster', version: KubernetesVersion.V1_33, account: '123456789012', region: 'us-east-1', subnetIds: SUBNETS, roleName: 'healthcare-cluster-control-plane',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new HipaaEksCluster(stack, 'Eks', { ...base, ...changes });

const TRUST = concrete(synthStack(make()).only('aws_iam_role').assume_role_policy as string);

describe('HipaaEksCluster', () => {
  test('is private, knows access entries alone, and is protected', () => {
    const stack = synthStack(make());
    const cluster = stack.only('aws_eks_cluster');

    expect(cluster.vpc_config).toEqual({ endpoint_private_access: true, endpoint_public_access: false, subnet_ids: SUBNETS });
    expect(cluster.access_config).toEqual({ authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false });
    expect(cluster).toMatchObject({ name: 'healthcare-cluster', version: '1.33', region: 'us-east-1', deletion_protection: true, lifecycle: { prevent_destroy: true } });
    expect(cluster.depends_on).toEqual([`aws_iam_role_policy_attachment.${Object.keys(stack.resources.aws_iam_role_policy_attachment)[0]}`]);
    expect(stack.only('aws_iam_role_policy_attachment').policy_arn).toBe('arn:aws:iam::aws:policy/AmazonEKSClusterPolicy');
    expect(cluster).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<HipaaEksClusterProps> = { ...base, name: 'other', version: KubernetesVersion.V1_36, roleName: 'role', securityGroupIds: ['sg-0a1b2c3d4e5f60718'] };
    const stack = synthStack((scope) => new HipaaEksCluster(scope, 'Eks', props));

    expect(stack.only('aws_eks_cluster')).toMatchObject({ name: 'other', version: '1.36', vpc_config: { security_group_ids: ['sg-0a1b2c3d4e5f60718'] } });
    expect(stack.only('aws_iam_role').name).toBe('role');
  });

  test('takes a Terraform list of subnets, and single references', () => {
    const list = synthStack((scope) => make({ subnetIds: new TerraformVariable(scope, 'subnet_ids', { type: 'list(string)' }).listValue })(scope));
    expect(list.only('aws_eks_cluster').vpc_config).toMatchObject({ subnet_ids: '${var.subnet_ids}' });
    const references = synthStack(make({ subnetIds: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] }));
    expect(references.only('aws_eks_cluster').vpc_config).toMatchObject({ subnet_ids: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] });
  });

  test('uses the ARNs of the partition', () => {
    const stack = synthStack(make({ region: 'us-gov-west-1' }));

    expect(stack.only('aws_iam_role_policy_attachment').policy_arn).toBe('arn:aws-us-gov:iam::aws:policy/AmazonEKSClusterPolicy');
    expect(stack.only('aws_iam_role').assume_role_policy).toContain('arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/healthcare-cluster');
  });

  test('exposes cluster and role', () => {
    const eks = make()(testStack());

    expect(eks.node.defaultChild).toBe(eks.cluster);
    expect(eks.role.nameInput).toBe('healthcare-cluster-control-plane');
  });

  test('claims the private endpoint and the mode of access on the cluster', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Eks/Resource implements AC9', 'Test/Eks/Resource implements AC10']);
  });

  const ours = { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012' };
  test.each<[string, Record<string, string>, string]>([
    ['ec2.amazonaws.com', ours, 'ImplicitlyDenied'],
    ['eks.amazonaws.com', {}, 'ImplicitlyDenied'],
    ['eks.amazonaws.com', { ...ours, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/other' }, 'ImplicitlyDenied'],
    ['eks.amazonaws.com', { ...ours, 'aws:SourceArn': 'arn:aws:eks:us-east-1:999999999999:cluster/healthcare-cluster', 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['eks.amazonaws.com', { ...ours, 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['arn:aws:iam::123456789012:role/admin', ours, 'ImplicitlyDenied'],
    ['eks.amazonaws.com', ours, 'Allowed'],
  ])('lets %s with %j assume the role: %#', async (principal, context, decision) => {
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/healthcare-cluster-control-plane', context, resourcePolicy: TRUST })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name that EKS refuses', { name: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['every cluster beside a reference', { name: '${var.name}*' }, '${var.name}*', 'CreateCluster', '1 to 100'],
    ['a version as text', { version: '1.33' }, '1.33', 'newest', 'KubernetesVersion.V1_33'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a role name that IAM refuses', { roleName: 'a b' }, 'a b', 'names of roles', '1 to 64'],
    ['one subnet', { subnetIds: [SUBNETS[0]] }, [SUBNETS[0]], 'two availability zones', 'two availability zones'],
    ['one subnet twice', { subnetIds: [SUBNETS[0], SUBNETS[0]] }, [SUBNETS[0], SUBNETS[0]], 'two availability zones', 'two availability zones'],
    ['a subnet that is none', { subnetIds: [SUBNETS[0], 'vpc-0a1b2c3d4e5f60718'] }, 'vpc-0a1b2c3d4e5f60718', 'resource ids', 'subnet-'],
    ['a security group that is none', { securityGroupIds: ['default'] }, 'default', 'resource ids', 'sg-'],
    ['a public endpoint', { endpointPublicAccess: true }, 'endpointPublicAccess', 'no other field', 'subnetIds'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Eks', value, rule, remedy });
  });
});
