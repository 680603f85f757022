import { createHash } from 'node:crypto';

/** With a suffix of up to eight characters the name still fits a label. */
const LONGEST = 55;
/** Labels by which a workload is commonly known, best first. */
const NAMING_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app'];

/**
 * A name that people can read and that no other input shares: words are cut and cleaned, so a hash of the whole input follows them.
 *
 * @internal
 */
export function derivedName(words: readonly string[], input: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 8);
  const readable = words.join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, LONGEST - hash.length - 1).replace(/^-+|-+$/g, '');
  return `${readable}-${hash}`;
}

/** What people call the pods that carry these labels. @internal */
export function workloadName(podLabels: Readonly<Record<string, string>>): string {
  const label = NAMING_LABELS.find((key) => podLabels[key]) ?? Object.keys(podLabels).sort()[0];
  return podLabels[label] || label;
}

/** Labels in an order that does not depend on how they were written. @internal */
export function sortedLabels(podLabels: Readonly<Record<string, string>>): string[][] {
  return Object.entries(podLabels).sort(([a], [b]) => (a < b ? -1 : 1));
}
