/** Length of a pattern (Amazon CloudWatch Logs, PutMetricFilter). */
export const LONGEST_PATTERN = 1024;
/** Room for a reference that Terraform fills in: an ARN of a key, a topic or a role. */
const LONGEST_REFERENCE = 160;

/** @internal Characters of a pattern as CloudWatch Logs gets it, at most. */
export function patternLength(pattern: string): number {
  return [...pattern.replace(/\$\{[^}]*\}/g, '0'.repeat(LONGEST_REFERENCE))].length;
}

/** @internal A condition on text: `$.a = "b"`. A `*` matches any text at the start and the end of the value alone. */
export function is(selector: string, value: string): string {
  return `${selector} = "${value}"`;
}

/** @internal */
export function isNot(selector: string, value: string): string {
  return `${selector} != "${value}"`;
}

/** @internal One of several conditions, in parentheses where there are more. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0] : `(${conditions.join(' || ')})`;
}

/** @internal A pattern that asks for every condition. */
export function pattern(...conditions: readonly string[]): string {
  return `{ ${conditions.join(' && ')} }`;
}

/**
 * As many patterns as it takes for all alternatives: each asks for the conditions and for one of its share. None is longer than CloudWatch Logs takes, unless
 * the conditions and one alternative are.
 *
 * @internal
 */
export function splitPatterns(conditions: readonly string[], alternatives: readonly string[]): string[] {
  const room = LONGEST_PATTERN - patternLength(pattern(...conditions, '()'));
  const shares: string[][] = [];
  let used = Infinity;
  for (const alternative of alternatives) {
    const length = patternLength(alternative) + ' || '.length;
    if (used + length > room) {
      shares.push([]);
      used = 0;
    }
    shares.at(-1)!.push(alternative);
    used += length;
  }
  return shares.map((share) => pattern(...conditions, anyOf(share)));
}
