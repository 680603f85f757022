import { checkDnsSubdomain, checkList } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkPhiNamespaceName } from '../../profile/phi-namespace-settings';

/** Gatekeeper's own namespace, where its Helm chart is installed to. */
export const GATEKEEPER_NAMESPACE = 'gatekeeper-system';
export { FAIL_CLOSED_WEBHOOK as WEBHOOK_NAME } from '../../manifests/fail-closed-webhook';
const CHART_WEBHOOK_NAME = 'gatekeeper-validating-webhook-configuration';

/**
 * Refuses what is no list of PHI namespaces. Neither Gatekeeper's namespace nor one of the system is among them: Gatekeeper could not come back,
 * as its own pods would wait for its answer.
 */
export function checkPhiNamespaceList(path: string, namespaces: readonly string[], gatekeeperNamespace: string): void {
  const rule = 'control PS2, 45 CFR 164.312(c)(1): admission fails closed where PHI is';
  const remedy = "name at least one, such as ['healthcare-prod']";
  checkList(path, 'phiNamespaces', namespaces, rule, remedy);
  if (namespaces.length === 0) throw Errors.refused(path, 'phiNamespaces names no namespace', namespaces, rule, remedy);
  const seen = new Set<string>();
  for (const namespace of namespaces) {
    checkPhiNamespaceName(path, namespace);
    if (namespace === gatekeeperNamespace) {
      throw Errors.refused(path, "phiNamespaces names Gatekeeper's own namespace", namespace, 'Gatekeeper, Failing Closed: its own pods would wait for its answer', 'keep PHI in namespaces of its own');
    }
    if (seen.has(namespace)) throw Errors.refused(path, 'phiNamespaces names a namespace twice', namespace, 'one entry a namespace', 'remove one');
    seen.add(namespace);
  }
}

/** Refuses a name that the configuration which fails closed can't have. */
export function checkWebhookName(path: string, prop: string, name: string): void {
  checkDnsSubdomain(path, prop, name);
  if (name === CHART_WEBHOOK_NAME) {
    throw Errors.refused(path, `${prop} is that of the Helm chart's own configuration`, name, "Gatekeeper's chart: Helm owns it, and an upgrade would write its webhooks over these", `leave ${prop} out, or choose another`);
  }
}
