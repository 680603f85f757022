import { DeliveryPath } from '../../lib/profile/delivery-path';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile } from '../../lib/profile/profile';
import { eksProps, IMAGE, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const ISSUER = 'https://oidc.example.com/healthcare-cluster';
/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });
const external = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
/** What a cluster outside EKS must say for itself. */
const OUTSIDE = { archive: { lock, account: '123456789012', region: 'us-east-1' }, logShipper: { image: IMAGE, serviceAccountIssuer: ISSUER } };

describe('the archive', () => {
  test.each<[unknown]>([[undefined], [null], [{}], [{ lock: undefined }], ['bucket']])('has a lock: %j', (archive) => {
    expectRefusal(() => make({ archive }), { path: 'HipaaProfile.archive', value: undefined, rule: 'lock is required', remedy: 'ObjectLock.compliance' });
  });

  test.each<[unknown]>([['COMPLIANCE'], [true], [{ mode: 'COMPLIANCE', acknowledgedBy: 'ciso@company.com' }]])('has an ObjectLock, not %j', (given) => {
    expectRefusal(() => make({ archive: { lock: given } }), { path: 'HipaaProfile.archive', value: given, rule: 'control AU5', remedy: 'ObjectLock.governance()' });
  });

  test('may have a GOVERNANCE lock, which leaves AU5 not met', () => {
    expect(make({ archive: { lock: ObjectLock.governance() } }).objectLock.mode).toBe('GOVERNANCE');
  });

  test.each(['account', 'region'])('names its %s where no platform does', (prop) => {
    const archive = { lock, account: '123456789012', region: 'us-east-1', [prop]: undefined };
    for (const platform of [selfManagedProps().platform, external]) {
      expectRefusal(() => make({ platform, archive }), { path: 'HipaaProfile.archive', value: undefined, rule: `${prop} is required`, remedy: 'whatever runs the cluster' });
    }
  });

  test.each<[string, unknown, string, string]>([
    ['account', '1234', 'twelve digits', 'as a string'],
    ['account', 123456789012, 'twelve digits', 'as a string'],
    ['region', 'us-east-11', 'AWS regions', "'us-east-1'"],
    ['region', 'useast1', 'AWS regions', "'us-east-1'"],
    ['bucketName', 'My_Bucket', 'bucket naming rules', '3 to 63'],
    ['bucketName', 'a.b', 'bucket naming rules', '3 to 63'],
    ['bucketName', '', 'bucket naming rules', '3 to 63'],
    ['bucketName', null, 'bucket naming rules', '3 to 63'],
  ])('refuses the %s %j', (prop, value, rule, remedy) => {
    expectRefusal(() => make({ archive: { lock, [prop]: value } }), { path: 'HipaaProfile.archive', value, rule, remedy });
  });

  test.each<[object, unknown, string, string]>([
    [{ bucketName: 'b'.repeat(55) }, 'b'.repeat(55), 'bucket naming rules', 'at most 54'],
    [{ coldStorage: 'GLACIER' }, 'GLACIER', 'Amazon S3, lifecycle', 'ColdStorage.deepArchive()'],
    [{ readers: ['*'] }, '*', 'without wildcards', 'one role or user'],
    [{ readers: ['arn:aws-cn:iam::123456789012:role/reader'] }, 'arn:aws-cn:iam::123456789012:role/reader', 'partition aws', 'arn:aws:'],
    [{ delivery: 'firehose' }, 'firehose', 'control AU5', 'DeliveryPath.STAGED'],
    [{ since: 'yesterday' }, 'yesterday', 'ISO 8601', 'YYYY-MM-DD'],
    [{ replicaRegion: 'us-east-1' }, 'us-east-1', 'control CP4', 'another region of the partition aws'],
    [{ replicaRegion: 'us-gov-west-1' }, 'us-gov-west-1', 'control CP4', 'another region of the partition aws'],
    [{ replicaRegion: 'mars' }, 'mars', 'AWS regions', 'us-east-1'],
  ])('refuses %j', (changes, value, rule, remedy) => {
    expectRefusal(() => make({ archive: { lock, ...changes } }), { path: 'HipaaProfile.archive', value, rule, remedy });
  });

  test('has no delivery where the audit log is not in CloudWatch', () => {
    expectRefusal(() => new HipaaProfile(selfManagedProps({ archive: { ...OUTSIDE.archive, delivery: DeliveryPath.DIRECT } })), { path: 'HipaaProfile.archive', value: 'self-managed (kubeadm)', rule: 'on EKS alone', remedy: 'leave it out' });
  });

  test('lies in the partition of an EKS cluster', () => {
    expectRefusal(() => make({ archive: { lock, region: 'us-gov-west-1' } }), { path: 'HipaaProfile.archive', value: 'us-gov-west-1', rule: 'partitions share no credentials', remedy: 'partition aws' });
  });
});

test('an archive in another account than the cluster\'s is refused: one stack has the credentials of one account', () => {
  expectRefusal(() => make({ archive: { lock, account: '210987654321' } }), { path: 'HipaaProfile.archive', value: '210987654321', rule: 'one account', remedy: 'compose AuditArchive' });
});
