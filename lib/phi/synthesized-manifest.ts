import type { ApiObject } from 'cdk8s';
import { at } from '../manifests/content';
import { Tree, type SynthesizedObject } from '../validation/synthesized-object';

/** An object as cdk8s writes it, patches included, and called what is written. Throws what cdk8s throws where it cannot be resolved. @internal */
export function synthesizedManifest(object: ApiObject, claims: SynthesizedObject['claims'] = []): SynthesizedObject {
  const content = object.toJson() as Readonly<Record<string, unknown>>;
  const namespace = at(content, 'metadata', 'namespace');
  return {
    reference: {
      tree: Tree.KUBERNETES,
      apiVersion: String(content.apiVersion),
      kind: String(content.kind),
      ...(namespace === undefined ? {} : { namespace: String(namespace) }),
      name: String(at(content, 'metadata', 'name')),
    },
    path: object.node.path, content, claims,
  };
}
