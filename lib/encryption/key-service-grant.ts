import { checkPolicyStatement, PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKnownAtSynth, checkLogGroupName, checkRegion, checkTrailName } from '../profile/checks';
import { Errors } from '../profile/errors';

/** An AWS service that uses a key by its own principal. */
export interface KeyServiceGrantProps {
  /** The service's principal, such as `logs.us-east-1.amazonaws.com`. */
  readonly service: string;
  /** The KMS actions that it needs. */
  readonly actions: readonly string[];
  /**
   * What ties the service to one resource or account, at least one: without it, anybody's resource in that service could use the key
   * (AWS IAM, the confused deputy problem).
   */
  readonly conditions: readonly PolicyConditionProps[];
}

/** Where something is that a grant is tied to. */
export interface KeyOwnerProps {
  readonly region: string;
  readonly account: string;
}

export interface AlarmsGrantProps extends KeyOwnerProps {
  /**
   * The one topic that alarms go to.
   * @default - every topic of the account in the region
   */
  readonly topicName?: string;
}

export interface CloudTrailGrantProps extends KeyOwnerProps {
  /** Name of the trail. */
  readonly trailName: string;
}

export interface CloudWatchLogsGrantProps {
  readonly region: string;
  readonly account: string;
  /** The one log group that the key encrypts, such as `/aws/eks/healthcare-cluster/cluster`. */
  readonly logGroupName: string;
}

/** What AWS services need of a key, each tied to the resource that it works for. */
export class KeyServiceGrant {
  /**
   * CloudWatch Logs for one log group and no other: the service names the group in the encryption context of every request
   * (CloudWatch Logs, encrypt log data using KMS). It decrypts for whoever may read the log group.
   *
   * @example
   *   KeyServiceGrant.cloudWatchLogs({ region: 'us-east-1', account: '123456789012', logGroupName: '/aws/eks/healthcare-cluster/cluster' });
   */
  public static cloudWatchLogs(props: CloudWatchLogsGrantProps): KeyServiceGrantProps {
    const path = 'KeyServiceGrant.cloudWatchLogs';
    const { region, account, logGroupName } = props;
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkAccount(path, 'account', account);
    checkLogGroupName(path, 'logGroupName', logGroupName);
    checkKnownAtSynth(path, 'logGroupName', logGroupName);
    return {
      service: `logs.${region}.${dnsSuffixOf(region)}`,
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
      conditions: [{ operator: 'ArnEquals', key: 'kms:EncryptionContext:aws:logs:arn', values: [`arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroupName}`] }],
    };
  }

  /**
   * What publishes to an encrypted topic of alarms: CloudWatch, EventBridge and AWS Backup. They are tied to the topic by the encryption context in which Amazon
   * SNS names it, and not by `aws:SourceAccount`: EventBridge sends none to KMS, and its messages would be lost without a word (Amazon SNS, key management).
   *
   * @example
   *   KeyServiceGrant.alarms({ region: 'us-east-1', account: '123456789012', topicName: 'healthcare-cluster-alarms' });
   */
  public static alarms(props: AlarmsGrantProps): readonly KeyServiceGrantProps[] {
    const path = 'KeyServiceGrant.alarms';
    const { region, account, topicName } = props;
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    if (topicName !== undefined && (typeof topicName !== 'string' || !/^[\w-]{1,256}$/.test(topicName))) {
      throw Errors.refused(path, 'topicName is no name of a topic', topicName, 'Amazon SNS, CreateTopic', 'use 1 to 256 of letters, digits, - and _');
    }
    const topicArn = `arn:${partitionOf(region)}:sns:${region}:${account}:${topicName ?? '*'}`;
    return ['backup', 'cloudwatch', 'events'].map((service) => ({
      service: `${service}.amazonaws.com`,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      conditions: [{ operator: 'ArnLike', key: 'kms:EncryptionContext:aws:sns:topicArn', values: [topicArn] }],
    }));
  }

  /**
   * CloudTrail for one trail (AWS CloudTrail, configure KMS key policies). It is tied to the trail by `aws:SourceArn` alone: in a bucket with an S3 Bucket Key the
   * encryption context is the bucket's, and creating the trail takes kms:Decrypt as well.
   *
   * @example
   *   KeyServiceGrant.cloudTrail({ region: 'us-east-1', account: '123456789012', trailName: 'healthcare-cluster' });
   */
  public static cloudTrail(props: CloudTrailGrantProps): readonly KeyServiceGrantProps[] {
    const path = 'KeyServiceGrant.cloudTrail';
    const { region, account, trailName } = props;
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkTrailName(path, 'trailName', trailName);
    return [{
      service: 'cloudtrail.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      conditions: [{ operator: 'StringEquals', key: 'aws:SourceArn', values: [`arn:${partitionOf(region)}:cloudtrail:${region}:${account}:trail/${trailName}`] }],
    }];
  }

  private constructor() {}
}

/** The region in a service's principal, where it names one. */
const SERVICE_REGION = /^[a-z0-9-]+\.([a-z]+(?:-[a-z]+)+-[0-9])\./;

/** @internal The statements of the policy of a key in `region` for services, checked. */
export function serviceStatements(path: string, grants: readonly KeyServiceGrantProps[], region: string): PolicyStatementProps[] {
  return grants.map((grant, index) => {
    checkFields(path, grant, ['service', 'actions', 'conditions'], 'a grant to a service takes no other field');
    if (!grant.conditions?.length) {
      throw Errors.refused(path, 'a service may use the key for anybody', grant.service, 'control EN2, 45 CFR 164.312(a)(2)(iv); AWS IAM, the confused deputy problem',
        'add a condition on the encryption context, aws:SourceArn or aws:SourceAccount');
    }
    const statement = { sid: `AllowService${index + 1}`, effect: PolicyEffect.ALLOW, principals: { services: [grant.service] }, actions: grant.actions, resources: ['*'], conditions: grant.conditions };
    checkPolicyStatement(path, statement);
    const serviceRegion = SERVICE_REGION.exec(grant.service)?.[1];
    if (serviceRegion !== undefined && serviceRegion !== region) {
      throw Errors.refused(path, 'a service of another region may use the key', grant.service, 'AWS KMS, keys: a key serves its own region alone', `name the service of ${region}, or make the key in ${serviceRegion}`);
    }
    return statement;
  });
}
