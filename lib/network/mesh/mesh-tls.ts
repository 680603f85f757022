import { checkFields, checkHost } from '../../profile/checks';
import { Errors } from '../../profile/errors';

export interface ExternalTlsProps {
  /** File in the proxy with the authorities that the server's certificate is checked against: without one, Istio takes any certificate. */
  readonly caCertificates: string;
  /** Name that is asked for in the handshake. @default - the host */
  readonly sni?: string;
  /** Names of which the certificate has to carry one. @default - the host */
  readonly subjectAltNames?: readonly string[];
}

/** How proxies of the mesh encrypt what they send to a host. */
export class MeshTls {
  /** Mutual TLS with the mesh's own certificates, for hosts of the cluster. */
  public static istioMutual(): MeshTls {
    return new MeshTls(undefined);
  }

  /**
   * TLS that the proxy begins on behalf of a workload, for hosts outside of the cluster, whose certificate is verified. The proxy is a sidecar, a gateway or a waypoint: in
   * an ambient mesh ztunnel begins none (MeshDestinationRule).
   */
  public static external(props: ExternalTlsProps): MeshTls {
    const path = 'MeshTls.external';
    checkFields(path, props, ['caCertificates', 'sni', 'subjectAltNames'], 'TLS to an external host takes no other field');
    if (typeof props.caCertificates !== 'string' || !/^\/[\w./-]+$/.test(props.caCertificates)) {
      throw Errors.refused(path, 'caCertificates is no file', props.caCertificates, 'control TX2, 45 CFR 164.312(e)(2)(ii); Istio, ClientTLSSettings: without authorities the certificate is not verified', "give a path in the proxy, such as '/etc/ssl/certs/ca-certificates.crt'");
    }
    if (props.sni !== undefined) checkHost(path, 'sni', props.sni);
    if (props.subjectAltNames !== undefined && (!Array.isArray(props.subjectAltNames) || props.subjectAltNames.length === 0)) {
      throw Errors.refused(path, 'subjectAltNames names nobody', props.subjectAltNames, 'Istio, ClientTLSSettings: without names any certificate of the authority is taken', 'name the host, or leave subjectAltNames out');
    }
    for (const name of props.subjectAltNames ?? []) checkHost(path, 'subjectAltNames', name);
    return new MeshTls(Object.freeze({ ...props, ...(props.subjectAltNames === undefined ? {} : { subjectAltNames: Object.freeze([...props.subjectAltNames]) }) }));
  }

  /** What is verified of an external host; nothing for hosts of the cluster. */
  public readonly externalHost: ExternalTlsProps | undefined;

  private constructor(externalHost: ExternalTlsProps | undefined) {
    this.externalHost = externalHost;
    Object.freeze(this);
  }
}
