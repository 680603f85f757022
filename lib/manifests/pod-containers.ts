import { at, listAt } from './content';

/** One container of a pod specification, and where it stands in it. */
export interface PodContainer {
  /** As kubectl writes it: `initContainers[0]`. */
  readonly place: string;
  /** Which of the three lists it is in. */
  readonly list: string;
  readonly content: unknown;
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'];

/** Every container of a pod specification: what runs for a second before the others, or is attached later, runs beside the same data. */
export function containersOf(spec: unknown): PodContainer[] {
  return LISTS.flatMap((list) => listAt(spec, list).map((content, index) => ({ place: `${list}[${index}]`, list, content })));
}

/** A container as a message names it. */
export function titleOf({ place, content }: PodContainer): string {
  const name = at(content, 'name');
  return typeof name === 'string' ? `${place} (${name})` : place;
}
