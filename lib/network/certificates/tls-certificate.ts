import { Construct } from 'constructs';
import {
  Certificate, CertificateSpecPrivateKeyAlgorithm as Algorithm, CertificateSpecPrivateKeyEncoding as Encoding, CertificateSpecPrivateKeyRotationPolicy as Rotation,
  CertificateSpecUsages as Usage,
} from '../../../imports/cert-manager.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkHost, checkInteger } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { IssuerReference } from './issuer-reference';

/** What browsers took at most before 2026; public authorities give less by now (CA/Browser Forum, baseline requirements). */
const LONGEST_DAYS = 398;

export interface TlsCertificateProps {
  readonly namespace: string;
  /** Name of the Certificate. @default - the name of the Secret */
  readonly name?: string;
  /** Secret that cert-manager writes key and certificate into. */
  readonly secretName: string;
  /** Names that the certificate is for; at least one. */
  readonly dnsNames: readonly string[];
  readonly issuer: IssuerReference;
  /** Days that it is valid. ACME authorities decide by themselves. @default 90 */
  readonly durationDays?: number;
  /** Days before its end at which it is renewed. @default - a third of its duration */
  readonly renewBeforeDays?: number;
  /** Whether the certificate also proves a client, for mutual TLS. @default false */
  readonly clientAuth?: boolean;
  /** Takes names such as *.example.com. @default false */
  readonly allowWildcardHosts?: boolean;
}

/**
 * A certificate that cert-manager renews in time, with a new key each time.
 *
 * Serves 45 CFR 164.312(e)(2)(ii): TLS that nobody renews ends in plaintext or in an outage. The key is ECDSA P-256, which TLS 1.2 and 1.3 take with forward secrecy
 * alone, and is replaced at every renewal: cert-manager before 1.18 keeps it otherwise (cert-manager, Certificate, rotationPolicy). Workloads that read the Secret
 * have to read it again.
 *
 * @example
 *   const certificate = new TlsCertificate(chart, 'Certificate', {
 *     namespace: 'healthcare-prod', secretName: 'patient-portal-tls', dnsNames: ['patient-portal.example.com'], issuer: IssuerReference.awsPrivateCa('private-ca'),
 *   });
 *   new TlsIngress(chart, 'Ingress', { namespace: 'healthcare-prod', name: 'patient-portal', host: 'patient-portal.example.com', service: 'patient-portal', certificate });
 */
export class TlsCertificate extends Construct {
  public readonly namespace: string;
  public readonly secretName: string;
  public readonly dnsNames: readonly string[];

  public constructor(scope: Construct, id: string, props: TlsCertificateProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'secretName', 'dnsNames', 'issuer', 'durationDays', 'renewBeforeDays', 'clientAuth', 'allowWildcardHosts'], 'a certificate takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'secretName', props.secretName);
    const { name = props.secretName, durationDays = 90 } = props;
    checkDnsSubdomain(path, 'name', name);
    checkNames(path, props);
    if (!(props.issuer instanceof IssuerReference)) throw Errors.refused(path, 'issuer is no IssuerReference', props.issuer, 'cert-manager, Certificate, issuerRef', "use IssuerReference.issuer('...') or the reference of a CertificateIssuer");
    checkInteger(path, 'durationDays', durationDays, 2, LONGEST_DAYS, 'a certificate that is valid for long is revoked by nobody (CA/Browser Forum, baseline requirements)');
    const renewBeforeDays = props.renewBeforeDays ?? Math.max(1, Math.floor(durationDays / 3));
    checkInteger(path, 'renewBeforeDays', renewBeforeDays, 1, durationDays - 1, 'cert-manager, Certificate: it is renewed before it ends');

    new Certificate(this, 'Resource', {
      metadata: { name, namespace: props.namespace },
      spec: {
        secretName: props.secretName,
        // As Go writes a duration: another spelling shows as a difference to tools that compare.
        duration: `${durationDays * 24}h0m0s`,
        renewBefore: `${renewBeforeDays * 24}h0m0s`,
        dnsNames: [...props.dnsNames],
        usages: [Usage.DIGITAL_SIGNATURE, Usage.SERVER_AUTH, ...(props.clientAuth === true ? [Usage.CLIENT_AUTH] : [])],
        privateKey: { algorithm: Algorithm.ECDSA, encoding: Encoding.PKCS8, size: 256, rotationPolicy: Rotation.ALWAYS },
        issuerRef: { name: props.issuer.name, kind: props.issuer.kind, group: props.issuer.group },
      },
    });
    this.namespace = props.namespace;
    this.secretName = props.secretName;
    this.dnsNames = Object.freeze([...props.dnsNames]);
  }
}

function checkNames(path: string, props: TlsCertificateProps): void {
  if (!Array.isArray(props.dnsNames) || props.dnsNames.length === 0) {
    throw Errors.refused(path, 'dnsNames names nobody', props.dnsNames, 'RFC 6125: a server is known by a name in its certificate', "name each host, such as ['patient-portal.example.com']");
  }
  for (const name of props.dnsNames as readonly string[]) {
    checkHost(path, 'dnsNames', name);
    if (name.startsWith('*.') && props.allowWildcardHosts !== true) {
      throw Errors.refused(path, 'a wildcard was not asked for', name, 'control TX1, 45 CFR 164.312(e)(2)(ii): hosts are named', 'name each host, or set allowWildcardHosts: true');
    }
  }
}
