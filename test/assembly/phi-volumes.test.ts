/** The key of the volumes that hold PHI, and everyone who has to do with it, in a whole stack. */
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { EksOrigin } from '../../lib/profile/eks-origin';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Platform, type EksPlatformProps } from '../../lib/profile/platform';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { ADMINISTRATOR_ACCESS, decide } from '../support/iam';
import { eksProfile } from '../support/profiles';
import { ancestors, circle, dependencies } from '../support/terraform-graph';

const profileOf = (changes: Partial<EksPlatformProps> = {}) => eksProfile({
  platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, networkPolicyMode: NetworkPolicyMode.STANDARD, ...changes }),
  recovery: { region: 'us-west-2', vaultLock: ObjectLock.governance() },
});
function objectsOf(changes: Partial<EksPlatformProps> = {}): readonly SynthesizedObject[] {
  const app = new HipaaTerraformApp(profileOf(changes));
  new HipaaStack(app, profileOf(changes));
  return app.synthesize().objects;
}
const objects = objectsOf();
const named = (kind: string, name: string): SynthesizedObject => {
  const found = objects.filter((object) => kindOf(object) === kind && object.reference.address!.startsWith(`${kind}.${name}`));
  expect(found.map(({ reference }) => reference.address)).toHaveLength(1);
  return found[0];
};

const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
/** A policy of the stack with the ARNs that Terraform would put in; roles by their names, the key as itself. */
function applied(policy: unknown): string {
  return String(policy).replace(/\$\{(aws_[a-z_]+\.[\w-]+)\.(arn|name)\}/g, (_reference, address: string) => {
    const { content } = objects.find(({ reference }) => reference.address === address)!;
    return address.startsWith('aws_iam_role.') ? `arn:aws:iam::123456789012:role/${String(content.name)}` : KEY_ARN;
  });
}
const KEY_POLICY = applied(named('aws_kms_key', 'PhiVolumesKey').content.policy);
const policyOf = (construct: string): string => applied(named('aws_iam_role_policy', `${construct}_RolePolicy`).content.policy);
const as = (role: string): string => `arn:aws:sts::123456789012:assumed-role/healthcare-cluster-${role}/session`;

describe('the volumes that hold PHI', () => {
  test('have a key of their own, with the alias that the StorageClass names', () => {
    const alias = named('aws_kms_alias', 'PhiVolumesKey');
    const aliases = objects.filter((object) => kindOf(object) === 'aws_kms_alias').map(({ content }) => `${String(content.region)} ${String(content.name)}`);

    expect(alias.content).toMatchObject({ name: 'alias/healthcare-cluster-phi-volumes', region: 'us-east-1', target_key_id: `\${${named('aws_kms_key', 'PhiVolumesKey').reference.address}.key_id}` });
    expect(new Set(aliases).size).toBe(aliases.length);
  });

  test('wait for what they rest on, and nothing goes in a circle', () => {
    const graph = dependencies(objects);
    const before = ancestors(graph, named('aws_eks_addon', 'EbsCsiDriver').reference.address!);

    expect(circle(graph)).toBeUndefined();
    for (const kind of ['aws_eks_cluster', 'aws_eks_node_group', 'aws_eks_pod_identity_association', 'aws_iam_role_policy', 'aws_kms_key']) {
      expect([...before].some((address) => address.startsWith(`${kind}.`))).toBe(true);
    }
  });

  test('are as they are claimed', () => {
    expect(verifyClaims(objects, profileOf())).toEqual([]);
  });

  test.each<[string, (content: Record<string, unknown>) => void, RegExp]>([
    ['may do everything with volumes', (content) => (content.policy = String(content.policy).replace('"ec2:CreateTags"', '"ec2:*"')), /more than its work: ec2:\*/],
    ['reaches every volume', (content) => (content.policy = String(content.policy).replaceAll('arn:aws:ec2:us-east-1:123456789012:volume/*', '*')), /more than its work: \*/],
  ])('a finding tells where the driver %s', (_what, weaken, message) => {
    const copies = structuredClone(objects) as SynthesizedObject[];
    weaken(copies.find(({ reference }) => reference.address?.startsWith('aws_iam_role_policy.EbsCsiDriver'))!.content as Record<string, unknown>);

    expect(verifyClaims(copies, profileOf()).join()).toMatch(message);
  });

  const BY_EC2 = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' };
  const FOR_AWS = { ...BY_EC2, 'kms:GrantIsForAWSResource': 'true' };
  test.each<[string, string, string, Record<string, string>, string]>([
    ['the driver makes a volume', 'ebs-csi', 'kms:GenerateDataKeyWithoutPlaintext', BY_EC2, 'Allowed'],
    ['the driver attaches one', 'ebs-csi', 'kms:CreateGrant', FOR_AWS, 'Allowed'],
    ['the driver decrypts', 'ebs-csi', 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    ['Velero restores a volume', 'velero', 'kms:GenerateDataKeyWithoutPlaintext', BY_EC2, 'Allowed'],
    ['Velero hands the key to a volume', 'velero', 'kms:CreateGrant', FOR_AWS, 'Allowed'],
    ['Velero decrypts', 'velero', 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    ['Velero decrypts by S3', 'velero', 'kms:Decrypt', { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, 'ImplicitlyDenied'],
    ['AWS Backup reads a snapshot', 'volume-backup', 'kms:Decrypt', {}, 'Allowed'],
    ['AWS Backup hands the key to a copy', 'volume-backup', 'kms:CreateGrant', FOR_AWS, 'Allowed'],
    ['a restore reads a snapshot', 'volume-restore', 'kms:Decrypt', {}, 'Allowed'],
    ['a restore encrypts the new volume', 'volume-restore', 'kms:GenerateDataKeyWithoutPlaintext', {}, 'Allowed'],
    ['a restore encrypts with another key', 'volume-restore', 'kms:ReEncryptFrom', {}, 'Allowed'],
    ['a restore hands the key to the new volume', 'volume-restore', 'kms:CreateGrant', FOR_AWS, 'Allowed'],
    ['a restore changes the policy of the key', 'volume-restore', 'kms:PutKeyPolicy', {}, 'ImplicitlyDenied'],
    ['a node decrypts', 'node-default', 'kms:Decrypt', BY_EC2, 'ImplicitlyDenied'],
    ['the log shipper decrypts', 'log-shipper', 'kms:Decrypt', {}, 'ImplicitlyDenied'],
    ['an administrator of IAM decrypts by EC2', 'anybody', 'kms:Decrypt', BY_EC2, 'ImplicitlyDenied'],
  ])('%s', async (_what, role, action, context, expected) => {
    const own: Record<string, string> = { 'ebs-csi': 'EbsCsiDriver', velero: 'Velero' };
    const identityPolicies = [own[role] === undefined ? ADMINISTRATOR_ACCESS : policyOf(own[role])];

    expect(await decide({ principal: as(role), action, resource: KEY_ARN, context, identityPolicies, resourcePolicy: KEY_POLICY })).toBe(expected);
  });

  test.each<[string, Partial<EksPlatformProps>]>([
    ['in strict mode, before the charts', { networkPolicyMode: NetworkPolicyMode.STRICT }],
    ['where the driver comes by other means', { ebsCsiDriver: false }],
    ['where there are no nodes yet', { nodeGroups: [] }],
  ])('have all but the add-on %s', (_what, changes) => {
    const others = objectsOf(changes);
    const addresses = others.map(({ reference }) => reference.address!);
    const without = (list: readonly string[]): string[] => list.filter((address) => /PhiVolumesKey|EbsCsiDriver/.test(address) && !address.startsWith('aws_eks_addon.')).sort();

    expect(addresses.filter((address) => address.startsWith('aws_eks_addon.EbsCsiDriver'))).toEqual([]);
    expect(without(addresses)).toEqual(without(objects.map(({ reference }) => reference.address!)));
    expect(circle(dependencies(others))).toBeUndefined();
    expect(verifyClaims(others, profileOf(changes))).toEqual([]);
  });

  test.each<[string, Partial<EksPlatformProps>, boolean]>([
    ['in standard mode', {}, true],
    ['in strict mode, before the add-on', { networkPolicyMode: NetworkPolicyMode.STRICT }, true],
    ['where the driver comes by other means', { ebsCsiDriver: false }, true],
    ['where the cluster is imported', { origin: EksOrigin.import({ roleArn: 'arn:aws:iam::123456789012:role/control-plane' }) }, true],
    ['where the cluster is only observed', { origin: EksOrigin.observe() }, false],
  ])('have their StorageClass %s: %#', (_what, changes, expected) => {
    const app = new HipaaKubernetesApp(profileOf(changes));
    new HipaaCharts(app, profileOf(changes));
    const classes = app.synthesize().objects.filter((object) => kindOf(object) === 'StorageClass');

    expect(classes.map(({ reference }) => reference.name)).toEqual(expected ? ['hipaa-encrypted'] : []);
  });

  test('of a cluster that is only observed are left to who owns its driver', () => {
    const observed = objectsOf({ origin: EksOrigin.observe() });

    expect(observed.filter(({ reference }) => /PhiVolumesKey|EbsCsiDriver/.test(reference.address!))).toEqual([]);
  });

  test('take over a driver that EKS manages already', () => {
    const managed = { roleArn: 'arn:aws:iam::123456789012:role/control-plane', managedAddOns: ['aws-ebs-csi-driver'] };
    const app = new HipaaTerraformApp(profileOf({ networkPolicyMode: NetworkPolicyMode.STANDARD, origin: EksOrigin.import(managed) }));
    new HipaaStack(app, profileOf({ networkPolicyMode: NetworkPolicyMode.STANDARD, origin: EksOrigin.import(managed) }));

    const imports = app.synthesize().files.map(({ content }) => String(content)).find((text) => text.includes('"import"'));
    expect(imports!.includes('"id": "healthcare-cluster:aws-ebs-csi-driver@us-east-1"')).toBe(true);
  });
});
