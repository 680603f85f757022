import { Cloudtrail, type CloudtrailAdvancedEventSelector } from '@cdktf/provider-aws/lib/cloudtrail';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { EncryptedLogGroup } from '../logs/encrypted-log-group';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkArn, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName, checkTrailName } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { Retention } from '../profile/retention';

export interface AuditTrailProps {
  /** 3 to 128 characters, unique in the account and region. */
  readonly trailName: string;
  /** The archive. Its policy lets CloudTrail write below `prefix` for this trail (`AuditTrail.trailArn()`), and read the bucket's ACL. */
  readonly bucketName: string;
  /** Key prefix of the trail's files in the archive, without slashes at its ends. */
  readonly prefix: string;
  /** ARN of the key that encrypts the archive: its bucket policy denies another. The key's policy lets CloudTrail in (`KeyServiceGrant.cloudTrail`). */
  readonly kmsKeyArn: string;
  /** Where CloudWatch Logs gets a copy of each event, for filters and alarms. */
  readonly logGroupName: string;
  /** ARN of the key of the log group (`KeyServiceGrant.cloudWatchLogs`). */
  readonly logGroupKmsKeyArn: string;
  /** How long the log group keeps events; the archive keeps them by its own lock. */
  readonly logGroupRetention: Retention;
  /** Name of the role with which CloudTrail writes into the log group. */
  readonly logsRoleName: string;
  /** Account of the trail. */
  readonly account: string;
  /** Region of the trail and of the archive; events of every region arrive here. */
  readonly region: string;
  /**
   * ARNs of more buckets whose objects are watched, beside the archive's: backups, query results.
   * @default - the archive alone
   */
  readonly dataEventBucketArns?: readonly string[];
  /**
   * The archive's bucket policy, where the stack makes it: CloudTrail refuses a trail that cannot write yet.
   * @default - it is there already
   */
  readonly bucketPolicy?: ITerraformDependable;
}

const FIELDS = [
  'trailName', 'bucketName', 'prefix', 'kmsKeyArn', 'logGroupName', 'logGroupKmsKeyArn', 'logGroupRetention', 'logsRoleName', 'account', 'region', 'dataEventBucketArns', 'bucketPolicy',
];

/**
 * Records every call to AWS' management APIs in all regions, reads and KMS' Decrypt included, and every call for an object of the archive, into the
 * archive, with digests that show a file that was changed or removed.
 *
 * Serves 45 CFR 164.312(b). A locked bucket takes no S3 access logs, so that data events are the record of who read what. The selectors leave nothing out: the
 * trail's own writes are recorded, too, one event for each file, which the next file carries; that goes on for ever, but does not grow. EventBridge and
 * alarms on the log group see the same events. Insights are not on.
 *
 * @example
 *   new AuditTrail(stack, 'Trail', {
 *     trailName: 'healthcare-cluster-trail',
 *     bucketName: archive.bucketName,
 *     bucketPolicy: archive.bucketPolicy,
 *     prefix: 'cloudtrail/healthcare-cluster',
 *     kmsKeyArn: archiveKey.arn,
 *     logGroupName: '/hipaa/healthcare-cluster/cloudtrail',
 *     logGroupKmsKeyArn: logsKey.arn,
 *     logGroupRetention: Retention.years(6),
 *     logsRoleName: 'healthcare-cluster-trail',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *   });
 */
export class AuditTrail extends Construct {
  /** The ARN of a trail as text, for the policies of the bucket and the key that it needs before it exists. */
  public static trailArn(region: string, account: string, trailName: string): string {
    const path = 'AuditTrail.trailArn';
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkAccount(path, 'account', account);
    checkTrailName(path, 'trailName', trailName);
    return `arn:${partitionOf(region)}:cloudtrail:${region}:${account}:trail/${trailName}`;
  }

  public readonly trail: Cloudtrail;
  /** As text: what mentions it does not wait for the trail. */
  public readonly trailArn: string;
  public readonly logGroup: EncryptedLogGroup;
  public readonly logsRole: IamRole;

  public constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.check(props);
    const path = this.node.path;
    const { trailName, region, account, bucketPolicy } = props;
    const partition = partitionOf(region);
    this.trailArn = AuditTrail.trailArn(region, account, trailName);

    this.logGroup = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: props.logGroupName, region, retention: props.logGroupRetention, kmsKeyArn: props.logGroupKmsKeyArn,
    });
    this.logsRole = new IamRole(this, 'LogsRole', {
      name: props.logsRoleName,
      assumeRolePolicy: new PolicyDocument(path, [{
        sid: 'AllowCloudTrail',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['cloudtrail.amazonaws.com'] },
        // Without aws:SourceArn, which CloudTrail does not support for this role (AWS CloudTrail, role policy document for CloudWatch Logs).
        actions: ['sts:AssumeRole'],
      }]).toJson(),
    });
    const logsPolicy = new IamRolePolicy(this, 'LogsRolePolicy', {
      name: 'write-events',
      role: this.logsRole.name,
      policy: new PolicyDocument(path, [{
        sid: 'AllowWriting',
        effect: PolicyEffect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`arn:${partition}:logs:${region}:${account}:log-group:${props.logGroupName}:log-stream:${account}_CloudTrail_${region}*`],
      }]).toJson(),
    });
    this.trail = new Cloudtrail(this, 'Resource', {
      name: trailName,
      region,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogging: true,
      enableLogFileValidation: true,
      s3BucketName: props.bucketName,
      s3KeyPrefix: props.prefix,
      kmsKeyId: props.kmsKeyArn,
      cloudWatchLogsGroupArn: `${this.logGroup.logGroupArn}:*`,
      cloudWatchLogsRoleArn: this.logsRole.arn,
      advancedEventSelector: selectors([`arn:${partition}:s3:::${props.bucketName}`, ...(props.dataEventBucketArns ?? [])]),
      dependsOn: [logsPolicy, ...(bucketPolicy === undefined ? [] : [bucketPolicy])],
      lifecycle: { preventDestroy: true },
    });

    Safeguard.implement(this.trail, Control.AU11_CLOUD_TRAIL, 'records all management events and the calls for objects of the archive, in all regions, into the archive, with digests');
  }

  private check(props: AuditTrailProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a trail takes no other field');
    checkTrailName(path, 'trailName', props.trailName);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkBucketName(path, 'bucketName', props.bucketName);
    if (typeof props.prefix !== 'string' || props.prefix.length > 200 || !/^[\w!.()='-]+(\/[\w!.()='-]+)*$/.test(props.prefix)) {
      throw Errors.refused(path, 'prefix is no key prefix', props.prefix, 'AWS CloudTrail, CreateTrail: at most 200 characters; the archive knows the trail by its prefix', "use names with / between them, such as 'cloudtrail/healthcare-cluster'");
    }
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    checkRoleName(path, 'logsRoleName', props.logsRoleName);
    for (const arn of props.dataEventBucketArns ?? []) {
      checkArn(path, 'dataEventBucketArns', arn, 's3');
      checkPartition(path, 'dataEventBucketArns', arn, props.region);
      if (/^arn:[^/]*\//.test(arn)) {
        throw Errors.refused(path, 'dataEventBucketArns names an object', arn, 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN: all of its objects are watched");
      }
    }
  }
}

/** Everything of the management APIs, and everything of the buckets' objects: no field that would narrow it, such as readOnly or eventSource. */
function selectors(bucketArns: readonly string[]): CloudtrailAdvancedEventSelector[] {
  return [
    { name: 'management', fieldSelector: [{ field: 'eventCategory', equalTo: ['Management'] }] },
    {
      name: 'objects',
      fieldSelector: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
        // With the slash: without it another bucket whose name begins alike would be meant, too.
        { field: 'resources.ARN', startsWith: bucketArns.map((arn) => `${arn}/`) },
      ],
    },
  ];
}
