import { Construct } from 'constructs';
import { AuthorizationPolicy } from '../../../imports/security.istio.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../../profile/checks';

export interface MeshDefaultDenyProps {
  /** Namespace whose pods let nobody in. */
  readonly namespace: string;
  /** @default default-deny */
  readonly name?: string;
}

/**
 * Has every pod of a namespace refuse every request of the mesh, until a `MeshAllow` lets somebody in by identity.
 *
 * Serves 45 CFR 164.312(a)(1) beside the default deny of the network: a NetworkPolicy believes labels and addresses, this one a certificate. A policy of the
 * action ALLOW without a rule matches nothing, and whatever no rule matches is denied (Istio, AuthorizationPolicy).
 *
 * @example
 *   new MeshDefaultDeny(chart, 'MeshDeny', { namespace: 'healthcare-prod' });
 */
export class MeshDefaultDeny extends Construct {
  public constructor(scope: Construct, id: string, props: MeshDefaultDenyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name'], 'a default deny has no exception: MeshAllow lets somebody in');
    const name = props.name ?? 'default-deny';
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);

    new AuthorizationPolicy(this, 'Resource', { metadata: { name, namespace: props.namespace }, spec: {} });
  }
}
