import { Construct } from 'constructs';
import { HipaaIngressTls } from '../../imports/constraints.gatekeeper.sh';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { constraintFields, fallShortUnlessDenied, type ConstraintProps } from './constraint';
import { EnforcementAction } from './enforcement-action';
import { INGRESS_TLS } from './policies/ingress-tls/policy';

export interface RequireIngressTlsProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an Ingress with a host that has no TLS.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /** @default hipaa-ingress-tls */
  readonly name?: string;
}

/**
 * Refuses an Ingress in PHI namespaces unless every name that it answers has TLS: each rule's host stands in an entry of `spec.tls`
 * with a secretName. A wildcard covers one label, as in certificates: `*.example.com` covers `a.example.com`, neither `example.com`
 * nor `a.b.example.com`.
 *
 * Refused as well: a rule without a host and a default backend, which answer every name, for which there is no certificate; an entry without
 * a secretName, which may shadow another one for the same host; and what serves a host in clear beside TLS: an `ssl-redirect` that is switched off
 * (ingress-nginx, HAProxy), `listen-ports` of an Application Load Balancer with anything but HTTPS, `kubernetes.io/ingress.allow-http` of Google's load
 * balancers that is not "false" (which is to be written, as true is their default), and Traefik's `router.entrypoints` other than `websecure`.
 *
 * An Application Load Balancer reads no Secret. So an entry needs no secretName where `spec.ingressClassName` is `alb`, `certificate-arn` names a
 * certificate, and `listen-ports` is HTTPS alone, or left out, which then means HTTPS on 443 (AWS Load Balancer Controller, Ingress annotations). The
 * rule cannot see which hosts that certificate is for, nor what IngressClassParams, a controller's own configuration or a class of another name add.
 *
 * It judges Ingresses, not Gateways, Services of type LoadBalancer, nor the hop behind the ingress controller. The webhook fails open unless
 * it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves spec and those annotations as they were is let through; the
 * audit still reports it.
 *
 * Serves 45 CFR 164.312(e)(2)(ii), encryption of PHI in transit. Needs `IngressTlsTemplate` in the cluster first.
 *
 * @example
 *   new RequireIngressTls(constraintsChart, 'IngressTls', { phiNamespaces: ['healthcare-prod'] });
 */
export class RequireIngressTls extends Construct {
  public constructor(scope: Construct, id: string, props: RequireIngressTlsProps) {
    super(scope, id);
    const fields = constraintFields(this.node.path, INGRESS_TLS, props);
    const constraint = new HipaaIngressTls(this, 'Resource', fields);
    fallShortUnlessDenied(constraint, Control.TX1_INGRESS, props);
    if (fields.spec.enforcementAction === EnforcementAction.DENY.valueOf()) {
      Safeguard.implement(constraint, Control.TX1_INGRESS, 'Gatekeeper refuses an Ingress of the PHI namespaces with a host that no TLS entry covers');
    }
  }
}
