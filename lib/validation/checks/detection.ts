import { Control } from '../../controls/control';
import { EksPlatform } from '../../profile/platform';
import { Publisher, topicFlaw, topicOf } from '../alarm-topics';
import { nobodyListens } from '../alarms';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

/** What is checked on the trail and on GuardDuty. */
export const DETECTION_CHECKS: readonly Check[] = [
  {
    control: Control.AU11_CLOUD_TRAIL,
    kind: 'aws_cloudtrail',
    check: (object, context) => {
      const { content } = object;
      if (isOff(at(content, 'enable_logging'))) return 'the trail does not log';
      if (at(content, 'is_multi_region_trail') !== true) return 'the trail records one region alone';
      if (isOff(at(content, 'include_global_service_events'))) return 'the trail leaves out services of no region, such as IAM';
      if (at(content, 'enable_log_file_validation') !== true) return 'the trail writes no digests: nobody sees that a file was changed or removed';
      return wrongDelivery(object, context) ?? gapInEvents(object, context);
    },
  },
  {
    control: Control.AU9_RUNTIME,
    kind: 'aws_guardduty_detector_feature',
    check: (object, context) => {
      const { content } = object;
      if (at(content, 'name') !== 'RUNTIME_MONITORING' || at(content, 'status') !== 'ENABLED') return 'runtime monitoring is not enabled';
      const agents = listAt(content, 'additional_configuration').filter((agent) => at(agent, 'name') === 'EKS_ADDON_MANAGEMENT');
      if (agents.length === 0 || agents.some((agent) => at(agent, 'status') !== 'ENABLED')) return 'GuardDuty does not install its agent on clusters';
      const detector = referenced(at(content, 'detector_id'), object, 'aws_guardduty_detector', 'id', context);
      if (!detector) return `the detector is none of the same stack: ${String(at(content, 'detector_id'))}`;
      if (isOff(at(detector.content, 'enable'))) return 'the detector is not enabled';
      const elsewhere = [detector, object].find((one) => !isHere(one, context));
      if (elsewhere) return `${describeReference(elsewhere.reference)} is in another region than the cluster: ${String(at(elsewhere.content, 'region'))}`;
      return unsettled(detector) ?? otherFeature(object, detector, context) ?? excluded(context) ?? archived(detector, context) ?? untold(object, context);
    },
  },
];

/** Terraform's default is on; what is only known at apply is not. */
function isOff(value: unknown): boolean {
  return value !== undefined && value !== true;
}

function wrongDelivery(object: SynthesizedObject, context: CheckContext): string | undefined {
  const { content } = object;
  const bucket = archiveOf(object, context);
  if (!bucket) return `the trail writes into another bucket than the archive ${context.profile.names.archiveBucket}: ${String(at(content, 's3_bucket_name'))}`;
  const key = at(content, 'kms_key_id');
  if (!key) return 'the trail names no key';
  const others = context.ofKind('aws_s3_bucket_server_side_encryption_configuration')
    .filter((encryption) => referenced(at(encryption.content, 'bucket'), encryption, 'aws_s3_bucket', 'bucket', context) === bucket)
    .flatMap((encryption) => listAt(encryption.content, 'rule')).flatMap((rule) => listAt(rule, 'apply_server_side_encryption_by_default')).map((byDefault) => at(byDefault, 'kms_master_key_id'))
    .filter((archiveKey) => archiveKey !== key);
  return others.length > 0 ? `the trail encrypts with another key than the archive, which denies it: ${String(key)}` : undefined;
}

function archiveOf(object: SynthesizedObject, context: CheckContext): SynthesizedObject | undefined {
  const bucket = referenced(at(object.content, 's3_bucket_name'), object, 'aws_s3_bucket', 'bucket', context);
  return bucket && at(bucket.content, 'bucket') === context.profile.names.archiveBucket ? bucket : undefined;
}

/** What the selectors leave out of management events and of the calls for the archive's objects. */
function gapInEvents(object: SynthesizedObject, context: CheckContext): string | undefined {
  if (listAt(object.content, 'event_selector').length > 0) return 'basic event selectors stand beside the advanced ones: CloudTrail takes one kind';
  const selectors = listAt(object.content, 'advanced_event_selector').map(fieldsOf);
  if (!selectors.some((fields) => selects(fields, { eventCategory: 'Management' }))) return 'the trail does not record every management event, KMS and reads included';
  const { archiveBucket, archiveBucketArn } = context.profile.names;
  const bucket = archiveOf(object, context)!;
  const isArchive = (start: string): boolean => start.replace(/\$\{([^}]+)\.(id|bucket)\}/, (text, address) => (address === bucket.reference.address ? archiveBucket : text)) === `${archiveBucketArn}/`;
  const recorded = selectors.some(({ 'resources.ARN': arns, ...fields }) => selects(fields, { 'eventCategory': 'Data', 'resources.type': 'AWS::S3::Object' })
    && (arns === undefined || (arns !== null && Object.keys(arns).join() === 'starts_with' && listAt(arns, 'starts_with').map(String).some(isArchive))));
  return recorded ? undefined : 'the trail does not record every call for objects of the archive';
}

/** The operators of each field of a selector; null where a field stands twice. */
function fieldsOf(selector: unknown): Record<string, Record<string, unknown> | null> {
  const fields: Record<string, Record<string, unknown> | null> = {};
  for (const entry of listAt(selector, 'field_selector')) {
    const { field, ...operators } = entry as Record<string, unknown>;
    fields[String(field)] = String(field) in fields ? null : operators;
  }
  return fields;
}

/** Whether the fields are exactly these, each equal to one value: any other field would narrow the selector. */
function selects(fields: Record<string, Record<string, unknown> | null>, expected: Readonly<Record<string, string>>): boolean {
  return Object.keys(fields).length === Object.keys(expected).length
    && Object.entries(expected).every(([field, value]) => JSON.stringify(fields[field]) === JSON.stringify({ equals: [value] }));
}

/** Whether something is in the region of the cluster, which need not be that of the archive. */
function isHere({ content }: SynthesizedObject, { profile }: CheckContext): boolean {
  const { platform } = profile;
  return at(content, 'region') === (platform instanceof EksPlatform ? platform.region : profile.region);
}

/** Whether something is about a detector of another region; where nobody can tell, it may be about this one. */
function isElsewhere(object: SynthesizedObject, detector: SynthesizedObject, context: CheckContext): boolean {
  const about = referenced(at(object.content, 'detector_id'), object, 'aws_guardduty_detector', 'id', context);
  if (about === detector) return false;
  const region = at((about ?? object).content, 'region');
  return typeof region === 'string' && !region.includes('${') && region !== at(detector.content, 'region');
}

/** A second resource that sets runtime monitoring of the detector: what is applied last wins, and GuardDuty takes no two kinds of it. */
function otherFeature(object: SynthesizedObject, detector: SynthesizedObject, context: CheckContext): string | undefined {
  const other = context.ofKind('aws_guardduty_detector_feature').find((feature) => feature !== object
    && ['RUNTIME_MONITORING', 'EKS_RUNTIME_MONITORING'].includes(String(at(feature.content, 'name'))) && !isElsewhere(feature, detector, context));
  return other && `${describeReference(other.reference)} sets runtime monitoring, too: what is applied last wins`;
}

/** A cluster with this tag gets no agent (Amazon GuardDuty, exclusion tags of Runtime Monitoring). */
function excluded(context: CheckContext): string | undefined {
  const cluster = context.ofKind('aws_eks_cluster').find(({ content }) => {
    const name = String(at(content, 'name'));
    return (name === context.profile.cluster || name.includes('${'))
      && ['tags', 'tags_all'].some((tags) => typeof at(content, tags) === 'string' || ![undefined, 'true'].includes(at(content, tags, 'GuardDutyManaged') as string | undefined));
  });
  return cluster && `${describeReference(cluster.reference)} has a tag that keeps GuardDuty's agent out: GuardDutyManaged`;
}

/** A filter that archives findings: EventBridge never hears of them (Amazon GuardDuty, suppression rules). */
function archived(detector: SynthesizedObject, context: CheckContext): string | undefined {
  const filter = context.ofKind('aws_guardduty_filter').find((candidate) => at(candidate.content, 'action') !== 'NOOP' && !isElsewhere(candidate, detector, context));
  return filter && `${describeReference(filter.reference)} archives findings, of which nobody is told`;
}

/** Whether nobody is told of findings: a rule on those of high severity at least, with a target that is a topic of the stack, all in the region of the cluster. */
function untold(object: SynthesizedObject, context: CheckContext): string | undefined {
  const rules = context.ofKind('aws_cloudwatch_event_rule').filter((rule) => rule.reference.stack === object.reference.stack && isHere(rule, context) && tellsOfFindings(rule));
  if (rules.length === 0) return 'no rule in the region tells of findings of high severity';
  const flaws = context.ofKind('aws_cloudwatch_event_target').flatMap((target) => {
    const rule = referenced(at(target.content, 'rule'), target, 'aws_cloudwatch_event_rule', 'name', context);
    const topic = topicOf(at(target.content, 'arn'), target, context);
    if (rule === undefined || !rules.includes(rule) || topic === undefined) return [];
    const elsewhere = [target, topic].find((one) => !isHere(one, context));
    return [unsettled(target) ?? (elsewhere && `${describeReference(elsewhere.reference)} is in another region than the cluster`)
      ?? topicFlaw(topic, Publisher.EVENTS, context) ?? nobodyListens(topic, context)];
  });
  if (flaws.includes(undefined)) return undefined;
  return flaws.length === 0 ? 'findings go to no topic of the same stack' : flaws[0];
}

const HIGH = 7;

function tellsOfFindings(rule: SynthesizedObject): boolean {
  const { content } = rule;
  const state = at(content, 'state');
  if (isOff(at(content, 'is_enabled')) || (state !== undefined && state !== 'ENABLED') || unsettled(rule) !== undefined || ![undefined, 'default'].includes(at(content, 'event_bus_name') as string | undefined)) return false;
  let pattern: unknown;
  try {
    pattern = JSON.parse(String(at(content, 'event_pattern')));
  } catch {
    return false;
  }
  const { source, 'detail-type': type, detail, ...rest } = (pattern ?? {}) as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || !listAt({ source }, 'source').includes('aws.guardduty') || (type !== undefined && !listAt({ type }, 'type').includes('GuardDuty Finding'))) return false;
  if (detail === undefined) return true;
  const { severity, ...narrower } = detail as Record<string, unknown>;
  if (Object.keys(narrower).length > 0) return false;
  return listAt({ severity }, 'severity').some((test) => {
    const [operator, least, ...more] = listAt(test, 'numeric');
    return more.length === 0 && ((operator === '>=' && Number(least) <= HIGH) || (operator === '>' && Number(least) < HIGH));
  });
}
