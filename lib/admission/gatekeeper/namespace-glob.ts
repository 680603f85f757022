/** Whether a pattern of Gatekeeper stands for a namespace: a name, or a part of one before or after a star. */
export function globMatches(pattern: string, name: string): boolean {
  const [start, end] = [pattern.startsWith('*'), pattern.endsWith('*')];
  const part = pattern.replace(/^\*/, '').replace(/\*$/, '');
  if (start && end) return name.includes(part);
  if (start) return name.endsWith(part);
  return end ? name.startsWith(part) : name === part;
}
