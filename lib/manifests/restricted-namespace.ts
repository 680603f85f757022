import type { Construct } from 'constructs';
import { KubeNamespace } from 'cdk8s-plus-28/lib/imports/k8s';
import type { KubernetesVersion } from '../profile/kubernetes-version';
import { clusterScoped } from './cluster-scoped';
import { podSecurityLabels } from './pod-security-labels';

/** A namespace that takes only pods of the restricted Pod Security Standard, in the cluster's own version. */
export function restrictedNamespace(scope: Construct, id: string, name: string, version: KubernetesVersion, labels: Record<string, string>): KubeNamespace {
  const namespace = new KubeNamespace(scope, id, { metadata: { name, labels: { ...labels, ...podSecurityLabels(version, 'restricted') } } });
  clusterScoped(namespace);
  return namespace;
}
