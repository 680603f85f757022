import { checkDnsLabel, checkFields } from './checks';
import { Environment } from './environment';
import { Errors } from './errors';

/** A namespace that holds protected health information. */
export interface PhiNamespaceSettings {
  readonly name: string;
  readonly environment: Environment;
}

/** Namespaces of the cluster and of the agents around it, whose pods need what PHI namespaces deny. */
const SYSTEM = /^(default|kube-.*|gatekeeper-system|istio-system|cert-manager|velero|falco)$/;

/** @internal */
export function checkPhiNamespaceName(path: string, name: string): void {
  checkDnsLabel(path, 'name', name);
  if (SYSTEM.test(name)) {
    throw Errors.refused(path, 'a system namespace cannot hold PHI', name, 'control AC13, 45 CFR 164.308(a)(4)(i)', 'use a namespace of its own');
  }
}

/** @internal */
export function checkPhiNamespaces(path: string, namespaces: readonly PhiNamespaceSettings[]): readonly PhiNamespaceSettings[] {
  if (!Array.isArray(namespaces) || namespaces.length === 0) {
    throw Errors.refused(path, 'there is no PHI namespace', namespaces, 'control AC13, 45 CFR 164.308(a)(4)(i): PHI lives in namespaces of its own', "name at least one: [{ name: 'healthcare-prod', environment: Environment.PROD }]");
  }
  const seen = new Set<string>();
  return Object.freeze(namespaces.map((namespace: PhiNamespaceSettings) => {
    checkFields(path, namespace, ['name', 'environment'], 'a PHI namespace has a name and an environment');
    checkPhiNamespaceName(path, namespace.name);
    if (seen.has(namespace.name)) {
      throw Errors.refused(path, 'a PHI namespace is named twice', namespace.name, 'control AC13: one entry a namespace', 'remove one');
    }
    seen.add(namespace.name);
    if (!Object.values(Environment).includes(namespace.environment)) {
      throw Errors.refused(`${path}(${namespace.name})`, 'no such environment', namespace.environment, 'control AC13: stages are kept apart', 'use Environment.DEV, TEST or PROD');
    }
    return Object.freeze({ name: namespace.name, environment: namespace.environment });
  }));
}
