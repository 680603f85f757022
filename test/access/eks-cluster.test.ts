import type { TerraformStack } from 'cdktf';
import { TerraformVariable, Testing } from 'cdktf';
import { HipaaEksCluster, type HipaaEksClusterProps } from '../../lib/access/eks-cluster';
import { EksSecretsEncryption } from '../../lib/encryption/eks-secrets-encryption';
import type { EksImportSettings } from '../../lib/profile/eks-origin';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type ResourceArguments } from '../support/stack';

const SUBNETS = ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'];
const base = {
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
    // A role of its own and an import exclude each other; see below.
    const props: Required<Omit<HipaaEksClusterProps, 'importExisting'>> = { ...base, name: 'other', version: KubernetesVersion.V1_36, roleName: 'role', securityGroupIds: ['sg-0a1b2c3d4e5f60718'] };
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
    expect(eks.role?.nameInput).toBe('healthcare-cluster-control-plane');
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
    ['no role', { roleName: undefined }, undefined, 'roleName is required', 'import a cluster'],
    ['a public endpoint', { endpointPublicAccess: true }, 'endpointPublicAccess', 'no other field', 'subnetIds'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Eks', value, rule, remedy });
  });
});

const ROLE = 'arn:aws:iam::123456789012:role/eks-existing';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const existing: Required<EksImportSettings> = { roleArn: ROLE, secretsKeyArn: KEY, keepConfigMap: false, importLogGroup: false, managedAddOns: ['vpc-cni'], importTerraformEntry: true, tags: { team: 'platform' } };
const imported = (changes: object = {}, more: object = {}) => make({ roleName: undefined, importExisting: { roleArn: ROLE, ...changes }, ...more });

describe('HipaaEksCluster of a cluster that exists', () => {
  const json = (build: (stack: TerraformStack) => unknown) => {
    const stack = testStack();
    build(stack);
    return JSON.parse(Testing.synth(stack, true)) as { import: object[]; resource: Record<string, Record<string, ResourceArguments>> };
  };

  test('is imported, by name and region, into the resource that sets it right', () => {
    const written = json(imported());
    const [[id, cluster]] = Object.entries(written.resource.aws_eks_cluster);

    expect(written.import).toEqual([{ id: 'healthcare-cluster@us-east-1', to: `aws_eks_cluster.${id}` }]);
    expect(Object.keys(written.resource)).toEqual(['aws_eks_cluster']);
    expect(cluster).toMatchObject({ role_arn: ROLE, deletion_protection: true, vpc_config: { endpoint_public_access: false, endpoint_private_access: true } });
    delete cluster['//'];
    expect(cluster).toMatchSnapshot();
  });

  test('says nothing that only a new cluster can be told: each of it would replace the cluster', () => {
    const cluster = synthStack(imported()).only('aws_eks_cluster');

    expect(cluster.access_config).toEqual({ authentication_mode: 'API' });
    expect(cluster).not.toHaveProperty('bootstrap_self_managed_addons');
    expect(cluster).not.toHaveProperty('kubernetes_network_config');
    expect(cluster.lifecycle).toMatchObject({ prevent_destroy: true });
    expect(synthStack(make()).only('aws_eks_cluster').lifecycle).toEqual({ prevent_destroy: true });
  });

  test.each<[string, object, string[]]>([
    ['leaves the endpoint the security groups that it has', {}, ['bootstrap_self_managed_addons', 'vpc_config[0].security_group_ids']],
    ['sets those that are named', { securityGroupIds: ['sg-0a1b2c3d4e5f60718'] }, ['bootstrap_self_managed_addons']],
    ['takes them away where none is named', { securityGroupIds: [] }, ['bootstrap_self_managed_addons']],
  ])('%s', (_what, changes, ignored) => {
    expect(synthStack(imported({}, changes)).only('aws_eks_cluster').lifecycle.ignore_changes).toEqual(ignored);
  });

  test('takes every prop', () => {
    const cluster = synthStack(make({ roleName: undefined, importExisting: existing })).only('aws_eks_cluster');

    expect(cluster).toMatchObject({ tags: { team: 'platform' }, encryption_config: { resources: ['secrets'], provider: { key_arn: KEY } } });
    expect(cluster.lifecycle.postcondition[0].condition).toBe(`\${self.encryption_config[0].provider[0].key_arn == "${KEY}"}`);
  });

  test('fails the apply where the cluster is under another key than the one that is to be associated', () => {
    const stack = synthStack((scope) => {
      const { cluster } = imported()(scope);
      const key = new EncryptionKey(scope, 'Key', { alias: 'secrets', administrators: ['arn:aws:iam::123456789012:role/keys'], grantors: ['arn:aws:iam::123456789012:role/terraform'], account: '123456789012', region: 'us-east-1' });
      new EksSecretsEncryption(scope, 'Encryption', { cluster, key });
    });
    const [key] = Object.keys(stack.resources.aws_kms_key);

    expect(stack.only('aws_eks_cluster').lifecycle.postcondition).toEqual([{
      condition: `\${self.encryption_config[0].provider[0].key_arn == aws_kms_key.${key}.arn}`, error_message: expect.stringContaining('importExisting.secretsKeyArn') as string,
    }]);
    expect(synthStack(imported()).only('aws_eks_cluster').lifecycle.postcondition[0].condition).toBe('${length(self.encryption_config) == 0}');
    // Its own role uses the key.
    expect(stack.only('aws_kms_key').policy).toContain(ROLE);
  });

  test.each<[string, Partial<EksImportSettings>, string[]]>([
    ['alone', {}, ['implements AC9', 'left-open AC10']],
    ['with a key', { secretsKeyArn: KEY }, ['implements AC9', 'left-open AC10', 'implements EN1', 'left-open EN2']],
    ['on the way from the ConfigMap', { keepConfigMap: true }, ['implements AC9', 'falls-short AC10']],
  ])('leaves open who created it: %s', (_what, changes, claims) => {
    const stack = testStack();
    const eks = imported(changes)(stack);

    expect(claimsBelow(stack)).toEqual(claims.map((claim) => `Test/Eks/Resource ${claim}`));
    expect(eks.role).toBeUndefined();
  });

  test('keeps the ConfigMap beside access entries where that is asked for', () => {
    expect(synthStack(imported({ keepConfigMap: true })).only('aws_eks_cluster').access_config).toEqual({ authentication_mode: 'API_AND_CONFIG_MAP' });
  });

  test.each<[string, object, object, unknown, string, string]>([
    ['no role', { roleArn: undefined }, {}, undefined, 'arn:partition', 'full ARN'],
    ['a user for the role', { roleArn: 'arn:aws:iam::123456789012:user/eks' }, {}, 'arn:aws:iam::123456789012:user/eks', "cluster's account", 'describe-cluster'],
    ['a role of another account', { roleArn: ROLE.replace('123456789012', '999999999999') }, {}, ROLE.replace('123456789012', '999999999999'), "cluster's account", 'describe-cluster'],
    ['a role that only Terraform knows', { roleArn: '${aws_iam_role.eks.arn}' }, {}, '${aws_iam_role.eks.arn}', 'there already', 'describe-cluster'],
    ['a role of another partition', { roleArn: ROLE.replace('arn:aws:', 'arn:aws-cn:') }, {}, ROLE.replace('arn:aws:', 'arn:aws-cn:'), 'partition', 'arn:aws:'],
    ['a key of another region', { secretsKeyArn: KEY.replace('us-east-1', 'eu-west-1') }, {}, KEY.replace('us-east-1', 'eu-west-1'), 'its own region', 'us-east-1'],
    ['a ConfigMap that is no switch', { keepConfigMap: 'yes' }, {}, 'yes', 'AC10', 'leave it out'],
    ['a role to be made', {}, { roleName: 'role' }, 'role', 'cannot be changed', 'leave roleName out'],
    ['an unknown field', { authenticationMode: 'CONFIG_MAP' }, {}, 'authenticationMode', 'no other field', 'keepConfigMap'],
  ])('refuses %s', (_what, changes, more, value, rule, remedy) => {
    expectRefusal(() => synthStack(imported(changes, more)), { path: 'Test/Eks', value, rule, remedy });
  });
});
