import { IntOrString, KubeNetworkPolicy, type NetworkPolicyEgressRule, type NetworkPolicyPort } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  CiliumNetworkPolicy, CiliumNetworkPolicySpecEgressToEntities as Entity, CiliumNetworkPolicySpecEgressToPortsPortsProtocol as CiliumProtocol, type CiliumNetworkPolicySpecEgress,
} from '../../../imports/cilium.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';

export interface FluentBitNetworkProps {
  readonly namespace: string;
  /** Whether the namespace was made for the shipper, so that all of it is closed. */
  readonly ownsNamespace: boolean;
  /** Name of the shipper. */
  readonly name: string;
  /** Labels of the shipper's pods. */
  readonly podLabels: Record<string, string>;
  /** Whether the pods ask the EKS Pod Identity Agent for credentials. */
  readonly podIdentity: boolean;
  /**
   * Ports of the API server and its Service, where the pods ask it for metadata.
   * @default - they do not
   */
  readonly apiServerPorts?: readonly number[];
  /**
   * Blocks in which the API server answers on other ports than 443, which goes anywhere.
   * @default - it does not
   */
  readonly apiServerCidrs?: readonly string[];
  /** Whether Cilium enforces the policies. */
  readonly cilium: boolean;
}

/**
 * What a shipper may reach: names, AWS, and nobody reaches it. Addresses of AWS change, and NetworkPolicies know no
 * names: TLS goes anywhere but to the link-local services of the node. kubelet's probes come from the node, which NetworkPolicies let pass.
 *
 * To Cilium, nodes and the API server are entities, which no block of addresses matches (Cilium, Layer 3 policies): it gets a policy of its own kind for them.
 */
export class FluentBitNetwork extends Construct {
  public constructor(scope: Construct, id: string, props: FluentBitNetworkProps) {
    super(scope, id);
    const { namespace } = props;
    if (props.ownsNamespace) {
      const deny = new KubeNetworkPolicy(this, 'DefaultDeny', {
        metadata: { name: 'default-deny', namespace },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
      Safeguard.implement(deny, Control.NW1_DENY_ALL, 'selects every pod of the log shipper\'s namespace and names both directions without a rule');
    }
    new KubeNetworkPolicy(this, 'Flows', {
      metadata: { name: `${props.name}-flows`, namespace },
      spec: { podSelector: { matchLabels: props.podLabels }, policyTypes: ['Ingress', 'Egress'], egress: egress(props) },
    });
    const entities = toEntities(props);
    if (props.cilium && entities.length > 0) {
      new CiliumNetworkPolicy(this, 'Entities', {
        metadata: { name: `${props.name}-entities`, namespace },
        spec: { endpointSelector: { matchLabels: props.podLabels }, egress: entities },
      });
    }
  }
}

const TLS_PORT = 443;

function egress(props: FluentBitNetworkProps): NetworkPolicyEgressRule[] {
  const { apiServerPorts = [], apiServerCidrs = [] } = props;
  const otherPorts = apiServerPorts.filter((number) => number !== TLS_PORT);
  return [
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
      ports: [port(53, 'UDP'), port(53, 'TCP')],
    },
    {
      to: [
        { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
        // AWS keeps its link-local services of IPv6 in fd00:ec2::/32.
        { ipBlock: { cidr: '::/0', except: ['fd00:ec2::/32', 'fe80::/10'] } },
      ],
      ports: [port(TLS_PORT, 'TCP')],
    },
    // A rule without peers would allow all of them.
    ...(otherPorts.length > 0 && apiServerCidrs.length > 0 ? [{ to: apiServerCidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: otherPorts.map((number) => port(number, 'TCP')) }] : []),
    ...(props.podIdentity ? [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: [port(80, 'TCP')] }] : []),
  ];
}

/** The Pod Identity Agent listens on an address of the node itself. */
function toEntities(props: FluentBitNetworkProps): CiliumNetworkPolicySpecEgress[] {
  return [
    ...(props.podIdentity ? [entity(Entity.HOST, 80)] : []),
    ...(props.apiServerPorts === undefined ? [] : [entity(Entity.KUBE_HYPHEN_APISERVER, ...props.apiServerPorts)]),
  ];
}

function entity(name: Entity, ...ports: readonly number[]): CiliumNetworkPolicySpecEgress {
  return { toEntities: [name], toPorts: [{ ports: ports.map((number) => ({ port: String(number), protocol: CiliumProtocol.TCP })) }] };
}

function port(number: number, protocol: string): NetworkPolicyPort {
  return { port: IntOrString.fromNumber(number), protocol };
}
