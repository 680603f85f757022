import { matchesGlob } from '../../validation/arn-glob';
import { Control } from '../../controls/control';
import { arnsOf, BUCKET, companionsOf, patternsOf } from './terraform-buckets';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { isAnything, policyOf, type Policy, type PolicyStatement } from './terraform-policy';
import { isForEverybody } from './terraform-principals';
import { doubt, finding, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { UnknownValue } from './unknown-value';

const REMEDY = 'deny s3:* to the principal * on the bucket and on its objects where Bool aws:SecureTransport is false, with no other condition';

/**
 * Every bucket's policy refuses requests without TLS, from everybody, to the bucket and to its objects. A statement for some actions, principals or objects, or
 * under another condition, leaves the rest open.
 */
export const TERRAFORM_BUCKET_TLS: TerraformRule = {
  rule: {
    id: 'terraform-bucket-tls', control: Control.TX4_TLS_BUCKET, reference: '45 CFR 164.312(e)(1), CIS AWS Foundations 3.0 2.1.1',
    purpose: 'Buckets refuse every request without TLS.',
  },
  *judge(document) {
    for (const bucket of document.ofType(BUCKET)) {
      const { of, unknown } = companionsOf(bucket, 'aws_s3_bucket_policy', document);
      if (of.length > 0) {
        // Two policies of one bucket: the one that is applied last wins, and it may be any of them.
        for (const owner of of) yield* judgePolicy(owner, policyOf(owner, 'policy', owner.values.policy, document), bucket, document);
        continue;
      }
      const inline = policyOf(bucket, 'policy', bucket.values.policy, document);
      if (inline) yield* judgePolicy(bucket, inline, bucket, document);
      else if (unknown) yield doubt(bucket, '', `nobody can tell whether ${unknown.address} is of this bucket`, document);
      else yield finding(bucket, '', undefined, 'no aws_s3_bucket_policy is of this bucket: it answers requests without TLS', REMEDY);
    }
  },
};

function* judgePolicy(owner: TerraformResource, policy: Policy | undefined, bucket: TerraformResource, document: TerraformDocument): Generator<TerraformAnswer> {
  const refused = (policy?.statements ?? []).map((statement) => refusedWithoutTls(statement, bucket));
  const patterns = refused.flatMap((found) => (found instanceof UnknownValue ? [] : found));
  const arns = arnsOf(bucket);
  // One statement may be about the bucket, another about its objects.
  if ([arns.bucket, arns.object].every((arn) => patterns.some((pattern) => matchesGlob(pattern, arn)))) return;
  const unknown = policy?.unknown ?? refused.find((found): found is UnknownValue => found instanceof UnknownValue);
  if (unknown) yield doubt(owner, 'policy', unknown, document);
  else yield finding(owner, 'policy', undefined, 'no statement refuses every request without TLS', REMEDY);
}

/** On what a statement refuses whatever comes without TLS, from everybody. */
function refusedWithoutTls(statement: PolicyStatement, bucket: TerraformResource): readonly string[] | UnknownValue {
  const [condition, ...more] = statement.conditions;
  const isAboutTls = more.length === 0 && (condition?.operator === 'bool' || condition?.operator === 'boolifexists') && condition.key === 'aws:securetransport'
    && condition.values.some((value) => String(value).toLowerCase() === 'false');
  const isWhole = statement.denies && isForEverybody(statement) && !statement.hasNotPrincipal && !statement.hasNotResource && statement.notActions.length === 0
    && statement.actions.some((action) => isAnything(action.replace(/^s3:/, '')));
  if (statement.unknown) return statement.unknown;
  return isAboutTls && isWhole ? patternsOf(statement.resources, bucket) : [];
}
