import { KubeNetworkPolicy, type NetworkPolicyEgressRule, type NetworkPolicyIngressRule, type NetworkPolicyPeer } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkSelector } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { HBONE_PORT, MeshMode } from '../../profile/mesh-mode';
import { podsOf, portOf } from '../peers';
import { checkPeer, type WorkloadPeer } from '../workload-peer';
import { PROBE_BLOCKS } from './probe-blocks';

/** Where istiod gives out configuration and certificates, over TLS; 15010 has the same in plaintext. */
const ISTIOD_PORT = 15012;
/** Where the agent of a sidecar shows its own and its workload's metrics. */
const METRICS_PORT = 15020;
const SAME_NAMESPACE: NetworkPolicyPeer[] = [{ podSelector: {} }];

export interface MeshControlPlanePolicyProps {
  /** Namespace whose pods are part of the mesh. */
  readonly namespace: string;
  readonly mode: MeshMode;
  /** @default allow-mesh */
  readonly name?: string;
  /** Namespace of istiod. @default istio-system */
  readonly controlPlaneNamespace?: string;
  /** Labels of istiod's pods. @default - app: istiod */
  readonly istiodPodLabels?: Readonly<Record<string, string>>;
  /**
   * Pods that read metrics of sidecars, on port 15020, which mutual TLS does not cover.
   * @default - nobody
   */
  readonly metricsScraper?: WorkloadPeer;
  /**
   * Lets the pods of the namespace talk to each other inside of HBONE, on any port that AuthorizationPolicies let through. Ambient alone, and only beside
   * `MeshDefaultDeny`: the network sees port 15008 for all of them. Without it, each flow is opened by name (AllowFlowProps.mesh).
   * @default false
   */
  readonly hboneWithinNamespace?: boolean;
}

/**
 * Lets the mesh work in a namespace whose flows are denied, and opens nothing else.
 *
 * Serves 45 CFR 164.312(a)(1) and (e)(2)(ii): without it a default deny cuts pods off from their certificates, and people take the deny away. A sidecar asks istiod on port
 * 15012; its probes (15021, and 15020 for those of the workload) come from the node, which NetworkPolicies always let pass. In an ambient mesh ztunnel asks istiod for
 * the pods, and kubelet's probes come from a link-local address that the node gives them, which a policy has to let in (Istio, ambient and Kubernetes NetworkPolicy). Other
 * processes on the network of the pod's own node come in by the same address, in plaintext: keep pods with hostNetwork off nodes with PHI, or to those that you trust.
 *
 * @example
 *   new MeshControlPlanePolicy(chart, 'Mesh', { namespace: 'healthcare-prod', mode: MeshMode.AMBIENT });
 */
export class MeshControlPlanePolicy extends Construct {
  public constructor(scope: Construct, id: string, props: MeshControlPlanePolicyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'mode', 'name', 'controlPlaneNamespace', 'istiodPodLabels', 'metricsScraper', 'hboneWithinNamespace'], 'a policy for the mesh takes no other field');
    const { mode, name = 'allow-mesh' } = props;
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);
    if (!Object.values(MeshMode).includes(mode)) throw Errors.refused(path, 'mode is none of a mesh that this library knows', mode, 'Istio, data plane modes: sidecar and ambient', 'use MeshMode.SIDECAR or MeshMode.AMBIENT');
    const { ingress, egress } = mode === MeshMode.AMBIENT ? ambient(path, props) : sidecar(path, props);

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress, egress },
    });
  }
}

interface Rules {
  readonly ingress: NetworkPolicyIngressRule[];
  readonly egress: NetworkPolicyEgressRule[];
}

function sidecar(path: string, props: MeshControlPlanePolicyProps): Rules {
  const { controlPlaneNamespace = 'istio-system', istiodPodLabels = { app: 'istiod' }, metricsScraper } = props;
  refuse(path, props, ['hboneWithinNamespace'], 'sidecars speak on the workload\'s own port');
  checkDnsLabel(path, 'controlPlaneNamespace', controlPlaneNamespace);
  checkSelector(path, 'istiodPodLabels', istiodPodLabels);
  if (metricsScraper !== undefined) checkPeer(path, 'metricsScraper', metricsScraper);
  return {
    ingress: metricsScraper === undefined ? [] : [{ from: [podsOf(metricsScraper.namespace, metricsScraper.podLabels)], ports: [portOf(METRICS_PORT)] }],
    egress: [{ to: [podsOf(controlPlaneNamespace, istiodPodLabels)], ports: [portOf(ISTIOD_PORT)] }],
  };
}

function ambient(path: string, props: MeshControlPlanePolicyProps): Rules {
  refuse(path, props, ['controlPlaneNamespace', 'istiodPodLabels', 'metricsScraper'], 'pods have no proxy of their own in an ambient mesh: ztunnel asks istiod for them');
  const hbone = props.hboneWithinNamespace === true;
  return {
    // Probes are for any port. Every process on the network of the pod's own node has these addresses, and nothing of another node.
    ingress: [{ from: PROBE_BLOCKS.map((cidr) => ({ ipBlock: { cidr } })) }, ...(hbone ? [{ from: SAME_NAMESPACE, ports: [portOf(HBONE_PORT)] }] : [])],
    egress: hbone ? [{ to: SAME_NAMESPACE, ports: [portOf(HBONE_PORT)] }] : [],
  };
}

function refuse(path: string, props: MeshControlPlanePolicyProps, fields: readonly (keyof MeshControlPlanePolicyProps)[], rule: string): void {
  for (const field of fields) if (props[field] !== undefined) throw Errors.refused(path, `${field} means nothing in this mode`, props[field], rule, `remove ${field}`);
}
