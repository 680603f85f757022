import type { IssuerSpec } from '../../../imports/cert-manager.io';
import { checkDnsSubdomain, checkFields, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { AcmeSolver } from './acme-solver';

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
const HTTPS = /^https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?(\/[\w./~-]*)?$/;

export interface AcmeAuthorityProps {
  readonly solver: AcmeSolver;
  /** Secret that cert-manager keeps the key of its account in. */
  readonly accountKeySecret: string;
  /** Address that the authority writes to. @default - none: some authorities write to nobody */
  readonly email?: string;
  /** Directory of the authority, over HTTPS. @default - that of Let's Encrypt */
  readonly server?: string;
}

export interface VaultAuthorityProps {
  /** Address of Vault, over HTTPS. */
  readonly server: string;
  /** Path that signs, such as pki/sign/patient-portal: its role says which names are signed. */
  readonly path: string;
  /** Role of Vault's Kubernetes authentication. */
  readonly role: string;
  /** ServiceAccount of the issuer's namespace that cert-manager makes short tokens for; CertificateIssuer lets it, and does not make the ServiceAccount. */
  readonly serviceAccount: string;
  /** Where the Kubernetes authentication is mounted. @default /v1/auth/kubernetes */
  readonly mountPath?: string;
  /** The authority of Vault's own certificate: PEM, in base64. @default - those that cert-manager's image trusts */
  readonly caBundle?: string;
}

/** Who signs the certificates of a CertificateIssuer. */
export class CertificateAuthority {
  /** An authority that speaks ACME, such as Let's Encrypt: it knows the names that it signs, and writes them into public logs. */
  public static acme(props: AcmeAuthorityProps): CertificateAuthority {
    const path = 'CertificateAuthority.acme';
    checkFields(path, props, ['solver', 'accountKeySecret', 'email', 'server'], 'an ACME authority takes no other field');
    if (!(props.solver instanceof AcmeSolver)) throw Errors.refused(path, 'solver is no AcmeSolver', props.solver, 'cert-manager, ACME', 'use AcmeSolver.route53(...)');
    checkDnsSubdomain(path, 'accountKeySecret', props.accountKeySecret);
    if (props.email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(props.email)) throw Errors.refused(path, 'email is no address', props.email, 'RFC 8555, contact', "use an address such as 'security@example.com'");
    const server = checkUrl(path, props.server ?? LETS_ENCRYPT);
    const { region, hostedZoneId, roleArn, serviceAccount } = props.solver.dns;
    return new CertificateAuthority({
      acme: {
        server,
        email: props.email,
        privateKeySecretRef: { name: props.accountKeySecret },
        solvers: [{ dns01: { route53: { region, hostedZoneId, role: roleArn, auth: { kubernetes: { serviceAccountRef: { name: serviceAccount } } } } } }],
      },
    }, serviceAccount);
  }

  /** An authority of one's own, whose key is in a Secret: whoever reads it can be anybody. Prefer one whose key never leaves it (AWS Private CA, Vault). */
  public static privateCa(secret: string): CertificateAuthority {
    checkDnsSubdomain('CertificateAuthority.privateCa', 'secret', secret);
    return new CertificateAuthority({ ca: { secretName: secret } }, undefined);
  }

  /** HashiCorp Vault's PKI engine, by short tokens of a ServiceAccount. */
  public static vault(props: VaultAuthorityProps): CertificateAuthority {
    const path = 'CertificateAuthority.vault';
    checkFields(path, props, ['server', 'path', 'role', 'serviceAccount', 'mountPath', 'caBundle'], 'a Vault authority takes no other field, and no token');
    if (typeof props.path !== 'string' || !/^[\w-]+(\/[\w.-]+)*\/sign\/[\w.-]+$/.test(props.path)) {
      throw Errors.refused(path, 'path signs nothing', props.path, 'cert-manager, Vault: the sign endpoint of a role of the PKI engine', "use a path such as 'pki/sign/patient-portal'");
    }
    checkText(path, 'role', props.role);
    checkDnsSubdomain(path, 'serviceAccount', props.serviceAccount);
    if (props.mountPath !== undefined && !/^\/v1\/auth\/[\w/-]+$/.test(props.mountPath)) throw Errors.refused(path, 'mountPath is no authentication of Vault', props.mountPath, 'cert-manager, Vault: it begins with /v1/auth/', "use a path such as '/v1/auth/kubernetes'");
    if (props.caBundle !== undefined && !/^[A-Za-z0-9+/]+={0,2}$/.test(props.caBundle)) throw Errors.refused(path, 'caBundle is no base64', props.caBundle, 'cert-manager, Vault, caBundle', 'encode the PEM in base64, without line breaks');
    return new CertificateAuthority({
      vault: {
        server: checkUrl(path, props.server),
        path: props.path,
        caBundle: props.caBundle,
        auth: { kubernetes: { role: props.role, mountPath: props.mountPath ?? '/v1/auth/kubernetes', serviceAccountRef: { name: props.serviceAccount } } },
      },
    }, props.serviceAccount);
  }

  /** @internal */
  public readonly _spec: IssuerSpec;
  /** ServiceAccount that cert-manager makes tokens for. @internal */
  public readonly _tokenAccount: string | undefined;

  private constructor(spec: IssuerSpec, tokenAccount: string | undefined) {
    this._spec = spec;
    this._tokenAccount = tokenAccount;
    Object.freeze(this);
  }
}

function checkUrl(path: string, server: string): string {
  if (typeof server !== 'string' || !HTTPS.test(server)) throw Errors.refused(path, 'server is no address over HTTPS', server, '45 CFR 164.312(e)(1): keys and names are asked for over TLS', "use an address such as 'https://vault.example.com:8200'");
  return server;
}
