import { at, listAt } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** Every object, and those inside a List: `kubectl apply` makes each of them. */
export function* withListItems(objects: readonly SynthesizedObject[]): Generator<SynthesizedObject> {
  for (const object of objects) {
    yield object;
    if (object.reference.kind?.endsWith('List') !== true) continue;
    for (const content of listAt(object.content, 'items')) {
      const namespace = at(content, 'metadata', 'namespace');
      yield* withListItems([{
        reference: {
          tree: object.reference.tree,
          // An item of a typed list need not say its kind: the API server knows it by the list's.
          apiVersion: String(at(content, 'apiVersion') ?? object.reference.apiVersion),
          kind: String(at(content, 'kind') ?? object.reference.kind.slice(0, -'List'.length)),
          name: String(at(content, 'metadata', 'name')),
          ...(namespace === undefined ? {} : { namespace: String(namespace) }),
        },
        path: object.path,
        content: content as Record<string, unknown>,
        claims: [],
      }]);
    }
  }
}
