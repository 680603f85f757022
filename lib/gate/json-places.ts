import type { ObjectOrigin } from './gate-result';
import { partsOf } from './field-path';

/** A value of a text in JSON, of which fields are asked for by their path. */
export interface JsonPlace {
  readonly locate: (path: string) => ObjectOrigin;
  /** The value at an index of its `items`. */
  readonly item: (index: number) => JsonPlace;
}

interface Member {
  /** Of the key, or of the value of a list. */
  readonly at: number;
  readonly value: number;
}

/** Where values of a text stand that JSON.parse has read. Nothing is scanned before it is asked for, and no List twice, however many of its items are asked for. */
export function jsonPlaces(text: string): JsonPlace {
  let breaks: number[] | undefined;
  // Fields of one object are asked for in a row.
  let latest = -1;
  let members = new Map<number, ReadonlyMap<string | number, Member>>();

  const membersOf = (root: number, value: number): ReadonlyMap<string | number, Member> => {
    if (latest !== root) members = new Map();
    latest = root;
    const known = members.get(value) ?? readMembers(text, value);
    members.set(value, known);
    return known;
  };
  const placeOf = (start: () => number): JsonPlace => {
    let items: readonly number[] | undefined;
    return {
      locate: (path) => {
        const root = start();
        let [at, value] = [root, root];
        for (const part of partsOf(path)) {
          const member = membersOf(root, value).get(text[value] === '{' ? String(part) : part);
          if (!member) break;
          ({ at, value } = member);
        }
        breaks ??= breaksOf(text);
        const line = breaksBefore(breaks, at);
        return { line: line + 1, column: at - (line === 0 ? 0 : breaks[line - 1] + 1) + 1 };
      },
      item: (index) => placeOf(() => (items ??= itemsOf(text, start()))[index]),
    };
  };
  return placeOf(() => skipSpace(text, 0));
}

function itemsOf(text: string, list: number): readonly number[] {
  return [...readMembers(text, readMembers(text, list).get('items')!.value).values()].map(({ value }) => value);
}

/** Of keys that stand twice the last, as JSON.parse has it. */
function readMembers(text: string, container: number): ReadonlyMap<string | number, Member> {
  const members = new Map<string | number, Member>();
  const open = text[container];
  if (open !== '{' && open !== '[') return members;
  let at = skipSpace(text, container + 1);
  while (text[at] !== '}' && text[at] !== ']') {
    const start = at;
    if (open === '{') at = skipSpace(text, skipSpace(text, endOfText(text, at)) + 1);
    members.set(open === '{' ? JSON.parse(text.slice(start, endOfText(text, start))) as string : members.size, { at: start, value: at });
    at = skipSpace(text, endOfValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const sign = text[at];
    if (sign === '"') {
      at = endOfText(text, at);
    } else {
      if (sign === '{' || sign === '[') depth++;
      else if (sign === '}' || sign === ']') depth--;
      at++;
      // A number or a word ends where something else begins.
      if (depth === 0 && /[\w.+-]/.test(sign)) while (at < text.length && /[\w.+-]/.test(text[at])) at++;
    }
  } while (depth > 0 && at < text.length);
  return at;
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function breaksOf(text: string): number[] {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return breaks;
}

function breaksBefore(breaks: readonly number[], at: number): number {
  let [low, high] = [0, breaks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (breaks[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
