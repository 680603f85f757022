import { forbiddenPermissions, type PermissionFinding, type PermissionRule } from '../../access/forbidden-permissions';
import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { listAt } from '../content';
import type { SynthesizedObject } from '../synthesized-object';

/** What rules grant that they may not, by control. */
export type Forbidden = ReadonlyMap<Control, string>;

/** What the same rules grant whoever gets them. */
export interface JudgedRole {
  readonly rules: readonly PermissionRule[];
  /** To a person. */
  readonly forPeople: Forbidden;
  /** To a workload: what its work never needs in a PHI namespace. */
  readonly forWorkloads: string | undefined;
}

/** Controls that a role answers for. */
export const ROLE_CONTROLS: readonly Control[] = [Control.AC3_LEAST_PRIVILEGE, Control.AC4_ESCALATION, Control.AC5_EXEC];

/**
 * What a role grants that its control forbids; least privilege answers for what is forbidden for another control's sake too, unless the role
 * says itself that it falls short of that one.
 */
export function forbiddenBy(control: Control, judged: JudgedRole, role: SynthesizedObject | undefined): string | undefined {
  const own = judged.forPeople.get(control);
  if (own !== undefined || control !== Control.AC3_LEAST_PRIVILEGE) return own;
  return [...judged.forPeople].find(([other]) => !ROLE_CONTROLS.includes(other) && !claims(role, other))?.[1];
}

/** Whether an object says of itself how it stands to a control, by a claim or by an exception. */
export function claims(object: SynthesizedObject | undefined, control: Control): boolean {
  return object?.claims.some((claim) => claim.control === control) === true;
}

/** Judges a role once in a synth. */
export function judgeRole(role: SynthesizedObject, context: CheckContext): JudgedRole {
  const judged = context.once('judged roles', () => new Map<SynthesizedObject, JudgedRole>());
  const known = judged.get(role);
  if (known) return known;
  const result = judgeRules(listAt(role.content, 'rules') as PermissionRule[], context);
  judged.set(role, result);
  return result;
}

/** Judges the same rules once in a synth: a platform has few roles in many namespaces. */
export function judgeRules(rules: readonly PermissionRule[], context: CheckContext): JudgedRole {
  return context.once(`rules ${JSON.stringify(rules)}`, () => {
    const findings = forbiddenPermissions(rules);
    return { rules, forPeople: byControl(findings), forWorkloads: ofWorkloads(rules, findings) };
  });
}

function byControl(findings: readonly PermissionFinding[]): Forbidden {
  // The last of a control stays, so that the first, and widest, is told.
  return new Map([...findings].reverse().map(({ permission, grants }) => [permission.control, `grants ${grants.join(', ')}: ${permission.why}`]));
}

/** A workload may change what it manages; a wildcard, or Secrets or tokens of ServiceAccounts that no rule names, is more than any needs. */
function ofWorkloads(rules: readonly PermissionRule[], findings: readonly PermissionFinding[]): string | undefined {
  const found = findings.find(({ rule, permission }) => (permission.id === 'wildcard' && listAt(rules[rule], 'resources').length > 0)
    || (['secrets-read', 'service-account-tokens'].includes(permission.id) && listAt(rules[rule], 'resourceNames').length === 0));
  return found && `grants ${found.grants.join(', ')}: ${found.permission.why}`;
}
