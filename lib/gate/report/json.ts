import { cite, definitionOf } from '../../controls/catalogue';
import type { AppliedException, GateResult, GateViolation, ObjectName, ObjectOrigin, Unchecked } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { jsonText } from './json-text';
import { plainValue } from './shown-value';
import { isClean, verdictOf, type Verdict } from './summary';

/** The JSON report. Fields are only ever added to a version; one that changes or goes raises it. */
export interface JsonReport {
  readonly version: 1;
  /** Whether nothing is wrong, nothing is unchecked, and something was looked at. */
  readonly clean: boolean;
  /** As `clean`, and whether every rule was asked: what was not can't be clean. */
  readonly verdict: Verdict;
  /**
   * The file that the settings come from.
   * @default there is none
   */
  readonly configuration?: string;
  readonly counts: JsonCounts;
  readonly phiNamespaces: readonly string[];
  readonly violations: readonly JsonViolation[];
  readonly excepted: readonly JsonExcepted[];
  readonly unchecked: readonly Unchecked[];
  readonly notJudged: readonly JsonNotJudged[];
  readonly warnings: readonly string[];
}

/** How many of each there are. */
export interface JsonCounts {
  /** Objects that were looked at. */
  readonly objects: number;
  /** Of these, objects that were not judged, as they are of namespaces that hold no PHI. */
  readonly passedOver: number;
  readonly violations: number;
  readonly excepted: number;
  readonly unchecked: number;
  /** Rules that were not asked. */
  readonly notJudged: number;
  readonly warnings: number;
}

/** A rule, and the control that it serves. */
export interface JsonRule {
  readonly id: string;
  readonly purpose: string;
  /** Paragraph and benchmark row. */
  readonly reference: string;
  readonly control: JsonControl;
}

/** A control of the catalogue. */
export interface JsonControl {
  readonly id: string;
  readonly title: string;
  /** Id, title and paragraphs in one line, as errors cite it. */
  readonly citation: string;
}

/** One thing that is wrong with one object. */
export interface JsonViolation {
  readonly rule: JsonRule;
  readonly object: ObjectName;
  readonly origin: ObjectOrigin;
  readonly path: string;
  /**
   * What the field holds. What JSON can't say is text, and parts deeper than 64 levels or behind 10,000 others are `…`.
   * @default the field holds nothing, or what no report may show
   */
  readonly value?: unknown;
  readonly problem: string;
  readonly remedy: string;
  readonly message: string;
}

/** A violation that an exception covers. */
export interface JsonExcepted {
  readonly violation: JsonViolation;
  readonly exception: AppliedException;
}

/** A rule that was not asked. */
export interface JsonNotJudged {
  readonly rule: JsonRule;
  readonly why: string;
}

/** The report for programs: a `JsonReport`. */
export function jsonReport(result: GateResult): string {
  const rules = new Map<GateRule, JsonRule>();
  const ruleOf = (rule: GateRule): JsonRule => {
    const known = rules.get(rule) ?? jsonRule(rule);
    rules.set(rule, known);
    return known;
  };
  const report: JsonReport = {
    version: 1,
    clean: isClean(result),
    verdict: verdictOf(result),
    configuration: result.configuration,
    counts: {
      objects: result.objects,
      passedOver: result.passedOver,
      violations: result.violations.length,
      excepted: result.excepted.length,
      unchecked: result.unchecked.length,
      notJudged: result.notJudged.length,
      warnings: result.warnings.length,
    },
    phiNamespaces: result.phiNamespaces,
    violations: result.violations.map((violation) => jsonViolation(violation, ruleOf)),
    excepted: result.excepted.map(({ violation, exception }) => ({
      violation: jsonViolation(violation, ruleOf),
      exception: { reason: exception.reason, approver: exception.approver, expires: exception.expires },
    })),
    unchecked: result.unchecked.map(({ what, why, remedy, origin }) => ({ what, why, remedy, origin: jsonOrigin(origin) })),
    notJudged: result.notJudged.map(({ rule, why }) => ({ rule: ruleOf(rule), why })),
    warnings: result.warnings,
  };
  return jsonText(report);
}

// Field by field: the order of the input's own fields must not show, nor any that the shape lacks.

function jsonRule({ id, purpose, reference, control }: GateRule): JsonRule {
  return { id, purpose, reference, control: { id: control, title: definitionOf(control).title, citation: cite(control) } };
}

function jsonViolation(violation: GateViolation, ruleOf: (rule: GateRule) => JsonRule): JsonViolation {
  const { rule, object, origin, path, value, problem, remedy, message } = violation;
  return { rule: ruleOf(rule), object: jsonName(object), origin: jsonOrigin(origin), path, value: plainValue(value), problem, remedy, message };
}

function jsonName({ apiVersion, kind, namespace, name }: ObjectName): ObjectName {
  return { apiVersion, kind, namespace, name };
}

function jsonOrigin({ file, line, column, constructPath, createdAt }: ObjectOrigin): ObjectOrigin {
  return { file, line, column, constructPath, createdAt };
}
