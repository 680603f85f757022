import { anyOf, is, isNot, pattern, splitPatterns } from '../alarms/filter-pattern';
import { isTerraformToken } from '../profile/checks';

/** @internal Ends of the alarms' names, by which they are known in the output. */
export enum TrailAlarmName {
  ROOT_USE = 'root-use',
  ARCHIVE_CHANGES = 'archive-changes',
  KEY_POLICIES = 'key-policies',
  KEY_LOSS = 'key-loss',
  TRAIL_CHANGES = 'trail-changes',
  LOG_CHANGES = 'log-changes',
  ALARM_CHANGES = 'alarm-changes',
  SIGN_IN_FAILURES = 'sign-in-failures',
  SIGN_IN_WITHOUT_MFA = 'sign-in-without-mfa',
  IAM_CHANGES = 'iam-changes',
  CLUSTER_ACCESS = 'cluster-access',
  EVIDENCE_CHANGES = 'evidence-changes',
  /** Followed by the name of the key. */
  DECRYPT = 'decrypt-',
}

/** @internal Failed sign-ins in five minutes that ring: more than a mistyped password. */
export const SIGN_IN_FAILURES = 3;

const EVENT = '$.eventName';
/** Sent by a person or a program, and not by an AWS service on its way. */
const DIRECT = '$.userIdentity.invokedBy NOT EXISTS';

function from(service: string): string {
  // The domain after the service's name differs between partitions.
  return is('$.eventSource', `${service}.*`);
}

function named(...events: readonly string[]): string {
  return anyOf(events.map((event) => is(EVENT, event)));
}

/** @internal The root user at work, and no AWS service in its name (CIS AWS Foundations, monitoring of root use). */
export function rootUsePatterns(): string[] {
  return [pattern(is('$.userIdentity.type', 'Root'), DIRECT, isNot('$.eventType', 'AwsServiceEvent'))];
}

/** Every setting of a bucket is a PutBucket… or a DeleteBucket…; the lock's has been called both PutBucketObjectLockConfiguration and PutObjectLockConfiguration. */
const BUCKET_CHANGES = ['PutBucket*', 'DeleteBucket*', 'PutObjectLock*'];

/**
 * Changes of settings of buckets that hold evidence and of locks and objects in them, and of other buckets' settings. What is done to objects is recorded where the trail
 * has their data events.
 *
 * @internal
 */
export function archivePatterns(evidence: readonly string[], others: readonly string[]): string[] {
  const inBucket = (bucket: string): string => is('$.requestParameters.bucketName', bucket);
  return [
    ...splitPatterns([from('s3'), named(...BUCKET_CHANGES, 'PutObjectRetention', 'PutObjectLegalHold', 'DeleteObject*')], evidence.map(inBucket)),
    ...splitPatterns([from('s3'), named(...BUCKET_CHANGES)], others.map(inBucket)),
  ];
}

/** @internal Who may use a key: its policy, and grants that no service made on somebody's behalf. */
export function keyPolicyPatterns(): string[] {
  return [pattern(from('kms'), anyOf([is(EVENT, 'PutKeyPolicy'), `(${is(EVENT, 'CreateGrant')} && ${DIRECT})`]))];
}

/** @internal The end of a key, and with it of all that it encrypted. */
export function keyLossPatterns(): string[] {
  return [pattern(from('kms'), named('DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKeyRotation'))];
}

/** @internal What CloudTrail records. */
export function trailChangePatterns(): string[] {
  return [pattern(from('cloudtrail'), named('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'))];
}

/** @internal What log groups keep, pass on and count. */
export function logChangePatterns(logGroups: readonly string[]): string[] {
  const changes = named(
    'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'PutSubscriptionFilter', 'DeleteSubscriptionFilter',
    'PutMetricFilter', 'DeleteMetricFilter', 'DisassociateKmsKey', 'AssociateKmsKey',
  );
  return splitPatterns([from('logs'), changes], logGroups.map((group) => is('$.requestParameters.logGroupName', group)));
}

/** @internal What carries events into the archive, and what tells an auditor where and how to read them there. */
export function evidenceChangePatterns(): string[] {
  return [
    pattern(from('firehose'), named('UpdateDestination', 'DeleteDeliveryStream', 'StopDeliveryStreamEncryption')),
    pattern(from('glue'), named('UpdateTable', 'DeleteTable', 'BatchDeleteTable', 'UpdateDatabase', 'DeleteDatabase')),
    pattern(from('athena'), named('UpdateWorkGroup', 'DeleteWorkGroup')),
  ];
}

/** @internal Alarms that were switched off, and the topic that they tell. */
export function alarmChangePatterns(namePrefix: string, topicArn: string): string[] {
  return [
    pattern(from('monitoring'), anyOf([
      // Services that scale delete their own alarms; whoever acts through another service, such as CloudFormation, rings.
      `(${named('DeleteAlarms', 'DisableAlarmActions')} && ${unless('$.userIdentity.invokedBy', [isNot('$.userIdentity.invokedBy', '*autoscaling.*')])})`,
      `(${is(EVENT, 'PutMetricAlarm')} && ${is('$.requestParameters.alarmName', `${namePrefix}-*`)})`,
    ])),
    pattern(from('sns'), anyOf([
      `(${named('DeleteTopic', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'Subscribe')} && ${is('$.requestParameters.topicArn', topicArn)})`,
      `(${named('Unsubscribe', 'SetSubscriptionAttributes')} && ${is('$.requestParameters.subscriptionArn', `${topicArn}:*`)})`,
    ])),
  ];
}

/** @internal Sign-ins to the console that failed. */
export function signInFailurePatterns(): string[] {
  return [pattern(is(EVENT, 'ConsoleLogin'), is('$.responseElements.ConsoleLogin', 'Failure'))];
}

/** @internal IAM users in the console with a password alone; sign-ins by federation have their second factor elsewhere. */
export function signInWithoutMfaPatterns(): string[] {
  return [pattern(
    is(EVENT, 'ConsoleLogin'), is('$.userIdentity.type', 'IAMUser'), is('$.responseElements.ConsoleLogin', 'Success'),
    anyOf(['$.additionalEventData.MFAUsed NOT EXISTS', isNot('$.additionalEventData.MFAUsed', 'Yes')]),
  )];
}

/** @internal Who may do what: policies, trust, groups, credentials and identity providers; by the ends of names, as lists of names leave some out. */
export function iamChangePatterns(): string[] {
  return [pattern(
    from('iam'),
    ...['Get*', 'List*', 'Simulate*'].map((event) => isNot(EVENT, event)),
    named('*Policy*', '*PermissionsBoundary', '*UserToGroup', '*LoginProfile', '*AccessKey', '*MFADevice', '*SAMLProvider', '*OpenIDConnectProvider*'),
  )];
}

/** @internal Ways into a cluster, and how it is set up. */
export function clusterAccessPatterns(): string[] {
  return [pattern(from('eks'), named(
    'CreateAccessEntry', 'UpdateAccessEntry', 'AssociateAccessPolicy', 'UpdateClusterConfig', 'DeleteCluster', 'AssociateIdentityProviderConfig', 'DisassociateIdentityProviderConfig',
    'CreatePodIdentityAssociation', 'UpdatePodIdentityAssociation', 'UpdateAddon', 'DeleteAddon',
  ))];
}

/**
 * Decryption with a key by anybody but those listed. Left out: AWS services by their own principal, and roles of AWS' own, whose names begin with `aws:` as no
 * other role's can. A role is told by the ARN of its sessions; where its ARN is a reference, by the role that issued the session.
 *
 * @internal
 */
export function decryptPatterns(keyArn: string, decrypters: readonly string[], partition: string, account: string): string[] {
  const sessions = decrypters.filter((arn) => !isTerraformToken(arn)).map((arn) => isNot('$.userIdentity.arn', sessionOf(arn)));
  const issuers = decrypters.filter(isTerraformToken).map((arn) => isNot('$.userIdentity.sessionContext.sessionIssuer.arn', arn));
  const stranger = [
    isNot('$.userIdentity.type', 'AWSService'),
    // From its beginning: a path of an IAM user may hold any text.
    unless('$.userIdentity.arn', [isNot('$.userIdentity.arn', `arn:${partition}:sts::${account}:assumed-role/aws:*`), ...sessions]),
    ...(issuers.length > 0 ? [unless('$.userIdentity.sessionContext.sessionIssuer.arn', issuers)] : []),
  ];
  return [
    pattern(is(EVENT, 'Decrypt'), is('$.resources[0].ARN', keyArn), ...stranger),
    // It decrypts with one key and encrypts with another, in either order.
    ...[0, 1].map((index) => pattern(is(EVENT, 'ReEncrypt'), is(`$.resources[${index}].ARN`, keyArn), ...stranger)),
  ];
}

/** Whether a field is none of some values: it may be missing altogether. */
function unless(selector: string, conditions: readonly string[]): string {
  return anyOf([`${selector} NOT EXISTS`, conditions.length === 1 ? conditions[0] : `(${conditions.join(' && ')})`]);
}

/** What CloudTrail writes for a role or a user: a role's session has the role's name without its path. */
function sessionOf(arn: string): string {
  const [, partition, , , account, resource] = arn.split(':');
  return resource.startsWith('role/') ? `arn:${partition}:sts::${account}:assumed-role/${resource.split('/').at(-1)}/*` : arn;
}
