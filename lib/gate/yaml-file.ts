import * as fs from 'node:fs';
import * as path from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { Errors } from '../profile/errors';
import { thrownFlaw, yamlFlaw } from './yaml-flaw';

/** A file of settings, read strictly: what a reader overlooks in it would be lost. */
export interface YamlFile {
  /** Null where the file holds comments alone. */
  readonly content: unknown;
  /** `hipaa-exceptions.yaml:12`: where an entry or a field stands. */
  readonly at: (...path: readonly (string | number)[]) => string;
}

const RULE = 'settings of the gate are read whole, or not at all';

/**
 * Reads a file of YAML or JSON, of one document.
 *
 * @param file as the user named it.
 * @param folder from which it is named.
 * @throws where it can't be read, holds several documents, or a field twice.
 */
export function readYamlFile(file: string, folder: string): YamlFile {
  const lines = new LineCounter();
  // YAML 1.2, in which a date is a text, quoted or not.
  const documents = parseAllDocuments(textOf(file, folder), { lineCounter: lines, prettyErrors: true }) as Document[];
  const document = documents.at(0);
  const flaw = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])[0];
  if (flaw) {
    const line = flaw.linePos?.[0].line;
    throw Errors.refused(line === undefined ? file : `${file}:${line}`, "the file can't be read", yamlFlaw(flaw), RULE, 'mend it');
  }
  if (documents.length > 1) throw Errors.refused(file, 'the file holds several documents', documents.length, RULE, 'keep one: remove the lines of ---');
  return { content: contentOf(file, document), at: (...parts) => `${file}:${lineOf(document, lines, parts)}` };
}

function textOf(file: string, folder: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(path.resolve(folder, file)));
  } catch (error) {
    throw Errors.refused(file, "the file can't be read", (error as NodeJS.ErrnoException).code ?? (error as Error).message, RULE, 'name a file of text that is there');
  }
}

function contentOf(file: string, document: Document | undefined): unknown {
  try {
    return document?.toJS() ?? null;
  } catch (error) {
    throw Errors.refused(file, "the file can't be read", thrownFlaw(error), RULE, 'mend it');
  }
}

function lineOf(document: Document | undefined, lines: LineCounter, parts: readonly (string | number)[]): number {
  let node: unknown = document?.contents;
  let offset = offsetOf(node);
  for (const part of parts) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part)) : undefined;
    if (pair) {
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = offsetOf(node) ?? offset;
    } else {
      break;
    }
  }
  return offset === undefined ? 1 : lines.linePos(offset).line;
}

function offsetOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] | null } | null | undefined)?.range?.[0];
}
