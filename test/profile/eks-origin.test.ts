import { EksOrigin, EksOriginKind, type EksImportSettings } from '../../lib/profile/eks-origin';
import { expectRefusal } from '../support/refusal';

const settings: Required<EksImportSettings> = {
  roleArn: 'arn:aws:iam::123456789012:role/control-plane', secretsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d', keepConfigMap: true, importLogGroup: true, tags: { team: 'platform' },
};

test.each([
  [EksOrigin.create(), EksOriginKind.CREATE, undefined],
  [EksOrigin.import(settings), EksOriginKind.IMPORT, settings],
  [EksOrigin.observe(), EksOriginKind.OBSERVE, undefined],
])('an origin says whether Terraform makes the cluster: %j', (origin, kind, existing) => {
  expect({ ...origin }).toEqual({ kind, existing });
  expect(Object.isFrozen(origin)).toBe(true);
});

test('an import takes the role as it is', () => {
  expectRefusal(() => EksOrigin.import({ roleArn: 'control-plane' }), { path: 'EksOrigin.import', value: 'control-plane', rule: 'arn:partition', remedy: 'full ARN' });
  expectRefusal(() => EksOrigin.import({ ...settings, name: 'a' } as never), { path: 'EksOrigin.import', value: 'name', rule: 'no other field', remedy: 'roleArn' });
});
