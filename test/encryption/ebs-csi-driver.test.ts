import type { TerraformStack } from 'cdktf';
import { EbsCsiDriver, type EbsCsiDriverProps } from '../../lib/encryption/ebs-csi-driver';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::123456789012:role/healthcare-cluster-ebs-csi';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/healthcare-cluster-ebs-csi/eks-pod';
const ADMINISTRATOR = 'arn:aws:iam::123456789012:role/key-administrators';
const props: Required<EbsCsiDriverProps> = { clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-ebs-csi', kmsKeyArn: KEY, installAddon: true };
const make = (changes: object = {}) => (stack: TerraformStack) => new EbsCsiDriver(stack, 'Driver', { ...props, ...changes });
const made = synthStack(make());
const PERMISSIONS = concrete(made.only('aws_iam_role_policy').policy as string);
const TRUST = concrete(made.only('aws_iam_role').assume_role_policy as string);

/** The policy of a key whose volumes the driver makes. */
const KEY_POLICY = synthStack((stack) => {
  const key = new EncryptionKey(stack, 'Key', { alias: 'phi-volumes', account: '123456789012', region: 'us-east-1', administrators: [ADMINISTRATOR], denyDeletion: true });
  key.addVolumeMaker(ROLE);
}).only('aws_kms_key').policy as string;

describe('EbsCsiDriver', () => {
  test('binds one role to the service account of the add-on, before the add-on starts', () => {
    const [[role], [association], [policy]] = ['aws_iam_role', 'aws_eks_pod_identity_association', 'aws_iam_role_policy'].map((type) => Object.keys(made.resources[type]));

    expect(made.only('aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'healthcare-cluster', namespace: 'kube-system', service_account: 'ebs-csi-controller-sa', region: 'us-east-1', role_arn: `\${aws_iam_role.${role}.arn}`,
    });
    expect(made.only('aws_eks_addon')).toEqual({
      addon_name: 'aws-ebs-csi-driver', cluster_name: 'healthcare-cluster', region: 'us-east-1', resolve_conflicts_on_create: 'OVERWRITE', resolve_conflicts_on_update: 'OVERWRITE',
      depends_on: [`aws_eks_pod_identity_association.${association}`, `aws_iam_role_policy.${policy}`],
    });
    expect(JSON.parse(PERMISSIONS)).toMatchSnapshot();
  });

  test('claims the identity of the workload', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Driver/Association implements AC11']);
  });

  test('is an identity alone where the add-on comes later', () => {
    const later = synthStack(make({ installAddon: false }));

    expect(later.resources.aws_eks_addon).toBeUndefined();
    for (const type of ['aws_iam_role', 'aws_iam_role_policy', 'aws_eks_pod_identity_association']) expect(later.only(type)).toEqual(made.only(type));
    expect(synthStack(make({ installAddon: undefined })).only('aws_eks_addon')).toEqual(made.only('aws_eks_addon'));
  });

  test('uses the names of the partition', () => {
    const policy = synthStack(make({ region: 'cn-north-1', kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' })).only('aws_iam_role_policy').policy as string;

    expect(policy).toContain('arn:aws-cn:ec2:cn-north-1:123456789012:volume/*');
    expect(policy).toContain('ec2.cn-north-1.amazonaws.com.cn');
    expect(policy).not.toContain('arn:aws:');
  });

  const VOLUME = 'arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0';
  const NODE = 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0';
  const SNAPSHOT = 'arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0';
  const OF_CLUSTER = { 'aws:ResourceTag/kubernetes.io/cluster/healthcare-cluster': 'owned' };
  const FOR_CLUSTER = { 'aws:RequestTag/kubernetes.io/cluster/healthcare-cluster': 'owned' };
  const OTHER = { 'aws:ResourceTag/kubernetes.io/cluster/other': 'owned' };
  test.each<[string, string, string, Record<string, string>, string]>([
    ['makes an encrypted volume', 'ec2:CreateVolume', VOLUME, { ...FOR_CLUSTER, 'ec2:Encrypted': 'true' }, 'Allowed'],
    ['makes a plain volume', 'ec2:CreateVolume', VOLUME, { ...FOR_CLUSTER, 'ec2:Encrypted': 'false' }, 'ImplicitlyDenied'],
    ['makes a volume that says nothing of encryption', 'ec2:CreateVolume', VOLUME, FOR_CLUSTER, 'ImplicitlyDenied'],
    ['makes a volume of another cluster', 'ec2:CreateVolume', VOLUME, { 'aws:RequestTag/kubernetes.io/cluster/other': 'owned', 'ec2:Encrypted': 'true' }, 'ImplicitlyDenied'],
    ['makes a volume of a snapshot', 'ec2:CreateVolume', SNAPSHOT, OF_CLUSTER, 'ImplicitlyDenied'],
    ['tags what it makes', 'ec2:CreateTags', VOLUME, { 'ec2:CreateAction': 'CreateVolume' }, 'Allowed'],
    ['tags what is there', 'ec2:CreateTags', VOLUME, OF_CLUSTER, 'ImplicitlyDenied'],
    ['attaches its volume', 'ec2:AttachVolume', VOLUME, OF_CLUSTER, 'Allowed'],
    ['attaches a volume of another cluster', 'ec2:AttachVolume', VOLUME, OTHER, 'ImplicitlyDenied'],
    ['attaches a volume without tags', 'ec2:AttachVolume', VOLUME, {}, 'ImplicitlyDenied'],
    ['attaches to a node of a managed group', 'ec2:AttachVolume', NODE, { 'aws:ResourceTag/eks:cluster-name': 'healthcare-cluster' }, 'Allowed'],
    ["attaches to a node of one's own", 'ec2:AttachVolume', NODE, OF_CLUSTER, 'Allowed'],
    ['attaches to a node of another cluster', 'ec2:AttachVolume', NODE, { ...OTHER, 'aws:ResourceTag/eks:cluster-name': 'other' }, 'ImplicitlyDenied'],
    ['attaches to an instance that is no node', 'ec2:AttachVolume', NODE, {}, 'ImplicitlyDenied'],
    ['detaches', 'ec2:DetachVolume', VOLUME, OF_CLUSTER, 'Allowed'],
    ['grows its volume', 'ec2:ModifyVolume', VOLUME, OF_CLUSTER, 'Allowed'],
    ['deletes its volume', 'ec2:DeleteVolume', VOLUME, OF_CLUSTER, 'Allowed'],
    ['deletes a volume of another cluster', 'ec2:DeleteVolume', VOLUME, OTHER, 'ImplicitlyDenied'],
    ['takes a snapshot', 'ec2:CreateSnapshot', VOLUME, OF_CLUSTER, 'ImplicitlyDenied'],
    ['deletes a snapshot', 'ec2:DeleteSnapshot', SNAPSHOT, OF_CLUSTER, 'ImplicitlyDenied'],
    ['shares a snapshot', 'ec2:ModifySnapshotAttribute', SNAPSHOT, OF_CLUSTER, 'ImplicitlyDenied'],
    ['lists volumes', 'ec2:DescribeVolumes', '*', {}, 'Allowed'],
    ['runs an instance', 'ec2:RunInstances', NODE, {}, 'ImplicitlyDenied'],
  ])('%s: %s', async (_what, action, resource, context, expected) => {
    expect(await decide({ principal: SESSION, action, resource, context, identityPolicies: [PERMISSIONS] })).toBe(expected);
  });

  const BY_EC2 = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' };
  const OTHERS = 'arn:aws:sts::123456789012:assumed-role/somebody/session';
  test.each<[string, string, string, Record<string, string>, string, string[]?]>([
    ['the driver, by EC2', SESSION, 'kms:GenerateDataKeyWithoutPlaintext', BY_EC2, 'Allowed'],
    ['the driver, for an instance', SESSION, 'kms:CreateGrant', { ...BY_EC2, 'kms:GrantIsForAWSResource': 'true' }, 'Allowed'],
    ['the driver, to find the key', SESSION, 'kms:DescribeKey', BY_EC2, 'Allowed'],
    ['the driver decrypts itself', SESSION, 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    ['the driver takes a data key in plaintext', SESSION, 'kms:GenerateDataKey', BY_EC2, 'ImplicitlyDenied'],
    ['the driver takes a data key itself', SESSION, 'kms:GenerateDataKeyWithoutPlaintext', {}, 'ImplicitlyDenied'],
    ['the driver by EC2 of another region', SESSION, 'kms:Decrypt', { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' }, 'ImplicitlyDenied'],
    ['the driver by S3', SESSION, 'kms:Decrypt', { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ['the driver grants to somebody', SESSION, 'kms:CreateGrant', { ...BY_EC2, 'kms:GrantIsForAWSResource': 'false' }, 'ImplicitlyDenied'],
    ['the driver grants past EC2', SESSION, 'kms:CreateGrant', { 'kms:GrantIsForAWSResource': 'true' }, 'ImplicitlyDenied'],
    ['the driver changes the policy', SESSION, 'kms:PutKeyPolicy', {}, 'ImplicitlyDenied'],
    ['the driver deletes the key', SESSION, 'kms:ScheduleKeyDeletion', {}, 'ExplicitlyDenied'],
    ['somebody with every permission of IAM, by EC2', OTHERS, 'kms:Decrypt', BY_EC2, 'ImplicitlyDenied', [ADMINISTRATOR_ACCESS]],
    ['somebody with every permission of IAM hands it to an instance', OTHERS, 'kms:CreateGrant', { ...BY_EC2, 'kms:GrantIsForAWSResource': 'true' }, 'ImplicitlyDenied', [ADMINISTRATOR_ACCESS]],
  ])('the key and %s: %s %s', async (_what, principal, action, context, expected, identityPolicies = [PERMISSIONS]) => {
    expect(await decide({ principal, action, resource: KEY, context, identityPolicies, resourcePolicy: KEY_POLICY })).toBe(expected);
  });

  test('a key keeps who manages it and who makes volumes apart', () => {
    const stack = testStack();
    const key = new EncryptionKey(stack, 'Key', { alias: 'phi-volumes', account: '123456789012', region: 'us-east-1', administrators: [ADMINISTRATOR] });

    expectRefusal(() => key.addVolumeMaker(ADMINISTRATOR), { path: 'Test/Key', value: ADMINISTRATOR, rule: 'EN2', remedy: 'two roles' });
    expectRefusal(() => key.addVolumeMaker('*'), { path: 'Test/Key', value: '*', rule: 'AWS: arn', remedy: 'full ARN' });
  });

  const tags = { 'aws:RequestTag/kubernetes-namespace': 'kube-system', 'aws:RequestTag/kubernetes-service-account': 'ebs-csi-controller-sa' };
  const source = { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012' };
  test.each<[string, Record<string, string>, string]>([
    ["the driver's controller", { ...source, ...tags }, 'Allowed'],
    ["the driver's pods on nodes", { ...source, ...tags, 'aws:RequestTag/kubernetes-service-account': 'ebs-csi-node-sa' }, 'ImplicitlyDenied'],
    ['another namespace', { ...source, ...tags, 'aws:RequestTag/kubernetes-namespace': 'default' }, 'ImplicitlyDenied'],
    ['another cluster', { ...source, ...tags, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/other' }, 'ImplicitlyDenied'],
  ])('trusts: %s', async (_what, context, expected) => {
    expect(await decide({ principal: 'pods.eks.amazonaws.com', action: 'sts:AssumeRole', resource: ROLE, context, resourcePolicy: TRUST })).toBe(expected);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no cluster', { clusterName: '*' }, '*', 'CreateCluster', '1 to 100'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['a region that Terraform knows alone', { region: '${data.aws_region.R.region}' }, '${data.aws_region.R.region}', 'at synth', 'region itself'],
    ['no role', { roleName: '' }, '', 'IAM', '64'],
    ['an alias', { kmsKeyArn: KEY.replace(/key\/.*/, 'alias/a') }, KEY.replace(/key\/.*/, 'alias/a'), 'aliases', "key's own ARN"],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['an unknown field', { version: 'v1' }, 'version', 'no other field', 'clusterName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Driver', value, rule, remedy });
  });
});
