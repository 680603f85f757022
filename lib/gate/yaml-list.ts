import { isMap, isScalar, isSeq } from 'yaml';
import { parseYaml } from './parse-yaml';
import { unclearMerges, type DialectPlace } from './yaml-dialects';

/** A List in YAML, item by item. */
export interface YamlList {
  /** The List without its items. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Where the content begins in the text. */
  readonly offset: number;
  readonly items: readonly YamlListItem[];
}

export interface YamlListItem {
  readonly content: unknown;
  /** The lines of the item: a list of one. */
  readonly text: string;
  /** Of its first line in the text of the List, from 0. */
  readonly line: number;
  readonly unclear: readonly DialectPlace[];
}

const ITEMS = /^items:(?:[ \t]+#[^\n]*|[ \t]*\r?)\n/m;
const FIRST_ITEM = /(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)-(?=[ \t\r\n])/y;
/** Whoever indents more is read whole. */
const DEEPEST = 8;

/**
 * Reads a List without its whole tree of syntax, which takes a hundred times its text: each item by itself. Undefined where that would not be the same, or nobody knows:
 * an item has a flaw, or an alias of what stands outside it. Then the text is to be read whole.
 */
export function readYamlList(text: string): YamlList | undefined {
  const head = ITEMS.exec(text);
  if (!head) return undefined;
  const from = head.index + head[0].length;
  FIRST_ITEM.lastIndex = from;
  const indent = FIRST_ITEM.exec(text)?.[1].length;
  if (indent === undefined || indent > DEEPEST) return undefined;
  const end = endOfItems(text, from, indent);
  const list = readHead(`${text.slice(0, head.index)}items: []\n${text.slice(end)}`, head.index);
  if (!list) return undefined;

  const items: YamlListItem[] = [];
  let [line, counted] = [0, 0];
  const starts = [...text.slice(from, end).matchAll(new RegExp(`^ {${indent}}-(?=[ \\t\\r\\n]|$)`, 'gm'))].map(({ index }) => from + index);
  for (const [index, start] of starts.entries()) {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line++;
    counted = start;
    const item = text.slice(start, starts[index + 1] ?? end);
    const read = readItem(item);
    if (!read) return undefined;
    items.push({ ...read, text: item, line });
  }
  return { ...list, items };
}

/** The first line that is indented less than the items, or as much and is none. */
function endOfItems(text: string, from: number, indent: number): number {
  const end = new RegExp(indent === 0 ? '^(?![ \\t\\r\\n#]|-[ \\t\\r\\n])' : `^ {0,${indent - 1}}(?![ \\t\\r\\n#])`, 'gm');
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

function readHead(text: string, itemsAt: number): Omit<YamlList, 'items'> | undefined {
  const sole = readSole(text);
  if (!isMap(sole?.node) || sole.node.flow || sole.unclear.length > 0) return undefined;
  // The line was a key of the List, and no part of a text that looks like one.
  const items = sole.node.items.find(({ key }) => isScalar(key) && key.range?.[0] === itemsAt);
  const content = sole.content as Record<string, unknown>;
  return isSeq(items?.value) && typeof content.kind === 'string' && /List$/.test(content.kind) ? { content, offset: sole.node.range?.[0] ?? 0 } : undefined;
}

function readItem(text: string): Pick<YamlListItem, 'content' | 'unclear'> | undefined {
  const sole = readSole(text);
  return isSeq(sole?.node) && !sole.node.flow && sole.node.items.length === 1 ? { content: (sole.content as readonly unknown[])[0], unclear: sole.unclear } : undefined;
}

/** Undefined where there are several documents, or one has a flaw. */
function readSole(text: string): { readonly node: unknown; readonly content: unknown; readonly unclear: readonly DialectPlace[] } | undefined {
  try {
    const { documents: [document, ...others], lines } = parseYaml(text);
    if (others.length > 0 || document.errors.length + document.warnings.length > 0) return undefined;
    return { node: document.contents, content: document.toJS(), unclear: unclearMerges(text, document, lines) };
  } catch {
    // An alias of what stands outside, a bomb of them: the whole text tells.
    return undefined;
  }
}
