import { KubeNetworkPolicy } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsSubdomain, checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { MeshMode } from '../profile/mesh-mode';
import { FlowSides } from './flow-sides';
import { NetworkProtocol } from './network-protocol';
import { podsOf, portOf } from './peers';
import { derivedName, sortedLabels, workloadName } from './policy-names';
import { portOnTheWire } from './port-on-the-wire';
import { checkOneEnvironment, checkPeer, portOfFlow, type WorkloadPeer } from './workload-peer';

export interface AllowFlowProps {
  /**
   * The workload that opens the connection. Its policy isolates these pods for egress, also where their namespace has no default deny: from then on they reach this flow's end and
   * what other policies allow, and not even the DNS server or istiod without one (Kubernetes, Network Policies). For pods that are open today, use FlowSides.DESTINATION.
   */
  readonly from: WorkloadPeer;
  /** The workload that takes it; it may live in another namespace. */
  readonly to: WorkloadPeer;
  /**
   * Port on which the pods of `to` listen, which is not always the port of their Service (with the Amazon VPC CNI, it has to be).
   * @default - the port that `to` names; one of the two has to
   */
  readonly port?: number;
  /** @default NetworkProtocol.TCP */
  readonly protocol?: NetworkProtocol;
  /**
   * The mesh that both workloads are part of. With MeshMode.AMBIENT, what crosses the network is mutual TLS on port 15008, whatever port it is meant for: that
   * port is opened in place of the workload's own, and `MeshAllow` beside `MeshDefaultDeny` holds the workload's port: synth fails where nothing does.
   * @default - none, or one of sidecars, which speak on the workload's own port
   */
  readonly mesh?: MeshMode;
  /**
   * Which ends get a policy. A policy closes the pods that it selects for whatever no policy allows, so that an end whose namespace has no default deny is left alone.
   * @default FlowSides.BOTH
   */
  readonly sides?: FlowSides;
  /**
   * Name of the two NetworkPolicies, before their endings `-egress` and `-ingress`.
   * @default - readable words of both workloads and the port, and a hash of the whole flow
   */
  readonly name?: string;
}

/**
 * Lets one workload reach one port of another, and nothing else.
 *
 * Serves 45 CFR 164.312(a)(1) beside a default deny policy: access is granted by name. A flow passes only where the source's egress
 * and the destination's ingress both allow it (Kubernetes, Network Policies), so each side gets a policy of its own. A flow between
 * two environments is refused: PHI of one stage never flows into another. What is spoken on the port is the workloads' matter; over
 * it PHI goes in TLS alone (45 CFR 164.312(e)(1)).
 *
 * The Amazon VPC CNI judges a connection before the address of a Service becomes that of a pod. A flow that is dialled by the name of a Service passes there
 * only where `spec.selector` of the Service carries every label of `to.podLabels`, and its port is the pods' port: its controller then lets the ClusterIP
 * through as well (Amazon VPC CNI, network policy considerations). A headless Service, and other enforcers, have no such condition.
 *
 * Stages are compared where both ends name theirs; whatever their ends name, synth refuses policies between PHI namespaces of two stages (control AC13).
 *
 * @example
 *   new AllowFlow(chart, 'PortalToRecords', {
 *     from: { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'patient-portal' } },
 *     to: { namespace: 'patient-data', podLabels: { 'app.kubernetes.io/name': 'records' } },
 *     port: 8443,
 *   });
 */
export class AllowFlow extends Construct {
  public constructor(scope: Construct, id: string, props: AllowFlowProps) {
    super(scope, id);
    const path = this.node.path;
    const { from, to, protocol = NetworkProtocol.TCP, mesh, sides = FlowSides.BOTH } = props;
    checkFields(path, props, ['from', 'to', 'port', 'protocol', 'mesh', 'sides', 'name'], 'a flow takes no other field');
    checkPeer(path, 'from', from);
    checkPeer(path, 'to', to);
    const port = portOfFlow(path, to, props.port);
    if (!Object.values(NetworkProtocol).includes(protocol)) {
      throw Errors.refused(path, 'protocol is none that a NetworkPolicy knows', protocol, 'Kubernetes, NetworkPolicyPort.protocol: TCP, UDP or SCTP', 'use NetworkProtocol.TCP, UDP or SCTP');
    }
    if (!Object.values(FlowSides).includes(sides)) throw Errors.refused(path, 'no such sides', sides, 'Kubernetes, Network Policies: each end has its own', 'use FlowSides.BOTH, SOURCE or DESTINATION');
    checkOneEnvironment(path, from, to);
    if (mesh !== undefined && protocol !== NetworkProtocol.TCP) {
      throw Errors.refused(path, 'a mesh carries TCP alone', protocol, 'control TX2, 45 CFR 164.312(e)(2)(ii): what the mesh does not carry is not encrypted by it',
        'leave mesh out, let the workloads encrypt by themselves (DTLS), and add a ControlException for TX2 to the profile');
    }
    const wire = portOnTheWire(path, mesh, port);
    const ports = [portOf(wire, protocol)];
    const name = props.name ?? derivedName(
      ['allow', workloadName(from.podLabels), 'to', workloadName(to.podLabels), String(port)],
      [from.namespace, sortedLabels(from.podLabels), to.namespace, sortedLabels(to.podLabels), port, protocol, ...(wire === port ? [] : [wire])],
    );
    checkDnsSubdomain(path, 'name', `${name}-ingress`);

    if (sides !== FlowSides.DESTINATION) {
      new KubeNetworkPolicy(this, 'Egress', {
        metadata: { name: `${name}-egress`, namespace: from.namespace },
        spec: {
          podSelector: { matchLabels: { ...from.podLabels } },
          policyTypes: ['Egress'],
          egress: [{ to: [podsOf(to.namespace, to.podLabels)], ports }],
        },
      });
    }
    if (sides !== FlowSides.SOURCE) {
      new KubeNetworkPolicy(this, 'Ingress', {
        metadata: { name: `${name}-ingress`, namespace: to.namespace },
        spec: {
          podSelector: { matchLabels: { ...to.podLabels } },
          policyTypes: ['Ingress'],
          ingress: [{ from: [podsOf(from.namespace, from.podLabels)], ports }],
        },
      });
    }
  }
}
