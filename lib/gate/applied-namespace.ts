import { isOfCluster } from '../admission/resource-names';
import type { GateObject } from './gate-object';

/**
 * An object as it will be once it is applied to a namespace: one that belongs to a namespace and names none gets that. Rules, reports and exceptions then name it as the cluster
 * does; fields are still found where they stand.
 *
 * @param isKnown whether the object is of a kind of which it is known that it belongs to a namespace, or to none.
 */
export function inNamespace(object: GateObject, namespace: string | undefined, isKnown: boolean): GateObject {
  const { content: { kind, metadata }, template } = object;
  const isOfNamespace = isKnown && kind !== 'Namespace' && !isOfCluster(kind);
  const hasOne = metadata?.namespace !== undefined && metadata.namespace !== null && metadata.namespace !== '';
  if (namespace === undefined || !isOfNamespace || hasOne) return object;
  return { ...withNamespace(object, namespace), ...(template === undefined ? {} : { template: { ...template, owner: withNamespace(template.owner, namespace) } }) };
}

function withNamespace(object: GateObject, namespace: string): GateObject {
  return { ...object, content: { ...object.content, metadata: { ...object.content.metadata, namespace } } };
}
