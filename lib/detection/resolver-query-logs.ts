import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Route53ResolverQueryLogConfig } from '@cdktf/provider-aws/lib/route53-resolver-query-log-config';
import { Route53ResolverQueryLogConfigAssociation } from '@cdktf/provider-aws/lib/route53-resolver-query-log-config-association';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { EncryptedLogGroup } from '../logs/encrypted-log-group';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKnownAtSynth, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { Retention } from '../profile/retention';
import { checkVpcId } from './vpc-flow-logs';

export interface ResolverQueryLogsProps {
  /** Name of the configuration and of the policy that lets it write: 1 to 64 of letters, digits, blanks, - and _. */
  readonly configName: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  readonly logGroupName: string;
  /** How long queries are kept; one of the periods that CloudWatch Logs offers. */
  readonly retention: Retention;
  /** ARN of the log group's key (`KeyServiceGrant.cloudWatchLogs`). */
  readonly kmsKeyArn: string;
  readonly account: string;
  readonly region: string;
}

const FIELDS = ['configName', 'vpcId', 'logGroupName', 'retention', 'kmsKeyArn', 'account', 'region'];

/**
 * Which names a VPC asked its resolver for, and what it answered, in an encrypted log group: the trace of data that leaves by DNS.
 *
 * Serves 45 CFR 164.312(b) beside the audit log, and claims no control. Answers from the resolver's cache are not recorded (Amazon Route 53, Resolver
 * query logging). The policy of the log group is written here: left out, AWS adds one of its own where who applies may write such policies, and
 * refuses the configuration where not. An account has at most ten of these policies a region. Who applies also needs `logs:CreateLogDelivery`.
 *
 * @example
 *   new ResolverQueryLogs(stack, 'DnsLogs', {
 *     configName: 'healthcare-cluster-dns', vpcId: 'vpc-0a1b2c3d4e5f60718', logGroupName: '/hipaa/healthcare-cluster/dns-queries', retention: Retention.years(6),
 *     kmsKeyArn: logsKey.arn, account: '123456789012', region: 'us-east-1',
 *   });
 */
export class ResolverQueryLogs extends Construct {
  public readonly config: Route53ResolverQueryLogConfig;
  public readonly association: Route53ResolverQueryLogConfigAssociation;
  public readonly logGroup: EncryptedLogGroup;

  public constructor(scope: Construct, id: string, props: ResolverQueryLogsProps) {
    super(scope, id);
    const path = this.node.path;
    const { configName, region, account, logGroupName } = props;
    checkFields(path, props, FIELDS, 'the logs of a resolver take no other field');
    if (typeof configName !== 'string' || !/^(?=.*[^0-9])[\w -]{1,64}$/.test(configName)) {
      throw Errors.refused(path, 'configName is no name of a configuration', configName, 'Amazon Route 53, CreateResolverQueryLogConfig', 'use 1 to 64 of letters, digits, blanks, - and _, not digits alone');
    }
    checkVpcId(path, props.vpcId);
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);

    this.logGroup = new EncryptedLogGroup(this, 'Logs', { logGroupName, region, retention: props.retention, kmsKeyArn: props.kmsKeyArn });
    const arn = `arn:${partitionOf(region)}:logs:${region}:${account}`;
    const policy = new CloudwatchLogResourcePolicy(this, 'Policy', {
      policyName: configName.replaceAll(' ', '-'),
      region,
      policyDocument: new PolicyDocument(path, [{
        sid: 'AllowLogDelivery',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['delivery.logs.amazonaws.com'] },
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`${arn}:log-group:${logGroupName}:log-stream:*`],
        conditions: [
          { operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] },
          { operator: 'ArnLike', key: 'aws:SourceArn', values: [`${arn}:*`] },
        ],
      }]).toJson(),
    });
    this.config = new Route53ResolverQueryLogConfig(this, 'Resource', { name: configName, destinationArn: this.logGroup.logGroupArn, region, dependsOn: [policy] });
    this.association = new Route53ResolverQueryLogConfigAssociation(this, 'Association', { resolverQueryLogConfigId: this.config.id, resourceId: props.vpcId, region });
  }
}
