import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { TerraformStack } from 'cdktf';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { EncryptionKey, type EncryptionKeyProps } from '../../lib/encryption/encryption-key';
import { KeyServiceGrant, type AlarmsGrantProps, type CloudTrailGrantProps, type CloudWatchLogsGrantProps } from '../../lib/encryption/key-service-grant';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const ADMIN = 'arn:aws:iam::123456789012:role/key-administrators';
const USER = 'arn:aws:iam::123456789012:role/app';
const CHINESE = ['arn:aws-cn:iam::123456789012:role/admin', 'arn:aws-cn:iam::123456789012:role/second'];
const base: EncryptionKeyProps = { alias: 'healthcare-secrets', account: '123456789012', region: 'us-east-1', administrators: [ADMIN] };
const shorter = new ControlException({ control: Control.EN5_KEY_LOSS, reason: 'a trial account', approver: 'ciso@company.com', expires: '2027-01-31' });
const make = (changes: object = {}) => (stack: TerraformStack) => new EncryptionKey(stack, 'Key', { ...base, ...changes });
const statements = (changes: object = {}) => (JSON.parse(synthStack(make(changes)).only('aws_kms_key').policy as string) as { Statement: Record<string, unknown>[] }).Statement;
const statement = (sid: string, changes: object = {}) => statements(changes).find((candidate) => candidate.Sid === sid);

describe('EncryptionKey', () => {
  test('rotates, stays in its region, waits 30 days and has an alias', () => {
    const stack = synthStack(make());
    const key = stack.only('aws_kms_key');

    expect(key).toMatchObject({ enable_key_rotation: true, multi_region: false, deletion_window_in_days: 30, region: 'us-east-1', lifecycle: { prevent_destroy: true } });
    expect(key.bypass_policy_lockout_safety_check).toBeUndefined();
    expect(stack.only('aws_kms_alias')).toEqual({ name: 'alias/healthcare-secrets', region: 'us-east-1', target_key_id: `\${aws_kms_key.${Object.keys(stack.resources.aws_kms_key)[0]}.key_id}` });
    expect({ ...key, policy: JSON.parse(key.policy as string) as unknown }).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<EncryptionKeyProps> = {
      ...base,
      description: 'Secrets of the cluster',
      users: [USER],
      encrypters: ['arn:aws:iam::123456789012:role/shipper'],
      grantors: [ADMIN],
      services: [KeyServiceGrant.cloudWatchLogs({ region: 'us-east-1', account: '123456789012', logGroupName: '/aws/eks/healthcare-cluster/cluster' })],
      denyDeletion: true,
      deletionWindowInDays: 7,
      shortWindowException: shorter,
    };
    const key = synthStack((stack) => new EncryptionKey(stack, 'Key', props)).only('aws_kms_key');

    expect(key).toMatchObject({ description: 'Secrets of the cluster', deletion_window_in_days: 7 });
    expect((JSON.parse(key.policy as string) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid)).toEqual([
      'AllowRecoveryByRoot', 'AllowManagement', 'DenyDeletion', 'AllowUse', 'AllowEncryptionByS3', 'AllowDescription', 'AllowGrants', 'AllowService1',
    ]);
  });

  test('gives administrators of a key that may not be deleted no action that would', () => {
    const open = statement('AllowManagement')?.Action as string[];
    const denied = statement('AllowManagement', { denyDeletion: true })?.Action as string[];

    expect(open.filter((action) => !denied.includes(action))).toEqual(['kms:DisableKey', 'kms:ScheduleKeyDeletion']);
    expect(denied.filter((action) => !open.includes(action))).toEqual([]);
  });

  test('exposes what others need of it', () => {
    const key = make({ grantors: [ADMIN] })(testStack());

    expect(key.aliasName).toBe('alias/healthcare-secrets');
    expect([key.region, key.account]).toEqual(['us-east-1', '123456789012']);
    expect(key.node.defaultChild).toBe(key.key);
    expect([key.arn, key.keyId].every((token) => token.startsWith('${TfToken['))).toBe(true);
    (key.grantors as string[]).push('arn:aws:iam::123456789012:role/mallory');
    expect(key.grantors).toEqual([ADMIN]);
  });

  test('takes users, encrypters and grantors that are made after it', () => {
    const stack = synthStack((scope) => {
      const key = make()(scope);
      const late = (id: string) => new IamRole(scope, id, { name: id, assumeRolePolicy: '{}', description: key.arn }).arn;
      key.addUser(late('User'));
      key.addEncrypter(late('Encrypter'));
      key.addGrantor(late('Grantor'));
    });
    const policy = JSON.parse(stack.only('aws_kms_key').policy as string) as { Statement: { Sid: string; Principal: { AWS: string } }[] };

    for (const [sid, name] of [['AllowUse', 'User'], ['AllowEncryptionByS3', 'Encrypter'], ['AllowDescription', 'Grantor'], ['AllowGrants', 'Grantor']]) {
      expect(policy.Statement.find(({ Sid }) => Sid === sid)?.Principal).toEqual({ AWS: `\${aws_iam_role.${name}.arn}` });
    }
  });

  test('takes a service that names no region', () => {
    const service = { service: 'cloudtrail.amazonaws.com', actions: ['kms:GenerateDataKey'], conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['123456789012'] }] };

    expect(statement('AllowService1', { services: [service] })).toMatchObject({ Principal: { Service: 'cloudtrail.amazonaws.com' } });
  });

  test('writes names of the partition', () => {
    const changes = {
      region: 'us-gov-west-1', administrators: ['arn:aws-us-gov:iam::123456789012:role/admin'], encrypters: ['arn:aws-us-gov:iam::123456789012:role/shipper'],
    };
    expect(statement('AllowRecoveryByRoot', changes)).toMatchObject({ Principal: { AWS: 'arn:aws-us-gov:iam::123456789012:root' } });
    expect(JSON.stringify(statements(changes))).not.toContain('arn:aws:');
    const china = { region: 'cn-north-1', administrators: CHINESE, encrypters: ['arn:aws-cn:iam::123456789012:role/shipper'] };
    expect(statement('AllowEncryptionByS3', china)).toMatchObject({ Condition: { StringEquals: { 'kms:ViaService': 's3.cn-north-1.amazonaws.com.cn' } } });
  });

  test.each<[string, object, string[]]>([
    ['that may be deleted', {}, ['Test/Key/Resource implements EN2', 'Test/Key/Resource falls-short EN5']],
    ['of logs', { denyDeletion: true }, ['Test/Key/Resource implements EN2', 'Test/Key/Resource implements EN5']],
    ['with a short window', { denyDeletion: true, deletionWindowInDays: 7, shortWindowException: shorter }, ['Test/Key/Resource implements EN2', 'Test/Key/Resource falls-short EN5']],
  ])('claims what a key %s enforces', (_what, changes, claims) => {
    const stack = testStack();
    make(changes)(stack);

    expect(claimsBelow(stack)).toEqual(claims);
  });

  test.each<[string, object, unknown, string, string]>([
    ['an alias with its prefix', { alias: 'alias/x' }, 'alias/x', 'CreateAlias', "without 'alias/'"],
    ['an alias of AWS', { alias: 'aws/s3' }, 'aws/s3', 'CreateAlias', 'letters'],
    ['an alias with a blank', { alias: 'a b' }, 'a b', 'CreateAlias', 'letters'],
    ['no alias', { alias: undefined }, undefined, 'CreateAlias', 'letters'],
    ['nobody', { administrators: [] }, [], 'EN2', 'name an IAM role'],
    ['one administrator in China, where no root user helps', { region: 'cn-north-1', administrators: [CHINESE[0]] }, [CHINESE[0]], 'EN5, 45 CFR 164.308(a)(7)(i)', 'a second role'],
    ['one administrator twice in China', { region: 'cn-northwest-1', administrators: [CHINESE[0], CHINESE[0]] }, [CHINESE[0], CHINESE[0]], 'EN5, 45 CFR 164.308(a)(7)(i)', 'a second role'],
    ['root', { administrators: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['everyone', { administrators: ['*'] }, '*', 'without wildcards', 'full ARN'],
    ['every role', { administrators: ['arn:aws:iam::123456789012:role/*'] }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'full ARN'],
    ['a service', { administrators: ['logs.amazonaws.com'] }, 'logs.amazonaws.com', 'AWS: arn:', 'full ARN'],
    ['a session', { users: ['arn:aws:sts::123456789012:assumed-role/a/b'] }, 'arn:aws:sts::123456789012:assumed-role/a/b', 'AWS: arn:', 'full ARN'],
    ['root as a user', { users: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['everyone as a user', { users: ['*'] }, '*', 'without wildcards', 'full ARN'],
    ['everyone as an encrypter', { encrypters: ['*'] }, '*', 'without wildcards', 'full ARN'],
    ['everyone as a grantor', { grantors: ['*'] }, '*', 'without wildcards', 'full ARN'],
    ['a list that only Terraform knows', { administrators: ['#{TfToken[TOKEN.1]}'] }, '#{TfToken[TOKEN.1]}', 'AWS: arn:', 'full ARN'],
    ['an administrator as a user', { users: [ADMIN] }, ADMIN, 'EN2', 'two roles'],
    ['an administrator as an encrypter', { encrypters: [ADMIN] }, ADMIN, 'EN2', 'two roles'],
    ['an encrypter as a grantor, which could grant itself decryption', { encrypters: [USER], grantors: [USER] }, USER, 'EN2', 'two roles'],
    ['CloudWatch Logs of another region', { services: [KeyServiceGrant.cloudWatchLogs({ region: 'eu-west-1', account: '123456789012', logGroupName: '/a' })] }, 'logs.eu-west-1.amazonaws.com', 'its own region alone', 'of us-east-1'],
    ['a principal of another partition', { region: 'us-gov-west-1' }, ADMIN, 'aws-us-gov', "'arn:aws-us-gov:'"],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1234' }, '1234', 'twelve digits', 'as a string'],
    ['a short window', { deletionWindowInDays: 7 }, 7, 'EN5', 'shortWindowException'],
    ['a short window with the exception of another control', {
      deletionWindowInDays: 7, shortWindowException: new ControlException({ control: Control.EN2_KEY_POLICY, reason: 'x', approver: 'y', expires: '2027-01-31' }),
    }, 7, 'EN5', 'shortWindowException'],
    ['a window that KMS refuses', { deletionWindowInDays: 31 }, 31, 'ScheduleKeyDeletion', 'from 7 to 30'],
    ['an unknown field', { denyDelete: true }, 'denyDelete', 'no other field', 'denyDeletion'],
    ['a service that serves anybody', { services: [{ service: 'logs.us-east-1.amazonaws.com', actions: ['kms:Decrypt'], conditions: [] }] }, 'logs.us-east-1.amazonaws.com', 'confused deputy', 'add a condition'],
    ['a service with a wildcard', {
      services: [{ service: 's3.amazonaws.com', actions: ['kms:*'], conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['123456789012'] }] }],
    }, 'kms:*', 'AC3', 'name each action'],
    ['a service that is none', {
      services: [{ service: '*', actions: ['kms:Decrypt'], conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['123456789012'] }] }],
    }, '*', 'service principals', 'amazonaws.com'],
    ['a service with an unknown field', { services: [{ service: 's3.amazonaws.com', actions: ['kms:Decrypt'], conditions: [], condition: [] }] }, 'condition', 'no other field', 'conditions'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Key', value, rule, remedy });
  });

  test('refuses a wrong principal that is added later', () => {
    const key = make()(testStack());

    for (const add of [(arn: string) => key.addUser(arn), (arn: string) => key.addEncrypter(arn), (arn: string) => key.addGrantor(arn)]) {
      expectRefusal(() => add('*'), { path: 'Test/Key', value: '*', rule: 'without wildcards', remedy: 'full ARN' });
    }
    expectRefusal(() => key.addUser(ADMIN), { path: 'Test/Key', value: ADMIN, rule: 'EN2', remedy: 'two roles' });
    key.addGrantor(USER);
    expectRefusal(() => key.addEncrypter(USER), { path: 'Test/Key', value: USER, rule: 'EN2', remedy: 'two roles' });
  });
});

describe('what is added to a key', () => {
  const SLR = 'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
  type Add = (key: EncryptionKey, arn: string) => void;
  const volume: Add = (key, arn) => key.addVolumeRole(arn);
  const decrypter: Add = (key, arn) => key.addDecrypter(arn);
  const replicator: Add = (key, arn) => key.addReplicator(arn);

  test('stands in statements of its own, until the stack is synthesized', () => {
    const stack = synthStack((scope) => {
      const key = make()(scope);
      key.addDecrypter(USER);
      key.addReplicator(USER);
      key.addVolumeRole(SLR);
      key.addVolumeRole(SLR);
      key.addService(...KeyServiceGrant.alarms({ region: 'us-east-1', account: '123456789012' }));
    });
    const written = (JSON.parse(stack.only('aws_kms_key').policy as string) as { Statement: Record<string, unknown>[] }).Statement;

    expect(written.map(({ Sid }) => Sid)).toEqual([
      'AllowRecoveryByRoot', 'AllowManagement', 'AllowDecryptionByS3', 'AllowReplication', 'AllowVolumes', 'AllowVolumeGrants', 'AllowService1', 'AllowService2', 'AllowService3',
    ]);
    expect(written.find(({ Sid }) => Sid === 'AllowVolumes')).toMatchObject({ Condition: { ArnEquals: { 'aws:PrincipalArn': SLR }, StringEquals: { 'kms:CallerAccount': '123456789012' } } });
  });

  test.each<[string, Add, string, string, string]>([
    ['a role that somebody assumes for volumes', volume, USER, 'EN2', 'addUser()'],
    ['a role whose name looks like a path', volume, 'arn:aws:iam::123456789012:role/x/role/aws-service-role/autoscaling.amazonaws.com/a', 'EN2', 'addUser()'],
    ['every service-linked role', volume, 'arn:aws:iam::123456789012:role/aws-service-role/*', 'without wildcards', 'full ARN'],
    ['a service-linked role of another account', volume, SLR.replace('123456789012', '999999999999'), 'EN2', '123456789012'],
    ['a service-linked role of another partition', volume, SLR.replace('arn:aws:', 'arn:aws-cn:'), 'partition aws', "'arn:aws:'"],
    ['a role for volumes that only Terraform knows', volume, '${aws_iam_role.a.arn}', 'at synth', 'itself'],
    ['a service-linked role as a reader', decrypter, SLR, 'EN2', 'one role or user'],
    ['an administrator as a reader', decrypter, ADMIN, 'EN2', 'two roles'],
    ['everyone as a reader', decrypter, '*', 'without wildcards', 'full ARN'],
    ['an administrator as a replication', replicator, ADMIN, 'EN2', 'two roles'],
    ['root as a replication', replicator, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
  ])('is not %s', (_what, add, arn, rule, remedy) => {
    expectRefusal(() => add(make()(testStack()), arn), { path: 'Test/Key', value: arn, rule, remedy });
  });

  test('is no service that serves anybody', () => {
    const grant = { service: 'sns.amazonaws.com', actions: ['kms:Decrypt'], conditions: [] };
    expectRefusal(() => make()(testStack()).addService(grant), { path: 'Test/Key', value: 'sns.amazonaws.com', rule: 'confused deputy', remedy: 'add a condition' });
  });
});

describe('KeyServiceGrant', () => {
  const logs: Required<CloudWatchLogsGrantProps> = { region: 'us-east-1', account: '123456789012', logGroupName: '/aws/eks/healthcare-cluster/cluster' };

  test('ties CloudWatch Logs to one log group', () => {
    expect(KeyServiceGrant.cloudWatchLogs(logs)).toMatchObject({
      service: 'logs.us-east-1.amazonaws.com',
      conditions: [{ operator: 'ArnEquals', key: 'kms:EncryptionContext:aws:logs:arn', values: ['arn:aws:logs:us-east-1:123456789012:log-group:/aws/eks/healthcare-cluster/cluster'] }],
    });
    expect(KeyServiceGrant.cloudWatchLogs({ ...logs, region: 'cn-north-1' })).toMatchObject({
      service: 'logs.cn-north-1.amazonaws.com.cn',
      conditions: [{ values: ['arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/eks/healthcare-cluster/cluster'] }],
    });
  });

  test.each<[string, object, unknown, string, string]>([
    ['every log group', { logGroupName: '*' }, '*', 'wildcard', 'full name'],
    ['log groups by prefix', { logGroupName: '/aws/eks/*' }, '/aws/eks/*', 'wildcard', 'full name'],
    ['no log group', { logGroupName: '' }, '', 'CreateLogGroup', 'full name'],
    ['a region that is none', { region: 'east' }, 'east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: 'x' }, 'x', 'twelve digits', 'as a string'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => KeyServiceGrant.cloudWatchLogs({ ...logs, ...changes }), { path: 'KeyServiceGrant', value, rule, remedy });
  });

  const trail: Required<CloudTrailGrantProps> = { region: 'us-east-1', account: '123456789012', trailName: 'healthcare-trail' };
  const alarms: Required<AlarmsGrantProps> = { region: 'us-east-1', account: '123456789012', topicName: 'alarms' };

  test('ties CloudTrail to one trail, and who publishes alarms to one topic', () => {
    expect(KeyServiceGrant.cloudTrail({ ...trail, region: 'us-gov-west-1' })).toEqual([{
      service: 'cloudtrail.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      conditions: [{ operator: 'StringEquals', key: 'aws:SourceArn', values: ['arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/healthcare-trail'] }],
    }]);
    expect(KeyServiceGrant.alarms(alarms).map(({ service }) => service)).toEqual(['backup.amazonaws.com', 'cloudwatch.amazonaws.com', 'events.amazonaws.com']);
    for (const [props, arn] of [[alarms, 'arn:aws:sns:us-east-1:123456789012:alarms'], [{ ...alarms, topicName: undefined }, 'arn:aws:sns:us-east-1:123456789012:*']] as const) {
      expect(KeyServiceGrant.alarms(props).every(({ conditions }) => conditions.length === 1 && conditions[0].values.join() === arn)).toBe(true);
    }
  });

  test.each<[string, () => unknown, unknown, string, string]>([
    ['a trail by wildcard', () => KeyServiceGrant.cloudTrail({ ...trail, trailName: '*' }), '*', 'naming requirements', '3 to 128'],
    ['a trail of no account', () => KeyServiceGrant.cloudTrail({ ...trail, account: 'x' }), 'x', 'twelve digits', 'as a string'],
    ['a trail of a region that only Terraform knows', () => KeyServiceGrant.cloudTrail({ ...trail, region: '${var.region}' }), '${var.region}', 'at synth', 'itself'],
    ['topics by wildcard', () => KeyServiceGrant.alarms({ ...alarms, topicName: '*' }), '*', 'CreateTopic', '1 to 256'],
    ['a topic of no account', () => KeyServiceGrant.alarms({ ...alarms, account: '*' }), '*', 'twelve digits', 'as a string'],
    ['a topic of no region', () => KeyServiceGrant.alarms({ ...alarms, region: '*' }), '*', 'regions', 'us-east-1'],
  ])('refuses %s', (_what, make, value, rule, remedy) => {
    expectRefusal(make, { path: 'KeyServiceGrant', value, rule, remedy });
  });
});
