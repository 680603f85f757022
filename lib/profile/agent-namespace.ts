import { blockContains, checkCidr, checkDnsLabel, checkFields, checkList, checkPort, checkSelector, isTerraformToken } from './checks';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { LINK_LOCAL_BLOCKS } from './cluster-addresses';

/** An agent that is installed by other means (a chart, an EKS add-on), and what its pods need of the network. */
export interface AgentNamespaceProps {
  /** Namespace of the agent. It has to exist before the policies are applied. */
  readonly name: string;
  /**
   * Labels of the agent's pods. Required in `kube-system`, which many share.
   * @default - every pod of the namespace
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * Ports of the pods on which they answer the API server: admission webhooks, aggregated APIs. Not the ports of their Services.
   * @default - none
   */
  readonly webhookPorts?: readonly number[];
  /**
   * Ports of the pods on which they answer pods of any namespace: the control plane of a mesh.
   * @default - none
   */
  readonly clientPorts?: readonly number[];
  /**
   * TCP ports of the pods on which they answer everybody, by IPv4, by IPv6 and from any pod: a way in. Not the ports of their Services. Who may come as far as the pods is
   * for the load balancer, or the security groups of the nodes, to say.
   * @default - none
   */
  readonly publicPorts?: readonly number[];
  /**
   * TCP ports of pods of any namespace that the pods call, as the network sees them: what is called says itself whom it lets in. 15008 stands for every port of an ambient
   * mesh, and says that the agent's own pods are in it: kubelet's probes come to them from the addresses that istio-cni gives them, which are let in.
   * @default - none
   */
  readonly podPorts?: readonly number[];
  /** Whether the pods call the API server. @default true */
  readonly apiServer?: boolean;
  /** Whether the pods call AWS by interface endpoints of the VPC (TCP 443). For a gateway endpoint see `egressCidrs`. @default false */
  readonly awsEndpoints?: boolean;
  /** Whether the pods ask the EKS Pod Identity Agent for credentials. The metadata service of the node stays closed. @default false */
  readonly podIdentity?: boolean;
  /**
   * TCP ports of the nodes that the pods call, such as kubelet's 10250.
   * @default - none
   */
  readonly nodePorts?: readonly number[];
  /**
   * Further blocks that the pods reach on TCP 443: public addresses of AWS, those of a gateway endpoint of S3, a Vault. `0.0.0.0/0` is the internet, out of
   * which link-local addresses are always taken.
   * @default - none
   */
  readonly egressCidrs?: readonly string[];
}

const FIELDS = ['name', 'podLabels', 'webhookPorts', 'clientPorts', 'publicPorts', 'podPorts', 'apiServer', 'awsEndpoints', 'podIdentity', 'nodePorts', 'egressCidrs'];

/**
 * Common agents with the names, labels and ports of their charts and EKS add-ons. Where yours differs, spread the preset and change it:
 * `{ ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }`.
 *
 * Agents on the node's network need none, as no policy binds them: the VPC CNI itself, kube-proxy, the EKS Pod Identity Agent.
 */
export class AgentNamespace {
  /** OPA Gatekeeper, which enforces the constraints. */
  public static gatekeeper(): AgentNamespaceProps {
    return frozenCopy({ name: 'gatekeeper-system', webhookPorts: [8443] });
  }

  /**
   * cert-manager with an issuer inside the cluster. AWS Private CA needs `awsEndpoints`, and `podIdentity` for its add-on's own pods. ACME needs `egressCidrs` for the
   * authority, and with Route 53 for that and STS. Names are asked of the cluster's DNS server alone, so that for DNS01 cert-manager has to be started with
   * `--dns01-recursive-nameservers-only`: by default it asks the zone's own name servers, which it never reaches, and no challenge ends.
   */
  public static certManager(): AgentNamespaceProps {
    return frozenCopy({ name: 'cert-manager', webhookPorts: [10250] });
  }

  /** External Secrets Operator with AWS Secrets Manager. */
  public static externalSecrets(): AgentNamespaceProps {
    return frozenCopy({ name: 'external-secrets', webhookPorts: [10250], awsEndpoints: true, podIdentity: true });
  }

  /**
   * Istio's control plane, istio-cni and, where the mesh is ambient, ztunnel: whatever runs in `istio-system`. Gateways run elsewhere, as workloads do: their namespace takes a
   * MeshControlPlanePolicy of MeshMode.SIDECAR, a DnsEgressPolicy, and a flow to each workload.
   */
  public static istio(): AgentNamespaceProps {
    return frozenCopy({ name: 'istio-system', webhookPorts: [15017], clientPorts: [15012] });
  }

  /**
   * The ingress controller ingress-nginx, with the ports of its chart. It forwards to pods of other namespaces, whose own policies open the way on their side.
   *
   * @param podPorts what it calls: [15008] where its namespace is part of an ambient mesh; the ports of the workloads that it exposes elsewhere, with 15012 (istiod) where its pods
   * have a sidecar.
   */
  public static ingressNginx(podPorts: readonly number[]): AgentNamespaceProps {
    return frozenCopy({ name: 'ingress-nginx', webhookPorts: [8443], publicPorts: [80, 443], podPorts });
  }

  /**
   * Sigstore's policy-controller with a key of AWS KMS and images of Amazon ECR, by interface endpoints of ECR (`api` and `dkr`), KMS and S3 with private names: ECR hands
   * out manifests itself, and the layers that hold signatures and attestations by S3. With a gateway endpoint of S3 it needs `egressCidrs`. Where keys alone sign, start it
   * with `webhook.extraArgs.disable-tuf=true` (Helm): otherwise it asks for the roots of the public Sigstore when it starts, never reaches them here, and does not start.
   * Where identities of the public Sigstore sign, it needs `egressCidrs`.
   */
  public static policyController(): AgentNamespaceProps {
    return frozenCopy({ name: 'cosign-system', webhookPorts: [8443], awsEndpoints: true, podIdentity: true });
  }

  /**
   * Velero, by interface endpoints of S3 and EC2 in its own region; with a gateway endpoint of S3 it needs `egressCidrs`. So it does for a bucket in another region, for which
   * no endpoint here answers: `0.0.0.0/0`, the addresses of S3 in that region, or, with cross-region PrivateLink, the blocks of the VPC, named once more so that somebody said so.
   */
  public static velero(): AgentNamespaceProps {
    return frozenCopy({ name: 'velero', awsEndpoints: true, podIdentity: true });
  }

  /** The EKS add-on metrics-server, which listens on 10251; the chart of the project listens on 10250. */
  public static metricsServer(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { 'app.kubernetes.io/name': 'metrics-server' }, webhookPorts: [10251], nodePorts: [10250] });
  }

  /** The controller of the Amazon EBS CSI driver. */
  public static ebsCsiController(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { app: 'ebs-csi-controller' }, awsEndpoints: true, podIdentity: true });
  }

  /** The Amazon EBS CSI driver on each node; it reads of its node from the API server where the metadata service is closed to pods. */
  public static ebsCsiNode(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { app: 'ebs-csi-node' } });
  }

  /** The AWS Load Balancer Controller, started with its VPC and region: it cannot ask the metadata service. */
  public static awsLoadBalancerController(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { 'app.kubernetes.io/name': 'aws-load-balancer-controller' }, webhookPorts: [9443], awsEndpoints: true, podIdentity: true });
  }

  /** The Secrets Store CSI driver, by the labels of its chart: it reads SecretProviderClasses, and speaks to its providers on the node alone. */
  public static secretsStoreDriver(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { app: 'secrets-store-csi-driver' } });
  }

  /**
   * The AWS provider of the Secrets Store CSI driver, by the labels of its chart. It reads secrets for pods, as the pod whose token it was given, out of its own pod:
   * workloads need no way to AWS for it. Installed by the project's plain manifest, its label is `app: csi-secrets-store-provider-aws`.
   */
  public static secretsStoreAwsProvider(): AgentNamespaceProps {
    return frozenCopy({ name: 'kube-system', podLabels: { app: 'secrets-store-csi-driver-provider-aws' }, awsEndpoints: true, podIdentity: true });
  }

  /**
   * The agent of GuardDuty Runtime Monitoring, an add-on of EKS: it sends to GuardDuty by the interface endpoint that GuardDuty makes in the VPC, as the identity of its node.
   * Where a version of it runs on the node's network, no policy binds it, and this opens nothing.
   */
  public static guardDuty(): AgentNamespaceProps {
    return frozenCopy({ name: 'amazon-guardduty', apiServer: false, awsEndpoints: true });
  }

  private constructor() {}
}

/** @internal */
export function checkAgents(path: string, agents: readonly AgentNamespaceProps[]): void {
  checkList(path, 'agentNamespaces', agents, 'control NW2: each agent that runs is named', 'give a list, such as [AgentNamespace.gatekeeper()]');
  const seen = new Set<string>();
  for (const agent of agents) {
    checkAgent(path, agent);
    const key = JSON.stringify([agent.name, Object.entries(agent.podLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);
    if (seen.has(key)) throw Errors.refused(path, 'an agent is named twice', agent.name, 'one entry for the same pods: policies add up', 'merge the two');
    seen.add(key);
  }
}

function checkAgent(path: string, agent: AgentNamespaceProps): void {
  checkFields(path, agent, FIELDS, 'an agent takes no other field');
  checkDnsLabel(path, 'name', agent.name);
  const own = `${path}(${agent.name})`;
  if (agent.podLabels !== undefined) checkSelector(own, 'podLabels', agent.podLabels);
  else if (agent.name === 'kube-system') {
    throw Errors.refused(own, 'podLabels are missing in kube-system', undefined, 'control NW1, 45 CFR 164.312(a)(1): what one agent needs, no other pod of kube-system gets', "name the agent's pods: podLabels: { 'app.kubernetes.io/name': 'metrics-server' }");
  }
  for (const flag of ['apiServer', 'awsEndpoints', 'podIdentity'] as const) {
    if (agent[flag] !== undefined && typeof agent[flag] !== 'boolean') throw Errors.refused(own, `${flag} is no boolean`, agent[flag], 'control NW1: a flow is open or it is closed', 'use true or false');
  }
  for (const list of ['webhookPorts', 'clientPorts', 'publicPorts', 'podPorts', 'nodePorts'] as const) for (const port of entries(own, list, agent[list])) checkPort(own, list, port as number);
  for (const cidr of entries(own, 'egressCidrs', agent.egressCidrs)) checkEgress(own, cidr as string);
}

/** An empty list says the same as none, and nearly always means that something was lost. */
function entries(path: string, prop: string, list: readonly unknown[] | undefined): readonly unknown[] {
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length === 0 || new Set(list).size !== list.length) {
    throw Errors.refused(path, `${prop} is no list of different entries`, list, `${prop} names what is opened`, `name at least one, each once, or leave ${prop} out`);
  }
  return list;
}

function checkEgress(path: string, cidr: string): void {
  if (isTerraformToken(cidr)) throw Errors.refused(path, 'egressCidrs is only known when Terraform applies', cidr, 'a NetworkPolicy takes plain blocks', 'write the block itself');
  checkCidr(path, 'egressCidrs', cidr);
  if (LINK_LOCAL_BLOCKS.some((block) => blockContains(block, cidr))) {
    throw Errors.refused(path, 'egressCidrs names a link-local service of the node', cidr, 'control NW3, 45 CFR 164.312(a)(1): the metadata service hands out the credentials of the node', 'use podIdentity: true for credentials of the workload');
  }
}
