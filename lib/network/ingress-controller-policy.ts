import { KubeNetworkPolicy, type NetworkPolicyPeer } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkCidr, checkDnsLabel, checkDnsSubdomain, checkFields, checkPort, checkSelector } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { MeshMode } from '../profile/mesh-mode';
import { podsOf, portOf } from './peers';
import { derivedName, sortedLabels, workloadName } from './policy-names';
import { portOnTheWire } from './port-on-the-wire';

/** The largest subnets of an Amazon VPC. */
const WIDEST_SUBNET = { ipv4: 16, ipv6: 44 };

export interface IngressControllerPolicyProps {
  /** Namespace of the workload. */
  readonly namespace: string;
  /** Labels of the workload's pods; at least one. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Port on which the pods listen (the Service's targetPort), not the Service's own: policies see traffic after its translation. */
  readonly port: number;
  /** @default - readable words of the workload and the port, and a hash of the whole input */
  readonly name?: string;
  /** Namespace of the ingress controller. @default ingress-nginx */
  readonly controllerNamespace?: string;
  /**
   * Labels of the ingress controller's pods. A controller on the node's network is not found by labels: use `sourceCidrs` for it.
   * @default - those of ingress-nginx's controller
   */
  readonly controllerPodLabels?: Readonly<Record<string, string>>;
  /**
   * Blocks of the subnets in which a load balancer stands that reaches pods by address (AWS Load Balancer Controller, target-type ip). It
   * takes the place of a controller in the cluster. Subnets of their own for load balancers keep other hosts out.
   * @default - the controller's pods
   */
  readonly sourceCidrs?: readonly string[];
  /**
   * The mesh that controller and workload are part of. With MeshMode.AMBIENT, port 15008 is opened in place of the workload's own, which `MeshAllow` beside `MeshDefaultDeny`
   * holds (AllowFlowProps.mesh). A load balancer outside of the cluster is part of no mesh.
   * @default - none, or one of sidecars, which speak on the workload's own port
   */
  readonly mesh?: MeshMode;
}

/**
 * Lets the ingress controller, or a load balancer outside the cluster, reach one port of one workload.
 *
 * Serves 45 CFR 164.312(a)(1) beside a default deny policy: of all pods, only the controller's come in from another namespace. The
 * hop carries PHI, so the workload serves TLS on that port (TlsIngress speaks HTTPS to it by default).
 *
 * @example
 *   new IngressControllerPolicy(chart, 'Controller', {
 *     namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'patient-portal' }, port: 8443,
 *   });
 */
export class IngressControllerPolicy extends Construct {
  public constructor(scope: Construct, id: string, props: IngressControllerPolicyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'podLabels', 'port', 'name', 'controllerNamespace', 'controllerPodLabels', 'sourceCidrs', 'mesh'],
      'an ingress controller policy takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkSelector(path, 'podLabels', props.podLabels);
    checkPort(path, 'port', props.port);
    const wire = portOnTheWire(path, props.mesh, props.port);
    if (props.mesh !== undefined && props.sourceCidrs !== undefined) {
      throw Errors.refused(path, 'sourceCidrs stands beside a mesh', props.sourceCidrs, 'control TX2, 45 CFR 164.312(e)(2)(ii): a load balancer cannot speak the mutual TLS of a mesh, and STRICT takes nothing else',
        "let the load balancer reach a gateway's pods, and route to the workload by a MeshGateway");
    }
    const sources = props.sourceCidrs === undefined ? controllerPods(path, props) : subnets(path, props);
    const name = props.name ?? derivedName(
      ['allow', 'ingress', 'to', workloadName(props.podLabels), String(props.port)],
      [sortedLabels(props.podLabels), props.port, sources, ...(wire === props.port ? [] : [wire])],
    );
    checkDnsSubdomain(path, 'name', name);

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      spec: {
        podSelector: { matchLabels: { ...props.podLabels } },
        policyTypes: ['Ingress'],
        ingress: [{ from: sources, ports: [portOf(wire)] }],
      },
    });
  }
}

function controllerPods(path: string, props: IngressControllerPolicyProps): NetworkPolicyPeer[] {
  const namespace = props.controllerNamespace ?? 'ingress-nginx';
  const labels = props.controllerPodLabels ?? { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
  checkDnsLabel(path, 'controllerNamespace', namespace);
  checkSelector(path, 'controllerPodLabels', labels);
  return [podsOf(namespace, labels)];
}

function subnets(path: string, props: IngressControllerPolicyProps): NetworkPolicyPeer[] {
  const cidrs = props.sourceCidrs;
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    throw Errors.refused(path, 'sourceCidrs names no block', cidrs, 'Kubernetes, NetworkPolicy: a rule without sources allows all of them', "name the load balancer's subnets, such as ['10.0.1.0/24', '10.0.2.0/24']");
  }
  if (props.controllerNamespace !== undefined || props.controllerPodLabels !== undefined) {
    throw Errors.refused(path, 'sourceCidrs stands beside a controller in the cluster', props.controllerNamespace ?? props.controllerPodLabels,
      'control NW1, 45 CFR 164.312(a)(1): traffic comes from one of the two', 'give sourceCidrs, or the controller; a second policy allows the other one');
  }
  for (const cidr of cidrs as readonly string[]) checkCidr(path, 'sourceCidrs', cidr, WIDEST_SUBNET.ipv4, WIDEST_SUBNET.ipv6);
  return (cidrs as readonly string[]).map((cidr) => ({ ipBlock: { cidr } }));
}
