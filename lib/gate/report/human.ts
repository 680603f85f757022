import { createColors } from 'picocolors';
import { cite } from '../../controls/catalogue';
import type { GateResult, GateViolation, ObjectOrigin } from '../gate-result';
import { shownValue } from './shown-value';
import { byReason, count, isClean, lookedAt, placeOf, titleOf, verdictOf } from './summary';
import { visible } from './visible';

/** How the report for people looks. */
export interface HumanReportOptions {
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
  /**
   * Columns of the terminal, at least 40.
   * @default lines are as long as what they say
   */
  readonly width?: number;
}

type Colours = ReturnType<typeof createColors>;
/** Writes a label and its text, wrapped. */
type Field = (label: string, text: string, paint?: (text: string) => string) => string;

const NARROWEST = 40;
const LABEL = 9;
const MOST_NAMESPACES = 10;

/**
 * The report for people: what is wrong, object by object, then what was excepted, not judged and not checked, and a last line that says
 * "clean" only where that is so. Nothing from the input reaches the terminal but visible characters.
 */
export function humanReport(result: GateResult, options: HumanReportOptions): string {
  const colours = createColors(options.colour);
  const field = fieldOf(colours, options.width);
  const blocks = [
    ...groupsOf(result.violations).map((group) => violationsOf(group, colours, field)),
    ...section(colours.bold(`Excepted (${result.excepted.length})`), result.excepted.map(({ violation, exception }) => [
      `  ${colours.yellow(visible(violation.rule.id))}  ${titleOf(violation.object)}  ${placeOf(violation.origin)}`,
      field('path', visible(violation.path)),
      field('reason', visible(exception.reason)),
      field('approved', `by ${visible(exception.approver)}, until ${visible(exception.expires)}`),
    ])),
    ...section(colours.bold(`Not judged (${result.notJudged.length})`), byReason(result.notJudged).map(({ rules, why }) => [
      ...rules.map((rule) => `  ${colours.yellow(visible(rule.id))}${rules.length > 1 ? `  ${cite(rule.control)}` : ''}`),
      ...(rules.length > 1 ? [] : [field('control', cite(rules[0].control))]),
      field('why', visible(why)),
    ])),
    ...section(colours.bold(colours.red(`Could not be checked (${result.unchecked.length})`)), result.unchecked.map(({ what, why, remedy, origin }) => [
      `  ${colours.red(visible(what))}  ${placeOf(origin)}`,
      ...originOf(origin, field),
      field('why', visible(why)),
      field('remedy', visible(remedy), colours.green),
    ])),
    ...section(colours.bold(`Warnings (${result.warnings.length})`), result.warnings.map((warning) => [`  ${colours.yellow(visible(warning))}`])),
    lastLine(result, colours),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** One line of counts; what was not judged or not looked at is never left out of it. */
function lastLine(result: GateResult, colours: Colours): string {
  const rest = [
    result.violations.length > 0 ? `${count(result.violations.length, 'violation')} in ${count(groupsOf(result.violations).length, 'object')}` : 'no violation',
    ...(result.unchecked.length > 0 ? [`${result.unchecked.length} could not be checked`] : []),
    ...(result.excepted.length > 0 ? [`${result.excepted.length} excepted`] : []),
    ...(result.notJudged.length > 0 ? [`${count(result.notJudged.length, 'rule')} not judged`] : []),
    ...(result.warnings.length > 0 ? [count(result.warnings.length, 'warning')] : []),
    lookedAt(result),
    namespacesOf(result.phiNamespaces),
    ...(result.configuration === undefined ? [] : [`settings of ${visible(result.configuration)}`]),
  ];
  const paint = isClean(result) ? colours.green : colours.red;
  return `${colours.bold(paint(verdictOf(result)))}: ${rest.join('; ')}`;
}

function namespacesOf(names: readonly string[]): string {
  if (names.length === 0) return 'no PHI namespace';
  const more = names.length - MOST_NAMESPACES;
  return `PHI namespaces: ${names.slice(0, MOST_NAMESPACES).map((name) => visible(name)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function violationsOf(group: readonly GateViolation[], colours: Colours, field: Field): string {
  const [{ object, origin }] = group;
  const heading = [
    `${colours.bold(placeOf(origin))}  ${colours.bold(titleOf(object))}${object.apiVersion ? colours.dim(` (${visible(object.apiVersion)})`) : ''}`,
    ...originOf(origin, field),
  ];
  const violations = group.map((violation) => [
    `  ${colours.bold(colours.red(visible(violation.rule.id)))}: ${visible(violation.problem)}`,
    field('control', cite(violation.rule.control)),
    field('path', visible(violation.path) + (placeOf(violation.origin) === placeOf(origin) ? '' : ` (${placeOf(violation.origin)})`)),
    ...(violation.value === undefined ? [] : [field('value', shownValue(violation.value))]),
    field('remedy', visible(violation.remedy), colours.green),
  ].join('\n'));
  return [heading.join('\n'), ...violations].join('\n\n');
}

function originOf(origin: ObjectOrigin, field: Field): string[] {
  return [
    ...(origin.constructPath ? [field('construct', visible(origin.constructPath))] : []),
    ...(origin.createdAt ? [field('created', visible(origin.createdAt))] : []),
  ];
}

function section(title: string, entries: readonly (readonly string[])[]): string[] {
  return entries.length > 0 ? [[title, ...entries.map((lines) => lines.join('\n'))].join('\n')] : [];
}

/** The violations of each object, objects in the order of the input. The line is left out: it may be that of the field. */
function groupsOf(violations: readonly GateViolation[]): GateViolation[][] {
  const groups = new Map<string, GateViolation[]>();
  for (const violation of violations) {
    const { object, origin } = violation;
    const key = JSON.stringify([origin.file, origin.constructPath, object.apiVersion, object.kind, object.namespace, object.name]);
    const group = groups.get(key);
    if (group) group.push(violation);
    else groups.set(key, [violation]);
  }
  return [...groups.values()];
}

function fieldOf(colours: Colours, width?: number): Field {
  const indent = ' '.repeat(4 + LABEL + 2);
  const room = width === undefined ? Infinity : Math.max(width, NARROWEST) - indent.length;
  return (label, text, paint = (plain) => plain) => {
    const [first, ...rest] = wrapped(text, room).map(paint);
    return [`    ${colours.dim(label.padEnd(LABEL))}  ${first}`, ...rest.map((line) => indent + line)].join('\n');
  };
}

/** Lines of at most `room` characters; a word that is longer has a line of its own, so that paths can be copied. */
function wrapped(text: string, room: number): string[] {
  if (text.length <= room) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
