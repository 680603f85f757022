import { vaultAgentContainers } from '../manifests/vault-agent';
import { at, listAt } from './content';
import { admittedResources, amounts, type Amounts, type Resources } from './limit-ranges';

/** A container of a pod, with its resources as they will be. */
export interface AdmittedContainer {
  readonly name: string;
  readonly resources: Resources;
  /** Whether it ends before the pod's containers start. */
  readonly startsOnly: boolean;
}

/** The containers of a pod's template as admission makes them, those among them that Vault's injector adds. */
export function admittedContainers(template: unknown, ranges: readonly unknown[]): AdmittedContainer[] {
  const agent = vaultAgentContainers(template);
  const admitted = (startsOnly: boolean) => (container: unknown): AdmittedContainer => ({
    name: String(at(container, 'name')), resources: admittedResources(container, ranges),
    startsOnly: startsOnly && at(container, 'restartPolicy') !== 'Always',
  });
  return [
    ...[...listAt(template, 'spec', 'initContainers'), ...agent.init].map(admitted(true)),
    ...[...listAt(template, 'spec', 'containers'), ...agent.running].map(admitted(false)),
  ];
}

/**
 * What one pod takes of a quota: its containers together, or what it needs to start, if that is more; what it says of itself as a whole comes before both
 * (Kubernetes, sidecar containers, and pod-level resources).
 */
export function podResources(template: unknown, containers: readonly AdmittedContainer[]): Resources {
  const of = (kind: 'requests' | 'limits'): Amounts => {
    const running = new Map<string, bigint>();
    const starting = new Map<string, bigint>();
    for (const { resources, startsOnly } of containers) {
      for (const [name, amount] of resources[kind]) {
        const sum = (running.get(name) ?? 0n) + amount;
        // Sidecars among the init containers run on beside those that come after them.
        if (startsOnly) starting.set(name, larger(starting.get(name), sum));
        else running.set(name, sum);
      }
    }
    const total = new Map([...running].map(([name, amount]) => [name, larger(starting.get(name), amount)]));
    for (const [name, amount] of starting) if (!total.has(name)) total.set(name, amount);
    for (const [name, amount] of amounts(at(template, 'spec', 'resources', kind))) total.set(name, amount);
    return total;
  };
  return { requests: of('requests'), limits: of('limits') };
}

function larger(one: bigint | undefined, other: bigint): bigint {
  return one !== undefined && one > other ? one : other;
}
