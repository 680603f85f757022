import { judgeTerraform } from '../../../lib/gate/terraform/judge-terraform';
import { TERRAFORM_BUCKET_ENCRYPTION } from '../../../lib/gate/terraform/terraform-bucket-encryption';
import { terraformResources } from '../../../lib/gate/terraform/terraform-resources';
import { bucketWith } from './buckets';
import { judged, plan, references, type Body, type Case } from './judged';

const SETTING = 'aws_s3_bucket_server_side_encryption_configuration';
const PATH = 'rule[0].apply_server_side_encryption_by_default';
const KEY = '${aws_kms_key.k.arn}';

function encrypted(defaults: Body, bucket = '${aws_s3_bucket.b.id}'): Body {
  return bucketWith({ 'aws_kms_key.k': {}, [`${SETTING}.b`]: { bucket, rule: { apply_server_side_encryption_by_default: defaults } } });
}

const CASES: readonly Case[] = [
  ['a key of the customer', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: KEY }), []],
  ['by the ARN of a key', encrypted({ sse_algorithm: 'aws:kms:dsse', kms_master_key_id: 'arn:aws:kms:us-east-1:123456789012:key/0' }), []],
  ['in lists', bucketWith({ 'aws_kms_key.k': {}, [`${SETTING}.b`]: [{ bucket: 'phi-documents', rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms', kms_master_key_id: KEY }] }] }] }), []],
  ['the old block of the bucket', bucketWith({ 'aws_kms_key.k': {} }, { server_side_encryption_configuration: { rule: { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY } } } }), []],
  ['nothing', bucketWith({}), ['aws_s3_bucket.b']],
  ['SSE-S3', encrypted({ sse_algorithm: 'AES256' }), [`${SETTING}.b ${PATH}.sse_algorithm`]],
  ['SSE-S3 with a key beside', encrypted({ sse_algorithm: 'AES256', kms_master_key_id: KEY }), [`${SETTING}.b ${PATH}.sse_algorithm`]],
  ['no key', encrypted({ sse_algorithm: 'aws:kms' }), [`${SETTING}.b ${PATH}.kms_master_key_id`]],
  ['an empty key', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: '' }), [`${SETTING}.b ${PATH}.kms_master_key_id`]],
  ['the key of Amazon S3', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: 'arn:aws:kms:us-east-1:123456789012:alias/aws/s3' }), [`${SETTING}.b ${PATH}.kms_master_key_id`]],
  ['the key of Amazon S3 by a data source', bucketWith({
    'data.aws_kms_alias.s3': { name: 'alias/aws/s3' }, [`${SETTING}.b`]: { bucket: 'phi-documents', rule: { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: '${data.aws_kms_alias.s3.target_key_arn}' } } },
  }), [`${SETTING}.b ${PATH}.kms_master_key_id`]],
  ['a variable', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: '${var.key}' }), [`? ${SETTING}.b`]],
  ['a key or that of Amazon S3', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: '${var.cmk ? aws_kms_key.k.arn : "alias/aws/s3"}' }), [`? ${SETTING}.b`]],
  ['one of many keys', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: '${aws_kms_key.k[each.key].arn}' }), []],
  ['an algorithm by variable', encrypted({ sse_algorithm: '${var.algorithm}', kms_master_key_id: KEY }), [`? ${SETTING}.b`]],
  ['of another bucket', encrypted({ sse_algorithm: 'aws:kms', kms_master_key_id: KEY }, 'phi-documents-2'), ['aws_s3_bucket.b']],
  ['no rule', bucketWith({ [`${SETTING}.b`]: { bucket: 'phi-documents' } }), [`${SETTING}.b rule`]],
  ['a dynamic rule', bucketWith({ [`${SETTING}.b`]: { bucket: 'phi-documents', dynamic: { rule: { for_each: '${var.rules}', content: {} } } } }), [`? ${SETTING}.b`]],
  ['access logs of a load balancer, which can take no key', bucketWith({ 'aws_lb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}', enabled: true } } }), []],
  ['access logs of a network load balancer, which takes a key', bucketWith({ 'aws_lb.l': { load_balancer_type: 'network', access_logs: { bucket: '${aws_s3_bucket.b.id}', enabled: true } } }), ['aws_s3_bucket.b']],
  ['access logs of Amazon S3', bucketWith({ 'aws_s3_bucket_logging.l': { bucket: 'other', target_bucket: '${aws_s3_bucket.b.id}' } }), ['aws_s3_bucket.b']],
  ['access logs that nobody turned on', bucketWith({ 'aws_lb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}' } } }), ['aws_s3_bucket.b']],
  ['access logs of a Classic Load Balancer, which are on by default', bucketWith({ 'aws_elb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}' } } }), []],
  ['access logs that are off, of a Classic Load Balancer', bucketWith({ 'aws_elb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}', enabled: false } } }), ['aws_s3_bucket.b']],
  ['access logs by variable', bucketWith({ 'aws_lb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}', enabled: '${var.x}' } } }), ['? aws_s3_bucket.b']],
  ['access logs into one of many buckets', bucketWith({ 'aws_lb.l': { access_logs: { bucket: '${aws_s3_bucket.b[0].id}', enabled: true } } }, { count: 2 }), ['aws_s3_bucket.b']],
  ['access logs that are off', bucketWith({ 'aws_lb.l': { access_logs: { bucket: '${aws_s3_bucket.b.id}', enabled: 'false' } } }), ['aws_s3_bucket.b']],
];

test.each(CASES)('the encryption of a bucket: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_ENCRYPTION, document)).toEqual(expected);
});

const RULE = { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms' }] }] };
const UNKNOWN = { bucket: true, rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: true }] }] };
const keyOf = (...names: string[]): Body => ({ rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: references(...names), sse_algorithm: { constant_value: 'aws:kms' } }] }] });
const MODULE_BUCKET = { address: 'module.logs["a"].aws_s3_bucket.this[0]', values: { bucket: 'a' }, unknown: { server_side_encryption_configuration: true } };
const KMS = { address: 'aws_kms_key.k', values: { enable_key_rotation: true } };

test.each([
  ['of the key that it makes', plan([
    KMS, { address: 'aws_s3_bucket.b', values: { bucket: 'b' } },
    { address: `${SETTING}.b`, values: RULE, unknown: UNKNOWN, expressions: { bucket: references('aws_s3_bucket.b.id', 'aws_s3_bucket.b'), ...keyOf('aws_kms_key.k.arn', 'aws_kms_key.k') } },
  ]), []],
  ['of a key that a module is given', plan([KMS], {
    'module.logs["a"]': {
      call: { key: references('aws_kms_key.k.arn', 'aws_kms_key.k') },
      resources: [MODULE_BUCKET, {
        address: `module.logs["a"].${SETTING}.this[0]`, values: RULE, unknown: UNKNOWN,
        expressions: { bucket: references('aws_s3_bucket.this[0].id', 'aws_s3_bucket.this[0]', 'aws_s3_bucket.this'), ...keyOf('var.key') },
      }],
    },
  }), []],
  ['of a bucket that a module gives', plan([KMS, {
    address: `${SETTING}.a`, values: RULE, unknown: UNKNOWN, expressions: { bucket: references('module.logs["a"].id', 'module.logs["a"]', 'module.logs'), ...keyOf('aws_kms_key.k.arn', 'aws_kms_key.k') },
  }], { 'module.logs["a"]': { outputs: { id: { expression: references('aws_s3_bucket.this[0].id', 'aws_s3_bucket.this[0]', 'aws_s3_bucket.this') } }, resources: [MODULE_BUCKET] } }), []],
  ['of a key of elsewhere', plan([
    { address: 'aws_s3_bucket.b', values: { bucket: 'b' } },
    { address: `${SETTING}.b`, values: RULE, unknown: UNKNOWN, expressions: { bucket: references('aws_s3_bucket.b.id', 'aws_s3_bucket.b'), ...keyOf('local.key') } },
  ]), [`? ${SETTING}.b`]],
  ['of each of two buckets by its own instance', plan([
    KMS, { address: 'aws_s3_bucket.b["x"]', values: { bucket: 'x' } }, { address: 'aws_s3_bucket.b["y"]', values: { bucket: 'y' } },
    { address: `${SETTING}.b["x"]`, values: RULE, unknown: UNKNOWN, expressions: { bucket: references('aws_s3_bucket.b', 'each.key'), ...keyOf('aws_kms_key.k.arn', 'aws_kms_key.k') } },
  ]), ['aws_s3_bucket.b["y"]']],
])('a plan with the encryption %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_ENCRYPTION, document)).toEqual(expected);
});

/** A plan whose encryption is made by a dynamic block, of which a plan has no expressions. */
function dynamic(...more: Parameters<typeof plan>[0]): Body {
  const document = plan([{ address: `${SETTING}.b`, values: { bucket: 'b', ...RULE }, unknown: { rule: UNKNOWN.rule } }, { address: 'aws_s3_bucket.b', values: { bucket: 'b' } }, KMS, ...more]);
  delete document.configuration.root_module.resources[0].expressions.rule;
  return document;
}

const ALIAS = { address: 'data.aws_kms_alias.a', actions: ['read'] };

test.each([
  ['is of a key that the plan makes', dynamic(), []],
  ['may be of a key that is read later', dynamic({ ...ALIAS, values: {}, unknown: { arn: true, name: true }, expressions: { name: references('random_pet.p.id') } }), [`? ${SETTING}.b`]],
  ['is of a key that the plan makes, beside one that it has read', dynamic({ ...ALIAS, values: { name: 'alias/aws/s3', arn: 'arn:aws:kms:us-east-1:123456789012:alias/aws/s3' } }), []],
])('a plan with a dynamic block %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_ENCRYPTION, document)).toEqual(expected);
});

test('a plan with a key that a variable chooses knows any other', () => {
  const setting = { address: `${SETTING}.b`, values: { bucket: 'b', ...RULE }, unknown: { rule: UNKNOWN.rule }, expressions: keyOf('aws_kms_key.k[0].arn', 'aws_kms_key.k[0]', 'aws_kms_key.k', 'var.cmk') };
  expect(judged(TERRAFORM_BUCKET_ENCRYPTION, plan([{ ...KMS, address: 'aws_kms_key.k[0]' }, { address: 'aws_s3_bucket.b', values: { bucket: 'b' } }, setting]))).toEqual([]);
});

test('who has Amazon S3 write its access logs is told what the key needs', () => {
  const { violations } = judgeTerraform(terraformResources(encrypted({ sse_algorithm: 'AES256' }))!, { rules: [TERRAFORM_BUCKET_ENCRYPTION] });
  expect(violations[0].remedy).toContain('logging.s3.amazonaws.com');
});
