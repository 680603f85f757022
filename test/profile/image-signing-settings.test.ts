import { checkImageSigning, type ImageSigningSettings } from '../../lib/profile/image-signing-settings';
import { ImageAuthority } from '../../lib/profile/images/image-authority';
import { ImagePolicyMode } from '../../lib/profile/images/image-policy-mode';
import { RequiredAttestation } from '../../lib/profile/images/required-attestation';
import { expectRefusal } from '../support/refusal';

const authority = ImageAuthority.keyless({ issuer: 'https://token.actions.githubusercontent.com', subject: 'security@company.com' });
const all: Required<ImageSigningSettings> = { authorities: [authority], attestations: [RequiredAttestation.cycloneDx()], mode: ImagePolicyMode.WARN };
const plain = { key: { kms: 'awskms:///a' } };

test('takes every setting, or signers alone', () => {
  expect(() => checkImageSigning('P', all)).not.toThrow();
  expect(() => checkImageSigning('P', { authorities: [authority] })).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ authorities: undefined }, undefined, 'control PS3', 'ImageAuthority.awsKms()'],
  [{ authorities: [] }, [], 'control PS3', 'ImageAuthority.awsKms()'],
  [{ authorities: authority }, authority, 'control PS3', 'ImageAuthority.awsKms()'],
  [{ authorities: [authority, plain] }, [authority, plain], 'control PS3', 'ImageAuthority.awsKms()'],
  [{ attestations: [] }, [], 'control PS3', 'RequiredAttestation.spdx()'],
  [{ attestations: ['spdx'] }, ['spdx'], 'control PS3', 'RequiredAttestation.spdx()'],
  [{ attestations: null }, null, 'control PS3', 'RequiredAttestation.spdx()'],
  [{ mode: 'off' }, 'off', 'ClusterImagePolicy: mode', 'ImagePolicyMode.ENFORCE'],
  [{ registries: [] }, 'registries', 'control PS3', 'authorities, attestations, mode'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkImageSigning('P', { ...all, ...changes } as ImageSigningSettings), { path: 'P', value, rule, remedy });
});
