import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { PolicyDocument } from '../../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../../profile/aws';

/** @internal A role and the policy that whoever uses the role has to wait for. */
export interface RoleWithPolicy {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
}

/** @internal What the roles of a delivery are about. */
export interface DeliveryScope {
  readonly deliveryName: string;
  readonly account: string;
  readonly region: string;
  readonly logGroupName: string;
}

/** @internal What Firehose writes to. */
export interface DeliveryTarget {
  readonly bucketArn: string;
  readonly bucketRegion: string;
  readonly kmsKeyArn: string;
  readonly prefixes: readonly string[];
  readonly errorLogGroupName: string;
  readonly errorLogStreamName: string;
}

/**
 * @internal The role that Firehose writes with: objects under the prefixes of one bucket, its own error log, and nothing else; it reads no object.
 * Where Firehose tells for whom and for what it takes the role, that has to be this account and stream. Former documentation has the account as
 * `sts:ExternalId`, the present one has no condition (Amazon Data Firehose, allow Firehose to assume an IAM role): demanded, a missing key would stop the
 * delivery. Who hands the role to a stream needs `iam:PassRole` on it, and that within its account.
 */
export function firehoseRole(scope: Construct, delivery: DeliveryScope, target: DeliveryTarget): RoleWithPolicy {
  const { account, region } = delivery;
  const { bucketArn, bucketRegion } = target;
  return roleWithPolicy(scope, 'Role', `${delivery.deliveryName}-firehose`, {
    sid: 'AllowFirehose',
    effect: PolicyEffect.ALLOW,
    principals: { services: ['firehose.amazonaws.com'] },
    actions: ['sts:AssumeRole'],
    conditions: [
      { operator: 'StringEqualsIfExists', key: 'sts:ExternalId', values: [account] },
      { operator: 'StringEqualsIfExists', key: 'aws:SourceAccount', values: [account] },
      { operator: 'ArnEqualsIfExists', key: 'aws:SourceArn', values: [streamArn(delivery)] },
    ],
  }, [
    { sid: 'AllowWrite', effect: PolicyEffect.ALLOW, actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: target.prefixes.map((prefix) => `${bucketArn}/${prefix}/*`) },
    { sid: 'AllowBucket', effect: PolicyEffect.ALLOW, actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [bucketArn] },
    {
      // Decrypt: S3 puts a large object together from its parts (Amazon S3, multipart upload and SSE-KMS).
      sid: 'AllowEncryptionByS3',
      effect: PolicyEffect.ALLOW,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [target.kmsKeyArn],
      conditions: [{ operator: 'StringEquals', key: 'kms:ViaService', values: [`s3.${bucketRegion}.${dnsSuffixOf(bucketRegion)}`] }],
    },
    {
      sid: 'AllowErrorLog',
      effect: PolicyEffect.ALLOW,
      actions: ['logs:PutLogEvents'],
      resources: [`arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${target.errorLogGroupName}:log-stream:${target.errorLogStreamName}`],
    },
  ]);
}

/**
 * @internal The role that CloudWatch Logs puts records with: into one stream, for log groups of this account and region. For a stream as the destination AWS
 * documents the source as this pattern alone (CloudWatch Logs, subscription filters); who makes a filter needs iam:PassRole on the role besides.
 */
export function subscriptionRole(scope: Construct, delivery: DeliveryScope): RoleWithPolicy {
  const { account, region, deliveryName } = delivery;
  return roleWithPolicy(scope, 'SubscriptionRole', `${deliveryName}-logs`, {
    sid: 'AllowCloudWatchLogs',
    effect: PolicyEffect.ALLOW,
    principals: { services: [`logs.${region}.${dnsSuffixOf(region)}`] },
    actions: ['sts:AssumeRole'],
    conditions: [{ operator: 'ArnLike', key: 'aws:SourceArn', values: [`arn:${partitionOf(region)}:logs:${region}:${account}:*`] }],
  }, [{
    sid: 'AllowPut',
    effect: PolicyEffect.ALLOW,
    actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
    resources: [streamArn(delivery)],
  }]);
}

/** By its name: a reference to the stream would wait for the role, which waits for it. */
function streamArn({ account, region, deliveryName }: DeliveryScope): string {
  return `arn:${partitionOf(region)}:firehose:${region}:${account}:deliverystream/${deliveryName}`;
}

function roleWithPolicy(scope: Construct, id: string, name: string, trust: PolicyStatementProps, statements: readonly PolicyStatementProps[]): RoleWithPolicy {
  const path = scope.node.path;
  const role = new IamRole(scope, id, { name, assumeRolePolicy: new PolicyDocument(path, [trust]).toJson() });
  return { role, policy: new IamRolePolicy(scope, `${id}Policy`, { name: 'deliver', role: role.name, policy: new PolicyDocument(path, statements).toJson() }) };
}
