import { LineCounter, parseAllDocuments, type Document, type Tags, type YAMLError } from 'yaml';

/** As kubectl reads it: YAML 1.1, in which `yes` is a truth and 0400 octal, but for dates and times, which stay texts. */
const YAML = {
  version: '1.1', merge: true, prettyErrors: true, logLevel: 'error',
  customTags: (tags: Tags) => tags.filter((tag) => typeof tag === 'string' || (!/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag) && tag.format !== 'TIME')),
} as const;

export interface ParsedYaml {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
  /** Of what belongs to no document: of directives. */
  readonly flaws: readonly YAMLError[];
}

export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...YAML, lineCounter: lines });
  return { documents: documents as Document[], lines, flaws: 'empty' in documents ? [...documents.errors, ...documents.warnings] : [] };
}
