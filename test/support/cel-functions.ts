import { celEnvironment } from '../../lib/admission/engine/cel-environment';
import { parseCel } from '../../lib/admission/engine/cel-source';

/** Functions and macros of CEL in Kubernetes 1.28 that policies use (Kubernetes, Common Expression Language in Kubernetes): the standard ones, optional types, strings, lists. */
const KNOWN: ReadonlySet<string> = new Set([
  'all', 'exists', 'exists_one', 'filter', 'has', 'map', 'size', 'string', 'int', 'double', 'bool', 'dyn', 'type', 'timestamp', 'duration', 'matches', 'startsWith', 'endsWith', 'contains',
  'orValue', 'or', 'hasValue', 'value', 'optional.of', 'optional.none',
  'split', 'join', 'replace', 'trim', 'substring', 'lowerAscii', 'upperAscii', 'indexOf', 'lastIndexOf', 'charAt',
]);
/** What expressions of JavaScript mean otherwise than those of RE2, or lack. */
const NOT_BOTH = /\(\?|\\[1-9AzkpPQEC]|\[\[:/;

interface Node {
  readonly op: string;
  readonly args: unknown;
}

/** What a file of CEL uses that Kubernetes 1.28 lacks, or that its engine and cel-js take for different things. */
export function forbiddenCel(text: string): string[] {
  return parseCel(text, false).flatMap(({ name, expression }) => {
    const { ast } = celEnvironment().parse(expression) as unknown as { ast: Node };
    return [...walk(ast)].map((use) => `${name}: ${use}`);
  });
}

function* walk(node: Node): Generator<string> {
  if (node.op === 'call' || node.op === 'rcall') {
    const [called, ...rest] = node.args as [string, ...unknown[]];
    if (!KNOWN.has(called)) yield called;
    const args = (node.op === 'call' ? rest[0] : rest[1]) as Node[];
    const expected = called === 'map' ? 2 : undefined;
    if (expected !== undefined && args.length !== expected) yield `${called} with ${args.length} arguments`;
    if (called === 'matches' && (args[0].op !== 'value' || NOT_BOTH.test(String(args[0].args)))) yield `matches(${String(args[0].args)})`;
  }
  // Lists and maps of one type each, which Kubernetes demands.
  if (node.op === 'list' && new Set((node.args as Node[]).filter(({ op }) => op === 'value').map(({ args }) => typeof args)).size > 1) yield 'a list of several types';
  for (const child of childrenOf(node.args)) yield* walk(child);
}

function childrenOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(childrenOf);
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value ? [value as Node] : [];
}
