import { checkArn, checkDnsLabel, checkFields, checkRegion, isTerraformToken } from '../../profile/checks';
import { Errors } from '../../profile/errors';

export interface Route53SolverProps {
  /** Region in which cert-manager calls AWS. */
  readonly region: string;
  /** Zone that records are written into. @default - cert-manager looks for it, which needs route53:ListHostedZonesByName */
  readonly hostedZoneId?: string;
  /** IAM role that cert-manager assumes, where the zone is in another account. @default - cert-manager's own workload identity */
  readonly roleArn?: string;
}

/** How an ACME authority is shown that a name is ours. */
export class AcmeSolver {
  /** By a record in Route 53 (DNS01). Nothing has to be reached from outside, and no key of AWS is in the cluster: cert-manager has a workload identity. */
  public static route53(props: Route53SolverProps): AcmeSolver {
    const path = 'AcmeSolver.route53';
    checkFields(path, props, ['region', 'hostedZoneId', 'roleArn'], 'a Route 53 solver takes no other field, and no access key');
    if (isTerraformToken(props.region)) throw Errors.refused(path, 'region is only known when Terraform applies', props.region, 'a manifest takes plain values', 'write the region itself');
    checkRegion(path, 'region', props.region);
    if (props.hostedZoneId !== undefined && !/^Z[A-Z0-9]{1,31}$/.test(props.hostedZoneId)) {
      throw Errors.refused(path, 'hostedZoneId is none of Route 53', props.hostedZoneId, 'Amazon Route 53, hosted zone ids', "use the zone's own id, such as 'Z0123456789ABCDEFGHIJ'");
    }
    if (props.roleArn !== undefined) {
      if (isTerraformToken(props.roleArn)) throw Errors.refused(path, 'roleArn is only known when Terraform applies', props.roleArn, 'a manifest takes plain values', 'write the ARN itself');
      checkArn(path, 'roleArn', props.roleArn, 'iam');
    }
    return new AcmeSolver(Object.freeze({ ...props }), undefined);
  }

  /**
   * By an answer over HTTP (HTTP01): cert-manager starts a pod in the certificate's namespace, which the ingress controller reaches on port 8089 and the authority
   * reaches in plaintext. In a PHI namespace both need policies of their own: prefer `route53`.
   */
  public static http01(ingressClassName: string): AcmeSolver {
    checkDnsLabel('AcmeSolver.http01', 'ingressClassName', ingressClassName);
    return new AcmeSolver(undefined, ingressClassName);
  }

  public readonly dns: Route53SolverProps | undefined;
  public readonly ingressClassName: string | undefined;

  private constructor(dns: Route53SolverProps | undefined, ingressClassName: string | undefined) {
    this.dns = dns;
    this.ingressClassName = ingressClassName;
    Object.freeze(this);
  }
}
