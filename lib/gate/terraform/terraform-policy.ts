import { matchesGlob } from '../../validation/arn-glob';
import type { TerraformDocument, TerraformResource } from './terraform-document';
import { beginsUnknown, withoutExpression } from './terraform-expression';
import { blocksOf, fieldOf, listOf, UnknownValue } from './unknown-value';

const DOCUMENT = 'data.aws_iam_policy_document';
const JSON_ATTRIBUTE = /^(minified_)?json$/;

/** A statement of an IAM policy. Actions, operators and condition keys are in lower case: IAM does not tell their cases apart. */
export interface PolicyStatement {
  /** Where it stands: `policy.Statement[0]`, `statement[0]`. */
  readonly path: string;
  readonly sid: string | undefined;
  readonly allows: boolean;
  readonly denies: boolean;
  readonly principals: readonly PolicyPrincipal[];
  readonly hasNotPrincipal: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly unknown[];
  readonly hasNotResource: boolean;
  readonly conditions: readonly PolicyCondition[];
  /** What of it nobody can tell: nothing may be taken for missing then. */
  readonly unknown: UnknownValue | undefined;
}

export interface PolicyPrincipal {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`; the principal `*` is of the type `AWS`. */
  readonly type: string;
  readonly id: string;
}

export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  /** Texts, in which expressions may stand, and what is nothing but one. */
  readonly values: readonly (string | UnknownValue)[];
}

/** What could be read of a policy. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
  /** Why the statements are not all of it. */
  readonly unknown: UnknownValue | undefined;
  /** Data sources of the same document that wrote it: they are judged where they stand. */
  readonly sources: readonly TerraformResource[];
}

/** The policy of an attribute: JSON, an object, or what a data source of the same document writes. Undefined where the attribute is missing. */
export function policyOf(resource: TerraformResource, path: string, value: unknown, document: TerraformDocument): Policy | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (value instanceof UnknownValue) {
    const sources = document.targetsOf(value, resource).filter((target) => target.type === DOCUMENT);
    // Anything else in the expression may change what the data source wrote.
    if (sources.length !== 1 || value.targets.length !== 1 || !JSON_ATTRIBUTE.test(value.attribute ?? '')) return { statements: [], unknown: value, sources: [] };
    return { ...documentPolicy(sources[0], document), sources };
  }
  const content = typeof value === 'string' ? parsed(value) : value;
  const statements = fieldOf(content, 'Statement');
  if (content === undefined || statements === undefined) {
    return { statements: [], unknown: new UnknownValue(typeof value === 'string' && value.includes('${') ? 'it is written with expressions' : 'it is no policy in JSON'), sources: [] };
  }
  return { statements: listOf(statements).map((statement, index) => writtenStatement(`${path}.Statement[${index}]`, statement)), unknown: undefined, sources: [] };
}

/** The policy that a data source writes, with those that it is made from. */
export function documentPolicy(source: TerraformResource, document: TerraformDocument, depth = 0): Policy {
  const blocks = blocksOf(source.values, 'statement');
  if (blocks instanceof UnknownValue) return { statements: [], unknown: blocks, sources: [] };
  let statements = blocks.map((block, index) => documentStatement(`statement[${index}]`, block));
  let unknown: UnknownValue | undefined;
  for (const attribute of ['source_policy_documents', 'override_policy_documents', 'source_json', 'override_json']) {
    const values = fieldOf(source.values, attribute);
    for (const value of listOf(values)) {
      if (value === '') continue;
      const made = depth < 8 ? madeFrom(source, `${attribute}`, value, document, depth) : { statements: [], unknown: new UnknownValue(`${attribute} goes too deep`) };
      unknown ??= made.unknown;
      const sids = new Set(made.statements.flatMap(({ sid }) => (sid === undefined ? [] : [sid])));
      // A statement takes the place of the one of the same Sid that stands before it. One that nobody knows may take the place of any with a Sid.
      const kept = (own: PolicyStatement): PolicyStatement => (own.sid !== undefined && own.denies ? { ...own, unknown: own.unknown ?? made.unknown } : own);
      statements = attribute.startsWith('override')
        ? [...statements.filter(({ sid }) => sid === undefined || !sids.has(sid)).map(kept), ...made.statements]
        : [...made.statements.filter(({ sid }) => sid === undefined || !statements.some((own) => own.sid === sid)), ...statements];
    }
  }
  return { statements, unknown, sources: [] };
}

function madeFrom(source: TerraformResource, path: string, value: unknown, document: TerraformDocument, depth: number): Pick<Policy, 'statements' | 'unknown'> {
  const targets = document.targetsOf(value, source);
  // A plan shows no more of a list than of its members.
  if (targets.length === 1 && targets[0].type === DOCUMENT && (value as UnknownValue).isMadeOf(JSON_ATTRIBUTE)) return documentPolicy(targets[0], document, depth + 1);
  return policyOf(source, path, value, document) ?? { statements: [], unknown: undefined };
}

/** Whether one of some patterns of actions takes in an action, given in lower case. */
export function includesAction(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, action));
}

/** Whether a pattern is nothing but wildcards: `*`, `?*`. */
export function isAnything(pattern: string): boolean {
  return pattern.includes('*') && /^[*?]+$/.test(pattern);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writtenStatement(path: string, statement: unknown): PolicyStatement {
  const principal = fieldOf(statement, 'Principal');
  const principals = typeof principal === 'string' ? [{ type: 'AWS', id: principal }]
    : Object.entries((typeof principal === 'object' && principal !== null ? principal : {}) as object).flatMap(([type, ids]) => listOf(ids).map((id) => ({ type, id: String(id) })));
  const conditions = Object.entries((fieldOf(statement, 'Condition') ?? {}) as object).flatMap(([operator, keys]) => Object.entries((keys ?? {}) as object)
    .map(([key, values]) => ({ operator: operator.toLowerCase(), key: key.toLowerCase(), values: listOf(values).map(conditionValue) })));
  const effect = fieldOf(statement, 'Effect');
  const actions = listOf(fieldOf(statement, 'Action')).map((action) => String(action).toLowerCase());
  // An ARN or identifier of a resource names that one; anything else may be everybody.
  const text = [effect, ...actions].map(String).find((part) => /[$%]\{/.test(part)) ?? principals.find(({ id }) => beginsUnknown(id))?.id;
  return {
    path, principals, conditions, actions,
    sid: sidOf(fieldOf(statement, 'Sid')),
    allows: effect === 'Allow',
    denies: effect === 'Deny',
    hasNotPrincipal: fieldOf(statement, 'NotPrincipal') !== undefined,
    notActions: listOf(fieldOf(statement, 'NotAction')).map((action) => String(action).toLowerCase()),
    resources: listOf(fieldOf(statement, 'Resource')),
    hasNotResource: fieldOf(statement, 'NotResource') !== undefined,
    unknown: text === undefined ? undefined : new UnknownValue(`it is written with ${text}`),
  };
}

/** A statement of a data source, whose effect is Allow where none is given. */
function documentStatement(path: string, block: unknown): PolicyStatement {
  const [principals, notPrincipals, conditions] = ['principals', 'not_principals', 'condition'].map((name) => blocksOf(block, name));
  const effect = fieldOf(block, 'effect') ?? 'Allow';
  const [actions, notActions, resources, notResources] = ['actions', 'not_actions', 'resources', 'not_resources'].map((name) => fieldOf(block, name));
  const ids = (list: typeof principals): readonly unknown[] => (list instanceof UnknownValue ? [list] : list.flatMap((principal) => listOf(fieldOf(principal, 'identifiers'))));
  const unknown = [block, principals, notPrincipals, conditions, effect, actions, notActions, ...listOf(actions), ...listOf(notActions)]
    .find((value): value is UnknownValue => value instanceof UnknownValue)
    // An ARN or identifier of a resource names that one; anything else may be everybody.
    ?? ids(principals).find((value): value is UnknownValue => value instanceof UnknownValue && !value.isNamed);
  return {
    path, unknown,
    sid: sidOf(fieldOf(block, 'sid')),
    allows: effect === 'Allow',
    denies: effect === 'Deny',
    principals: principals instanceof UnknownValue ? []
      : principals.flatMap((principal) => listOf(fieldOf(principal, 'identifiers')).map((id) => ({ type: String(fieldOf(principal, 'type')), id: id instanceof UnknownValue ? '${}' : String(id) }))),
    hasNotPrincipal: ids(notPrincipals).length > 0,
    actions: texts(actions),
    notActions: texts(notActions),
    resources: listOf(resources),
    hasNotResource: listOf(notResources).length > 0,
    conditions: conditions instanceof UnknownValue ? [] : conditions.map((condition) => ({
      operator: String(fieldOf(condition, 'test')).toLowerCase(), key: String(fieldOf(condition, 'variable')).toLowerCase(), values: listOf(fieldOf(condition, 'values')).map(conditionValue),
    })),
  };
}

function conditionValue(value: unknown): string | UnknownValue {
  const known = withoutExpression(value);
  return known instanceof UnknownValue ? known : String(known);
}

function texts(value: unknown): readonly string[] {
  return listOf(value).filter((text) => !(text instanceof UnknownValue)).map((text) => String(text).toLowerCase());
}

function sidOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
