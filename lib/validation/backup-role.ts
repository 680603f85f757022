import { matchesGlob } from './arn-glob';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { statementsOf, type WrittenStatement } from './policy-statements';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced, referenceTo } from './terraform-references';
import { unsettled } from './terraform-settled';

/** What AWS lets AWS Backup do by a role (AWS Backup, managed policies). */
export enum BackupDuty {
  BACKUP = 'AWSBackupServiceRolePolicyForBackup',
  RESTORE = 'AWSBackupServiceRolePolicyForRestores',
}

const MANAGED = /^arn:aws[a-z-]*:iam::aws:policy\/service-role\/(\w+)$/;
/** What a copy, and a restore, ask of the key that encrypts (AWS Backup, encryption of copies; Amazon EBS, permissions for copies of snapshots). */
const USE = ['kms:creategrant', 'kms:decrypt', 'kms:describekey', 'kms:encrypt', 'kms:generatedatakey', 'kms:generatedatakeywithoutplaintext', 'kms:reencryptfrom', 'kms:reencryptto'];

/** Why AWS Backup can do nothing by a role. */
export function powerless(role: SynthesizedObject, duty: BackupDuty, context: CheckContext): string | undefined {
  const name = describeReference(role.reference);
  const flaw = unsettled(role);
  if (flaw !== undefined) return `${name}: ${flaw}`;
  const trusted = statementsOf(at(role.content, 'assume_role_policy')).some((statement) => statement.allows && !statement.inverted && statement.conditions.length === 0
    && statement.principals.get('Service')?.includes('backup.amazonaws.com') && covers(statement, 'sts:assumerole'));
  if (!trusted) return `${name} does not let AWS Backup in`;
  if (at(role.content, 'permissions_boundary')) return `${name} has a permissions boundary: nobody judged what it leaves`;
  const isOfRole = (object: SynthesizedObject): boolean => unsettled(object) === undefined && referenced(at(object.content, 'role'), object, 'aws_iam_role', 'name', context) === role;
  const attached = context.ofKind('aws_iam_role_policy_attachment').some((attachment) => isOfRole(attachment) && grants(attachment, duty));
  if (!attached) return `${name} has no ${duty} attached: it may ${duty === BackupDuty.BACKUP ? 'back up' : 'restore'} nothing`;
  const denial = context.ofKind('aws_iam_role_policy').find((policy) => isOfRole(policy) && statementsOf(at(policy.content, 'policy')).some((statement) => statement.denies));
  return denial && `${describeReference(denial.reference)} denies the role of the backups something: nobody judged what it leaves`;
}

/** The roles of a stack that let AWS Backup do something. */
export function rolesFor(duty: BackupDuty, stack: string | undefined, context: CheckContext): readonly SynthesizedObject[] {
  return context.ofKind('aws_iam_role_policy_attachment').flatMap((attachment) => {
    const role = attachment.reference.stack === stack && grants(attachment, duty) ? referenced(at(attachment.content, 'role'), attachment, 'aws_iam_role', 'name', context) : undefined;
    return role ? [role] : [];
  });
}

function grants({ content }: SynthesizedObject, duty: BackupDuty): boolean {
  return MANAGED.exec(String(at(content, 'policy_arn')))?.[1] === duty;
}

/** Why AWS Backup cannot encrypt copies in a vault, or restore out of it; a key of another stack is not judged here. */
export function keyClosed(vault: SynthesizedObject, role: SynthesizedObject, duty: BackupDuty, context: CheckContext): string | undefined {
  const key = referenced(at(vault.content, 'kms_key_arn'), vault, 'aws_kms_key', 'arn', context);
  return key && closed(key, describeReference(vault.reference), role, duty, context);
}

/** Why AWS Backup cannot restore volumes of PHI, whose snapshots keep their own key; without that key in the stack nobody can tell. */
export function volumesClosed(role: SynthesizedObject, context: CheckContext): string | undefined {
  const name = `alias/${context.profile.names.phiVolumesKeyAlias}`;
  const alias = context.ofKind('aws_kms_alias').find(({ content, reference }) => reference.stack === role.reference.stack && at(content, 'name') === name);
  const key = alias && referenced(at(alias.content, 'target_key_id'), alias, 'aws_kms_key', 'key_id', context);
  return key && closed(key, name, role, BackupDuty.RESTORE, context);
}

function closed(key: SynthesizedObject, of: string, role: SynthesizedObject, duty: BackupDuty, context: CheckContext): string | undefined {
  const [what, whats] = duty === BackupDuty.BACKUP ? ['encrypt copies', 'copies ask'] : ['restore', 'restores ask'];
  const path = String(at(role.content, 'path') ?? '/');
  const plain = `:iam::${context.profile.account}:role${path}${String(at(role.content, 'name'))}`;
  const isRole = (principal: string): boolean => principal === referenceTo(role, 'arn') || (/^arn:aws[a-z-]*:iam::/.test(principal) && principal.endsWith(plain));
  const statements = statementsOf(at(key.content, 'policy'));
  const lets = (action: string): boolean => statements.some((statement) => statement.allows && !statement.inverted && statement.resources.includes('*')
    && statement.principals.get('AWS')?.some(isRole) && covers(statement, action) && isUnbound(statement, action));
  const missing = unsettled(key) ?? USE.find((action) => !lets(action));
  if (missing !== undefined) return `the key of ${of} does not let ${describeReference(role.reference)} ${what}: ${missing}`;
  const denied = statements.some((statement) => statement.denies && (statement.inverted || USE.some((action) => covers(statement, action)))
    && (statement.inverted || statement.principals.get('AWS')?.some((principal) => principal === '*' || isRole(principal))));
  return denied ? `the key of ${of} denies what ${whats} of it` : undefined;
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
