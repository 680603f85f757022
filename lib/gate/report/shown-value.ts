import { head, visible } from './visible';

const LIMIT = 120;
/** Aliases make a small YAML document a tree without end; a value of that size is not read by anybody. */
const MOST_PARTS = 10_000;
const DEEPEST = 64;
const LEFT_OUT = '…';

/** A value on one line, every character visible, shortened; the cost is that of what is shown. */
export function shownValue(value: unknown, limit = LIMIT): string {
  if (typeof value === 'string') return visible(JSON.stringify(head(value, limit))) + (value.length > limit ? `… (${value.length} characters)` : '');
  const text = compact(value, limit);
  return text.length > limit ? visible(head(text, limit)) + LEFT_OUT : visible(text);
}

/**
 * A value as JSON can say it: numbers that JSON lacks are text, and what lies deeper than 64 levels or behind 10,000 parts (a value may
 * even hold itself) is `…`.
 *
 * @param textOf what becomes of a text.
 */
export function plainValue(value: unknown, textOf: (text: string) => string = (text) => text): unknown {
  let left = MOST_PARTS;
  const copy = (part: unknown, depth: number): unknown => {
    if (typeof part === 'string') return textOf(part);
    if (part === null || typeof part === 'boolean') return part;
    if (typeof part === 'number') return Number.isFinite(part) ? part : String(part);
    if (typeof part !== 'object') return String(part);
    if (depth > DEEPEST || left <= 0) return LEFT_OUT;
    const entries = Object.entries(part);
    left -= entries.length + 1;
    // Not by assignment: a key may be `__proto__`.
    return Array.isArray(part) ? part.map((item) => copy(item, depth + 1)) : Object.fromEntries(entries.map(([key, item]) => [key, copy(item, depth + 1)]));
  };
  return value === undefined ? undefined : copy(value, 1);
}

function compact(value: unknown, limit: number): string {
  let text = '';
  const write = (part: unknown): void => {
    if (typeof part === 'string') text += JSON.stringify(head(part, limit));
    else if (part === null || typeof part !== 'object') text += String(part);
    else if (Array.isArray(part)) list('[', ']', part, write);
    else list('{', '}', Object.entries(part), ([key, item]) => { text += `${JSON.stringify(head(key, limit))}:`; write(item); });
  };
  const list = <T>(open: string, close: string, items: readonly T[], one: (item: T) => void): void => {
    text += open;
    for (const [index, item] of items.entries()) {
      if (text.length > limit) return;
      if (index > 0) text += ',';
      one(item);
    }
    text += close;
  };
  write(value);
  return text;
}
