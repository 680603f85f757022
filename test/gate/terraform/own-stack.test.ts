/** The reference stacks, which have nothing to answer for; and that each rule has looked at them: what is weakened is found. */
import { app as eks } from '../../../apps/eks/main';
import { app as selfManaged } from '../../../apps/self-managed/main';
import { judgeTerraform } from '../../../lib/gate/terraform/judge-terraform';
import { terraformResources } from '../../../lib/gate/terraform/terraform-resources';
import type { SynthesizedObject } from '../../../lib/validation/synthesized-object';
import { configuration, type Body } from './judged';

const objectsOf = (app: typeof eks): readonly SynthesizedObject[] => app.terraform.synthesize().objects;
const documentOf = (objects: readonly SynthesizedObject[]): Body => configuration(Object.fromEntries(objects.map(({ reference, content }) => [reference.address!, content])));

test.each([['eks', eks], ['self-managed', selfManaged]])('%s', (_, app) => {
  const objects = objectsOf(app);
  const { violations, unchecked, objects: count } = judgeTerraform(terraformResources(documentOf(objects))!);
  expect(violations).toEqual([]);
  expect(unchecked).toEqual([]);
  expect(count).toBe(objects.length);
  expect(count).toBeGreaterThan(50);
});

/** Changes every policy of an attribute. */
function rewritten(resources: Body, attribute: string, change: (statement: Body) => void): void {
  for (const resource of Object.values<Body>(resources)) {
    const document = JSON.parse(resource[attribute]) as Body;
    document.Statement.forEach(change);
    resource[attribute] = JSON.stringify(document);
  }
}

function changed(resources: Body, change: (resource: Body) => void): void {
  Object.values<Body>(resources).forEach(change);
}

test.each<[string, (resources: Body) => void]>([
  ['terraform-bucket-lock', (resources) => changed(resources.aws_s3_bucket_object_lock_configuration, (lock) => { lock.rule.default_retention.days = 365; })],
  ['terraform-bucket-encryption', (resources) => { delete resources.aws_s3_bucket_server_side_encryption_configuration; }],
  ['terraform-bucket-tls', (resources) => rewritten(resources.aws_s3_bucket_policy, 'policy', (statement) => { delete statement.Condition?.Bool; })],
  ['terraform-bucket-public', (resources) => changed(resources.aws_s3_bucket_public_access_block, (block) => { block.ignore_public_acls = false; })],
  ['terraform-log-group', (resources) => changed(resources.aws_cloudwatch_log_group, (group) => { delete group.kms_key_id; })],
  ['terraform-eks-endpoint', (resources) => changed(resources.aws_eks_cluster, (cluster) => { delete cluster.vpc_config.endpoint_public_access; })],
  ['terraform-eks-logging', (resources) => changed(resources.aws_eks_cluster, (cluster) => cluster.enabled_cluster_log_types.pop())],
  ['terraform-eks-secrets-encryption', (resources) => changed(resources.aws_eks_cluster, (cluster) => { delete cluster.encryption_config; })],
  ['terraform-kms-policy', (resources) => rewritten(resources.aws_kms_key, 'policy', (statement) => Object.assign(statement, { Effect: 'Allow', Principal: '*', Condition: {} }))],
  ['terraform-kms-rotation', (resources) => changed(resources.aws_kms_key, (key) => { key.enable_key_rotation = false; })],
  ['terraform-kms-deletion', (resources) => changed(resources.aws_kms_key, (key) => { key.deletion_window_in_days = 7; })],
  ['terraform-iam-wildcards', (resources) => rewritten(resources.aws_iam_role_policy, 'policy', (statement) => Object.assign(statement, { Action: 'logs:*', Resource: '*' }))],
  ['terraform-iam-escalation', (resources) => rewritten(resources.aws_iam_role_policy, 'policy', (statement) => Object.assign(statement, { Action: 'iam:PassRole', Resource: '*' }))],
  ['terraform-iam-trust', (resources) => rewritten(resources.aws_iam_role, 'assume_role_policy', (statement) => Object.assign(statement, { Principal: '*', Condition: {} }))],
  ['terraform-volume-encryption', (resources) => changed(resources.aws_launch_template, (template) => template.block_device_mappings.forEach((mapping: Body) => { mapping.ebs.encrypted = 'false'; }))],
])('%s looks at the reference stack', (rule, weaken) => {
  const document = structuredClone(documentOf(objectsOf(eks)));
  weaken(document.resource);
  const { violations } = judgeTerraform(terraformResources(document)!);
  expect(violations.length).toBeGreaterThan(0);
  expect(new Set(violations.map((violation) => violation.rule.id))).toEqual(new Set([rule]));
});
