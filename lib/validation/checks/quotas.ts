import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';

/** What a quota has to bound; `cpu` and `memory` are other names of the requests (Kubernetes, resource quotas). */
const BOUNDS: readonly (readonly string[])[] = [['pods', 'count/pods'], ['requests.cpu', 'cpu'], ['limits.cpu'], ['requests.memory', 'memory'], ['limits.memory']];
const RESOURCES = ['cpu', 'memory'];

/** What is checked on quotas, and on the defaults that let pods in under them. Quotas add up: a second one only narrows. */
export const QUOTA_CHECKS: readonly Check[] = [
  { control: Control.PS5_QUOTAS, kind: 'ResourceQuota', check: (object) => unbounded(object) },
  {
    control: Control.PS5_QUOTAS,
    kind: 'LimitRange',
    check: (object, context) => withoutDefaults(object) ?? otherDefaults(object, context)
      ?? (context.inNamespace('ResourceQuota', object.reference.namespace).some((quota) => unbounded(quota) === undefined) ? undefined : 'no ResourceQuota bounds the namespace: limits of one container bound no number of them'),
  },
];

function unbounded({ content }: SynthesizedObject): string | undefined {
  const open = BOUNDS.find((names) => !names.some((name) => at(content, 'spec', 'hard', name) !== undefined));
  if (open) return `the quota does not bound ${open[0]}`;
  if (listAt(content, 'spec', 'scopes').length > 0) return `the quota counts pods of the scopes ${listAt(content, 'spec', 'scopes').join(', ')} alone`;
  return listAt(content, 'spec', 'scopeSelector', 'matchExpressions').length > 0 ? 'the quota counts the pods of a scope alone' : undefined;
}

function withoutDefaults({ content }: SynthesizedObject): string | undefined {
  const limits = containerLimits(content);
  for (const field of ['defaultRequest', 'default', 'max']) {
    const missing = RESOURCES.find((resource) => !limits.some((limit) => at(limit, field, resource) !== undefined));
    if (missing !== undefined) return `containers have no ${field} of ${missing}`;
  }
  return undefined;
}

function otherDefaults(object: SynthesizedObject, context: CheckContext): string | undefined {
  const other = context.inNamespace('LimitRange', object.reference.namespace)
    .find((range) => range !== object && containerLimits(range.content).some((limit) => at(limit, 'default') !== undefined || at(limit, 'defaultRequest') !== undefined));
  return other && `${describeReference(other.reference)} sets defaults too: which of them holds is not determined`;
}

function containerLimits(content: unknown): readonly unknown[] {
  return listAt(content, 'spec', 'limits').filter((limit) => at(limit, 'type') === 'Container');
}
