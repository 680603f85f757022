import { isScalar, visit, type Document, type LineCounter, type Scalar } from 'yaml';

/** A place of a text that tools read differently: whatever the gate took it for, another tool applies something else. */
export interface DialectPlace {
  /** In the text, from 1. */
  readonly line: number;
  readonly column: number;
  readonly why: string;
  readonly remedy: string;
}

/** Line breaks of YAML 1.1, and of no later YAML: in a comment they end it, and what follows is a field to kubectl. */
const OLD_BREAK = /\r(?!\n)|[\u0085\u2028\u2029]/;

export function oldBreak(text: string): DialectPlace | undefined {
  const offset = text.search(OLD_BREAK);
  if (offset === -1) return undefined;
  const before = text.slice(0, offset).split('\n');
  return {
    line: before.length, column: before.at(-1)!.length + 1,
    why: 'it holds a line break that only some tools take for one (a lone CR, U+0085, U+2028 or U+2029)', remedy: 'end lines with LF, and write such a character as an escape in double quotes',
  };
}

/** Merges that tools resolve differently: kubectl lets one override the keys before it, YAML says the keys of the map win; and whether a tagged key merges at all. */
export function unclearMerges(text: string, document: Document, lines: LineCounter): readonly DialectPlace[] {
  // Of many documents few merge: the others are not walked through.
  if (!/<<|!/.test(text)) return [];
  const found: DialectPlace[] = [];
  visit(document, {
    Map: (_key, { items }) => items.forEach(({ key }, index) => {
      if (!isScalar(key) || !isMerge(key)) return;
      const { line, col: column } = lines.linePos(key.range?.[0] ?? 0);
      if (key.tag !== undefined) found.push({ line, column, why: 'tools differ on whether a merge (<<) with a tag merges', remedy: 'write << without a tag, or write the fields out' });
      else if (key.type === 'PLAIN' && index > 0) found.push({ line, column, why: 'tools read a merge (<<) after a key differently', remedy: 'put << first in its map, and once' });
    }),
  });
  return found;
}

function isMerge({ value }: Scalar): boolean {
  return value === '<<' || (typeof value === 'symbol' && value.description === '<<');
}
