/** Whether a pattern of IAM, in which `*` stands for anything and `?` for one character, matches the whole of a text. */
export function matchesGlob(pattern: string, text: string): boolean {
  const form = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${form}$`, 's').test(text);
}
