import { isDeepStrictEqual } from 'node:util';
import { at, listAt } from '../manifests/content';
import { containersOf, titleOf } from '../manifests/pod-containers';
import { quantityOf } from '../manifests/quantity';

/** What a hardened workload promised that no Pod Security Standard asks for. */
export interface Promises {
  /** The lowest user and group that a container may run as. */
  readonly leastUser: number;
  readonly serviceAccount: string;
  /** Labels that the workload's own Services, budget and network policies select. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Classes that evict other pods of the cluster for this one. */
const SYSTEM_PRIORITY = /^system-/;
const NOT_SET: readonly unknown[] = [undefined, null, false];

/**
 * What of a workload's promises its pod template no longer keeps, each with its control.
 *
 * @param template as it was synthesized.
 */
export function brokenPromises(template: unknown, { leastUser, serviceAccount, podLabels }: Promises): string[] {
  const spec = at(template, 'spec');
  const flaws: string[] = [];
  for (const [label, value] of Object.entries(podLabels)) {
    if (at(template, 'metadata', 'labels', label) !== value) flaws.push(`the pod lost the label ${label}, by which its network policies and its disruption budget find it (NW1)`);
  }
  if (at(spec, 'automountServiceAccountToken') !== false) flaws.push('the pod gets a token of its ServiceAccount (AC12)');
  const account = at(spec, 'serviceAccountName');
  if (account !== serviceAccount) flaws.push(`the pod has the ServiceAccount ${String(account)} instead of ${serviceAccount} (AC12)`);
  // The older name of the field, which the API server still reads.
  const older = at(spec, 'serviceAccount');
  if (older !== undefined && older !== serviceAccount) flaws.push(`the pod has the ServiceAccount ${String(older)} instead of ${serviceAccount} (AC12)`);
  if (at(spec, 'enableServiceLinks') !== false) flaws.push('the addresses of other Services come into the environment: enableServiceLinks (PS1)');
  if (!NOT_SET.includes(at(spec, 'shareProcessNamespace'))) flaws.push("its containers see one another's processes, environment and files: shareProcessNamespace (PS1)");
  const priority = at(spec, 'priorityClassName');
  if (typeof priority === 'string' && SYSTEM_PRIORITY.test(priority)) flaws.push(`the pod takes the place of the cluster's own: priorityClassName ${priority} (PS5)`);
  const group = at(spec, 'securityContext', 'fsGroup');
  if (!isOwn(group, leastUser)) flaws.push(`the volumes of the pod belong to the group ${String(group)}, which is below ${leastUser}: fsGroup (PS1)`);
  for (const container of containersOf(spec)) {
    for (const id of ['runAsUser', 'runAsGroup']) {
      const effective = at(container.content, 'securityContext', id) ?? at(spec, 'securityContext', id);
      if (!isOwn(effective, leastUser)) flaws.push(`${titleOf(container)} has the ${id} ${String(effective)}, which is below ${leastUser} (PS1)`);
    }
    if (container.list === 'ephemeralContainers') continue;
    const missing = ['requests', 'limits'].filter((kind) => (quantityOf(at(container.content, 'resources', kind, 'ephemeral-storage')) ?? 0n) <= 0n);
    if (missing.length > 0) flaws.push(`${titleOf(container)} has no ${missing.map((kind) => `${kind}.ephemeral-storage`).join(', ')} (PS5)`);
  }
  const supplemental = listAt(spec, 'securityContext', 'supplementalGroups').filter((group) => !isOwn(group, leastUser));
  if (supplemental.length > 0) flaws.push(`the pod is in the groups ${supplemental.join(', ')}, which are below ${leastUser} (PS1)`);
  return flaws;
}

/** Whether the disruption budget still is as it was made: nodes can be drained, and not all pods at once. */
export function brokenBudget(promised: unknown, budget: unknown): string[] {
  if (budget === undefined || isDeepStrictEqual(at(budget, 'spec'), at(promised, 'spec'))) return [];
  return [`its PodDisruptionBudget was changed to ${JSON.stringify(at(budget, 'spec'))}: give minAvailable or maxUnavailable to the workload (PS6)`];
}

function isOwn(id: unknown, leastUser: number): boolean {
  return typeof id === 'number' && id >= leastUser;
}
