import { createHash } from 'node:crypto';
import { cite, definitionOf } from '../../controls/catalogue';
import type { AppliedException, GateResult, GateViolation, ObjectOrigin } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { artifactUri, SOURCE_ROOT } from './artifact-uri';
import { jsonText } from './json-text';
import { isClean, STANDARD_INPUT, titleOf, verdictOf } from './summary';
import { visible } from './visible';

/** What SARIF says of the tool besides its results. */
export interface SarifReportOptions {
  /** Version of this library. */
  readonly toolVersion: string;
  /**
   * The rules that were asked, so that the list is the same in every report.
   * @default the rules that the result names
   */
  readonly rules?: readonly GateRule[];
}

/** What the log lacks a file for still needs an address: code scanning refuses the whole log for one result without. */
const STANDARD_INPUT_NAME = 'standard-input';
const NO_FILE_NAME = 'no-file';

/**
 * The report for code scanning: SARIF 2.1.0 (OASIS), with what GitHub demands of it.
 *
 * - A violation is told from others by rule, object and path, and not by its line: it stays the same alert when lines move.
 * - An excepted violation is a suppressed result. GitHub shows those as open alerts all the same; its level `note` keeps them from failing a
 *   pull request. For that reason no rule has a `security-severity`, which would be stronger than the level.
 * - Where something could not be checked, or nothing was looked at, the run is one that failed. GitHub takes no results of such a run, and so
 *   closes no alert for what was not looked at.
 * - Nothing is left out to please a limit: GitHub refuses a run of more than 25,000 results, and shows the first 5,000.
 */
export function sarifReport(result: GateResult, options: SarifReportOptions): string {
  const rules = rulesOf(result, options.rules ?? []);
  const index = new Map([...rules.keys()].map((id, position) => [id, position]));
  const fingerprints = new Fingerprints();
  const entry = (violation: GateViolation, exception?: AppliedException): object => resultOf(violation, index, fingerprints.of(violation), exception);
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'cdk8s-hipaa',
          semanticVersion: options.toolVersion,
          rules: [...rules.values()].map(descriptorOf),
        },
      },
      originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'The folder in which the gate was run: the root of the repository.' } } },
      columnKind: 'utf16CodeUnits',
      invocations: [invocationOf(result, index)],
      results: [
        ...result.violations.map((violation) => entry(violation)),
        ...result.excepted.map(({ violation, exception }) => entry(violation, exception)),
      ],
      properties: {
        objects: result.objects,
        passedOver: result.passedOver,
        clean: isClean(result),
        verdict: verdictOf(result),
        ...(result.configuration === undefined ? {} : { configuration: visible(result.configuration) }),
        phiNamespaces: result.phiNamespaces.map((name) => visible(name)),
      },
    }],
  });
}

function rulesOf(result: GateResult, asked: readonly GateRule[]): Map<string, GateRule> {
  const rules = new Map<string, GateRule>();
  const add = (rule: GateRule): void => { if (!rules.has(rule.id)) rules.set(rule.id, rule); };
  asked.forEach(add);
  result.violations.forEach(({ rule }) => add(rule));
  result.excepted.forEach(({ violation }) => add(violation.rule));
  result.notJudged.forEach(({ rule }) => add(rule));
  return rules;
}

function descriptorOf({ id, purpose, reference, control }: GateRule): object {
  const { citations } = definitionOf(control);
  return {
    id,
    shortDescription: { text: message(purpose) },
    fullDescription: { text: message(`${purpose} (${reference})`) },
    help: {
      text: message(`${purpose}\n\nControl: ${cite(control)}\nReference: ${reference}`, visibleLines),
      markdown: message(`${purpose}\n\n- **Control**: ${cite(control)}\n- **Reference**: ${reference}`, visibleLines),
    },
    defaultConfiguration: { level: 'error' },
    properties: {
      tags: ['security', 'hipaa', control, ...citations.map(({ paragraph }) => `45 CFR 164.${paragraph}`)],
      precision: 'high',
    },
  };
}

function resultOf(violation: GateViolation, index: ReadonlyMap<string, number>, fingerprint: string, exception?: AppliedException): object {
  const { rule, object, origin } = violation;
  const created = origin.file && origin.file !== STANDARD_INPUT ? createdLocation(origin) : undefined;
  return {
    ruleId: rule.id,
    ruleIndex: index.get(rule.id),
    level: exception ? 'note' : 'error',
    message: { text: message(violation.message) },
    locations: [{ physicalLocation: physicalOf(origin), logicalLocations: logicalOf(violation) }],
    ...(created && { relatedLocations: [{ id: 1, physicalLocation: created, message: { text: 'The construct was created here.' } }] }),
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    ...(exception && { suppressions: [suppressionOf(exception)] }),
    properties: {
      control: rule.control,
      citation: cite(rule.control),
      object: titleOf(object),
      path: visible(violation.path),
      remedy: visible(violation.remedy),
    },
  };
}

/** Exceptions are kept in a file or in the program that synthesizes, never in the manifest that is judged. */
function suppressionOf({ reason, approver, expires }: AppliedException): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: visible(`${reason} (approved by ${approver}, until ${expires})`),
  };
}

function invocationOf(result: GateResult, index: ReadonlyMap<string, number>): object {
  const nothing = { level: 'error', message: { text: 'Nothing was looked at.' } };
  return {
    executionSuccessful: result.unchecked.length === 0 && result.objects > 0,
    toolExecutionNotifications: [
      ...result.unchecked.map(({ what, why, remedy, origin }) => ({
        level: 'error',
        message: { text: message(`${what}: ${why}. ${remedy}`) },
        locations: [{ physicalLocation: physicalOf(origin), ...(origin.constructPath && { logicalLocations: [constructOf(origin.constructPath)] }) }],
      })),
      ...(result.objects > 0 ? [] : [nothing]),
    ],
    toolConfigurationNotifications: [
      ...result.notJudged.map(({ rule, why }) => ({
        level: 'warning',
        message: { text: message(`${rule.id} was not judged: ${why}`) },
        associatedRule: { id: rule.id, index: index.get(rule.id) },
      })),
      ...result.warnings.map((warning) => ({ level: 'warning', message: { text: message(warning) } })),
    ],
  };
}

/** The file; without one the line that created the construct, which a pull request shows better than no place at all. */
function physicalOf(origin: ObjectOrigin): object {
  if (origin.file && origin.file !== STANDARD_INPUT) return physical(origin.file, origin.line, origin.column);
  const name = origin.file === STANDARD_INPUT ? STANDARD_INPUT_NAME : NO_FILE_NAME;
  return createdLocation(origin) ?? physical(name, origin.line, origin.column);
}

function createdLocation({ createdAt }: ObjectOrigin): object | undefined {
  const position = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(createdAt ?? '');
  return createdAt && position?.index ? physical(createdAt.slice(0, position.index), Number(position[1]), position[2] ? Number(position[2]) : undefined) : undefined;
}

function physical(file: string, line = 1, column?: number): object {
  return {
    artifactLocation: artifactUri(file),
    region: { startLine: Math.max(line, 1), ...(column !== undefined && { startColumn: Math.max(column, 1) }) },
  };
}

function logicalOf({ object, origin }: GateViolation): object[] {
  return [
    ...(origin.constructPath ? [constructOf(origin.constructPath)] : []),
    { fullyQualifiedName: titleOf(object), kind: 'object' },
  ];
}

function constructOf(path: string): object {
  return { fullyQualifiedName: visible(path), kind: 'resource' };
}

/**
 * A text for SARIF: `](` makes a link of it and `{0}` a place for an argument (SARIF 2.1.0, 3.11.5 and 3.11.6), which the input must not
 * be able to do.
 */
function message(text: string, show: (text: string) => string = visible): string {
  return show(text).replaceAll('](', '] (').replace(/\{(\d+)\}/g, '{{$1}}') || '-';
}

function visibleLines(text: string): string {
  return text.split('\n').map((line) => visible(line)).join('\n');
}

/** What makes a violation the same from run to run; the second of the same kind in a file is numbered, as CodeQL does it. */
class Fingerprints {
  private readonly seen = new Map<string, number>();

  public of({ rule, object, origin, path }: GateViolation): string {
    const group = object.apiVersion?.includes('/') ? object.apiVersion.split('/')[0] : '';
    const identity = JSON.stringify([rule.id, group, object.kind, object.namespace ?? '', object.name, path]);
    const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
    const key = `${hash} ${origin.file ?? ''}`;
    const occurrence = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, occurrence);
    return `${hash}:${occurrence}`;
  }
}
