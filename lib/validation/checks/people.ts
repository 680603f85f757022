import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, kindOf } from '../content';
import { withoutAlarm } from '../people/assumption-alarm';
import { longSession, withoutOwnName, withoutReason, withoutSecondFactor } from '../people/trust';
import { claims } from '../rbac/judged-role';
import { tell } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';

const ROLE = 'aws_iam_role';
const ENTRY = 'aws_eks_access_entry';

/** What is checked on the roles of people, and on how these come into the cluster. */
export const PEOPLE_CHECKS: readonly Check[] = [
  { control: Control.AC7_LOGOFF, kind: ROLE, check: longSession },
  { control: Control.AC1_UNIQUE_ID, kind: ROLE, check: withoutOwnName },
  {
    control: Control.AC2_MFA,
    kind: ROLE,
    check: (object) => withoutSecondFactor(object),
  },
  {
    control: Control.AC6_BREAK_GLASS,
    kind: ROLE,
    check: (object, context) => longSession(object) ?? withoutReason(object) ?? withoutAlarm(object, context),
  },
  {
    control: Control.AC1_UNIQUE_ID,
    kind: ENTRY,
    check: (object, context) => losesName(object, context) ?? ofFirst(Control.AC1_UNIQUE_ID, object, context, otherEntries),
  },
];

/**
 * What is wrong with the others of a kind, told once: by the first of them that claims the control. The first of all may be of another kind, whose check
 * does not ask.
 */
function ofFirst(control: Control, object: SynthesizedObject, context: CheckContext, collect: (context: CheckContext) => Iterable<string>): string | undefined {
  const kind = kindOf(object);
  const first = context.once(`first ${kind} for ${control}`, () => context.ofKind(kind).find((candidate) => claims(candidate, control)));
  return object === first ? tell([...collect(context)]) : undefined;
}

/** Entries of a user's own, which claim nothing; nodes have types of their own. */
function* otherEntries(context: CheckContext): Generator<string> {
  for (const entry of context.ofKind(ENTRY)) {
    if (claims(entry, Control.AC1_UNIQUE_ID) || (at(entry.content, 'type') ?? 'STANDARD') !== 'STANDARD') continue;
    const flaw = losesName(entry, context);
    if (flaw !== undefined) yield `${describeReference(entry.reference)}: ${flaw}`;
  }
}

/** What keeps a person's name out of the audit log. */
function losesName(entry: SynthesizedObject, context: CheckContext): string | undefined {
  const principal = String(at(entry.content, 'principal_arn'));
  const isRole = /^arn:[^:]+:iam::\d{12}:role\/./.test(principal) || referenced(principal, entry, ROLE, 'arn', context) !== undefined;
  if (!isRole) return `the principal is no role that can be told here: ${principal}`;
  const name = at(entry.content, 'user_name');
  return name === undefined || /\{\{SessionName(Raw)?\}\}/.test(String(name)) ? undefined : `all sessions of the role have the name ${String(name)}`;
}
