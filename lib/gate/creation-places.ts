import * as path from 'node:path';
import type { IConstruct } from 'constructs';

/** Traces of constructs, unread until somebody asks: to put one into words costs more than to keep it. */
const PLACES = new WeakMap<IConstruct, { readonly stack?: string }>();
const WATCHED = new WeakSet<object>();

/** A frame: `at new Api (/app/chart.ts:12:5)` or `at /app/chart.ts:12:5`. */
const FRAME = /\(?(?:file:\/\/)?([^()\s]+):(\d+):(\d+)\)?$/;
/** Frames of packages and of Node itself, and of this library. */
const NOT_ONES_OWN = /[\\/]node_modules[\\/]|^node:|^native$/;
const LIBRARY = path.join(__dirname, '..', path.sep);

/**
 * Remembers from now on where constructs are created, of every tree of the same `constructs` package: its nodes keep no trace by themselves.
 *
 * @internal
 */
export function rememberCreation(root: IConstruct): void {
  const nodes = Object.getPrototypeOf(root.node) as { addChild: (child: IConstruct, id: string) => void };
  if (WATCHED.has(nodes)) return;
  WATCHED.add(nodes);
  // Private to TypeScript alone; the one place that every construct passes.
  const { addChild } = nodes;
  nodes.addChild = function (this: unknown, child: IConstruct, id: string): void {
    const place = {};
    Error.captureStackTrace(place, nodes.addChild);
    PLACES.set(child, place);
    addChild.call(this, child, id);
  };
}

/** Where a construct was created, from the working directory: `apps/main.ts:12:5`. The first line outside of packages. @internal */
export function creationPlace(construct: IConstruct): string | undefined {
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) {
    const frame = PLACES.get(at)?.stack?.split('\n').slice(1).map((line) => FRAME.exec(line.trim())).find((match) => match && !NOT_ONES_OWN.test(match[1]) && !match[1].startsWith(LIBRARY));
    if (frame) return `${path.relative(process.cwd(), frame[1])}:${frame[2]}:${frame[3]}`;
  }
  return undefined;
}
