import { at, listAt } from '../content';

export type Labels = Readonly<Record<string, string>>;

/** A value that nobody's label has. */
const PROBE = 'cdk8s-hipaa-probe';

/** Whether a label selector takes these labels (Kubernetes, LabelSelector); one that is empty or missing takes all. */
export function selects(selector: unknown, labels: Labels): boolean {
  const matchLabels = (at(selector, 'matchLabels') ?? {}) as Labels;
  return Object.keys(matchLabels).every((key) => labels[key] === matchLabels[key])
    && listAt(selector, 'matchExpressions').every((requirement) => meets(requirement, labels));
}

function meets(requirement: unknown, labels: Labels): boolean {
  const value = labels[String(at(requirement, 'key'))];
  const values = listAt(requirement, 'values');
  switch (at(requirement, 'operator')) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    // The API server refuses it; nothing is taken for closed on its account.
    default: return true;
  }
}

/** Whether a selector asks for values: one that only asks for keys, or for what is not there, picks out nobody in particular. */
export function namesSomebody(selector: unknown): boolean {
  return Object.keys((at(selector, 'matchLabels') ?? {}) as object).length > 0 || listAt(selector, 'matchExpressions').some((requirement) => at(requirement, 'operator') === 'In');
}

/** Labels of somebody whom a selector without values takes: every key that it asks for, with a value of no meaning. */
export function labelsOfAnybody(selector: unknown): Labels {
  return Object.fromEntries(listAt(selector, 'matchExpressions').filter((requirement) => at(requirement, 'operator') === 'Exists').map((requirement) => [String(at(requirement, 'key')), PROBE]));
}
