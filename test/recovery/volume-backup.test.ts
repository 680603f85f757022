import type { TerraformStack } from 'cdktf';
import { ObjectLock } from '../../lib/profile/object-lock';
import { VolumeBackup, type VolumeBackupProps } from '../../lib/recovery/volume-backup';
import { claimsBelow } from '../support/claims';
import { ADMINISTRATOR_ACCESS, concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type SynthesizedStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const COPY_KEY = 'arn:aws:kms:us-west-2:123456789012:key/2234abcd-12ab-34cd-56ef-1234567890ab';
const TERRAFORM = 'arn:aws:iam::123456789012:role/terraform';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const COMPLIANCE = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const props: Required<VolumeBackupProps> = {
  planName: 'volumes', vaultName: 'phi', copyVaultName: 'phi-copy', kmsKeyArn: KEY, copyKmsKeyArn: COPY_KEY, region: 'us-east-1', copyRegion: 'us-west-2', account: '123456789012', roleName: 'backup', restoreRoleName: 'restore',
  lock: COMPLIANCE, retentionDays: 200, maxRetentionDays: 400, lockGraceDays: 3, schedule: 'cron(0 3 1 * ? *)', startWindowMinutes: 120, completionWindowMinutes: 240, coldStorageAfterDays: 100,
  selectionTagKey: 'backup', selectionTagValue: 'yes', topicArn: TOPIC, policyAdministrators: [TERRAFORM],
};
const DEFAULTS = {
  retentionDays: undefined, maxRetentionDays: undefined, lockGraceDays: undefined, schedule: undefined, startWindowMinutes: undefined,
  completionWindowMinutes: undefined, coldStorageAfterDays: undefined,
  selectionTagKey: undefined, selectionTagValue: undefined, topicArn: undefined, policyAdministrators: undefined,
};
const make = (changes: object = {}) => (stack: TerraformStack) => new VolumeBackup(stack, 'Backup', { ...props, ...changes });
const of = (stack: SynthesizedStack, type: string, copy: boolean) => Object.entries(stack.resources[type]).find(([name]) => name.includes('Copy') === copy)![1];

describe('VolumeBackup', () => {
  test('backs up tagged volumes every day, into a locked vault and a locked copy', () => {
    const stack = synthStack(make(DEFAULTS));
    const role = Object.keys(stack.resources.aws_iam_role).find((name) => !name.includes('Restore'))!;
    const [plan] = Object.keys(stack.resources.aws_backup_plan);
    const vaultOf = (copy: boolean) => Object.keys(stack.resources.aws_backup_vault).find((name) => name.includes('Copy') === copy)!;

    expect(stack.only('aws_backup_plan')).toEqual({
      name: 'volumes',
      region: 'us-east-1',
      rule: [{
        rule_name: 'volumes', target_vault_name: `\${aws_backup_vault.${vaultOf(false)}.name}`, schedule: 'cron(0 5 * * ? *)', start_window: 60, completion_window: 720, lifecycle: { delete_after: 35 },
        copy_action: [{ destination_vault_arn: `\${aws_backup_vault.${vaultOf(true)}.arn}`, lifecycle: { delete_after: 35 } }],
      }],
    });
    for (const copy of [false, true]) {
      expect(of(stack, 'aws_backup_vault', copy)).toEqual({
        name: copy ? 'phi-copy' : 'phi', region: copy ? 'us-west-2' : 'us-east-1', kms_key_arn: copy ? COPY_KEY : KEY, force_destroy: false, lifecycle: { prevent_destroy: true },
      });
      expect(of(stack, 'aws_backup_vault_lock_configuration', copy)).toEqual({
        backup_vault_name: `\${aws_backup_vault.${vaultOf(copy)}.name}`, region: copy ? 'us-west-2' : 'us-east-1', min_retention_days: 35, changeable_for_days: 7, lifecycle: { prevent_destroy: true },
      });
    }
    expect(stack.only('aws_backup_selection')).toEqual({
      name: 'phi-volumes', plan_id: `\${aws_backup_plan.${plan}.id}`, iam_role_arn: `\${aws_iam_role.${role}.arn}`, region: 'us-east-1', resources: ['arn:aws:ec2:*:*:volume/*'],
      condition: [{ string_equals: [{ key: 'aws:ResourceTag/cdk8s-hipaa/data-classification', value: 'phi' }] }],
    });
    const restoreRole = Object.keys(stack.resources.aws_iam_role).find((name) => name.includes('Restore'))!;
    expect(Object.values(stack.resources.aws_iam_role_policy_attachment)).toEqual([
      { role: `\${aws_iam_role.${restoreRole}.name}`, policy_arn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores' },
      { role: `\${aws_iam_role.${role}.name}`, policy_arn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup' },
    ]);
    expect(stack.resources.aws_cloudwatch_event_rule).toBeUndefined();
    expect(JSON.parse(of(stack, 'aws_backup_vault_policy', false).policy as string)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const stack = synthStack(make());
    const lifecycle = { delete_after: 200, cold_storage_after: 100, opt_in_to_archive_for_supported_resources: true };

    expect(stack.only('aws_backup_plan').rule[0]).toMatchObject({ schedule: 'cron(0 3 1 * ? *)', start_window: 120, completion_window: 240, lifecycle, copy_action: [{ lifecycle }] });
    expect(of(stack, 'aws_backup_vault_lock_configuration', true)).toMatchObject({ min_retention_days: 200, max_retention_days: 400, changeable_for_days: 3 });
    expect(stack.only('aws_backup_selection').condition).toEqual([{ string_equals: [{ key: 'aws:ResourceTag/backup', value: 'yes' }] }]);
    expect(Object.values(stack.resources.aws_iam_role).map(({ name }) => name)).toEqual(['restore', 'backup']);
  });

  test('tells the topic of backups and copies that failed', () => {
    const stack = synthStack(make());
    const [rule] = Object.keys(stack.resources.aws_cloudwatch_event_rule);

    expect(JSON.parse(stack.only('aws_cloudwatch_event_rule').event_pattern as string)).toEqual({
      source: ['aws.backup'], 'detail-type': ['Backup Job State Change', 'Copy Job State Change'], detail: { state: ['ABORTED', 'EXPIRED', 'FAILED', 'PARTIAL'] },
    });
    expect(stack.only('aws_cloudwatch_event_target')).toEqual({ rule: `\${aws_cloudwatch_event_rule.${rule}.name}`, arn: TOPIC, region: 'us-east-1' });
  });

  test('makes no compliance lock that nobody acknowledged', () => {
    const stack = synthStack(make({ lock: ObjectLock.governance(), lockGraceDays: undefined }));

    expect(of(stack, 'aws_backup_vault_lock_configuration', false).changeable_for_days).toBeUndefined();
    expect(of(stack, 'aws_backup_vault_lock_configuration', true).changeable_for_days).toBeUndefined();
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({
      region: 'us-gov-west-1', copyRegion: 'us-gov-east-1', kmsKeyArn: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a', copyKmsKeyArn: 'arn:aws-us-gov:kms:us-gov-east-1:123456789012:key/a',
      topicArn: undefined, policyAdministrators: undefined,
    }));

    expect(JSON.stringify(stack.resources)).not.toContain('arn:aws:');
    expect(stack.only('aws_backup_selection').resources).toEqual(['arn:aws-us-gov:ec2:*:*:volume/*']);
  });

  test('claims the copy, and no backup of PHI', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual(['Test/Backup/Resource implements CP4']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no name of a plan', { planName: 'a b' }, 'a b', 'CreateBackupPlan', '1 to 50'],
    ['no name of a vault', { vaultName: 'a.b' }, 'a.b', 'CreateBackupVault', '2 to 50'],
    ['no name of a vault for copies', { copyVaultName: 'x' }, 'x', 'CreateBackupVault', '2 to 50'],
    ["the volumes' region for copies", { copyRegion: 'us-east-1', copyKmsKeyArn: KEY }, 'us-east-1', 'CP4, 45 CFR 164.310(d)(2)(iv)', 'another region'],
    ['a region of another partition', { copyRegion: 'cn-north-1' }, 'cn-north-1', 'within a partition', 'partition aws'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'derived from region', 'itself'],
    ['a key of the other region', { kmsKeyArn: COPY_KEY }, COPY_KEY, 'its own region', 'us-east-1'],
    ["a key of the volumes' region for copies", { copyKmsKeyArn: KEY }, KEY, 'its own region', 'us-west-2'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['no role', { roleName: '' }, '', 'IAM', '64'],
    ['no role for restores', { restoreRoleName: '' }, '', 'IAM', '64'],
    ['one role for both', { restoreRoleName: 'backup' }, 'backup', 'CP4', 'role of their own'],
    ['no lock', { lock: 'COMPLIANCE' }, 'COMPLIANCE', 'CP1', 'ObjectLock.compliance()'],
    ['no days', { retentionDays: 0 }, 0, 'whole days', '1 to 36500'],
    ['limits that exclude each other', { maxRetentionDays: 199 }, 199, 'vault lock', '200'],
    ['a lock that never cools off', { lockGraceDays: 2 }, 2, 'at least three days', '3 to'],
    ['a compliance lock by the back door', { lock: ObjectLock.governance() }, 3, 'becomes immutable', 'ObjectLock.compliance()'],
    ['a rate', { schedule: 'rate(1 day)' }, 'rate(1 day)', 'six fields', 'cron(0 5 * * ? *)'],
    ['a cron of five fields', { schedule: 'cron(0 5 * * *)' }, 'cron(0 5 * * *)', 'six fields', 'cron(0 5 * * ? *)'],
    ['a cron without a question mark', { schedule: 'cron(0 5 * * * *)' }, 'cron(0 5 * * * *)', 'six fields', 'cron(0 5 * * ? *)'],
    ['a start within minutes', { startWindowMinutes: 30 }, 30, 'at least 60', '60'],
    ['an end before the start', { completionWindowMinutes: 150 }, 150, 'at least 60 more', '180'],
    ['too few days in cold storage', { retentionDays: 150, coldStorageAfterDays: 100 }, 150, '90 days', '190'],
    ['no day of cold storage', { coldStorageAfterDays: 0 }, 0, 'lifecycle', '1 to'],
    ['a tag of AWS', { selectionTagKey: 'aws:x' }, 'aws:x', 'tags', 'carry'],
    ['every value', { selectionTagValue: '*' }, '*', 'tags', 'carry'],
    ['no topic', { topicArn: 'alarms' }, 'alarms', 'AWS: arn:', 'full ARN'],
    ['a topic of another partition', { topicArn: TOPIC.replace('aws:', 'aws-cn:') }, TOPIC.replace('aws:', 'aws-cn:'), 'partition aws', "'arn:aws:'"],
    ['an account as administrator', { policyAdministrators: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'EN2', 'one role or user'],
    ['an unknown field', { forceDestroy: true }, 'forceDestroy', 'no other field', 'planName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Backup', value, rule, remedy });
  });

  const POLICY = concrete(of(synthStack(make()), 'aws_backup_vault_policy', false).policy as string);
  const CLOSED = concrete(of(synthStack(make(DEFAULTS)), 'aws_backup_vault_policy', true).policy as string);
  const TRUSTS = Object.values(synthStack(make()).resources.aws_iam_role).map((role) => concrete(role.assume_role_policy as string));
  const VAULT = 'arn:aws:backup:us-east-1:123456789012:backup-vault:phi';
  const POINT = 'arn:aws:ec2:us-east-1:123456789012:snapshot:snap-0123456789abcdef0';
  const ADMIN = 'arn:aws:iam::123456789012:role/admin';
  const ROOT = 'arn:aws:iam::123456789012:root';

  test.each<[string, string, string, string, string, string]>([
    ['an administrator deletes a backup', POLICY, ADMIN, 'backup:DeleteRecoveryPoint', POINT, 'ExplicitlyDenied'],
    ['root deletes a backup', POLICY, ROOT, 'backup:DeleteRecoveryPoint', POINT, 'ExplicitlyDenied'],
    ['who runs Terraform deletes a backup', POLICY, TERRAFORM, 'backup:DeleteRecoveryPoint', POINT, 'ExplicitlyDenied'],
    ['who runs Terraform shortens its time', POLICY, TERRAFORM, 'backup:UpdateRecoveryPointLifecycle', POINT, 'ExplicitlyDenied'],
    ['an administrator changes the policy', POLICY, ADMIN, 'backup:PutBackupVaultAccessPolicy', VAULT, 'ExplicitlyDenied'],
    ['an administrator deletes the policy', POLICY, ADMIN, 'backup:DeleteBackupVaultAccessPolicy', VAULT, 'ExplicitlyDenied'],
    ['an administrator deletes the vault', POLICY, ADMIN, 'backup:DeleteBackupVault', VAULT, 'ExplicitlyDenied'],
    ['who runs Terraform and is not named changes the policy', CLOSED, TERRAFORM, 'backup:PutBackupVaultAccessPolicy', VAULT, 'ExplicitlyDenied'],
    ['who runs Terraform changes the policy', POLICY, TERRAFORM, 'backup:PutBackupVaultAccessPolicy', VAULT, 'Allowed'],
    ['root changes the policy', CLOSED, ROOT, 'backup:PutBackupVaultAccessPolicy', VAULT, 'Allowed'],
    ['an administrator restores', POLICY, ADMIN, 'backup:StartRestoreJob', POINT, 'Allowed'],
  ])('%s', async (_what, resourcePolicy, principal, action, resource, expected) => {
    expect(await decide({ principal, action, resource, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy })).toBe(expected);
  });

  test.each([
    ['ec2.amazonaws.com', 'ImplicitlyDenied'],
    [ADMIN, 'ImplicitlyDenied'],
    ['backup.amazonaws.com', 'Allowed'],
  ])('the roles trust: %s', async (principal, expected) => {
    for (const [index, role] of ['restore', 'backup'].entries()) {
      expect(await decide({ principal, action: 'sts:AssumeRole', resource: `arn:aws:iam::123456789012:role/${role}`, resourcePolicy: TRUSTS[index] })).toBe(expected);
    }
  });
});
