import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf } from '../profile/aws';
import { checkAccount, checkArn, checkDnsLabel, checkDnsSubdomain, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkKeyPrefix } from './key-prefix';

/** What the identity of a log shipper needs to know, whoever vouches for its pods. */
export interface LogShipperRoleProps {
  /** Account of the role. */
  readonly account: string;
  /** Region of the cluster; of the archive, where the cluster is not in AWS. */
  readonly region: string;
  readonly roleName: string;
  /** Namespace of the shipper. */
  readonly namespace: string;
  /** Service account of the shipper. */
  readonly serviceAccount: string;
  /** ARN of the archive. */
  readonly bucketArn: string;
  /** The one key prefix that the shipper writes under, without slashes at its ends. */
  readonly prefix: string;
  /** ARN of the key that encrypts the archive, in the archive's region; its policy names the role among the `encrypters`. */
  readonly kmsKeyArn: string;
  /**
   * Region of the archive and its key: S3 asks KMS from there.
   * @default - `region`
   */
  readonly bucketRegion?: string;
}

/** @internal Names of the props that every identity of a shipper has. */
export const LOG_SHIPPER_ROLE_FIELDS: readonly string[] = ['account', 'region', 'roleName', 'namespace', 'serviceAccount', 'bucketArn', 'prefix', 'kmsKeyArn', 'bucketRegion'];

/** @internal */
export function checkLogShipperRole(path: string, props: LogShipperRoleProps): void {
  checkRegion(path, 'region', props.region);
  checkKnownAtSynth(path, 'region', props.region);
  if (props.bucketRegion !== undefined) {
    checkRegion(path, 'bucketRegion', props.bucketRegion);
    checkKnownAtSynth(path, 'bucketRegion', props.bucketRegion);
  }
  checkAccount(path, 'account', props.account);
  checkRoleName(path, 'roleName', props.roleName);
  checkDnsLabel(path, 'namespace', props.namespace);
  checkDnsSubdomain(path, 'serviceAccount', props.serviceAccount);
  checkArn(path, 'bucketArn', props.bucketArn, 's3');
  if (/^arn:[^/]*\//.test(props.bucketArn)) {
    throw Errors.refused(path, 'bucketArn is the ARN of an object', props.bucketArn, 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN, and name the keys in prefix");
  }
  checkPartition(path, 'bucketArn', props.bucketArn, props.region);
  checkKeyPrefix(path, 'prefix', props.prefix);
  checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.bucketRegion ?? props.region);
}

/**
 * The role of a log shipper: whom `trust` lets in puts objects under one prefix of one bucket, and can do nothing else. S3 asks KMS in the
 * role's name; a multipart upload would need kms:Decrypt too, so the shipper has to upload in one piece.
 *
 * @internal
 */
export function logShipperRole(scope: Construct, props: LogShipperRoleProps, trust: PolicyStatementProps): IamRole {
  const path = scope.node.path;
  const bucketRegion = props.bucketRegion ?? props.region;
  const role = new IamRole(scope, 'Role', { name: props.roleName, assumeRolePolicy: new PolicyDocument(path, [trust]).toJson() });
  new IamRolePolicy(scope, 'RolePolicy', {
    name: 'ship',
    role: role.name,
    policy: new PolicyDocument(path, [
      { sid: 'AllowPut', effect: PolicyEffect.ALLOW, actions: ['s3:PutObject'], resources: [`${props.bucketArn}/${props.prefix}/*`] },
      {
        sid: 'AllowEncryptionByS3',
        effect: PolicyEffect.ALLOW,
        actions: ['kms:GenerateDataKey'],
        resources: [props.kmsKeyArn],
        conditions: [{ operator: 'StringEquals', key: 'kms:ViaService', values: [`s3.${bucketRegion}.${dnsSuffixOf(bucketRegion)}`] }],
      },
    ]).toJson(),
  });
  return role;
}
