import { KubeServiceAccount } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkFields } from '../profile/checks';

export interface DefaultServiceAccountProps {
  /** Namespace whose default ServiceAccount gives out no token. */
  readonly namespace: string;
}

/**
 * Takes the token away from the ServiceAccount `default`, which pods have that name no other.
 *
 * Serves 45 CFR 164.312(a)(1); CIS 5.1.5 and 5.1.6. The API server's controller makes `default` in every namespace, a moment after the namespace:
 * a client-side `kubectl apply` of both at once can lose that race (AlreadyExists) and leave the token where it was. Apply it
 * in a later step than the namespace, or with `kubectl apply --server-side`.
 *
 * @example
 *   new DefaultServiceAccount(chart, 'DefaultServiceAccount', { namespace: 'healthcare-prod' });
 */
export class DefaultServiceAccount extends Construct {
  public constructor(scope: Construct, id: string, props: DefaultServiceAccountProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['namespace'], 'the default ServiceAccount has one name');
    checkDnsLabel(this.node.path, 'namespace', props.namespace);

    const serviceAccount = new KubeServiceAccount(this, 'Resource', {
      metadata: { name: 'default', namespace: props.namespace },
      automountServiceAccountToken: false,
    });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'pods without a ServiceAccount of their own get no token');
  }
}
