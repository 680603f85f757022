import { createHash } from 'node:crypto';
import * as fs from 'node:fs';

const READ = new Map<string, string>();

/** The text of a file of the library, read when it is first needed. */
export function textFile(file: string): string {
  const known = READ.get(file);
  if (known !== undefined) return known;
  const text = fs.readFileSync(file, 'utf8');
  READ.set(file, text);
  return text;
}

/** SHA-256 of texts, for a pod template: pods are replaced when what they read changes. */
export function hashOf(texts: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}
