import { Errors } from '../profile/errors';
import { checkFields, checkText, isTerraformToken } from '../profile/checks';

export enum PolicyEffect {
  ALLOW = 'Allow',
  DENY = 'Deny',
}

/** Who a statement of a resource or trust policy is about. */
export interface PolicyPrincipalsProps {
  /**
   * IAM ARNs. `*`, alone, is everyone, signed in or not.
   * @default - none
   */
  readonly aws?: readonly string[];
  /**
   * AWS services, such as `logs.us-east-1.amazonaws.com`.
   * @default - none
   */
  readonly services?: readonly string[];
  /**
   * ARNs of identity providers (OIDC, SAML).
   * @default - none
   */
  readonly federated?: readonly string[];
}

/** One test of a statement; a statement matches where all of its conditions do. */
export interface PolicyConditionProps {
  /** `StringEquals`, `ArnLike`, `NumericLessThanIfExists`, `ForAnyValue:StringLike`. */
  readonly operator: string;
  /** `aws:PrincipalArn`, `kms:ViaService`. */
  readonly key: string;
  /** One of them has to match; for a negated operator, none may. */
  readonly values: readonly string[];
}

export interface PolicyStatementProps {
  /** Letters and digits, unique in its document. */
  readonly sid: string;
  readonly effect: PolicyEffect;
  /** @default - notActions */
  readonly actions?: readonly string[];
  /**
   * Every action but these.
   * @default - actions
   */
  readonly notActions?: readonly string[];
  /** @default - none, as in a trust policy */
  readonly resources?: readonly string[];
  /**
   * Every resource but these.
   * @default - resources
   */
  readonly notResources?: readonly string[];
  /** @default - none, as in a policy of an identity */
  readonly principals?: PolicyPrincipalsProps;
  /** @default - none */
  readonly conditions?: readonly PolicyConditionProps[];
  /**
   * Why the statement is as wide as it is. Needed to allow anything to `*` or by a wildcard, and for notActions and notResources.
   * @default - none: the statement names what it is about
   */
  readonly reason?: string;
}

const FIELDS = ['sid', 'effect', 'actions', 'notActions', 'resources', 'notResources', 'principals', 'conditions', 'reason'];
const SID = /^[A-Za-z0-9]+$/;
const ACTION = /^([a-z0-9-]+:[A-Za-z0-9*?]+|\*)$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
/** `*`, or an ARN that has a wildcard in its fixed fields or nothing else for a resource. */
const EVERY_RESOURCE = /^[*?]+$|^arn:([^:]*:){0,3}[^:/]*[*?][^:/]*:|^arn:([^:]*:){4}[*?]+(\/[*?]+)?$/;
const PRINCIPAL_ARN = /^arn:[a-z-]+:(iam|sts)::[0-9]{12}:[^\s*?]+$/;
const OPERATOR = new RegExp('^(ForAllValues:|ForAnyValue:)?('
  + 'String(Not)?Equals(IgnoreCase)?|String(Not)?Like|Arn(Not)?(Equals|Like)|Numeric((Not)?Equals|(LessThan|GreaterThan)(Equals)?)'
  + '|Date((Not)?Equals|(LessThan|GreaterThan)(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?$|^Null$');
/** `service:name`, or a claim of an OIDC provider: `host/path:sub`; of an issuer that ends in a slash `host/path/:sub`. */
const CONDITION_KEY = /^[A-Za-z0-9-]+:[^\s*?]+$|^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[\w.~-]+)*\/?:[a-z]+$/;
const LEAST_PRIVILEGE = 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): least privilege';
/** How cdktf writes a list that is only known when Terraform applies. */
const LIST_TOKEN = '#{TfToken[';

/** Refuses what IAM would refuse, and width that nobody gave a reason for. */
export function checkPolicyStatement(path: string, statement: PolicyStatementProps): void {
  checkFields(path, statement, FIELDS, 'AWS IAM, JSON policy elements: an element that is lost widens a policy');
  const { sid } = statement;
  if (typeof sid !== 'string' || !SID.test(sid)) {
    throw Errors.refused(path, 'sid is no statement id', sid, 'AWS IAM, JSON policy elements: Sid has letters and digits alone', "use a name such as 'DenyInsecureTransport'");
  }
  if (!Object.values(PolicyEffect).includes(statement.effect)) {
    throw Errors.refused(path, `${sid} has no effect`, statement.effect, 'AWS IAM, JSON policy elements: Effect', 'use PolicyEffect.ALLOW or PolicyEffect.DENY');
  }
  if (statement.reason !== undefined) checkText(path, 'reason', statement.reason);
  checkActions(path, statement);
  checkResources(path, statement);
  if (statement.principals) checkPrincipals(path, statement, statement.principals);
  const tests = new Set<string>();
  for (const condition of statement.conditions ?? []) {
    checkCondition(path, statement, condition);
    const test = `${condition.operator} ${condition.key}`;
    // In JSON the later one would replace the earlier one.
    if (tests.has(test)) throw Errors.refused(path, `${sid} has one test twice`, test, 'AWS IAM, JSON policy elements: Condition', 'give all values in one condition');
    tests.add(test);
  }
}

function checkActions(path: string, statement: PolicyStatementProps): void {
  const actions = oneOf(path, statement, 'actions', statement.actions, 'notActions', statement.notActions);
  if (!actions) throw Errors.missing(path, `actions of ${statement.sid}`, 'name the actions, or notActions with a reason');
  for (const action of actions) {
    if (!ACTION.test(action)) throw Errors.refused(path, `${statement.sid} names no action`, action, 'AWS IAM, JSON policy elements: Action is service:Operation', "use a name such as 's3:PutObject'");
    if (statement.effect === PolicyEffect.ALLOW && /[*?]/.test(action)) needReason(path, statement, 'allows actions by a wildcard', action, 'name each action');
  }
  if (statement.notActions) needReason(path, statement, 'is about every action but some', statement.notActions, 'name the actions themselves');
}

function checkResources(path: string, statement: PolicyStatementProps): void {
  const resources = oneOf(path, statement, 'resources', statement.resources, 'notResources', statement.notResources);
  if (!resources && !statement.principals) throw Errors.missing(path, `resources of ${statement.sid}`, 'name the resources: only a trust policy has none');
  // In a resource's own policy `*` is that resource; in an identity's it is every resource of the account.
  const wide = !statement.principals && statement.effect === PolicyEffect.ALLOW ? resources?.find((resource) => EVERY_RESOURCE.test(resource)) : undefined;
  if (wide !== undefined) needReason(path, statement, 'allows actions on every resource', wide, 'name the resources by ARN');
  if (statement.notResources) needReason(path, statement, 'is about every resource but some', statement.notResources, 'name the resources themselves');
}

function checkPrincipals(path: string, statement: PolicyStatementProps, principals: PolicyPrincipalsProps): void {
  checkFields(path, principals, ['aws', 'services', 'federated'], 'AWS IAM, JSON policy elements: Principal');
  const { aws = [], services = [], federated = [] } = principals;
  for (const [name, list] of Object.entries({ aws, services, federated })) checkList(path, `${name} principals of ${statement.sid}`, list);
  if (aws.length + services.length + federated.length === 0) {
    throw Errors.refused(path, `${statement.sid} names no principal`, principals, LEAST_PRIVILEGE, 'name an ARN or a service, or leave principals out in a policy of an identity');
  }
  if (aws.includes('*')) {
    if (aws.length + services.length + federated.length > 1) {
      throw Errors.refused(path, `${statement.sid} names principals beside everyone`, principals, 'AWS IAM, JSON policy elements: `*` already covers them', "use '*' alone, or the names alone");
    }
    if (statement.effect === PolicyEffect.ALLOW) needReason(path, statement, 'allows everyone', '*', 'name the principals by ARN');
  }
  for (const arn of aws) {
    if (arn === '*' || isTerraformToken(arn)) continue;
    if (!PRINCIPAL_ARN.test(arn)) throw Errors.refused(path, `${statement.sid} names no IAM principal`, arn, 'AWS IAM, JSON policy elements: a principal is one ARN, without wildcards', "use an ARN such as 'arn:aws:iam::123456789012:role/security'");
  }
  for (const service of services) {
    if (!SERVICE.test(service)) throw Errors.refused(path, `${statement.sid} names no AWS service`, service, 'AWS IAM, JSON policy elements: service principals', "use a name such as 'logs.us-east-1.amazonaws.com'");
  }
  for (const arn of federated) {
    if (!isTerraformToken(arn) && !/^arn:[a-z-]+:iam::[0-9]{12}:(oidc|saml)-provider\/[^\s*?]+$/.test(arn)) {
      throw Errors.refused(path, `${statement.sid} names no identity provider`, arn, 'AWS IAM, JSON policy elements: a federated principal is the ARN of a provider', "use an ARN such as 'arn:aws:iam::123456789012:saml-provider/company'");
    }
  }
}

function checkCondition(path: string, statement: PolicyStatementProps, condition: PolicyConditionProps): void {
  checkFields(path, condition, ['operator', 'key', 'values'], 'AWS IAM, JSON policy elements: Condition');
  if (typeof condition.operator !== 'string' || !OPERATOR.test(condition.operator)) {
    throw Errors.refused(path, `${statement.sid} has an unknown condition operator`, condition.operator, 'AWS IAM, JSON policy elements: condition operators', "use one such as 'StringEquals' or 'ArnLike'");
  }
  if (statement.effect === PolicyEffect.ALLOW && condition.operator.startsWith('ForAllValues:')) {
    throw Errors.refused(path, `${statement.sid} allows where the key is missing`, condition.operator, 'AWS IAM, ForAllValues is true where the request has no such key', 'use ForAnyValue, or a single-valued operator');
  }
  if (typeof condition.key !== 'string' || !CONDITION_KEY.test(condition.key)) {
    throw Errors.refused(path, `${statement.sid} has no condition key`, condition.key, 'AWS IAM, condition keys are service:name', "use a key such as 'aws:PrincipalArn'");
  }
  checkList(path, `values of ${condition.key} in ${statement.sid}`, condition.values);
  if (condition.values.length === 0) {
    throw Errors.refused(path, `${statement.sid} compares ${condition.key} with nothing`, condition.values, 'AWS IAM, JSON policy elements: Condition', 'give at least one value');
  }
}

/** The one list of two that excludes each other; undefined where neither was given. */
function oneOf(
  path: string, statement: PolicyStatementProps,
  prop: string, list: readonly string[] | undefined, notProp: string, notList: readonly string[] | undefined,
): readonly string[] | undefined {
  if (list !== undefined && notList !== undefined) {
    throw Errors.refused(path, `${statement.sid} has both ${prop} and ${notProp}`, notList, 'AWS IAM, JSON policy elements: one excludes the other', `use ${prop} alone`);
  }
  const given = list ?? notList;
  if (given === undefined) return undefined;
  checkList(path, `${list ? prop : notProp} of ${statement.sid}`, given);
  if (given.length === 0) throw Errors.refused(path, `${statement.sid} has empty ${list ? prop : notProp}`, given, 'AWS IAM, JSON policy elements', `name at least one of the ${prop}`);
  return given;
}

/** Plain strings alone: a list that is only known at apply would be written into the document as text. */
function checkList(path: string, what: string, list: readonly string[]): void {
  const bad = Array.isArray(list) ? (list as readonly unknown[]).find((value) => typeof value !== 'string' || value === '' || value.includes(LIST_TOKEN)) : list;
  if (!Array.isArray(list) || bad !== undefined) {
    throw Errors.refused(path, `${what} are no plain strings`, bad, 'a policy document is text: a Terraform list cannot be written into it', 'give each value as a string of its own');
  }
}

function needReason(path: string, statement: PolicyStatementProps, problem: string, value: unknown, remedy: string): void {
  if (statement.reason === undefined) throw Errors.refused(path, `${statement.sid} ${problem}`, value, LEAST_PRIVILEGE, `${remedy}, or state the reason`);
}
