import { quantityOf, showQuantity } from '../manifests/quantity';
import { at, listAt } from './content';

/** Amounts by the name of the resource. */
export type Amounts = ReadonlyMap<string, bigint>;

export interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What a container asks for and may use after admission: a limit is its own request, and then LimitRanges fill in (Kubernetes, limit ranges). */
export function admittedResources(container: unknown, ranges: readonly unknown[]): Resources {
  const limits = new Map(amounts(at(container, 'resources', 'limits')));
  const requests = new Map([...limits, ...amounts(at(container, 'resources', 'requests'))]);
  for (const range of ranges.filter((candidate) => at(candidate, 'type') === 'Container')) {
    // As the API server completes the range itself.
    const defaults = new Map([...amounts(at(range, 'max')), ...amounts(at(range, 'default'))]);
    const defaultRequests = new Map([...amounts(at(range, 'min')), ...defaults, ...amounts(at(range, 'defaultRequest'))]);
    for (const [name, amount] of defaults) if (!limits.has(name)) limits.set(name, amount);
    for (const [name, amount] of defaultRequests) if (!requests.has(name)) requests.set(name, amount);
  }
  return { requests, limits };
}

/** Why the API server refuses a container: a request above its own limit, also above one that a LimitRange gave it. */
export function* contradictions({ requests, limits }: Resources): Generator<string> {
  for (const [name, request] of requests) {
    const limit = limits.get(name);
    if (limit !== undefined && request > limit) yield `requests ${showQuantity(request)} of ${name}, above the limit of ${showQuantity(limit)}`;
  }
}

/** What LimitRanges of a type, Container or Pod, forbid. */
export function* refusedResources({ requests, limits }: Resources, ranges: readonly unknown[], type: string): Generator<string> {
  for (const range of ranges.filter((candidate) => at(candidate, 'type') === type)) {
    for (const [name, most] of amounts(at(range, 'max'))) {
      const limit = limits.get(name);
      if (limit === undefined) yield `has no limit of ${name}, of which ${showQuantity(most)} is the most`;
      else if (limit > most) yield `may use ${showQuantity(limit)} of ${name}, of which ${showQuantity(most)} is the most`;
    }
    for (const [name, least] of amounts(at(range, 'min'))) {
      const request = requests.get(name);
      if (request === undefined) yield `requests no ${name}, of which ${showQuantity(least)} is the least`;
      else if (request < least) yield `requests ${showQuantity(request)} of ${name}, of which ${showQuantity(least)} is the least`;
    }
    for (const [name, ratio] of amounts(at(range, 'maxLimitRequestRatio'))) {
      const [request = 0n, limit = 0n] = [requests.get(name), limits.get(name)];
      if (request === 0n || limit === 0n || limit * ONE > request * ratio) yield `may use more than ${showQuantity(ratio)} times of the ${name} that it requests`;
    }
  }
}

/** Why the API server refuses a claim of this size. */
export function* refusedClaim(storage: bigint, ranges: readonly unknown[]): Generator<string> {
  for (const range of ranges.filter((candidate) => at(candidate, 'type') === 'PersistentVolumeClaim')) {
    const [most, least] = [quantityOf(at(range, 'max', 'storage')), quantityOf(at(range, 'min', 'storage'))];
    if (most !== undefined && storage > most) yield `asks for ${showQuantity(storage)}, of which ${showQuantity(most)} is the most`;
    if (least !== undefined && storage < least) yield `asks for ${showQuantity(storage)}, of which ${showQuantity(least)} is the least`;
  }
}

/** The limits of LimitRanges, each of one type. */
export function limitsOf(limitRanges: readonly { readonly content: unknown }[]): readonly unknown[] {
  return limitRanges.flatMap(({ content }) => listAt(content, 'spec', 'limits'));
}

/** A ratio is an amount as well: one is a billion billionths. */
const ONE = 1_000_000_000n;

export function amounts(content: unknown): [string, bigint][] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) => {
    const amount = quantityOf(value);
    return amount === undefined ? [] : [[name, amount]];
  });
}
