/**
 * What a reader can't see or a terminal would obey: control and format characters (bidirectional ones too), halves of pairs, line
 * separators, noncharacters. The joiner inside an emoji stays.
 */
const INVISIBLE = /(?!\u200D\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
/** Commands to a pipeline that reads its log: `::add-path::` of GitHub Actions, `##[...]` and `##vso[...]` of it and Azure Pipelines. */
const LOG_COMMAND = /(?<=^|\s)::(?=[A-Za-z])|##(?=\[|vso\[)/g;
const NAMED = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']]);
/** Longer than any name of Kubernetes and than any sentence of ours. */
const LONGEST = 1000;

/** A text from the input as it may be shown: on one line, every character visible, at most `limit` characters of it. */
export function visible(text: string, limit = LONGEST): string {
  const shown = head(text, limit).replace(INVISIBLE, escaped).replace(LOG_COMMAND, (command) => escaped(command[0]) + command.slice(1));
  return text.length > limit ? `${shown}… (${text.length} characters)` : shown;
}

/** The first characters of a text; no pair is cut in two. */
export function head(text: string, limit: number): string {
  return text.length > limit ? text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '') : text;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return NAMED.get(character) ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
}
