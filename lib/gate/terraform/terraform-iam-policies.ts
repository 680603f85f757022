import type { TerraformDocument, TerraformResource } from './terraform-document';
import { beginsUnknown, withoutExpression, withoutNames } from './terraform-expression';
import { documentPolicy, isAnything, policyOf, type Policy, type PolicyStatement } from './terraform-policy';
import { blocksOf, fieldOf, UnknownValue } from './unknown-value';

/** A policy of an identity: what its holder may. */
export interface IdentityPolicy {
  readonly owner: TerraformResource;
  readonly path: string;
  readonly policy: Policy;
}

const POLICIES: readonly (readonly [type: string, attribute: string])[] = [
  ['aws_iam_policy', 'policy'], ['aws_iam_role_policy', 'policy'], ['aws_iam_user_policy', 'policy'], ['aws_iam_group_policy', 'policy'],
  ['aws_ssoadmin_permission_set_inline_policy', 'inline_policy'],
];

/** Every policy of an identity in a document. One that a data source of the same document wrote is judged there. */
export function* identityPolicies(document: TerraformDocument): Generator<IdentityPolicy> {
  for (const [type, attribute] of POLICIES) {
    for (const owner of document.ofType(type)) yield* own(owner, attribute, owner.values[attribute], document);
  }
  for (const role of document.ofType('aws_iam_role')) {
    const blocks = blocksOf(role.values, 'inline_policy');
    if (blocks instanceof UnknownValue) yield { owner: role, path: 'inline_policy', policy: { statements: [], unknown: blocks, sources: [] } };
    else for (const [index, block] of blocks.entries()) yield* own(role, `inline_policy[${index}].policy`, fieldOf(block, 'policy'), document);
  }
  for (const source of document.ofType('data.aws_iam_policy_document')) {
    // What was read already stands as text where it is used.
    if (typeof source.values.json === 'string') continue;
    const policy = documentPolicy(source, document);
    yield { owner: source, path: 'statement', policy: { ...policy, statements: policy.statements.filter(({ principals, hasNotPrincipal }) => principals.length === 0 && !hasNotPrincipal) } };
  }
}

function* own(owner: TerraformResource, path: string, value: unknown, document: TerraformDocument): Generator<IdentityPolicy> {
  const policy = policyOf(owner, path, value, document);
  if (policy && policy.sources.length === 0) yield { owner, path, policy };
}

/** Where the actions of a statement stand. */
export function actionsPath({ path, notActions }: PolicyStatement): string {
  if (path.startsWith('statement[')) return `${path}.${notActions.length > 0 ? 'not_actions' : 'actions'}`;
  return `${path}.${notActions.length > 0 ? 'NotAction' : 'Action'}`;
}

/** Whether an action is every action, or every one of a service: `*`, `s3:*`, `s3:?*`. */
export function isServiceWildcard(action: string): boolean {
  const [service, name, ...more] = action.split(':');
  return isAnything(action) || (more.length === 0 && service !== '' && name !== undefined && isAnything(name));
}

/**
 * Whether a statement is about every resource of a service or of all: `*`, `arn:aws:s3:::*`. Unknown where nobody can tell.
 *
 * @param isTypeEnough whether every resource of one type is as bad: `role/*`.
 */
export function isBroad(statement: PolicyStatement, isTypeEnough = false): boolean | UnknownValue {
  if (statement.hasNotResource) return true;
  const resources = statement.resources.map(withoutExpression);
  if (resources.some((resource) => !(resource instanceof UnknownValue) && isBroadArn(String(resource), isTypeEnough))) return true;
  // ARNs of resources are of those; anything else may hold a wildcard.
  for (const resource of resources) {
    if (resource instanceof UnknownValue ? !resource.isNamed : beginsUnknown(String(resource))) return resource instanceof UnknownValue ? resource : new UnknownValue(`it is ${String(resource)}`);
  }
  return false;
}

/** Services whose ARNs begin with a name, and not with a type: of a bucket, of an API. */
const WITHOUT_TYPES = ['s3', 'execute-api'];
const EVERY_OF_TYPE = /^\/?[\w-]+[/:][*?/:]*\*[*?/:]*$/;

function isBroadArn(text: string, isTypeEnough: boolean): boolean {
  if (isAnything(text)) return true;
  // What stands behind the ARN of a resource is of it; a name that is filled in is one.
  const arn = withoutNames(text, '.').replace(/^\.(?!:)/, 'arn:aws:one:one:one:.').replace(/\$\{[^}]*\}/g, '.');
  const [parts, service] = [arn.split(':'), arn.split(':')[2]];
  // A wildcard takes in colons, and with them what is missing.
  if (parts.length < 6) return /[*]$/.test(arn);
  const resource = parts.slice(5).join(':');
  if (/^[*?/:]+$/.test(resource)) return resource.includes('*');
  const hasTypes = !WITHOUT_TYPES.includes(service) || (service === 's3' && parts[4] !== '');
  return isTypeEnough && hasTypes && EVERY_OF_TYPE.test(resource);
}
