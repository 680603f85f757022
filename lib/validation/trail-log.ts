import { partitionOf } from '../profile/aws';
import { matchesGlob } from './arn-glob';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced, referenceTo } from './terraform-references';
import { unsettled } from './terraform-settled';

const WRITE = 'logs:putlogevents';

/** Whether what a metric filter reads is what a trail writes: a trail that delivers into its log group, of every management event, by a role that may write there. */
export function notOnTrail(filter: SynthesizedObject, context: CheckContext): string | undefined {
  const value = at(filter.content, 'log_group_name');
  const group = referenced(value, filter, 'aws_cloudwatch_log_group', 'name', context);
  const name = String(group ? at(group.content, 'name') : value);
  const written = context.ofKind('aws_cloudtrail').flatMap((trail) => {
    const into = groupOf(trail, context);
    return into && (name.includes('${') ? group !== undefined && into.group === group : into.name === name) ? [{ trail, ...into }] : [];
  });
  if (written.length === 0) return `no aws_cloudtrail writes to the log group of ${describeReference(filter.reference)}`;
  const flaws = written.map(({ trail, ...into }) => unsettled(trail) ?? blindness(trail) ?? mute(trail, into, context));
  return flaws.includes(undefined) ? undefined : `${describeReference(written[0].trail.reference)}: ${flaws[0]}`;
}

/** The log group that a trail writes into: by a reference in its stack, or by its name in the ARN. */
interface TrailGroup {
  readonly group?: SynthesizedObject;
  readonly name: string;
}

function groupOf(trail: SynthesizedObject, context: CheckContext): TrailGroup | undefined {
  const arn = String(at(trail.content, 'cloud_watch_logs_group_arn')).replace(/:\*$/, '');
  const name = /^arn:[^:]+:logs:[^:]+:[^:]+:log-group:([^:]+)$/.exec(arn)?.[1];
  if (name !== undefined) return { name };
  const group = /^\$\{.*\.arn\}$/.test(arn) ? referenced(arn, trail, 'aws_cloudwatch_log_group', 'name', context) : undefined;
  return group && { group, name: String(at(group.content, 'name')) };
}

/** AWS STS and IAM answer for no region, and their events count as global ones; sts:AssumeRole is a read (AWS CloudTrail). */
function blindness({ content }: SynthesizedObject): string | undefined {
  if (![undefined, true].includes(at(content, 'enable_logging') as boolean | undefined)) return 'the trail does not log';
  if (at(content, 'is_multi_region_trail') !== true) return 'the trail records one region alone';
  if (![undefined, true].includes(at(content, 'include_global_service_events') as boolean | undefined)) return 'the trail leaves global services out';
  const selectors = listAt(content, 'event_selector');
  const advanced = listAt(content, 'advanced_event_selector');
  if (selectors.length + advanced.length === 0) return undefined;
  const sees = selectors.some((selector) => [undefined, true].includes(at(selector, 'include_management_events') as boolean | undefined)
    && String(at(selector, 'read_write_type') ?? 'All') === 'All' && listAt(selector, 'exclude_management_event_sources').length === 0)
    || advanced.some((selector) => {
      const fields = listAt(selector, 'field_selector');
      return fields.length === 1 && at(fields[0], 'field') === 'eventCategory' && listAt(fields[0], 'equals').includes('Management');
    });
  return sees ? undefined : 'the trail leaves out reads, writes or services among the management events';
}

/** Whether CloudTrail cannot write into the log group: its role, where nothing but policies of the same stack says what it may. */
function mute(trail: SynthesizedObject, { group, name }: TrailGroup, context: CheckContext): string | undefined {
  const { account, region: home } = context.profile;
  const region = String(at(trail.content, 'region') ?? at(group?.content, 'region') ?? home);
  if (group && at(group.content, 'region') !== undefined && at(group.content, 'region') !== region) return `its log group is in another region: ${String(at(group.content, 'region'))}`;
  const role = referenced(at(trail.content, 'cloud_watch_logs_role_arn'), trail, 'aws_iam_role', 'name', context);
  if (!role) return 'the role by which it writes into the log group is not in its stack: nobody judged it';
  const unmade = unsettled(role);
  if (unmade !== undefined) return `${describeReference(role.reference)}: ${unmade}`;
  const trusted = statementsOf(at(role.content, 'assume_role_policy')).some((statement) => statement.allows && !statement.inverted && statement.conditions.length === 0
    && statement.principals.get('Service')?.includes('cloudtrail.amazonaws.com') && covers(statement, 'sts:assumerole'));
  if (!trusted) return `${describeReference(role.reference)} does not let CloudTrail in`;
  const groupArn = `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}`;
  const stream = `${groupArn}:log-stream:${account}_CloudTrail_${region}`;
  const isOfStream = (resource: string): boolean => matchesGlob(group ? resource.replace(referenceTo(group, 'arn'), groupArn) : resource, stream);
  const statements = context.ofKind('aws_iam_role_policy')
    .filter((policy) => unsettled(policy) === undefined && referenced(at(policy.content, 'role'), policy, 'aws_iam_role', 'name', context) === role)
    .flatMap(({ content }) => statementsOf(at(content, 'policy')));
  if (statements.some((statement) => statement.denies && (statement.inverted || covers(statement, WRITE)))) return `${describeReference(role.reference)} is denied logs:PutLogEvents`;
  const writes = statements.some((statement) => statement.allows && !statement.inverted && statement.conditions.length === 0
    && covers(statement, WRITE) && statement.resources.some(isOfStream));
  return writes ? undefined : `${describeReference(role.reference)} may not write into the log group: logs:PutLogEvents`;
}

function covers(statement: WrittenStatement, action: string): boolean {
  return statement.actions.some((pattern) => matchesGlob(pattern, action));
}
