import { KubeNetworkPolicy, type NetworkPolicyPeer } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkPort } from '../profile/checks';
import { Errors } from '../profile/errors';
import { portOf } from './peers';
import { PLAINTEXT_PORTS } from './plaintext-ports';

export interface TlsWithinNamespacePolicyProps {
  /** Namespace whose pods may talk to each other. */
  readonly namespace: string;
  /** @default allow-tls-within-namespace */
  readonly name?: string;
  /** TCP ports on which pods serve TLS. @default - 443 and 8443 */
  readonly ports?: readonly number[];
}

/**
 * Lets the pods of a namespace talk to each other on the ports on which they serve TLS, and on no other.
 *
 * Helps 45 CFR 164.312(e)(1), and claims no control by itself: a port number proves no TLS. A service mesh in mode STRICT, or
 * workloads that speak TLS alone, make it true. The policy allows; a default deny policy beside it closes the rest. Pods in other
 * namespaces, the ingress controller among them, are let in by policies of their own.
 *
 * @example
 *   new TlsWithinNamespacePolicy(chart, 'Tls', { namespace: 'healthcare-prod' });
 */
export class TlsWithinNamespacePolicy extends Construct {
  public constructor(scope: Construct, id: string, props: TlsWithinNamespacePolicyProps) {
    super(scope, id);
    const path = this.node.path;
    const name = props.name ?? 'allow-tls-within-namespace';
    checkFields(path, props, ['namespace', 'name', 'ports'], 'a lost field would leave the default ports open');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);
    const ports = (checkPorts(path, props.ports ?? [443, 8443])).map((port) => portOf(port));
    // An empty podSelector in a peer selects the pods of the policy's own namespace.
    const sameNamespace: NetworkPolicyPeer[] = [{ podSelector: {} }];

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: sameNamespace, ports }],
        egress: [{ to: sameNamespace, ports }],
      },
    });
  }
}

function checkPorts(path: string, ports: readonly number[]): readonly number[] {
  if (!Array.isArray(ports) || ports.length === 0) {
    throw Errors.refused(path, 'ports names no port', ports, 'Kubernetes, NetworkPolicy: a rule without ports allows all of them', 'name the ports on which pods serve TLS, or leave the prop out for 443 and 8443');
  }
  for (const port of ports as readonly number[]) {
    checkPort(path, 'ports', port);
    if (PLAINTEXT_PORTS.includes(port)) {
      throw Errors.refused(path, 'ports has a port of a protocol without TLS', port, '45 CFR 164.312(e)(1): PHI goes over TLS; IANA registers this port for plaintext', 'serve TLS on a port such as 8443');
    }
  }
  if (new Set(ports).size !== ports.length) throw Errors.refused(path, 'ports names a port twice', ports, 'one entry a port', 'remove one');
  return ports as readonly number[];
}
