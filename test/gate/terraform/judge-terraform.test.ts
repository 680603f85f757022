import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../../lib/controls/catalogue';
import { judgeTerraform } from '../../../lib/gate/terraform/judge-terraform';
import { terraformResources } from '../../../lib/gate/terraform/terraform-resources';
import { TERRAFORM_RULES } from '../../../lib/gate/terraform/terraform-rules';
import { configuration, plan, policy, references, type Body } from './judged';

const judge = (document: Body) => judgeTerraform(terraformResources(document)!);

test('every rule has an id of its own, a sentence, and a paragraph of its control', () => {
  expect(new Set(TERRAFORM_RULES.map(({ rule }) => rule.id)).size).toBe(TERRAFORM_RULES.length);
  for (const { rule } of TERRAFORM_RULES) {
    const { citations, nist } = CATALOGUE.find(({ id }) => id === rule.control)!;
    expect(rule.id).toMatch(/^terraform-[a-z-]+$/);
    expect(rule.purpose).toMatch(/^[A-Z].*\.$/);
    // Rotation is no part of the paragraph of its control.
    expect([...citations.map(({ paragraph }) => `45 CFR 164.${paragraph}`), ...nist.map((id) => `NIST SP 800-53 ${id}`)]).toContain(rule.reference.split(',')[0]);
  }
});

test('a violation names the rule, the resource, the field, its value and a remedy', () => {
  const { violations, objects } = judge(configuration({ 'aws_kms_key.k': { deletion_window_in_days: 7, enable_key_rotation: true }, 'data.aws_iam_policy_document.d': {} }));
  expect(violations).toEqual([{
    rule: expect.objectContaining({ id: 'terraform-kms-deletion' }), object: { kind: 'aws_kms_key', name: 'k' }, path: 'deletion_window_in_days', value: 7,
    problem: 'the key is gone in less than 30 days', remedy: 'set it to 30',
  }]);
  expect(objects).toBe(1);
});

test('a resource of a module is named by its whole address', () => {
  const { violations } = judge(plan([], { 'module.keys': { resources: [{ address: 'module.keys.aws_kms_key.k[0]', values: { enable_key_rotation: false } }] } }));
  expect(violations.map(({ object }) => object)).toEqual([{ kind: 'aws_kms_key', name: 'module.keys.k[0]' }]);
});

test('a value that Terraform calls sensitive is in no report', () => {
  const document = plan([{ address: 'aws_iam_policy.p', values: { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } }]);
  expect(judge(document).violations).toMatchObject([{ value: '*' }]);
  document.planned_values.root_module.resources[0].sensitive_values = { policy: true };
  expect(judge(document).violations).toHaveLength(1);
  expect(judge(document).violations[0].value).toBeUndefined();
});

test('a rule that throws has judged nothing, and the others have', () => {
  const [rule] = TERRAFORM_RULES;
  const rules = [{ rule: rule.rule, judge: () => { throw new Error('broken'); } }, ...TERRAFORM_RULES];
  const { violations, unchecked } = judgeTerraform(terraformResources(configuration({ 'aws_kms_key.k': {} }))!, { rules });
  expect(unchecked).toEqual([{ what: `${rule.rule.id} of the whole document`, why: 'the rule failed: broken', remedy: expect.any(String) }]);
  expect(violations.map((violation) => violation.rule.id)).toEqual(['terraform-kms-rotation']);
});

test('what could not be read is said, beside what was judged', () => {
  const { violations, unchecked } = judge(configuration({ 'aws_kms_key.k': { enable_key_rotation: '${var.x}' }, 'aws_kms_key.j': {} }, { module: { m: { source: './m' } } }));
  expect(violations.map(({ object }) => object.name)).toEqual(['j']);
  expect(unchecked.map(({ what }) => what)).toEqual(['module.m', 'terraform-kms-rotation of aws_kms_key.k']);
  expect(unchecked[1].why).toContain('${var.x}');
});

test.each(['x', 7, null, [], [null], { Statement: 7 }, { rule: 'x' }, '${', '{"Statement":[null, "x", {"Condition":{"Bool":null}}]}'])('no shape of a value breaks a rule: %j', (value) => {
  const types = ['aws_s3_bucket', 'aws_s3_bucket_policy', 'aws_s3_bucket_acl', 'aws_s3_bucket_public_access_block', 'aws_s3_bucket_server_side_encryption_configuration', 'aws_s3_bucket_object_lock_configuration',
    'aws_s3_bucket_versioning', 'aws_s3_bucket_replication_configuration', 'aws_cloudwatch_log_group', 'aws_cloudtrail', 'aws_eks_cluster', 'aws_kms_key', 'aws_iam_policy', 'aws_iam_role', 'aws_launch_template',
    'aws_iam_role_policy_attachment', 'aws_db_instance', 'aws_kinesis_firehose_delivery_stream', 'aws_cloudwatch_log_subscription_filter'];
  const fields = ['bucket', 'policy', 'acl', 'grant', 'rule', 'access_control_policy', 'versioning_configuration', 'object_lock_configuration', 'server_side_encryption_configuration', 'vpc_config', 'encryption_config', 'name',
    'enabled_cluster_log_types', 'inline_policy', 'managed_policy_arns', 'assume_role_policy', 'policy_arn', 'block_device_mappings', 'retention_in_days', 'kms_key_id', 's3_bucket_name', 'lifecycle', 'dynamic', 'extended_s3_configuration',
    'cloud_watch_logs_group_arn', 'destination_arn', 'statement'];
  const bodies = Object.fromEntries([...types.map((type) => `${type}.x`), 'data.aws_iam_policy_document.x'].map((address) => [address, Object.fromEntries(fields.map((field) => [field, value]))]));
  const { violations, unchecked } = judge(configuration(bodies));
  expect(unchecked.filter(({ why }) => why.startsWith('the rule failed'))).toEqual([]);
  expect(violations.length).toBeGreaterThan(5);
});

/** A real plan: what is wrong with it, by rule and resource. */
test('a plan of Terraform 1.11 and the AWS provider 5.100', () => {
  const { violations, unchecked } = judge(JSON.parse(readFileSync(join(__dirname, 'aws-plan.json'), 'utf8')));
  expect(violations.map(({ rule, object }) => `${rule.id} ${object.name}`)).toEqual([
    'terraform-bucket-encryption lit',
    'terraform-bucket-tls module.m["a"].this[0]', 'terraform-bucket-tls module.m["b"].this[0]',
    'terraform-bucket-public lit', 'terraform-bucket-public module.m["b"].this[0]',
    'terraform-eks-endpoint c', 'terraform-eks-endpoint c', 'terraform-eks-logging c',
    'terraform-volume-encryption v', 'terraform-volume-encryption t', 'terraform-volume-encryption d',
  ]);
  expect(unchecked.map(({ what }) => what)).toEqual(['terraform-bucket-tls of aws_s3_bucket_policy.b', 'terraform-iam-wildcards of aws_iam_role_policy.p']);
});

test('what another provider makes of a type that is judged is a gap', () => {
  const { violations, unchecked } = judge(configuration({ 'awscc_s3_bucket.b': { bucket_name: 'phi' }, 'awscc_kms_key.k': {}, 'awscc_ecr_repository.r': {}, 'aws_kms_alias.a': {} }));
  expect(violations).toEqual([]);
  expect(unchecked.map(({ what }) => what)).toEqual(['awscc_s3_bucket.b', 'awscc_kms_key.k']);
});

test('a doubt about a plan says that the state tells what a module makes of an ARN', () => {
  const { unchecked } = judge(plan([{ address: 'aws_kms_key.k', values: { enable_key_rotation: true }, unknown: { policy: true }, expressions: { policy: references('local.policy') } }]));
  expect(unchecked).toMatchObject([{ remedy: expect.stringContaining('judge the state') }]);
});
