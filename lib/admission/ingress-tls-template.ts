import type { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { INGRESS_TLS } from './policies/ingress-tls/policy';

/**
 * The template of `RequireIngressTls`: it teaches Gatekeeper the kind HipaaIngressTls.
 *
 * @example
 *   new IngressTlsTemplate(templatesChart, 'IngressTls');
 */
export class IngressTlsTemplate extends ConstraintTemplate {
  public constructor(scope: Construct, id: string) {
    super(scope, id, INGRESS_TLS);
  }
}
