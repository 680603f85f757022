/**
 * Whether a pattern of IAM, in which `*` stands for anything and `?` for one character, matches the whole of a text. A wildcard takes in as little as it can, and more
 * where the rest does not fit: no pattern, which others write, takes longer than both lengths multiplied.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, index] = [0, 0];
  let [star, from] = [-1, 0];
  while (index < text.length) {
    if (pattern[at] === '*') {
      [star, from] = [at, index];
      at++;
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++from;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
