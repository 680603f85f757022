import type { Declaration, Every, Expression, RegoFile, Rule, Span, Term } from './rego-ast';

/** A file with one condition removed or weakened. */
export interface RegoMutant {
  readonly line: number;
  /** `rule: a == b -> a != b`, by which a mutant that nothing tells is named; the same text for the second time has a (2) behind it. */
  readonly change: string;
  readonly text: string;
}

interface Edit {
  readonly span: Span;
  readonly by: string;
  /** What is said of it. @default - the text that stood there, and what stands there now */
  readonly change?: string;
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  equal: ['!='], neq: ['=='], lt: ['>=', '<='], lte: ['>', '<'], gt: ['<=', '>='], gte: ['<', '>'],
};
const DECLARING = new Set(['assign', 'eq']);
const SCALARS = new Set(['string', 'number', 'boolean', 'null']);
/** Calls of which one operand alone is a weaker rule, with the operands that are tried. */
const REDUCED: Readonly<Record<string, readonly number[]>> = {
  'or': [1, 2], 'and': [1, 2], 'minus': [1], 'object.union': [1, 2],
  'lower': [1], 'upper': [1], 'trim': [1], 'trim_space': [1], 'trim_left': [1], 'trim_right': [1], 'trim_prefix': [1], 'trim_suffix': [1], 'replace': [1],
};
/** Lists that are parts of a text or of a path, and no conditions. */
const LISTS_OF_PARTS = new Set(['concat', 'array.concat', 'object.get']);
const LONGEST = 160;

/** Every mutant of a file, in the order of its rules. */
export function regoMutants(file: RegoFile): RegoMutant[] {
  const seen = new Set([file.text]);
  const times = new Map<string, number>();
  const mutants: RegoMutant[] = [];
  for (const rule of file.rules) {
    for (const { span, by, change } of editsOfRule(file, rule)) {
      const text = file.text.slice(0, span.start) + by + file.text.slice(span.end);
      if (seen.has(text)) continue;
      seen.add(text);
      const said = `${rule.head.name}: ${shortened(change ?? `${file.slice(span)} -> ${by}`)}`;
      const time = (times.get(said) ?? 0) + 1;
      times.set(said, time);
      mutants.push({ line: file.lineOf(span.start), change: time === 1 ? said : `${said} (${time})`, text });
    }
  }
  return mutants;
}

function* editsOfRule(file: RegoFile, rule: Rule): Generator<Edit> {
  const head = file.spanOf(rule.head);
  const whole = rule.default === true ? { start: file.spanOf(rule).start, end: head.end } : file.spanOf(rule);
  yield { span: whole, by: '', change: `without ${file.slice(whole)}` };
  if (rule.default === true) {
    yield* flipped(file, rule.head.value!);
    return;
  }
  const constant = isImplicit(file, rule);
  for (const term of [rule.head.key, rule.head.value]) if (term?.location !== undefined) yield* editsOfTerm(file, term, constant);
  if (!constant) yield* editsOfBody(file, rule.body);
  if (rule.else === undefined) return;
  if (isImplicit(file, rule.else)) yield* flipped(file, rule.else.head.value!);
  yield* editsOfRule(file, rule.else);
}

/** A rule without a body has one of `true` in the parser's eyes. */
function isImplicit(file: RegoFile, { body }: Rule): boolean {
  if (body.length !== 1) return false;
  const { terms } = body[0];
  return 'type' in terms && terms.type === 'boolean' && terms.value === true && !/^true\b/.test(file.text.slice(file.spanOf(body[0]).start));
}

function* editsOfBody(file: RegoFile, body: readonly Expression[]): Generator<Edit> {
  for (const [index, expression] of body.entries()) yield* editsOfExpression(file, expression, body.slice(index + 1));
}

function* editsOfExpression(file: RegoFile, expression: Expression, rest: readonly Expression[]): Generator<Edit> {
  const span = file.spanOf(expression);
  const text = file.slice(span);
  const { terms } = expression;
  yield { span, by: 'true' };
  if (expression.negated === true) yield { span, by: text.replace(/^not\s+/, '') };
  if ('symbols' in terms) yield* editsOfDeclaration(file, span, terms, rest);
  else if ('domain' in terms) yield* editsOfEvery(file, span, terms);
  else if ('type' in terms) {
    if (expression.negated !== true) yield { span, by: `not ${text}` };
    yield* editsOfTerm(file, terms, false);
  } else {
    if (expression.negated !== true && COMPARISONS[nameOf(terms[0])] === undefined && !DECLARING.has(nameOf(terms[0]))) yield { span, by: `not ${text}` };
    yield* editsOfCall(file, terms, span, { negated: expression.negated });
  }
}

/** some x in xs; rest -> every x in xs { rest } */
function* editsOfDeclaration(file: RegoFile, span: Span, { symbols }: Declaration, rest: readonly Expression[]): Generator<Edit> {
  const [symbol] = symbols;
  const operands = symbol.type === 'call' ? (symbol.value as Term[]).slice(1) : [];
  if (rest.length > 0 && operands.length > 0 && operands.slice(0, -1).every(({ type }) => type === 'var')) {
    const all = { start: span.start, end: file.spanOf(rest.at(-1)!).end };
    const declaration = file.slice(span).replace(/^some\b/, 'every');
    yield { span: all, by: `${declaration} {${file.text.slice(span.end, all.end)}\n}`, change: `${file.slice(span)} -> ${declaration} { ... }` };
  }
  for (const operand of operands) yield* editsOfTerm(file, operand, false);
}

/** every x in xs { body } -> some x in xs; body */
function* editsOfEvery(file: RegoFile, span: Span, { domain, body }: Every): Generator<Edit> {
  const start = file.slice({ start: span.start, end: file.spanOf(domain).end }).replace(/^every\b/, 'some');
  const inner = file.slice({ start: file.spanOf(body[0]).start, end: file.spanOf(body.at(-1)!).end });
  yield { span, by: `${start}\n${inner}` };
  yield* editsOfTerm(file, domain, false);
  yield* editsOfBody(file, body);
}

/** @param constant whether it is the value of a rule without a condition, such as a list of names: all of its elements are conditions then. */
function* editsOfTerm(file: RegoFile, term: Term, constant: boolean): Generator<Edit> {
  switch (term.type) {
    case 'call':
      yield* editsOfCall(file, term.value as Term[], file.spanOf(term));
      break;
    case 'array': case 'set': {
      const elements = term.value as Term[];
      if (constant || elements.every(({ type }) => SCALARS.has(type))) yield* withoutOne(file, term, elements.map((element) => file.spanOf(element)));
      for (const element of elements) yield* editsOfTerm(file, element, constant);
      break;
    }
    case 'object': {
      const pairs = term.value as [Term, Term][];
      if (constant) yield* withoutOne(file, term, pairs.map(([key, value]) => ({ start: file.spanOf(key).start, end: file.spanOf(value).end })));
      for (const [, value] of pairs) yield* value.type === 'call' ? editsOfCall(file, value.value as Term[], file.spanOf(value), { projected: true }) : editsOfTerm(file, value, constant);
      break;
    }
    case 'arraycomprehension': case 'setcomprehension': case 'objectcomprehension': {
      const { key, value, term: element, body } = term.value as { key?: Term; value?: Term; term?: Term; body: Expression[] };
      for (const part of [key, value, element]) if (part !== undefined) yield* editsOfTerm(file, part, false);
      yield* editsOfBody(file, body);
      break;
    }
    case 'ref':
      for (const part of term.value as Term[]) if (part.type === 'call') yield* editsOfTerm(file, part, false);
      break;
  }
}

interface Place {
  readonly negated?: boolean;
  /** Whether it is the value of a field of an object. */
  readonly projected?: boolean;
}

function* editsOfCall(file: RegoFile, [operator, ...operands]: readonly Term[], span: Span, { negated, projected }: Place = {}): Generator<Edit> {
  const name = nameOf(operator);
  // That of a negated comparison is its negation, or all but.
  if (negated !== true) for (const by of COMPARISONS[name] ?? []) yield replacedOperator(file, operator, span, by);
  if (name === 'startswith' || name === 'endswith') yield replacedOperator(file, operator, span, 'contains');
  for (const operand of REDUCED[name] ?? []) yield { span, by: file.slice(file.spanOf(operands[operand - 1])) };
  // Elements of a list that nobody gave hold nothing to judge, and what is compared as a part of two objects lacks the same in both.
  if (name === 'object.get' && projected !== true && !['array', 'object'].includes(operands[2].type)) yield* flipped(file, operands[2]);
  for (const operand of operands) {
    if (!LISTS_OF_PARTS.has(name) || operand.type !== 'array') yield* editsOfTerm(file, operand, false);
    else for (const part of operand.value as Term[]) yield* editsOfTerm(file, part, false);
  }
}

function replacedOperator(file: RegoFile, operator: Term, span: Span, by: string): Edit {
  const { start, end } = file.spanOf(operator);
  return { span, by: file.text.slice(span.start, start) + by + file.text.slice(end, span.end) };
}

/** Each element of a list removed; the parser sorts those of sets and objects. */
function* withoutOne(file: RegoFile, list: Term, elements: readonly Span[]): Generator<Edit> {
  const span = file.spanOf(list);
  const sorted = [...elements].sort((a, b) => a.start - b.start);
  const [open, close] = list.type === 'array' ? '[]' : '{}';
  for (const [index, element] of sorted.entries()) {
    const rest = sorted.filter((_, other) => other !== index).map((one) => file.slice(one));
    const by = rest.length === 0 && list.type === 'set' ? 'set()' : `${open}${rest.join(', ')}${close}`;
    yield { span, by, change: `without ${file.slice(element)}` };
  }
}

/** Another value in place of what stands for a field that is missing. */
function* flipped(file: RegoFile, term: Term): Generator<Edit> {
  const by = { boolean: String(term.value !== true), null: '"mutant"', string: '"mutant"', number: '4711', array: '["mutant"]', object: '{"mutant": "mutant"}', set: '{"mutant"}' }[term.type];
  if (by === undefined) return;
  const span = file.spanOf(term);
  yield { span, by, change: `default ${file.slice(span)} -> ${by}` };
}

function nameOf(operator: Term): string {
  return (operator.value as Term[]).map(({ value }) => String(value)).join('.');
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}...`;
}
