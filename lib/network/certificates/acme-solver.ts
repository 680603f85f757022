import { checkArn, checkDnsSubdomain, checkFields, checkRegion, isTerraformToken } from '../../profile/checks';
import { Errors } from '../../profile/errors';

export interface Route53SolverProps {
  /** Region of STS, which gives the credentials; Route 53 itself has none. */
  readonly region: string;
  /** IAM role that writes the records. Its trust names `serviceAccount`, see `AcmeSolver.route53`. */
  readonly roleArn: string;
  /**
   * ServiceAccount of the issuer's namespace that cert-manager makes short tokens for, to assume the role. It is that of no pod: whoever runs as it may write
   * the records too. CertificateIssuer lets cert-manager make tokens for this one alone; it does not make the ServiceAccount.
   */
  readonly serviceAccount: string;
  /** Zone that records are written into. @default - cert-manager looks for it, which needs route53:ListHostedZonesByName */
  readonly hostedZoneId?: string;
}

/** How an ACME authority is shown that a name is ours. */
export class AcmeSolver {
  /**
   * By a record in Route 53 (DNS01). Nothing of the namespace has to be reached from outside, and no key of AWS is in the cluster.
   *
   * An Issuer of one namespace never uses cert-manager's own identity, unless it was started with `--issuer-ambient-credentials`, for the Issuers of everybody. It assumes
   * the role with a token of `serviceAccount` (cert-manager 1.15 or later; AWS STS, AssumeRoleWithWebIdentity). So the role trusts the cluster's OIDC
   * provider where `:aud` is `sts.amazonaws.com` and `:sub` is `system:serviceaccount:<namespace>:<serviceAccount>`, and may do route53:GetChange on
   * `change/*`, and route53:ChangeResourceRecordSets and ListResourceRecordSets on the zone. EKS Pod Identity is no way, as it is a pod's.
   *
   * cert-manager looks for the record before it tells the authority, at the zone's own name servers. Where its egress is closed but for the cluster's DNS server
   * (`AgentNamespace.certManager`), it has to be started with `--dns01-recursive-nameservers-only`: otherwise no challenge ever ends. It also reaches STS,
   * Route 53 and the authority on TCP 443 (`egressCidrs`).
   *
   * HTTP01 is not here: its challenge is served in plaintext by an Ingress and a pod that cert-manager makes in the namespace, which the constraint on Ingresses and the
   * default deny of PHI namespaces both refuse.
   */
  public static route53(props: Route53SolverProps): AcmeSolver {
    const path = 'AcmeSolver.route53';
    checkFields(path, props, ['region', 'roleArn', 'serviceAccount', 'hostedZoneId'], 'a Route 53 solver takes no other field, and no access key');
    if (isTerraformToken(props.region)) throw Errors.refused(path, 'region is only known when Terraform applies', props.region, 'a manifest takes plain values', 'write the region itself');
    checkRegion(path, 'region', props.region);
    checkRole(path, props.roleArn);
    checkDnsSubdomain(path, 'serviceAccount', props.serviceAccount);
    if (props.serviceAccount === 'default') {
      throw Errors.refused(path, 'serviceAccount is that of everybody', props.serviceAccount,
        'control AC11, 45 CFR 164.312(a)(1): every pod of a namespace that names none runs as default, and could assume the role', 'name one of its own, that no pod has');
    }
    if (props.hostedZoneId !== undefined && !/^Z[A-Z0-9]{1,31}$/.test(props.hostedZoneId)) {
      throw Errors.refused(path, 'hostedZoneId is none of Route 53', props.hostedZoneId, 'Amazon Route 53, hosted zone ids', "use the zone's own id, such as 'Z0123456789ABCDEFGHIJ'");
    }
    return new AcmeSolver(Object.freeze({ ...props }));
  }

  public readonly dns: Route53SolverProps;

  private constructor(dns: Route53SolverProps) {
    this.dns = dns;
    Object.freeze(this);
  }
}

function checkRole(path: string, roleArn: string): void {
  if (isTerraformToken(roleArn)) throw Errors.refused(path, 'roleArn is only known when Terraform applies', roleArn, 'a manifest takes plain values', 'write the ARN itself');
  checkArn(path, 'roleArn', roleArn, 'iam');
  if (!roleArn.includes(':role/')) throw Errors.refused(path, 'roleArn is no role', roleArn, 'AWS STS, AssumeRoleWithWebIdentity', "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/dns'");
}
