import { Control } from '../../controls/control';
import { BUCKET, companionsOf } from './terraform-buckets';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { judgeResourcePolicy } from './terraform-principals';
import { doubt, finding, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { blocksOf, fieldOf, flagOf, listOf, UnknownValue } from './unknown-value';

const BLOCK = 'aws_s3_bucket_public_access_block';
const SETTINGS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
const PUBLIC_ACL = ['public-read', 'public-read-write', 'authenticated-read'];
const PUBLIC_GROUP = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;
const POLICY = {
  everybody: 'it allows everybody', everybodyBut: 'it allows everybody but those that it names', remedy: 'name the roles that may, or bound it by aws:PrincipalOrgID or aws:SourceVpce',
};
const ACL_REMEDY = 'remove the ACL: grant access by IAM policies, to named roles';

/** Every bucket blocks public access in all four ways (Amazon S3, Block Public Access), or its whole account does; and neither an ACL nor a policy opens it to everybody. */
export const TERRAFORM_BUCKET_PUBLIC: TerraformRule = {
  rule: {
    id: 'terraform-bucket-public', control: Control.AC3_LEAST_PRIVILEGE, reference: '45 CFR 164.308(a)(4)(ii)(B), CIS AWS Foundations 3.0 2.1.4',
    purpose: 'Buckets are open to nobody but named principals.',
  },
  *judge(document) {
    const accounts = document.ofType('aws_s3_account_public_access_block').filter(({ values, condition }) => condition === undefined && SETTINGS.every((setting) => flagOf(values[setting]) === true));
    for (const bucket of document.ofType(BUCKET)) {
      if (!accounts.some((account) => isOfAccount(bucket, account, document))) yield* judgeBlock(bucket, accounts[0], document);
      yield* judgeAcl(bucket, document);
      yield* judgeResourcePolicy(bucket, 'policy', POLICY, document);
    }
    for (const acl of document.ofType('aws_s3_bucket_acl')) yield* judgeAcl(acl, document);
    for (const policy of document.ofType('aws_s3_bucket_policy')) yield* judgeResourcePolicy(policy, 'policy', POLICY, document);
    for (const object of document.ofType('aws_s3_object')) yield* judgeAcl(object, document);
  },
};

/** Whether a setting of an account is of the account of a bucket, as far as provider and ARNs say it. */
function isOfAccount(bucket: TerraformResource, { provider, values }: TerraformResource, document: TerraformDocument): boolean {
  if (bucket.provider !== provider) return false;
  if (values.account_id === undefined || values.account_id === null) return true;
  const accounts = document.once('accounts of ARNs', () => new Set(document.resources.filter(({ type }) => !type.startsWith('data.'))
    .map((resource) => String(resource.values.arn).split(':')[4]).filter((account) => /^\d+$/.test(account))));
  return accounts.size === 1 && accounts.has(values.account_id as string);
}

function* judgeBlock(bucket: TerraformResource, account: TerraformResource | undefined, document: TerraformDocument): Generator<TerraformAnswer> {
  const { of, unknown } = companionsOf(bucket, BLOCK, document);
  if (of.length === 0) {
    const remedy = `set ${BLOCK} with all four of ${SETTINGS.join(', ')}`;
    if (unknown) yield doubt(bucket, '', `nobody can tell whether ${unknown.address} is of this bucket`, document);
    else if (account) yield doubt(bucket, '', `no ${BLOCK} is of this bucket, and nobody can tell whether ${account.address} is of its account`, document, remedy);
    else yield finding(bucket, '', undefined, `no ${BLOCK} is of this bucket: a policy or an ACL can open it to everybody`, remedy);
  }
  for (const block of of) {
    for (const setting of SETTINGS) {
      const value = flagOf(block.values[setting]);
      if (value instanceof UnknownValue) yield doubt(block, setting, value, document);
      else if (value !== true) yield finding(block, setting, block.values[setting], value === undefined ? 'it is not set, and off by default' : 'it is off', 'set it to true');
    }
  }
}

function* judgeAcl(owner: TerraformResource, document: TerraformDocument): Generator<TerraformAnswer> {
  const { acl, grant, access_control_policy: policy } = owner.values;
  if (acl instanceof UnknownValue) yield doubt(owner, 'acl', acl, document);
  else if (PUBLIC_ACL.includes(String(acl))) yield finding(owner, 'acl', acl, 'the ACL opens it to everybody', ACL_REMEDY);
  const inline = listOf(blocksOf({ grant, dynamic: owner.values.dynamic }, 'grant')).map((block, index) => [`grant[${index}].uri`, fieldOf(block, 'uri')] as const);
  const policies = blocksOf({ access_control_policy: policy, dynamic: owner.values.dynamic }, 'access_control_policy');
  if (policies instanceof UnknownValue) yield doubt(owner, 'access_control_policy', policies, document);
  const granted = listOf(policy).flatMap((block) => listOf(blocksOf(block, 'grant')).flatMap((item, index) => listOf(blocksOf(item, 'grantee'))
    .map((grantee) => [`access_control_policy[0].grant[${index}].grantee[0].uri`, fieldOf(grantee, 'uri')] as const)));
  for (const [path, uri] of [...inline, ...granted]) {
    if (uri instanceof UnknownValue) yield doubt(owner, path, uri, document);
    else if (PUBLIC_GROUP.test(String(uri))) yield finding(owner, path, uri, 'the ACL opens it to everybody', ACL_REMEDY);
  }
}
