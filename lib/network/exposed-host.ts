import type { IngressClass } from './ingress-class';

/** Hosts that are served in TLS, and by what. */
export interface ExposedHost {
  /** Host that it serves, such as patient-portal.example.com. */
  readonly host: string;
  /** More hosts for the same Service. The certificate must cover them too. @default - none */
  readonly additionalHosts?: readonly string[];
  /** Takes hosts such as *.example.com, which send every name below example.com to the Service. @default false */
  readonly allowWildcardHosts?: boolean;
  /**
   * Secret of type kubernetes.io/tls in the same namespace: the certificate of every host. ingress-nginx needs it; an Application Load
   * Balancer reads no Secret.
   * @default - none
   */
  readonly tlsSecret?: string;
  /** @default IngressClass.NGINX */
  readonly ingressClass?: IngressClass;
  /** ARN of the ACM certificate of every host. An Application Load Balancer needs it. @default - none */
  readonly certificateArn?: string;
  /** URL paths that the Service gets, with all below them. @default - / */
  readonly paths?: readonly string[];
  /**
   * Secret in the same namespace whose `ca.crt` signed the pods' certificate, issued to `<service>.<namespace>.svc`: ingress-nginx then
   * verifies it. Without it the hop is encrypted to whoever answers. An Application Load Balancer never verifies targets.
   * @default - not verified
   */
  readonly backendCaSecret?: string;
  /** Gives an Application Load Balancer an address on the internet. @default false */
  readonly internetFacing?: boolean;
}
