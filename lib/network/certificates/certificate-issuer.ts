import { Construct } from 'constructs';
import { Issuer } from '../../../imports/cert-manager.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { CertificateAuthority } from './certificate-authority';
import { IssuerReference } from './issuer-reference';

export interface CertificateIssuerProps {
  readonly namespace: string;
  readonly name: string;
  readonly authority: CertificateAuthority;
}

/**
 * An issuer of cert-manager for one namespace.
 *
 * Serves 45 CFR 164.312(e)(2)(ii). It is bound to its namespace, so that no other namespace gets certificates by it, as it would by a ClusterIssuer. AWS Private CA has
 * an issuer of its own kind, which `IssuerReference.awsPrivateCa` refers to.
 *
 * @example
 *   const issuer = new CertificateIssuer(chart, 'Issuer', {
 *     namespace: 'healthcare-prod', name: 'vault',
 *     authority: CertificateAuthority.vault({ server: 'https://vault.example.com:8200', path: 'pki/sign/patient-portal', role: 'patient-portal', serviceAccount: 'certificates' }),
 *   });
 *   new TlsCertificate(chart, 'Certificate', {
 *     namespace: 'healthcare-prod', secretName: 'patient-portal-tls', dnsNames: ['patient-portal.example.com'], issuer: issuer.reference,
 *   });
 */
export class CertificateIssuer extends Construct {
  /** What certificates of the same namespace name. */
  public readonly reference: IssuerReference;

  public constructor(scope: Construct, id: string, props: CertificateIssuerProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'authority'], 'an issuer takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    if (!(props.authority instanceof CertificateAuthority)) throw Errors.refused(path, 'authority is no CertificateAuthority', props.authority, 'cert-manager, Issuer', 'use CertificateAuthority.acme(...), privateCa(...) or vault(...)');

    new Issuer(this, 'Resource', { metadata: { name: props.name, namespace: props.namespace }, spec: props.authority._spec });
    this.reference = IssuerReference.issuer(props.name);
  }
}
