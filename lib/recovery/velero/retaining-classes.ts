import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { at } from '../../manifests/content';

/** Reclaim policies, other than Delete, of the StorageClass of that name, where the tree has it. */
export function retainingClasses(root: IConstruct, name: string): string[] {
  return root.node.findAll()
    .filter((construct): construct is ApiObject => construct instanceof ApiObject && construct.apiVersion === 'storage.k8s.io/v1' && construct.kind === 'StorageClass')
    .map((object): unknown => object.toJson())
    // Kubernetes deletes where nothing is said.
    .filter((content) => at(content, 'metadata', 'name') === name && (at(content, 'reclaimPolicy') ?? 'Delete') !== 'Delete')
    .map((content) => String(at(content, 'reclaimPolicy')));
}
