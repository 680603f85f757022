import type { YAMLError } from 'yaml';

/** The parser's own sentences quote the text, in which a secret may stand: these quote nothing. */
const FLAWS: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag of its own',
  BAD_ALIAS: 'an alias or an anchor has no name, or one that ends in a colon',
  BAD_COLLECTION_TYPE: 'a tag does not fit the map or the list it stands at',
  BAD_DIRECTIVE: 'a directive is unknown, or broken',
  BAD_DQ_ESCAPE: 'a text in double quotes has an escape that YAML does not know',
  BAD_INDENT: 'a line is not indented as its place demands',
  BAD_PROP_ORDER: 'an anchor or a tag stands where none may',
  BAD_SCALAR_START: 'a text begins with a character that needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a map or a list begins on the line of a key',
  BLOCK_IN_FLOW: 'a map or a list by lines stands within brackets',
  DUPLICATE_KEY: 'keys of a map are not unique',
  IMPOSSIBLE: 'its syntax is broken',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a character is missing: a quote, a bracket, a comma, a colon or a space',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its colon is missing',
  MULTIPLE_ANCHORS: 'a value has several anchors',
  MULTIPLE_DOCS: 'there are several documents',
  MULTIPLE_TAGS: 'a value has several tags',
  NON_STRING_KEY: 'a key is no text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply, or repeats too much by aliases',
  TAB_AS_INDENT: 'a line is indented by a tab',
  TAG_RESOLVE_FAILED: 'a tag is unknown, or its value is none of it',
  UNEXPECTED_TOKEN: 'something stands where YAML expects something else',
};

/** What is wrong with a text, in words that hold nothing of it. */
export function yamlFlaw({ code }: YAMLError): string {
  return FLAWS[code] ?? FLAWS.IMPOSSIBLE;
}

/** The same of what is thrown when values are made of the syntax. */
export function thrownFlaw(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (error instanceof RangeError) return FLAWS.RESOURCE_EXHAUSTION;
  if (message.startsWith('Excessive alias count')) return 'it repeats too much by aliases';
  if (error instanceof ReferenceError) return 'an alias stands for an anchor that does not stand before it';
  return message.startsWith('Merge sources') ? 'a merge (<<) takes what is no map' : FLAWS.IMPOSSIBLE;
}
