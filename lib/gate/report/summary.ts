import type { GateResult, NotJudged, ObjectName, ObjectOrigin } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { visible } from './visible';

/** How the gate names the standard input. */
export const STANDARD_INPUT = '-';

/** Whether somebody may say that the input is in order: nothing wrong, nothing unread, and not for want of input. */
export function isClean(result: GateResult): boolean {
  return result.violations.length === 0 && result.unchecked.length === 0 && result.objects > 0;
}

/** What a report may say of the input in a word. */
export type Verdict = 'Clean' | 'Clean as far as judged' | 'Not clean';

/** What was not asked can't be clean. */
export function verdictOf(result: GateResult): Verdict {
  if (!isClean(result)) return 'Not clean';
  return result.notJudged.length > 0 ? 'Clean as far as judged' : 'Clean';
}

/** `12 objects looked at, 3 of them passed over as not of PHI namespaces`. */
export function lookedAt({ objects, passedOver }: GateResult): string {
  if (objects === 0) return 'nothing was looked at';
  return `${count(objects, 'object')} looked at${passedOver > 0 ? `, ${passedOver} of them passed over as not of PHI namespaces` : ''}`;
}

/** Rules that were not asked for one reason stand together: `rules` may leave out most of them. */
export function byReason(notJudged: readonly NotJudged[]): { readonly rules: readonly GateRule[]; readonly why: string }[] {
  const reasons = new Map<string, GateRule[]>();
  for (const { rule, why } of notJudged) {
    const rules = reasons.get(why);
    if (rules) rules.push(rule);
    else reasons.set(why, [rule]);
  }
  return [...reasons].map(([why, rules]) => ({ rules, why }));
}

/** `Deployment shop/api`, `aws_s3_bucket module.logs.archive`. */
export function titleOf(object: ObjectName): string {
  return visible(`${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}`);
}

/** `dist/shop.k8s.yaml:12:3`, as editors and terminals link it. */
export function placeOf(origin: ObjectOrigin): string {
  const file = fileOf(origin);
  if (origin.line === undefined) return file;
  return `${file}:${origin.line}${origin.column === undefined ? '' : `:${origin.column}`}`;
}

export function fileOf(origin: ObjectOrigin): string {
  if (!origin.file) return 'no file';
  return origin.file === STANDARD_INPUT ? 'standard input' : visible(origin.file);
}

/** `1 violation`, `2 violations`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
