import { checkDate } from '../profile/checks';
import { Errors } from '../profile/errors';
import { applyExceptions } from './exceptions';
import { ANY_NAMESPACE, FAIL_CLOSED_RULE, judgeFailClosed } from './fail-closed-rule';
import type { GateObject } from './gate-object';
import type { GateResult, NotJudged, Unchecked } from './gate-result';
import type { GateRule } from './gate-rule';
import type { GateSettings } from './gate-settings';
import { judgeDocuments, type OtherDocument } from './judge-documents';
import { GATE_POLICIES, judgeKubernetes, ruleOf } from './judge-kubernetes';
import { TERRAFORM_RULES } from './terraform/terraform-rules';
import { withoutCredentials, withoutCredentialsOf } from './without-credentials';

/** Every rule of the gate, in the order in which reports name them. */
export function gateRules(): readonly GateRule[] {
  return [...GATE_POLICIES.map(ruleOf), FAIL_CLOSED_RULE, ...TERRAFORM_RULES.map(({ rule }) => rule)];
}

/** What the gate looks at. */
export interface GateInput {
  readonly objects: readonly GateObject[];
  /** Documents that are no objects of Kubernetes: Terraform's. */
  readonly others?: readonly OtherDocument[];
  /** What could not be read. */
  readonly unchecked?: readonly Unchecked[];
  /** The file that the settings come from, for reports. @default - there is none */
  readonly configuration?: string;
  /** Where `rules` was said, for reports: `--rules`. @default - rules, of the file if there is one */
  readonly rulesFrom?: string;
}

/**
 * Judges objects by the policies that guard the cluster, before they get there (45 CFR 164.308(a)(8)).
 *
 * @throws where the settings name a rule that there is not.
 */
export function runGate(input: GateInput, settings: GateSettings): GateResult {
  const rules = gateRules().map(({ id }) => id);
  for (const rule of settings.rules ?? []) {
    if (!rules.includes(rule)) throw Errors.refused('rules', 'there is no such rule', rule, 'a rule that is not known would judge nothing', `use one of: ${rules.join(', ')}`);
  }
  if (settings.rules?.length === 0) throw Errors.refused('rules', 'rules names no rule', settings.rules, 'where no rule is asked, nothing is judged', 'leave rules out: all are asked');
  if (settings.asOf !== undefined) checkDate('gate', 'asOf', settings.asOf);
  const kubernetes = judgeKubernetes(input.objects, settings);
  const documents = judgeDocuments(input.others ?? [], settings);
  const isAsked = settings.rules === undefined || settings.rules.includes(FAIL_CLOSED_RULE.id);
  const failClosed = isAsked ? judgeFailClosed(kubernetes.objects, guardedNamespaces(settings, kubernetes.phiNamespaces)) : { violations: [], unchecked: [] };
  const found = [...kubernetes.violations, ...failClosed.violations, ...documents.violations].map(withoutCredentialsOf);
  const { violations, excepted, warnings } = applyExceptions(found, settings.exceptions ?? [], rules, settings.asOf);
  const unchecked = [...input.unchecked ?? [], ...kubernetes.unchecked, ...failClosed.unchecked, ...documents.unchecked];
  return {
    violations,
    excepted,
    unchecked: unchecked.map((gap) => ({ ...gap, why: withoutCredentials(gap.why) })),
    notJudged: notJudgedOf(kubernetes.notJudged, input, settings),
    warnings: [...kubernetes.warnings, ...warnings],
    objects: input.objects.length + documents.resources,
    passedOver: kubernetes.passedOver,
    phiNamespaces: kubernetes.phiNamespaces,
    ...(input.configuration === undefined ? {} : { configuration: input.configuration }),
  };
}

/** Rules that were told too little, and those that the settings leave out, in their order: who reads a report has not read the settings. */
function notJudgedOf(untold: readonly NotJudged[], { configuration, rulesFrom }: GateInput, { rules }: GateSettings): NotJudged[] {
  const from = rulesFrom ?? (configuration === undefined ? 'rules' : `rules of ${configuration}`);
  return gateRules().flatMap((rule) => (rules !== undefined && !rules.includes(rule.id) ? [{ rule, why: `${from} names others` }] : untold.filter((gap) => gap.rule.id === rule.id)));
}

/**
 * Those that somebody named, and what the labels say where nobody did: a namespace in which backups are tried out is labelled too, and Velero writes to it past the rules. Where
 * every namespace holds PHI, one that nobody names stands for all.
 */
function guardedNamespaces({ phiNamespaces = [] }: GateSettings, found: readonly string[]): readonly string[] {
  if (phiNamespaces.includes('*')) return [...found.filter((namespace) => namespace !== '*'), ANY_NAMESPACE];
  return phiNamespaces.length > 0 ? phiNamespaces : found;
}
