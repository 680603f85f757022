import { at, listAt } from './content';

/** A statement of an IAM policy as it was written. Names of actions and condition keys are in lower case: IAM does not tell them apart. */
export interface WrittenStatement {
  readonly allows: boolean;
  readonly denies: boolean;
  /** Principals by type: `AWS`, `Service`, `Federated`; the principal `*` is of the type `AWS`. */
  readonly principals: ReadonlyMap<string, readonly string[]>;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly WrittenCondition[];
  /** Whether it names what it is not about: NotPrincipal, NotAction or NotResource. */
  readonly inverted: boolean;
}

export interface WrittenCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** The statements of a policy that is written into an attribute as JSON; none where it cannot be read. */
export function statementsOf(policy: unknown): readonly WrittenStatement[] {
  try {
    return listAt(JSON.parse(String(policy)), 'Statement').map(read);
  } catch {
    return [];
  }
}

/** Whether a statement is about everyone. */
export function isForEveryone(statement: WrittenStatement): boolean {
  return !statement.inverted && statement.principals.get('AWS')?.includes('*') === true;
}

/** Whether a statement has exactly one condition, and this one. */
export function hasOnlyCondition(statement: WrittenStatement, operator: string, key: string, value: string): boolean {
  return statement.conditions.length === 1 && hasCondition(statement, operator, key, value);
}

/** Whether a statement holds only where a key has exactly this value; every condition of a statement has to hold. */
export function hasCondition(statement: WrittenStatement, operator: string, key: string, value: string): boolean {
  return statement.conditions.some((condition) => condition.operator === operator && condition.key === key.toLowerCase()
    && condition.values.length === 1 && condition.values[0] === value);
}

function read(statement: unknown): WrittenStatement {
  const principal = at(statement, 'Principal');
  return {
    allows: at(statement, 'Effect') === 'Allow',
    denies: at(statement, 'Effect') === 'Deny',
    principals: principal === '*' ? new Map([['AWS', ['*']]]) : new Map(Object.keys((principal ?? {}) as object).map((type) => [type, listAt(principal, type).map(String)])),
    actions: listAt(statement, 'Action').map((action) => String(action).toLowerCase()),
    resources: listAt(statement, 'Resource').map(String),
    conditions: Object.entries((at(statement, 'Condition') ?? {}) as object).flatMap(([operator, keys]) => Object.keys(keys as object)
      .map((key) => ({ operator, key: key.toLowerCase(), values: listAt(keys, key).map(String) }))),
    inverted: ['NotPrincipal', 'NotAction', 'NotResource'].some((element) => at(statement, element) !== undefined),
  };
}
