import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { EncryptedLogGroup } from '../logs/encrypted-log-group';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKnownAtSynth, checkRegion, checkRoleName, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { Retention } from '../profile/retention';

export interface VpcFlowLogsProps {
  /** Id of the VPC. */
  readonly vpcId: string;
  readonly logGroupName: string;
  /** How long flows are kept; one of the periods that CloudWatch Logs offers. */
  readonly retention: Retention;
  /** ARN of the log group's key (`KeyServiceGrant.cloudWatchLogs`). */
  readonly kmsKeyArn: string;
  /** Name of the role with which flow logs are written. */
  readonly roleName: string;
  readonly account: string;
  readonly region: string;
}

const FIELDS = ['vpcId', 'logGroupName', 'retention', 'kmsKeyArn', 'roleName', 'account', 'region'];

/** @internal An id of a VPC, or a reference to one. */
export function checkVpcId(path: string, vpcId: string): void {
  if (isTerraformToken(vpcId)) return;
  if (typeof vpcId !== 'string' || !/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/.test(vpcId)) {
    throw Errors.refused(path, 'vpcId is no id of a VPC', vpcId, 'Amazon VPC, ids of resources', "use an id such as 'vpc-0a1b2c3d4e5f60718'");
  }
}

/**
 * Who talked to whom in a VPC, and what security groups and network ACLs refused: every flow, summed up each minute, in an encrypted log group.
 *
 * Serves 45 CFR 164.312(b) beside the audit log, and claims no control. Addresses and ports are recorded, never contents; traffic to the
 * VPC's DNS server, to the metadata service and to the time service is not (Amazon VPC, flow log limitations).
 *
 * @example
 *   new VpcFlowLogs(stack, 'FlowLogs', {
 *     vpcId: 'vpc-0a1b2c3d4e5f60718', logGroupName: '/hipaa/healthcare-cluster/vpc-flow', retention: Retention.years(6), kmsKeyArn: logsKey.arn,
 *     roleName: 'healthcare-cluster-flow-logs', account: '123456789012', region: 'us-east-1',
 *   });
 */
export class VpcFlowLogs extends Construct {
  public readonly flowLog: FlowLog;
  public readonly logGroup: EncryptedLogGroup;
  public readonly role: IamRole;

  public constructor(scope: Construct, id: string, props: VpcFlowLogsProps) {
    super(scope, id);
    const path = this.node.path;
    const { region, account, vpcId, logGroupName } = props;
    checkFields(path, props, FIELDS, 'flow logs take no other field');
    checkVpcId(path, vpcId);
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkRoleName(path, 'roleName', props.roleName);
    const partition = partitionOf(region);

    this.logGroup = new EncryptedLogGroup(this, 'Logs', { logGroupName, region, retention: props.retention, kmsKeyArn: props.kmsKeyArn });
    this.role = new IamRole(this, 'Role', {
      name: props.roleName,
      assumeRolePolicy: new PolicyDocument(path, [{
        sid: 'AllowFlowLogs',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['vpc-flow-logs.amazonaws.com'] },
        actions: ['sts:AssumeRole'],
        conditions: [
          { operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] },
          // AWS gives the flow log its id when it is made, and asks for the role first.
          { operator: 'ArnLike', key: 'aws:SourceArn', values: [`arn:${partition}:ec2:${region}:${account}:vpc-flow-log/*`] },
        ],
      }]).toJson(),
    });
    const arn = `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`;
    const policy = new IamRolePolicy(this, 'RolePolicy', {
      name: 'write-flows',
      role: this.role.name,
      policy: new PolicyDocument(path, [
        { sid: 'AllowWriting', effect: PolicyEffect.ALLOW, actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], resources: [arn, `${arn}:log-stream:*`] },
        // The service finds its group by listing names; the action takes no single group.
        { sid: 'AllowFinding', effect: PolicyEffect.ALLOW, actions: ['logs:DescribeLogGroups'], resources: [`arn:${partition}:logs:${region}:${account}:log-group:*`] },
      ]).toJson(),
    });
    this.flowLog = new FlowLog(this, 'Resource', {
      vpcId,
      region,
      trafficType: 'ALL',
      maxAggregationInterval: 60,
      logDestinationType: 'cloud-watch-logs',
      logDestination: this.logGroup.logGroupArn,
      iamRoleArn: this.role.arn,
      dependsOn: [policy],
    });
  }
}
