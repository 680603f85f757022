import { TERRAFORM_IAM_WILDCARDS } from '../../../lib/gate/terraform/terraform-iam-wildcards';
import { configuration, judged, plan, policy, references, type Body, type Case } from './judged';

const OWNER = 'aws_iam_policy.p';
const ACTION = `${OWNER} policy.Statement[0].Action`;

function allowing(statement: Body): Body {
  return configuration({ [OWNER]: { policy: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement }) } });
}

const CASES: readonly Case[] = [
  ['named actions on everything', allowing({ Action: ['ec2:DescribeInstances', 's3:Get*'] }), []],
  ['a service on one bucket', allowing({ Action: 's3:*', Resource: ['arn:aws:s3:::phi', 'arn:aws:s3:::phi/*'] }), []],
  ['a service on a resource of the document', allowing({ Action: 's3:*', Resource: '${aws_s3_bucket.b.arn}' }), []],
  ['a service on a bucket of the document and what is in it', allowing({ Action: 's3:*', Resource: ['${aws_s3_bucket.b.arn}', '${aws_s3_bucket.b.arn}/*'] }), []],
  ['a service on one of many of the document', allowing({ Action: 's3:*', Resource: ['${aws_s3_bucket.b[count.index].arn}', '${aws_s3_bucket.c["x"].arn}/*'] }), []],
  ['a service on what is in a bucket of any name', allowing({ Action: 's3:*', Resource: 'arn:aws:s3:::phi/*' }), []],
  ['a service on one API', allowing({ Action: 'execute-api:*', Resource: 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3/*' }), []],
  ['a service on a table by variable', allowing({ Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/${var.table}' }), []],
  ['a service on every key', allowing({ Action: 'kms:*', Resource: 'arn:aws:kms:*:*:key/*' }), [ACTION]],
  ['a service on every secret', allowing({ Action: 'secretsmanager:*', Resource: 'arn:aws:secretsmanager:*:*:secret:*' }), [ACTION]],
  ['a service on every role', allowing({ Action: 'iam:*', Resource: 'arn:aws:iam::123456789012:role/*' }), [ACTION]],
  ['a service on every access point', allowing({ Action: 's3:*', Resource: 'arn:aws:s3:us-east-1:123456789012:accesspoint/*' }), [ACTION]],
  ['everything on every role', allowing({ Action: '*', Resource: 'arn:aws:iam::123456789012:role/*' }), [ACTION]],
  ['a service on a bucket or on all', allowing({ Action: 's3:*', Resource: '${var.restrict ? aws_s3_bucket.b.arn : "*"}' }), [`? ${OWNER}`]],
  ['a service on what a parameter holds', allowing({ Action: 's3:*', Resource: '${data.aws_ssm_parameter.p.value}' }), [`? ${OWNER}`]],
  ['a service on an attribute of a variable', allowing({ Action: 's3:*', Resource: '${var.bucket.arn}' }), [`? ${OWNER}`]],
  ['a pattern of many wildcards', allowing({ Action: `iam:${'*'.repeat(60)}x` }), []],
  ['a denial of everything', allowing({ Effect: 'Deny', Action: '*' }), []],
  ['everything', allowing({ Action: '*' }), [ACTION]],
  ['everything by its colon', allowing({ Action: '*:*' }), [ACTION]],
  ['everything, under MFA', allowing({ Action: ['s3:GetObject', '*'], Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), [ACTION]],
  ['a service', allowing({ Action: 'iam:*' }), [ACTION]],
  ['a service in another case', allowing({ Action: 'S3:*' }), [ACTION]],
  ['a service by ?*', allowing({ Action: 's3:?*' }), [ACTION]],
  ['a service on the ARN of all', allowing({ Action: 's3:*', Resource: 'arn:aws:s3:::*' }), [ACTION]],
  ['a service on all of an account', allowing({ Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:us-east-1:${data.aws_caller_identity.me.account_id}:*' }), [ACTION]],
  ['a service on a short ARN', allowing({ Action: 's3:*', Resource: ['arn:aws:s3:::phi', 'arn:*'] }), [ACTION]],
  ['everything but', allowing({ Action: undefined, NotAction: 'iam:*' }), [`${OWNER} policy.Statement[0].NotAction`]],
  ['on everything but', allowing({ Resource: undefined, NotResource: 'arn:aws:s3:::phi/*' }), [`${OWNER} policy.Statement[0]`]],
  ['an action by variable', allowing({ Action: '${var.action}' }), [`? ${OWNER}`]],
  ['a service on a variable', allowing({ Action: 's3:*', Resource: '${var.bucket_arn}' }), [`? ${OWNER}`]],
  ['an effect by variable', allowing({ Effect: '${var.effect}', Action: '*' }), [`? ${OWNER}`]],
  ['one statement, without a list', configuration({ [OWNER]: { policy: JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }) } }), [ACTION]],
  ['jsonencode', configuration({ [OWNER]: { policy: '${jsonencode({ Statement = [{ Effect = "Allow", Action = ["*"], Resource = "*" }] })}' } }), [ACTION]],
  ['a file', configuration({ [OWNER]: { policy: '${file("p.json")}' } }), [`? ${OWNER}`]],
  ['inline, of a role', configuration({ 'aws_iam_role.r': { inline_policy: [{ name: 'p', policy: policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }) }] } }), ['aws_iam_role.r inline_policy[0].policy.Statement[0].Action']],
  ['inline, dynamically', configuration({ 'aws_iam_role.r': { dynamic: { inline_policy: { for_each: '${var.p}', content: {} } } } }), ['? aws_iam_role.r']],
  ['of a user', configuration({ 'aws_iam_user_policy.p': { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } }), ['aws_iam_user_policy.p policy.Statement[0].Action']],
  ['of a group', configuration({ 'aws_iam_group_policy.p': { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } }), ['aws_iam_group_policy.p policy.Statement[0].Action']],
];

test.each(CASES)('a policy that allows %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_WILDCARDS, document).map((found) => (found.startsWith('?') ? found.split(' ').slice(0, 2).join(' ') : found))).toEqual(expected);
});

const DOCUMENT = 'data.aws_iam_policy_document.d';

test.each([
  ['with a wildcard', { statement: { actions: ['s3:*'], resources: ['*'] } }, [`${DOCUMENT} statement[0].actions`]],
  ['with not_actions', { statement: [{ not_actions: ['iam:*'], resources: ['*'] }] }, [`${DOCUMENT} statement[0].not_actions`]],
  ['that denies', { statement: { effect: 'Deny', actions: ['*'], resources: ['*'] } }, []],
  ['of a resource, which names principals', { statement: { actions: ['kms:*'], resources: ['*'], principals: { type: 'AWS', identifiers: ['arn:aws:iam::123456789012:root'] } } }, []],
  ['with actions by variable', { statement: { actions: '${var.actions}', resources: ['*'] } }, [`? ${DOCUMENT}`]],
  ['with resources by variable', { statement: { actions: ['s3:*'], resources: ['${var.bucket_arn}'] } }, [`? ${DOCUMENT}`]],
  ['with a bucket or all', { statement: { actions: ['s3:*'], resources: ['${var.restrict ? aws_s3_bucket.b.arn : "*"}'] } }, [`? ${DOCUMENT}`]],
  ['with a table and more', { statement: { actions: ['*'], resources: '${concat([aws_dynamodb_table.t.arn], var.more)}' } }, [`? ${DOCUMENT}`]],
  ['with what a parameter holds', { statement: { actions: ['*'], resources: ['${data.aws_ssm_parameter.p.value}'] } }, [`? ${DOCUMENT}`]],
  ['with a bucket', { statement: { actions: ['s3:*'], resources: ['${aws_s3_bucket.b.arn}', '${aws_s3_bucket.b.arn}/*'] } }, []],
  ['from another and more', { source_policy_documents: '${concat([data.aws_iam_policy_document.d.json], var.more)}' }, [`? ${DOCUMENT}`]],
  ['from another or a file', { source_policy_documents: ['${var.safe ? data.aws_iam_policy_document.d.json : file("x")}'] }, [`? ${DOCUMENT}`]],
  ['from JSON of elsewhere', { source_policy_documents: ['${var.json}'] }, [`? ${DOCUMENT}`]],
])('a data source %s is judged once, where it stands', (_, source, expected) => {
  const document = configuration({ [DOCUMENT]: source, 'aws_iam_role_policy.p': { policy: '${data.aws_iam_policy_document.d.json}' } });
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual(expected.map((found) => (found.startsWith('?') ? expect.stringContaining(found) : found)));
});

const ATTACHMENT = 'aws_iam_role_policy_attachment.a';

test.each([
  ['AdministratorAccess', 'arn:aws:iam::aws:policy/AdministratorAccess', [`${ATTACHMENT} policy_arn`]],
  ['a service', 'arn:aws-us-gov:iam::aws:policy/AmazonS3FullAccess', [`${ATTACHMENT} policy_arn`]],
  ['it in any partition', 'arn:${data.aws_partition.p.partition}:iam::aws:policy/AdministratorAccess', [`${ATTACHMENT} policy_arn`]],
  ['it by a data source', '${data.aws_iam_policy.admin.arn}', [`${ATTACHMENT} policy_arn`]],
  ['a narrow one', 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy', []],
  ['secrets, without its name saying so', 'arn:aws:iam::aws:policy/SecretsManagerReadWrite', [`${ATTACHMENT} policy_arn`]],
  ['services for EMR', 'arn:aws:iam::aws:policy/service-role/AmazonElasticMapReduceforEC2Role', [`${ATTACHMENT} policy_arn`]],
  ['APIs', 'arn:aws:iam::aws:policy/AmazonAPIGatewayAdministrator', [`${ATTACHMENT} policy_arn`]],
  ['a job function', 'arn:aws:iam::aws:policy/job-function/SystemAdministrator', [`${ATTACHMENT} policy_arn`]],
  ['all logs', 'arn:aws:iam::aws:policy/AWSLambdaExecute', [`${ATTACHMENT} policy_arn`]],
  ['mounting, though its name says more', 'arn:aws:iam::aws:policy/AmazonElasticFileSystemClientFullAccess', []],
  ['one of the document', '${aws_iam_policy.p.arn}', []],
  ['one of the document or everything', '${var.admin ? "arn:aws:iam::aws:policy/AdministratorAccess" : aws_iam_policy.p.arn}', [`? ${ATTACHMENT}`]],
  ['nobody knows which', '${var.policy}', [`? ${ATTACHMENT}`]],
  ['a name by variable', 'arn:aws:iam::aws:policy/${var.policy}', [`? ${ATTACHMENT}`]],
])('an attachment of %s', (_, arn, expected) => {
  const document = configuration({ [ATTACHMENT]: { role: 'r', policy_arn: arn }, 'aws_iam_policy.p': { policy: policy() }, 'data.aws_iam_policy.admin': { name: 'AdministratorAccess' } });
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual(expected);
});

test('attachments of a role itself', () => {
  expect(judged(TERRAFORM_IAM_WILDCARDS, configuration({ 'aws_iam_role.r': { managed_policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/PowerUserAccess'] } }))).toEqual(['aws_iam_role.r managed_policy_arns[1]']);
});

test.each([
  ['text', plan([{ address: OWNER, values: { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } }]), [ACTION]],
  ['known after apply', plan([{ address: OWNER, values: {}, unknown: { policy: true }, expressions: { policy: references('aws_s3_bucket.b.arn', 'aws_s3_bucket.b') } }]), [`? ${OWNER}`]],
])('a planned policy: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual(expected);
});

/** A policy whose data source is read after apply, with actions on what these references name. */
function deferred(resources: Body, more: Body = {}): Body {
  return plan([
    { address: 'aws_iam_role_policy.p', values: { role: 'r' }, unknown: { policy: true }, expressions: { policy: references('data.aws_iam_policy_document.d.json', 'data.aws_iam_policy_document.d') } },
    {
      address: DOCUMENT, values: { statement: [{ actions: ['s3:*'] }] }, unknown: { json: true, statement: [{ actions: [false], resources: true }], ...more.unknown }, actions: ['read'],
      expressions: { statement: [{ actions: { constant_value: ['s3:*'] }, resources }], ...more.expressions },
    },
    { address: 'data.aws_iam_policy_document.a', values: { statement: [{ actions: ['s3:GetObject'] }] }, unknown: { json: true, statement: [{ resources: [true] }] }, actions: ['read'] },
  ]);
}

const BUCKET_REFERENCE = ['aws_s3_bucket.b.arn', 'aws_s3_bucket.b'];
const source = (...names: string[]) => ({ unknown: { source_policy_documents: true }, expressions: { source_policy_documents: references('data.aws_iam_policy_document.a.json', 'data.aws_iam_policy_document.a', ...names) } });

test.each([
  ['on a bucket', deferred(references(...BUCKET_REFERENCE)), []],
  ['on two buckets', deferred(references(...BUCKET_REFERENCE, 'aws_s3_bucket.c.arn', 'aws_s3_bucket.c')), []],
  ['on a bucket and more', deferred(references(...BUCKET_REFERENCE, 'var.more')), [`? ${DOCUMENT}`]],
  ['on a bucket and a local value', deferred(references(...BUCKET_REFERENCE, 'local.more')), [`? ${DOCUMENT}`]],
  ['on what a parameter holds', deferred(references('data.aws_ssm_parameter.p.value', 'data.aws_ssm_parameter.p')), [`? ${DOCUMENT}`]],
  ['on a bucket, made from another', deferred(references(...BUCKET_REFERENCE), source()), []],
  ['on a bucket, made from another and more', deferred(references(...BUCKET_REFERENCE), source('var.extra')), [`? ${DOCUMENT}`]],
])('a planned data source with a whole service %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual(expected.map((found) => expect.stringContaining(found)));
});

const POLICY = { address: 'aws_iam_policy.p', values: { policy: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }) } };

test.each([
  ['that it makes', {}, references('aws_iam_policy.p.arn', 'aws_iam_policy.p'), []],
  ['that it makes, if a variable says so', {}, references('aws_iam_policy.p.arn', 'aws_iam_policy.p', 'var.attach'), []],
  ['of each that it makes', references('aws_iam_policy.p'), references('each.value.arn', 'each.value'), []],
  ['of each of elsewhere', references('local.policies'), references('each.value'), [`? ${ATTACHMENT}`]],
])('a plan that attaches a policy %s', (_, each, arn, expected) => {
  const document = plan([POLICY, { address: ATTACHMENT, values: { role: 'r' }, unknown: { policy_arn: true }, expressions: { policy_arn: arn } }]);
  document.configuration.root_module.resources[1].for_each_expression = each;
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual(expected);
});

test('a plan that attaches what each of some modules is given', () => {
  const attachment = { address: 'module.m["x"].aws_iam_role_policy_attachment.a', values: { role: 'r' }, unknown: { policy_arn: true }, expressions: { policy_arn: references('var.policy') } };
  const document = plan([POLICY], { 'module.m["x"]': { call: { policy: references('each.value.arn', 'each.value') }, resources: [attachment] } });
  document.configuration.root_module.module_calls.m.for_each_expression = references('aws_iam_policy.p');
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual([]);
});

test('a plan that attaches what a module is given for each', () => {
  const attachment = { address: 'module.m.aws_iam_role_policy_attachment.a["x"]', values: { role: 'r' }, unknown: { policy_arn: true }, expressions: { policy_arn: references('each.value') } };
  const document = plan([POLICY], { 'module.m': { call: { policies: references('aws_iam_policy.p.arn', 'aws_iam_policy.p') }, resources: [attachment] } });
  document.configuration.root_module.module_calls.m.module.resources[0].for_each_expression = references('var.policies');
  expect(judged(TERRAFORM_IAM_WILDCARDS, document)).toEqual([]);
});
