import { Construct } from 'constructs';
import { PeerAuthentication, PeerAuthenticationSpecMtlsMode as Mode } from '../../../imports/security.istio.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../../profile/checks';

export interface StrictMutualTlsProps {
  /** Namespace whose pods take mutual TLS alone. */
  readonly namespace: string;
  /** @default default, Istio's own convention for the one policy of a namespace */
  readonly name?: string;
}

/**
 * Has every pod of a namespace refuse TCP that does not come in mutual TLS of the mesh.
 *
 * Serves 45 CFR 164.312(e)(2)(ii) between workloads. Istio's own default takes plaintext too. The policy selects no workload and excepts no port, so that
 * it holds for all of them (Istio, PeerAuthentication); kubelet's probes still work, by way of the mesh's agent or of the node. It enforces nothing in a
 * namespace whose pods are not part of the mesh: the namespace carries the labels of `meshLabels`, and synth fails without them.
 *
 * It is about TCP: UDP and SCTP pass every mesh, so that synth fails where a NetworkPolicy of the namespace lets them in. In an ambient mesh, whatever runs on the network
 * of the pod's own node comes in as kubelet's probes do, in plaintext.
 *
 * Istio keeps plaintext from coming in. That nothing goes out in plaintext to addresses outside of the mesh is the matter of egress policies (AllowExternalTls).
 *
 * @example
 *   new StrictMutualTls(chart, 'MutualTls', { namespace: 'healthcare-prod' });
 */
export class StrictMutualTls extends Construct {
  public constructor(scope: Construct, id: string, props: StrictMutualTlsProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name'], 'control TX2, 45 CFR 164.312(e)(2)(ii): mutual TLS has no exception');
    const name = props.name ?? 'default';
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);

    const policy = new PeerAuthentication(this, 'Resource', { metadata: { name, namespace: props.namespace }, spec: { mtls: { mode: Mode.STRICT } } });
    Safeguard.implement(policy, Control.TX2_MTLS, 'every pod of the namespace refuses TCP that does not come in mutual TLS of the mesh; in an ambient mesh, what comes from the network of its own node, as probes do, is let in without');
  }
}
