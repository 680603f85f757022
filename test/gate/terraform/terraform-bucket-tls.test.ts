import { TERRAFORM_BUCKET_TLS } from '../../../lib/gate/terraform/terraform-bucket-tls';
import { bucketPolicy, bucketWith, DENY } from './buckets';
import { configuration, judged, plan, policy, references, type Case } from './judged';

const OWNER = 'aws_s3_bucket_policy.b policy';
const CASES: readonly Case[] = [
  ['the statement refuses all', bucketPolicy(DENY), []],
  ['by a list of values, and BoolIfExists', bucketPolicy({ ...DENY, Condition: { BoolIfExists: { 'AWS:securetransport': [false] } } }), []],
  ['for AWS: *', bucketPolicy({ ...DENY, Principal: { AWS: ['*'] } }), []],
  ['in two statements', bucketPolicy({ ...DENY, Resource: DENY.Resource[0] }, { ...DENY, Resource: DENY.Resource[1] }), []],
  ['by references to the bucket', bucketPolicy({ ...DENY, Resource: ['${aws_s3_bucket.b.arn}', 'arn:${data.aws_partition.p.partition}:s3:::${aws_s3_bucket.b.id}/*'] }), []],
  ['by a wildcard over both', bucketPolicy({ ...DENY, Action: 'S3:?*', Resource: `${DENY.Resource[0]}*` }), []],
  ['no policy', bucketWith({}), ['aws_s3_bucket.b']],
  ['of another bucket', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: 'other', policy: policy(DENY) } }), ['aws_s3_bucket.b']],
  ['on the bucket alone', bucketPolicy({ ...DENY, Resource: DENY.Resource[0] }), [OWNER]],
  ['on its objects alone', bucketPolicy({ ...DENY, Resource: DENY.Resource[1] }), [OWNER]],
  ['on one folder', bucketPolicy({ ...DENY, Resource: [DENY.Resource[0], `${DENY.Resource[0]}/phi/*`] }), [OWNER]],
  ['on another bucket', bucketPolicy({ ...DENY, Resource: ['arn:aws:s3:::phi', 'arn:aws:s3:::phi/*'] }), [OWNER]],
  ['under another condition as well', bucketPolicy({ ...DENY, Condition: { ...DENY.Condition, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }), [OWNER]],
  ['under a condition that never holds', bucketPolicy({ ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), [OWNER]],
  ['without a condition on TLS', bucketPolicy({ ...DENY, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }), [OWNER]],
  ['for one role', bucketPolicy({ ...DENY, Principal: { AWS: 'arn:aws:iam::123456789012:role/app' } }), [OWNER]],
  ['for everybody but', bucketPolicy({ ...DENY, Principal: undefined, NotPrincipal: { AWS: '*' } }), [OWNER]],
  ['for some actions', bucketPolicy({ ...DENY, Action: ['s3:Get*', 's3:Put*'] }), [OWNER]],
  ['allowed with TLS, not denied without', bucketPolicy({ ...DENY, Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), [OWNER]],
  ['an effect of no policy', bucketPolicy({ ...DENY, Effect: 'deny' }), [OWNER]],
  ['jsonencode of a literal', bucketWith({
    'aws_s3_bucket_policy.b': {
      bucket: '${aws_s3_bucket.b.id}',
      policy: '${jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })}',
    },
  }), []],
  ['jsonencode of an expression', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: '${jsonencode(merge(local.a, local.b))}' } }), [`? ${OWNER.split(' ')[0]}`]],
  ['a policy of a data source elsewhere', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: '${data.aws_iam_policy_document.gone.json}' } }), ['? aws_s3_bucket_policy.b']],
  ['a policy of no JSON', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: 'Deny' } }), ['? aws_s3_bucket_policy.b']],
  ['of nobody knows which bucket', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${var.bucket}', policy: policy(DENY) } }), ['? aws_s3_bucket.b']],
  ['of one of two buckets', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${var.x ? aws_s3_bucket.b.id : "other"}', policy: policy(DENY) } }), ['? aws_s3_bucket.b']],
  ['made under a condition', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: policy(DENY), count: '${var.tls ? 1 : 0}' } }), ['? aws_s3_bucket.b']],
  ['of one of two instances', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b[0].id}', policy: policy(DENY) } }, { count: 2 }), ['? aws_s3_bucket.b']],
  ['of one of some instances', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b["a"].id}', policy: policy(DENY) } }, { for_each: { a: 1, b: 2 } }), ['? aws_s3_bucket.b']],
  ['of every instance by name', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: 'phi-documents', policy: policy(DENY) } }, { for_each: { a: 1 } }), ['? aws_s3_bucket.b']],
  ['of each instance', bucketWith({ 'aws_s3_bucket_policy.b': { for_each: '${var.b}', bucket: '${aws_s3_bucket.b[each.key].id}', policy: policy(DENY) } }, { for_each: '${var.b}' }), []],
  ['of each instance by count', bucketWith({ 'aws_s3_bucket_policy.b': { count: 2, bucket: '${aws_s3_bucket.b[count.index].id}', policy: policy(DENY) } }, { count: 2 }), []],
  ['of some of the instances', bucketWith({ 'aws_s3_bucket_policy.b': { for_each: '${var.c}', bucket: '${aws_s3_bucket.b[each.key].id}', policy: policy(DENY) } }, { for_each: '${var.b}' }), ['? aws_s3_bucket.b']],
  ['of the first instance, many times', bucketWith({ 'aws_s3_bucket_policy.b': { count: 2, bucket: '${aws_s3_bucket.b[0].id}', policy: policy(DENY) } }, { count: 2 }), ['? aws_s3_bucket.b']],
  ['of the only instance', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b[0].id}', policy: policy(DENY) } }, { count: 1 }), []],
  ['of the instance that may be', bucketWith({ 'aws_s3_bucket_policy.b': { count: '${var.x ? 1 : 0}', bucket: '${aws_s3_bucket.b[0].id}', policy: policy(DENY) } }, { count: '${var.x ? 1 : 0}' }), []],
  ['made never', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: policy(DENY), count: 0 } }), ['aws_s3_bucket.b']],
  ['two policies, one without', bucketWith({
    'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: policy(DENY) }, 'aws_s3_bucket_policy.c': { bucket: 'phi-documents', policy: policy({ ...DENY, Action: 's3:GetObject' }) },
  }), ['aws_s3_bucket_policy.c policy']],
  ['the old attribute of the bucket', bucketWith({}, { policy: policy(DENY) }), []],
  ['changes of the policy ignored', bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: policy(DENY), lifecycle: { ignore_changes: ['policy'] } } }), ['? aws_s3_bucket_policy.b']],
];

test.each(CASES)('a bucket and TLS: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_TLS, document).map((found) => (found.startsWith('?') ? found.split(' ').slice(0, 2).join(' ') : found))).toEqual(expected);
});

const STATEMENT = {
  effect: 'Deny', actions: ['s3:*'], principals: [{ type: '*', identifiers: ['*'] }], resources: ['${aws_s3_bucket.b.arn}', '${aws_s3_bucket.b.arn}/*'],
  condition: { test: 'Bool', variable: 'aws:SecureTransport', values: ['false'] },
};

test.each([
  ['writes it', { statement: STATEMENT }, []],
  ['writes it in a list', { statement: [{ ...STATEMENT, condition: [STATEMENT.condition] }] }, []],
  ['allows, as it says no effect', { statement: { ...STATEMENT, effect: undefined } }, ['aws_s3_bucket_policy.b policy']],
  ['takes it from JSON', { source_policy_documents: [policy(DENY)] }, []],
  ['overrides it', { statement: { ...STATEMENT, sid: 'Tls' }, override_policy_documents: [policy({ ...DENY, Sid: 'Tls', Action: 's3:GetObject' })] }, ['aws_s3_bucket_policy.b policy']],
  ['may override it', { statement: { ...STATEMENT, sid: 'Tls' }, override_policy_documents: ['${var.over}'] }, ['? aws_s3_bucket_policy.b']],
  ['may override others, as it has no Sid', { statement: STATEMENT, override_policy_documents: ['${var.over}'] }, []],
  ['adds what nobody knows', { statement: { ...STATEMENT, sid: 'Tls' }, source_policy_documents: ['${var.more}'] }, []],
  ['takes it from another or not', { source_policy_documents: ['${var.x ? data.aws_iam_policy_document.o.json : "{}"}'] }, ['? aws_s3_bucket_policy.b']],
  ['takes it from another', { source_policy_documents: ['${data.aws_iam_policy_document.o.json}'] }, []],
  ['makes statements dynamically', { dynamic: { statement: { for_each: '${var.x}', content: STATEMENT } } }, ['? aws_s3_bucket_policy.b']],
])('a data source that %s', (_, source, expected) => {
  const document = configuration({
    'aws_s3_bucket.b': { bucket: 'phi-documents' }, 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: '${data.aws_iam_policy_document.p.json}' }, 'data.aws_iam_policy_document.p': source, 'data.aws_iam_policy_document.o': { statement: STATEMENT },
  });
  expect(judged(TERRAFORM_BUCKET_TLS, document)).toEqual(expected);
});

const BUCKET = { address: 'aws_s3_bucket.b', values: { bucket: 'phi-documents' }, unknown: { policy: true, server_side_encryption_configuration: true } };
const OF_B = { bucket: references('aws_s3_bucket.b.id', 'aws_s3_bucket.b') };

test.each([
  ['knows the policy', plan([BUCKET, { address: 'aws_s3_bucket_policy.b', values: { policy: policy(DENY) }, unknown: { bucket: true }, expressions: OF_B }]), []],
  ['knows it after apply', plan([BUCKET, { address: 'aws_s3_bucket_policy.b', values: {}, unknown: { bucket: true, policy: true }, expressions: { ...OF_B, policy: references('local.policy') } }]), ['? aws_s3_bucket_policy.b']],
  ['deletes it, though the bucket still shows it', plan([
    { ...BUCKET, unknown: {}, values: { bucket: 'phi-documents' }, actions: ['no-op'] }, { address: 'aws_s3_bucket_policy.b', values: { bucket: 'phi-documents', policy: policy(DENY) }, actions: ['delete'] },
  ]), ['aws_s3_bucket.b']],
  ['has no policy', plan([BUCKET]), ['aws_s3_bucket.b']],
])('a plan that %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_TLS, document)).toEqual(expected);
});

test('a state shows the policy that a bucket has', () => {
  const stateOf = (values: object) => ({ format_version: '1.0', values: { root_module: { child_modules: [{ resources: [{ address: 'module.m.aws_s3_bucket.b', mode: 'managed', type: 'aws_s3_bucket', name: 'b', values }] }] } } });
  expect(judged(TERRAFORM_BUCKET_TLS, stateOf({ bucket: 'phi-documents', policy: policy(DENY) }))).toEqual([]);
  expect(judged(TERRAFORM_BUCKET_TLS, stateOf({ bucket: 'phi-documents', policy: '' }))).toEqual(['aws_s3_bucket.module.m.b']);
});

test('a plan does not take what the provider read back for what will be', () => {
  const document = plan([{ ...BUCKET, unknown: {}, values: { bucket: 'phi-documents', policy: policy(DENY) }, actions: ['update'] }]);
  delete document.configuration.root_module.resources[0].expressions.policy;
  expect(judged(TERRAFORM_BUCKET_TLS, document)).toEqual(['aws_s3_bucket.b']);
});
