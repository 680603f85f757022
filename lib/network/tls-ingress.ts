import { KubeIngress } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkArn, checkDnsLabel, checkDnsSubdomain, checkFields, checkHost, checkPort, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { MeshMode } from '../profile/mesh-mode';
import { IssuerReference } from './certificates/issuer-reference';
import { TlsCertificate } from './certificates/tls-certificate';
import type { ExposedHost } from './exposed-host';
import { IngressClass } from './ingress-class';

/** TLS 1.2 and 1.3, with forward secrecy and authenticated encryption alone (Elastic Load Balancing, security policies). */
const SSL_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06';
/** Of TLS 1.2, what has forward secrecy and authenticated encryption. TLS 1.3 has nothing else, and nginx sets it apart. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');
/** A year, as ingress-nginx sends it by default. */
const HSTS = 'max-age=31536000; includeSubDomains';
/** What ingress-nginx takes where it validates paths strictly. */
const URL_PATH = /^\/[A-Za-z0-9._/-]*$/;

export interface TlsIngressProps extends ExposedHost {
  readonly namespace: string;
  /** Name of the Ingress. */
  readonly name: string;
  /** Name of the Service, in the same namespace. */
  readonly service: string;
  /** Port of the Service. @default 443 */
  readonly servicePort?: number;
  /**
   * Certificate of cert-manager that covers every host, of the same namespace; its Secret takes the place of `tlsSecret`. ingress-nginx alone.
   * @default - none
   */
  readonly certificate?: TlsCertificate;
  /**
   * Issuer by which cert-manager makes the certificate in `tlsSecret` from this Ingress, with a new ECDSA key each time. ingress-nginx alone.
   * @default - whoever made the Secret renews it
   */
  readonly certificateIssuer?: IssuerReference;
  /**
   * Speaks HTTPS to the pods. Without it the hop from the controller to the pod is plain HTTP, on a Service port 443 too.
   * @default true
   */
  readonly backendProtocolHttps?: boolean;
  /**
   * The mesh that the workload and ingress-nginx are part of. With MeshMode.SIDECAR, ingress-nginx dials the Service in place of its pods: by their addresses its sidecar
   * knows no Service, sends what it gets as it is, and STRICT refuses that. The controller's own pods take what comes from outside past their sidecar (their annotation
   * `traffic.sidecar.istio.io/includeInboundPorts` is empty). A load balancer outside of the cluster is part of no mesh.
   * @default - none, or an ambient one
   */
  readonly mesh?: MeshMode;
}

/**
 * An Ingress that serves every one of its hosts over TLS, and speaks TLS to the pods behind it.
 *
 * Serves 45 CFR 164.312(e)(2)(ii). A host outside `spec.tls` would be served in plaintext, so hosts and TLS are written from one list,
 * and there is no default backend, which would answer for hosts that nobody named. With ingress-nginx, plain HTTP is redirected, and
 * HSTS and the versions of TLS (1.2 and 1.3) are the controller's defaults: its ConfigMap keys `hsts` and `ssl-protocols`, which an Ingress cannot set. Its
 * ciphers of TLS 1.2 are set here, by annotation, to those with forward secrecy and authenticated encryption; behind it, versions are set where the backend is
 * verified (`backendCaSecret`), as ingress-nginx reads them there alone. An Application Load Balancer listens on HTTPS
 * alone and adds HSTS itself (AWS Load Balancer Controller 2.10.1 or later). An annotation of the Service outweighs backend-protocol
 * there, and synth fails where one says HTTP. No snippet annotation is ever written: it would be code in the controller.
 *
 * @example
 *   new TlsIngress(chart, 'Ingress', {
 *     namespace: 'healthcare-prod', name: 'patient-portal', host: 'patient-portal.example.com',
 *     service: 'patient-portal', tlsSecret: 'patient-portal-tls',
 *   });
 */
export class TlsIngress extends Construct {
  public constructor(scope: Construct, id: string, props: TlsIngressProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'host', 'additionalHosts', 'allowWildcardHosts', 'service', 'servicePort', 'tlsSecret', 'certificate', 'certificateIssuer', 'ingressClass',
      'certificateArn', 'paths', 'backendProtocolHttps', 'backendCaSecret', 'internetFacing', 'mesh'], 'an Ingress with TLS takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    checkDnsLabel(path, 'service', props.service);
    const servicePort = props.servicePort ?? 443;
    checkPort(path, 'servicePort', servicePort);
    const hosts = checkHosts(path, props);
    const paths = checkPaths(path, props.paths ?? ['/']);
    const https = props.backendProtocolHttps ?? true;
    const ingressClass = props.ingressClass ?? IngressClass.NGINX;
    const annotations = annotationsOf(path, ingressClass, https, hosts, props);

    const ingress = new KubeIngress(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace, annotations },
      spec: {
        ingressClassName: ingressClass,
        tls: [{ hosts, secretName: props.certificate?.secretName ?? props.tlsSecret }],
        rules: hosts.map((host) => ({
          host,
          http: { paths: paths.map((urlPath) => ({ path: urlPath, pathType: 'Prefix', backend: { service: { name: props.service, port: { number: servicePort } } } })) },
        })),
      },
    });
    if (https) {
      Safeguard.implement(ingress, Control.TX1_INGRESS, 'TLS covers every host, plain HTTP is redirected or not listened to, and the backend is spoken to over HTTPS');
    } else {
      Safeguard.fallShort(ingress, Control.TX1_INGRESS, 'the hop from the ingress controller to the pods is plain HTTP');
    }
  }
}

function checkHosts(path: string, props: TlsIngressProps): string[] {
  const hosts = [props.host, ...(props.additionalHosts ?? [])];
  hosts.forEach((host, index) => {
    checkHost(path, index === 0 ? 'host' : 'additionalHosts', host);
    if (host.startsWith('*.') && props.allowWildcardHosts !== true) {
      throw Errors.refused(path, 'a wildcard host was not asked for', host, 'control TX1, 45 CFR 164.312(e)(2)(ii): hosts are named', 'name each host, or set allowWildcardHosts: true');
    }
  });
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw Errors.refused(path, 'a host is named twice', twice, 'one rule a host', 'remove it from additionalHosts');
  return hosts;
}

function checkPaths(path: string, paths: readonly string[]): readonly string[] {
  if (!Array.isArray(paths) || paths.length === 0) {
    throw Errors.refused(path, 'paths names no path', paths, 'Kubernetes, Ingress: a rule has a path or serves nothing', "name at least one, or leave the prop out for '/'");
  }
  const refused = (paths as readonly string[]).find((urlPath, index) => typeof urlPath !== 'string' || !URL_PATH.test(urlPath)
    || /\/\/|\/\.\.?(\/|$)/.test(urlPath) || paths.indexOf(urlPath) !== index);
  if (refused !== undefined) {
    throw Errors.refused(path, 'a path is refused', refused, 'Kubernetes, HTTPIngressPath.path with pathType Prefix; ingress-nginx, strict-validate-path-type',
      'start with /, use letters, digits, ., _, - and /, without //, /. or /.., each path once');
  }
  return paths as readonly string[];
}

function annotationsOf(path: string, ingressClass: IngressClass, https: boolean, hosts: readonly string[], props: TlsIngressProps): Record<string, string> {
  switch (ingressClass) {
    case IngressClass.NGINX: return nginxAnnotations(path, https, hosts, props);
    case IngressClass.ALB: return albAnnotations(path, https, props);
    default: throw Errors.refused(path, 'ingressClass is none that this library can make serve TLS alone', ingressClass, 'control TX1, 45 CFR 164.312(e)(2)(ii)', 'use IngressClass.NGINX or ALB');
  }
}

function nginxAnnotations(path: string, https: boolean, hosts: readonly string[], props: TlsIngressProps): Record<string, string> {
  refuseProps(path, props, ['certificateArn', 'internetFacing'], 'ingress-nginx', 'an Application Load Balancer');
  const { mesh } = props;
  if (mesh !== undefined && !Object.values(MeshMode).includes(mesh)) throw Errors.refused(path, 'mesh is none that this library knows', mesh, 'Istio, data plane modes: sidecar and ambient', 'use MeshMode.SIDECAR or MeshMode.AMBIENT');
  if (props.certificate !== undefined) {
    checkCertificate(path, props.certificate, hosts, props);
  } else {
    if (props.tlsSecret === undefined) {
      throw Errors.refused(path, 'tlsSecret is missing', props.tlsSecret, 'control TX1, 45 CFR 164.312(e)(2)(ii): without a Secret, ingress-nginx serves a self-signed certificate', 'name a Secret of type kubernetes.io/tls in the same namespace');
    }
    checkDnsSubdomain(path, 'tlsSecret', props.tlsSecret);
  }
  const prefix = 'nginx.ingress.kubernetes.io';
  const annotations: Record<string, string> = {
    [`${prefix}/ssl-redirect`]: 'true',
    [`${prefix}/force-ssl-redirect`]: 'true',
    [`${prefix}/ssl-ciphers`]: CIPHERS,
    [`${prefix}/ssl-prefer-server-ciphers`]: 'true',
    // The port's number decides nothing: without this, nginx speaks plain HTTP to a Service port 443.
    [`${prefix}/backend-protocol`]: https ? 'HTTPS' : 'HTTP',
  };
  if (props.backendCaSecret !== undefined) {
    checkDnsSubdomain(path, 'backendCaSecret', props.backendCaSecret);
    if (!https) throw Errors.refused(path, 'backendCaSecret verifies nothing over HTTP', props.backendCaSecret, 'control TX1', 'leave backendProtocolHttps out');
    annotations[`${prefix}/proxy-ssl-secret`] = `${props.namespace}/${props.backendCaSecret}`;
    annotations[`${prefix}/proxy-ssl-verify`] = 'on';
    annotations[`${prefix}/proxy-ssl-name`] = `${props.service}.${props.namespace}.svc`;
    annotations[`${prefix}/proxy-ssl-server-name`] = 'on';
    // Left out, ingress-nginx speaks TLS 1.0 to 1.2 to it.
    annotations[`${prefix}/proxy-ssl-protocols`] = 'TLSv1.2 TLSv1.3';
  }
  if (mesh === MeshMode.SIDECAR) {
    annotations[`${prefix}/service-upstream`] = 'true';
    // Plain HTTP is told apart by its host alone: the sidecar knows the Service's.
    if (!https) annotations[`${prefix}/upstream-vhost`] = `${props.service}.${props.namespace}.svc.cluster.local`;
  }
  return { ...annotations, ...issuerAnnotations(path, props.certificateIssuer) };
}

/** What cert-manager reads of an Ingress (cert-manager, annotated Ingress resource). */
function issuerAnnotations(path: string, issuer: IssuerReference | undefined): Record<string, string> {
  if (issuer === undefined) return {};
  if (!(issuer instanceof IssuerReference)) throw Errors.refused(path, 'certificateIssuer is no IssuerReference', issuer, 'cert-manager, annotated Ingress resource', "use IssuerReference.issuer('...')");
  const prefix = 'cert-manager.io';
  return {
    [issuer.kind === 'ClusterIssuer' ? `${prefix}/cluster-issuer` : `${prefix}/issuer`]: issuer.name,
    // cert-manager refuses both of them beside cluster-issuer.
    ...(issuer.group === prefix ? {} : { [`${prefix}/issuer-kind`]: issuer.kind, [`${prefix}/issuer-group`]: issuer.group }),
    [`${prefix}/private-key-algorithm`]: 'ECDSA',
    [`${prefix}/private-key-size`]: '256',
    [`${prefix}/private-key-rotation-policy`]: 'Always',
  };
}

function checkCertificate(path: string, certificate: TlsCertificate, hosts: readonly string[], props: TlsIngressProps): void {
  if (!(certificate instanceof TlsCertificate)) throw Errors.refused(path, 'certificate is no TlsCertificate', certificate, 'control TX1, 45 CFR 164.312(e)(2)(ii)', 'make one: new TlsCertificate(...), or name its Secret in tlsSecret');
  const other = props.tlsSecret ?? props.certificateIssuer;
  if (other !== undefined) throw Errors.refused(path, 'certificate stands beside tlsSecret or certificateIssuer', other, 'control TX1: one certificate a host', 'give one of them');
  if (certificate.namespace !== props.namespace) {
    throw Errors.refused(path, 'certificate is of another namespace', certificate.namespace, 'Kubernetes, IngressTLS: the Secret is in the namespace of the Ingress', `make it in ${props.namespace}`);
  }
  const open = hosts.find((host) => !certificate.dnsNames.some((name) => name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1))));
  if (open !== undefined) throw Errors.refused(path, 'certificate does not cover a host', open, 'control TX1, 45 CFR 164.312(e)(2)(ii): TLS covers every host; RFC 6125', 'add it to the dnsNames of the certificate');
}

function albAnnotations(path: string, https: boolean, props: TlsIngressProps): Record<string, string> {
  refuseProps(path, props, ['tlsSecret', 'backendCaSecret', 'certificate', 'certificateIssuer'], 'an Application Load Balancer', 'ingress-nginx');
  if (props.mesh !== undefined) {
    throw Errors.refused(path, 'an Application Load Balancer is part of no mesh', props.mesh, 'control TX2, 45 CFR 164.312(e)(2)(ii): it cannot speak the mutual TLS of a mesh, and STRICT takes nothing else',
      "let the load balancer reach a gateway's pods, and route to the workload by a MeshGateway");
  }
  const arn = props.certificateArn;
  if (arn === undefined || isTerraformToken(arn)) {
    throw Errors.refused(path, 'certificateArn is no plain ARN', arn, 'control TX1, 45 CFR 164.312(e)(2)(ii): an Application Load Balancer serves a certificate of ACM; a Terraform reference would be written as text',
      "give it: 'arn:aws:acm:us-east-1:123456789012:certificate/...'");
  }
  checkArn(path, 'certificateArn', arn, 'acm');
  const prefix = 'alb.ingress.kubernetes.io';
  const protocol = https ? 'HTTPS' : 'HTTP';
  return {
    [`${prefix}/scheme`]: props.internetFacing === true ? 'internet-facing' : 'internal',
    [`${prefix}/target-type`]: 'ip',
    [`${prefix}/listen-ports`]: '[{"HTTPS":443}]',
    [`${prefix}/certificate-arn`]: arn,
    [`${prefix}/ssl-policy`]: SSL_POLICY,
    [`${prefix}/listener-attributes.HTTPS-443`]: `routing.http.response.strict_transport_security.header_value=${HSTS}`,
    [`${prefix}/backend-protocol`]: protocol,
    // Health checks default to HTTP, which a target that speaks TLS alone never answers.
    [`${prefix}/healthcheck-protocol`]: protocol,
  };
}

/** What a controller does not read is refused: its user would believe that it works. */
function refuseProps(path: string, props: TlsIngressProps, fields: readonly (keyof TlsIngressProps)[], controller: string, other: string): void {
  for (const field of fields) {
    if (props[field] !== undefined) throw Errors.refused(path, `${field} is not read by ${controller}`, props[field], `control TX1: ${field} belongs to ${other}`, `remove ${field}, or choose the other ingressClass`);
  }
}
