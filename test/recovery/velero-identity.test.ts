import type { TerraformStack } from 'cdktf';
import { VeleroIdentity, type VeleroIdentityProps } from '../../lib/recovery/velero-identity';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const BUCKET = 'arn:aws:s3:::healthcare-backups';
const KEY = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const VOLUME_KEY = 'arn:aws:kms:us-east-1:123456789012:key/2234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:sts::123456789012:assumed-role/velero/pod';
const props: Required<VeleroIdentityProps> = {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'velero', namespace: 'velero', serviceAccount: 'velero-server',
  bucketArn: BUCKET, bucketRegion: 'us-west-2', kmsKeyArn: KEY, volumeKmsKeyArn: VOLUME_KEY,
};
const make = (changes: object = {}) => (stack: TerraformStack) => new VeleroIdentity(stack, 'Velero', { ...props, ...changes });
const made = synthStack(make());
const TRUST = concrete(made.only('aws_iam_role').assume_role_policy as string);
const PERMISSIONS = concrete(made.only('aws_iam_role_policy').policy as string);

describe('VeleroIdentity', () => {
  test('binds one role to one service account', () => {
    const stack = synthStack(make({ volumeKmsKeyArn: undefined }));
    const [role] = Object.keys(stack.resources.aws_iam_role);

    expect(stack.only('aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'healthcare-cluster', namespace: 'velero', service_account: 'velero-server', region: 'us-east-1', role_arn: `\${aws_iam_role.${role}.arn}`,
    });
    expect(stack.only('aws_iam_role_policy').role).toBe(`\${aws_iam_role.${role}.name}`);
    expect(stack.only('aws_iam_role_policy').policy).not.toContain('CreateGrant');
    expect(JSON.parse(PERMISSIONS)).toMatchSnapshot();
  });

  test('takes references to cluster, bucket and key', () => {
    const policy = synthStack(make({ bucketArn: '${aws_s3_bucket.B.arn}', kmsKeyArn: '${aws_kms_key.K.arn}' })).only('aws_iam_role_policy').policy as string;

    expect(policy).toContain('"Resource":"${aws_s3_bucket.B.arn}/*"');
    expect(policy).toContain('"Resource":"${aws_kms_key.K.arn}"');
    expect(synthStack(make({ clusterName: '${aws_eks_cluster.C.name}' })).only('aws_iam_role_policy').policy).toContain('"aws:ResourceTag/kubernetes.io/cluster/${aws_eks_cluster.C.name}":"owned"');
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({
      region: 'cn-north-1', bucketRegion: 'cn-northwest-1', bucketArn: 'arn:aws-cn:s3:::backups', kmsKeyArn: 'arn:aws-cn:kms:cn-northwest-1:123456789012:key/a', volumeKmsKeyArn: undefined,
    }));

    expect(stack.only('aws_iam_role').assume_role_policy).toContain('arn:aws-cn:eks:cn-north-1:123456789012:cluster/healthcare-cluster');
    expect(stack.only('aws_iam_role_policy').policy).toContain('s3.cn-northwest-1.amazonaws.com.cn');
    expect(stack.only('aws_iam_role_policy').policy).not.toContain('arn:aws:');
  });

  test('claims the identity of the workload', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Velero/Resource implements AC11']);
  });

  const tags = { 'aws:RequestTag/kubernetes-namespace': 'velero', 'aws:RequestTag/kubernetes-service-account': 'velero-server' };
  const source = { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012' };
  test.each<[string, string, Record<string, string>, string]>([
    ['another namespace', 'pods.eks.amazonaws.com', { ...source, ...tags, 'aws:RequestTag/kubernetes-namespace': 'default' }, 'ImplicitlyDenied'],
    ['another service account', 'pods.eks.amazonaws.com', { ...source, ...tags, 'aws:RequestTag/kubernetes-service-account': 'default' }, 'ImplicitlyDenied'],
    ['no tags', 'pods.eks.amazonaws.com', source, 'ImplicitlyDenied'],
    ['another cluster', 'pods.eks.amazonaws.com', { ...source, ...tags, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/other' }, 'ImplicitlyDenied'],
    ['another service', 'ec2.amazonaws.com', { ...source, ...tags }, 'ImplicitlyDenied'],
    ["Velero's pods", 'pods.eks.amazonaws.com', { ...source, ...tags }, 'Allowed'],
  ])('trusts: %s', async (_what, principal, context, expected) => {
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/velero', context, resourcePolicy: TRUST })).toBe(expected);
  });

  const OBJECT = `${BUCKET}/backups/daily/velero-backup.json`;
  const VOLUME = 'arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0';
  const SNAPSHOT = 'arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0';
  const OF_CLUSTER = { 'aws:ResourceTag/kubernetes.io/cluster/healthcare-cluster': 'owned' };
  const FOR_CLUSTER = { 'aws:RequestTag/kubernetes.io/cluster/healthcare-cluster': 'owned' };
  const OF_VELERO = { ...OF_CLUSTER, 'aws:ResourceTag/velero.io/backup': 'daily' };
  /** A key that leaves the decision to IAM. */
  const KEY_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });

  test.each<[string, string, string, Record<string, string>, string]>([
    ['reads the archive', 's3:GetObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/x.json', {}, 'ImplicitlyDenied'],
    ['writes to the archive', 's3:PutObject', 'arn:aws:s3:::hipaa-audit-logs/audit-logs/x.json', {}, 'ImplicitlyDenied'],
    ['lists the archive', 's3:ListBucket', 'arn:aws:s3:::hipaa-audit-logs', {}, 'ImplicitlyDenied'],
    ['a bucket with a longer name', 's3:GetObject', 'arn:aws:s3:::healthcare-backups-2/x', {}, 'ImplicitlyDenied'],
    ['deletes a version of a backup', 's3:DeleteObjectVersion', OBJECT, {}, 'ImplicitlyDenied'],
    ["changes the bucket's policy", 's3:PutBucketPolicy', BUCKET, {}, 'ImplicitlyDenied'],
    ['the key past S3', 'kms:Decrypt', KEY, {}, 'ImplicitlyDenied'],
    ['the key by S3 of another region', 'kms:Decrypt', KEY, { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ["another cluster's volume", 'ec2:CreateSnapshot', VOLUME, { 'aws:ResourceTag/kubernetes.io/cluster/other': 'owned' }, 'ImplicitlyDenied'],
    ['a volume without tags', 'ec2:CreateSnapshot', VOLUME, {}, 'ImplicitlyDenied'],
    ['a snapshot that names no cluster', 'ec2:CreateSnapshot', SNAPSHOT, {}, 'ImplicitlyDenied'],
    ['deletes a snapshot of AWS Backup', 'ec2:DeleteSnapshot', SNAPSHOT, OF_CLUSTER, 'ImplicitlyDenied'],
    ["deletes another cluster's snapshot", 'ec2:DeleteSnapshot', SNAPSHOT, { 'aws:ResourceTag/velero.io/backup': 'daily' }, 'ImplicitlyDenied'],
    ['restores from a snapshot of others', 'ec2:CreateVolume', SNAPSHOT, {}, 'ImplicitlyDenied'],
    ['restores without encryption', 'ec2:CreateVolume', VOLUME, { ...FOR_CLUSTER, 'ec2:Encrypted': 'false' }, 'ImplicitlyDenied'],
    ['tags what is there', 'ec2:CreateTags', VOLUME, {}, 'ImplicitlyDenied'],
    ['tags an instance', 'ec2:CreateTags', 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0', { 'ec2:CreateAction': 'CreateVolume' }, 'ImplicitlyDenied'],
    ['shares a snapshot', 'ec2:ModifySnapshotAttribute', SNAPSHOT, OF_VELERO, 'ImplicitlyDenied'],
    ['deletes a volume', 'ec2:DeleteVolume', VOLUME, OF_CLUSTER, 'ImplicitlyDenied'],
    ["the volumes' key past EC2", 'kms:Decrypt', VOLUME_KEY, {}, 'ImplicitlyDenied'],
    ["grants the volumes' key to somebody", 'kms:CreateGrant', VOLUME_KEY, { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'false' }, 'ImplicitlyDenied'],
    ['reads a backup', 's3:GetObject', OBJECT, {}, 'Allowed'],
    ['writes a backup', 's3:PutObject', OBJECT, {}, 'Allowed'],
    ['deletes a backup', 's3:DeleteObject', OBJECT, {}, 'Allowed'],
    ['lists backups', 's3:ListBucket', BUCKET, {}, 'Allowed'],
    ['the key by S3', 'kms:Decrypt', KEY, { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, 'Allowed'],
    ['finds volumes', 'ec2:DescribeVolumes', '*', {}, 'Allowed'],
    ["snapshots its cluster's volume", 'ec2:CreateSnapshot', VOLUME, OF_CLUSTER, 'Allowed'],
    ['a snapshot that names its cluster', 'ec2:CreateSnapshot', SNAPSHOT, FOR_CLUSTER, 'Allowed'],
    ['tags what it makes', 'ec2:CreateTags', SNAPSHOT, { 'ec2:CreateAction': 'CreateSnapshot' }, 'Allowed'],
    ['deletes its own snapshot', 'ec2:DeleteSnapshot', SNAPSHOT, OF_VELERO, 'Allowed'],
    ['restores from its own snapshot', 'ec2:CreateVolume', SNAPSHOT, OF_VELERO, 'Allowed'],
    ['restores encrypted', 'ec2:CreateVolume', VOLUME, { ...FOR_CLUSTER, 'ec2:Encrypted': 'true' }, 'Allowed'],
    ["grants the volumes' key to EC2", 'kms:CreateGrant', VOLUME_KEY, { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'true' }, 'Allowed'],
  ])('may: %s', async (_what, action, resource, context, expected) => {
    expect(await decide({ principal: ROLE, action, resource, context, identityPolicies: [PERMISSIONS], ...(resource.includes(':kms:') ? { resourcePolicy: KEY_POLICY } : {}) })).toBe(expected);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no cluster', { clusterName: '*' }, '*', 'CreateCluster', '1 to 100'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['no region of the bucket', { bucketRegion: 'x' }, 'x', 'regions', 'us-east-1'],
    ['no role', { roleName: '' }, '', 'IAM', '64'],
    ['no namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['every service account', { serviceAccount: '*' }, '*', 'RFC 1123', 'a-z'],
    ['every bucket', { bucketArn: 'arn:aws:s3:::*' }, 'arn:aws:s3:::*', 'without wildcards', 'full ARN'],
    ['an object', { bucketArn: `${BUCKET}/x` }, `${BUCKET}/x`, 'a bucket has no key', "bucket's ARN"],
    ['a bucket of another partition', { bucketArn: 'arn:aws-cn:s3:::x' }, 'arn:aws-cn:s3:::x', 'partition aws', "'arn:aws:'"],
    ["a key of the cluster's region", { kmsKeyArn: VOLUME_KEY }, VOLUME_KEY, 'its own region', 'us-west-2'],
    ["a key of volumes in the bucket's region", { volumeKmsKeyArn: KEY }, KEY, 'its own region', 'us-east-1'],
    ['an unknown field', { prefix: 'x' }, 'prefix', 'no other field', 'bucketArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Velero', value, rule, remedy });
  });
});
