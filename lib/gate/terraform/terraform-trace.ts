import { withoutInstance } from './terraform-document';
import { fieldOf } from './unknown-value';

/** How deep a reference is followed through the variables and outputs of modules. */
const DEPTH = 12;

/** Where references lead to, through variables and outputs of modules. */
export interface Trace {
  readonly targets: readonly string[];
  /** The attributes of the targets, one for each way; undefined where anything else is among the references. */
  readonly attributes: readonly string[] | undefined;
}

const NOWHERE: Trace = { targets: [], attributes: undefined };

/** Follows references of a module, which is named from the root on, in the configuration of a plan. */
export function trace(references: readonly string[], modules: readonly string[], root: unknown, depth = 0): Trace {
  if (depth > DEPTH || references.length === 0) return NOWHERE;
  const traces = longest(references).map((reference) => traceOne(reference, modules, root, depth));
  const attributes = traces.map((one) => one.attributes);
  return {
    targets: [...new Set(traces.flatMap((one) => one.targets))],
    attributes: attributes.every((names): names is readonly string[] => names !== undefined) ? attributes.flat() : undefined,
  };
}

function traceOne(reference: string, modules: readonly string[], root: unknown, depth: number): Trace {
  const variable = /^var\.([\w-]+)/.exec(reference)?.[1];
  if (variable !== undefined) {
    if (modules.length === 0) return NOWHERE;
    const parent = modules.slice(0, -1);
    const call = callOf(moduleOf(root, parent), modules[modules.length - 1]);
    const given = withEach([...referencesOf(fieldOf(fieldOf(call, 'expressions'), variable))], [...referencesOf(fieldOf(call, 'for_each_expression'))]);
    return trace(given, parent, root, depth + 1);
  }
  const output = /^(module\.[\w-]+(?:\[(?:\d+|"[^"]*")\])?)\.([\w-]+)/.exec(reference);
  if (output) {
    const child = [...modules, output[1]];
    const expression = fieldOf(fieldOf(fieldOf(moduleOf(root, child), 'outputs'), output[2]), 'expression');
    return trace([...referencesOf(expression)], child, root, depth + 1);
  }
  const [, resource, attribute] = /^((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+(?:\[(?:\d+|"[^"]*")\])?)(?:\.(\w+)$)?/.exec(reference) ?? [];
  return resource === undefined ? NOWHERE : { targets: [[...modules, resource].join('.')], attributes: attribute === undefined ? undefined : [attribute] };
}

/** References with those of for_each in the place of `each.value`. */
export function withEach(references: readonly string[], each: readonly string[]): readonly string[] {
  return references.flatMap((reference) => (/^each\.value(?![\w-])/.test(reference) ? each : [reference]));
}

/** Terraform lists a.b.c and then a.b, and for an instance a.b without it: the longest says all. */
function longest(references: readonly string[]): readonly string[] {
  return references.filter((reference) => !references.some((other) => other !== reference && other.startsWith(reference) && /^[.[]/.test(other.slice(reference.length))));
}

/** The references of an expression, or of all expressions of a block. */
export function referencesOf(expressions: unknown): Set<string> {
  if (typeof expressions !== 'object' || expressions === null) return new Set();
  const own = fieldOf(expressions, 'references');
  if (Array.isArray(own)) return new Set(own.map(String));
  return new Set(Object.values(expressions).flatMap((expression) => [...referencesOf(expression)]));
}

/** The configuration of a module. */
export function moduleOf(root: unknown, modules: readonly string[]): unknown {
  return modules.reduce((module, call) => fieldOf(callOf(module, call), 'module'), root);
}

function callOf(module: unknown, call: string): unknown {
  return fieldOf(fieldOf(module, 'module_calls'), withoutInstance(call).slice('module.'.length));
}
