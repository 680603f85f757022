import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { dependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkFields, checkKeyArn } from '../profile/checks';
import { Errors } from '../profile/errors';
import { Retention } from '../profile/retention';

export interface EksControlPlaneLoggingProps {
  /** The `aws_eks_cluster` resource: no other resource sets its log types, so a name is not enough. */
  readonly cluster: EksCluster;
  /** How long the log group keeps events; one of the periods that CloudWatch Logs offers. */
  readonly retention: Retention;
  /** ARN of the KMS key that encrypts the log group, in the cluster's region; its policy lets CloudWatch Logs in for this group (`KeyServiceGrant.cloudWatchLogs`). */
  readonly kmsKeyArn: string;
  /**
   * Whether the log group exists, as it does where an imported cluster logged anything before: Terraform then takes it over, with its events.
   * @default false
   */
  readonly importLogGroup?: boolean;
}

/** Every type that EKS offers; `audit` is the API server's audit log, under a policy that AWS fixes. */
const LOG_TYPES = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/**
 * Records everything that an EKS control plane logs, in a log group that was made first, with its own key and retention.
 *
 * Serves 45 CFR 164.312(b). Where `/aws/eks/<cluster>/cluster` is missing EKS makes it itself, without a customer key and with no retention that anybody
 * decided (Amazon EKS, control plane logs); so the cluster waits for the group. The group outlives the stack: Terraform neither replaces nor deletes it.
 *
 * @example
 *   new EksControlPlaneLogging(stack, 'Logging', { cluster: eks.cluster, retention: Retention.years(6), kmsKeyArn: logsKey.arn });
 */
export class EksControlPlaneLogging extends Construct {
  public readonly logGroup: CloudwatchLogGroup;

  public constructor(scope: Construct, id: string, props: EksControlPlaneLoggingProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['cluster', 'retention', 'kmsKeyArn', 'importLogGroup'], 'the logging of a control plane takes no other field');
    const { cluster, retention } = props;
    if (!TerraformResource.isTerraformResource(cluster) || cluster.terraformResourceType !== 'aws_eks_cluster') {
      throw Errors.refused(path, 'cluster is no aws_eks_cluster resource', cluster, 'control AU1; Amazon EKS: log types are an attribute of the cluster alone', 'pass the EksCluster resource');
    }
    if (!(retention instanceof Retention)) {
      throw Errors.refused(path, 'retention is no Retention', retention, 'control AU6, 45 CFR 164.312(b)', 'use Retention.years(6)');
    }
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, cluster.regionInput);
    if (props.importLogGroup !== undefined && typeof props.importLogGroup !== 'boolean') {
      throw Errors.refused(path, 'importLogGroup is no boolean', props.importLogGroup, 'Terraform, import blocks: what is imported exists', 'use true where the log group exists, otherwise leave it out');
    }

    this.logGroup = new CloudwatchLogGroup(this, 'Resource', {
      // The name as it was given to the cluster: a reference to the cluster would make each wait for the other.
      name: `/aws/eks/${cluster.nameInput}/cluster`,
      region: cluster.regionInput,
      retentionInDays: retention.toCloudWatchDays(path),
      kmsKeyId: props.kmsKeyArn,
      skipDestroy: true,
      lifecycle: { preventDestroy: true },
    });
    // The region stands in the id, as the resource's own region is not known to an import of another provider region.
    if (props.importLogGroup) this.logGroup.importFrom(`/aws/eks/${cluster.nameInput}/cluster${cluster.regionInput === undefined ? '' : `@${cluster.regionInput}`}`);
    cluster.enabledClusterLogTypes = [...LOG_TYPES];
    cluster.dependsOn = [...(cluster.dependsOn ?? []), dependable(this.logGroup)];

    Safeguard.implement(cluster, Control.AU1_AUDIT_POLICY, 'all five log types are on, the API audit log among them');
    Safeguard.implement(this.logGroup, Control.AU4_OFF_CLUSTER, 'the control plane writes to CloudWatch Logs, outside the cluster');
    if (retention.isSixYears) {
      Safeguard.implement(this.logGroup, Control.AU6_LOG_GROUP, 'encrypted with a customer key and kept for six years');
    } else {
      Safeguard.fallShort(this.logGroup, Control.AU6_LOG_GROUP, `the log group keeps ${retention.days} days, less than six years`);
    }
  }
}
