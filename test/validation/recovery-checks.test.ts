/** The checks of backups and of Velero's identity on a synthesized stack, and on the same stack weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { EncryptionKey } from '../../lib/encryption/encryption-key';
import { ObjectLock } from '../../lib/profile/object-lock';
import { VeleroIdentity } from '../../lib/recovery/velero-identity';
import { VolumeBackup } from '../../lib/recovery/volume-backup';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { inPolicy, type Statement, type Weakening } from './weakening';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const COPY_KEY = KEY.replace('us-east-1', 'us-west-2');
const profile = eksProfile();
const app = new HipaaTerraformApp(profile);
const stack = new TerraformStack(app, 'Stack');
new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
new S3Backend(stack, { bucket: 'terraform-state', key: 'stack', region: 'us-east-1' });
const copyKey = new EncryptionKey(stack, 'CopyKey', { alias: 'copies', account: '123456789012', region: 'us-west-2', administrators: ['arn:aws:iam::123456789012:role/key-administrators'] });
const backup = new VolumeBackup(stack, 'Backup', {
  // One name in two regions, which AWS takes.
  planName: 'volumes', vaultName: 'phi', copyVaultName: 'phi', kmsKeyArn: KEY, copyKmsKeyArn: copyKey.arn, region: 'us-east-1', copyRegion: 'us-west-2', account: '123456789012', roleName: 'backup', restoreRoleName: 'restore',
  lock: ObjectLock.governance(),
});
// The alias by which the check knows the key of the volumes.
const volumesKey = new EncryptionKey(stack, 'VolumesKey', { alias: profile.names.phiVolumesKeyAlias, account: '123456789012', region: 'us-east-1', administrators: ['arn:aws:iam::123456789012:role/key-administrators'] });
for (const used of [copyKey, volumesKey]) {
  for (const role of [backup.role, backup.restoreRole]) {
    used.addUser(role.arn);
    used.addGrantor(role.arn);
  }
}
new VeleroIdentity(stack, 'Velero', {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'velero', namespace: 'velero', serviceAccount: 'velero',
  bucketArn: 'arn:aws:s3:::healthcare-backups', bucketRegion: 'us-west-2', kmsKeyArn: COPY_KEY, volumeKmsKeyArn: KEY,
});
const { objects: emitted, findings } = app.synthesize();

const verdictOf = (control: Control, kind: string) => (weaken: Weakening): string | undefined => {
  const copies = structuredClone([...emitted]);
  const object = copies.find((candidate) => kindOf(candidate) === kind)!;
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Change = (content: any) => void;
/** A change of another resource, by its type and a part of its name. */
const inOther = (type: string, name: string, change: Change): Weakening => (_content, others) => change(others.find(({ reference }) => reference.address?.startsWith(`${type}.`) && reference.address.includes(name))!.content);
const without = (type: string, name: string): Weakening => (_content, others) => void others.splice(others.findIndex(({ reference }) => reference.address?.startsWith(`${type}.`) && reference.address.includes(name)), 1);
const beside = (address: string, content: Record<string, unknown>): Weakening => (_content, others) => void others.push({ reference: { tree: Tree.TERRAFORM, stack: 'Stack', address }, path: address, claims: [], content });
const inVaultPolicy = (name: string, change: (statements: Statement[]) => void): Weakening => inOther('aws_backup_vault_policy', name, (content) => inPolicy(change)(content, []));
const inKey = (key: string, change: (statements: Statement[]) => void): Weakening => inOther('aws_kms_key', key, (content) => inPolicy(change)(content, []));
const inCopyKey = (change: (statements: Statement[]) => void): Weakening => inKey('CopyKey', change);
/** Takes the role for restores out of a key's policy. */
const onlyBackups = (statements: Statement[]): void => {
  for (const { Principal } of statements) if (Array.isArray(Principal.AWS)) Principal.AWS = (Principal.AWS as string[]).filter((arn) => !arn.includes('Restore'));
};

describe('backups of volumes', () => {
  const verdict = verdictOf(Control.CP4_REPLICA, 'aws_backup_plan');

  test('stand as they are synthesized', () => {
    expect(findings).toEqual([]);
    expect(verdict(() => undefined)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['no rule', (o) => delete o.rule, /no rule/],
    ['no copy', (o) => delete o.rule[0].copy_action, /copies nothing/],
    ['a second rule without a copy', (o) => o.rule.push({ ...o.rule[0], rule_name: 'other', copy_action: undefined }), /rule other copies nothing/],
    ['a vault of others', (o) => (o.rule[0].target_vault_name = 'elsewhere'), /into no vault of the same stack/],
    ['a copy into a vault of others', (o) => (o.rule[0].copy_action[0].destination_vault_arn = 'arn:aws:backup:us-west-2:123456789012:backup-vault:x'), /copies into no vault/],
    ['a copy into the same vault', (o) => (o.rule[0].copy_action[0].destination_vault_arn = o.rule[0].target_vault_name.replace('.name}', '.arn}')), /no second region/],
    ['a vault for copies in the same region', inOther('aws_backup_vault', 'Copy', (o) => (o.region = 'us-east-1')), /no second region/],
    ['a vault for copies in the region of the provider', inOther('aws_backup_vault', 'Copy', (o) => delete o.region), /no second region/],
    ['a vault for copies in a region that only Terraform knows', inOther('aws_backup_vault', 'Copy', (o) => (o.region = '${var.region}')), /no second region/],
    ['a copy that goes before the backup', (o) => (o.rule[0].copy_action[0].lifecycle.delete_after = 1), /less time/],
    ['a copy with an end of a backup without one', (o) => delete o.rule[0].lifecycle, /less time/],
    ['a vault for copies that is never made', inOther('aws_backup_vault', 'Copy', (o) => (o.count = 0)), /count is 0/],
    ['a vault for copies without a key', inOther('aws_backup_vault', 'Copy', (o) => delete o.kms_key_arn), /no key of yours/],
    ['a vault that is deleted with its backups', inOther('aws_backup_vault', 'Backup_Vault', (o) => (o.force_destroy = true)), /force_destroy/],
    ['no lock of the copies', without('aws_backup_vault_lock_configuration', 'Copy'), /CopyVault\w* is not locked/],
    ['a lock without days', inOther('aws_backup_vault_lock_configuration', 'Copy', (o) => delete o.min_retention_days), /not locked/],
    ['a lock that is never made', inOther('aws_backup_vault_lock_configuration', 'Backup_Vault', (o) => (o.count = 0)), /not locked/],
    ['a second lock', beside('aws_backup_vault_lock_configuration.Own', { backup_vault_name: 'phi', region: 'us-west-2' }), /applied last wins/],
    ['no policy of the copies', without('aws_backup_vault_policy', 'Copy'), /no policy of aws_backup_vault\.Backup_CopyVault/],
    ['a policy that lets delete', inVaultPolicy('Copy', (statements) => void statements.shift()), /denies everyone/],
    ['a denial for one', inVaultPolicy('Copy', ([statement]) => (statement.Principal = { AWS: 'arn:aws:iam::123456789012:role/x' })), /denies everyone/],
    ['a denial with a condition', inVaultPolicy('Backup_Vault', ([statement]) => (statement.Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } })), /denies everyone/],
    ['a denial of one of the two', inVaultPolicy('Copy', ([statement]) => (statement.Action = 'backup:DeleteRecoveryPoint')), /denies everyone/],
    ['a second policy', beside('aws_backup_vault_policy.Own', { backup_vault_name: 'phi', region: 'us-east-1', policy: '{}' }), /applied last wins/],
    ['a policy of a vault that only Terraform knows', beside('aws_backup_vault_policy.Own', { backup_vault_name: '${var.vault}', policy: '{}' }), /nobody can tell here which vault/],
    ['no selection', without('aws_backup_selection', ''), /backs up nothing/],
    ['a selection of another plan', inOther('aws_backup_selection', '', (o) => (o.plan_id = '${aws_backup_plan.Other.id}')), /backs up nothing/],
    ['a selection of nothing', inOther('aws_backup_selection', '', (o) => (o.resources = [])), /selects nothing/],
    ['a selection that is never made', inOther('aws_backup_selection', '', (o) => (o.count = 0)), /selects nothing/],
    ['a selection that leaves out', inOther('aws_backup_selection', '', (o) => (o.not_resources = ['arn:aws:ec2:*:*:volume/*'])), /leaves out/],
    ['a selection of something else', inOther('aws_backup_selection', '', (o) => (o.resources = ['arn:aws:dynamodb:us-east-1:123456789012:table/none'])), /selects no volumes/],
    ['a role from elsewhere', inOther('aws_backup_selection', '', (o) => (o.iam_role_arn = 'arn:aws:iam::123456789012:role/other')), /not in its stack/],
    ['a role without its policy', without('aws_iam_role_policy_attachment', 'Backup_RolePolicy'), /may back up nothing/],
    ['a role with another policy', inOther('aws_iam_role_policy_attachment', 'Backup_RolePolicy', (o) => (o.policy_arn = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores')), /may back up nothing/],
    ['a policy that is not attached', inOther('aws_iam_role_policy_attachment', 'Backup_RolePolicy', (o) => (o.count = 0)), /may back up nothing/],
    ['a role for another service', inOther('aws_iam_role', 'Backup_Role_', (o) => inPolicy(([first]) => (first.Principal = { Service: 'ec2.amazonaws.com' }), 'assume_role_policy')(o, [])), /does not let AWS Backup in/],
    ['a role within a boundary', inOther('aws_iam_role', 'Backup_Role_', (o) => (o.permissions_boundary = 'arn:aws:iam::123456789012:policy/own')), /boundary/],
    ['a role that is denied something', beside('aws_iam_role_policy.Own', { role: 'backup', policy: '{"Statement":[{"Effect":"Deny","Action":"ec2:CopySnapshot","Resource":"*"}]}' }), /denies the role/],
    ['a key that does not let the role use it', inCopyKey((statements) => void statements.splice(statements.findIndex(({ Sid }) => Sid === 'AllowUse'), 1)), /does not let .* encrypt copies: kms:decrypt/],
    ['a key that the role cannot hand on', inCopyKey((statements) => void statements.splice(statements.findIndex(({ Sid }) => Sid === 'AllowGrants'), 1)), /encrypt copies: kms:creategrant/],
    ['a key that lets the role use it somewhere', inCopyKey((statements) => (statements.find(({ Sid }) => Sid === 'AllowUse')!.Condition = { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } })), /does not let/],
    ['a key that denies everyone', inCopyKey((statements) => void statements.push({ Effect: 'Deny', Principal: '*', Action: 'kms:ReEncrypt*', Resource: '*' })), /denies what copies ask/],
    ['no role for restores', without('aws_iam_role_policy_attachment', 'RestoreRole'), /no role of the stack has AWSBackupServiceRolePolicyForRestores attached/],
    ['the policy of backups for restores', inOther('aws_iam_role_policy_attachment', 'RestoreRole', (o) => (o.policy_arn = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup')), /no role of the stack/],
    ['a policy of one\'s own with that name', inOther('aws_iam_role_policy_attachment', 'RestoreRole', (o) => (o.policy_arn = 'arn:aws:iam::123456789012:policy/AWSBackupServiceRolePolicyForRestores')), /no role of the stack/],
    ['a policy for restores that is not attached', inOther('aws_iam_role_policy_attachment', 'RestoreRole', (o) => (o.count = 0)), /may restore nothing/],
    ['a role for restores that is never made', inOther('aws_iam_role', 'RestoreRole', (o) => (o.count = 0)), /RestoreRole.*count is 0/],
    ['a role for restores of another service', inOther('aws_iam_role', 'RestoreRole', (o) => inPolicy(([first]) => (first.Principal = { Service: 'ec2.amazonaws.com' }), 'assume_role_policy')(o, [])), /RestoreRole\w* does not let AWS Backup in/],
    ['a role for restores within a boundary', inOther('aws_iam_role', 'RestoreRole', (o) => (o.permissions_boundary = 'arn:aws:iam::123456789012:policy/own')), /RestoreRole\w* has a permissions boundary/],
    ['a role for restores that is denied something', beside('aws_iam_role_policy.Own', { role: 'restore', policy: '{"Statement":[{"Effect":"Deny","Action":"ec2:CreateVolume","Resource":"*"}]}' }), /denies the role/],
    ['copies that the role for restores cannot read', inKey('CopyKey', onlyBackups), /CopyVault\w* does not let .*RestoreRole\w* restore: kms:/],
    ['volumes that the role for restores cannot read', inKey('VolumesKey', onlyBackups), /alias\/healthcare-cluster-phi-volumes does not let .*RestoreRole\w* restore: kms:/],
    ['a key of volumes that denies everyone', inKey('VolumesKey', (statements) => void statements.push({ Effect: 'Deny', Principal: '*', Action: 'kms:CreateGrant', Resource: '*' })), /denies what restores ask/],
    ['no volumes in the region', beside('aws_backup_region_settings.Own', { resource_type_opt_in_preference: { EBS: false } }), /opts volumes out/],
    ['nobody knows which resources', beside('aws_backup_region_settings.Own', { resource_type_opt_in_preference: '${var.types}', region: 'us-east-1' }), /opts volumes out/],
    ['changes that Terraform leaves', (o) => (o.lifecycle = { ignore_changes: 'all' }), /ignores changes/],
  ])('do not stand with: %s', (_what, weaken, finding) => {
    expect(verdict(weaken)).toMatch(finding);
  });

  test.each<[string, Weakening]>([
    ['copies without an end', (o) => delete o.rule[0].copy_action[0].lifecycle],
    ['a selection by tag', inOther('aws_backup_selection', '', (o) => Object.assign(o, { resources: undefined, selection_tag: [{ type: 'STRINGEQUALS', key: 'a', value: 'b' }] }))],
    ['the roles by their ARNs in the key', inCopyKey((statements) => statements.filter(({ Sid }) => /AllowUse|AllowGrants|AllowDescription/.test(Sid))
      .forEach((statement) => (statement.Principal = { AWS: ['arn:aws:iam::123456789012:role/backup', 'arn:aws:iam::123456789012:role/restore'] })))],
    ['a second role for restores that can nothing', (content, others) => {
      beside('aws_iam_role.Own', { name: 'own', assume_role_policy: '{}' })(content, others);
      beside('aws_iam_role_policy_attachment.Own', { role: '${aws_iam_role.Own.name}', policy_arn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores' })(content, others);
    }],
    ['a key of volumes of another stack', without('aws_kms_alias', 'VolumesKey')],
    ['a key of another stack', inOther('aws_backup_vault', 'Copy', (o) => (o.kms_key_arn = COPY_KEY))],
    ['volumes among what the region backs up', beside('aws_backup_region_settings.Own', { resource_type_opt_in_preference: { EBS: true, RDS: false } })],
    ['no volumes in a third region', beside('aws_backup_region_settings.Own', { resource_type_opt_in_preference: { EBS: false }, region: 'eu-west-1' })],
    ['a lock of another vault of that name', beside('aws_backup_vault_lock_configuration.Own', { backup_vault_name: 'phi', region: 'eu-west-1' })],
  ])('stand with: %s', (_what, weaken) => {
    expect(verdict(weaken)).toBeUndefined();
  });
});

describe("Velero's identity", () => {
  const verdict = verdictOf(Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association');
  const inRolePolicy = (change: (statements: Statement[]) => void): Weakening => inOther('aws_iam_role_policy', 'Velero', (content) => inPolicy(change)(content, []));

  test('stands with what EC2 lets nobody narrow', () => {
    expect(verdict(() => undefined)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['every volume', inRolePolicy((statements) => void statements.push({ Effect: 'Allow', Action: ['ec2:DescribeVolumes', 'ec2:CreateSnapshot'], Resource: '*' })), /more than its work: \*/],
    ['every action on EC2', inRolePolicy((statements) => void statements.push({ Effect: 'Allow', Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:volume/*' })), /more than its work: ec2:\*/],
    ['every listing', inRolePolicy((statements) => void statements.push({ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' })), /more than its work/],
    ['all but a listing', inRolePolicy((statements) => void statements.push({ Effect: 'Allow', NotAction: 'ec2:DescribeVolumes', Resource: '*' })), /all but what it names/],
    ['every service account', inOther('aws_iam_role', 'Velero', (content) => inPolicy(([statement]) => delete statement.Condition.StringEquals['aws:RequestTag/kubernetes-service-account'], 'assume_role_policy')(content, [])), /other service accounts/],
  ])('does not stand with: %s', (_what, weaken, finding) => {
    expect(verdict(weaken)).toMatch(finding);
  });
});
