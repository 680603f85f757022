import { KubeNetworkPolicy, type NetworkPolicyEgressRule, type NetworkPolicyIngressRule, type NetworkPolicyPeer, type NetworkPolicyPort } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkAgents, type AgentNamespaceProps } from '../profile/agent-namespace';
import { checkFields } from '../profile/checks';
import { clusterAddresses, type ClusterAddresses } from '../profile/cluster-addresses';
import { HBONE_PORT } from '../profile/mesh-mode';
import { PROBE_BLOCKS } from './mesh/probe-blocks';
import { blocksOf, dnsPorts, POD_IDENTITY_BLOCKS, podsOf, portOf, toApiServer } from './peers';
import { derivedName, sortedLabels, workloadName } from './policy-names';

export interface AgentPoliciesProps {
  /** Agents that run in the cluster, each with what its pods need. */
  readonly agents: readonly AgentNamespaceProps[];
  /**
   * Blocks of the VPC: nodes and interface endpoints have their addresses there.
   * @default - the private blocks of IPv4 (EksPlatformProps.vpcCidrs)
   */
  readonly vpcCidrs?: readonly string[];
  /** Blocks of the subnets in which the API server's interfaces stand, from which it calls webhooks. @default - vpcCidrs */
  readonly controlPlaneCidrs?: readonly string[];
  /** Block of the addresses of Services. @default - 10.100.0.0/16 and 172.20.0.0/16, the ones that EKS chooses from */
  readonly serviceCidr?: string;
}

/**
 * Lets agents work where the Amazon VPC CNI starts every pod closed (strict mode), one policy an agent: names, the API server, the webhooks that it calls, AWS
 * and the nodes where they are asked for. Everything else of their pods is closed, in both directions.
 *
 * Serves 45 CFR 164.312(a)(1): an admission webhook that cannot be reached either stops the cluster or lets everything in. EKS calls webhooks from interfaces in the
 * cluster's subnets, which no pod selector finds: addresses are all that there is, and where `controlPlaneCidrs` are shared with nodes, a pod of those
 * subnets whose own egress allows it reaches the webhook as well. The metadata service of the node (169.254.169.254) is never opened.
 *
 * @example
 *   new AgentPolicies(chart, 'Agents', {
 *     agents: [AgentNamespace.gatekeeper(), AgentNamespace.certManager(), { name: 'falco' }],
 *     vpcCidrs: ['10.0.0.0/16'],
 *     controlPlaneCidrs: ['10.0.255.0/28', '10.0.255.16/28'],
 *   });
 */
export class AgentPolicies extends Construct {
  public constructor(scope: Construct, id: string, props: AgentPoliciesProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['agents', 'vpcCidrs', 'controlPlaneCidrs', 'serviceCidr'], 'policies of agents take no other field');
    checkAgents(path, props.agents);
    const addresses = clusterAddresses(path, props);

    for (const agent of props.agents) {
      const labels = agent.podLabels;
      const name = labels === undefined ? 'agent-flows' : derivedName([workloadName(labels), 'flows'], sortedLabels(labels));
      new KubeNetworkPolicy(this, labels === undefined ? agent.name : `${agent.name}-${name}`, {
        metadata: { name, namespace: agent.name },
        spec: {
          podSelector: labels === undefined ? {} : { matchLabels: { ...labels } },
          policyTypes: ['Ingress', 'Egress'],
          ingress: ingress(agent, addresses),
          egress: egress(agent, addresses),
        },
      });
    }
  }
}

const ANY_POD: NetworkPolicyPeer[] = [{ namespaceSelector: {} }];
const ANYWHERE = ['0.0.0.0/0', '::/0'];

function ingress(agent: AgentNamespaceProps, { controlPlaneCidrs }: ClusterAddresses): NetworkPolicyIngressRule[] {
  const { webhookPorts, clientPorts, publicPorts, podPorts } = agent;
  return [
    ...(webhookPorts === undefined ? [] : [{ from: [...blocksOf(controlPlaneCidrs), ...ownPods(agent)], ports: portsOf(webhookPorts) }]),
    ...(clientPorts === undefined ? [] : [{ from: ANY_POD, ports: portsOf(clientPorts) }]),
    // By both families and by pod: some enforcers hold blocks against nothing but addresses outside of the cluster (Kubernetes, Network Policies).
    ...(publicPorts === undefined ? [] : [{ from: [...ANYWHERE.map((cidr) => ({ ipBlock: { cidr } })), ...ANY_POD], ports: portsOf(publicPorts) }]),
    ...(podPorts?.includes(HBONE_PORT) ? [{ from: PROBE_BLOCKS.map((cidr) => ({ ipBlock: { cidr } })) }] : []),
  ];
}

/** Where the namespace is the agent's own: charts try their webhook once it is installed. */
function ownPods(agent: AgentNamespaceProps): NetworkPolicyPeer[] {
  return agent.podLabels === undefined ? [{ podSelector: {} }] : [];
}

function portsOf(ports: readonly number[]): NetworkPolicyPort[] {
  return ports.map((port) => portOf(port));
}

function egress(agent: AgentNamespaceProps, { vpcCidrs, controlPlaneCidrs, serviceCidr }: ClusterAddresses): NetworkPolicyEgressRule[] {
  const within = [...agent.webhookPorts ?? [], ...agent.clientPorts ?? []];
  return [
    { to: [podsOf('kube-system', { 'k8s-app': 'kube-dns' })], ports: dnsPorts() },
    ...(within.length === 0 || agent.podLabels !== undefined ? [] : [{ to: ownPods(agent), ports: portsOf(within) }]),
    ...(agent.podPorts === undefined ? [] : [{ to: ANY_POD, ports: portsOf(agent.podPorts) }]),
    ...(agent.apiServer === false ? [] : [toApiServer(controlPlaneCidrs, serviceCidr)]),
    ...(agent.awsEndpoints === true ? [{ to: blocksOf(vpcCidrs), ports: [portOf(443)] }] : []),
    ...(agent.podIdentity === true ? [{ to: blocksOf(POD_IDENTITY_BLOCKS), ports: [portOf(80)] }] : []),
    ...(agent.nodePorts === undefined ? [] : [{ to: blocksOf(vpcCidrs), ports: portsOf(agent.nodePorts) }]),
    ...(agent.egressCidrs === undefined ? [] : [{ to: blocksOf(agent.egressCidrs), ports: [portOf(443)] }]),
  ];
}
