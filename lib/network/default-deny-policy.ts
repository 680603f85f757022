import { KubeNetworkPolicy } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain } from '../profile/checks';

export interface DefaultDenyPolicyProps {
  /** Namespace whose pods start with no flow allowed. */
  readonly namespace: string;
  /**
   * Name of the NetworkPolicy.
   * @default default-deny
   */
  readonly name?: string;
}

/**
 * Denies every flow into and out of every pod of a namespace, until another policy allows it.
 *
 * Serves 45 CFR 164.312(a)(1): only software that was granted access reaches PHI. Both directions are closed, because a pod that may send
 * anywhere can carry PHI out. NetworkPolicies bind where an enforcer runs (Kubernetes, Network Policies), and never bind pods on the
 * node's network.
 *
 * @example
 *   new DefaultDenyPolicy(chart, 'Deny', { namespace: 'healthcare-prod' });
 */
export class DefaultDenyPolicy extends Construct {
  public constructor(scope: Construct, id: string, props: DefaultDenyPolicyProps) {
    super(scope, id);
    const path = this.node.path;
    const name = props.name ?? 'default-deny';
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);

    const policy = new KubeNetworkPolicy(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      // An empty podSelector selects every pod; a direction that is named without a rule is closed.
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    Safeguard.implement(policy, Control.NW1_DENY_ALL, 'selects every pod of the namespace and names both directions without a rule');
  }
}
