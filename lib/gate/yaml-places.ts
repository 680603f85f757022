import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { partsOf } from './field-path';
import type { ObjectOrigin } from './gate-result';
import { parseYaml, type ParsedYaml } from './parse-yaml';

/** The last document that was read once more: violations come one document after the other. */
let latest: ParsedYaml & { readonly text: string } | undefined;

/**
 * Where a field of a document stands, or what there is of it. Reads the document once more, as few are ever reported.
 *
 * @param firstLine of the text in its file.
 * @param offset of the document in the text.
 */
export function yamlPlaces(text: string, firstLine: number, offset: number): (path: string) => ObjectOrigin | undefined {
  return (path) => {
    if (latest?.text !== text) latest = { text, ...parseYaml(text) };
    const { lines, documents } = latest;
    const document = documents.find(({ range }) => range?.[0] === offset) ?? documents[0];
    let node: unknown = document?.contents;
    let position = offsetOf(node);
    for (const part of partsOf(path)) {
      const next = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part)) : undefined;
      if (next) {
        position = offsetOf(next.key) ?? position;
        node = next.value;
      } else if (isSeq(node) && typeof part === 'number') {
        node = node.items[part];
        position = offsetOf(node) ?? position;
      } else {
        break;
      }
    }
    if (position === undefined) return undefined;
    const { line, col } = lines.linePos(position);
    return { line: firstLine + line - 1, column: col };
  };
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0];
}
