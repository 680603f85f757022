import { KubeRole, KubeRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
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
  /** Namespace of cert-manager, for authorities that it asks with tokens of a ServiceAccount. @default cert-manager */
  readonly certManagerNamespace?: string;
  /** ServiceAccount of cert-manager's controller, for the same. @default cert-manager */
  readonly certManagerServiceAccount?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * An issuer of cert-manager for one namespace.
 *
 * Serves 45 CFR 164.312(e)(2)(ii). It is bound to its namespace, so that no other namespace gets certificates by it, as it would by a ClusterIssuer. AWS Private CA has
 * an issuer of its own kind, which `IssuerReference.awsPrivateCa` refers to.
 *
 * For an authority that cert-manager asks with tokens of a ServiceAccount (Vault, Route 53), a Role lets cert-manager make tokens of that one ServiceAccount, and of no
 * other: without it no certificate is signed, and with one for every name cert-manager could act as each workload of the namespace (cert-manager, serviceAccountRef). The
 * ServiceAccount is not made here.
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
    checkFields(path, props, ['namespace', 'name', 'authority', 'certManagerNamespace', 'certManagerServiceAccount'], 'an issuer takes no other field');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    if (!(props.authority instanceof CertificateAuthority)) throw Errors.refused(path, 'authority is no CertificateAuthority', props.authority, 'cert-manager, Issuer', 'use CertificateAuthority.acme(...), privateCa(...) or vault(...)');
    const account = props.authority._tokenAccount;
    const { certManagerNamespace = 'cert-manager', certManagerServiceAccount = 'cert-manager' } = props;
    for (const field of ['certManagerNamespace', 'certManagerServiceAccount'] as const) {
      if (account === undefined && props[field] !== undefined) throw Errors.refused(path, `${field} means nothing for this authority`, props[field], 'cert-manager, Issuer: it asks this one without a token', `remove ${field}`);
    }
    checkDnsLabel(path, 'certManagerNamespace', certManagerNamespace);
    checkDnsSubdomain(path, 'certManagerServiceAccount', certManagerServiceAccount);

    if (account !== undefined) {
      const metadata = { name: `${props.name}-issuer-token`, namespace: props.namespace };
      new KubeRole(this, 'TokenRole', { metadata, rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [account], verbs: ['create'] }] });
      new KubeRoleBinding(this, 'TokenBinding', {
        metadata, roleRef: { apiGroup: RBAC, kind: 'Role', name: metadata.name }, subjects: [{ kind: 'ServiceAccount', name: certManagerServiceAccount, namespace: certManagerNamespace }],
      });
    }
    new Issuer(this, 'Resource', { metadata: { name: props.name, namespace: props.namespace }, spec: props.authority._spec });
    this.reference = IssuerReference.issuer(props.name);
  }
}
