import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { amountOf, quantityOf, showQuantity } from '../manifests/quantity';
import { describe } from '../profile/errors';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { contradictions, limitsOf, refusedClaim, refusedResources } from './limit-ranges';
import { mostPods } from './pod-count';
import { admittedContainers, podResources, type AdmittedContainer } from './pod-resources';
import { POD_TEMPLATES } from './pod-templates';
import { tell } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Other names of what a quota bounds (Kubernetes, resource quotas). */
const SAME: Readonly<Record<string, string>> = {
  'cpu': 'requests.cpu', 'memory': 'requests.memory', 'ephemeral-storage': 'requests.ephemeral-storage',
  'count/pods': 'pods', 'count/services': 'services', 'count/persistentvolumeclaims': 'persistentvolumeclaims',
};
/** What every container has to say where a quota bounds it; of the disk of nodes, it need not (kubernetes, pkg/quota/v1/evaluator/core). */
const DEMANDED = ['requests.cpu', 'limits.cpu', 'requests.memory', 'limits.memory'];
const STORAGE_CLASS = '.storageclass.storage.k8s.io/';
const LARGEST = 3;

/** What takes how much of a bound. */
interface Share {
  readonly taker: SynthesizedObject;
  readonly amount: bigint;
}

/** Takes a share of a bound. */
type Take = (bound: string, taker: SynthesizedObject, amount: bigint) => void;

/**
 * Workloads, volumes and Services of PHI namespaces that quotas and limits of the namespace will not let in: the API server takes the Deployment and refuses its pods, so
 * that a rollout stands still without an error of its own. Counted is all that is emitted, at its most: what autoscalers may make of it, and the surge of an update. Not
 * known are pods that sidecar injectors other than Vault's enlarge, runs of CronJobs that overlap, and the number of nodes of a DaemonSet, which counts once.
 */
export function quotaFindings(context: CheckContext): string[] {
  if (context.profile.exceptionFor(Control.PS5_QUOTAS)) return [];
  return context.profile.phiNamespaces.flatMap(({ name }) => namespaceFindings(name, context));
}

function namespaceFindings(namespace: string, context: CheckContext): string[] {
  const ranges = limitsOf(context.inNamespace('LimitRange', namespace));
  // A quota with a scope counts some pods alone: which, the scope's own field of the pod decides.
  const quotas = context.inNamespace('ResourceQuota', namespace).filter(({ content }) => listAt(content, 'spec', 'scopes').length === 0 && at(content, 'spec', 'scopeSelector') === undefined);
  if (ranges.length === 0 && quotas.length === 0) return [];
  const bounded = new Set(quotas.flatMap(({ content }) => Object.keys((at(content, 'spec', 'hard') ?? {}) as object)).map((bound) => SAME[bound] ?? bound));
  const shares = new Map<string, Share[]>();
  const take: Take = (bound, taker, amount) => {
    const list = shares.get(bound);
    if (list) list.push({ taker, amount });
    else shares.set(bound, [{ taker, amount }]);
  };
  const findings: string[] = [];
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.inNamespace(kind, namespace)) {
      const template = at(workload.content, ...path);
      const containers = admittedContainers(template, ranges);
      const flaws = [...workloadFlaws(template, containers, ranges, bounded), ...takePods(workload, template, containers, ranges, context, take)];
      if (flaws.length > 0) findings.push(refused(workload, flaws));
    }
  }
  for (const claim of context.inNamespace('PersistentVolumeClaim', namespace)) {
    const flaws = [...takeClaims(claim, at(claim.content, 'spec'), 1, ranges, take)];
    if (flaws.length > 0) findings.push(refused(claim, flaws));
  }
  for (const service of context.inNamespace('Service', namespace)) takeService(service, take);
  return [...findings, ...quotas.flatMap((quota) => exceeded(quota, shares))];
}

function* workloadFlaws(template: unknown, containers: readonly AdmittedContainer[], ranges: readonly unknown[], bounded: ReadonlySet<string>): Generator<string> {
  for (const { name, resources } of containers) {
    const missing = DEMANDED.filter((bound) => {
      const [kind, resource] = bound.split('.') as ['requests' | 'limits', string];
      return bounded.has(bound) && !resources[kind].has(resource);
    });
    if (missing.length > 0) yield `the container ${name} has no ${missing.join(', ')}, which a quota counts and no LimitRange gives it`;
    for (const flaw of [...contradictions(resources), ...refusedResources(resources, ranges, 'Container')]) yield `the container ${name} ${flaw}`;
  }
  for (const flaw of refusedResources(podResources(template, containers), ranges, 'Pod')) yield `the pod ${flaw}`;
}

function* takePods(
  workload: SynthesizedObject, template: unknown, containers: readonly AdmittedContainer[], ranges: readonly unknown[], context: CheckContext, take: Take,
): Generator<string> {
  const pods = mostPods(workload, context);
  take('pods', workload, amountOf(pods));
  const resources = podResources(template, containers);
  for (const kind of ['requests', 'limits'] as const) for (const [name, amount] of resources[kind]) take(`${kind}.${name}`, workload, amount * BigInt(pods));
  const claims = [...listAt(workload.content, 'spec', 'volumeClaimTemplates'), ...listAt(template, 'spec', 'volumes').map((volume) => at(volume, 'ephemeral', 'volumeClaimTemplate'))];
  for (const claim of claims) if (claim !== undefined) yield* takeClaims(workload, at(claim, 'spec'), pods, ranges, take);
}

function* takeClaims(taker: SynthesizedObject, spec: unknown, count: number, ranges: readonly unknown[], take: Take): Generator<string> {
  const storage = quantityOf(at(spec, 'resources', 'requests', 'storage')) ?? 0n;
  const storageClass = at(spec, 'storageClassName');
  for (const prefix of ['', ...(typeof storageClass === 'string' ? [`${storageClass}${STORAGE_CLASS}`] : [])]) {
    take(`${prefix}persistentvolumeclaims`, taker, amountOf(count));
    take(`${prefix}requests.storage`, taker, storage * BigInt(count));
  }
  for (const flaw of refusedClaim(storage, ranges)) yield `a claim ${flaw}`;
}

function takeService(service: SynthesizedObject, take: Take): void {
  const { content } = service;
  const type = at(content, 'spec', 'type');
  take('services', service, amountOf(1));
  if (type === 'LoadBalancer') take('services.loadbalancers', service, amountOf(1));
  const onNodes = type === 'NodePort' || (type === 'LoadBalancer' && at(content, 'spec', 'allocateLoadBalancerNodePorts') !== false);
  if (onNodes) take('services.nodeports', service, amountOf(listAt(content, 'spec', 'ports').length));
}

function refused({ reference, path }: SynthesizedObject, flaws: readonly string[]): string {
  return describe({
    path, problem: `${describeReference(reference)} will not be let into its namespace`, value: tell(flaws), rule: `control ${cite(Control.PS5_QUOTAS)}; Kubernetes, limit ranges: the API server refuses the pods and claims`,
    remedy: 'lower it, or raise the limits of the namespace',
  });
}

function exceeded(quota: SynthesizedObject, shares: ReadonlyMap<string, readonly Share[]>): string[] {
  return Object.entries((at(quota.content, 'spec', 'hard') ?? {}) as object).flatMap(([bound, value]) => {
    const [hard, taken] = [quantityOf(value), shares.get(SAME[bound] ?? bound) ?? []];
    const total = taken.reduce((sum, { amount }) => sum + amount, 0n);
    if (hard === undefined || total <= hard) return [];
    const largest = [...taken].sort((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1)).slice(0, LARGEST);
    return [describe({
      path: quota.path, problem: `what is emitted does not fit into ${describeReference(quota.reference)}`,
      value: `${bound}: ${showQuantity(total)} of ${showQuantity(hard)}, most by ${largest.map(({ taker, amount }) => `${describeReference(taker.reference)} (${showQuantity(amount)})`).join(', ')}`,
      rule: `control ${cite(Control.PS5_QUOTAS)}; Kubernetes, resource quotas: what comes last is never started`,
      remedy: 'raise the quota, or lower replicas, the surge of updates or requests',
    })];
  });
}
