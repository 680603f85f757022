/** Terraform resources of a user's own that own what a claimed resource sets, and what keeps a claimed resource from being made as written. */
import { Control } from '../../lib/controls/control';
import { kindOf } from '../../lib/validation/content';
import { eksObjects, verdict } from './harness';
import { inPolicy, resource, type Weakening } from './weakening';

const BUCKET = 'hipaa-audit-logs-123456789012-us-east-1';
const addressOf = (type: string, start: string): string => eksObjects.find((object) => kindOf(object) === type && object.reference.address!.startsWith(`${type}.${start}`))!.reference.address!;
const KEY = addressOf('aws_kms_key', '');
const ARCHIVE = addressOf('aws_s3_bucket', 'Archive');
const inResource = (address: string, change: (content: Record<string, unknown>) => void): Weakening => (_content, others) => (
  change(others.find((object) => object.reference.address === address)!.content as Record<string, unknown>));
const all = (...changes: Weakening[]): Weakening => (content, others) => changes.forEach((change) => change(content, others));
const [LOCK, ENCRYPTION, POLICY] = ['aws_s3_bucket_object_lock_configuration', 'aws_s3_bucket_server_side_encryption_configuration', 'aws_s3_bucket_policy'];
const CLUSTER = 'aws_eks_cluster';
const access = (policy: string, scope: object = { type: 'cluster' }): Weakening => resource('aws_eks_access_policy_association.Own', {
  cluster_name: 'healthcare-cluster',
  principal_arn: 'arn:aws:iam::123456789012:role/dev',
  policy_arn: policy.includes('$') ? policy : `arn:aws:eks::aws:cluster-access-policy/${policy}`,
  access_scope: scope,
});

const CASES: [Control, string, string, Weakening, RegExp][] = [
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'a key policy of its own', resource('aws_kms_key_policy.Own', { key_id: `\${${KEY}.id}`, policy: '{}' }), /aws_kms_key_policy\.Own is about the key, too/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'a grant', resource('aws_kms_grant.Own', { key_id: `\${${KEY}.key_id}`, grantee_principal: 'x' }), /aws_kms_grant\.Own is about the key, too/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'a grant on a key by its id', resource('aws_kms_grant.Own', { key_id: '1234abcd-12ab-34cd-56ef-1234567890ab' }), /nobody can tell here which key aws_kms_grant\.Own is about/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'a key policy of its own', resource('aws_kms_key_policy.Own', { key_id: `\${${KEY}.arn}`, policy: '{}' }), /is about the key, too/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'a key policy through a variable', resource('aws_kms_key_policy.Own', { key_id: '${var.key}', policy: '{}' }), /which key aws_kms_key_policy\.Own is about: \$\{var\.key\}/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a second policy by reference', resource(`${POLICY}.Own`, { bucket: `\${${ARCHIVE}.id}`, policy: '{}' }), /Own set the same of the bucket/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a second policy by another attribute', resource(`${POLICY}.Own`, { bucket: `\${${ARCHIVE}.bucket}`, policy: '{}' }), /set the same/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a second policy by name', resource(`${POLICY}.Own`, { bucket: BUCKET, policy: '{}' }), /set the same/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a second policy through another resource', resource(`${POLICY}.Own`, { bucket: '${aws_s3_bucket_versioning.Archive.bucket}', policy: '{}' }), /nobody can tell here which bucket/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a second public access block', resource('aws_s3_bucket_public_access_block.Own', { bucket: BUCKET }), /set the same/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a public access block that blocks little', inResource(addressOf('aws_s3_bucket_public_access_block', ''), (content) => (content.block_public_policy = false)), /block_public_policy is not true/],
  [Control.TX4_TLS_BUCKET, POLICY, 'a policy in the bucket', inResource(ARCHIVE, (content) => (content.policy = '{}')), /sets policy itself/],
  [Control.AU5_WORM_6Y, LOCK, 'a second lock', resource(`${LOCK}.Own`, { bucket: BUCKET }), /set the same/],
  [Control.AU5_WORM_6Y, LOCK, 'a second versioning', resource('aws_s3_bucket_versioning.Own', { bucket: `\${${ARCHIVE}.id}` }), /set the same/],
  [Control.AU5_WORM_6Y, LOCK, 'versioning suspended', inResource(addressOf('aws_s3_bucket_versioning', ''), (content) => (content.versioning_configuration = { status: 'Suspended' })), /versioning is Suspended/],
  [Control.AU5_WORM_6Y, LOCK, 'the bucket in another account', inResource(ARCHIVE, (content) => (content.provider = 'aws.other')), /made with the provider aws\.other/],
  [Control.EN4_BUCKET_KMS, ENCRYPTION, 'a second encryption', resource(`${ENCRYPTION}.Own`, { bucket: BUCKET }), /set the same/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an administrator by an access policy', access('AmazonEKSClusterAdminPolicy'), /gives AmazonEKSClusterAdminPolicy to arn:aws:iam::123456789012:role\/dev/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an administrator of a PHI namespace', access('AmazonEKSAdminPolicy', { type: 'namespace', namespaces: ['web', 'patient-data'] }), /AmazonEKSAdminPolicy/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'an access policy that nobody can read', access('${var.policy}'), /nobody can tell here what it grants/],
  [Control.AC3_LEAST_PRIVILEGE, 'Role', 'an administrator by an access policy', access('AmazonEKSAdminPolicy'), /AmazonEKSAdminPolicy/],
  [Control.AC9_PRIVATE_API, CLUSTER, 'another cluster in public', resource(`${CLUSTER}.Own`, { name: 'other', vpc_config: {} }), /the public endpoint of aws_eks_cluster\.Own is not off/],
  [Control.AU1_AUDIT_POLICY, CLUSTER, 'another name', (o) => (o.name = 'other'), /the cluster is other, not healthcare-cluster/],
  [Control.EN1_API_DATA, CLUSTER, 'any text for a key', (o) => (o.encryption_config.provider.key_arn = 'none'), /names no KMS key/],
  [Control.EN1_API_DATA, CLUSTER, 'an alias for a key', (o) => (o.encryption_config.provider.key_arn = 'arn:aws:kms:us-east-1:123456789012:alias/a'), /names no KMS key/],
  [Control.EN1_API_DATA, CLUSTER, 'a key that is not there', (o) => (o.encryption_config.provider.key_arn = '${aws_kms_key.Other.arn}'), /names no KMS key/],
  [Control.AU4_OFF_CLUSTER, 'aws_cloudwatch_log_group', 'a cluster that logs no audit', inResource(addressOf(CLUSTER, ''), (content) => (content.enabled_cluster_log_types = ['api'])), /no aws_eks_cluster healthcare-cluster writes its audit log there/],
  [Control.AU4_OFF_CLUSTER, 'aws_cloudwatch_log_group', 'a cluster of another name', inResource(addressOf(CLUSTER, ''), (content) => (content.name = 'other')), /no aws_eks_cluster healthcare-cluster/],
  [Control.AU4_OFF_CLUSTER, 'aws_cloudwatch_log_group', 'a class that delivers only', (o) => (o.log_group_class = 'DELIVERY'), /the class of the log group is DELIVERY/],
  [Control.AU6_LOG_GROUP, 'aws_cloudwatch_log_group', 'infrequent access', (o) => (o.log_group_class = 'INFREQUENT_ACCESS'), /the class of the log group is INFREQUENT_ACCESS/],
  [Control.AU6_LOG_GROUP, 'aws_cloudwatch_log_group', 'another provider', (o) => (o.provider = 'aws.other'), /made with the provider aws\.other/],
  [Control.AC10_API_AUTH_MODE, CLUSTER, 'every change ignored', (o) => (o.lifecycle.ignore_changes = 'all'), /ignores changes of all/],
  [Control.AC9_PRIVATE_API, CLUSTER, 'a change ignored', (o) => (o.lifecycle = [{ ignore_changes: ['vpc_config'] }]), /ignores changes of vpc_config/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'for each of nothing', (o) => (o.for_each = '${toset([])}'), /for_each/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'a count from elsewhere', (o) => (o.count = '${var.keys}'), /nobody can tell whether Terraform makes it/],
  ...(['aws_iam_role', 'aws_eks_pod_identity_association'].flatMap((kind): [Control, string, string, Weakening, RegExp][] => {
    const shipping = (change: Parameters<typeof inPolicy>[0]): Weakening => (_content, others) => inPolicy(change)(others.find((object) => object.reference.address?.startsWith('aws_iam_role_policy.LogShipper'))!.content, others);
    return [
      [Control.AC11_WORKLOAD_ID, kind, 'no policy', (_content, others) => void others.splice(others.findIndex((object) => object.reference.address?.startsWith('aws_iam_role_policy.LogShipper')), 1), /lets the log shipper put objects into the archive/],
      [Control.AC11_WORKLOAD_ID, kind, 'a policy of another role', (_content, others) => ((others.find((object) => object.reference.address?.startsWith('aws_iam_role_policy.LogShipper'))!.content as { role: string }).role = 'other'), /lets the log shipper put/],
      [Control.AC11_WORKLOAD_ID, kind, 'no objects', shipping(([first]) => (first.Action = 's3:GetObject')), /lets the log shipper put/],
      [Control.AC11_WORKLOAD_ID, kind, 'another bucket', shipping(([first]) => (first.Resource = 'arn:aws:s3:::other/audit-logs/*')), /lets the log shipper put/],
      [Control.AC11_WORKLOAD_ID, kind, 'a denial', shipping((statements) => void statements.push({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' })), /lets the log shipper put/],
    ];
  })),
];

test.each(CASES)('%s on %s fails: %s', (control, kind, _what, weaken, message) => expect(verdict(control, kind, weaken)).toMatch(message));

test.each<[string, Control, string, Weakening]>([
  ['a grant on another key', Control.EN2_KEY_POLICY, 'aws_kms_key', all(resource('aws_kms_key.Own', {}), resource('aws_kms_grant.Own', { key_id: '${aws_kms_key.Own.key_id}' }))],
  ['a policy of another bucket', Control.TX4_TLS_BUCKET, POLICY, all(resource('aws_s3_bucket.Own', { bucket: 'own' }), resource(`${POLICY}.Own`, { bucket: '${aws_s3_bucket.Own.id}' }), resource(`${POLICY}.Named`, { bucket: 'elsewhere' }))],
  ['reading by an access policy', Control.AC10_API_AUTH_MODE, CLUSTER, access('AmazonEKSViewPolicy')],
  ['an administrator of other namespaces', Control.AC10_API_AUTH_MODE, CLUSTER, access('AmazonEKSAdminPolicy', { type: 'namespace', namespaces: ['web'] })],
  ['a key by its ARN', Control.EN1_API_DATA, CLUSTER, (o) => (o.encryption_config.provider.key_arn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab')],
  ['the standard class', Control.AU6_LOG_GROUP, 'aws_cloudwatch_log_group', (o) => (o.log_group_class = 'STANDARD')],
  ['another private cluster', Control.AC9_PRIVATE_API, CLUSTER, resource(`${CLUSTER}.Own`, { name: 'other', vpc_config: { endpoint_public_access: false } })],
  ['no changes ignored', Control.AC9_PRIVATE_API, CLUSTER, (o) => (o.lifecycle.ignore_changes = [])],
])('holds with %s', (_what, control, kind, change) => expect(verdict(control, kind, change)).toBeUndefined());
