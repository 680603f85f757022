import { Errors } from '../profile/errors';
import { checkPolicyStatement, type PolicyConditionProps, type PolicyPrincipalsProps, type PolicyStatementProps } from './policy-statement';

/**
 * An IAM policy document: of an identity, a resource, a key or a role's trust.
 *
 * It is plain data, so that both an `aws_iam_role` and a simulator read the same text. Strings may hold Terraform references; lists may not.
 * Serves control AC3: what is wider than a name needs a stated reason, which stays with the statement and out of the JSON.
 *
 * @example
 *   const document = new PolicyDocument('Stack/Shipper', [
 *     { sid: 'Ship', effect: PolicyEffect.ALLOW, actions: ['s3:PutObject'], resources: ['arn:aws:s3:::hipaa-audit-logs/audit/*'] },
 *   ]);
 */
export class PolicyDocument {
  public readonly statements: readonly PolicyStatementProps[];

  /**
   * @param path path of the construct that the document is for; errors name it.
   * @param statements at least one, in the order in which they are written.
   */
  public constructor(path: string, statements: readonly PolicyStatementProps[]) {
    if (!Array.isArray(statements) || statements.length === 0) throw Errors.missing(path, 'statements', 'give at least one statement');
    const seen = new Set<string>();
    for (const statement of statements as readonly PolicyStatementProps[]) {
      checkPolicyStatement(path, statement);
      if (seen.has(statement.sid)) throw Errors.refused(path, 'two statements have one sid', statement.sid, 'AWS IAM, JSON policy elements: Sid is unique in a document', 'name each statement by what it does');
      seen.add(statement.sid);
    }
    this.statements = Object.freeze([...(statements as readonly PolicyStatementProps[])]);
  }

  /** The document, with its elements in IAM's own order; a list of one is written as its value, as AWS returns it. */
  public toJson(): string {
    return JSON.stringify({ Version: '2012-10-17', Statement: this.statements.map(toStatement) }).replace(POLICY_VARIABLE, '$$$&');
  }
}

/** A variable of IAM's own, such as `${aws:username}`: Terraform would read it as a reference of its own, and takes it as text with a second `$`. */
const POLICY_VARIABLE = /\$\{(?=[A-Za-z0-9-]+:)/g;

function toStatement(statement: PolicyStatementProps): Record<string, unknown> {
  return {
    Sid: statement.sid,
    Effect: statement.effect,
    Principal: statement.principals && toPrincipal(statement.principals),
    Action: statement.actions && compact(statement.actions),
    NotAction: statement.notActions && compact(statement.notActions),
    Resource: statement.resources && compact(statement.resources),
    NotResource: statement.notResources && compact(statement.notResources),
    Condition: statement.conditions?.length ? toCondition(statement.conditions) : undefined,
  };
}

function toPrincipal(principals: PolicyPrincipalsProps): unknown {
  if (principals.aws?.includes('*')) return '*';
  return {
    AWS: principals.aws?.length ? compact(principals.aws) : undefined,
    Service: principals.services?.length ? compact(principals.services) : undefined,
    Federated: principals.federated?.length ? compact(principals.federated) : undefined,
  };
}

function toCondition(conditions: readonly PolicyConditionProps[]): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { operator, key, values } of conditions) {
    result[operator] = { ...result[operator], [key]: compact(values) };
  }
  return result;
}

function compact(values: readonly string[]): string | readonly string[] {
  const unique = [...new Set(values)];
  return unique.length === 1 ? unique[0] : unique;
}
