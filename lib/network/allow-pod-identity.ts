import { KubeNetworkPolicy } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { checkDnsSubdomain, checkFields } from '../profile/checks';
import { blocksOf, POD_IDENTITY_BLOCKS, portOf } from './peers';
import { derivedName, sortedLabels, workloadName } from './policy-names';
import { checkPeer, type WorkloadPeer } from './workload-peer';

const AGENT_PORT = 80;

export interface AllowPodIdentityProps {
  /** The workload that calls AWS with an identity of its own. */
  readonly from: WorkloadPeer;
  /** @default - readable words of the workload, and a hash of its labels */
  readonly name?: string;
}

/**
 * Lets one workload ask the EKS Pod Identity Agent of its node for the credentials of its own role.
 *
 * Serves 45 CFR 164.312(a)(1) beside a default deny policy: the agent answers each pod with the role of its ServiceAccount alone, and the metadata service of the
 * node (169.254.169.254), which has the node's own credentials, stays closed. Only for workloads that have a Pod Identity association (control AC11).
 *
 * @example
 *   new AllowPodIdentity(chart, 'ExporterIdentity', {
 *     from: { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'claims-exporter' } },
 *   });
 */
export class AllowPodIdentity extends Construct {
  public constructor(scope: Construct, id: string, props: AllowPodIdentityProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['from', 'name'], 'control AC11, 45 CFR 164.312(a)(1): an identity is that of one workload');
    checkPeer(path, 'from', props.from);
    const { namespace, podLabels } = props.from;
    const name = props.name ?? derivedName(['allow', workloadName(podLabels), 'to', 'pod-identity'], [sortedLabels(podLabels)]);
    checkDnsSubdomain(path, 'name', name);

    new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace },
      spec: { podSelector: { matchLabels: { ...podLabels } }, policyTypes: ['Egress'], egress: [{ to: blocksOf(POD_IDENTITY_BLOCKS), ports: [portOf(AGENT_PORT)] }] },
    });
  }
}
