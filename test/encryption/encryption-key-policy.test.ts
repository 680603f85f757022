import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant } from '../../lib/encryption/key-service-grant';
import { ADMINISTRATOR_ACCESS, concrete, decide, type Decision, type IamRequest } from '../support/iam';
import { synthStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const session = (role: string) => `arn:aws:sts::123456789012:assumed-role/${role}/alice`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const ROOT = 'arn:aws:iam::123456789012:root';
const LOGS = 'logs.us-east-1.amazonaws.com';
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/eks/healthcare-cluster/cluster';

/** The policy of a log key with every kind of principal. */
const POLICY = concrete(synthStack((stack) => new EncryptionKey(stack, 'Key', {
  alias: 'logs',
  account: '123456789012',
  region: 'us-east-1',
  administrators: [role('key-administrators'), role('terraform')],
  users: [role('control-plane')],
  encrypters: [role('shipper')],
  grantors: [role('terraform'), role('deployer')],
  services: [KeyServiceGrant.cloudWatchLogs({ region: 'us-east-1', account: '123456789012', logGroupName: '/aws/eks/healthcare-cluster/cluster' })],
  denyDeletion: true,
})).only('aws_kms_key').policy as string);

const viaS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
const forResource = { 'kms:GrantIsForAWSResource': 'true' };
const forGroup = (arn: string) => ({ 'kms:EncryptionContext:aws:logs:arn': arn });

/** Every principal of the account comes with AdministratorAccess: what is denied here no IAM policy can allow. */
const ask = (principal: string, action: string, context: Record<string, string> = {}): Promise<Decision> => {
  const request: IamRequest = { principal, action, resource: KEY, context, resourcePolicy: POLICY };
  return decide(principal.startsWith('arn:') ? { ...request, identityPolicies: [ADMINISTRATOR_ACCESS] } : request);
};

describe('the policy of a log key', () => {
  test.each<[string, string, Record<string, string>]>([
    // A role with AdministratorAccess that the key does not name.
    [session('admin'), 'kms:Decrypt', {}],
    [session('admin'), 'kms:Encrypt', {}],
    [session('admin'), 'kms:GenerateDataKey', {}],
    [session('admin'), 'kms:GenerateDataKey', viaS3],
    [session('admin'), 'kms:Decrypt', viaS3],
    [session('admin'), 'kms:PutKeyPolicy', {}],
    [session('admin'), 'kms:CreateGrant', {}],
    [session('admin'), 'kms:CreateGrant', forResource],
    [session('admin'), 'kms:DescribeKey', {}],
    ['arn:aws:iam::123456789012:user/admin', 'kms:Decrypt', {}],
    ['arn:aws:sts::999999999999:assumed-role/key-administrators/mallory', 'kms:PutKeyPolicy', {}],
    ['arn:aws:iam::999999999999:root', 'kms:Decrypt', {}],
    // Who manages the key does not use it, and can't hand its use to anybody, an AWS service included.
    [session('key-administrators'), 'kms:Decrypt', {}],
    [session('key-administrators'), 'kms:Encrypt', {}],
    [session('key-administrators'), 'kms:GenerateDataKey', {}],
    [session('key-administrators'), 'kms:GenerateDataKey', viaS3],
    [session('key-administrators'), 'kms:GenerateDataKeyPair', {}],
    [session('key-administrators'), 'kms:ReEncryptFrom', {}],
    [session('key-administrators'), 'kms:CreateGrant', {}],
    [session('key-administrators'), 'kms:CreateGrant', forResource],
    [session('key-administrators'), 'kms:DisableKeyRotation', {}],
    // Who makes grants does not use the key itself.
    [session('deployer'), 'kms:Decrypt', {}],
    [session('deployer'), 'kms:PutKeyPolicy', {}],
    [session('terraform'), 'kms:Decrypt', {}],
    [session('terraform'), 'kms:GenerateDataKey', {}],
    // Who uses it does not manage it.
    [session('control-plane'), 'kms:PutKeyPolicy', {}],
    [session('control-plane'), 'kms:CreateGrant', forResource],
    // Who writes through S3 can't read, and can't go around S3.
    [session('shipper'), 'kms:Decrypt', viaS3],
    [session('shipper'), 'kms:GenerateDataKey', {}],
    [session('shipper'), 'kms:GenerateDataKey', { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' }],
    [session('shipper'), 'kms:GenerateDataKey', { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }],
    // CloudWatch Logs for another group, another account's group, or none.
    [LOGS, 'kms:Decrypt', forGroup('arn:aws:logs:us-east-1:123456789012:log-group:/app')],
    [LOGS, 'kms:Decrypt', forGroup('arn:aws:logs:us-east-1:999999999999:log-group:/aws/eks/healthcare-cluster/cluster')],
    [LOGS, 'kms:GenerateDataKey', forGroup(`${GROUP}-copy`)],
    [LOGS, 'kms:Decrypt', {}],
    [LOGS, 'kms:PutKeyPolicy', forGroup(GROUP)],
    ['logs.eu-west-1.amazonaws.com', 'kms:Decrypt', forGroup(GROUP)],
    ['s3.amazonaws.com', 'kms:Decrypt', {}],
  ])('gives %s no %s %j', async (principal, action, context) => {
    expect(await ask(principal, action, context)).toBe('ImplicitlyDenied');
  });

  test('gives nobody in particular anything', async () => {
    expect(await ask('anonymous', 'kms:Decrypt')).toBe('ImplicitlyDenied');
  });

  test.each([ROOT, session('key-administrators'), session('admin'), session('control-plane'), session('deployer')].flatMap((principal) => [
    [principal, 'kms:ScheduleKeyDeletion'], [principal, 'kms:DisableKey'],
  ]))('denies %s %s', async (principal, action) => {
    expect(await ask(principal, action)).toBe('ExplicitlyDenied');
  });

  test.each<[string, string, Record<string, string>]>([
    [ROOT, 'kms:PutKeyPolicy', {}],
    [ROOT, 'kms:Decrypt', {}],
    [session('key-administrators'), 'kms:PutKeyPolicy', {}],
    [session('key-administrators'), 'kms:DescribeKey', {}],
    [session('key-administrators'), 'kms:EnableKeyRotation', {}],
    [session('key-administrators'), 'kms:CancelKeyDeletion', {}],
    // Amazon EKS makes its grant in the name of who creates the cluster, and without kms:GrantIsForAWSResource.
    [session('terraform'), 'kms:CreateGrant', {}],
    [session('terraform'), 'kms:DescribeKey', {}],
    [session('terraform'), 'kms:PutKeyPolicy', {}],
    [session('deployer'), 'kms:CreateGrant', {}],
    [session('deployer'), 'kms:CreateGrant', forResource],
    [session('deployer'), 'kms:DescribeKey', {}],
    [session('control-plane'), 'kms:Decrypt', {}],
    [session('control-plane'), 'kms:Encrypt', {}],
    [session('control-plane'), 'kms:ListGrants', {}],
    [session('shipper'), 'kms:GenerateDataKey', viaS3],
    [LOGS, 'kms:Decrypt', forGroup(GROUP)],
    [LOGS, 'kms:Encrypt', forGroup(GROUP)],
    [LOGS, 'kms:GenerateDataKey', forGroup(GROUP)],
  ])('gives %s %s %j', async (principal, action, context) => {
    expect(await ask(principal, action, context)).toBe('Allowed');
  });

  test('gives named principals their rights without a policy of their own, so that no IAM administrator can take them away', async () => {
    const request = { principal: session('control-plane'), action: 'kms:Decrypt', resource: KEY, resourcePolicy: POLICY };
    expect(await decide(request)).toBe('Allowed');
  });

  test('would give an administrator of the account everything if recovery were not bound to root', async () => {
    const unbound = POLICY.replace('"Condition":{"StringEquals":{"aws:PrincipalType":"Account"}}', '"Condition":{}');
    expect(unbound).not.toBe(POLICY);
    expect(await decide({ principal: session('admin'), action: 'kms:Decrypt', resource: KEY, resourcePolicy: unbound, identityPolicies: [ADMINISTRATOR_ACCESS] })).toBe('Allowed');
  });
});

describe('the policy of a key that may be deleted', () => {
  const policy = concrete(synthStack((stack) => new EncryptionKey(stack, 'Key', {
    alias: 'secrets', account: '123456789012', region: 'us-east-1', administrators: [role('key-administrators')],
  })).only('aws_kms_key').policy as string);

  test.each<[string, Decision]>([
    [session('admin'), 'ImplicitlyDenied'],
    [session('key-administrators'), 'Allowed'],
    [ROOT, 'Allowed'],
  ])('answers %s', async (principal, decision) => {
    expect(await decide({ principal, action: 'kms:ScheduleKeyDeletion', resource: KEY, resourcePolicy: policy, identityPolicies: [ADMINISTRATOR_ACCESS] })).toBe(decision);
  });
});

describe('the policy of a key for what was added later', () => {
  const SLR = 'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
  const TRAIL = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/healthcare-trail';
  const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
  const policy = concrete(synthStack((stack) => {
    const key = new EncryptionKey(stack, 'Key', { alias: 'logs', account: '123456789012', region: 'us-east-1', administrators: [role('key-administrators')], denyDeletion: true });
    key.addDecrypter(role('query'));
    key.addReplicator(role('replication'));
    key.addVolumeRole(SLR);
    key.addService(...KeyServiceGrant.cloudTrail({ region: 'us-east-1', account: '123456789012', trailName: 'healthcare-trail' }));
    key.addService(...KeyServiceGrant.alarms({ region: 'us-east-1', account: '123456789012', topicName: 'alarms' }));
  }).only('aws_kms_key').policy as string);
  const bySlr = { 'aws:PrincipalArn': SLR, 'kms:CallerAccount': '123456789012' };
  const ofTrail = { 'aws:SourceArn': TRAIL };
  const forTopic = { 'kms:EncryptionContext:aws:sns:topicArn': TOPIC };

  test.each<[string, string, Record<string, string>, Decision]>([
    // Whoever is not named, with AdministratorAccess.
    [session('admin'), 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    [session('admin'), 'kms:Decrypt', viaS3, 'ImplicitlyDenied'],
    [session('admin'), 'kms:PutKeyPolicy', {}, 'ImplicitlyDenied'],
    [session('admin'), 'kms:CreateGrant', forResource, 'ImplicitlyDenied'],
    [session('admin'), 'kms:ScheduleKeyDeletion', {}, 'ExplicitlyDenied'],
    [session('key-administrators'), 'kms:ScheduleKeyDeletion', {}, 'ExplicitlyDenied'],
    [session('key-administrators'), 'kms:Decrypt', viaS3, 'ImplicitlyDenied'],
    [ROOT, 'kms:DisableKey', {}, 'ExplicitlyDenied'],
    // Readers read through S3, and do nothing else.
    [session('query'), 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    [session('query'), 'kms:Decrypt', { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, 'ImplicitlyDenied'],
    [session('query'), 'kms:Decrypt', { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' }, 'ImplicitlyDenied'],
    [session('query'), 'kms:GenerateDataKey', viaS3, 'ImplicitlyDenied'],
    [session('query-2'), 'kms:Decrypt', viaS3, 'ImplicitlyDenied'],
    [session('query'), 'kms:Decrypt', viaS3, 'Allowed'],
    // A replication writes with the key, and cannot read.
    [session('replication'), 'kms:Decrypt', viaS3, 'ImplicitlyDenied'],
    [session('replication'), 'kms:Encrypt', {}, 'ImplicitlyDenied'],
    [session('replication'), 'kms:Encrypt', viaS3, 'Allowed'],
    [session('replication'), 'kms:GenerateDataKey', viaS3, 'Allowed'],
    // Volumes: AWS' own role, and no role that is called alike.
    [session('AWSServiceRoleForAutoScaling'), 'kms:Decrypt', { 'kms:CallerAccount': '123456789012' }, 'ImplicitlyDenied'],
    [session('x'), 'kms:Decrypt', { ...bySlr, 'aws:PrincipalArn': `${SLR}2` }, 'ImplicitlyDenied'],
    [session('x'), 'kms:Decrypt', { ...bySlr, 'aws:PrincipalArn': SLR.replace('autoscaling.amazonaws.com', 'ecs.amazonaws.com') }, 'ImplicitlyDenied'],
    ['arn:aws:sts::999999999999:assumed-role/AWSServiceRoleForAutoScaling/x', 'kms:Decrypt', { 'aws:PrincipalArn': SLR.replace('123456789012', '999999999999'), 'kms:CallerAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['anonymous', 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    [session('AWSServiceRoleForAutoScaling'), 'kms:CreateGrant', bySlr, 'ImplicitlyDenied'],
    [session('AWSServiceRoleForAutoScaling'), 'kms:CreateGrant', { ...bySlr, 'kms:GrantIsForAWSResource': 'false' }, 'ImplicitlyDenied'],
    [session('AWSServiceRoleForAutoScaling'), 'kms:PutKeyPolicy', bySlr, 'ImplicitlyDenied'],
    [session('AWSServiceRoleForAutoScaling'), 'kms:Decrypt', bySlr, 'Allowed'],
    [session('AWSServiceRoleForAutoScaling'), 'kms:CreateGrant', { ...bySlr, ...forResource }, 'Allowed'],
    // One trail.
    ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', {}, 'ImplicitlyDenied'],
    ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', { 'aws:SourceArn': `${TRAIL}-2` }, 'ImplicitlyDenied'],
    ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', { 'aws:SourceArn': TRAIL.replace('123456789012', '999999999999') }, 'ImplicitlyDenied'],
    ['cloudtrail.amazonaws.com', 'kms:CreateGrant', ofTrail, 'ImplicitlyDenied'],
    ['config.amazonaws.com', 'kms:GenerateDataKey', ofTrail, 'ImplicitlyDenied'],
    ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', ofTrail, 'Allowed'],
    ['cloudtrail.amazonaws.com', 'kms:Decrypt', ofTrail, 'Allowed'],
    ['cloudtrail.amazonaws.com', 'kms:DescribeKey', ofTrail, 'Allowed'],
    // One topic, for whoever publishes to it; EventBridge names no account.
    ['events.amazonaws.com', 'kms:GenerateDataKey', {}, 'ImplicitlyDenied'],
    ['events.amazonaws.com', 'kms:GenerateDataKey', { 'kms:EncryptionContext:aws:sns:topicArn': `${TOPIC}-2` }, 'ImplicitlyDenied'],
    ['events.amazonaws.com', 'kms:Decrypt', { 'kms:EncryptionContext:aws:sns:topicArn': TOPIC.replace('123456789012', '999999999999') }, 'ImplicitlyDenied'],
    ['lambda.amazonaws.com', 'kms:Decrypt', forTopic, 'ImplicitlyDenied'],
    ['cloudwatch.amazonaws.com', 'kms:PutKeyPolicy', forTopic, 'ImplicitlyDenied'],
    ['events.amazonaws.com', 'kms:GenerateDataKey', forTopic, 'Allowed'],
    ['cloudwatch.amazonaws.com', 'kms:Decrypt', forTopic, 'Allowed'],
    ['backup.amazonaws.com', 'kms:GenerateDataKey', forTopic, 'Allowed'],
  ])('answers %s that asks for %s with %j', async (principal, action, context, decision) => {
    expect(await decide({ principal, action, resource: KEY, context, resourcePolicy: policy, identityPolicies: principal.startsWith('arn:') ? [ADMINISTRATOR_ACCESS] : [] })).toBe(decision);
  });

  test("does not need a permission of the service-linked role's own, which has none for keys of ours", async () => {
    const request = { principal: session('AWSServiceRoleForAutoScaling'), action: 'kms:Decrypt', resource: KEY, context: bySlr };
    expect(await decide({ ...request, resourcePolicy: policy })).toBe('Allowed');
    // The account as principal, which reads alike, would leave it to IAM.
    expect(await decide({ ...request, resourcePolicy: policy.replaceAll('"Principal":"*"', '"Principal":{"AWS":"arn:aws:iam::123456789012:root"}') })).toBe('ImplicitlyDenied');
  });
});

describe('the policy of a key of backup vaults', () => {
  const policy = concrete(synthStack((stack) => {
    const key = new EncryptionKey(stack, 'Key', { alias: 'backups', account: '123456789012', region: 'us-east-1', administrators: [role('key-administrators'), role('terraform')], denyDeletion: true });
    key.addVaultMaker(role('terraform'));
  }).only('aws_kms_key').policy as string);
  const viaBackup = { 'kms:ViaService': 'backup.us-east-1.amazonaws.com' };

  test.each<[string, string, Record<string, string>, Decision]>([
    [session('terraform'), 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    [session('terraform'), 'kms:GenerateDataKey', {}, 'ImplicitlyDenied'],
    [session('terraform'), 'kms:Decrypt', viaS3, 'ImplicitlyDenied'],
    [session('terraform'), 'kms:Decrypt', { 'kms:ViaService': 'backup.us-west-2.amazonaws.com' }, 'ImplicitlyDenied'],
    [session('terraform'), 'kms:Encrypt', viaBackup, 'ImplicitlyDenied'],
    [session('terraform'), 'kms:ScheduleKeyDeletion', viaBackup, 'ExplicitlyDenied'],
    [session('key-administrators'), 'kms:Decrypt', viaBackup, 'ImplicitlyDenied'],
    [session('key-administrators'), 'kms:CreateGrant', viaBackup, 'ImplicitlyDenied'],
    [session('key-administrators'), 'kms:RetireGrant', {}, 'ImplicitlyDenied'],
    [session('admin'), 'kms:GenerateDataKey', viaBackup, 'ImplicitlyDenied'],
    [session('admin'), 'kms:RetireGrant', viaBackup, 'ImplicitlyDenied'],
    // What AWS Backup asks of who makes a vault.
    [session('terraform'), 'kms:Decrypt', viaBackup, 'Allowed'],
    [session('terraform'), 'kms:GenerateDataKey', viaBackup, 'Allowed'],
    [session('terraform'), 'kms:CreateGrant', viaBackup, 'Allowed'],
    [session('terraform'), 'kms:RetireGrant', viaBackup, 'Allowed'],
    [session('terraform'), 'kms:DescribeKey', {}, 'Allowed'],
    [session('terraform'), 'kms:PutKeyPolicy', {}, 'Allowed'],
  ])('answers %s that asks for %s with %j: %s', async (principal, action, context, decision) => {
    expect(await decide({ principal, action, resource: KEY, context, resourcePolicy: policy, identityPolicies: [ADMINISTRATOR_ACCESS] })).toBe(decision);
  });
});
