import { TERRAFORM_BUCKET_PUBLIC } from '../../../lib/gate/terraform/terraform-bucket-public';
import { bucketWith, DENY } from './buckets';
import { judged, plan, policy, references, type Body, type Case } from './judged';

const ALL = { block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true };
const BLOCK = 'aws_s3_bucket_public_access_block.b';

function blocked(settings: Body, more: Readonly<Record<string, Body>> = {}): Body {
  return bucketWith({ [BLOCK]: { bucket: '${aws_s3_bucket.b.id}', ...settings }, ...more });
}

function allowing(statement: Body): Body {
  return blocked(ALL, { 'aws_s3_bucket_policy.b': { bucket: 'phi-documents', policy: policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::phi-documents/*', ...statement }) } });
}

const PRINCIPAL = 'aws_s3_bucket_policy.b policy.Statement[0].Principal';
const CASES: readonly Case[] = [
  ['all four', blocked(ALL), []],
  ['all four as texts', blocked({ ...ALL, block_public_acls: 'true' }), []],
  ['the whole account', bucketWith({ 'aws_s3_account_public_access_block.a': ALL }), []],
  ['the whole account, but for one', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, block_public_policy: false } }), ['aws_s3_bucket.b']],
  ['the whole account, maybe', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, count: '${var.n}' } }), ['aws_s3_bucket.b']],
  ['the account of another provider', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, provider: 'aws.logging' } }), ['? aws_s3_bucket.b']],
  ['the account of its own provider', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, provider: 'aws.prod' } }, { provider: 'aws.prod' }), []],
  ['the account of its own provider, by name', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, provider: 'aws' } }), []],
  ['an account by its number', bucketWith({ 'aws_s3_account_public_access_block.a': { ...ALL, account_id: '999999999999' } }), ['? aws_s3_bucket.b']],
  ['the account of another provider, and its own', blocked(ALL, { 'aws_s3_account_public_access_block.a': { ...ALL, provider: 'aws.logging' } }), []],
  ['nothing', bucketWith({}), ['aws_s3_bucket.b']],
  ['one left out', blocked({ ...ALL, restrict_public_buckets: undefined }), [`${BLOCK} restrict_public_buckets`]],
  ['one off as a text', blocked({ ...ALL, ignore_public_acls: 'false' }), [`${BLOCK} ignore_public_acls`]],
  ['one of a text that is no flag', blocked({ ...ALL, ignore_public_acls: 'True' }), [`${BLOCK} ignore_public_acls`]],
  ['one by variable', blocked({ ...ALL, ignore_public_acls: '${var.x}' }), [`? ${BLOCK}`]],
  ['one by a literal expression', blocked({ ...ALL, ignore_public_acls: '${true}' }), []],
  ['one by a local value', { ...blocked({ ...ALL, ignore_public_acls: '${local.off}' }), locals: { off: false } }, [`${BLOCK} ignore_public_acls`]],
  ['of another bucket', bucketWith({ [BLOCK]: { bucket: 'other', ...ALL } }), ['aws_s3_bucket.b']],
  ['a public ACL', blocked(ALL, { 'aws_s3_bucket_acl.b': { bucket: 'phi-documents', acl: 'public-read' } }), ['aws_s3_bucket_acl.b acl']],
  ['a grant to every identity of AWS', blocked(ALL, {
    'aws_s3_bucket_acl.b': { bucket: 'phi-documents', access_control_policy: { grant: [{ grantee: { type: 'Group', uri: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers' }, permission: 'READ' }] } },
  }), ['aws_s3_bucket_acl.b access_control_policy[0].grant[0].grantee[0].uri']],
  ['the old ACL and grant of the bucket', bucketWith({ [BLOCK]: { bucket: 'phi-documents', ...ALL } }, { acl: 'public-read-write', grant: { uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } }),
    ['aws_s3_bucket.b acl', 'aws_s3_bucket.b grant[0].uri']],
  ['a policy that denies everybody', blocked(ALL, { 'aws_s3_bucket_policy.b': { bucket: 'phi-documents', policy: policy(DENY) } }), []],
  ['a policy for everybody', allowing({}), [PRINCIPAL]],
  ['a policy for everybody, in a list', allowing({ Principal: { AWS: ['arn:aws:iam::123456789012:root', '*'] } }), [PRINCIPAL]],
  ['a policy for everybody but', allowing({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } }), ['aws_s3_bucket_policy.b policy.Statement[0].NotPrincipal']],
  ['a policy for an organization', allowing({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } } }), []],
  ['a policy for every organization', allowing({ Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }), [PRINCIPAL]],
  ['a policy for whoever has no organization', allowing({ Condition: { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-0123456789' } } }), [PRINCIPAL]],
  ['a policy bounded by the referer', allowing({ Condition: { StringLike: { 'aws:Referer': 'https://example.com/*' } } }), [PRINCIPAL]],
  ['a policy for half of the internet', allowing({ Condition: { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } } }), [PRINCIPAL]],
  ['a policy for some addresses', allowing({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }), []],
  ['a policy for whom a variable names', allowing({ Condition: { StringLike: { 'aws:PrincipalArn': '${var.who}' } } }), ['? aws_s3_bucket_policy.b']],
  ['a policy for addresses by variable', allowing({ Condition: { IpAddress: { 'aws:SourceIp': ['${var.office}'] } } }), ['? aws_s3_bucket_policy.b']],
  ['a policy for a distribution', allowing({ Condition: { StringEquals: { 'aws:SourceArn': '${aws_cloudfront_distribution.d.arn}' } } }), []],
  ['a dynamic ACL', blocked(ALL, { 'aws_s3_bucket_acl.b': { bucket: 'phi-documents', dynamic: { access_control_policy: { for_each: [1], content: {} } } } }), ['? aws_s3_bucket_acl.b']],
  ['a policy for roles of every account', allowing({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app' } } }), [PRINCIPAL]],
  ['a policy of nobody knows what', blocked(ALL, { 'aws_s3_bucket_policy.b': { bucket: 'phi-documents', policy: '${file("policy.json")}' } }), ['? aws_s3_bucket_policy.b']],
];

test.each(CASES)('public access to a bucket: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_PUBLIC, document)).toEqual(expected);
});

const stateOf = (...resources: (readonly [address: string, values: Body])[]): Body => ({
  format_version: '1.0', values: { root_module: { resources: resources.map(([address, values]) => ({ address, mode: 'managed', type: address.split('.')[0], name: address.split('.')[1], values })) } },
});
const BUCKET = ['aws_s3_bucket.b', { bucket: 'b', arn: 'arn:aws:s3:::b' }] as const;
const ACCOUNT = ['aws_s3_account_public_access_block.a', { ...ALL, account_id: '123456789012' }] as const;

test.each([
  ['of the only account', stateOf(BUCKET, ACCOUNT, ['aws_kms_key.k', { arn: 'arn:aws:kms:us-east-1:123456789012:key/0' }]), []],
  ['of another account', stateOf(BUCKET, ACCOUNT, ['aws_kms_key.k', { arn: 'arn:aws:kms:us-east-1:999999999999:key/0' }]), ['? aws_s3_bucket.b']],
  ['of one of two accounts', stateOf(BUCKET, ACCOUNT, ['aws_kms_key.k', { arn: 'arn:aws:kms:us-east-1:999999999999:key/0' }], ['aws_kms_key.j', { arn: 'arn:aws:kms:us-east-1:123456789012:key/0' }]), ['? aws_s3_bucket.b']],
  ['of nobody knows which account', stateOf(BUCKET, ACCOUNT), ['? aws_s3_bucket.b']],
])('a state with the setting %s', (_, document, expected) => {
  expect(judged(TERRAFORM_BUCKET_PUBLIC, document)).toEqual(expected);
});

test('a plan that makes a bucket has what a dynamic block sets', () => {
  const grant = [{ type: 'Group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers', permissions: ['READ'] }];
  const document = plan([{ address: 'aws_s3_bucket.b', values: { bucket: 'b', grant } }, { address: BLOCK, values: { bucket: 'b', ...ALL } }]);
  delete document.configuration.root_module.resources[0].expressions.grant;
  expect(judged(TERRAFORM_BUCKET_PUBLIC, document)).toEqual(['aws_s3_bucket.b grant[0].uri']);
});

test.each([
  ['of each bucket', 'aws_s3_bucket.b', []],
  ['of each of something else', 'local.buckets', ['? aws_s3_bucket.b["a"]']],
])('a plan with for_each %s', (_, each, expected) => {
  const document = plan([
    { address: 'aws_s3_bucket.b["a"]', values: { bucket: 'a' } },
    { address: 'aws_s3_bucket_public_access_block.b["a"]', values: ALL, unknown: { bucket: true }, expressions: { bucket: references('each.value.id', 'each.value') } },
  ]);
  document.configuration.root_module.resources[1].for_each_expression = references(each);
  expect(judged(TERRAFORM_BUCKET_PUBLIC, document)).toEqual(expected);
});
