import { celEnvironment } from '../../lib/admission/engine/cel-environment';
import { parseCel } from '../../lib/admission/engine/cel-source';

/** A rule with one condition removed or weakened. */
export interface Mutant {
  readonly variable: string;
  /** `a && b -> a`, by which a mutant that changes nothing is named. */
  readonly change: string;
  readonly expression: string;
}

interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly range: { readonly start: number; readonly end: number };
}

const NEGATED: Readonly<Record<string, string>> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
const MACROS: ReadonlySet<string> = new Set(['exists', 'all', 'filter', 'exists_one']);

/** Every mutant of the variables of one file, operator by operator. */
export function mutantsOf(text: string): Mutant[] {
  return parseCel(text, false).flatMap(({ name, expression }) => {
    const { ast } = celEnvironment().parse(expression) as unknown as { ast: Node };
    return [...mutations(ast, expression)].map(({ node, by }) => ({
      variable: name,
      change: `${oneLine(source(node, expression))} -> ${oneLine(by)}`,
      expression: `${expression.slice(0, rangeOf(node, expression).start)}(${by})${expression.slice(rangeOf(node, expression).end)}`,
    }));
  });
}

function* mutations(node: Node, text: string): Generator<{ node: Node; by: string }> {
  for (const by of replacements(node, text)) yield { node, by };
  for (const child of childrenOf(node)) yield* mutations(child, text);
}

function* replacements(node: Node, text: string): Generator<string> {
  const operands = (): string[] => (node.args as Node[]).map((operand) => source(operand, text));
  switch (node.op) {
    case '&&': case '||': case '+':
      yield* operands();
      break;
    case '!_':
      yield source(node.args as Node, text);
      break;
    case '==': case '!=': case '<': case '<=': case '>': case '>=': {
      const [left, right] = operands();
      yield `${left} ${NEGATED[node.op]} ${right}`;
      break;
    }
    case 'in':
      yield `!(${source(node, text)})`;
      break;
    case '?:':
      yield* operands().slice(1);
      break;
    case 'rcall': {
      const [name, receiver, args] = node.args as [string, Node, Node[]];
      if (!MACROS.has(name) || args.length !== 2) break;
      const variable = text.slice(args[0].range.start, args[0].range.end);
      const condition = source(args[1], text);
      if (name === 'exists' || name === 'all') yield `${source(receiver, text)}.${name === 'exists' ? 'all' : 'exists'}(${variable}, ${condition})`;
      for (const constant of ['true', 'false']) yield `${source(receiver, text)}.${name}(${variable}, ${constant})`;
      break;
    }
  }
}

function childrenOf({ args }: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value && 'range' in value;
  const walk = (value: unknown): Node[] => (isNode(value) ? [value] : Array.isArray(value) ? value.flatMap(walk) : []);
  return walk(args);
}

/** With the parentheses that bind it, which a range leaves out. */
function source(node: Node, text: string): string {
  const { start, end } = rangeOf(node, text);
  return `(${text.slice(start, end)})`;
}

/** The range with the parentheses of its first and its last operand, which it leaves out: `(a || b) && (c || d)` ends behind d. */
function rangeOf({ range }: Node, text: string): Node['range'] {
  let { start, end } = range;
  const bare = text.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, (literal) => ' '.repeat(literal.length));
  let open = 0;
  let missing = 0;
  for (const character of bare.slice(start, end)) {
    if (character === '(') open += 1;
    else if (character === ')' && open > 0) open -= 1;
    else if (character === ')') missing += 1;
  }
  for (; open > 0; open -= 1) end = bare.indexOf(')', end) + 1;
  for (; missing > 0; missing -= 1) start = bare.lastIndexOf('(', start - 1);
  return { start, end };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
