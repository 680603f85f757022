import { ControlException, type ControlExceptionProps } from '../controls/exception';
import { checkDate, checkFields, checkText } from '../profile/checks';
import { Errors, HipaaError } from '../profile/errors';
import type { GateRule } from './gate-rule';
import { readYamlFile } from './yaml-file';

/** Name of the file, where nobody gives another. */
export const EXCEPTIONS_FILE = 'hipaa-exceptions.yaml';

const WHY = '45 CFR 164.306(d)(3): an exception is documented, and holds for what it names';
const FIELDS = ['rule', 'object', 'reason', 'approver', 'expires', 'control'];

/**
 * The exceptions of a file: a list of `rule`, `object`, `reason`, `approver` and `expires`; `control` may be left out, as the rule says it.
 *
 * @param file as the user named it.
 * @param folder from which it is named.
 * @param rules every rule of the gate.
 * @throws with file and line, where an entry is none, names no rule, or comes twice.
 */
export function readExceptions(file: string, folder: string, rules: readonly GateRule[]): readonly ControlException[] {
  const { content, at } = readYamlFile(file, folder);
  if (content === null) return [];
  if (!Array.isArray(content)) throw Errors.refused(at(), 'the file holds no list', content, WHY, `write a list: each entry begins with '- rule: ${rules[0].id}'`);
  const places = new Map<string, string>();
  return content.map((entry: unknown, index) => {
    const exception = exceptionOf(entry, (...field) => at(index, ...field), rules);
    const key = `${exception.rule} ${exception.object}`;
    const earlier = places.get(key);
    if (earlier !== undefined) throw Errors.refused(at(index), `a second exception of ${exception.object}; the first is at ${earlier}`, exception.rule, WHY, 'keep the one that holds');
    places.set(key, at(index));
    return exception;
  });
}

function exceptionOf(entry: unknown, at: (...field: readonly string[]) => string, rules: readonly GateRule[]): ControlException {
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
    const unknown = Object.keys(entry).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) throw Errors.unknownField(at(unknown), unknown, FIELDS, WHY);
  }
  checkFields(at(), entry as object, FIELDS, WHY);
  const { rule: id, object, reason, approver, expires, control } = entry as Partial<ControlExceptionProps>;
  for (const [prop, value] of Object.entries({ rule: id, object, reason, approver, expires })) checkText(at(prop), prop, value);
  checkDate(at('expires'), 'expires', expires!);
  const rule = rules.find((known) => known.id === id);
  if (rule === undefined) throw Errors.refused(at('rule'), 'there is no such rule', id, WHY, `use one of: ${rules.map((known) => known.id).join(', ')}`);
  if (control !== undefined && control !== rule.control) {
    throw Errors.refused(at('control'), `control is not the one that ${rule.id} serves`, control, WHY, `write ${rule.control}, or leave control out`);
  }
  try {
    return new ControlException({ control: rule.control, rule: rule.id, object, reason: reason!, approver: approver!, expires: expires! });
  } catch (error) {
    // All else is checked above.
    if (error instanceof HipaaError) throw Errors.refused(at('object'), 'object is neither Kind/namespace/name nor an address of Terraform', object, error.rule, error.remedy);
    throw error;
  }
}
