import { Control } from '../../controls/control';
import { BUCKET, bucketsOf, companionsOf } from './terraform-buckets';
import { isEveryInstance, type TerraformDocument, type TerraformResource } from './terraform-document';
import { namesCustomerKey } from './terraform-keys';
import { doubt, finding, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { blocksOf, fieldOf, flagOf, UnknownValue } from './unknown-value';

const SETTING = 'aws_s3_bucket_server_side_encryption_configuration';
const DEFAULTS = 'apply_server_side_encryption_by_default';
const REMEDY = `set ${SETTING} with sse_algorithm aws:kms and kms_master_key_id of a key of yours`;

/**
 * Every bucket is encrypted under a customer key by default: with a key of Amazon S3 whoever may read the bucket reads it, and no key policy stands between. A
 * bucket that Application or Classic Load Balancers write access logs into is left out, as they can't write where a KMS key is the default.
 */
export const TERRAFORM_BUCKET_ENCRYPTION: TerraformRule = {
  rule: {
    id: 'terraform-bucket-encryption', control: Control.EN4_BUCKET_KMS, reference: '45 CFR 164.312(a)(2)(iv)',
    purpose: 'Buckets encrypt what is written into them under a KMS key of the customer.',
  },
  *judge(document) {
    const exempt = accessLogBuckets(document);
    for (const bucket of document.ofType(BUCKET)) {
      const logs = exempt.get(bucket);
      if (logs === true) continue;
      if (logs) {
        yield doubt(bucket, '', `nobody can tell whether a load balancer writes access logs into it, which it does under no KMS key: ${logs.why}`, document);
        continue;
      }
      const { of, unknown } = companionsOf(bucket, SETTING, document);
      if (of.length > 0) {
        for (const setting of of) yield* judgeRules(setting, setting.values, '', document);
        continue;
      }
      const inline = blocksOf(bucket.values, 'server_side_encryption_configuration');
      if (inline instanceof UnknownValue) yield doubt(bucket, 'server_side_encryption_configuration', inline, document);
      else if (inline.length > 0) yield* judgeRules(bucket, inline[0], 'server_side_encryption_configuration[0].', document);
      else if (unknown) yield doubt(bucket, '', `nobody can tell whether ${unknown.address} is of this bucket`, document);
      else yield finding(bucket, '', undefined, `no ${SETTING} is of this bucket: Amazon S3 encrypts it under a key of its own`, REMEDY);
    }
  },
};

function* judgeRules(resource: TerraformResource, body: unknown, prefix: string, document: TerraformDocument): Generator<TerraformAnswer> {
  const rules = blocksOf(body, 'rule');
  if (rules instanceof UnknownValue) return yield doubt(resource, `${prefix}rule`, rules, document);
  if (rules.length === 0) yield finding(resource, `${prefix}rule`, undefined, 'it has no rule', REMEDY);
  for (const [index, rule] of rules.entries()) {
    const path = `${prefix}rule[${index}].${DEFAULTS}`;
    const [defaults] = blocks(rule, DEFAULTS);
    const algorithm = fieldOf(defaults, 'sse_algorithm');
    const key = fieldOf(defaults, 'kms_master_key_id');
    if (algorithm instanceof UnknownValue) yield doubt(resource, `${path}.sse_algorithm`, algorithm, document);
    else if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') yield finding(resource, `${path}.sse_algorithm`, algorithm, 'it encrypts under no KMS key', `${REMEDY}; where Amazon S3 writes its access logs, let the key's policy grant logging.s3.amazonaws.com kms:GenerateDataKey*`);
    else {
      const isCustomers = namesCustomerKey(key, resource, document);
      if (isCustomers instanceof UnknownValue) yield doubt(resource, `${path}.kms_master_key_id`, isCustomers, document);
      else if (!isCustomers) yield finding(resource, `${path}.kms_master_key_id`, key, 'it encrypts under the key that AWS keeps for Amazon S3', REMEDY);
    }
  }
}

function blocks(body: unknown, name: string): readonly unknown[] {
  const found = blocksOf(body, name);
  return found instanceof UnknownValue ? [found] : found;
}

/** Buckets that take access logs of load balancers (Elastic Load Balancing, access logs: of those but the network's, the bucket's encryption has to be SSE-S3). */
function accessLogBuckets(document: TerraformDocument): ReadonlyMap<TerraformResource, true | UnknownValue> {
  const balancers = ['aws_lb', 'aws_alb', 'aws_elb'].flatMap((type) => document.ofType(type)).filter(({ values }) => ['application', undefined, null].includes(values.load_balancer_type as string));
  const buckets = new Map<TerraformResource, true | UnknownValue>();
  for (const balancer of balancers) {
    for (const logs of [...blocks(balancer.values, 'access_logs'), ...blocks(balancer.values, 'connection_logs')]) {
      // Classic Load Balancers log unless they are told not to, the others where they are told to.
      const enabled = flagOf(fieldOf(logs, 'enabled')) ?? balancer.type === 'aws_elb';
      const value = fieldOf(logs, 'bucket');
      if (enabled !== true && !(enabled instanceof UnknownValue)) continue;
      for (const bucket of (bucketsOf(value, balancer, document) ?? []).filter((target) => isEveryInstance(target, balancer, value))) {
        if (buckets.get(bucket) !== true) buckets.set(bucket, enabled);
      }
    }
  }
  return buckets;
}
