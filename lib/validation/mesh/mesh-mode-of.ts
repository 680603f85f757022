import type { CheckContext } from '../check-context';
import { at } from '../content';

/** How the labels of a namespace bring its pods into a mesh. */
export interface MeshModeOf {
  /** Pods get a proxy of their own. It wins over `ambient`. */
  readonly sidecars: boolean;
  readonly ambient: boolean;
  /** Name of the waypoint through which Services and hosts of the namespace are reached, where there is one. */
  readonly waypoint: string | undefined;
}

/** What the labels of a namespace say; undefined where the namespace is not among the objects. */
export function meshModeOf(namespace: string | undefined, context: CheckContext): MeshModeOf | undefined {
  const object = namespace === undefined ? undefined : context.find('Namespace', undefined, namespace);
  if (!object) return undefined;
  const labels = at(object.content, 'metadata', 'labels');
  // Where both are there, istio-injection wins and the revision is ignored.
  const sidecars = at(labels, 'istio-injection') === 'enabled' || (at(labels, 'istio-injection') === undefined && Boolean(at(labels, 'istio.io/rev')));
  return { sidecars, ambient: at(labels, 'istio.io/dataplane-mode') === 'ambient', waypoint: waypointOf(labels) };
}

/** The waypoint that labels of a namespace, or of a ServiceEntry, name. */
export function waypointOf(labels: unknown): string | undefined {
  const name = at(labels, 'istio.io/use-waypoint');
  return name === undefined || name === 'none' || name === '' ? undefined : String(name);
}
