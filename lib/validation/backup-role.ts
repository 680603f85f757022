import { matchesGlob } from './arn-glob';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced, referenceTo } from './terraform-references';
import { unsettled } from './terraform-settled';

const MANAGED = /^arn:aws[a-z-]*:iam::aws:policy\/service-role\/AWSBackupServiceRolePolicyForBackup$/;
/** What a copy asks of the key that encrypts it (AWS Backup, encryption of copies; Amazon EBS, permissions for copies of snapshots). */
const USE = ['kms:creategrant', 'kms:decrypt', 'kms:describekey', 'kms:encrypt', 'kms:generatedatakey', 'kms:generatedatakeywithoutplaintext', 'kms:reencryptfrom', 'kms:reencryptto'];

/** Why AWS Backup can do nothing by a role. */
export function powerless(role: SynthesizedObject, context: CheckContext): string | undefined {
  const name = describeReference(role.reference);
  const flaw = unsettled(role);
  if (flaw !== undefined) return `${name}: ${flaw}`;
  const trusted = statementsOf(at(role.content, 'assume_role_policy')).some((statement) => statement.allows && !statement.inverted && statement.conditions.length === 0
    && statement.principals.get('Service')?.includes('backup.amazonaws.com') && covers(statement, 'sts:assumerole'));
  if (!trusted) return `${name} does not let AWS Backup in`;
  if (at(role.content, 'permissions_boundary')) return `${name} has a permissions boundary: nobody judged what it leaves`;
  const isOfRole = (object: SynthesizedObject): boolean => unsettled(object) === undefined && referenced(at(object.content, 'role'), object, 'aws_iam_role', 'name', context) === role;
  const attached = context.ofKind('aws_iam_role_policy_attachment').some((attachment) => isOfRole(attachment) && MANAGED.test(String(at(attachment.content, 'policy_arn'))));
  if (!attached) return `${name} has no AWSBackupServiceRolePolicyForBackup attached: it may back up nothing`;
  const denial = context.ofKind('aws_iam_role_policy').find((policy) => isOfRole(policy) && statementsOf(at(policy.content, 'policy')).some((statement) => statement.denies));
  return denial && `${describeReference(denial.reference)} denies the role of the backups something: nobody judged what it leaves`;
}

/** Why AWS Backup cannot encrypt copies in a vault; a key of another stack is not judged here. */
export function keyClosed(vault: SynthesizedObject, role: SynthesizedObject, context: CheckContext): string | undefined {
  const key = referenced(at(vault.content, 'kms_key_arn'), vault, 'aws_kms_key', 'arn', context);
  if (!key) return undefined;
  const path = String(at(role.content, 'path') ?? '/');
  const plain = `:iam::${context.profile.account}:role${path}${String(at(role.content, 'name'))}`;
  const isRole = (principal: string): boolean => principal === referenceTo(role, 'arn') || (/^arn:aws[a-z-]*:iam::/.test(principal) && principal.endsWith(plain));
  const statements = statementsOf(at(key.content, 'policy'));
  const lets = (action: string): boolean => statements.some((statement) => statement.allows && !statement.inverted && statement.resources.includes('*')
    && statement.principals.get('AWS')?.some(isRole) && covers(statement, action) && isUnbound(statement, action));
  const missing = unsettled(key) ?? USE.find((action) => !lets(action));
  if (missing !== undefined) return `the key of ${describeReference(vault.reference)} does not let ${describeReference(role.reference)} encrypt copies: ${missing}`;
  const denied = statements.some((statement) => statement.denies && (statement.inverted || USE.some((action) => covers(statement, action)))
    && (statement.inverted || statement.principals.get('AWS')?.some((principal) => principal === '*' || isRole(principal))));
  return denied ? `the key of ${describeReference(vault.reference)} denies what copies ask of it` : undefined;
}

/** Whether a statement has no condition but that of grants for AWS services, which these are. */
function isUnbound({ conditions }: WrittenStatement, action: string): boolean {
  return conditions.every(({ operator, key, values }) => action === 'kms:creategrant' && operator === 'Bool' && key === 'kms:grantisforawsresource' && values.join() === 'true');
}

/** Why AWS Backup passes volumes over in the region of a plan. */
export function optedOut(plan: SynthesizedObject, context: CheckContext): string | undefined {
  const region = at(plan.content, 'region');
  const settings = context.ofKind('aws_backup_region_settings').find(({ content }) => {
    const [where, preferences] = [at(content, 'region'), at(content, 'resource_type_opt_in_preference')];
    const isElsewhere = typeof where === 'string' && typeof region === 'string' && !`${where}${region}`.includes('${') && where !== region;
    return !isElsewhere && (typeof preferences !== 'object' || ![undefined, true].includes(at(preferences, 'EBS') as boolean | undefined));
  });
  return settings && `${describeReference(settings.reference)} opts volumes out of backups: EBS`;
}

/** Whether what a selection names takes volumes in. */
export function selectsVolumes(selection: SynthesizedObject): boolean {
  const isOfVolumes = (resource: string): boolean => resource === '*' || /^\$\{aws_ebs_volume\.[^}]+\.arn\}$/.test(resource) || /^arn:[^:]+:ec2:[^:]*:[^:]*:(\*$|volume\/)/.test(resource);
  return listAt(selection.content, 'selection_tag').length > 0 || listAt(selection.content, 'resources').map(String).some(isOfVolumes);
}

function covers(statement: WrittenStatement, action: string): boolean {
  return statement.actions.some((pattern) => matchesGlob(pattern, action));
}
