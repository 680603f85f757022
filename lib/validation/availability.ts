import { Control } from '../controls/control';
import type { PodFlaw } from '../manifests/pod-flaw';
import { containersOf, titleOf } from '../manifests/pod-containers';
import { WITHOUT_PROBES_ANNOTATION } from '../workloads/labels';
import { groupOf } from './api-groups';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { selects, type Labels } from './network/selector';
import { leastReplicas, replicasOf } from './pod-count';
import { POD_TEMPLATES } from './pod-templates';
import type { SynthesizedObject } from './synthesized-object';

/** What runs until it is deleted, and whether it has replicas. */
const SERVICES: ReadonlyMap<string, boolean> = new Map([['DaemonSet', false], ['Deployment', true], ['ReplicaSet', true], ['ReplicationController', true], ['StatefulSet', true]]);
const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/**
 * What keeps a service from being there when it is needed: nobody asks whether it works, its replicas stand on one node, a drained node takes all of them at once, or no node
 * can be drained at all.
 *
 * @param template of its pods.
 */
export function availabilityFlaws(workload: SynthesizedObject, template: unknown, context: CheckContext): PodFlaw[] {
  const replicated = SERVICES.get(workload.reference.kind ?? '');
  if (replicated === undefined) return [];
  const texts = [...probeFlaws(workload, template), ...(replicated && replicasOf(workload, context) > 1 ? replicaFlaws(workload, template, context) : [])];
  return texts.map((text) => ({ control: Control.PS5_QUOTAS, text }));
}

function* probeFlaws({ content }: SynthesizedObject, template: unknown): Generator<string> {
  const reason = at(content, 'metadata', 'annotations', WITHOUT_PROBES_ANNOTATION);
  if (typeof reason === 'string' && reason.trim() !== '') return;
  for (const container of containersOf(at(template, 'spec'))) {
    // An init container is done before anybody calls, unless it runs on as a sidecar; the API takes no probes for ephemeral ones.
    const serves = container.list === 'containers' || (container.list === 'initContainers' && at(container.content, 'restartPolicy') === 'Always');
    if (!serves || listAt(container.content, 'ports').length === 0) continue;
    const missing = ['readinessProbe', 'livenessProbe'].filter((probe) => !HANDLERS.some((handler) => isGiven(at(container.content, probe, handler))));
    if (missing.length > 0) yield `${titleOf(container)} has ports and no ${missing.join(' and no ')}, nor has the workload the annotation ${WITHOUT_PROBES_ANNOTATION}`;
  }
}

function* replicaFlaws(workload: SynthesizedObject, template: unknown, context: CheckContext): Generator<string> {
  const { namespace } = workload.reference;
  const least = leastReplicas(workload, context);
  const labels = (at(template, 'metadata', 'labels') ?? {}) as Labels;
  const mine = (selector: unknown): boolean => isGiven(selector) && selects(selector, labels);
  const budgets = context.inNamespace('PodDisruptionBudget', namespace).filter((budget) => groupOf(budget) === 'policy' && mine(at(budget.content, 'spec', 'selector')));
  if (budgets.length === 0) yield 'no PodDisruptionBudget selects its pods: a drained node may take all of them';
  // The eviction API knows of no two budgets, and fails (Kubernetes, disruptions).
  else if (budgets.length > 1) yield `${budgets.length} PodDisruptionBudgets select its pods, which then cannot be evicted: ${budgets.map(({ reference }) => reference.name).join(', ')}`;
  else if (least > 1) yield* budgetFlaws(budgets[0], least, context);
  const spec = at(template, 'spec');
  const antiAffinity = ['spec', 'affinity', 'podAntiAffinity'];
  const spread = [
    ...listAt(spec, 'topologySpreadConstraints'),
    ...listAt(template, ...antiAffinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...listAt(template, ...antiAffinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((preferred) => at(preferred, 'podAffinityTerm')),
  ];
  if (!spread.some((term) => mine(at(term, 'labelSelector')))) yield 'neither topologySpreadConstraints nor podAntiAffinity keep its pods apart: one node may have all of them';
  const node = at(spec, 'nodeName');
  if (isGiven(node) && node !== '') yield `nodeName puts all of its replicas on the node ${String(node)}`;
  if (least < 2) yield `an autoscaler may leave ${least} of its replicas: minReplicas is below 2`;
}

/** Against the least pods that there are: what holds for many may not for few. */
function* budgetFlaws(budget: SynthesizedObject, least: number, context: CheckContext): Generator<string> {
  const { name } = budget.reference;
  const allowed = allowedEvictions(budget, context);
  if (allowed <= 0) yield `the PodDisruptionBudget ${name} lets no pod be evicted: no node that has one can be drained, or mended`;
  else if (allowed >= least) yield `the PodDisruptionBudget ${name} lets ${allowed} pods be evicted at once, and there may be ${least} alone`;
}

/** How many pods may go at once where all are well. Percentages are rounded up, of what stays and of what may go (Kubernetes, disruption budgets). */
function allowedEvictions(budget: SynthesizedObject, context: CheckContext): number {
  return context.once(`evictions by ${budget.reference.namespace}/${budget.reference.name}`, () => {
    const spec = at(budget.content, 'spec');
    const pods = podsOf(budget, context);
    const gone = at(spec, 'maxUnavailable');
    if (isGiven(gone)) return Math.min(amountOf(gone, pods), pods);
    const stays = at(spec, 'minAvailable');
    // Without either the controller expects none to go.
    return isGiven(stays) ? pods - amountOf(stays, pods) : 0;
  });
}

/** The pods that a budget counts, of every workload that it selects. */
function podsOf({ reference: { namespace }, content }: SynthesizedObject, context: CheckContext): number {
  const replicated = [...SERVICES].filter(([, hasReplicas]) => hasReplicas).flatMap(([kind]) => context.inNamespace(kind, namespace));
  return replicated.filter((workload) => selects(at(content, 'spec', 'selector'), (at(workload.content, ...POD_TEMPLATES.get(workload.reference.kind!)!, 'metadata', 'labels') ?? {}) as Labels))
    .reduce((sum, workload) => sum + leastReplicas(workload, context), 0);
}

function amountOf(value: unknown, whole: number): number {
  const percent = /^([0-9]+)%$/.exec(String(value));
  return percent ? Math.ceil((whole * Number(percent[1])) / 100) : Number(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
