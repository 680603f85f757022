import type { TerraformStack } from 'cdktf';
import { TrailAlarms, type TrailAlarmsProps } from '../../lib/detection/trail-alarms';
import { claimsBelow } from '../support/claims';
import { anyMatches, compile } from '../support/metric-filter';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type SynthesizedStack } from '../support/stack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_KEY = 'arn:aws:kms:us-east-1:123456789012:key/99999999-12ab-34cd-56ef-1234567890ab';
const ARCHIVE = 'hipaa-audit-logs-123456789012-us-east-1';
const AUDITOR = 'arn:aws:iam::123456789012:role/people/healthcare-cluster-auditor';
const props: Required<TrailAlarmsProps> = {
  namePrefix: 'healthcare-cluster', logGroupName: '/hipaa/healthcare-cluster/cloudtrail', topicArn: TOPIC, region: 'us-east-1', account: '123456789012', archiveBucketName: ARCHIVE, evidenceBuckets: ['replica-1'], otherBuckets: ['results-1'],
  watchedLogGroups: ['/hipaa/healthcare-cluster/cloudtrail', '/aws/eks/healthcare-cluster/cluster'],
  keys: [{ name: 'audit-archive', keyArn: KEY, decrypters: [AUDITOR, 'arn:aws:iam::123456789012:user/restore'] }],
};
const make = (changes: object = {}) => (stack: TerraformStack) => new TrailAlarms(stack, 'Alarms', { ...props, ...changes });
const withKey = (changes: object) => ({ keys: [{ ...props.keys[0], ...changes }] });

/** Patterns by the metric that they count into. */
function patternsOf(stack: SynthesizedStack): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const filter of Object.values(stack.resources.aws_cloudwatch_log_metric_filter)) {
    const metric = filter.metric_transformation.name as string;
    result.set(metric, [...(result.get(metric) ?? []), filter.pattern as string]);
  }
  return result;
}

const emitted = patternsOf(synthStack(make()));
const rings = (name: string, event: object, patterns = emitted): boolean => anyMatches(patterns.get(`healthcare-cluster-${name}`)!, event);

const user = (name: string): object => ({ type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: `arn:aws:iam::123456789012:user/${name}`, accountId: '123456789012', accessKeyId: 'AKIAEXAMPLE', userName: name });
const session = (role: string, name = 'jane', more: object = {}): object => ({
  type: 'AssumedRole', principalId: `AROAEXAMPLE:${name}`, arn: `arn:aws:sts::123456789012:assumed-role/${role.split('/').at(-1)}/${name}`, accountId: '123456789012', accessKeyId: 'ASIAEXAMPLE',
  sessionContext: { sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::123456789012:role/${role}`, accountId: '123456789012', userName: role.split('/').at(-1) }, attributes: { mfaAuthenticated: 'true' } }, ...more,
});
const ROOT = { type: 'Root', principalId: '123456789012', arn: 'arn:aws:iam::123456789012:root', accountId: '123456789012' };
const service = (name: string): object => ({ type: 'AWSService', invokedBy: `${name}.amazonaws.com` });

/** A CloudTrail record as it lies in the log group. */
const record = (source: string, eventName: string, requestParameters: object | null = null, more: object = {}): object => ({
  eventVersion: '1.11', userIdentity: session('developer'), eventTime: '2026-05-01T10:00:00Z', eventSource: `${source}.amazonaws.com`, eventName, awsRegion: 'us-east-1', sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.27', requestParameters, responseElements: null, requestID: 'r', eventID: 'e', readOnly: false, eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: '123456789012', eventCategory: 'Management', ...more,
});
const by = (userIdentity: object): object => ({ userIdentity });
const DENIED = { errorCode: 'AccessDenied', errorMessage: 'not authorized' };
const s3 = (eventName: string, bucketName = ARCHIVE): object => record('s3', eventName, { bucketName, Host: `${bucketName}.s3.amazonaws.com` });
const key = (arn: string): object => ({ accountId: '123456789012', type: 'AWS::KMS::Key', ARN: arn });
const decrypt = (userIdentity: object, arn = KEY, more: object = {}): object => record('kms', 'Decrypt', { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::${ARCHIVE}` } }, { userIdentity, readOnly: true, resources: [key(arn)], ...more });
const signIn = (result: string, more: object = {}): object => record('signin', 'ConsoleLogin', null, { userIdentity: user('jane'), eventType: 'AwsConsoleSignIn', responseElements: { ConsoleLogin: result }, additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' }, ...more });

/** name of the alarm, what happened, its record, whether it rings. */
const CASES: [string, string, object, boolean][] = [
  ['root-use', 'the root user reads', record('iam', 'ListUsers', null, by(ROOT)), true],
  ['root-use', 'the root user signs in', signIn('Success', by(ROOT)), true],
  ['root-use', 'an attempt that was denied', record('s3', 'PutBucketPolicy', null, { ...by(ROOT), ...DENIED }), true],
  ['root-use', "a service in the account's name", record('kms', 'Decrypt', null, by({ ...ROOT, invokedBy: 's3.amazonaws.com' })), false],
  ['root-use', 'what AWS does by itself', record('kms', 'RotateKey', null, { ...by(ROOT), eventType: 'AwsServiceEvent' }), false],
  ['root-use', 'a user called Root', record('iam', 'ListUsers', null, by(user('Root'))), false],
  ...['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketReplication', 'DeleteBucketReplication', 'PutBucketLifecycle', 'DeleteBucketLifecycle', 'PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration', 'PutBucketVersioning',
    'PutBucketEncryption', 'DeleteBucketEncryption', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketAcl', 'DeleteBucket', 'DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutObjectLegalHold',
  ].map((event): [string, string, object, boolean] => ['archive-changes', event, s3(event), true]),
  ['archive-changes', 'an attempt that was denied', { ...s3('PutBucketPolicy'), ...DENIED }, true],
  ['archive-changes', "another watched bucket's policy", s3('PutBucketPolicy', 'results-1'), true],
  ...['PutBucketPolicy', 'DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutBucketRequestPayment'].map((event): [string, string, object, boolean] => ['archive-changes', `${event} in another bucket of evidence`, s3(event, 'replica-1'), true]),
  ['archive-changes', 'in a partition of another domain', { ...s3('PutBucketPolicy'), eventSource: 's3.amazonaws.com.cn' }, true],
  ['archive-changes', 'an object of another watched bucket, which expires anyway', s3('DeleteObject', 'results-1'), false],
  ['archive-changes', 'a new object in another bucket of evidence', s3('PutObject', 'replica-1'), false],
  ['archive-changes', 'a bucket that begins alike', s3('PutBucketPolicy', `${ARCHIVE}-2`), false],
  ['archive-changes', 'a new object', s3('PutObject'), false],
  ['archive-changes', 'a read of the policy', s3('GetBucketPolicy'), false],
  ['archive-changes', 'a request without a bucket', record('s3', 'PutBucketPolicy'), false],
  ['key-policies', 'a policy', record('kms', 'PutKeyPolicy', { keyId: KEY }), true],
  ['key-policies', 'a grant by a person', record('kms', 'CreateGrant', { keyId: KEY }), true],
  ['key-policies', 'a grant by a service for somebody', record('kms', 'CreateGrant', { keyId: KEY }, by(session('node', 'i-1', { invokedBy: 'autoscaling.amazonaws.com' }))), false],
  ['key-policies', 'a grant given back', record('kms', 'RetireGrant', { keyId: KEY }), false],
  ['key-policies', 'a read', record('kms', 'GetKeyPolicy', { keyId: KEY }), false],
  ['key-loss', 'disabled', record('kms', 'DisableKey', { keyId: KEY }), true],
  ['key-loss', 'scheduled for deletion', record('kms', 'ScheduleKeyDeletion', { keyId: KEY, pendingWindowInDays: 7 }), true],
  ['key-loss', 'an attempt that was denied', record('kms', 'ScheduleKeyDeletion', null, DENIED), true],
  ['key-loss', 'its material deleted', record('kms', 'DeleteImportedKeyMaterial', { keyId: KEY }), true],
  ['key-loss', 'no rotation any more', record('kms', 'DisableKeyRotation', { keyId: KEY }), true],
  ['key-loss', 'a deletion that was cancelled', record('kms', 'CancelKeyDeletion', { keyId: KEY }), false],
  ['key-loss', 'another service has that event', record('iot', 'DisableKey'), false],
  ...['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'].map((event): [string, string, object, boolean] => ['trail-changes', event, record('cloudtrail', event, { name: 'healthcare-cluster-trail' }), true]),
  ['trail-changes', 'a look-up', record('cloudtrail', 'LookupEvents'), false],
  ...['DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'PutSubscriptionFilter', 'DeleteSubscriptionFilter', 'PutMetricFilter', 'DeleteMetricFilter', 'DisassociateKmsKey']
    .map((event): [string, string, object, boolean] => ['log-changes', event, record('logs', event, { logGroupName: '/aws/eks/healthcare-cluster/cluster' }), true]),
  ['log-changes', "the trail's own group", record('logs', 'DeleteLogGroup', { logGroupName: '/hipaa/healthcare-cluster/cloudtrail' }), true],
  ['log-changes', 'another group', record('logs', 'DeleteLogGroup', { logGroupName: '/aws/lambda/other' }), false],
  ['log-changes', 'a new stream', record('logs', 'CreateLogStream', { logGroupName: '/aws/eks/healthcare-cluster/cluster' }), false],
  ['alarm-changes', 'alarms deleted', record('monitoring', 'DeleteAlarms', { alarmNames: ['healthcare-cluster-exec'] }), true],
  ['alarm-changes', 'alarms switched off', record('monitoring', 'DisableAlarmActions', { alarmNames: ['healthcare-cluster-exec'] }), true],
  ['alarm-changes', 'an alarm that never rings from now on', record('monitoring', 'PutMetricAlarm', { alarmName: 'healthcare-cluster-exec', threshold: 1e9 }), true],
  ['alarm-changes', 'a subscription removed', record('sns', 'Unsubscribe', { subscriptionArn: `${TOPIC}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55` }), true],
  ['alarm-changes', 'the topic deleted', record('sns', 'DeleteTopic', { topicArn: TOPIC }), true],
  ['alarm-changes', "the topic's policy changed", record('sns', 'SetTopicAttributes', { topicArn: TOPIC, attributeName: 'Policy' }), true],
  ['alarm-changes', 'an alarm of a service that scales', record('monitoring', 'DeleteAlarms', { alarmNames: ['TargetTracking-a'] }, by(session('aws-service-role/x/S', 's', { invokedBy: 'application-autoscaling.amazonaws.com' }))), false],
  ['alarm-changes', 'alarms deleted through another service', record('monitoring', 'DeleteAlarms', { alarmNames: ['healthcare-cluster-exec'] }, by(session('developer', 'jane', { invokedBy: 'cloudformation.amazonaws.com' }))), true],
  ['alarm-changes', "somebody else's alarm", record('monitoring', 'PutMetricAlarm', { alarmName: 'other' }), false],
  ['alarm-changes', 'another topic', record('sns', 'Unsubscribe', { subscriptionArn: `${TOPIC}-2:a` }), false],
  ['sign-in-failures', 'a wrong password', signIn('Failure', { errorMessage: 'Failed authentication' }), true],
  ['sign-in-failures', 'a wrong second factor', signIn('Failure', { errorMessage: 'Failed authentication', additionalEventData: { MFAUsed: 'Yes' } }), true],
  ['sign-in-failures', 'a user that does not exist', signIn('Failure', { userIdentity: { type: 'IAMUser', principalId: '', accountId: '123456789012', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, errorMessage: 'No username found in supplied account' }), true],
  ['sign-in-failures', 'a sign-in', signIn('Success'), false],
  ['sign-in-failures', 'another event', record('signin', 'CheckMfa', null, { responseElements: { CheckMfa: 'Failure' } }), false],
  ['sign-in-without-mfa', 'a password alone', signIn('Success'), true],
  ['sign-in-without-mfa', 'a record that does not say', signIn('Success', { additionalEventData: { MobileVersion: 'No' } }), true],
  ['sign-in-without-mfa', 'a record without more', signIn('Success', { additionalEventData: null }), true],
  ['sign-in-without-mfa', 'a second factor', signIn('Success', { additionalEventData: { MFAUsed: 'Yes' } }), false],
  ['sign-in-without-mfa', 'a password alone that failed', signIn('Failure'), false],
  ['sign-in-without-mfa', 'a session of an identity provider, which has its own factor', signIn('Success', by(session('AWSReservedSSO_Auditor'))), false],
  ...['PutRolePolicy', 'AttachRolePolicy', 'DetachUserPolicy', 'CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'UpdateAssumeRolePolicy', 'DeleteRolePermissionsBoundary', 'PutUserPermissionsBoundary', 'AddUserToGroup',
    'CreateLoginProfile', 'CreateAccessKey', 'DeactivateMFADevice', 'UpdateSAMLProvider', 'CreateOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint', 'AddClientIDToOpenIDConnectProvider', 'UpdateAccountPasswordPolicy',
  ].map((event): [string, string, object, boolean] => ['iam-changes', event, record('iam', event), true]),
  ...['GetPolicy', 'GetRolePolicy', 'ListAttachedRolePolicies', 'ListPolicies', 'SimulatePrincipalPolicy', 'GetContextKeysForPrincipalPolicy', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'TagRole', 'CreateServiceLinkedRole']
    .map((event): [string, string, object, boolean] => ['iam-changes', event, record('iam', event), false]),
  ['iam-changes', 'a policy of another service', record('s3', 'PutBucketPolicy'), false],
  ...['CreateAccessEntry', 'UpdateAccessEntry', 'AssociateAccessPolicy', 'UpdateClusterConfig', 'AssociateIdentityProviderConfig', 'CreatePodIdentityAssociation', 'DeleteAddon']
    .map((event): [string, string, object, boolean] => ['cluster-access', event, record('eks', event, { name: 'healthcare-cluster' }), true]),
  ['cluster-access', 'a read', record('eks', 'DescribeAccessEntry', { name: 'healthcare-cluster' }), false],
  ['cluster-access', 'a version', record('eks', 'UpdateNodegroupVersion', { name: 'healthcare-cluster' }), false],
  ...['UpdateDestination', 'DeleteDeliveryStream', 'StopDeliveryStreamEncryption'].map((event): [string, string, object, boolean] => ['evidence-changes', event, record('firehose', event, { deliveryStreamName: 'healthcare-cluster-audit' }), true]),
  ...['UpdateTable', 'DeleteTable', 'BatchDeleteTable', 'UpdateDatabase', 'DeleteDatabase'].map((event): [string, string, object, boolean] => ['evidence-changes', event, record('glue', event, { databaseName: 'healthcare_cluster_audit' }), true]),
  ...['UpdateWorkGroup', 'DeleteWorkGroup'].map((event): [string, string, object, boolean] => ['evidence-changes', event, record('athena', event, { workGroup: 'healthcare-cluster-auditors' }), true]),
  ['evidence-changes', 'an attempt that was denied', record('firehose', 'DeleteDeliveryStream', null, DENIED), true],
  ['evidence-changes', 'a question', record('athena', 'StartQueryExecution', { workGroup: 'healthcare-cluster-auditors' }), false],
  ['evidence-changes', 'a table that is read', record('glue', 'GetTable'), false],
  ['evidence-changes', 'a table of another service', record('dynamodb', 'UpdateTable'), false],
  ['decrypt-audit-archive', 'a role that is not listed', decrypt(session('developer')), true],
  ['decrypt-audit-archive', 'a role that is not listed, through S3', decrypt(session('developer', 'jane', { invokedBy: 'AWS Internal' })), true],
  ['decrypt-audit-archive', 'a role that is not listed, whose session is called like one that is', decrypt(session('developer', 'healthcare-cluster-auditor')), true],
  ['decrypt-audit-archive', 'a role whose name begins like a listed one', decrypt(session('healthcare-cluster-auditor-2')), true],
  ['decrypt-audit-archive', 'a user that is not listed', decrypt(user('jane')), true],
  ['decrypt-audit-archive', 'a user called like a listed role', decrypt(user('healthcare-cluster-auditor')), true],
  ['decrypt-audit-archive', "a user with a path that reads like a role of AWS' own", decrypt({ ...user('eve'), arn: 'arn:aws:iam::123456789012:user/x:assumed-role/aws:y/eve' }), true],
  ['decrypt-audit-archive', 'the root user', decrypt(ROOT), true],
  ['decrypt-audit-archive', 'a listed role of another account', decrypt({ type: 'AssumedRole', arn: 'arn:aws:sts::999999999999:assumed-role/healthcare-cluster-auditor/jane', accountId: '999999999999' }), true],
  ['decrypt-audit-archive', 'another account, of which no ARN is recorded', decrypt({ type: 'AWSAccount', principalId: 'AIDA', accountId: '999999999999' }), true],
  ['decrypt-audit-archive', 'an attempt that was denied', decrypt(session('developer'), KEY, DENIED), true],
  ['decrypt-audit-archive', 're-encrypted under a key of their own', decrypt(session('developer'), KEY, { eventName: 'ReEncrypt', resources: [key(KEY), key(OTHER_KEY)] }), true],
  ['decrypt-audit-archive', 're-encrypted, the keys the other way round', decrypt(session('developer'), KEY, { eventName: 'ReEncrypt', resources: [key(OTHER_KEY), key(KEY)] }), true],
  ['decrypt-audit-archive', 'a listed role, which has a path', decrypt(session('people/healthcare-cluster-auditor')), false],
  ['decrypt-audit-archive', 'a listed role through Athena and S3', decrypt(session('people/healthcare-cluster-auditor', 'jane', { invokedBy: 'AWS Internal' })), false],
  ['decrypt-audit-archive', 'a listed user', decrypt(user('restore')), false],
  ['decrypt-audit-archive', 'a service by its own principal', decrypt(service('logs')), false],
  ['decrypt-audit-archive', 'EC2 for a volume', decrypt(session('aws:ec2-infrastructure', 'i-0123456789abcdef0')), false],
  ['decrypt-audit-archive', 'another key', decrypt(session('developer'), OTHER_KEY), false],
  ['decrypt-audit-archive', 'encryption', decrypt(session('developer'), KEY, { eventName: 'GenerateDataKey' }), false],
];

describe('TrailAlarms', () => {
  test('makes an alarm of each, with patterns that CloudWatch takes', () => {
    const stack = synthStack(make());
    const alarms = Object.values(stack.resources.aws_cloudwatch_metric_alarm);

    expect(Object.fromEntries(emitted)).toMatchSnapshot();
    for (const pattern of [...emitted.values()].flat()) expect(() => compile(pattern)).not.toThrow();
    expect(alarms).toHaveLength(13);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ threshold: alarm.alarm_name === 'healthcare-cluster-sign-in-failures' ? 3 : 1, period: 300, region: 'us-east-1', alarm_actions: [TOPIC], ok_actions: [TOPIC], metric_name: alarm.alarm_name });
      expect(emitted.has(alarm.alarm_name as string)).toBe(true);
    }
    for (const filter of Object.values(stack.resources.aws_cloudwatch_log_metric_filter)) expect([filter.log_group_name, filter.region]).toEqual(['/hipaa/healthcare-cluster/cloudtrail', 'us-east-1']);
  });

  test('claims log-in monitoring and review on the alarms', () => {
    const stack = testStack();
    const { alarms } = make()(stack);

    expect(claimsBelow(stack).sort()).toEqual(alarms.map((alarm) => `${alarm.node.path}/Alarm/Resource implements ${alarm.node.id === 'SignInFailures' ? 'AU8' : 'AU7'}`).sort());
    expect(alarms.map((alarm) => alarm.node.id)).toEqual([
      'RootUse', 'ArchiveChanges', 'KeyPolicies', 'KeyLoss', 'TrailChanges', 'LogChanges', 'AlarmChanges', 'SignInFailures', 'SignInWithoutMfa', 'IamChanges', 'ClusterAccess',
      'EvidenceChanges', 'DecryptAuditArchive',
    ]);
  });

  test.each(CASES)('%s: %s', (name, _what, event, expected) => {
    expect(rings(name, event)).toBe(expected);
  });

  test('has positive and negative cases of every alarm', () => {
    for (const name of emitted.keys()) {
      expect([name, ...new Set(CASES.filter(([alarm]) => `healthcare-cluster-${alarm}` === name).map(([, , , expected]) => expected))].sort()).toEqual([false, name, true].sort());
    }
  });

  test('watches the archive and its own group alone, and no key, by default', () => {
    const patterns = patternsOf(synthStack(make({ otherBuckets: undefined, watchedLogGroups: undefined, keys: [] })));

    expect(patterns.get('healthcare-cluster-archive-changes')).toHaveLength(1);
    expect([...patterns.keys()].filter((name) => name.includes('decrypt'))).toEqual([]);
    expect(rings('log-changes', record('logs', 'DeleteLogGroup', { logGroupName: '/hipaa/healthcare-cluster/cloudtrail' }), patterns)).toBe(true);
    expect(rings('log-changes', record('logs', 'DeleteLogGroup', { logGroupName: '/aws/eks/healthcare-cluster/cluster' }), patterns)).toBe(false);
  });

  test('takes references to key and roles, which Terraform fills in', () => {
    const stack = synthStack(make(withKey({ keyArn: '${aws_kms_key.Archive.arn}', decrypters: [AUDITOR, '${aws_iam_role.Replication.arn}'] })));
    const patterns = new Map([...patternsOf(stack)].map(([name, list]) => [name, list.map((text) => text.replace('${aws_kms_key.Archive.arn}', KEY).replace('${aws_iam_role.Replication.arn}', 'arn:aws:iam::123456789012:role/replication'))]));
    const by = (identity: object) => rings('decrypt-audit-archive', decrypt(identity), patterns);

    expect([session('replication'), session('people/healthcare-cluster-auditor'), session('developer'), user('replication'), ROOT, service('s3')].map(by)).toEqual([false, false, true, true, true, false]);
  });

  test('takes seven decrypters, and each of many buckets and groups in one filter of several', () => {
    const seven = Array.from({ length: 7 }, (_, index) => `arn:aws:iam::123456789012:role/healthcare-cluster-reader-${index}`);
    const many = Array.from({ length: 60 }, (_, index) => `bucket-${'b'.repeat(40)}-${index}`);
    const patterns = patternsOf(synthStack(make({ ...withKey({ decrypters: seven }), otherBuckets: many, watchedLogGroups: many.map((name) => `/hipaa/${name}`) })));

    for (const text of [...patterns.values()].flat()) expect(text.length).toBeLessThanOrEqual(1024);
    expect(seven.map((arn) => rings('decrypt-audit-archive', decrypt(session(arn.split('/')[1])), patterns))).toEqual(seven.map(() => false));
    for (const name of [many[0], many[30], many[59]]) {
      expect(rings('archive-changes', s3('PutBucketPolicy', name), patterns)).toBe(true);
      expect(rings('log-changes', record('logs', 'DeleteLogGroup', { logGroupName: `/hipaa/${name}` }), patterns)).toBe(true);
    }
  });

  test('uses the names of the partition', () => {
    const arn = KEY.replace('arn:aws:', 'arn:aws-us-gov:').replace('us-east-1', 'us-gov-west-1');
    const patterns = patternsOf(synthStack(make({ region: 'us-gov-west-1', topicArn: TOPIC.replace('aws', 'aws-us-gov').replace('us-east-1', 'us-gov-west-1'), ...withKey({ keyArn: arn, decrypters: ['arn:aws-us-gov:iam::123456789012:role/auditor'] }) })));
    const by = (role: string) => rings('decrypt-audit-archive', decrypt({ type: 'AssumedRole', arn: `arn:aws-us-gov:sts::123456789012:assumed-role/${role}/jane` }, arn), patterns);

    expect([by('auditor'), by('developer')]).toEqual([false, true]);
  });

  const long = Array.from({ length: 9 }, (_, index) => `arn:aws:iam::123456789012:role/${'r'.repeat(60)}-${index}`);
  test.each<[string, object, unknown, string, string]>([
    ['a field that it does not know', { root: false }, 'root', 'take no other field', 'use one of: namePrefix'],
    ['no name for a prefix', { namePrefix: '*' }, '*', 'PutMetricFilter', 'healthcare-cluster'],
    ['no topic', { topicArn: KEY }, KEY, 'AWS: arn', 'full ARN'],
    ['no region', { region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
    ['a region that Terraform alone knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'write the region itself'],
    ['no account', { account: '12' }, '12', 'twelve digits', '123456789012'],
    ['no bucket', { archiveBucketName: 'A' }, 'A', 'bucket naming rules', '3 to 63'],
    ['another bucket that is none', { otherBuckets: ['a"b'] }, 'a"b', 'bucket naming rules', '3 to 63'],
    ['a group by a wildcard', { watchedLogGroups: ['/aws/*'] }, '/aws/*', 'CreateLogGroup', 'full name'],
    ['no group', { watchedLogGroups: [] }, [], 'AU7', 'name the groups'],
    ['no list of keys', { keys: undefined }, undefined, 'keys is required', 'empty list'],
    ['a key with a field too many', withKey({ encrypters: [] }), 'encrypters', 'takes no other field', 'use one of: name'],
    ['a key without a name', withKey({ name: 'Archive Key' }), 'Archive Key', 'name of an alarm', 'audit-archive'],
    ['two keys of one name', { keys: [props.keys[0], props.keys[0]] }, 'audit-archive', 'alarm of its own', 'another name'],
    ['two keys whose names make one id', { keys: [{ ...props.keys[0], name: 'a1' }, { ...props.keys[0], name: 'a-1' }] }, 'a-1', 'alarm of its own', 'another name'],
    ['an alias', withKey({ keyArn: 'arn:aws:kms:us-east-1:123456789012:alias/a' }), 'arn:aws:kms:us-east-1:123456789012:alias/a', 'aliases', "key's own ARN"],
    ['a key of another account', withKey({ keyArn: KEY.replace('123456789012', '999999999999') }), KEY.replace('123456789012', '999999999999'), 'belongs to account', '123456789012'],
    ['a key of another partition', withKey({ keyArn: KEY.replace('arn:aws:', 'arn:aws-cn:') }), KEY.replace('arn:aws:', 'arn:aws-cn:'), 'partition aws', "'arn:aws:'"],
    ['no list of decrypters', withKey({ decrypters: undefined }), undefined, 'is required', 'empty list'],
    ['every role', withKey({ decrypters: ['arn:aws:iam::123456789012:role/*'] }), 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'one role or user'],
    ['an account', withKey({ decrypters: ['arn:aws:iam::123456789012:root'] }), 'arn:aws:iam::123456789012:root', 'AU7', 'role/auditor'],
    ['a role of another partition', withKey({ decrypters: ['arn:aws-cn:iam::123456789012:role/a'] }), 'arn:aws-cn:iam::123456789012:role/a', 'partition aws', "'arn:aws:'"],
    ['more decrypters than fit', withKey({ decrypters: long }), 9, '1024 characters', 'fewer roles'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Alarms', value, rule, remedy });
  });
});
