import { ControlException } from '../controls/exception';
import { Errors } from '../profile/errors';
import type { ExceptedViolation, GateViolation, ObjectName } from './gate-result';

const RULE = '45 CFR 164.306(d)(3): an exception is documented, and holds for what it names';

/** What exceptions make of violations. */
export interface Sorted {
  readonly violations: readonly GateViolation[];
  readonly excepted: readonly ExceptedViolation[];
  readonly warnings: readonly string[];
}

/**
 * Takes the violations out that an exception names. One that is past its day excepts nothing any more.
 *
 * @param rules names of all rules.
 * @param asOf YYYY-MM-DD; where there is none, every exception holds.
 * @throws where an exception names no rule, or two are of the same thing.
 */
export function applyExceptions(violations: readonly GateViolation[], exceptions: readonly ControlException[], rules: readonly string[], asOf: string | undefined): Sorted {
  const byKey = new Map<string, ControlException>();
  for (const exception of exceptions) {
    const key = keyOf(check(exception, rules));
    if (byKey.has(key)) throw Errors.refused('exceptions', `two exceptions are of ${exception.object}`, exception.rule, RULE, 'keep the one that holds');
    byKey.set(key, exception);
  }
  const used = new Set<ControlException>();
  const excepted: ExceptedViolation[] = [];
  const standing: GateViolation[] = [];
  for (const violation of violations) {
    const exception = byKey.get(keyOf({ rule: violation.rule.id, object: keyOfObject(violation.object) }));
    if (exception) used.add(exception);
    if (!exception) standing.push(violation);
    else if (asOf !== undefined && exception.isExpired(asOf)) standing.push({ ...violation, remedy: `${violation.remedy}; its exception ended on ${exception.expires}` });
    else excepted.push({ violation, exception: { reason: exception.reason, approver: exception.approver, expires: exception.expires } });
  }
  const unused = exceptions.filter((exception) => !used.has(exception)).map(({ rule, object }) => `the exception of ${object} from ${rule} excepts nothing here: remove it`);
  return { violations: standing, excepted, warnings: unused };
}

/** `Deployment/healthcare-prod/api`, and `aws_s3_bucket.archive` in Terraform. */
export function keyOfObject({ apiVersion, kind, namespace, name }: ObjectName): string {
  return apiVersion === undefined ? `${kind}.${name}` : `${kind}/${namespace ?? ''}/${name}`;
}

function keyOf({ rule, object }: { readonly rule?: string; readonly object?: string }): string {
  return `${rule} ${object}`;
}

function check(exception: ControlException, rules: readonly string[]): ControlException {
  if (!(exception instanceof ControlException)) throw Errors.refused('exceptions', 'an exception is no ControlException', exception, RULE, 'use new ControlException({ control, rule, object, reason, approver, expires })');
  if (exception.rule === undefined) throw Errors.refused('exceptions', 'an exception names no rule and no object', exception.control, RULE, 'give it rule and object: the gate judges objects, not controls');
  if (!rules.includes(exception.rule)) throw Errors.refused('exceptions', 'there is no such rule', exception.rule, RULE, `use one of: ${rules.join(', ')}`);
  return exception;
}
