import { IntOrString, KubeNetworkPolicy, type NetworkPolicyEgressRule } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  CiliumNetworkPolicy, CiliumNetworkPolicySpecEgressToEntities as Entity, CiliumNetworkPolicySpecEgressToPortsPortsProtocol as CiliumProtocol,
} from '../../imports/cilium.io';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkApiServerBlocks } from '../profile/cluster-addresses';
import { apiServerBlocksOf, checkApiServerKnown, NetworkPolicyEnforcer, PlatformKind, type Platform } from '../profile/platform';

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

/**
 * Closes a namespace, and lets one job of it call the API server and nobody else. Not even names: a pod finds the API server by the address in its environment.
 *
 * To Cilium the API server is an entity, which no block of addresses matches: where the platform declares it, a policy of its kind is added.
 */
export class ApiClientNetwork extends Construct {
  public constructor(scope: Construct, id: string, props: ApiClientNetworkProps) {
    super(scope, id);
    const { namespace } = props;
    const ports = apiServerPorts(props.platform);
    if (props.ownsNamespace) closeNamespace(this, 'DefaultDeny', namespace);
    new KubeNetworkPolicy(this, 'ApiServer', {
      metadata: { name: props.name, namespace },
      spec: { podSelector: { matchLabels: props.podLabels }, policyTypes: ['Ingress', 'Egress'], egress: [toApiServer(props.cidrs, ports)] },
    });
    if (props.platform.networkPolicyEnforcer === NetworkPolicyEnforcer.CILIUM) {
      new CiliumNetworkPolicy(this, 'Entities', {
        metadata: { name: `${props.name}-entities`, namespace },
        spec: {
          endpointSelector: { matchLabels: props.podLabels },
          egress: [{ toEntities: [Entity.KUBE_HYPHEN_APISERVER], toPorts: [{ ports: ports.map((port) => ({ port: String(port), protocol: CiliumProtocol.TCP })) }] }],
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

function toApiServer(cidrs: readonly string[], ports: readonly number[]): NetworkPolicyEgressRule {
  return {
    to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ports: ports.map((port) => ({ port: IntOrString.fromNumber(port), protocol: 'TCP' })),
  };
}

/** Where the API server answers: what was given, or what the platform knows of itself. An empty list would open every address. */
export function apiServerCidrs(path: string, platform: Platform, given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) {
    checkApiServerKnown(path, platform);
    return [...apiServerBlocksOf(platform)!];
  }
  checkApiServerBlocks(path, given);
  return [...given];
}

/** Where the API server listens behind its Service: 443 on EKS; 6443 with kubeadm, whose Service has 443; either with other providers. Enforcers see one or the other. */
export function apiServerPorts(platform: Platform): readonly number[] {
  return platform.kind === PlatformKind.EKS ? [443] : [443, 6443];
}
