import { Control } from '../../lib/controls/control';
import { EncryptedStorageClass } from '../../lib/encryption/encrypted-storage-class';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import { beside, manifest, type Weakening } from './weakening';
import { objectsOf, verdictOf } from './own-objects';

const profile = eksProfile();
const { names } = profile;
const objects = objectsOf((chart) => new EncryptedStorageClass(chart, 'Volumes', { kmsKeyArn: names.keyAliasArn(names.phiVolumesKeyAlias, 'us-east-1'), region: 'us-east-1', account: '123456789012' }));
const verdict = (weaken?: Weakening): string | undefined => verdictOf(profile, objects, Control.EN3_VOLUMES, weaken);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
const inParameters = (change: (parameters: any) => void): Weakening => (content) => change(content.parameters);
const volumeClass = (name: string, annotations: object, more: object = {}): SynthesizedObject => manifest('storage.k8s.io/v1', 'StorageClass', undefined, name, { metadata: { annotations }, provisioner: 'ebs.csi.aws.com', parameters: {}, ...more });
const claim = (spec: object, namespace = 'patient-data', metadata: object = {}): SynthesizedObject => manifest('v1', 'PersistentVolumeClaim', namespace, 'records', { metadata, spec });
const statefulSet = (spec: object): SynthesizedObject => manifest('apps/v1', 'StatefulSet', 'patient-data', 'db', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }] } });
const deployment = (spec: object): SynthesizedObject => manifest('apps/v1', 'Deployment', 'patient-data', 'api', { spec: { template: { spec: { volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec } } }] } } } });
const volume = (spec: object): SynthesizedObject => manifest('v1', 'PersistentVolume', undefined, 'by-hand', { spec });
const terraform = (address: string, content: Record<string, unknown>): SynthesizedObject => ({ reference: { tree: Tree.TERRAFORM, address, stack: 'healthcare-cluster' }, path: address, claims: [], content });
const KEY = terraform('aws_kms_key.PhiVolumesKey', { region: 'us-east-1' });
const ALIAS = { name: 'alias/healthcare-cluster-phi-volumes', region: 'us-east-1', target_key_id: '${aws_kms_key.PhiVolumesKey.key_id}' };

describe('checks on classes of volumes', () => {
  test.each<[string, Weakening | undefined]>([
    ['as it is', undefined],
    ['with a claim of its class', beside(claim({ storageClassName: 'hipaa-encrypted' }))],
    ['with a claim without a class', beside(claim({}), statefulSet({}), deployment({}))],
    ['with a foreign claim of another class', beside(claim({ storageClassName: 'gp2' }, 'default'))],
    ['beside a class that is no default', beside(volumeClass('gp2', {}), volumeClass('gp3', { 'storageclass.kubernetes.io/is-default-class': 'false' }))],
    ['with a key by its own ARN', inParameters((parameters) => (parameters.kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'))],
    ['with a volume of others', beside(volume({ storageClassName: 'nfs', claimRef: { namespace: 'default' } }))],
    ['with its alias in a stack', beside(KEY, terraform('aws_kms_alias.PhiVolumesKey', ALIAS))],
    ['beside a thing of another group with the name of the kind', beside(manifest('example.com/v1', 'PersistentVolumeClaim', 'patient-data', 'x', { spec: { storageClassName: 'gp2' } }))],
  ])('holds %s', (_what, weaken) => {
    expect(verdict(weaken)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['of another driver', (content) => (content.provisioner = 'kubernetes.io/aws-ebs'), /provisioner is kubernetes.io\/aws-ebs/],
    ['without encryption', inParameters((parameters) => (parameters.encrypted = 'false')), /encrypted is not "true"/],
    ['without a word on encryption', inParameters((parameters) => delete parameters.encrypted), /encrypted is not "true"/],
    ['encrypted in a spelling that the driver does not take', inParameters((parameters) => (parameters.encrypted = 'True')), /encrypted is not "true"/],
    ['with a second parameter in another spelling', inParameters((parameters) => (parameters.Encrypted = 'false')), /twice, in two spellings/],
    ['without a key', inParameters((parameters) => delete parameters.kmsKeyId), /no key of yours: undefined/],
    ['with the key of AWS', inParameters((parameters) => (parameters.kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:alias/aws/ebs')), /no key of yours/],
    ['with a key of somebody', inParameters((parameters) => (parameters.kmsKeyId = 'arn:aws:kms:us-east-1:210987654321:alias/x')), /account 210987654321/],
    ['with a key of another region', inParameters((parameters) => (parameters.kmsKeyId = 'arn:aws:kms:us-west-2:123456789012:alias/x')), /a key of us-west-2/],
    ['without the tag of backups', inParameters((parameters) => (parameters.tagSpecification_1 = 'cdk8s-hipaa/data-classification=none')), /lack the tag/],
    ['without parameters', (content) => delete content.parameters, /encrypted is not "true"/],
    ['beside a default that does not encrypt', beside(volumeClass('gp2', { 'storageclass.kubernetes.io/is-default-class': 'true' })), /StorageClass gp2 is a default, too/],
    ['beside a default by the older annotation', beside(volumeClass('gp2', { 'storageclass.beta.kubernetes.io/is-default-class': 'true' })), /StorageClass gp2 is a default, too/],
    ['with a claim of another class', beside(claim({ storageClassName: 'gp2' })), /PersistentVolumeClaim patient-data\/records claims a volume of the class gp2/],
    ['with a claim of a class that nobody makes', beside(claim({ storageClassName: 'hipaa-encryptd' })), /of the class hipaa-encryptd, which the set lacks/],
    ['with a StatefulSet of a class that nobody makes', beside(statefulSet({ storageClassName: 'fast' })), /StatefulSet patient-data\/db .*fast, which the set lacks/],
    ['with a claim of a class that is there and plain', beside(volumeClass('gp2', {}), claim({ storageClassName: 'gp2' })), /of the class gp2, which is none that encrypts/],
    ['with a claim of another class by the older annotation', beside(claim({ storageClassName: 'hipaa-encrypted' }, 'patient-data', { annotations: { 'volume.beta.kubernetes.io/storage-class': 'gp2' } })), /of the class gp2/],
    ['with a claim without a class, and no default', (content, others) => { content.metadata.annotations = {}; others.push(claim({})); }, /without a class, and no default encrypts/],
    ['with a claim of a volume by hand', beside(claim({ storageClassName: '' })), /that no class makes/],
    ['with a claim of a named volume', beside(claim({ storageClassName: 'hipaa-encrypted', volumeName: 'by-hand' })), /claims the volume by-hand/],
    ['with a StatefulSet of another class', beside(statefulSet({ storageClassName: 'gp2' })), /StatefulSet patient-data\/db .*gp2/],
    ["with a pod's own claim of another class", beside(deployment({ storageClassName: 'gp2' })), /Deployment patient-data\/api .*gp2/],
    ['with a claim in a list', beside(manifest('v1', 'List', undefined, 'all', { items: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'records', namespace: 'patient-data' }, spec: { storageClassName: 'gp2' } }] })), /of the class gp2/],
    ['with a volume by hand for PHI', beside(volume({ claimRef: { namespace: 'patient-data', name: 'records' } })), /PersistentVolume by-hand was made by hand/],
    ['with a volume by hand that poses as of the class', beside(volume({ storageClassName: 'hipaa-encrypted' })), /by-hand was made by hand/],
    ['whose alias no stack makes', beside(terraform('aws_kms_alias.Other', { ...ALIAS, name: 'alias/other' })), /no stack makes alias\/healthcare-cluster-phi-volumes/],
    ['whose alias is of another region', beside(KEY, terraform('aws_kms_alias.PhiVolumesKey', { ...ALIAS, region: 'us-west-2' })), /no stack makes/],
    ['whose alias leads elsewhere', beside(KEY, terraform('aws_kms_alias.PhiVolumesKey', { ...ALIAS, target_key_id: '1234abcd-12ab-34cd-56ef-1234567890ab' })), /leads to no key of its stack/],
    ['whose alias is made none of', beside(KEY, terraform('aws_kms_alias.PhiVolumesKey', { ...ALIAS, count: 0 })), /aws_kms_alias.PhiVolumesKey: /],
  ])('fails %s', (_what, weaken, message) => {
    expect(verdict(weaken)).toMatch(message);
  });
});
