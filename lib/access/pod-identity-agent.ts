import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import { Construct } from 'constructs';
import { checkClusterName, checkFields, checkRegion } from '../profile/checks';

export interface EksPodIdentityAgentProps {
  /** Name of the cluster; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** Region of the cluster. */
  readonly region: string;
}

/**
 * The agent on the nodes of an EKS cluster that gives pods the credentials of their EKS Pod Identity association.
 *
 * Serves 45 CFR 164.312(a)(1) together with an association (LogShipperIdentity); alone it gives no pod an identity, and it claims no control. Without it
 * a pod with an association gets no credentials, so that nothing is shipped. Its nodes need eks-auth:AssumeRoleForPodIdentity, which
 * AmazonEKSWorkerNodePolicy has, and a way to the EKS Auth API: from private subnets without NAT an interface endpoint `eks-auth`
 * (Amazon EKS, set up the Pod Identity Agent). EKS Auto Mode has an agent of its own.
 *
 * @example
 *   new EksPodIdentityAgent(stack, 'PodIdentityAgent', { clusterName: eks.cluster.name, region: 'us-east-1' });
 */
export class EksPodIdentityAgent extends Construct {
  public readonly addon: EksAddon;

  public constructor(scope: Construct, id: string, props: EksPodIdentityAgentProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['clusterName', 'region'], 'the agent of EKS Pod Identity takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    checkRegion(path, 'region', props.region);

    this.addon = new EksAddon(this, 'Resource', {
      clusterName: props.clusterName,
      addonName: 'eks-pod-identity-agent',
      region: props.region,
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
    });
  }
}
