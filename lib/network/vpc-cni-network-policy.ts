import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkClusterName, checkFields, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';
import { NetworkPolicyMode } from '../profile/network-policy-mode';
import { enforcementIn } from './enforcing-mode';

export interface VpcCniNetworkPolicyProps {
  /** Name of the cluster; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** Region of the cluster. */
  readonly region: string;
  /**
   * What a pod may do before its policies are programmed.
   * @default NetworkPolicyMode.STANDARD, as STRICT closes every namespace that has no policies, kube-system included
   */
  readonly mode?: NetworkPolicyMode;
}

/**
 * Has the Amazon VPC CNI of an EKS cluster enforce NetworkPolicies: without an enforcer the API server takes them, and every flow stays open.
 *
 * Serves 45 CFR 164.312(a)(1). The CNI that EKS installed with the cluster becomes its add-on `vpc-cni`; settings that were made on it by hand are
 * replaced, as one of them could be the enforcement. Removed from Terraform, the add-on leaves the CNI in place, as pods have no network without it.
 *
 * In standard mode a new pod is open until its policies are programmed, in parallel with its start. In strict mode (`NETWORK_POLICY_ENFORCING_MODE`) it starts
 * closed, and so does every pod of every namespace: CoreDNS, admission webhooks and agents need policies of their own before this is applied, or the cluster
 * stops. Pods on the node's network are bound in neither mode. Enforcement needs nodes with Linux 5.10 or later, and covers neither Fargate nor Windows
 * (Amazon EKS, restrict pod network traffic). The CNI needs AmazonEKS_CNI_Policy on the nodes' role (EksNodeGroup), which has to wait for this add-on: nodes
 * that come first start pods under the CNI as EKS installed it, which enforces nothing.
 *
 * @example
 *   new VpcCniNetworkPolicy(stack, 'NetworkPolicyEnforcer', { clusterName: eks.cluster.name, region: 'us-east-1' });
 */
export class VpcCniNetworkPolicy extends Construct {
  public readonly addon: EksAddon;

  public constructor(scope: Construct, id: string, props: VpcCniNetworkPolicyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['clusterName', 'region', 'mode'], 'the enforcer of network policies takes no other field');
    checkClusterName(path, 'clusterName', props.clusterName);
    checkRegion(path, 'region', props.region);
    const { mode = NetworkPolicyMode.STANDARD } = props;
    if (!Object.values(NetworkPolicyMode).includes(mode)) {
      throw Errors.refused(path, 'mode is none of a network policy', mode, 'control NW2, 45 CFR 164.312(a)(1): the add-on refuses another', 'use NetworkPolicyMode.STRICT or NetworkPolicyMode.STANDARD');
    }
    const strict = mode === NetworkPolicyMode.STRICT;

    this.addon = new EksAddon(this, 'Resource', {
      clusterName: props.clusterName,
      addonName: 'vpc-cni',
      region: props.region,
      // A string: the add-on's schema refuses a boolean.
      configurationValues: JSON.stringify({ enableNetworkPolicy: 'true', ...(strict ? { env: { NETWORK_POLICY_ENFORCING_MODE: mode } } : {}) }),
      // The CNI is there from the first day, and an add-on that may not overwrite it is refused.
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      preserve: true,
    });
    Safeguard.implement(this.addon, Control.NW2_ENFORCER, enforcementIn(mode));
  }
}
