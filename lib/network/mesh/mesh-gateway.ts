import { Construct } from 'constructs';
import {
  Gateway, GatewaySpecServersPortProtocol as Protocol, GatewaySpecServersTlsMinProtocolVersion as Version, GatewaySpecServersTlsMode as Mode, type GatewaySpecServers,
} from '../../../imports/networking.istio.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkHost, checkPort, checkSelector } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { GatewayTlsVersion } from './gateway-tls-version';

/** Of TLS 1.2, what has forward secrecy and authenticated encryption; Istio's own default has more. TLS 1.3 has nothing else. */
const CIPHER_SUITES = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'];

export interface MeshGatewayProps {
  /** Namespace of the Gateway. */
  readonly namespace: string;
  readonly name: string;
  /** Hosts that are served, each by name; at least one. */
  readonly hosts: readonly string[];
  /**
   * Secret with the certificate of every host, in the namespace of the gateway's pods. For mutualTls, `ca.crt` in it, or in a Secret `<name>-cacert` beside it, signed the
   * clients' certificates.
   */
  readonly credentialName: string;
  /** Labels of the gateway's pods. @default - istio: ingressgateway */
  readonly gatewayPodLabels?: Readonly<Record<string, string>>;
  /** Namespace of the VirtualServices that may serve the hosts. @default - the namespace of the Gateway */
  readonly routeNamespace?: string;
  /** @default GatewayTlsVersion.TLS_1_2 */
  readonly minimumTls?: GatewayTlsVersion;
  /** Asks clients for a certificate. @default false */
  readonly mutualTls?: boolean;
  /** Port of the gateway's Service for HTTPS. @default 443 */
  readonly httpsPort?: number;
  /** Answers plain HTTP on port 80 with a redirect, and with nothing else. @default true; false leaves port 80 closed */
  readonly httpsRedirect?: boolean;
}

/**
 * A gateway of the mesh that serves its hosts over TLS alone.
 *
 * Serves 45 CFR 164.312(e)(2)(ii). Hosts are named, so that nobody's VirtualService is served by mistake, and only VirtualServices of one namespace take them. Behind the
 * gateway, the mesh speaks mutual TLS (StrictMutualTls). A Gateway selects gateway pods of any namespace, and finds `credentialName` beside those pods, not beside itself.
 *
 * It is the way in for a load balancer, which no mesh lets through to workloads: a Network Load Balancer passes TLS on to the gateway's pods. Where their namespace is
 * closed too, it takes a DnsEgressPolicy, a MeshControlPlanePolicy of MeshMode.SIDECAR (a gateway is a proxy that asks istiod), an IngressControllerPolicy with the
 * `sourceCidrs` of the load balancer for the port on which the pods listen, and an AllowFlow and a MeshAllow to each workload.
 *
 * @example
 *   new MeshGateway(chart, 'Gateway', {
 *     namespace: 'healthcare-prod', name: 'patient-portal', hosts: ['patient-portal.example.com'], credentialName: 'patient-portal-tls',
 *   });
 */
export class MeshGateway extends Construct {
  public constructor(scope: Construct, id: string, props: MeshGatewayProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'hosts', 'credentialName', 'gatewayPodLabels', 'routeNamespace', 'minimumTls', 'mutualTls', 'httpsPort', 'httpsRedirect'], 'a gateway takes no other field');
    const { minimumTls = GatewayTlsVersion.TLS_1_2, httpsPort = 443, gatewayPodLabels = { istio: 'ingressgateway' } } = props;
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    checkDnsSubdomain(path, 'credentialName', props.credentialName);
    checkSelector(path, 'gatewayPodLabels', gatewayPodLabels);
    if (props.routeNamespace !== undefined) checkDnsLabel(path, 'routeNamespace', props.routeNamespace);
    checkPort(path, 'httpsPort', httpsPort);
    if (httpsPort === 80) throw Errors.refused(path, 'httpsPort is the port of plain HTTP', httpsPort, 'control TX1, 45 CFR 164.312(e)(2)(ii)', 'leave httpsPort out for 443');
    if (!Object.values(GatewayTlsVersion).includes(minimumTls)) {
      throw Errors.refused(path, 'minimumTls is no version that protects PHI', minimumTls, 'control TX1, 45 CFR 164.312(e)(2)(ii); NIST SP 800-52 Rev. 2', 'use GatewayTlsVersion.TLS_1_2 or TLS_1_3');
    }
    // `.` is the namespace of the Gateway.
    const hosts = checkHosts(path, props.hosts).map((host) => `${props.routeNamespace ?? '.'}/${host}`);

    const https: GatewaySpecServers = {
      hosts,
      port: { name: 'https', number: httpsPort, protocol: Protocol.HTTPS },
      tls: {
        mode: props.mutualTls === true ? Mode.MUTUAL : Mode.SIMPLE,
        credentialName: props.credentialName,
        ...(minimumTls === GatewayTlsVersion.TLS_1_3
          ? { minProtocolVersion: Version.TLSV1_UNDERSCORE_3 }
          : { minProtocolVersion: Version.TLSV1_UNDERSCORE_2, cipherSuites: [...CIPHER_SUITES] }),
      },
    };
    const redirect: GatewaySpecServers = { hosts, port: { name: 'http', number: 80, protocol: Protocol.HTTP }, tls: { httpsRedirect: true } };
    const gateway = new Gateway(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      spec: { selector: { ...gatewayPodLabels }, servers: props.httpsRedirect === false ? [https] : [https, redirect] },
    });
    Safeguard.implement(gateway, Control.TX1_INGRESS, 'TLS of at least 1.2 covers every host, and plain HTTP is redirected or not listened to');
  }
}

function checkHosts(path: string, hosts: readonly string[]): readonly string[] {
  if (!Array.isArray(hosts) || hosts.length === 0) throw Errors.refused(path, 'hosts names nobody', hosts, 'control TX1, 45 CFR 164.312(e)(2)(ii): hosts are named', "name each host, such as ['patient-portal.example.com']");
  for (const host of hosts as readonly string[]) {
    checkHost(path, 'hosts', host);
    if (host.startsWith('*.')) throw Errors.refused(path, 'hosts has a wildcard', host, 'control TX1, 45 CFR 164.312(e)(2)(ii): hosts are named', 'name each host');
  }
  if (new Set(hosts).size !== hosts.length) throw Errors.refused(path, 'hosts names one twice', hosts, 'Istio, Gateway: one entry a host', 'remove one');
  return hosts as readonly string[];
}
