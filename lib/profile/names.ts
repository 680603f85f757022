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
  public readonly account: string;
  public readonly partition: string;
  /** Where EKS writes the control plane's logs; AWS fixes this name. */
  public readonly clusterLogGroup: string;
  public readonly archiveBucket: string;
  public readonly archiveBucketArn: string;
  /** Key prefix under which the cluster's API audit log lies in the archive, without slashes at its ends. */
  public readonly auditLogPrefix: string;
  /** Key prefix of what Session Manager recorded. */
  public readonly sessionLogPrefix: string;
  /** Key prefix of what Amazon Data Firehose could not process. */
  public readonly deliveryErrorPrefix: string;
  /** Where Firehose writes before replication carries each object into the archive. */
  public readonly landingBucket: string;
  /** The archive's locked copy in a second region. */
  public readonly replicaBucket: string;
  /** Answers of Athena. */
  public readonly queryBucket: string;
  /** What AWS Config records; it cannot deliver into a locked bucket. */
  public readonly configurationBucket: string;
  /** What Velero backs up, in a second region. */
  public readonly backupBucket: string;
  /** Key prefix under which the cluster's container logs lie in the archive. */
  public readonly containerLogPrefix: string;
  public readonly terraformStateBucket: string;
  /** Alias of the key that encrypts Kubernetes Secrets, without `alias/`. */
  public readonly secretsKeyAlias: string;
  /** Alias of the key that encrypts log groups. */
  public readonly logsKeyAlias: string;
  /** Alias of the key that encrypts the archive. */
  public readonly archiveKeyAlias: string;
  /** Alias of the key that encrypts the volumes of PHI. */
  public readonly phiVolumesKeyAlias: string;
  public readonly clusterRole: string;
  public readonly logShipperRole: string;
  public readonly logShipperRoleArn: string;
  /** Where Session Manager records what was typed on a node, and what came back. */
  public readonly sessionLogGroup: string;
  public readonly flowLogGroup: string;
  /** Names that the VPC's resolver was asked for. */
  public readonly dnsLogGroup: string;
  public readonly trail: string;
  public readonly trailLogGroup: string;
  /** Key prefix of the trail's files in the archive. */
  public readonly trailPrefix: string;
  public readonly auditorRole: string;
  public readonly developerRole: string;
  public readonly securityAdminRole: string;
  public readonly breakGlassRole: string;
  public readonly breakGlassRoleArn: string;
  public readonly alarmTopic: string;
  public readonly loggingNamespace: string;
  public readonly logShipperServiceAccount: string;

  public constructor(props: NamesProps) {
    const partition = partitionOf(props.region);
    this.cluster = props.cluster;
    this.account = props.account;
    this.partition = partition;
    this.clusterLogGroup = `/aws/eks/${props.cluster}/cluster`;
    this.archiveBucket = props.archiveBucket ?? `hipaa-audit-logs-${props.account}-${props.region}`;
    this.archiveBucketArn = `arn:${partition}:s3:::${this.archiveBucket}`;
    this.auditLogPrefix = `audit-logs/${props.cluster}`;
    this.sessionLogPrefix = `sessions/${props.cluster}`;
    this.deliveryErrorPrefix = `delivery-errors/${props.cluster}`;
    this.landingBucket = `${this.archiveBucket}-landing`;
    this.replicaBucket = `${this.archiveBucket}-replica`;
    this.queryBucket = `${this.archiveBucket}-queries`;
    this.configurationBucket = `${this.archiveBucket}-config`;
    this.backupBucket = `${this.archiveBucket}-backups`;
    this.containerLogPrefix = `container-logs/${props.cluster}`;
    this.terraformStateBucket = `hipaa-terraform-state-${props.account}-${props.region}`;
    this.secretsKeyAlias = `${props.cluster}-secrets`;
    this.logsKeyAlias = `${props.cluster}-logs`;
    this.archiveKeyAlias = `${props.cluster}-audit-archive`;
    this.phiVolumesKeyAlias = `${props.cluster}-phi-volumes`;
    this.clusterRole = `${props.cluster}-control-plane`;
    this.logShipperRole = `${props.cluster}-log-shipper`;
    this.logShipperRoleArn = this.roleArn(this.logShipperRole);
    this.sessionLogGroup = `/hipaa/${props.cluster}/sessions`;
    this.flowLogGroup = `/hipaa/${props.cluster}/vpc-flow`;
    this.dnsLogGroup = `/hipaa/${props.cluster}/dns-queries`;
    this.trail = `${props.cluster}-trail`;
    this.trailLogGroup = `/hipaa/${props.cluster}/cloudtrail`;
    this.trailPrefix = `cloudtrail/${props.cluster}`;
    this.auditorRole = `${props.cluster}-auditor`;
    this.developerRole = `${props.cluster}-developer`;
    this.securityAdminRole = `${props.cluster}-security-admin`;
    this.breakGlassRole = `${props.cluster}-break-glass`;
    this.breakGlassRoleArn = this.roleArn(this.breakGlassRole);
    this.alarmTopic = `${props.cluster}-alarms`;
    this.loggingNamespace = props.loggingNamespace ?? 'hipaa-logging';
    this.logShipperServiceAccount = 'fluent-bit';
    Object.freeze(this);
  }

  /** The ARN of a role of the account, as text. */
  public roleArn(roleName: string): string {
    return `arn:${this.partition}:iam::${this.account}:role/${roleName}`;
  }

  /** The ARN of a key's alias, as text: that of the key itself is known to Terraform alone. */
  public keyAliasArn(alias: string, region: string): string {
    return `arn:${this.partition}:kms:${region}:${this.account}:alias/${alias}`;
  }

  /** The name of one more thing of the cluster: a role, a key, a stream. */
  public of(part: string): string {
    return `${this.cluster}-${part}`;
  }

  /** Key prefix of what the log shipper ships: the API audit log where it lies on the nodes, container logs elsewhere. */
  public shippedLogPrefix(platform: Platform): string {
    return platform.kind === PlatformKind.SELF_MANAGED ? this.auditLogPrefix : this.containerLogPrefix;
  }
}
