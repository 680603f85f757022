import { execFileSync } from 'node:child_process';
import { TerraformVariable, type TerraformStack } from 'cdktf';
import { EksNodeGroup, type EksNodeGroupProps } from '../../lib/nodes/eks-node-group';
import { NodeAuditUserData } from '../../lib/nodes/node-audit-user-data';
import { NodeImage } from '../../lib/profile/node-image';
import { NodeTaintEffect } from '../../lib/nodes/node-taint';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { concrete, decide, type Decision } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SUBNETS = ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'];
const base: EksNodeGroupProps = {
  clusterName: 'healthcare-cluster', nodeGroupName: 'default', subnetIds: SUBNETS, roleName: 'healthcare-cluster-node', account: '123456789012', region: 'us-east-1', volumeKmsKeyArn: KEY,
};
const make = (changes: object = {}) => (stack: TerraformStack) => new EksNodeGroup(stack, 'Nodes', { ...base, ...changes });

describe('EksNodeGroup', () => {
  const stack = synthStack(make());
  const template = stack.only('aws_launch_template');
  const group = stack.only('aws_eks_node_group');
  const [templateName] = Object.keys(stack.resources.aws_launch_template);

  test('starts Bottlerocket nodes whose metadata service answers no pod', () => {
    expect(template.metadata_options).toEqual({
      http_endpoint: 'enabled', http_tokens: 'required', http_put_response_hop_limit: 1, http_protocol_ipv6: 'disabled', instance_metadata_tags: 'disabled',
    });
    expect(group).toMatchObject({
      ami_type: 'BOTTLEROCKET_x86_64', instance_types: ['m6i.large'], scaling_config: { min_size: 2, max_size: 6, desired_size: 2 }, update_config: { max_unavailable: 1 }, subnet_ids: SUBNETS,
    });
    expect({ template, group }).toMatchSnapshot();
  });

  test('encrypts both volumes of Bottlerocket, and the one of Amazon Linux', () => {
    const ebs = { encrypted: 'true', kms_key_id: KEY, volume_type: 'gp3', delete_on_termination: 'true' };

    expect(template.block_device_mappings).toEqual([{ device_name: '/dev/xvda', ebs }, { device_name: '/dev/xvdb', ebs: { ...ebs, volume_size: 100 } }]);
    expect(synthStack(make({ image: NodeImage.AMAZON_LINUX_2023 })).only('aws_launch_template').block_device_mappings).toEqual([{ device_name: '/dev/xvda', ebs: { ...ebs, volume_size: 100 } }]);
  });

  test('lets nobody in by SSH', () => {
    expect(Object.keys(template)).not.toEqual(expect.arrayContaining([expect.stringMatching(/key_name|security_group|network_interfaces|image_id|instance_profile/)]));
    // EKS refuses both beside a launch template.
    expect(Object.keys(group)).not.toEqual(expect.arrayContaining([expect.stringMatching(/remote_access|disk_size/)]));
  });

  test('hardens Bottlerocket by its user data', () => {
    expect(Buffer.from(template.user_data as string, 'base64').toString()).toBe(
      '[settings.kernel]\nlockdown = "integrity"\n\n[settings.host-containers.admin]\nenabled = false\n\n[settings.host-containers.control]\nenabled = true\n\n[settings.kubernetes]\nseccomp-default = true\n',
    );
  });

  describe.each([NodeImage.AMAZON_LINUX_2023, NodeImage.AMAZON_LINUX_2023_ARM])('the user data of %s', (image) => {
    const text = Buffer.from(synthStack(make({ image })).only('aws_launch_template').user_data as string, 'base64').toString();
    const [head, ...parts] = text.split(/^--==PART==(?:--)?\n/m);

    test('is MIME multi-part, to which EKS adds its own part', () => {
      expect(head).toBe('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="==PART=="\n\n');
      expect(text.endsWith('\n\n--==PART==--\n')).toBe(true);
      expect(parts).toHaveLength(3);
      expect(parts[1]).toContain(NodeAuditUserData.script(image === NodeImage.AMAZON_LINUX_2023_ARM, 'ssm-user'));
      expect(parts[0]).toMatch(/^Content-Type: text\/x-shellscript; charset="us-ascii"\n\n#!\/bin\/bash\n/);
    });

    test.each([['is not there', 1, 'useradd -m -u 55088 ssm-user\n'], ['is there', 0, '']])('makes the user of sessions where it %s, without sudo', (_what, code, made) => {
      const script = parts[0].slice(parts[0].indexOf('\n\n'));
      const stubs = `id() { [ "$1" = ssm-user ] && return ${code}; return 2; }; useradd() { echo "useradd $*"; };`;
      expect(execFileSync('bash', ['-c', `${stubs}${script}`]).toString()).toBe(made);
      expect(parts[0]).not.toMatch(/sudo|wheel/);
    });
  });

  test.each<[string, object, boolean]>([
    ['Amazon Linux 2023', { image: NodeImage.AMAZON_LINUX_2023 }, true],
    ['Amazon Linux 2023 where it is off', { image: NodeImage.AMAZON_LINUX_2023, nodeAudit: false }, false],
    ['Bottlerocket', {}, false],
    ['Bottlerocket where it is off', { nodeAudit: false }, false],
  ])('on %s has auditd record: %j %s', (_what, changes, audited) => {
    expect(Buffer.from(synthStack(make(changes)).only('aws_launch_template').user_data as string, 'base64').toString().includes('augenrules --load')).toBe(audited);
  });

  test('starts from the newest version of its template, after the permissions of its role, and leaves the number of nodes to an autoscaler', () => {
    expect(group.launch_template).toEqual({ id: `\${aws_launch_template.${templateName}.id}`, version: `\${aws_launch_template.${templateName}.latest_version}` });
    expect(template.update_default_version).toBe(true);
    expect((group.depends_on as string[]).map((address) => address.split('.')[0]).sort()).toEqual([...Array<string>(3).fill('aws_iam_role_policy_attachment'), 'aws_iam_role_policy'].sort());
    expect(group.lifecycle).toEqual({ ignore_changes: ['scaling_config[0].desired_size'] });
  });

  test('takes every prop', () => {
    const props: Required<EksNodeGroupProps> = {
      ...base, nodeGroupName: 'other', roleName: 'role', version: KubernetesVersion.V1_33, instanceTypes: ['m7g.large', 'c7gn.xlarge'], minSize: 0, maxSize: 9, desiredSize: 3,
      image: NodeImage.BOTTLEROCKET_ARM_FIPS, volumeGigabytes: 50, nodeAudit: false, labels: { tier: 'phi' }, taints: [{ key: 'phi', value: 'true', effect: NodeTaintEffect.NO_SCHEDULE }],
    };
    const other = synthStack((scope) => new EksNodeGroup(scope, 'Nodes', props));

    expect(other.only('aws_iam_role').name).toBe('role');
    expect(other.only('aws_launch_template')).toMatchObject({ name: 'healthcare-cluster-other', block_device_mappings: [{}, { ebs: { volume_size: 50 } }] });
    expect(other.only('aws_eks_node_group')).toMatchObject({
      node_group_name: 'other', version: '1.33', ami_type: 'BOTTLEROCKET_ARM_64_FIPS', instance_types: ['m7g.large', 'c7gn.xlarge'], scaling_config: { min_size: 0, max_size: 9, desired_size: 3 },
      labels: { tier: 'phi' }, taint: [{ key: 'phi', value: 'true', effect: 'NO_SCHEDULE' }],
    });
  });

  test('chooses a type for the architecture, and one node where none has to run', () => {
    expect(synthStack(make({ image: NodeImage.BOTTLEROCKET_ARM, minSize: 0 })).only('aws_eks_node_group')).toMatchObject({ instance_types: ['m7g.large'], scaling_config: { min_size: 0, desired_size: 1 } });
  });

  test('takes a Terraform list of subnets, and a cluster by reference', () => {
    const other = synthStack((scope) => make({ clusterName: plainCluster(scope).name, subnetIds: new TerraformVariable(scope, 'subnets', { type: 'list(string)' }).listValue })(scope));

    expect(other.only('aws_eks_node_group')).toMatchObject({ cluster_name: '${aws_eks_cluster.Cluster.name}', subnet_ids: '${var.subnets}' });
    expect(other.only('aws_launch_template').name).toBe('${aws_eks_cluster.Cluster.name}-default');
  });

  test.each([
    ['us-east-1', 'arn:aws:'], ['us-gov-west-1', 'arn:aws-us-gov:'], ['cn-north-1', 'arn:aws-cn:'],
  ])('uses the ARNs of the partition of %s', (region, prefix) => {
    const other = synthStack(make({ region, volumeKmsKeyArn: KEY.replace('arn:aws:', prefix).replace('us-east-1', region) }));

    expect(Object.values(other.resources.aws_iam_role_policy_attachment).map(({ policy_arn }) => policy_arn as string).sort()).toEqual([
      `${prefix}iam::aws:policy/AmazonEC2ContainerRegistryPullOnly`, `${prefix}iam::aws:policy/AmazonEKSWorkerNodePolicy`, `${prefix}iam::aws:policy/AmazonEKS_CNI_Policy`,
    ]);
    expect(EksNodeGroup.autoScalingRoleArn('123456789012', region)).toBe(`${prefix}iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`);
  });

  test.each<[object, string[]]>([
    [{ image: NodeImage.BOTTLEROCKET }, ['implements NW4', 'implements PS6', 'falls-short AU10']],
    [{ image: NodeImage.BOTTLEROCKET_FIPS }, ['implements NW4', 'implements PS6', 'falls-short AU10']],
    [{ image: NodeImage.AMAZON_LINUX_2023 }, ['implements NW4', 'falls-short PS6', 'implements AU10']],
    [{ image: NodeImage.AMAZON_LINUX_2023_ARM }, ['implements NW4', 'falls-short PS6', 'implements AU10']],
    [{ image: NodeImage.AMAZON_LINUX_2023, nodeAudit: false }, ['implements NW4', 'falls-short PS6', 'falls-short AU10']],
  ])('claims for %j', (changes, claims) => {
    const scope = testStack();
    const nodes = make(changes)(scope);

    expect(nodes.node.defaultChild).toBe(nodes.nodeGroup);
    expect(nodes.role.nameInput).toBe('healthcare-cluster-node');
    expect(claimsBelow(scope)).toEqual(claims.map((claim) => `Test/Nodes/LaunchTemplate ${claim}`));
  });

  const trust = concrete(stack.only('aws_iam_role').assume_role_policy as string);
  test.each([
    ['eks.amazonaws.com', 'ImplicitlyDenied'], ['ssm.amazonaws.com', 'ImplicitlyDenied'], ['arn:aws:iam::123456789012:role/admin', 'ImplicitlyDenied'], ['ec2.amazonaws.com', 'Allowed'],
  ])('lets %s assume the role: %s', async (principal, decision) => {
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/healthcare-cluster-node', resourcePolicy: trust })).toBe(decision);
  });

  test.each<[string, string, string | string[]]>([
    ['us-east-1', 'arn:aws:', 'ec2.amazonaws.com'],
    ['us-gov-west-1', 'arn:aws-us-gov:', 'ec2.amazonaws.com'],
    ['cn-north-1', 'arn:aws-cn:', ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn']],
  ])('names EC2 as EKS in %s (%s) asks for it: %j', (region, prefix, services) => {
    const { assume_role_policy } = synthStack(make({ region, volumeKmsKeyArn: KEY.replace('arn:aws:', prefix).replace('us-east-1', region) })).only('aws_iam_role');
    expect((JSON.parse(assume_role_policy as string) as { Statement: { Principal: object }[] }).Statement.map(({ Principal }) => Principal)).toEqual([{ Service: services }]);
  });

  const sessions = concrete(stack.only('aws_iam_role_policy').policy as string);
  test.each<[string, string, Decision]>([
    ['ssm:GetParameter', 'arn:aws:ssm:us-east-1:123456789012:parameter/database/password', 'ImplicitlyDenied'],
    ['ssm:StartSession', 'arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d4e5f60718', 'ImplicitlyDenied'],
    ['ssm:SendCommand', 'arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d4e5f60718', 'ImplicitlyDenied'],
    ['ssmmessages:OpenControlChannel', '*', 'Allowed'],
    ['ssmmessages:CreateDataChannel', '*', 'Allowed'],
  ])('answers a node that asks for %s on %s: %s', async (action, resource, decision) => {
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/healthcare-cluster-node/i-0a1b2c3d', action, resource, identityPolicies: [sessions] })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a cluster that is none', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['a name that EKS refuses', { nodeGroupName: 'a b' }, 'a b', 'CreateNodegroup', '1 to 63'],
    ['no subnet', { subnetIds: [] }, [], 'CreateNodegroup', 'private subnets'],
    ['a subnet that is none', { subnetIds: ['vpc-0a1b2c3d4e5f60718'] }, 'vpc-0a1b2c3d4e5f60718', 'CreateNodegroup', 'private subnets'],
    ['a role name that IAM refuses', { roleName: 'a b' }, 'a b', 'names of roles', '1 to 64'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['a key of another region', { volumeKmsKeyArn: KEY.replace('us-east-1', 'eu-west-1') }, KEY.replace('us-east-1', 'eu-west-1'), 'its own region', 'us-east-1'],
    ['the ARN of an alias', { volumeKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/a' }, 'arn:aws:kms:us-east-1:123456789012:alias/a', 'an alias can move', ':key/'],
    ['a version as text', { version: '1.33' }, '1.33', 'CreateNodegroup', 'KubernetesVersion.V1_33'],
    ['an image that is none', { image: 'AL2_x86_64' }, 'AL2_x86_64', 'AMI types', 'NodeImage.BOTTLEROCKET'],
    ['a type that is none', { instanceTypes: ['large'] }, 'large', 'instance types', "'m6i.large'"],
    ['no type', { instanceTypes: [] }, [], 'CreateNodegroup', "'m6i.large'"],
    ['Graviton under an x86 image', { instanceTypes: ['m6i.large', 't4g.large'] }, 't4g.large', 'one architecture', 'ARM image'],
    ['x86 under a Graviton image', { image: NodeImage.BOTTLEROCKET_ARM, instanceTypes: ['g5.xlarge'] }, 'g5.xlarge', 'one architecture', "'m7g.large'"],
    ['fewer nodes at most than at least', { minSize: 3, maxSize: 2 }, 2, 'minSize <= desiredSize', 'from 3'],
    ['more nodes at the start than at most', { desiredSize: 7 }, 7, 'minSize <= desiredSize', '2 to 6'],
    ['a volume that is too small', { volumeGigabytes: 10 }, 10, 'gp3', 'from 20'],
    ['auditd on Bottlerocket', { nodeAudit: true }, true, 'control AU10', 'AMAZON_LINUX_2023'],
    ['a node audit that is no boolean', { image: NodeImage.AMAZON_LINUX_2023, nodeAudit: 'yes' }, 'yes', 'control AU10', 'true or false'],
    ['a label that Kubernetes refuses', { labels: { 'a b': 'c' } }, 'a b: c', 'labels', 'at most 63'],
    ['a taint without an effect', { taints: [{ key: 'a', effect: 'NoSchedule' }] }, 'NoSchedule', 'Taint', 'NO_SCHEDULE'],
    ['a key pair', { keyName: 'ops' }, 'keyName', 'no other field', 'volumeKmsKeyArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Nodes', value, rule, remedy });
  });
});
