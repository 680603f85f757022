import { referenceOf, type AdmissionPolicy } from '../admission-policy';
import { celEnvironment } from './cel-environment';
import { celVariables, type CelVariable } from './cel-source';
import type { PolicyFinding, Review } from './review';

type Evaluate = (context: Record<string, unknown>) => unknown;

interface CompiledVariable extends CelVariable {
  readonly evaluate: Evaluate;
}

const COMPILED = new Map<string, Evaluate>();

/**
 * A policy's rule in CEL. Variables that several policies share, and that depend on the object alone, are computed once an object: rules are asked about one `Subject` after
 * the other.
 *
 * @throws where an expression does not compile.
 */
export class CelRule {
  private readonly variables: readonly CompiledVariable[];
  private readonly reference: string;

  public constructor(policy: AdmissionPolicy, variables: readonly CelVariable[] = celVariables(policy)) {
    this.variables = variables.map((variable) => ({ ...variable, evaluate: compile(variable.expression) }));
    this.reference = referenceOf(policy);
  }

  /**
   * What the rule finds; nothing where it passes the object over.
   *
   * @throws where an expression fails on the object: in a cluster, that is a refusal.
   */
  public judge(subject: Subject, parameters: Readonly<Record<string, unknown>> | null = null): PolicyFinding[] {
    if (subject.operation === 'DELETE') return [];
    const { context, variables } = subject.with(parameters);
    for (const { name, shared, evaluate } of this.variables) {
      variables[name] = shared && !PARAMETERIZED.has(name) ? subject.once(name, () => evaluate(context)) : evaluate(context);
      // What is settled needs no findings; the API server stops there, too.
      if ((name === 'unchanged' || name === 'exempt') && variables[name] === true) return [];
    }
    const findings = variables.findings as Omit<PolicyFinding, 'message'>[];
    return findings.map(({ path, problem, remedy }) => ({ path, problem, remedy, message: `${String(variables.title)}: ${problem}: ${remedy} (${this.reference})` }));
  }
}

/** Variables of the shared files that rest on the object alone, and not on parameters. */
const PARAMETERIZED = new Set(['parameters', 'exempt']);

/** One object on its way past the rules. */
export class Subject {
  public readonly operation: string;
  private readonly review: Review;
  private readonly known = new Map<string, unknown>();

  public constructor(review: Review) {
    this.review = review;
    this.operation = review.operation ?? '';
  }

  /** @internal */
  public with(parameters: Readonly<Record<string, unknown>> | null): { context: Record<string, unknown>; variables: Record<string, unknown> } {
    const { object, oldObject = null, request = {} } = this.review;
    const variables: Record<string, unknown> = { params: parameters, anyObject: object };
    return { variables, context: { object, oldObject, request: { ...request, operation: this.operation }, variables } };
  }

  /** @internal */
  public once(name: string, evaluate: () => unknown): unknown {
    if (!this.known.has(name)) this.known.set(name, evaluate());
    return this.known.get(name);
  }
}

function compile(expression: string): Evaluate {
  const known = COMPILED.get(expression);
  if (known !== undefined) return known;
  const evaluate = celEnvironment().parse(expression) as Evaluate;
  COMPILED.set(expression, evaluate);
  return evaluate;
}
