import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { readPolicy } from '../network/policy-set';
import { describeReference } from '../synthesized-object';

/** From where kubelet's probes come into pods of an ambient mesh: link-local addresses of the node, which no route leads to. */
const PROBES = ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'];

/** A NetworkPolicy that lets UDP or SCTP into pods of a namespace: a mesh carries TCP alone, so that its mutual TLS says nothing of them. */
export function unencryptedProtocols(namespace: string | undefined, context: CheckContext): string | undefined {
  for (const policy of context.inNamespace('NetworkPolicy', namespace)) {
    const { directions, Ingress: rules } = readPolicy(policy);
    if (!directions.includes('Ingress')) continue;
    for (const rule of rules) {
      if (isForProbes(rule)) continue;
      const ports = listAt(rule, 'ports');
      if (ports.length === 0) return `${describeReference(policy.reference)} lets every protocol in, and mutual TLS is for TCP alone: UDP and SCTP come in without`;
      const protocol = ports.map((port) => at(port, 'protocol')).find((name) => name !== undefined && name !== 'TCP');
      if (protocol !== undefined) return `${describeReference(policy.reference)} lets ${String(protocol)} in, and mutual TLS is for TCP alone`;
    }
  }
  return undefined;
}

function isForProbes(rule: unknown): boolean {
  const peers = listAt(rule, 'from');
  return peers.length > 0 && peers.every((peer) => PROBES.includes(String(at(peer, 'ipBlock', 'cidr'))));
}
