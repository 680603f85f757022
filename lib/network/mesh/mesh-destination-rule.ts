import { Construct } from 'constructs';
import { DestinationRule, DestinationRuleSpecTrafficPolicyTlsMode as Mode, type DestinationRuleSpecTrafficPolicyTls } from '../../../imports/networking.istio.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkHost } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { MeshTls } from './mesh-tls';

/** Names of Services, with or without a wildcard before them. */
const IN_CLUSTER = /\.local$/;

export interface MeshDestinationRuleProps {
  readonly namespace: string;
  readonly name: string;
  /** Full name of the host: `records.patient-data.svc.cluster.local`, `*.patient-data.svc.cluster.local`, or `api.example.com`. */
  readonly host: string;
  /** How what is sent there is encrypted. @default MeshTls.istioMutual() */
  readonly tls?: MeshTls;
  /** Whether other namespaces follow the rule too. @default false: the namespace's own workloads alone */
  readonly everyNamespace?: boolean;
}

/**
 * Has the proxies of a mesh encrypt what they send to a host: with mutual TLS to a Service, or with TLS that the proxy begins and whose certificate it verifies to a
 * host outside of the cluster.
 *
 * Serves 45 CFR 164.312(e)(2)(ii). Istio encrypts to Services of the mesh by itself; a rule for one without `tls` would switch that off for proxies that are told no
 * mode. Full names only: a short one means another Service in each namespace. An external host is in the mesh's registry by a ServiceEntry, without which Istio ignores
 * the rule. The least version of TLS is no field of a rule: it is the mesh's `meshConfig.tlsDefaults.minProtocolVersion`, and `meshMTLS.minProtocolVersion`
 * between workloads.
 *
 * Proxies of pods, gateways and waypoints read it; ztunnel does not. In an ambient namespace without a waypoint before the host, a rule with MeshTls.external encrypts
 * nothing, and synth fails where the namespace claims TX2: let the workload speak TLS by itself (AllowExternalTls), or put the ServiceEntry of the host behind a waypoint
 * (`istio.io/use-waypoint`). Mutual TLS to Services needs no rule there.
 *
 * @example
 *   new MeshDestinationRule(chart, 'Claims', {
 *     namespace: 'healthcare-prod', name: 'claims', host: 'claims.example.com',
 *     tls: MeshTls.external({ caCertificates: '/etc/ssl/certs/ca-certificates.crt' }),
 *   });
 */
export class MeshDestinationRule extends Construct {
  public constructor(scope: Construct, id: string, props: MeshDestinationRuleProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'host', 'tls', 'everyNamespace'], 'a rule for a destination takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    checkHost(path, 'host', props.host);

    new DestinationRule(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      spec: { host: props.host, exportTo: [props.everyNamespace === true ? '*' : '.'], trafficPolicy: { tls: settings(path, props) } },
    });
  }
}

function settings(path: string, { host, tls = MeshTls.istioMutual() }: MeshDestinationRuleProps): DestinationRuleSpecTrafficPolicyTls {
  if (!(tls instanceof MeshTls)) throw Errors.refused(path, 'tls is no MeshTls', tls, 'control TX2, 45 CFR 164.312(e)(2)(ii): nothing is sent in plaintext', 'use MeshTls.istioMutual() or MeshTls.external(...)');
  const external = tls.externalHost;
  if ((external === undefined) !== IN_CLUSTER.test(host)) {
    throw Errors.refused(path, external === undefined ? 'a host outside of the cluster has no certificate of the mesh' : 'a Service of the cluster takes mutual TLS of the mesh', host,
      'control TX2, 45 CFR 164.312(e)(2)(ii): STRICT takes mutual TLS alone, and nobody else speaks it', external === undefined ? 'use MeshTls.external(...)' : 'use MeshTls.istioMutual()');
  }
  if (external === undefined) return { mode: Mode.ISTIO_UNDERSCORE_MUTUAL };
  if (host.startsWith('*.') && (external.sni === undefined || external.subjectAltNames === undefined)) {
    throw Errors.refused(path, 'a wildcard is no name to ask for', host, 'RFC 6066: the handshake names one host', 'name one host, or give sni and subjectAltNames');
  }
  return { mode: Mode.SIMPLE, caCertificates: external.caCertificates, sni: external.sni ?? host, subjectAltNames: [...(external.subjectAltNames ?? [host])] };
}
