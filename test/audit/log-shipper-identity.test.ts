import type { TerraformStack } from 'cdktf';
import { AuditArchive } from '../../lib/audit/audit-archive';
import { LogShipperIdentity, type LogShipperIdentityProps } from '../../lib/audit/log-shipper-identity';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const BUCKET = 'arn:aws:s3:::hipaa-audit-logs';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::123456789012:role/log-shipper';
const props: Required<LogShipperIdentityProps> = {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'log-shipper', namespace: 'hipaa-logging', serviceAccount: 'fluent-bit',
  bucketArn: BUCKET, prefix: 'container-logs/healthcare-cluster', kmsKeyArn: KEY, bucketRegion: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new LogShipperIdentity(stack, 'Shipper', { ...props, ...changes });

const made = synthStack(make());
const TRUST = concrete(made.only('aws_iam_role').assume_role_policy as string);
const PERMISSIONS = concrete(made.only('aws_iam_role_policy').policy as string);

describe('LogShipperIdentity', () => {
  test('binds one role to one service account', () => {
    const stack = synthStack(make());
    const [role] = Object.keys(stack.resources.aws_iam_role);

    expect(stack.only('aws_eks_pod_identity_association')).toEqual({
      cluster_name: 'healthcare-cluster', namespace: 'hipaa-logging', service_account: 'fluent-bit', region: 'us-east-1', role_arn: `\${aws_iam_role.${role}.arn}`,
    });
    expect(stack.only('aws_iam_role').name).toBe('log-shipper');
    expect(stack.only('aws_iam_role_policy').role).toBe(`\${aws_iam_role.${role}.name}`);
    expect({
      trust: JSON.parse(stack.only('aws_iam_role').assume_role_policy as string) as unknown,
      permissions: JSON.parse(stack.only('aws_iam_role_policy').policy as string) as unknown,
    }).toMatchSnapshot();
  });

  test('takes references to bucket and key', () => {
    const policy = synthStack((stack) => {
      const archive = new AuditArchive(stack, 'Archive', {
        bucketName: 'hipaa-audit-logs', lock: ObjectLock.governance(), retention: Retention.years(6), kmsKeyArn: KEY, account: '123456789012', region: 'us-east-1',
      });
      make({ bucketArn: archive.bucketArn, kmsKeyArn: '${aws_kms_key.Archive.arn}' })(stack);
    }).only('aws_iam_role_policy').policy as string;

    expect(policy).toMatch(/"Resource":"\$\{aws_s3_bucket\.Archive\w*\.arn\}\/container-logs\/healthcare-cluster\/\*"/);
    expect(policy).toContain('"Resource":"${aws_kms_key.Archive.arn}"');
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({ region: 'cn-north-1', bucketRegion: undefined, bucketArn: 'arn:aws-cn:s3:::logs', kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }));

    expect(stack.only('aws_iam_role').assume_role_policy).toContain('arn:aws-cn:eks:cn-north-1:123456789012:cluster/healthcare-cluster');
    expect(stack.only('aws_iam_role_policy').policy).toContain('s3.cn-north-1.amazonaws.com.cn');
  });

  test('has S3 encrypt in the region of the bucket, where that is another', () => {
    const stack = synthStack(make({ bucketRegion: 'us-west-2', kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }));

    expect(stack.only('aws_iam_role_policy').policy).toContain('"kms:ViaService":"s3.us-west-2.amazonaws.com"');
    expect(stack.only('aws_iam_role').assume_role_policy).toContain('arn:aws:eks:us-east-1:');
    expect(stack.only('aws_eks_pod_identity_association').region).toBe('us-east-1');
  });

  test('exposes role and association, and claims workload identity on the association', () => {
    const stack = testStack();
    const shipper = make()(stack);

    expect(shipper.node.defaultChild).toBe(shipper.association);
    expect(shipper.role.nameInput).toBe('log-shipper');
    expect(claimsBelow(stack)).toEqual(['Test/Shipper/Resource implements AC11']);
  });

  const pod = {
    'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012',
    'aws:RequestTag/kubernetes-namespace': 'hipaa-logging', 'aws:RequestTag/kubernetes-service-account': 'fluent-bit',
  };
  test.each<[string, string, string, Record<string, string>, string]>([
    ['another service account', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { ...pod, 'aws:RequestTag/kubernetes-service-account': 'default' }, 'ImplicitlyDenied'],
    ['a service account of that beginning', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { ...pod, 'aws:RequestTag/kubernetes-service-account': 'fluent-bit-2' }, 'ImplicitlyDenied'],
    ['another namespace', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { ...pod, 'aws:RequestTag/kubernetes-namespace': 'patient-data' }, 'ImplicitlyDenied'],
    ['another cluster', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { ...pod, 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/dev' }, 'ImplicitlyDenied'],
    ['another account', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { ...pod, 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['a pod without tags', 'pods.eks.amazonaws.com', 'sts:AssumeRole', { 'aws:SourceArn': pod['aws:SourceArn'], 'aws:SourceAccount': pod['aws:SourceAccount'] }, 'ImplicitlyDenied'],
    ['an instance', 'ec2.amazonaws.com', 'sts:AssumeRole', pod, 'ImplicitlyDenied'],
    ['an administrator', 'arn:aws:iam::123456789012:role/admin', 'sts:AssumeRole', pod, 'ImplicitlyDenied'],
    ['its pod', 'pods.eks.amazonaws.com', 'sts:AssumeRole', pod, 'Allowed'],
    ['its pod, with tags', 'pods.eks.amazonaws.com', 'sts:TagSession', pod, 'Allowed'],
  ])('answers %s that asks for the role', async (_who, principal, action, context, decision) => {
    expect(await decide({ principal, action, resource: ROLE, context, resourcePolicy: TRUST })).toBe(decision);
  });

  const viaS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  /** Leaves the key to IAM, so that the shipper's own policy decides. */
  const keyPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });
  test.each<[string, string, Record<string, string>, string]>([
    ['s3:PutObject', `${BUCKET}/audit-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObject', `${BUCKET}/container-logs/healthcare-cluster-2/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObject', `${BUCKET}/container-logs/other/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObject', `${BUCKET}-2/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:GetObject', `${BUCKET}/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:DeleteObject', `${BUCKET}/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:DeleteObjectVersion', `${BUCKET}/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObjectRetention', `${BUCKET}/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObjectTagging', `${BUCKET}/container-logs/healthcare-cluster/a`, {}, 'ImplicitlyDenied'],
    ['s3:ListBucket', BUCKET, {}, 'ImplicitlyDenied'],
    ['s3:PutBucketPolicy', BUCKET, {}, 'ImplicitlyDenied'],
    ['kms:Decrypt', KEY, viaS3, 'ImplicitlyDenied'],
    ['kms:CreateGrant', KEY, viaS3, 'ImplicitlyDenied'],
    ['kms:GenerateDataKey', KEY, {}, 'ImplicitlyDenied'],
    ['kms:GenerateDataKey', KEY, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ['kms:GenerateDataKey', `${KEY}0`, viaS3, 'ImplicitlyDenied'],
    ['s3:PutObject', `${BUCKET}/container-logs/healthcare-cluster/2026/01/01/a.gz`, {}, 'Allowed'],
    ['kms:GenerateDataKey', KEY, viaS3, 'Allowed'],
  ])('answers the shipper that asks for %s on %s with %j', async (action, resource, context, decision) => {
    const resourcePolicy = action.startsWith('kms:') ? keyPolicy : undefined;
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/log-shipper/eks-pod', action, resource, context, identityPolicies: [PERMISSIONS], resourcePolicy })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a cluster name that EKS refuses', { clusterName: 'a*' }, 'a*', 'CreateCluster', '1 to 100'],
    ['every cluster beside a reference', { clusterName: '${var.name}*' }, '${var.name}*', 'CreateCluster', '1 to 100'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['a bucket region that is none', { bucketRegion: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a bucket region that only Terraform knows', { bucketRegion: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a role name that IAM refuses', { roleName: 'a/b' }, 'a/b', 'names of roles', '1 to 64'],
    ['every namespace', { namespace: '*' }, '*', 'RFC 1123 label', 'at most 63'],
    ['every service account', { serviceAccount: '*' }, '*', 'RFC 1123 subdomain', 'at most 253'],
    ['every bucket', { bucketArn: 'arn:aws:s3:::*' }, 'arn:aws:s3:::*', 'without wildcards', 'full ARN'],
    ['the name of a bucket', { bucketArn: 'hipaa-audit-logs' }, 'hipaa-audit-logs', 'AWS: arn:', 'full ARN'],
    ['the ARN of an object', { bucketArn: `${BUCKET}/container-logs` }, `${BUCKET}/container-logs`, 'a bucket has no key', 'prefix'],
    ['a bucket of another partition', { bucketArn: 'arn:aws-cn:s3:::logs' }, 'arn:aws-cn:s3:::logs', 'partition aws', "'arn:aws:'"],
    ['no prefix', { prefix: '' }, '', 'AC11', 'audit-logs/'],
    ['every prefix', { prefix: '*' }, '*', 'AC11', 'audit-logs/'],
    ['a prefix that ends in a slash', { prefix: 'a/' }, 'a/', 'AC11', 'audit-logs/'],
    ['a prefix that only Terraform knows', { prefix: '${var.prefix}' }, '${var.prefix}', 'AC11', 'audit-logs/'],
    ['an alias for the key', { kmsKeyArn: 'alias/archive' }, 'alias/archive', 'AWS: arn:', 'full ARN'],
    ['the ARN of an alias', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/archive' }, 'arn:aws:kms:us-east-1:123456789012:alias/archive', 'an alias can move', ':key/'],
    ['a key of another region than the bucket', { bucketRegion: 'us-west-2' }, KEY, 'its own region alone', 'in us-west-2'],
    ['a key of another partition', { kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }, 'arn:aws-cn:kms:cn-north-1:123456789012:key/a', 'partition aws', "'arn:aws:'"],
    ['an unknown field', { actions: ['s3:*'] }, 'actions', 'no other field', 'prefix'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Shipper', value, rule, remedy });
  });
});
