import type { TerraformDocument, TerraformResource } from './terraform-document';
import { withoutNames } from './terraform-expression';
import { policyOf, type PolicyStatement } from './terraform-policy';
import { doubt, finding, type TerraformAnswer } from './terraform-rule';
import { UnknownValue } from './unknown-value';

/** What is said of a policy of a resource that lets everybody in. */
export interface OpenPolicyTexts {
  readonly everybody: string;
  readonly everybodyBut: string;
  readonly remedy: string;
}

/** Judges a policy of a resource: it lets nobody in but those that it names, or that a condition names. */
export function* judgeResourcePolicy(owner: TerraformResource, attribute: string, texts: OpenPolicyTexts, document: TerraformDocument): Generator<TerraformAnswer> {
  const policy = policyOf(owner, attribute, owner.values[attribute], document);
  if (policy?.unknown) yield doubt(owner, attribute, policy.unknown, document);
  for (const statement of policy?.statements ?? []) {
    // A statement that denies opens nothing, whatever else of it is unknown.
    if (statement.denies) continue;
    const path = policy!.sources.length > 0 ? attribute : statement.path;
    if (statement.unknown) yield doubt(owner, path, statement.unknown, document);
    else if (statement.hasNotPrincipal) yield finding(owner, `${path}.NotPrincipal`, undefined, texts.everybodyBut, 'name in Principal who may');
    else if (isForEverybody(statement)) {
      const bounded = isBounded(statement);
      if (bounded instanceof UnknownValue) yield doubt(owner, `${path}.Condition`, bounded, document);
      else if (!bounded) yield finding(owner, `${path}.Principal`, '*', texts.everybody, texts.remedy);
    }
  }
}

/** Whether a statement is about everybody: the principal `*`, or `AWS: "*"`. */
export function isForEverybody(statement: PolicyStatement): boolean {
  return statement.principals.some(({ type, id }) => (type === 'AWS' || type === '*') && id === '*');
}

/** Keys by whose value a statement for everybody is about few (AWS S3, the meaning of public; AWS IAM, global condition keys). */
const BOUNDING_KEYS = new Set(['aws:sourcearn', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:sourceowner', 'aws:principalorgid', 'aws:principalorgpaths',
  'aws:principalaccount', 'aws:principalarn', 'aws:userid', 's3:dataaccesspointarn', 's3:dataaccesspointaccount', 'kms:calleraccount']);
const BOUNDING_OPERATOR = /^(forallvalues:|foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/;

/** Whether a condition keeps a statement for everybody to few: by a key that names them, to values without a wildcard at their place. Unknown where an expression says. */
export function isBounded(statement: PolicyStatement): boolean | UnknownValue {
  const bounds = statement.conditions.map(({ operator, key, values }) => {
    if (key === 'aws:sourceip') return every(operator === 'ipaddress' ? values : [], isNarrow);
    // ForAllValues holds where the key is missing.
    return every(BOUNDING_KEYS.has(key) && BOUNDING_OPERATOR.test(operator) && !operator.startsWith('forallvalues:') ? values : [], (value) => namesOne(value, key.endsWith('orgpaths')));
  });
  return bounds.includes(true) || (bounds.find((bound): bound is UnknownValue => bound instanceof UnknownValue) ?? false);
}

function every(values: readonly (string | UnknownValue)[], test: (value: string) => boolean): boolean | UnknownValue {
  const known = values.map((value) => {
    if (value instanceof UnknownValue) return value.isNamed ? 'one' : value;
    const text = withoutNames(value, 'one');
    return /[$%]\{/.test(text.replace(/^arn:\$\{[^{}]*\}:/, 'arn:aws:')) ? new UnknownValue(`it is ${value}`) : text;
  });
  if (known.length === 0 || !known.every((value) => value instanceof UnknownValue || value === 'one' || test(value))) return false;
  return known.find((value): value is UnknownValue => value instanceof UnknownValue) ?? true;
}

/** No more addresses than AWS takes for few (Amazon S3, the meaning of public). */
function isNarrow(block: string): boolean {
  const [address, prefix] = block.split('/');
  return prefix === undefined || Number(prefix) >= (address.includes(':') ? 32 : 8);
}

/** An account, an organization, whatever is below it, or an ARN that names its account, or, of a bucket, itself. */
function namesOne(value: string, isPath: boolean): boolean {
  if (isPath) return /^(o-[a-z0-9]+|one)\//.test(value);
  if (!value.startsWith('arn:')) return !/[*?]/.test(value);
  const [, , service, , account, ...rest] = value.split(':');
  return account === '' ? service === 's3' && !/^[*?]/.test(rest.join(':')) : account !== undefined && !/[*?]/.test(account);
}
