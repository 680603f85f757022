import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { INGRESS_TLS } from './policies/ingress-tls/policy';

export interface RequireIngressTlsProps extends ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
}

/**
 * Refuses an Ingress in PHI namespaces unless every name that it answers has TLS: each rule's host stands in an entry of `spec.tls`
 * with a secretName. A wildcard covers one label, as in certificates: `*.example.com` covers `a.example.com`, neither `example.com`
 * nor `a.b.example.com`.
 *
 * Refused as well: a rule without a host and a default backend, which answer every name, for which there is no certificate; an entry without
 * a secretName, which may shadow another one for the same host; and what serves a host in clear beside TLS: an `ssl-redirect` or `force-https` that is switched off
 * (ingress-nginx, HAProxy, Cilium), `server-alias` and `server-alias-regex`, whose names have no certificate (ingress-nginx, HAProxy), `listen-ports` of an Application Load
 * Balancer with plain HTTP that nothing redirects, `kubernetes.io/ingress.allow-http` of Google's load balancers that is not "false" (which is to be written, as true
 * is their default), Traefik's `router.entrypoints` other than `websecure` (which is to be written for the class `traefik`, as all are its default), and the class
 * `istio`, whose gateway serves every host of an Ingress on port 80 as well.
 *
 * An Application Load Balancer reads no Secret. So an entry needs no secretName where `spec.ingressClassName` is `alb`, `certificate-arn` names a certificate, and
 * `listen-ports` is HTTPS alone (each listener in an entry of its own: its text is compared, as CEL knows no JSON), or left out, which then means HTTPS on 443 (AWS
 * Load Balancer Controller, Ingress annotations). Listeners for plain HTTP may stand beside HTTPS where `alb.ingress.kubernetes.io/ssl-redirect` names a port: they then do
 * nothing but redirect, and the controller takes no port for it that is not HTTPS. The rule cannot see which hosts that certificate is for, nor what IngressClassParams, a
 * controller's own configuration or a class of another name add.
 *
 * It judges Ingresses, not Gateways, Services of type LoadBalancer, nor the hop behind the ingress controller. The webhook fails open unless
 * it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves spec and those annotations as they were is let through; the
 * audit still reports it.
 *
 * Serves 45 CFR 164.312(e)(2)(ii), encryption of PHI in transit. With Gatekeeper, needs the template of `ingress-tls` in the cluster first.
 *
 * @example
 *   new RequireIngressTls(constraintsChart, 'IngressTls', { phiNamespaces: ['healthcare-prod'] });
 */
export class RequireIngressTls extends Construct {
  public constructor(scope: Construct, id: string, props: RequireIngressTlsProps) {
    super(scope, id);
    checkConstraint(this.node.path, INGRESS_TLS, props);
    const { resource, enforces } = emitConstraint(this, INGRESS_TLS, props);
    if (enforces) Safeguard.implement(resource, Control.TX1_INGRESS, 'an Ingress of the PHI namespaces is refused with a host that no TLS entry covers');
  }
}
