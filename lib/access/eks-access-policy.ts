import { checkDnsLabel } from '../profile/checks';
import { Errors } from '../profile/errors';

/** The access policies of EKS, by what they grant (Amazon EKS, access policy permissions). */
export enum EksAccessLevel {
  /** Everything, Secrets and permissions themselves included. */
  CLUSTER_ADMIN = 'AmazonEKSClusterAdminPolicy',
  /** Workloads, Secrets and Roles. */
  ADMIN = 'AmazonEKSAdminPolicy',
  /** Workloads and Secrets. */
  EDIT = 'AmazonEKSEditPolicy',
  /** Reads, without Secrets. */
  VIEW = 'AmazonEKSViewPolicy',
  /** Reads, Secrets included. */
  ADMIN_VIEW = 'AmazonEKSAdminViewPolicy',
}

/**
 * An access policy of EKS and where it holds: a grant beside Kubernetes' own RBAC, which works when that is broken.
 *
 * @example
 *   const reads = EksAccessPolicy.inNamespaces(EksAccessLevel.VIEW, ['web']);
 */
export class EksAccessPolicy {
  /** In every namespace, and on what belongs to none. */
  public static onCluster(level: EksAccessLevel): EksAccessPolicy {
    return new EksAccessPolicy('EksAccessPolicy.onCluster', level, []);
  }

  /** In the named namespaces alone. */
  public static inNamespaces(level: EksAccessLevel, namespaces: readonly string[]): EksAccessPolicy {
    const path = 'EksAccessPolicy.inNamespaces';
    if (!Array.isArray(namespaces) || namespaces.length === 0) {
      throw Errors.refused(path, 'namespaces names none', namespaces, 'Amazon EKS, AccessScope', "name them: ['web'], or use EksAccessPolicy.onCluster()");
    }
    for (const namespace of namespaces as readonly string[]) checkDnsLabel(path, 'namespaces', namespace);
    return new EksAccessPolicy(path, level, namespaces);
  }

  /** Empty where it holds in the whole cluster. */
  public readonly namespaces: readonly string[];

  private constructor(path: string, public readonly level: EksAccessLevel, namespaces: readonly string[]) {
    if (!Object.values(EksAccessLevel).includes(level)) {
      throw Errors.refused(path, 'level is none of the access policies', level, 'Amazon EKS, access policy permissions', 'use an EksAccessLevel');
    }
    this.namespaces = Object.freeze([...namespaces]);
    Object.freeze(this);
  }
}
