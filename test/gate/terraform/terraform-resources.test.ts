import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literalOf } from '../../../lib/gate/terraform/terraform-expression';
import { TerraformForm } from '../../../lib/gate/terraform/terraform-document';
import { terraformResources } from '../../../lib/gate/terraform/terraform-resources';
import { UnknownValue } from '../../../lib/gate/terraform/unknown-value';
import { configuration, plan, references, type Body } from './judged';

const BUCKET = { resource: { aws_s3_bucket: { b: { bucket: 'x' } } } };

test.each<[string, unknown, string | undefined]>([
  ['a configuration', BUCKET, TerraformForm.CONFIGURATION],
  ['a configuration of lists', { resource: [{ aws_s3_bucket: [{ b: [{ bucket: 'x' }] }] }] }, TerraformForm.CONFIGURATION],
  ['what cdktf writes', { '//': { metadata: {} }, provider: { aws: [{}] }, ...BUCKET, terraform: {}, variable: {} }, TerraformForm.CONFIGURATION],
  ['a data source alone', { data: { aws_iam_policy_document: { d: {} } } }, TerraformForm.CONFIGURATION],
  ['data sources that are named like their provider', { data: { http: { ip: { url: 'https://example.com' } }, external: [{ x: [{}] }] }, ...BUCKET }, TerraformForm.CONFIGURATION],
  ['a plan', plan([]), TerraformForm.PLAN],
  ['a plan of changes alone', { format_version: '1.0', resource_changes: [] }, TerraformForm.PLAN],
  ['a state', { format_version: '1.0', terraform_version: '1.11.4', values: { root_module: {} } }, TerraformForm.STATE],
  ['an empty state', { format_version: '1.0' }, TerraformForm.STATE],
  ['an object of Kubernetes', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a_b: 'x' } }, undefined],
  ['data of something else', { data: { name: 'x' } }, undefined],
  ['data of something else, by name', { data: { name: { first: 'x' } } }, undefined],
  ['a package', { name: 'x', version: '1' }, undefined],
  ['CloudFormation', { Resources: {} }, undefined],
  ['a state file itself', { version: 4, terraform_version: '1.11.4', resources: [] }, undefined],
  ['comments alone', { '//': 'x' }, undefined],
  ['nothing', {}, undefined],
  ['null', null, undefined],
  ['a list', [BUCKET], undefined],
  ['a text', 'resource', undefined],
])('%s', (_, document, form) => {
  expect(terraformResources(document)?.form).toBe(form);
});

test('a configuration of lists has the resources of one of objects', () => {
  const lists = terraformResources({ resource: [{ aws_s3_bucket: [{ b: [{ bucket: 'x', '//': {} }] }] }] })!;
  expect(lists.resources).toEqual(terraformResources(BUCKET)!.resources);
  expect(lists.gaps).toEqual([]);
});

test.each<[string, Body, string]>([
  ['a module', { module: { logs: { source: './logs' } } }, 'module.logs'],
  ['a body that is none', { resource: { aws_s3_bucket: { b: 'x' } } }, 'aws_s3_bucket.b'],
  ['two bodies of one name', { resource: { aws_s3_bucket: { b: [{}, {}] } } }, 'aws_s3_bucket.b'],
  ['a type without resources', { resource: { aws_s3_bucket: 'x' } }, 'resource'],
  ['a plan that failed', { ...plan([]), errored: true }, 'the plan'],
  ['a plan that puts changes off', { ...plan([]), complete: false }, 'the plan'],
  ['a format of the future', { ...plan([]), format_version: '2.0' }, 'the document'],
  ['a resource without a type', { format_version: '1.0', values: { root_module: { resources: [{ address: 'aws_s3_bucket.b', values: {} }] } } }, 'aws_s3_bucket.b'],
])('%s is never taken for clean', (_, document, what) => {
  expect(terraformResources(document)!.gaps.map((gap) => gap.what)).toEqual([what]);
});

test('a configuration resolves literals, local values and jsonencode, and nothing else', () => {
  const { values } = terraformResources(configuration({
    'aws_x.a': {
      literal: '${true}', text: '${"a"}', local: '${local.b}', list: '${[1, "b", aws_y.z.id]}', json: '${jsonencode({ a = [1, true, null], "b": "c" })}',
      variable: '${var.x}', reference: '${aws_y.z[0].arn}', call: '${lower("A")}', sum: '${1 + 1}', template: 'x-${var.x}', circle: '${local.circle}', choice: '${var.x ? aws_y.z.id : aws_y.w.id}',
    },
  }, { locals: { a: 7, b: '${local.a}', circle: '${local.circle}' } }))!.resources[0];
  expect(values).toMatchObject({ literal: true, text: 'a', local: 7, json: '{"a":[1,true,null],"b":"c"}', template: 'x-${var.x}' });
  expect(values.list).toEqual([1, 'b', expect.any(UnknownValue)]);
  for (const name of ['variable', 'reference', 'call', 'sum', 'circle', 'choice']) expect([name, values[name]]).toEqual([name, expect.any(UnknownValue)]);
  expect(values.reference).toMatchObject({ targets: ['aws_y.z[0]'], attribute: 'arn' });
  expect(values.choice).toMatchObject({ targets: ['aws_y.z', 'aws_y.w'], attribute: undefined });
});

test.each(['{', '[1', '{a}', '"a', 'f(x)', 'x', 'a.b == 1', '{ a = 1 } x', '"${f("x")}"', '', '[for x in y : x]', '"a" + "b"'])('%s is no literal', (expression) => {
  expect(literalOf(expression)).toBeUndefined();
});

test('a resource of count 0 is not made, and one under a condition says so', () => {
  const { resources } = terraformResources(configuration({ 'aws_x.a': { count: 0 }, 'aws_x.b': { count: '${0}' }, 'aws_x.c': { count: 2 }, 'aws_x.d': { count: '${var.n}' }, 'aws_x.e': { for_each: '${var.n}' } }))!;
  expect(resources.map(({ address, condition }) => [address, condition])).toEqual([['aws_x.c', undefined], ['aws_x.d', 'count "${var.n}"'], ['aws_x.e', 'for_each "${var.n}"']]);
});

test('a plan has what will be: no deleted resource, and nothing of one that is replaced', () => {
  const document = plan([
    { address: 'aws_x_y.a', values: { size: 1 }, unknown: { arn: true }, expressions: { arn: references('aws_x_z.b.arn', 'aws_x_z.b') } },
    { address: 'aws_x_y.gone', values: {}, actions: ['delete'] },
    { address: 'module.m["k.x"].aws_x_y.c[0]', values: {} },
  ]);
  document.resource_changes.push({ address: 'aws_x_y.a', deposed: '0', type: 'aws_x_y', name: 'a', change: { actions: ['delete'], after: null, after_unknown: {} } });
  const { resources } = terraformResources(document)!;
  expect(resources.map(({ address, type, name, instance, declaration }) => [address, type, name, instance, declaration])).toEqual([
    ['aws_x_y.a', 'aws_x_y', 'a', '', 'aws_x_y.a'],
    ['module.m["k.x"].aws_x_y.c[0]', 'aws_x_y', 'module.m["k.x"].c[0]', '[0]', 'module.m["k.x"].aws_x_y.c'],
  ]);
  expect(resources[0].values).toMatchObject({ size: 1, arn: { targets: ['aws_x_z.b'], attribute: 'arn' } });
});

test('a plan without planned values is read by its changes', () => {
  const document = plan([{ address: 'aws_x_y.a', values: { size: 1 } }, { address: 'aws_x_y.gone', values: {}, actions: ['delete'] }]);
  delete document.planned_values;
  document.resource_changes[0].change.after_sensitive = { password: true, tags: { a: false } };
  expect(terraformResources(document)!.resources).toMatchObject([{ address: 'aws_x_y.a', values: { size: 1 }, sensitive: new Set(['password']) }]);
});

test('a plan of Terraform 1.11 and the AWS provider 5.100 is read whole', () => {
  const read = terraformResources(JSON.parse(readFileSync(join(__dirname, 'aws-plan.json'), 'utf8')))!;
  expect(read.gaps).toEqual([]);
  expect(read.resources.map(({ address }) => address)).toEqual(expect.arrayContaining(['aws_s3_bucket_policy.b', 'data.aws_iam_policy_document.tls', 'data.aws_iam_policy_document.lit', 'module.m["b"].aws_s3_bucket.this[0]']));
  const [policy] = read.ofType('aws_s3_bucket_policy');
  expect(read.targetsOf(policy.values.bucket, policy).map(({ address }) => address)).toEqual(['aws_s3_bucket.b']);
});

test('a resource of which there may be many says by what', () => {
  const counts = [undefined, 1, '1', '${1}', '${var.x ? 1 : 0}', '${var.x ? 0 : 1}', 2, '${var.n}', '${var.x ? 10 : 0}', '${length(var.x)}'];
  const { resources } = terraformResources(configuration({ ...Object.fromEntries(counts.map((count, index) => [`aws_x_y.a${index}`, { count }])), 'aws_x_y.each': { for_each: '${var.x}' } }))!;
  expect(resources.map(({ many }) => many)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, 'count 2', 'count "${var.n}"', 'count "${var.x ? 10 : 0}"', 'count "${length(var.x)}"', 'for_each "${var.x}"']);
});

test.each([
  ['one attribute', references('aws_x_z.b.arn', 'aws_x_z.b'), ['aws_x_z.b'], 'arn', ['arn']],
  ['two attributes', references('aws_x_z.b.arn', 'aws_x_z.b', 'aws_x_z.c.id', 'aws_x_z.c'), ['aws_x_z.b', 'aws_x_z.c'], undefined, ['arn', 'id']],
  ['an attribute and more', references('aws_x_z.b.arn', 'aws_x_z.b', 'var.more'), ['aws_x_z.b'], undefined, []],
  ['a whole resource', references('aws_x_z.b'), ['aws_x_z.b'], undefined, []],
  ['an output', references('module.m.arn', 'module.m'), ['module.m.aws_x_z.d'], 'arn', ['arn']],
  ['an output that holds more', references('module.m.arns', 'module.m'), ['module.m.aws_x_z.d'], undefined, []],
])('an expression of a plan with %s', (_, expression, targets, attribute, attributes) => {
  const document = plan([{ address: 'aws_x_y.a', values: {}, unknown: { value: true }, expressions: { value: expression } }], {
    'module.m': { outputs: { arn: { expression: references('aws_x_z.d.arn', 'aws_x_z.d') }, arns: { expression: references('aws_x_z.d.arn', 'aws_x_z.d', 'var.more') } }, resources: [] },
  });
  expect(terraformResources(document)!.resources[0].values.value).toMatchObject({ targets, attribute, attributes, isExplained: true });
});
