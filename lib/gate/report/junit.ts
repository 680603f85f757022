import { cite } from '../../controls/catalogue';
import type { AppliedException, GateResult, GateViolation } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { shownValue } from './shown-value';
import { count, fileOf, lookedAt, placeOf, titleOf, verdictOf } from './summary';
import { xmlElement, xmlParent, xmlText } from './xml';

/** What JUnit's form needs besides the result. */
export interface JUnitReportOptions {
  /**
   * The rules that were asked: those that no object violates are test cases that pass, where everything could be checked.
   * @default one test case says that something was looked at
   */
  readonly rules?: readonly GateRule[];
}

/** A test case: an object and a rule, or something that could not be checked. */
interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly file?: string;
  readonly failures: GateViolation[];
  readonly exceptions: AppliedException[];
  readonly errors: Problem[];
  readonly skipped: string[];
}

interface Problem { readonly message: string; readonly lines: readonly string[] }

const GATE = 'cdk8s-hipaa';
/**
 * The report for pipelines that show tests: JUnit's XML as Jenkins, GitLab and actions for GitHub read it. A suite is a file, a test case an
 * object and a rule that it violates (failed) or violates with an exception (skipped); what could not be checked is an error, and so is an
 * input in which nothing was looked at. GitLab tells test cases by class and name: a case has one outcome, and the worst one wins.
 */
export function junitReport(result: GateResult, options: JUnitReportOptions = {}): string {
  const cases = new Cases();
  gateCases(cases, result, options.rules ?? []);
  for (const violation of result.violations) cases.of(violation).failures.push(violation);
  for (const { violation, exception } of result.excepted) cases.of(violation).exceptions.push(exception);
  for (const { what, why, remedy, origin } of result.unchecked) {
    const lines = [`at: ${placeOf(origin)}`, ...(origin.constructPath ? [`construct: ${origin.constructPath}`] : []), `remedy: ${remedy}`];
    cases.at(fileOf(origin), what, origin.file).errors.push({ message: why, lines });
  }

  const suites = [...cases.bySuite()].map(([name, members]) => suite(name, members, name === GATE ? linesOf(result) : []));
  const all = [...cases.all()];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlParent('testsuites', { name: GATE, ...countsOf(all) }, suites)}\n`;
}

/** Test cases of the gate itself, so that a clean input has some: without one it reads like a broken run. */
function gateCases(cases: Cases, result: GateResult, asked: readonly GateRule[]): void {
  const input = cases.at(GATE, 'something was looked at');
  if (result.objects === 0) input.errors.push({ message: 'nothing was looked at', lines: ['no object was found in the input'] });
  // What could not be checked may be against any rule: none of them passes then.
  if (result.objects > 0 && result.unchecked.length === 0) asked.forEach((rule) => cases.at(GATE, rule.id));
  for (const { rule, why } of result.notJudged) cases.at(GATE, rule.id).skipped.push(`not judged: ${why}`);
  // A rule with violations fails where its objects are; here it would be one that passes.
  for (const { rule } of result.violations) cases.drop(GATE, rule.id);
  for (const { violation } of result.excepted) cases.drop(GATE, violation.rule.id);
}

/** What no test case says. */
function linesOf(result: GateResult): string[] {
  return [
    `${verdictOf(result)}: ${lookedAt(result)}`,
    `PHI namespaces: ${result.phiNamespaces.length === 0 ? 'none' : result.phiNamespaces.join(', ')}`,
    ...(result.configuration === undefined ? [] : [`settings of ${result.configuration}`]),
    ...result.warnings.map((warning) => `warning: ${warning}`),
  ];
}

function suite(name: string, members: readonly TestCase[], lines: readonly string[]): string {
  return xmlParent('testsuite', { name, ...countsOf(members), skipped: members.filter((member) => outcomeOf(member) === 'skipped').length, time: 0 }, [
    ...members.map(testCase),
    ...(lines.length > 0 ? [xmlElement('system-out', {}, lines.map(xmlText))] : []),
  ]);
}

function testCase(member: TestCase): string {
  const attributes = { classname: member.suite, name: member.name, ...(member.file && { file: member.file }), time: 0 };
  switch (outcomeOf(member)) {
    case 'error':
      return xmlParent('testcase', attributes, [problem('error', 'unchecked', [...member.errors, ...member.failures.map(problemOf)])]);
    case 'failure':
      return xmlParent('testcase', attributes, [problem('failure', member.failures[0].rule.id, member.failures.map(problemOf))]);
    case 'skipped':
      return xmlParent('testcase', attributes, [skippedOf([...member.exceptions.map(exceptionText), ...member.skipped])]);
    default:
      return xmlElement('testcase', attributes);
  }
}

/** Jenkins reads the message, GitLab the text. */
function skippedOf(reasons: readonly string[]): string {
  return xmlElement('skipped', { message: reasons.join('; ') }, reasons.map(xmlText));
}

/** Readers take one failure a test case: all of them are in it. */
function problem(element: 'error' | 'failure', type: string, problems: readonly Problem[]): string {
  const [first, ...more] = problems;
  const message = more.length > 0 ? `${first.message} (and ${count(more.length, 'other')})` : first.message;
  const lines = problems.flatMap(({ message: each, lines: details }) => [each, ...details.map((detail) => `  ${detail}`)]);
  return xmlElement(element, { message, type }, lines.map(xmlText));
}

function problemOf({ rule, origin, path, value, problem: what, remedy }: GateViolation): Problem {
  return {
    message: `${what}: ${path}`,
    lines: [
      ...(value === undefined ? [] : [`value: ${shownValue(value)}`]),
      `control: ${cite(rule.control)}`,
      `at: ${placeOf(origin)}`,
      ...(origin.constructPath ? [`construct: ${origin.constructPath}`] : []),
      ...(origin.createdAt ? [`created: ${origin.createdAt}`] : []),
      `remedy: ${remedy}`,
    ],
  };
}

function exceptionText({ reason, approver, expires }: AppliedException): string {
  return `excepted: ${reason} (approved by ${approver}, until ${expires})`;
}

type Outcome = 'error' | 'failure' | 'skipped' | 'passed';

function outcomeOf({ errors, failures, exceptions, skipped }: TestCase): Outcome {
  if (errors.length > 0) return 'error';
  if (failures.length > 0) return 'failure';
  return exceptions.length > 0 || skipped.length > 0 ? 'skipped' : 'passed';
}

function countsOf(members: readonly TestCase[]): Record<string, number> {
  const outcomes = members.map(outcomeOf);
  return { tests: members.length, failures: outcomes.filter((outcome) => outcome === 'failure').length, errors: outcomes.filter((outcome) => outcome === 'error').length };
}

class Cases {
  private readonly cases = new Map<string, TestCase>();

  public of({ rule, object, origin }: GateViolation): TestCase {
    return this.at(fileOf(origin), `${titleOf(object)}: ${rule.id}`, origin.file);
  }

  public at(suiteName: string, name: string, file?: string): TestCase {
    const key = JSON.stringify([suiteName, name]);
    const known = this.cases.get(key) ?? { suite: suiteName, name, file, failures: [], exceptions: [], errors: [], skipped: [] };
    this.cases.set(key, known);
    return known;
  }

  public drop(suiteName: string, name: string): void {
    this.cases.delete(JSON.stringify([suiteName, name]));
  }

  public all(): Iterable<TestCase> {
    return this.cases.values();
  }

  public bySuite(): Map<string, TestCase[]> {
    const suites = new Map<string, TestCase[]>();
    for (const member of this.cases.values()) {
      const members = suites.get(member.suite);
      if (members) members.push(member);
      else suites.set(member.suite, [member]);
    }
    return suites;
  }
}
