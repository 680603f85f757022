import { groupOf } from './api-groups';
import type { CheckContext } from './check-context';
import { at } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** How many pods a workload says that it has, at the most: an autoscaler's word counts for more than its own. */
export function replicasOf(workload: SynthesizedObject, context: CheckContext): number {
  const { reference: { kind, namespace, name }, content } = workload;
  switch (kind) {
    case 'PodTemplate': return 0;
    case 'Deployment': case 'ReplicaSet': case 'ReplicationController': case 'StatefulSet':
      return scaledTo(context).get(`${namespace} ${kind} ${name}`)?.most ?? countOf(at(content, 'spec', 'replicas'), 1);
    case 'Job': return parallelRuns(at(content, 'spec'));
    // Runs that are not over when the next begins are one's own matter, and how many nodes a DaemonSet has, nobody knows here.
    case 'CronJob': return parallelRuns(at(content, 'spec', 'jobTemplate', 'spec'));
    default: return 1;
  }
}

/** How many pods a workload with replicas has at the least: as few as an autoscaler may leave. */
export function leastReplicas(workload: SynthesizedObject, context: CheckContext): number {
  const { reference: { kind, namespace, name }, content } = workload;
  return scaledTo(context).get(`${namespace} ${kind} ${name}`)?.least ?? countOf(at(content, 'spec', 'replicas'), 1);
}

/** The most pods that there are at once: a rolling update of a Deployment starts new ones before it ends old ones. */
export function mostPods(workload: SynthesizedObject, context: CheckContext): number {
  const replicas = replicasOf(workload, context);
  const { kind } = workload.reference;
  if (kind !== 'Deployment' || at(workload.content, 'spec', 'strategy', 'type') === 'Recreate') return replicas;
  const surge = at(workload.content, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') ?? '25%';
  const percent = typeof surge === 'string' ? /^([0-9]+)%$/.exec(surge) : null;
  return replicas + (percent ? Math.ceil((replicas * Number(percent[1])) / 100) : countOf(surge, 0));
}

interface Scale {
  readonly least: number;
  readonly most: number;
}

function scaledTo(context: CheckContext): ReadonlyMap<string, Scale> {
  return context.once('replicas of autoscalers', () => {
    const scales = new Map<string, Scale>();
    for (const scaler of context.ofKind('HorizontalPodAutoscaler').filter((candidate) => groupOf(candidate) === 'autoscaling')) {
      const { reference, content } = scaler;
      const key = `${reference.namespace} ${String(at(content, 'spec', 'scaleTargetRef', 'kind'))} ${String(at(content, 'spec', 'scaleTargetRef', 'name'))}`;
      const known = scales.get(key);
      scales.set(key, {
        least: Math.min(known?.least ?? Infinity, countOf(at(content, 'spec', 'minReplicas'), 1)),
        most: Math.max(known?.most ?? 0, countOf(at(content, 'spec', 'maxReplicas'), 1)),
      });
    }
    return scales;
  });
}

function parallelRuns(spec: unknown): number {
  return Math.min(countOf(at(spec, 'parallelism'), 1), countOf(at(spec, 'completions'), Infinity));
}

function countOf(value: unknown, otherwise: number): number {
  const count = Number(value ?? otherwise);
  return Number.isInteger(count) && count >= 0 ? count : otherwise;
}
