import { Control } from '../../controls/control';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { namesCustomerKey } from './terraform-keys';
import { carrierOf, groupsOf } from './terraform-log-archives';
import { doubt, finding, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { isLiteral, listOf, numberOf, UnknownValue } from './unknown-value';

const GROUP = 'aws_cloudwatch_log_group';
/** Days that CloudWatch Logs takes (Amazon CloudWatch Logs, PutRetentionPolicy). */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const SIX_YEARS = 2192;
const KEY_REMEDY = 'set kms_key_id to a key of yours that CloudWatch Logs may use';

/**
 * Every log group is encrypted under a customer key, and somebody decided how long it keeps its events: without a retention it keeps them for ever, which nobody reviews and
 * nobody pays for knowingly. Those of the API server (`/aws/eks/NAME/cluster`) and of CloudTrail keep six years (45 CFR 164.316(b)(2)(i)), unless a subscription without a filter
 * carries all of their events into a bucket of the same document. A cluster that logs into a group that the document does not make is a finding: Amazon EKS makes it then,
 * without key and retention.
 */
export const TERRAFORM_LOG_GROUP: TerraformRule = {
  rule: {
    id: 'terraform-log-group', control: Control.AU6_LOG_GROUP, reference: '45 CFR 164.312(b)',
    purpose: 'Log groups have a key of the customer and a retention, of six years where they hold audit logs.',
  },
  *judge(document) {
    const trails = new Set(document.ofType('aws_cloudtrail').flatMap((trail) => groupsOf(trail.values.cloud_watch_logs_group_arn, trail, document)));
    for (const group of document.ofType(GROUP)) {
      const isAudit = trails.has(group) || isApiLog(group.values.name);
      yield* judgeRetention(group, isAudit, document);
      const key = namesCustomerKey(group.values.kms_key_id, group, document);
      if (key instanceof UnknownValue) yield doubt(group, 'kms_key_id', key, document);
      else if (!key) yield finding(group, 'kms_key_id', group.values.kms_key_id, 'its events are under no key of the customer', KEY_REMEDY);
    }
    yield* judgeClusters(document);
  },
};

function* judgeRetention(group: TerraformResource, isAudit: boolean | UnknownValue, document: TerraformDocument): Generator<TerraformAnswer> {
  const value = group.values.retention_in_days;
  if (value instanceof UnknownValue) return yield doubt(group, 'retention_in_days', value, document);
  const days = numberOf(value) ?? 0;
  if (days === 0) yield finding(group, 'retention_in_days', value, 'nobody decided how long it keeps events', isAudit === true ? `set it to ${SIX_YEARS}` : 'set it to the days that its events are needed for');
  else if (!RETENTIONS.includes(days)) yield finding(group, 'retention_in_days', value, 'CloudWatch Logs has no such retention', `use one of ${RETENTIONS.join(', ')}`);
  else if (isAudit !== false && days < SIX_YEARS) yield* judgeAuditLog(group, isAudit, document);
}

function* judgeAuditLog(group: TerraformResource, isAudit: true | UnknownValue, document: TerraformDocument): Generator<TerraformAnswer> {
  const carrier = carrierOf(group, document);
  if (carrier?.isArchive) return;
  const remedy = `set it to ${SIX_YEARS}, or subscribe Data Firehose to all of its events, into a write-once bucket of the same document`;
  if (isAudit !== true) yield doubt(group, 'retention_in_days', `nobody can tell whether audit logs are in it, which it keeps for less than six years: ${isAudit.why}`, document);
  else if (carrier) yield doubt(group, 'retention_in_days', `audit logs are gone before six years, and nobody can tell whether what ${carrier.filter.address} delivers to keeps them`, document, remedy);
  else yield finding(group, 'retention_in_days', group.values.retention_in_days, 'audit logs are gone before six years', remedy);
}

/** Whether a group has the name of an API server's log; unknown where an expression may fill in such a name. */
function isApiLog(name: unknown): boolean | UnknownValue {
  if (name instanceof UnknownValue) return name;
  const text = String(name);
  const isLog = /^\/aws\/eks\/.*\/cluster$/s.test(text);
  if (isLog || !/[$%]\{/.test(text)) return isLog;
  const [before, after] = [text.slice(0, text.search(/[$%]\{/)), text.slice(text.lastIndexOf('}') + 1)];
  const mayBegin = before.startsWith('/aws/eks/') || '/aws/eks/'.startsWith(before);
  return mayBegin && (after.endsWith('/cluster') || '/cluster'.endsWith(after)) ? new UnknownValue(`it is ${text}`) : false;
}

/** Clusters log into a group of a name that Amazon EKS gives. */
function* judgeClusters(document: TerraformDocument): Generator<TerraformAnswer> {
  const groups = document.ofType(GROUP);
  for (const cluster of document.ofType('aws_eks_cluster')) {
    if (listOf(cluster.values.enabled_cluster_log_types).length === 0) continue;
    const { name } = cluster.values;
    const written = name instanceof UnknownValue ? name.why.replace(/^it is /, '') : String(name);
    const own = [written, ...['name', 'id'].map((attribute) => `\${${cluster.declaration}.${attribute}}`)].map((text) => `/aws/eks/${text}/cluster`);
    if (groups.some((group) => own.includes(String(group.values.name)) && (group.condition === undefined || group.condition === cluster.condition))) continue;
    const unknown = groups.find((group) => !isLiteral(group.values.name) && group.values.name_prefix === undefined);
    if (unknown || !isLiteral(name)) yield doubt(cluster, 'name', `nobody can tell whether the document makes the log group /aws/eks/${written}/cluster`, document);
    else yield finding(cluster, 'name', name, `nothing makes its log group ${own[0]}: Amazon EKS does, without key and retention`, 'declare the aws_cloudwatch_log_group, and let the cluster depend on it');
  }
}
