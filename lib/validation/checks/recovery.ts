import { Control } from '../../controls/control';
import { BackupDuty, keyClosed, optedOut, powerless, rolesFor, selectsVolumes, volumesClosed } from '../backup-role';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { isForEveryone, statementsOf } from '../policy-statements';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';
import { ownersOf, type Ownership } from '../terraform-owners';

/** What sets a vault's lock and its policy. */
const SETTINGS = ['aws_backup_vault_lock_configuration', 'aws_backup_vault_policy'];
const KEPT = ['backup:deleterecoverypoint', 'backup:updaterecoverypointlifecycle'];

/** What is checked on backups of volumes. */
export const RECOVERY_CHECKS: readonly Check[] = [
  {
    control: Control.CP4_REPLICA,
    kind: 'aws_backup_plan',
    check: (object, context) => {
      const rules = listAt(object.content, 'rule');
      if (rules.length === 0) return 'the plan has no rule';
      return rules.map((rule) => uncopied(rule, object, context)).find((flaw) => flaw !== undefined)
        ?? unselected(object, context) ?? optedOut(object, context) ?? unrestorable(object, context);
    },
  },
];

/** Why what a rule backs up is in no second region, or not for as long as it should be. */
function uncopied(rule: unknown, plan: SynthesizedObject, context: CheckContext): string | undefined {
  const name = String(at(rule, 'rule_name'));
  const vault = referenced(at(rule, 'target_vault_name'), plan, 'aws_backup_vault', 'name', context);
  if (!vault) return `the rule ${name} backs up into no vault of the same stack`;
  const actions = listAt(rule, 'copy_action');
  if (actions.length === 0) return `the rule ${name} copies nothing to a second region`;
  const flaws = actions.map((action) => {
    const copy = referenced(at(action, 'destination_vault_arn'), plan, 'aws_backup_vault', 'arn', context);
    if (!copy) return `the rule ${name} copies into no vault of the same stack: ${String(at(action, 'destination_vault_arn'))}`;
    const region = at(copy.content, 'region');
    if (!region || String(region).includes('${') || [at(vault.content, 'region'), at(plan.content, 'region'), undefined].includes(region)) return `the rule ${name} copies into ${describeReference(copy.reference)}, which is in no second region`;
    if (!(keptDays(action) >= keptDays(rule))) return `the rule ${name} keeps the copy for less time than the backup`;
    return unlocked(copy, context);
  });
  return flaws.find((flaw) => flaw !== undefined) ?? unlocked(vault, context);
}

/** Days that a lifecycle keeps a backup; one without an end keeps it for good. */
function keptDays(of: unknown): number {
  const days = at(listAt(of, 'lifecycle')[0], 'delete_after');
  return days === undefined || days === null ? Infinity : Number(days);
}

/** Why backups can be deleted out of a vault before their day, or be read without a key of yours. */
function unlocked(vault: SynthesizedObject, context: CheckContext): string | undefined {
  const name = describeReference(vault.reference);
  const flaw = unsettled(vault);
  if (flaw !== undefined) return `${name}: ${flaw}`;
  if (!at(vault.content, 'kms_key_arn')) return `${name} has no key of yours`;
  if (at(vault.content, 'force_destroy') === true) return `${name} is deleted with its backups: force_destroy`;
  const unknown = SETTINGS.flatMap((owner) => ownersOf(vault, ownership(owner), context).unknown)[0];
  if (unknown) return `nobody can tell here which vault ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'backup_vault_name'))}`;
  const [[lock, secondLock], [policy, secondPolicy]] = SETTINGS.map((owner) => settingsOf(owner, vault, context));
  if (!lock || !(Number(at(lock.content, 'min_retention_days')) >= 1) || unsettled(lock) !== undefined) return `${name} is not locked: no aws_backup_vault_lock_configuration with min_retention_days`;
  if (secondLock || secondPolicy) return `two resources set the lock or the policy of ${name}: what is applied last wins`;
  const denied = policy && unsettled(policy) === undefined && statementsOf(at(policy.content, 'policy')).some((statement) => statement.denies && isForEveryone(statement)
    && statement.conditions.length === 0 && statement.resources.includes('*') && KEPT.every((action) => statement.actions.includes(action)));
  return denied ? undefined : `no policy of ${name} denies everyone, without a condition, to delete a backup or to change its time`;
}

/** The resources of a type that are about a vault; vaults of two regions may have one name. */
function settingsOf(owner: string, vault: SynthesizedObject, context: CheckContext): readonly SynthesizedObject[] {
  return ownersOf(vault, ownership(owner), context).of.filter((setting) => at(setting.content, 'region') === at(vault.content, 'region'));
}

function ownership(owner: string): Ownership {
  return { owner, attribute: 'backup_vault_name', owned: 'aws_backup_vault', nameAttribute: 'name' };
}

/** Why a plan backs up nothing. */
function unselected(plan: SynthesizedObject, context: CheckContext): string | undefined {
  const selections = context.ofKind('aws_backup_selection').filter((selection) => referenced(at(selection.content, 'plan_id'), selection, 'aws_backup_plan', 'id', context) === plan);
  if (selections.length === 0) return 'no aws_backup_selection of the same stack is about the plan: it backs up nothing';
  const working = selections.filter((selection) => unsettled(selection) === undefined && at(selection.content, 'iam_role_arn')
    && ['resources', 'selection_tag'].some((how) => listAt(selection.content, how).length > 0));
  if (working.length === 0) return `${describeReference(selections[0].reference)} selects nothing`;
  const excluding = selections.find((selection) => listAt(selection.content, 'not_resources').length > 0);
  if (excluding) return `${describeReference(excluding.reference)} leaves out resources: ${listAt(excluding.content, 'not_resources').join(', ')}`;
  const ofVolumes = working.filter(selectsVolumes);
  if (ofVolumes.length === 0) return `${describeReference(working[0].reference)} selects no volumes`;
  const flaws = ofVolumes.map((selection) => unable(selection, plan, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}

/** Why what a selection names is not backed up, or not copied: its role, and the keys of the vaults for copies. */
function unable(selection: SynthesizedObject, plan: SynthesizedObject, context: CheckContext): string | undefined {
  const role = referenced(at(selection.content, 'iam_role_arn'), selection, 'aws_iam_role', 'arn', context);
  if (!role) return `the role of ${describeReference(selection.reference)} is not in its stack: nobody judged it`;
  const copies = listAt(plan.content, 'rule').flatMap((rule) => listAt(rule, 'copy_action')).map((action) => referenced(at(action, 'destination_vault_arn'), plan, 'aws_backup_vault', 'arn', context));
  return powerless(role, BackupDuty.BACKUP, context) ?? copies.map((vault) => vault && keyClosed(vault, role, BackupDuty.BACKUP, context)).find((flaw) => flaw !== undefined);
}

/** Why nobody could restore what a plan backs up: one role has to reach each vault, and the volumes' own key. */
function unrestorable(plan: SynthesizedObject, context: CheckContext): string | undefined {
  const vaults = listAt(plan.content, 'rule').flatMap((rule) => [
    referenced(at(rule, 'target_vault_name'), plan, 'aws_backup_vault', 'name', context),
    ...listAt(rule, 'copy_action').map((action) => referenced(at(action, 'destination_vault_arn'), plan, 'aws_backup_vault', 'arn', context)),
  ]);
  const roles = rolesFor(BackupDuty.RESTORE, plan.reference.stack, context);
  if (roles.length === 0) return `no role of the stack has ${BackupDuty.RESTORE} attached: nothing is restored out of the vaults`;
  const flaws = roles.map((role) => powerless(role, BackupDuty.RESTORE, context)
    ?? vaults.map((vault) => vault && keyClosed(vault, role, BackupDuty.RESTORE, context)).find((flaw) => flaw !== undefined) ?? volumesClosed(role, context));
  return flaws.includes(undefined) ? undefined : flaws[0];
}
