/** A literal start: scheme, host and one whole segment of the path. An unescaped dot is any character, and another host. */
const LITERAL_START = /^\^https:\/\/([a-z0-9-]+\\\.)+[a-z0-9-]+\/[A-Za-z0-9_-]+\/(?![*+?{])/;

/**
 * How a regular expression for subjects matches more than it says; undefined where it does not. policy-controller looks for a match anywhere in the
 * subject, so that an expression without ends also matches what an attacker names his own.
 *
 * @internal
 */
export function loosePattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || !pattern.startsWith('^') || !/(?<!\\)\$$/.test(pattern)) return 'is not anchored at both ends';
  if (pattern.includes('(?')) return 'has flags or groups that change what it matches';
  if (hasOuterAlternative(pattern)) return 'has an alternative that only one end binds';
  if (!LITERAL_START.test(pattern)) return 'does not start with a literal host and organisation';
  try {
    new RegExp(pattern);
    return undefined;
  } catch {
    return 'is no regular expression';
  }
}

/** Whether a | stands outside of every parenthesis: `^a|b$` matches what starts with a, or ends with b. */
function hasOuterAlternative(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}
