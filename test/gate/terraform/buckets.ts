/** Buckets as the tests vary them. */
import { configuration, policy, type Body } from './judged';

const ARN = 'arn:aws:s3:::phi-documents';

export const DENY: Body = {
  Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [ARN, `${ARN}/*`], Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

/** A bucket named phi-documents and, by address, what is about it. */
export function bucketWith(companions: Readonly<Record<string, Body>>, bucket: Body = {}, more: Body = {}): Body {
  return configuration({ 'aws_s3_bucket.b': { bucket: 'phi-documents', ...bucket }, ...companions }, more);
}

/** A bucket with a policy of these statements. */
export function bucketPolicy(...statements: readonly Body[]): Body {
  return bucketWith({ 'aws_s3_bucket_policy.b': { bucket: '${aws_s3_bucket.b.id}', policy: policy(...statements) } });
}
