import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketReplicationConfigurationA, type S3BucketReplicationConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import type { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { dependable, Fn, Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AlarmComparison, MetricAlarm } from '../alarms/metric-alarm';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf } from '../profile/aws';
import { checkAccount, checkArn, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

/** One more bucket that gets what the source gets. */
export interface ReplicationDestinationProps {
  readonly bucketArn: string;
  /** ARN of the key that encrypts the replicas, in `region`; its policy names the role among the replicators. */
  readonly kmsKeyArn: string;
  /** Region of the bucket. */
  readonly region: string;
  /**
   * Account of the bucket. The bucket policy there has to allow the role (`AuditArchive.addReplicator`).
   * @default - that of the source
   */
  readonly account?: string;
  /**
   * The bucket's policy, where the stack makes it: it lets the role in, and what arrives before it may be refused for good.
   * @default - it is there already
   */
  readonly bucketPolicy?: ITerraformDependable;
}

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
  /**
   * The destination's bucket policy, where the stack makes it: it lets the role in, and what is replicated before it may fail for good.
   * @default - it is there already
   */
  readonly destinationPolicy?: ITerraformDependable;
  /**
   * More destinations, each with all that the source gets. S3 replicates no replica: a bucket that replicates into an archive has to replicate into the
   * archive's own copy as well.
   * @default - one destination
   */
  readonly moreDestinations?: readonly ReplicationDestinationProps[];
  /**
   * The source's bucket policy, where the stack makes it and it denies changes of the replication, as that of an AuditArchive does: it is made afterwards.
   * @default - nothing waits for the replication
   */
  readonly sourcePolicy?: S3BucketPolicy;
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
  /**
   * Name of the alarm; those of more destinations end in `-2` and so on.
   * @default - the role's name with `-failed`
   */
  readonly alarmName?: string;
}

const FIELDS = [
  'sourceBucketName', 'sourceBucketArn', 'sourceKmsKeyArn', 'sourceIsLocked', 'sourceExpires', 'versioning', 'destinationBucketArn', 'destinationKmsKeyArn', 'destinationRegion',
  'destinationAccount', 'destinationPolicy', 'moreDestinations', 'sourcePolicy', 'roleName', 'account', 'region', 'topicArn', 'alarmName',
];
const DESTINATION_FIELDS = ['bucketArn', 'kmsKeyArn', 'region', 'account', 'bucketPolicy'];
/** Rules of a configuration (Amazon S3, PutBucketReplication). */
const MOST_DESTINATIONS = 1000;
/** What S3 replicates; versions alone, so that a deletion in the source deletes nothing in the destination. */
const REPLICATE = ['s3:ReplicateObject', 's3:ReplicateTags'];
const READ = ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'];
const READ_LOCK = ['s3:GetObjectLegalHold', 's3:GetObjectRetention'];

/**
 * Replicates what is written into a bucket into another one, or several, and no deletion.
 *
 * Serves 45 CFR 164.310(d)(2)(iv) where a destination is in another region. Only objects that come after it are replicated, and no replica is replicated
 * again (Amazon S3, what is not replicated): what comes into the source by a replication reaches the destination only where that replication has it as a
 * destination, too (`moreDestinations`). A replica has the retention
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
  /** Of the first destination, where a topic was given. */
  public readonly failureAlarm: MetricAlarm | undefined;
  /** One for each destination, in their order, where a topic was given. */
  public readonly failureAlarms: readonly MetricAlarm[];

  public constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    this.check(props);
    const { region, topicArn, sourcePolicy } = props;
    const destinations = destinationsOf(props);
    const { role, policy } = this.makeRole(props, destinations);
    this.role = role;
    this.configuration = new S3BucketReplicationConfigurationA(this, 'Resource', {
      bucket: props.sourceBucketName,
      role: role.arn,
      region,
      rule: destinations.map((destination) => ruleOf(destination, destinations.length)),
      // S3 tries a failed object no more: nothing is replicated before the role may, and the destination takes it.
      dependsOn: [props.versioning, policy, ...destinations.flatMap(({ bucketPolicy }) => (bucketPolicy === undefined ? [] : [bucketPolicy]))],
    });
    if (sourcePolicy !== undefined) sourcePolicy.dependsOn = [...(sourcePolicy.dependsOn ?? []), dependable(this.configuration)];
    this.failureAlarms = topicArn === undefined ? [] : destinations.map((destination) => this.makeAlarm(props, destination, topicArn));
    this.failureAlarm = this.failureAlarms[0];
    const elsewhere = destinations.map((destination) => destination.region).filter((other) => other !== region);
    if (elsewhere.length > 0 && !props.sourceExpires) Safeguard.implement(this.configuration, Control.CP4_REPLICA, `what is written into the bucket is replicated to ${elsewhere.join(', ')}`);
  }

  /** What S3 needs of both buckets and keys (Amazon S3, permissions for live replication; replicating encrypted objects; Object Lock considerations). */
  private makeRole(props: BucketReplicationProps, destinations: readonly Destination[]): { role: IamRole; policy: IamRolePolicy } {
    const path = this.node.path;
    const { account, region, sourceBucketArn } = props;
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
    const policy = new IamRolePolicy(this, 'RolePolicy', {
      name: 'replicate',
      role: role.name,
      policy: new PolicyDocument(path, [
        { sid: 'AllowSource', effect: PolicyEffect.ALLOW, actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [sourceBucketArn] },
        { sid: 'AllowRead', effect: PolicyEffect.ALLOW, actions: props.sourceIsLocked ? [...READ, ...READ_LOCK].sort() : READ, resources: [`${sourceBucketArn}/*`] },
        { sid: 'AllowDecryptionByS3', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt'], resources: [props.sourceKmsKeyArn], conditions: [viaS3(region)] },
        ...destinations.flatMap(({ suffix, abroad, bucketArn, kmsKeyArn, region: where }): PolicyStatementProps[] => [
          {
            sid: `AllowReplicate${suffix}`,
            effect: PolicyEffect.ALLOW,
            actions: abroad ? ['s3:ObjectOwnerOverrideToBucketOwner', ...REPLICATE] : REPLICATE,
            resources: [`${bucketArn}/*`],
          },
          { sid: `AllowEncryptionByS3${suffix && `To${suffix}`}`, effect: PolicyEffect.ALLOW, actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [kmsKeyArn], conditions: [viaS3(where)] },
        ]),
      ]).toJson(),
    });
    return { role, policy };
  }

  /** S3 publishes this metric in the region of the source (Amazon S3, replication metrics). */
  private makeAlarm(props: BucketReplicationProps, { suffix, bucketArn, ruleId }: Destination, topicArn: string): MetricAlarm {
    return new MetricAlarm(this, `FailureAlarm${suffix}`, {
      alarmName: `${props.alarmName ?? `${props.roleName}-failed`}${suffix && `-${suffix}`}`,
      description: 'Objects could not be replicated, and S3 does not try them again. Mend the cause (role, key and bucket policies), then run S3 Batch Replication on what FAILED.',
      namespace: 'AWS/S3',
      metricName: 'OperationsFailedReplication',
      dimensions: { SourceBucket: props.sourceBucketName, DestinationBucket: bucketNameOf(bucketArn), RuleId: ruleId },
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
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkRoleName(path, 'roleName', props.roleName);
    checkBucketArn(path, 'sourceBucketArn', props.sourceBucketArn, props.region);
    checkKeyArn(path, 'sourceKmsKeyArn', props.sourceKmsKeyArn, props.region);
    if (props.moreDestinations !== undefined && (!Array.isArray(props.moreDestinations) || props.moreDestinations.length >= MOST_DESTINATIONS)) {
      throw Errors.refused(path, 'moreDestinations is no list of destinations', props.moreDestinations, 'Amazon S3, PutBucketReplication: at most 1000 rules', 'list the other destinations, or leave it out');
    }
    for (const more of props.moreDestinations ?? []) checkFields(path, more, DESTINATION_FIELDS, 'a destination takes no other field');
    const taken = new Set([props.sourceBucketArn]);
    for (const { suffix, bucketArn, kmsKeyArn, region, account } of destinationsOf(props)) {
      const of = (field: string): string => (suffix === '' ? `destination${field}` : `moreDestinations.${field.charAt(0).toLowerCase()}${field.slice(1)}`);
      checkRegion(path, of('Region'), region);
      checkKnownAtSynth(path, of('Region'), region);
      if (account !== undefined) checkAccount(path, of('Account'), account);
      checkBucketArn(path, of('BucketArn'), bucketArn, props.region);
      if (bucketArn === props.sourceBucketArn) throw Errors.refused(path, 'source and destination are one bucket', bucketArn, 'Amazon S3, replication', 'replicate into another bucket');
      if (taken.has(bucketArn)) throw Errors.refused(path, 'moreDestinations names a destination again', bucketArn, 'Amazon S3, replication: of two rules into one bucket that of the higher priority is used', 'name each destination once');
      taken.add(bucketArn);
      // S3 replicates within a partition.
      checkPartition(path, of('BucketArn'), bucketArn, region);
      checkKeyArn(path, of('KmsKeyArn'), kmsKeyArn, region);
    }
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

/** A destination, and what its rule, its statements and its alarm are called. */
interface Destination extends ReplicationDestinationProps {
  /** Nothing for the first, then its number. */
  readonly suffix: string;
  readonly ruleId: string;
  readonly priority: number;
  /** Whether it is of another account. */
  readonly abroad: boolean;
}

function destinationsOf(props: BucketReplicationProps): Destination[] {
  const first: ReplicationDestinationProps = {
    bucketArn: props.destinationBucketArn, kmsKeyArn: props.destinationKmsKeyArn, region: props.destinationRegion, account: props.destinationAccount,
    bucketPolicy: props.destinationPolicy,
  };
  return [first, ...(props.moreDestinations ?? [])].map((destination, index) => ({
    ...destination,
    suffix: index === 0 ? '' : String(index + 1),
    ruleId: index === 0 ? 'everything' : `everything-${index + 1}`,
    priority: index + 1,
    abroad: destination.account !== undefined && destination.account !== props.account,
  }));
}

/** A rule for every object. S3 demands priorities, each another, of several destinations (Amazon S3, replication configuration). */
function ruleOf({ ruleId, priority, bucketArn, kmsKeyArn, account, abroad }: Destination, rules: number): S3BucketReplicationConfigurationRule {
  return {
    id: ruleId,
    priority: rules > 1 ? priority : undefined,
    status: 'Enabled',
    filter: {},
    deleteMarkerReplication: { status: 'Disabled' },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
    destination: {
      bucket: bucketArn,
      account: abroad ? account : undefined,
      accessControlTranslation: abroad ? { owner: 'Destination' } : undefined,
      encryptionConfiguration: { replicaKmsKeyId: kmsKeyArn },
      metrics: { status: 'Enabled' },
    },
  };
}

function checkBucketArn(path: string, prop: string, arn: string, region: string): void {
  checkArn(path, prop, arn, 's3');
  if (/^arn:[^/]*\//.test(arn)) throw Errors.refused(path, `${prop} is the ARN of an object`, arn, 'AWS S3, ARNs: a bucket has no key', "use the bucket's ARN");
  checkPartition(path, prop, arn, region);
}

/** The name in the ARN of a bucket, which may be a reference of cdktf's or one that was written by hand. */
function bucketNameOf(arn: string): string {
  if (Token.isUnresolved(arn)) return Fn.element(Fn.split(':', arn), 5) as string;
  const expression = /^\$\{([^}]*)\}$/.exec(arn)?.[1];
  return expression === undefined ? arn.split(':::')[1] : `\${element(split(":", ${expression}), 5)}`;
}
