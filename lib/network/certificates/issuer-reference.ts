import { checkDnsSubdomain } from '../../profile/checks';

/** Who signs a certificate, as cert-manager finds it. */
export class IssuerReference {
  /** An Issuer of the certificate's own namespace. */
  public static issuer(name: string): IssuerReference {
    return new IssuerReference('Issuer', name, 'cert-manager.io');
  }

  /** An issuer for every namespace: whoever may make certificates anywhere gets them of it. */
  public static clusterIssuer(name: string): IssuerReference {
    return new IssuerReference('ClusterIssuer', name, 'cert-manager.io');
  }

  /** An AWSPCAIssuer of the certificate's own namespace: AWS Private CA, by its add-on to cert-manager. */
  public static awsPrivateCa(name: string): IssuerReference {
    return new IssuerReference('AWSPCAIssuer', name, 'awspca.cert-manager.io');
  }

  /** An AWSPCAClusterIssuer: AWS Private CA, for every namespace. */
  public static awsPrivateCaForCluster(name: string): IssuerReference {
    return new IssuerReference('AWSPCAClusterIssuer', name, 'awspca.cert-manager.io');
  }

  public readonly kind: string;
  public readonly name: string;
  public readonly group: string;

  private constructor(kind: string, name: string, group: string) {
    checkDnsSubdomain('IssuerReference', 'name', name);
    this.kind = kind;
    this.name = name;
    this.group = group;
    Object.freeze(this);
  }
}
