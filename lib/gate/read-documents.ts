import type { Document, LineCounter, YAMLError } from 'yaml';
import type { GateObject, KubernetesContent } from './gate-object';
import type { ObjectOrigin, Unchecked } from './gate-result';
import { jsonPlaces } from './json-places';
import { parseYaml } from './parse-yaml';
import { oldBreak, unclearMerges, type DialectPlace } from './yaml-dialects';
import { thrownFlaw, yamlFlaw } from './yaml-flaw';
import { readYamlList } from './yaml-list';
import { yamlPlaces } from './yaml-places';

/** What a file holds. */
export interface ReadDocuments {
  readonly objects: readonly GateObject[];
  /** Documents of JSON that are no objects of Kubernetes: Terraform's, or nobody's. */
  readonly others: readonly { readonly content: unknown; readonly origin: ObjectOrigin }[];
  readonly unchecked: readonly Unchecked[];
}

/** At the beginning of a line it begins a document, wherever it stands (YAML, 9.1.2). */
const MARKER = /^---(?=[ \t\r\n]|$)/gm;

/** Reads every document of a text. What can't be read, and what tools read differently, is told, and the rest is judged all the same. */
export function readDocuments(text: string, file: string): ReadDocuments {
  const read = { objects: [] as GateObject[], others: [] as { content: unknown; origin: ObjectOrigin }[], unchecked: [] as Unchecked[] };
  // The order mark of Windows is no part of the first key.
  const whole = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (/^\s*[{[]/.test(whole) && readJson(whole, file, read)) return read;
  let line = 1;
  for (const part of splitDocuments(whole)) {
    readPart(part, file, line, read);
    line += part.split('\n').length - 1;
  }
  return read;
}

type Read = { objects: GateObject[]; others: { content: unknown; origin: ObjectOrigin }[]; unchecked: Unchecked[] };

/** Where an object stands in its file, and each item of a List. */
interface Place {
  readonly locate: (path: string) => ObjectOrigin | undefined;
  readonly item: (index: number) => Place;
}

/** Apart, so that one broken document takes no other with it, and no tree of syntax outlives its document. */
function splitDocuments(text: string): string[] {
  const starts = [...text.matchAll(MARKER)].map(({ index }) => index).filter((index) => index > 0);
  return [0, ...starts].map((start, index) => text.slice(start, starts[index]));
}

function readPart(text: string, file: string, firstLine: number, read: Read): void {
  const unclear = oldBreak(text);
  if (unclear) tellUnclear(unclear, file, firstLine, read);
  else if (readList(text, file, firstLine, read)) return;
  const { documents, lines, flaws } = parseYaml(text);
  if (flaws.length > 0) read.unchecked.push(unreadableAt(flaws[0], { file, line: firstLine }, firstLine));
  for (const document of documents) {
    const origin = { file, line: firstLine + lines.linePos(document.contents?.range?.[0] ?? document.range?.[0] ?? 0).line - 1 };
    const flaw = document.errors[0] ?? document.warnings[0];
    if (flaw) {
      read.unchecked.push(unreadableAt(flaw, origin, firstLine));
      continue;
    }
    readDocument({ text, document, lines }, origin, firstLine, read);
  }
}

function readDocument({ text, document, lines }: { text: string; document: Document; lines: LineCounter }, origin: ObjectOrigin, firstLine: number, read: Read): void {
  try {
    const content: unknown = document.toJS();
    for (const place of unclearMerges(text, document, lines)) tellUnclear(place, origin.file!, firstLine, read);
    addContent(content, origin, read, fieldsOf(yamlPlaces(text, firstLine, document.range?.[0] ?? 0), ''));
  } catch (error) {
    read.unchecked.push({ ...unreadable(thrownFlaw(error)), origin });
  }
}

/** A List in YAML, item by item; false where it is to be read whole. */
function readList(text: string, file: string, firstLine: number, read: Read): boolean {
  const list = readYamlList(text);
  if (!list) return false;
  const { items } = list;
  for (const item of items) for (const place of item.unclear) tellUnclear(place, file, firstLine + item.line, read);
  const origin = { file, line: firstLine + text.slice(0, list.offset).split('\n').length - 1 };
  addContent({ ...list.content, items: items.map(({ content }) => content) }, origin, read, {
    locate: yamlPlaces(text, firstLine, 0),
    item: (index) => fieldsOf(yamlPlaces(items[index].text, firstLine + items[index].line, 0), '[0]'),
  });
  return true;
}

/** What begins like JSON and is none may be YAML, of which JSON is a part. */
function readJson(text: string, file: string, read: Read): boolean {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return false;
  }
  addContent(content, { file, line: 1 }, read, jsonPlaces(text));
  return true;
}

function fieldsOf(locate: (path: string) => ObjectOrigin | undefined, prefix: string): Place {
  return {
    locate: (path) => locate(prefix === '' ? path : `${prefix}.${path}`),
    item: (index) => fieldsOf(locate, `${prefix === '' ? '' : `${prefix}.`}items[${index}]`),
  };
}

function addContent(content: unknown, origin: ObjectOrigin, read: Read, place: Place): void {
  // A comment by itself, such as a template of Helm that rendered to nothing.
  if (content === null || content === undefined) return;
  if (!isObject(content)) {
    read.unchecked.push({ what: 'a document', why: 'it holds no object', remedy: 'give the gate manifests of Kubernetes, or JSON of Terraform', origin });
    return;
  }
  if (typeof content.apiVersion !== 'string' || typeof content.kind !== 'string') {
    if (content.apiVersion === undefined && content.kind === undefined) read.others.push({ content, origin });
    else read.unchecked.push({ what: 'a document', why: 'it has no apiVersion and kind, both texts', remedy: 'give the gate manifests of Kubernetes, or JSON of Terraform', origin });
    return;
  }
  if (content.metadata !== undefined && content.metadata !== null && !isObject(content.metadata)) {
    read.unchecked.push({ what: `a ${content.kind}`, why: 'its metadata is no object', remedy: 'mend the document', origin });
    return;
  }
  if (/List$/.test(content.kind) && Array.isArray(content.items)) {
    content.items.forEach((item: unknown, index) => addContent(item, origin, read, place.item(index)));
    return;
  }
  read.objects.push({ content: content as unknown as KubernetesContent, origin, locate: place.locate });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(why: string): Omit<Unchecked, 'origin'> {
  return { what: 'a document', why: `it can't be read: ${why}`, remedy: 'mend the document, or leave the file out' };
}

function unreadableAt(flaw: YAMLError, origin: ObjectOrigin, firstLine: number): Unchecked {
  const at = flaw.linePos?.[0];
  return { ...unreadable(yamlFlaw(flaw)), origin: at ? { file: origin.file, line: firstLine + at.line - 1, column: at.col } : origin };
}

function tellUnclear({ line, column, why, remedy }: DialectPlace, file: string, firstLine: number, read: Read): void {
  read.unchecked.push({ what: 'a document', why, remedy, origin: { file, line: firstLine + line - 1, column } });
}
