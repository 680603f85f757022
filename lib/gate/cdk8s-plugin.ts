import * as fs from 'node:fs';
import * as path from 'node:path';
import { cite } from '../controls/catalogue';
import { checkFields, checkText } from '../profile/checks';
import { checkSettings, SETTINGS_FIELDS } from './check-settings';
import { readConfig } from './config-file';
import { keyOfObject } from './exceptions';
import { readExceptions } from './exceptions-file';
import { gateRules, runGate, type GateInput } from './gate';
import { nameOf, type GateObject } from './gate-object';
import type { GateResult, GateViolation, ObjectOrigin, Unchecked } from './gate-result';
import type { GateSettings } from './gate-settings';
import { libraryVersion } from './library-version';
import { readInput } from './read-input';
import { ORIGINS_FILE, readOrigins } from './read-origins';
import { shownValue } from './report/shown-value';
import { byReason, isClean, lookedAt, placeOf, verdictOf } from './report/summary';
import { visible } from './report/visible';

/** What of cdk8s' context for validations is used here (cdk8s-cli/plugins, ValidationContext). */
export interface ValidationContext {
  /** Files of the manifests. */
  readonly manifests: readonly string[];
  /** Paths of constructs, by the name of the resource. */
  readonly metadata?: Readonly<Record<string, { readonly path: string }>>;
  /** Whether the manifests lie in a folder that goes away. */
  readonly stdout?: boolean;
  readonly report: ValidationReport;
}

/** What of cdk8s' report is used here. */
export interface ValidationReport {
  addViolation(violation: ReportedViolation): void;
  submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
}

/** A rule that is violated, in cdk8s' words. */
export interface ReportedViolation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly ReportedResource[];
}

/** An object that violates it. */
export interface ReportedResource {
  readonly resourceName: string;
  readonly locations: readonly string[];
  readonly manifestPath: string;
}

const PATH = 'HipaaValidation';
/** cdk8s' own record of constructs. */
const CDK8S_RECORD = 'construct-metadata.json';
const WHY = 'a property that is not known would be lost, and less be judged than was meant';

/**
 * The gate as a validation of cdk8s' command line (cdk8s.yaml, `validations`): `cdk8s synth` fails, with exit status 2, where a manifest violates a policy that guards the cluster
 * (45 CFR 164.308(a)(8), evaluation), and where one could not be judged.
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/cdk8s-hipaa/plugin
 *     version: 0.1.0
 *     class: HipaaValidation
 *     properties: { phiNamespaces: [healthcare-prod], approvedRegistries: [registry.example.com] }
 * ```
 *
 * Its properties are the fields of `GateSettings` but `asOf`, `exceptions` (a file, by default hipaa-exceptions.yaml where cdk8s runs, if it is there), and `config` (a file of
 * settings, by default cdk8s-hipaa.yaml, if it is there; properties win over it). Exceptions hold whatever the day: synth reads no clock, and `cdk8s-hipaa check` does.
 *
 * Paths of constructs come from cdk8s' record, and with `PhiGate.attach(app)` from the gate's own, which tells objects of one name apart and knows where constructs were created.
 */
export class HipaaValidation {
  private readonly settings: GateSettings;
  /** Where the settings come from, for reports. */
  private readonly source: Pick<GateInput, 'configuration' | 'rulesFrom'>;

  /** @throws where a property is none, or holds what it can't. */
  public constructor(properties: Readonly<Record<string, unknown>> = {}) {
    checkFields(PATH, properties, [...SETTINGS_FIELDS, 'exceptions', 'config'], WHY);
    const { exceptions, config, ...settings } = properties;
    for (const [field, file] of Object.entries({ exceptions, config })) if (file !== undefined) checkText(PATH, field, file);
    const folder = process.cwd();
    const fromFile = readConfig(config as string | undefined, folder);
    const file = exceptions as string | undefined ?? fromFile.exceptions;
    this.settings = { ...fromFile.settings, ...checkSettings(settings, () => PATH), ...(file === undefined ? {} : { exceptions: readExceptions(file, folder, gateRules()) }) };
    this.source = { configuration: fromFile.file, ...(settings.rules === undefined ? {} : { rulesFrom: 'rules of the plugin' }) };
    // What is wrong with the settings shows before the app is judged.
    runGate({ objects: [] }, this.settings);
  }

  /** Judges the manifests of a synth, and reports to cdk8s. */
  public async validate(context: ValidationContext): Promise<void> {
    const input = readInput(context.manifests, { mayBeEmpty: true });
    const result = runGate({ ...input, objects: withOrigins(input.objects, context.manifests), ...this.source }, this.settings);
    const isKept = context.stdout !== true;
    for (const violation of reported(result.violations, isKept)) {
      tellPaths(context, violation.paths);
      context.report.addViolation(violation.reported);
    }
    if (result.unchecked.length > 0) context.report.addViolation(reportedUnchecked(result.unchecked, isKept));
    context.report.submit(isClean(result) ? 'success' : 'failure', summaryOf(result));
  }
}

/** Objects with what is known of the constructs that made them. */
function withOrigins(objects: readonly GateObject[], manifests: readonly string[]): readonly GateObject[] {
  const folder = folderOf(manifests);
  if (folder === undefined) return objects;
  const originOf = readOrigins(folder);
  const named = new Map<string, number>();
  for (const { content: { metadata } } of objects) named.set(String(metadata?.name), (named.get(String(metadata?.name)) ?? 0) + 1);
  return objects.map((object) => ({ ...object, origin: { ...object.origin, ...originOf(nameOf(object), named.get(String(object.content.metadata?.name)) === 1) } }));
}

/** The folder of the synth: the nearest above the manifests, which may lie in one of their own each, that holds a record. */
function folderOf([manifest]: readonly string[]): string | undefined {
  if (manifest === undefined) return undefined;
  for (let folder = path.dirname(path.resolve(manifest)); ; folder = path.dirname(folder)) {
    if ([ORIGINS_FILE, CDK8S_RECORD].some((file) => fs.existsSync(path.join(folder, file)))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** One entry for each rule and remedy: cdk8s has one text of what mends an entry. */
function reported(violations: readonly GateViolation[], isKept: boolean): { reported: ReportedViolation; paths: ReadonlyMap<string, string> }[] {
  return grouped(violations, ({ rule, remedy }) => `${rule.id} ${remedy}`).map((group) => {
    const [{ rule, remedy }] = group;
    const paths = new Map<string, string>();
    const violatingResources = grouped(group, ({ object, origin }) => `${origin.file} ${keyOfObject(object)}`).map((ofObject) => {
      const [{ object, origin }] = ofObject;
      const resourceName = visible(keyOfObject(object));
      if (origin.constructPath !== undefined) paths.set(resourceName, visible(origin.constructPath));
      return { resourceName, locations: ofObject.map((violation) => locationOf(violation, isKept)), manifestPath: visible(origin.file ?? '') };
    });
    return {
      paths,
      reported: { ruleName: rule.id, recommendation: `${rule.purpose} (${cite(rule.control)})`, fix: visible(remedy), violatingResources },
    };
  });
}

function locationOf({ path: field, value, problem, rule, origin }: GateViolation, isKept: boolean): string {
  const held = value === undefined ? '' : ` = ${shownValue(value)}`;
  return [`${visible(field)}${held}: ${visible(problem)} (${rule.control}, ${rule.reference})`, ...placesOf(origin, isKept)].join(' - ');
}

function placesOf(origin: ObjectOrigin, isKept: boolean): string[] {
  return [
    ...(isKept && origin.file !== undefined ? [`at ${placeOf(origin)}`] : []),
    ...(origin.constructPath === undefined ? [] : [`construct ${visible(origin.constructPath)}`]),
    ...(origin.createdAt === undefined ? [] : [`created at ${visible(origin.createdAt)}`]),
  ];
}

/** cdk8s looks paths up by the name that a report gives, in a record of its own for each plugin, which knows objects by the last part of that alone. */
function tellPaths({ metadata }: ValidationContext, paths: ReadonlyMap<string, string>): void {
  if (metadata === undefined || Object.isFrozen(metadata)) return;
  for (const [name, constructPath] of paths) (metadata as Record<string, { path: string }>)[name] = { path: constructPath };
}

function reportedUnchecked(unchecked: readonly Unchecked[], isKept: boolean): ReportedViolation {
  return {
    ruleName: 'could-not-be-checked',
    recommendation: 'What could not be judged is clean to nobody (45 CFR 164.308(a)(8): the evaluation covers what it says it covers)',
    fix: [...new Set(unchecked.map(({ remedy }) => visible(remedy)))].join('; '),
    violatingResources: unchecked.map(({ what, why, origin }) => ({
      resourceName: visible(what), locations: [[visible(why), ...placesOf(origin, isKept)].join(' - ')], manifestPath: visible(origin.file ?? ''),
    })),
  };
}

/** Rows of cdk8s' summary; its table takes no control characters. */
function summaryOf(result: GateResult): Record<string, string> {
  const { phiNamespaces, violations, unchecked, excepted, notJudged, warnings, configuration } = result;
  return {
    'cdk8s-hipaa': libraryVersion(),
    'Verdict': verdictOf(result),
    'Settings': configuration === undefined ? 'of no file' : `of ${visible(configuration)}`,
    'Objects': lookedAt(result),
    'PHI namespaces': phiNamespaces.length === 0 ? 'none' : visible(phiNamespaces.join(', ')),
    'Violations': String(violations.length),
    'Could not be checked': String(unchecked.length),
    'Excepted': listed(excepted.map(({ violation: { rule, object }, exception: { approver, expires, reason } }) => `${keyOfObject(object)} from ${rule.id} (${reason}; ${approver}, until ${expires})`)),
    'Rules not judged': [String(notJudged.length), byReason(notJudged).map(({ rules, why }) => `${rules.map(({ id }) => id).join(', ')} (${visible(why)})`).join('; ')].filter((part) => part !== '').join(': '),
    'Warnings': listed(warnings),
  };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? '0' : `${items.length}: ${items.map((item) => visible(item)).join('; ')}`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
