import { Control } from '../../controls/control';
import { matchesGlob } from '../arn-glob';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at } from '../content';
import { hasCondition, isForEveryone, statementsOf, type WrittenStatement } from '../policy-statements';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { ownersOf } from '../terraform-owners';

/** What gives a key to others, beside the policy that is written into it: a key policy of its own replaces that one, a grant adds to it. */
const KEY_ACCESS = ['aws_kms_key_policy', 'aws_kms_grant'];
const DELETION = ['kms:disablekey', 'kms:schedulekeydeletion'];

/** A role that AWS alone assumes, without a wildcard: ArnEquals takes them. */
const SERVICE_LINKED_ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/aws-service-role\/[a-z0-9.-]+\/[\w+=,.@-]+$/;
/** What is asked of a key for volumes; handing its use on is judged by itself. */
const VOLUME_USE = ['kms:decrypt', 'kms:describekey', 'kms:encrypt', 'kms:generatedatakey', 'kms:generatedatakeywithoutplaintext', 'kms:reencryptfrom', 'kms:reencryptto'];

/** What is checked on keys. */
export const KMS_CHECKS: readonly Check[] = [
  {
    control: Control.EN2_KEY_POLICY,
    kind: 'aws_kms_key',
    check: (object, context) => {
      const { content } = object;
      if (at(content, 'enable_key_rotation') !== true) return 'the key does not rotate';
      const period = at(content, 'rotation_period_in_days');
      if (period !== undefined && !(Number(period) <= 365)) return `the key rotates every ${String(period)} days, and not every year`;
      if (![undefined, true].includes(at(content, 'is_enabled') as boolean | undefined)) return 'the key is not enabled';
      const allowed = statementsOf(at(content, 'policy')).filter((statement) => statement.allows);
      for (const statement of allowed) {
        const named = [...statement.principals.values()].flat();
        if (statement.inverted || named.length === 0) return 'a statement of the policy names nobody in particular';
        const wide = named.find(isWide);
        if (wide !== undefined && !isRecovery(statement) && !isServiceLinked(statement)) return wide.includes('*') ? `the policy hands the key to everyone: ${wide}` : 'the policy hands the key to every IAM administrator of the account';
        if (statement.principals.has('Service') && statement.conditions.length === 0) return `the policy lets a service use the key for anybody: ${statement.principals.get('Service')!.join(', ')}`;
        if (!isRecovery(statement) && statement.actions.some((action) => matchesGlob(action, 'kms:putkeypolicy') && matchesGlob(action, 'kms:decrypt'))) return `the policy hands everything about the key to ${named.join(', ')}`;
      }
      if (!allowed.some(isRecovery)) return 'the policy locks the account out of its key';
      return KEY_ACCESS.map((owner) => besideKey(Control.EN2_KEY_POLICY, owner, object, context)).find((flaw) => flaw !== undefined);
    },
  },
  {
    control: Control.EN5_KEY_LOSS,
    kind: 'aws_kms_key',
    check: (object, context) => {
      const { content } = object;
      if (at(content, 'deletion_window_in_days') !== 30) return 'the key can be deleted within less than 30 days';
      const denied = statementsOf(at(content, 'policy')).some((statement) => statement.denies && isForEveryone(statement) && statement.conditions.length === 0
        && statement.resources.includes('*') && DELETION.every((action) => statement.actions.includes(action) || statement.actions.includes('kms:*')));
      return denied ? besideKey(Control.EN5_KEY_LOSS, 'aws_kms_key_policy', object, context) : 'the policy does not deny everyone, without a condition, to disable or delete the key';
    },
  },
];

/** A policy or grant of a key that stands beside the key's own; one of which nobody can tell the key is told once. */
function besideKey(control: Control, owner: string, key: SynthesizedObject, context: CheckContext): string | undefined {
  const { of: [first], unknown: [unknown] } = ownersOf(key, { owner, attribute: 'key_id', owned: 'aws_kms_key' }, context);
  if (first) return `${describeReference(first.reference)} is about the key, too: nobody judged whom it lets in`;
  if (!unknown || context.firstClaimant(control) !== key) return undefined;
  return `nobody can tell here which key ${describeReference(unknown.reference)} is about: ${String(at(unknown.content, 'key_id'))}`;
}

/** Everyone, or an account: its ARN or its bare number stands for every identity that IAM lets (AWS KMS, default key policy). */
function isWide(principal: string): boolean {
  return principal.includes('*') || /:root$/.test(principal) || /^\d{12}$/.test(principal) || /^\$\{[^}]*account_id\}$/.test(principal);
}

/** The way in for the root user alone. */
function isRecovery(statement: WrittenStatement): boolean {
  return hasCondition(statement, 'StringEquals', 'aws:PrincipalType', 'Account') && [...statement.principals.values()].flat().every((principal) => !principal.includes('*'));
}

/** Volumes for service-linked roles of one account: everyone, narrowed to exactly those roles. */
function isServiceLinked(statement: WrittenStatement): boolean {
  if (statement.principals.size !== 1 || statement.principals.get('AWS')?.join() !== '*') return false;
  const roles = statement.conditions.find(({ operator, key }) => operator === 'ArnEquals' && key === 'aws:principalarn')?.values ?? [];
  const accounts = new Set(roles.map((role) => SERVICE_LINKED_ROLE.exec(role)?.[1] ?? ''));
  const [account] = accounts;
  if (!account || accounts.size !== 1 || !hasCondition(statement, 'StringEquals', 'kms:CallerAccount', account)) return false;
  const handsOn = hasCondition(statement, 'Bool', 'kms:GrantIsForAWSResource', 'true');
  return statement.actions.every((action) => VOLUME_USE.includes(action) || (action === 'kms:creategrant' && handsOn));
}
