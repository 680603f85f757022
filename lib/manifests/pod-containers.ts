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

/** An image that a pod takes, and where. */
export interface PodImage {
  readonly title: string;
  readonly image: unknown;
}

/** Every image of a pod specification: those of its containers, and those that are mounted as volumes, from which a program may load code as well. */
export function imagesOf(spec: unknown): PodImage[] {
  return [
    ...containersOf(spec).map((container) => ({ title: titleOf(container), image: at(container.content, 'image') })),
    ...listAt(spec, 'volumes').flatMap((volume, index) => {
      const source = at(volume, 'image');
      return source === undefined || source === null ? [] : [{ title: `volumes[${index}] (${String(at(volume, 'name'))})`, image: at(source, 'reference') }];
    }),
  ];
}
