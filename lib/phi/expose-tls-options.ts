import type { IssuerReference } from '../network/certificates/issuer-reference';
import type { ExposedHost } from '../network/exposed-host';

/** How a workload is served to the world outside. */
export interface ExposeTlsOptions extends ExposedHost {
  /**
   * Name of the Ingress and, with `-tls` behind it, of its Secret and of the Service that is made: the certificate of the pods names `<name>-tls.<namespace>.svc`.
   * @default - the workload's own name
   */
  readonly name?: string;
  /** Issuer of cert-manager that makes the certificate of every host, and renews it. It takes the place of `tlsSecret`. ingress-nginx alone. @default - none */
  readonly issuer?: IssuerReference;
  /** An existing Service of the workload that listens on 443. @default - one is made, on the port of the pods */
  readonly service?: string;
  /** Blocks of the subnets of a load balancer that reaches pods by address (`IngressClass.ALB`). @default - the controller's pods */
  readonly sourceCidrs?: readonly string[];
  /** Namespace of the ingress controller. @default ingress-nginx */
  readonly controllerNamespace?: string;
  /** Labels of the ingress controller's pods. @default - those of ingress-nginx's controller */
  readonly controllerPodLabels?: Readonly<Record<string, string>>;
  /** ServiceAccount of the ingress controller, by which a mesh knows it. @default ingress-nginx */
  readonly controllerServiceAccount?: string;
}

/** @internal */
export const EXPOSE_FIELDS: readonly string[] = [
  'host', 'additionalHosts', 'allowWildcardHosts', 'tlsSecret', 'ingressClass', 'certificateArn', 'paths', 'backendCaSecret', 'internetFacing',
  'name', 'issuer', 'service', 'sourceCidrs', 'controllerNamespace', 'controllerPodLabels', 'controllerServiceAccount',
];
