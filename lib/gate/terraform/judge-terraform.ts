import type { ObjectName } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { AUDIT_BUCKET_NAMES } from './terraform-bucket-lock';
import type { TerraformDocument, TerraformGap, TerraformResource } from './terraform-document';
import type { TerraformAnswer, TerraformRule, TerraformSettings } from './terraform-rule';
import { TERRAFORM_RULES } from './terraform-rules';
import { UnknownValue } from './unknown-value';

/** One thing that is wrong with one resource. */
export interface TerraformViolation {
  readonly rule: GateRule;
  readonly object: ObjectName;
  readonly path: string;
  /** Undefined where there is none, or where Terraform calls it sensitive. */
  readonly value?: unknown;
  readonly problem: string;
  readonly remedy: string;
}

/** What the rules say of a document. */
export interface TerraformJudgement {
  readonly violations: readonly TerraformViolation[];
  /** What nobody could judge from the document: it is not clean. */
  readonly unchecked: readonly TerraformGap[];
  /** Resources that were looked at; data sources are not among them. */
  readonly objects: number;
}

export interface JudgeTerraformOptions {
  /**
   * Buckets that keep audit logs, beside those that a log is delivered to: names of buckets with `*` and `?`, or addresses.
   *
   * @default AUDIT_BUCKET_NAMES - names that end with audit, audit-logs, cloudtrail and the like, before an account and a region
   */
  readonly archiveBuckets?: readonly string[];
  /** @default TERRAFORM_RULES */
  readonly rules?: readonly TerraformRule[];
}

/** Types of the provider awscc whose twins of the provider aws are judged. */
const TWINS = /^awscc_(s3_|s3outposts_|kms_|iam_|logs_|eks_|cloudtrail_|rds_|docdb_|neptune_|efs_|elasticache_|opensearchservice_|elasticsearch_|redshift_|dax_|kinesis_|kinesisfirehose_|sso_|ec2_(volume|instance|launch_template|flow_log|spot))/;

function twinGaps(document: TerraformDocument): TerraformGap[] {
  return document.resources.filter(({ type }) => TWINS.test(type))
    .map(({ address }) => ({ what: address, why: 'the rules read resources of the provider aws, and none of awscc', remedy: 'declare it by the provider aws' }));
}

/** Judges the resources of a document by every rule. A rule that throws has judged nothing, and says so. */
export function judgeTerraform(document: TerraformDocument, options: JudgeTerraformOptions = {}): TerraformJudgement {
  const settings: TerraformSettings = { archiveBuckets: options.archiveBuckets ?? AUDIT_BUCKET_NAMES };
  const violations: TerraformViolation[] = [];
  const unchecked: TerraformGap[] = [...document.gaps, ...twinGaps(document)];
  for (const { rule, judge } of options.rules ?? TERRAFORM_RULES) {
    try {
      for (const answer of judge(document, settings)) {
        if (answer.isDoubt) unchecked.push({ what: `${rule.id} of ${answer.resource.address}`, why: answer.problem, remedy: answer.remedy });
        else violations.push(violationOf(rule, answer));
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      unchecked.push({ what: `${rule.id} of the whole document`, why: `the rule failed: ${why}`, remedy: 'check the document with terraform validate; if it is valid, report the failure' });
    }
  }
  return { violations, unchecked, objects: document.resources.filter(({ type }) => !type.startsWith('data.')).length };
}

function violationOf(rule: GateRule, { resource, path, value, problem, remedy }: TerraformAnswer): TerraformViolation {
  const shown = value === null || resource.sensitive.has(path.split(/[.[]/)[0]) ? undefined : shownOf(value);
  return { rule, object: nameOf(resource), path, problem, remedy, ...(shown === undefined ? {} : { value: shown }) };
}

function nameOf({ type, name }: TerraformResource): ObjectName {
  return { kind: type, name };
}

/** A value as a report can write it. */
function shownOf(value: unknown): unknown {
  if (value instanceof UnknownValue) return undefined;
  return Array.isArray(value) ? value.map((item: unknown) => (item instanceof UnknownValue ? '(unknown)' : item)) : value;
}
