import { partitionOf } from './aws';
import { PlatformKind, type Platform } from './platform';

/** What names derive from. */
export interface NamesProps {
  readonly cluster: string;
  readonly account: string;
  readonly region: string;
  /** @default hipaa-audit-logs-<account>-<region> */
  readonly archiveBucket?: string;
  /** @default hipaa-logging */
  readonly loggingNamespace?: string;
}

/**
 * Every name that both halves need, derived in one place. Terraform and Kubernetes are two trees: no reference crosses between
 * them, so what one half creates and the other mentions is a plain string from here.
 */
export class Names {
  public readonly cluster: string;
  /** Where EKS writes the control plane's logs; AWS fixes this name. */
  public readonly clusterLogGroup: string;
  public readonly archiveBucket: string;
  public readonly archiveBucketArn: string;
  /** Key prefix under which the cluster's API audit log lies in the archive, without slashes at its ends. */
  public readonly auditLogPrefix: string;
  /** Key prefix under which the cluster's container logs lie in the archive. */
  public readonly containerLogPrefix: string;
  public readonly terraformStateBucket: string;
  /** Alias of the key that encrypts Kubernetes Secrets, without `alias/`. */
  public readonly secretsKeyAlias: string;
  /** Alias of the key that encrypts log groups. */
  public readonly logsKeyAlias: string;
  /** Alias of the key that encrypts the archive. */
  public readonly archiveKeyAlias: string;
  public readonly clusterRole: string;
  public readonly logShipperRole: string;
  public readonly logShipperRoleArn: string;
  public readonly loggingNamespace: string;
  public readonly logShipperServiceAccount: string;

  public constructor(props: NamesProps) {
    const partition = partitionOf(props.region);
    this.cluster = props.cluster;
    this.clusterLogGroup = `/aws/eks/${props.cluster}/cluster`;
    this.archiveBucket = props.archiveBucket ?? `hipaa-audit-logs-${props.account}-${props.region}`;
    this.archiveBucketArn = `arn:${partition}:s3:::${this.archiveBucket}`;
    this.auditLogPrefix = `audit-logs/${props.cluster}`;
    this.containerLogPrefix = `container-logs/${props.cluster}`;
    this.terraformStateBucket = `hipaa-terraform-state-${props.account}-${props.region}`;
    this.secretsKeyAlias = `${props.cluster}-secrets`;
    this.logsKeyAlias = `${props.cluster}-logs`;
    this.archiveKeyAlias = `${props.cluster}-audit-archive`;
    this.clusterRole = `${props.cluster}-control-plane`;
    this.logShipperRole = `${props.cluster}-log-shipper`;
    this.logShipperRoleArn = `arn:${partition}:iam::${props.account}:role/${this.logShipperRole}`;
    this.loggingNamespace = props.loggingNamespace ?? 'hipaa-logging';
    this.logShipperServiceAccount = 'fluent-bit';
    Object.freeze(this);
  }

  /** Key prefix of what the log shipper ships: the API audit log where it lies on the nodes, container logs elsewhere. */
  public shippedLogPrefix(platform: Platform): string {
    return platform.kind === PlatformKind.SELF_MANAGED ? this.auditLogPrefix : this.containerLogPrefix;
  }
}
