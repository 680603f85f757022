import { checkDnsLabel, checkFields } from './checks';
import { Environment } from './environment';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { LIMIT_FIELDS, type LimitSettings } from './limit-settings';
import { QUOTA_FIELDS, type QuotaSettings } from './quota-settings';

/** A namespace that holds protected health information. */
export interface PhiNamespaceSettings {
  readonly name: string;
  readonly environment: Environment;
  /** What all its pods may take together. @default - the defaults of QuotaSettings */
  readonly quota?: QuotaSettings;
  /** What one container may take. @default - the defaults of LimitSettings */
  readonly limits?: LimitSettings;
}

/** Namespaces of the cluster and of the agents around it, whose pods need what PHI namespaces deny. */
const SYSTEM = /^(default|kube-.*|gatekeeper-system|istio-system|cert-manager|cosign-system|velero|falco|hipaa-(falco|break-glass|restore-test))$/;

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
    checkFields(path, namespace, ['name', 'environment', 'quota', 'limits'], 'a PHI namespace has a name, an environment, a quota and limits');
    checkPhiNamespaceName(path, namespace.name);
    if (seen.has(namespace.name)) {
      throw Errors.refused(path, 'a PHI namespace is named twice', namespace.name, 'control AC13: one entry a namespace', 'remove one');
    }
    seen.add(namespace.name);
    if (!Object.values(Environment).includes(namespace.environment)) {
      throw Errors.refused(`${path}(${namespace.name})`, 'no such environment', namespace.environment, 'control AC13: stages are kept apart', 'use Environment.DEV, TEST or PROD');
    }
    checkBounds(`${path}(${namespace.name})`, namespace);
    return frozenCopy(namespace);
  }));
}

/** Fields alone: numbers are judged where they become objects. @internal */
export function checkBounds(path: string, { quota, limits }: Pick<PhiNamespaceSettings, 'quota' | 'limits'>): void {
  if (quota !== undefined) checkFields(`${path}.quota`, quota, QUOTA_FIELDS, 'control PS5, 45 CFR 164.306(a)(1): a quota takes no other field');
  if (limits !== undefined) checkFields(`${path}.limits`, limits, LIMIT_FIELDS, 'control PS5, 45 CFR 164.306(a)(1): limits take no other field');
}
