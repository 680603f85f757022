import { EncryptedStorageClass, type EncryptedStorageClassProps } from '../../lib/encryption/encrypted-storage-class';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { Chart, Testing } from 'cdk8s';
import { claimsBelow } from '../support/claims';
import { eksProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const ALIAS = 'arn:aws:kms:us-east-1:123456789012:alias/healthcare-cluster-phi-volumes';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const RIGHT: EncryptedStorageClassProps = { kmsKeyArn: ALIAS, region: 'us-east-1', account: '123456789012' };
const synth = (changes: object = {}): Manifest => synthChart((chart) => new EncryptedStorageClass(chart, 'Volumes', { ...RIGHT, ...changes }))[0];

describe('EncryptedStorageClass', () => {
  test('encrypts, keeps, and is the default', () => {
    expect(synth()).toMatchSnapshot();
    expect(synth().parameters).toEqual({ type: 'gp3', encrypted: 'true', kmsKeyId: ALIAS, tagSpecification_1: 'cdk8s-hipaa/data-classification=phi' });
    expect(schemaFindings(synth())).toEqual([]);
  });

  test('takes the alias that both halves know', () => {
    const { names } = eksProfile();

    expect(names.keyAliasArn(names.phiVolumesKeyAlias, 'us-east-1')).toBe(ALIAS);
  });

  test('takes every prop', () => {
    const props: Required<EncryptedStorageClassProps> = { kmsKeyArn: KEY, region: 'us-east-1', account: '123456789012', name: 'records', isDefault: false, tags: { 'cost-center': 'a b' } };

    expect(synth(props)).toEqual({
      apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'records', annotations: { 'storageclass.kubernetes.io/is-default-class': 'false' } },
      provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Retain', allowVolumeExpansion: true, volumeBindingMode: 'WaitForFirstConsumer',
      parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: KEY, tagSpecification_1: 'cdk8s-hipaa/data-classification=phi', tagSpecification_2: 'cost-center=a b' },
    });
  });

  test('has no namespace in a chart that has one', () => {
    const chart = new Chart(Testing.app(), 'Test', { namespace: 'somewhere' });
    new EncryptedStorageClass(chart, 'Volumes', RIGHT);

    expect((Testing.synth(chart) as Manifest[])[0].metadata).not.toHaveProperty('namespace');
  });

  test('claims that volumes are encrypted', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new EncryptedStorageClass(chart, 'Volumes', RIGHT);

    expect(claimsBelow(chart)).toEqual(['Test/Volumes/Resource implements EN3']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['the key of AWS', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/aws/ebs' }, 'arn:aws:kms:us-east-1:123456789012:alias/aws/ebs', 'control EN3', 'of its alias'],
    ['an alias without its ARN', { kmsKeyArn: 'alias/healthcare-cluster-phi-volumes' }, 'alias/healthcare-cluster-phi-volumes', 'AWS: arn', 'the full ARN'],
    ['no key', { kmsKeyArn: undefined }, undefined, 'AWS: arn', 'the full ARN'],
    ['a reference of Terraform', { kmsKeyArn: '${aws_kms_key.K.arn}' }, '${aws_kms_key.K.arn}', 'nothing tokenised', 'as text'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['a key of another account', { account: '210987654321' }, ALIAS, 'control EN3', '210987654321'],
    ['a key of another partition', { kmsKeyArn: KEY.replace('arn:aws:', 'arn:aws-cn:') }, KEY.replace('arn:aws:', 'arn:aws-cn:'), 'partition aws', "'arn:aws:'"],
    ['no region', { region: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
    ['no account', { account: 'x' }, 'x', 'twelve digits', '123456789012'],
    ['a name that is none', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['a word', { isDefault: 'true' }, 'true', 'default StorageClass', 'true or false'],
    ['a tag that says something else of the data', { tags: { 'cdk8s-hipaa/data-classification': 'none' } }, 'cdk8s-hipaa/data-classification', 'found by their tags', 'another name'],
    ['a tag of another cluster', { tags: { 'kubernetes.io/cluster/other': 'owned' } }, 'kubernetes.io/cluster/other', 'found by their tags', 'another name'],
    ['a tag that is a template', { tags: { owner: '{{ .PVCName }}' } }, 'owner={{ .PVCName }}', 'Amazon EC2, tags', 'cost-center'],
    ['a tag with two values', { tags: { 'a=b': 'c' } }, 'a=b=c', 'Amazon EC2, tags', 'cost-center'],
    ['no map of tags', { tags: [] }, [], 'Amazon EC2, tags', 'cost-center'],
    ['another field', { reclaimPolicy: 'Delete' }, 'reclaimPolicy', 'no other field', 'kmsKeyArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Volumes', value, rule, remedy });
  });
});
