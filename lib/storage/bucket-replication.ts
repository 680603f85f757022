import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import type { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { AlarmComparison, MetricAlarm } from '../alarms/metric-alarm';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { dnsSuffixOf } from '../profile/aws';
import { checkAccount, checkArn, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface BucketReplicationProps {
  readonly sourceBucketName: string;
  readonly sourceBucketArn: string;
  /** ARN of the key that encrypts the source, in the source's region; its policy names the role among the decrypters. */
  readonly sourceKmsKeyArn: string;
  /**
   * Whether the source has Object Lock: each object's retention is replicated with it, and the destination needs Object Lock too.
   * @default false
   */
  readonly sourceIsLocked?: boolean;
  /**
   * Whether objects leave the source once they are replicated: then the destination holds the only copy, and control CP4 is not served.
   * @default false
   */
  readonly sourceExpires?: boolean;
  /** Versioning of the source: S3 takes no replication before it is on. */
  readonly versioning: S3BucketVersioningA;
  readonly destinationBucketArn: string;
  /** ARN of the key that encrypts the replicas, in the destination's region; its policy names the role among the replicators. */
  readonly destinationKmsKeyArn: string;
  readonly destinationRegion: string;
  /**
   * Account of the destination. The bucket policy there has to allow the role (`AuditArchive.addReplicator`).
   * @default - `account`
   */
  readonly destinationAccount?: string;
  readonly roleName: string;
  /** Account of the source. */
  readonly account: string;
  /** Region of the source. */
  readonly region: string;
  /**
   * ARN of the topic, in the region of the source, that is told of objects that could not be replicated.
   * @default - nobody is told
   */
  readonly topicArn?: string;
  /** @default - the role's name with `-failed` */
  readonly alarmName?: string;
}

const FIELDS = [
  'sourceBucketName', 'sourceBucketArn', 'sourceKmsKeyArn', 'sourceIsLocked', 'sourceExpires', 'versioning', 'destinationBucketArn', 'destinationKmsKeyArn', 'destinationRegion',
  'destinationAccount', 'roleName', 'account', 'region', 'topicArn', 'alarmName',
];
const RULE = 'everything';
/** What S3 replicates; versions alone, so that a deletion in the source deletes nothing in the destination. */
const REPLICATE = ['s3:ReplicateObject', 's3:ReplicateTags'];
const READ = ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'];
const READ_LOCK = ['s3:GetObjectLegalHold', 's3:GetObjectRetention'];

/**
 * Replicates every new object of a bucket into another one, and no deletion.
 *
 * Serves 45 CFR 164.310(d)(2)(iv) where the destination is in another region. Only objects that come after it are replicated. A replica has the retention
 * of its source object, or the default of the destination where that has none (Amazon S3, what is replicated). An object that fails is not tried again: its
 * status stays FAILED until S3 Batch Replication or a new upload mends it, so that the alarm matters. Role and source are of one account, as S3 demands;
 * who hands the role to S3 needs `iam:PassRole`, and the role reads this one source.
 *
 * @example
 *   const replication = new BucketReplication(stack, 'Replication', {
 *     sourceBucketName: archive.bucketName,
 *     sourceBucketArn: archive.bucketArn,
 *     sourceKmsKeyArn: archiveKey.arn,
 *     sourceIsLocked: true,
 *     versioning: archive.versioning,
 *     destinationBucketArn: 'arn:aws:s3:::hipaa-audit-logs-123456789012-us-west-2',
 *     destinationKmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     destinationRegion: 'us-west-2',
 *     roleName: 'healthcare-cluster-archive-replication',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *   });
 *   archiveKey.addDecrypter(replication.role.arn);
 */
export class BucketReplication extends Construct {
  public readonly role: IamRole;
  public readonly configuration: S3BucketReplicationConfigurationA;
  /** Where a topic was given. */
  public readonly failureAlarm: MetricAlarm | undefined;

  public constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    this.check(props);
    const { region, destinationRegion, destinationBucketArn, destinationKmsKeyArn } = props;
    const abroad = props.destinationAccount !== undefined && props.destinationAccount !== props.account;
    this.role = this.makeRole(props, abroad);
    this.configuration = new S3BucketReplicationConfigurationA(this, 'Resource', {
      bucket: props.sourceBucketName,
      role: this.role.arn,
      region,
      rule: [{
        id: RULE,
        status: 'Enabled',
        filter: {},
        deleteMarkerReplication: { status: 'Disabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: {
          bucket: destinationBucketArn,
          account: abroad ? props.destinationAccount : undefined,
          accessControlTranslation: abroad ? { owner: 'Destination' } : undefined,
          encryptionConfiguration: { replicaKmsKeyId: destinationKmsKeyArn },
          metrics: { status: 'Enabled' },
        },
      }],
      dependsOn: [props.versioning],
    });
    if (props.topicArn !== undefined) this.failureAlarm = this.makeAlarm(props, props.topicArn);
    if (destinationRegion !== region && !props.sourceExpires) Safeguard.implement(this.configuration, Control.CP4_REPLICA, `every new object is replicated to ${destinationRegion}`);
  }

  /** What S3 needs of both buckets and keys (Amazon S3, permissions for live replication; replicating encrypted objects; Object Lock considerations). */
  private makeRole(props: BucketReplicationProps, abroad: boolean): IamRole {
    const path = this.node.path;
    const { account, region, destinationRegion, sourceBucketArn } = props;
    const viaS3 = (where: string) => ({ operator: 'StringEquals', key: 'kms:ViaService', values: [`s3.${where}.${dnsSuffixOf(where)}`] });
    const role = new IamRole(this, 'Role', {
      name: props.roleName,
      assumeRolePolicy: new PolicyDocument(path, [{
        sid: 'AllowReplication',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['s3.amazonaws.com'] },
        actions: ['sts:AssumeRole'],
        // Where S3 tells for what it takes the role, that has to be this source. Nothing says that it always tells: demanded, a missing key would stop all replication.
        conditions: [
          { operator: 'StringEqualsIfExists', key: 'aws:SourceAccount', values: [account] },
          { operator: 'ArnEqualsIfExists', key: 'aws:SourceArn', values: [sourceBucketArn] },
        ],
      }]).toJson(),
    });
    new IamRolePolicy(this, 'RolePolicy', {
      name: 'replicate',
      role: role.name,
      policy: new PolicyDocument(path, [
        { sid: 'AllowSource', effect: PolicyEffect.ALLOW, actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [sourceBucketArn] },
        { sid: 'AllowRead', effect: PolicyEffect.ALLOW, actions: props.sourceIsLocked ? [...READ, ...READ_LOCK].sort() : READ, resources: [`${sourceBucketArn}/*`] },
        {
          sid: 'AllowReplicate',
          effect: PolicyEffect.ALLOW,
          actions: abroad ? ['s3:ObjectOwnerOverrideToBucketOwner', ...REPLICATE] : REPLICATE,
          resources: [`${props.destinationBucketArn}/*`],
        },
        { sid: 'AllowDecryptionByS3', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt'], resources: [props.sourceKmsKeyArn], conditions: [viaS3(region)] },
        { sid: 'AllowEncryptionByS3', effect: PolicyEffect.ALLOW, actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [props.destinationKmsKeyArn], conditions: [viaS3(destinationRegion)] },
      ]).toJson(),
    });
    return role;
  }

  /** S3 publishes this metric in the region of the source (Amazon S3, replication metrics). */
  private makeAlarm(props: BucketReplicationProps, topicArn: string): MetricAlarm {
    return new MetricAlarm(this, 'FailureAlarm', {
      alarmName: props.alarmName ?? `${props.roleName}-failed`,
      description: 'Objects could not be replicated, and S3 does not try them again. Mend the cause (role, key and bucket policies), then run S3 Batch Replication on what FAILED.',
      namespace: 'AWS/S3',
      metricName: 'OperationsFailedReplication',
      dimensions: {
        SourceBucket: props.sourceBucketName,
        DestinationBucket: bucketNameOf(props.destinationBucketArn),
        RuleId: RULE,
      },
      comparison: AlarmComparison.AT_LEAST,
      threshold: 1,
      topicArn,
      region: props.region,
    });
  }

  private check(props: BucketReplicationProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a replication takes no other field');
    checkBucketName(path, 'sourceBucketName', props.sourceBucketName);
    for (const prop of ['region', 'destinationRegion'] as const) {
      checkRegion(path, prop, props[prop]);
      checkKnownAtSynth(path, prop, props[prop]);
    }
    checkAccount(path, 'account', props.account);
    if (props.destinationAccount !== undefined) checkAccount(path, 'destinationAccount', props.destinationAccount);
    checkRoleName(path, 'roleName', props.roleName);
    for (const prop of ['sourceBucketArn', 'destinationBucketArn'] as const) {
      checkArn(path, prop, props[prop], 's3');
      if (/^arn:[^/]*\//.test(props[prop])) throw Errors.refused(path, `${prop} is the ARN of an object`, props[prop], 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN");
      checkPartition(path, prop, props[prop], props.region);
    }
    if (props.sourceBucketArn === props.destinationBucketArn) {
      throw Errors.refused(path, 'source and destination are one bucket', props.destinationBucketArn, 'Amazon S3, replication', 'replicate into another bucket');
    }
    // S3 replicates within a partition.
    checkPartition(path, 'destinationBucketArn', props.destinationBucketArn, props.destinationRegion);
    checkKeyArn(path, 'sourceKmsKeyArn', props.sourceKmsKeyArn, props.region);
    checkKeyArn(path, 'destinationKmsKeyArn', props.destinationKmsKeyArn, props.destinationRegion);
    if (props.versioning === undefined) throw Errors.missing(path, 'versioning', 'give the versioning of the source, such as archive.versioning');
    const { topicArn } = props;
    if (topicArn !== undefined) {
      checkArn(path, 'topicArn', topicArn, 'sns');
      if (!isTerraformToken(topicArn) && topicArn.split(':')[3] !== props.region) {
        throw Errors.refused(path, 'topicArn is of another region', topicArn, 'Amazon CloudWatch, alarms: an alarm tells a topic of its own region', `use a topic in ${props.region}`);
      }
    }
  }
}

/** The name in the ARN of a bucket, which may be a reference of cdktf's or one that was written by hand. */
function bucketNameOf(arn: string): string {
  if (Token.isUnresolved(arn)) return Fn.element(Fn.split(':', arn), 5) as string;
  const expression = /^\$\{([^}]*)\}$/.exec(arn)?.[1];
  return expression === undefined ? arn.split(':::')[1] : `\${element(split(":", ${expression}), 5)}`;
}
