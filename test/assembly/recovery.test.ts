/** Backups of volumes in a whole stack: how often, by whom they are restored, and who Velero is. */
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { ControlStatus, controlMatrix } from '../../lib/evidence/control-matrix';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Platform } from '../../lib/profile/platform';
import type { HipaaProfileProps } from '../../lib/profile/profile';
import type { RecoverySettings } from '../../lib/profile/recovery-settings';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { decide } from '../support/iam';
import { eksProfile } from '../support/profiles';

const BACKUPS = { schedule: '15 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 } };
const profileOf = (recovery: Partial<RecoverySettings> = {}, more: Partial<HipaaProfileProps> = {}) => eksProfile({
  platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, networkPolicyMode: NetworkPolicyMode.STANDARD }),
  recovery: { region: 'us-west-2', vaultLock: ObjectLock.governance(), ...recovery },
  ...more,
});
function objectsOf(...changes: Parameters<typeof profileOf>): readonly SynthesizedObject[] {
  const app = new HipaaTerraformApp(profileOf(...changes));
  new HipaaStack(app, profileOf(...changes));
  return app.synthesize().objects;
}
const contentOf = (objects: readonly SynthesizedObject[], kind: string, name: string): Record<string, unknown> => {
  const found = objects.filter((object) => kindOf(object) === kind && object.reference.address!.startsWith(`${kind}.${name}`));
  expect(found).toHaveLength(1);
  return found[0].content as Record<string, unknown>;
};

describe('the recovery of a profile', () => {
  test.each<[number | undefined, string]>([
    [undefined, 'cron(0 5 * * ? *)'], [24, 'cron(0 5 * * ? *)'], [12, 'cron(0 0/12 * * ? *)'], [6, 'cron(0 0/6 * * ? *)'], [1, 'cron(0 * * * ? *)'],
  ])('backs up volumes every %s hours', (volumeEveryHours, schedule) => {
    const plan = contentOf(objectsOf({ volumeEveryHours }), 'aws_backup_plan', 'VolumeBackup');

    expect(plan.rule).toMatchObject([{ schedule }]);
  });

  test.each<[string, Partial<RecoverySettings>, Partial<HipaaProfileProps>, RegExp | undefined]>([
    ['a day beside the point of the backups', {}, { backups: BACKUPS }, /point of 6 hours holds within us-east-1: volumes in us-west-2 are up to 24 hours old/],
    ['a day beside the point of recovery', { objectives: { rpoHours: 12, rtoHours: 4 } }, {}, /point of 12 hours/],
    ['the point of the backups below that of recovery', { volumeEveryHours: 12, objectives: { rpoHours: 12, rtoHours: 8 } }, { backups: BACKUPS }, /point of 6 hours/],
    ['as often as the point', { volumeEveryHours: 6 }, { backups: BACKUPS }, undefined],
    ['more often than the point', { volumeEveryHours: 4 }, { backups: BACKUPS }, undefined],
    ['nobody named a point', {}, {}, undefined],
  ])('says what is older than the recovery point: %s', (_what, recovery, more, expected) => {
    const { controls } = controlMatrix({ profile: profileOf(recovery, more), objects: objectsOf(recovery, more) });
    const { status, reasons } = controls.find(({ id }) => id === (Control.CP2_DR as string))!;

    expect(status).toBe(ControlStatus.NOT_MET);
    expect(reasons.join()).toMatch(expected ?? /^no emitted object enforces it/);
  });

  test('tells how old the copies are', () => {
    const claims = objectsOf({ volumeEveryHours: 6 }).flatMap((object) => object.claims).filter(({ control }) => control === Control.CP4_REPLICA);

    expect(claims.map(({ how }) => how).join()).toContain('cron(0 0/6 * * ? *) in UTC, is copied to a locked vault in us-west-2: there, volumes are as old as their last copy');
  });

  test.each<[string | undefined, string]>([[undefined, 'velero'], ['velero-server', 'velero-server']])('binds the service account %s of Velero', (veleroServiceAccount, expected) => {
    const objects = objectsOf({ veleroServiceAccount });

    expect(contentOf(objects, 'aws_eks_pod_identity_association', 'Velero')).toMatchObject({ namespace: 'velero', service_account: expected });
    expect(contentOf(objects, 'aws_iam_role', 'Velero').assume_role_policy).toContain(`"aws:RequestTag/kubernetes-service-account":"${expected}"`);
    expect(verifyClaims(objects, profileOf({ veleroServiceAccount }))).toEqual([]);
  });

  const objects = objectsOf();
  const ARN = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const keyPolicy = (key: string): string => String(contentOf(objects, 'aws_kms_key', key).policy).replace(/\$\{(aws_[a-z_]+\.[\w-]+)\.(arn|name)\}/g, (_reference, address: string) => {
    const { content } = objects.find(({ reference }) => reference.address === address)!;
    return address.startsWith('aws_iam_role.') ? `arn:aws:iam::123456789012:role/${String((content as { name: unknown }).name)}` : ARN;
  });
  test.each([
    ...['BackupKey', 'BackupCopyKey', 'PhiVolumesKey'].flatMap((key) => ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:CreateGrant']
      .map((action): [string, string, string, string] => [key, 'volume-restore', action, 'Allowed'])),
    ['BackupKey', 'volume-restore', 'kms:PutKeyPolicy', 'ImplicitlyDenied'],
    ['BackupCopyKey', 'somebody', 'kms:Decrypt', 'ImplicitlyDenied'],
  ])('%s lets %s %s: %s', async (key, role, action, expected) => {
    const identityPolicies = [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] })];

    expect(await decide({ principal: `arn:aws:sts::123456789012:assumed-role/healthcare-cluster-${role}/job`, action, resource: ARN, context: {}, identityPolicies, resourcePolicy: keyPolicy(key) })).toBe(expected);
  });
});
