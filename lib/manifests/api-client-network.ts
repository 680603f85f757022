import { IntOrString, KubeNetworkPolicy, type NetworkPolicyEgressRule } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  CiliumNetworkPolicy, CiliumNetworkPolicySpecEgressToEntities as Entity, CiliumNetworkPolicySpecEgressToPortsPortsProtocol as CiliumProtocol,
} from '../../imports/cilium.io';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkCidr } from '../profile/checks';
import { EKS_SERVICE_BLOCKS } from '../profile/cluster-addresses';
import { Errors } from '../profile/errors';
import { EksPlatform, NetworkPolicyEnforcer, type Platform } from '../profile/platform';

export interface ApiClientNetworkProps {
  readonly namespace: string;
  /** Whether the namespace was made for the job, so that all of it is closed here. */
  readonly ownsNamespace: boolean;
  /** Name of the policy that opens the way. */
  readonly name: string;
  readonly podLabels: Record<string, string>;
  readonly platform: Platform;
  /** Blocks in which the API server answers. */
  readonly cidrs: readonly string[];
}

/** Behind its Service the API server listens on 443 (EKS, other providers) or 6443 (kubeadm), and enforcers see either. */
const API_SERVER_PORTS = [443, 6443];

/**
 * Closes a namespace, and lets one job of it call the API server and nobody else. Not even names: a pod finds the API server by the address in its environment.
 *
 * To Cilium the API server is an entity, which no block of addresses matches: where the platform declares it, a policy of its kind is added.
 */
export class ApiClientNetwork extends Construct {
  public constructor(scope: Construct, id: string, props: ApiClientNetworkProps) {
    super(scope, id);
    const { namespace } = props;
    if (props.ownsNamespace) closeNamespace(this, 'DefaultDeny', namespace);
    new KubeNetworkPolicy(this, 'ApiServer', {
      metadata: { name: props.name, namespace },
      spec: { podSelector: { matchLabels: props.podLabels }, policyTypes: ['Ingress', 'Egress'], egress: [toApiServer(props.cidrs)] },
    });
    if (props.platform.networkPolicyEnforcer === NetworkPolicyEnforcer.CILIUM) {
      new CiliumNetworkPolicy(this, 'Entities', {
        metadata: { name: `${props.name}-entities`, namespace },
        spec: {
          endpointSelector: { matchLabels: props.podLabels },
          egress: [{ toEntities: [Entity.KUBE_HYPHEN_APISERVER], toPorts: [{ ports: API_SERVER_PORTS.map((port) => ({ port: String(port), protocol: CiliumProtocol.TCP })) }] }],
        },
      });
    }
  }
}

/** Denies every flow of every pod of a namespace that a construct makes for its own use. */
export function closeNamespace(scope: Construct, id: string, namespace: string): KubeNetworkPolicy {
  const deny = new KubeNetworkPolicy(scope, id, {
    metadata: { name: 'default-deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
  Safeguard.implement(deny, Control.NW1_DENY_ALL, 'selects every pod of the namespace and names both directions without a rule');
  return deny;
}

function toApiServer(cidrs: readonly string[]): NetworkPolicyEgressRule {
  return {
    to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ports: API_SERVER_PORTS.map((port) => ({ port: IntOrString.fromNumber(port), protocol: 'TCP' })),
  };
}

/** Where the API server answers: what was given, or what the platform knows of itself. An empty list would open every address. */
export function apiServerCidrs(path: string, platform: Platform, given: readonly string[] | undefined): readonly string[] {
  if (given === undefined && platform instanceof EksPlatform) {
    return [...platform.controlPlaneCidrs, ...(platform.serviceCidr === undefined ? EKS_SERVICE_BLOCKS : [platform.serviceCidr])];
  }
  if (given === undefined) throw Errors.missing(path, 'apiServerCidrs', "name the API server's addresses and that of the Service 'kubernetes', such as ['10.0.0.10/32', '10.96.0.1/32']");
  if (!Array.isArray(given) || given.length === 0) {
    throw Errors.refused(path, 'apiServerCidrs names no block', given, 'Kubernetes, NetworkPolicy: a rule without peers allows all of them', "name the API server's addresses, such as ['10.0.0.10/32']");
  }
  for (const cidr of given as readonly string[]) checkCidr(path, 'apiServerCidrs', cidr, 8, 32);
  return [...given as readonly string[]];
}
