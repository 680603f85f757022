/**
 * CloudWatch Logs' filter patterns for JSON events, as far as Amazon CloudWatch Logs documents them (filter pattern syntax). Strict: what CloudWatch would
 * refuse, and what it documents but nobody here needs, is an error; and so is a result that rests on what is not documented, such as `!=` on a missing field.
 */

/** Undefined where the documentation does not say. */
type Answer = boolean | undefined;
type Condition = (event: unknown) => Answer;

const LONGEST = 1024;
const TOKEN = /\s*(\{|\}|\(|\)|\|\||&&|!=|<=|>=|=|<|>|\$(?:\.[A-Za-z0-9_-]+|\[[0-9]+\])+|"(?:[^"\\]|\\.)*"|[A-Za-z0-9_.+*:/-]+)/y;
const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i;

/** Whether a pattern matches an event. */
export function matches(pattern: string, event: unknown): boolean {
  const answer = compile(pattern)(event);
  if (answer === undefined) throw new Error(`what CloudWatch makes of it is not documented: ${pattern}`);
  return answer;
}

/** Whether any of an alarm's patterns matches an event. */
export function anyMatches(patterns: readonly string[], event: unknown): boolean {
  return patterns.map((pattern) => matches(pattern, event)).includes(true);
}

/** Reads a pattern; throws where CloudWatch would refuse it. */
export function compile(pattern: string): Condition {
  if ([...pattern].length > LONGEST) throw new Error(`${pattern.length} characters`);
  const tokens = tokenize(pattern);
  let next = 0;
  const peek = (): string | undefined => tokens[next];
  const take = (expected?: string): string => {
    const token = tokens[next++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw new Error(`expected ${expected ?? 'more'}, found ${token ?? 'the end'}: ${pattern}`);
    return token;
  };
  const list = (operator: string, part: () => Condition, combine: (answers: Answer[]) => Answer): Condition => {
    const parts = [part()];
    while (peek() === operator) {
      take();
      parts.push(part());
    }
    return (event) => combine(parts.map((condition) => condition(event)));
  };
  const either = (): Condition => list('||', both, (answers) => (answers.includes(true) ? true : answers.includes(undefined) ? undefined : false));
  const both = (): Condition => list('&&', one, (answers) => (answers.includes(false) ? false : answers.includes(undefined) ? undefined : true));
  const one = (): Condition => {
    if (peek() !== '(') return condition(take, peek);
    take('(');
    const inner = either();
    take(')');
    return inner;
  };
  take('{');
  const whole = either();
  take('}');
  if (next !== tokens.length) throw new Error(`more after the end: ${pattern}`);
  return whole;
}

function condition(take: (expected?: string) => string, peek: () => string | undefined): Condition {
  const selector = take();
  if (!selector.startsWith('$')) throw new Error(`${selector} is no selector`);
  const operator = take();
  if (operator === 'NOT') {
    take('EXISTS');
    return (event) => select(event, selector) === undefined;
  }
  if (operator === 'IS') {
    const word = take();
    const wanted = new Map<string, unknown>([['NULL', null], ['TRUE', true], ['FALSE', false]]);
    if (!wanted.has(word)) throw new Error(`IS ${word}`);
    return (event) => select(event, selector) === wanted.get(word);
  }
  if (!['=', '!=', '<', '>', '<=', '>='].includes(operator)) throw new Error(`${operator} is no operator`);
  if (/^[{}()&|=<>!]/.test(peek() ?? '')) throw new Error(`${peek()} is no value`);
  return compare(selector, operator, take());
}

function compare(selector: string, operator: string, literal: string): Condition {
  if (NUMBER.test(literal)) return (event) => compareNumber(select(event, selector), operator, Number(literal));
  if (operator !== '=' && operator !== '!=') throw new Error(`${operator} compares numbers`);
  const text = literal.startsWith('"') ? literal.slice(1, -1).replace(/\\(.)/g, '$1') : bare(literal);
  const [, start, middle, end] = /^(\*?)(.*?)(\*?)$/s.exec(text)!;
  if (middle.includes('*')) throw new Error(`a wildcard inside of ${text} is none`);
  return (event) => {
    const value = select(event, selector);
    if (value === undefined) return operator === '=' ? false : undefined;
    if (typeof value !== 'string') return undefined;
    const equal = start && end ? value.includes(middle) : start ? value.endsWith(middle) : end ? value.startsWith(middle) : value === middle;
    return equal === (operator === '=');
  };
}

/** Without quotes: letters, digits and _, and the form of an address with a wildcard. */
function bare(literal: string): string {
  if (!/^[A-Za-z0-9_.]*\*?$/.test(literal)) throw new Error(`${literal} needs quotes`);
  return literal;
}

function compareNumber(value: unknown, operator: string, wanted: number): Answer {
  if (value === undefined) return operator === '!=' ? undefined : false;
  if (typeof value !== 'number') return undefined;
  switch (operator) {
    case '=': return value === wanted;
    case '!=': return value !== wanted;
    case '<': return value < wanted;
    case '>': return value > wanted;
    case '<=': return value <= wanted;
    default: return value >= wanted;
  }
}

function select(event: unknown, selector: string): unknown {
  let value = event;
  for (const [, name, index] of selector.matchAll(/\.([A-Za-z0-9_-]+)|\[([0-9]+)\]/g)) {
    if (value === null || typeof value !== 'object') return undefined;
    if (index !== undefined ? !Array.isArray(value) : Array.isArray(value)) return undefined;
    value = (value as Record<string, unknown>)[name ?? index];
  }
  return value;
}

function tokenize(pattern: string): string[] {
  const tokens: string[] = [];
  const text = pattern.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`no syntax of CloudWatch's at ${at}: ${text.slice(at, at + 20)}`);
    tokens.push(token);
  }
  return tokens;
}
