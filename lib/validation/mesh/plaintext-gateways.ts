import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import type { SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';

const GATEWAY_API = 'gateway.networking.k8s.io';
/** What carries TLS: HTTPS, TLS that ends here or passes through to the workload, and the tunnel of an ambient mesh (waypoints). */
const ENCRYPTED = ['HTTPS', 'TLS', 'HBONE'];

/** Gateways of PHI namespaces, of the Gateway API or of Istio, that let plaintext in; Istio's that claim TLS are judged as a whole elsewhere. */
export function* plaintextGateways(context: CheckContext): Generator<SetFinding> {
  for (const gateway of context.ofGroup(GATEWAY_API)) {
    const { kind, namespace } = gateway.reference;
    if (kind !== 'Gateway' || namespace === undefined || !context.isPhi(namespace)) continue;
    for (const listener of listAt(gateway.content, 'spec', 'listeners')) {
      const protocol = String(at(listener, 'protocol'));
      if (ENCRYPTED.includes(protocol) || (protocol === 'HTTP' && redirects(gateway, listener, context))) continue;
      yield { text: `${describeReference(gateway.reference)}: the listener ${String(at(listener, 'name'))} speaks ${protocol} on port ${String(at(listener, 'port'))}`, namespace, object: gateway };
    }
  }
  for (const gateway of context.ofKind('Gateway')) {
    const { namespace } = gateway.reference;
    if (namespace === undefined || !context.isPhi(namespace) || gateway.claims.some(({ control }) => control === Control.TX1_INGRESS)) continue;
    for (const server of listAt(gateway.content, 'spec', 'servers')) {
      const protocol = String(at(server, 'port', 'protocol'));
      if (ENCRYPTED.includes(protocol) || (protocol === 'HTTP' && at(server, 'tls', 'httpsRedirect') === true)) continue;
      yield { text: `${describeReference(gateway.reference)}: port ${String(at(server, 'port', 'number'))} speaks ${protocol}, and does not redirect to HTTPS`, namespace, object: gateway };
    }
  }
}

/** Whether all that a listener routes is sent on to HTTPS. Only routes of its own namespace are seen here, and others may attach where it lets them. */
function redirects({ reference: { namespace, name } }: SynthesizedObject, listener: unknown, context: CheckContext): boolean {
  if ((at(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same') !== 'Same') return false;
  const routes = context.ofGroup(GATEWAY_API).filter(({ reference, content }) => reference.kind?.endsWith('Route') === true && reference.namespace === namespace
    && listAt(content, 'spec', 'parentRefs').some((parent) => at(parent, 'name') === name && [undefined, at(listener, 'name')].includes(at(parent, 'sectionName'))));
  return routes.length > 0 && routes.every(({ content }) => {
    const rules = listAt(content, 'spec', 'rules');
    return rules.length > 0 && rules.every((rule) => listAt(rule, 'filters').some((filter) => at(filter, 'type') === 'RequestRedirect' && at(filter, 'requestRedirect', 'scheme') === 'https'));
  });
}
