import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { checkFields, checkKeyArn, checkKnownAtSynth, checkLogGroupName, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';
import { Retention } from '../profile/retention';

export interface EncryptedLogGroupProps {
  readonly logGroupName: string;
  readonly region: string;
  /** How long events are kept; one of the periods that CloudWatch Logs offers. */
  readonly retention: Retention;
  /** ARN of the KMS key that encrypts the group, in its region; its policy lets CloudWatch Logs in for this group (`KeyServiceGrant.cloudWatchLogs`). */
  readonly kmsKeyArn: string;
}

/**
 * A log group with a key and a retention of yours, which Terraform neither replaces nor deletes.
 *
 * Serves 45 CFR 164.312(b). It claims no control by itself: what is written into it decides which one it serves.
 *
 * @example
 *   new EncryptedLogGroup(stack, 'Sessions', { logGroupName: '/hipaa/healthcare-cluster/sessions', region: 'us-east-1', retention: Retention.years(6), kmsKeyArn: logsKey.arn });
 */
export class EncryptedLogGroup extends Construct {
  public readonly logGroup: CloudwatchLogGroup;
  /** The name as a reference: who uses it waits for the group. */
  public readonly logGroupName: string;
  /** Without `:*` at its end. */
  public readonly logGroupArn: string;

  public constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['logGroupName', 'region', 'retention', 'kmsKeyArn'], 'a log group takes no other field');
    checkLogGroupName(path, 'logGroupName', props.logGroupName);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    if (!(props.retention instanceof Retention)) {
      throw Errors.refused(path, 'retention is no Retention', props.retention, '45 CFR 164.316(b)(2)(i)', 'use Retention.years(6)');
    }
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    this.logGroup = new CloudwatchLogGroup(this, 'Resource', {
      name: props.logGroupName,
      region: props.region,
      retentionInDays: props.retention.toCloudWatchDays(path),
      kmsKeyId: props.kmsKeyArn,
      skipDestroy: true,
      lifecycle: { preventDestroy: true },
    });
    this.logGroupName = this.logGroup.name;
    this.logGroupArn = this.logGroup.arn;
  }
}
