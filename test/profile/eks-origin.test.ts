import { EksOrigin, EksOriginKind, type EksImportSettings, type EksObserveSettings } from '../../lib/profile/eks-origin';
import { expectRefusal } from '../support/refusal';

const settings: Required<EksImportSettings> = {
  roleArn: 'arn:aws:iam::123456789012:role/control-plane', secretsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d', keepConfigMap: true, importLogGroup: true,
  managedAddOns: ['vpc-cni', 'eks-pod-identity-agent'], importTerraformEntry: true, tags: { team: 'platform' },
};
const observed: Required<EksObserveSettings> = { importTerraformEntry: true };
const { roleArn } = settings;

test.each([
  [EksOrigin.create(), EksOriginKind.CREATE, undefined, false],
  [EksOrigin.import(settings), EksOriginKind.IMPORT, settings, true],
  [EksOrigin.import({ roleArn }), EksOriginKind.IMPORT, { roleArn }, false],
  [EksOrigin.import({ roleArn, importTerraformEntry: false }), EksOriginKind.IMPORT, { roleArn, importTerraformEntry: false }, false],
  [EksOrigin.observe(), EksOriginKind.OBSERVE, undefined, false],
  [EksOrigin.observe(observed), EksOriginKind.OBSERVE, undefined, true],
])('an origin says whether Terraform makes the cluster, and what is there already: %j', (origin, kind, existing, importsTerraformEntry) => {
  expect({ ...origin }).toEqual({ kind, existing, importsTerraformEntry });
  expect(Object.isFrozen(origin)).toBe(true);
});

test('copies and freezes the add-ons', () => {
  const managedAddOns = ['vpc-cni'];
  const { existing } = EksOrigin.import({ roleArn, managedAddOns });
  managedAddOns.push('coredns');
  expect(existing?.managedAddOns).toEqual(['vpc-cni']);
  expect(Object.isFrozen(existing?.managedAddOns)).toBe(true);
});

test.each<[string, () => unknown, string, unknown, string, string]>([
  ['a role without its ARN', () => EksOrigin.import({ roleArn: 'control-plane' }), 'EksOrigin.import', 'control-plane', 'arn:partition', 'full ARN'],
  ['an add-on that nothing here manages', () => EksOrigin.import({ roleArn, managedAddOns: ['vpc-cni', 'coredns'] }), 'EksOrigin.import', 'coredns', 'stays as it is', 'vpc-cni, eks-pod-identity-agent'],
  ['an unknown field of an import', () => EksOrigin.import({ ...settings, name: 'a' } as never), 'EksOrigin.import', 'name', 'no other field', 'roleArn'],
  ['what an import alone takes', () => EksOrigin.observe({ managedAddOns: ['vpc-cni'] } as never), 'EksOrigin.observe', 'managedAddOns', 'no other field', 'importTerraformEntry'],
])('refuses %s', (_what, make, path, value, rule, remedy) => {
  expectRefusal(make, { path, value, rule, remedy });
});

test.each<[() => unknown, unknown, string, string]>([
  [() => EksOrigin.import({ roleArn: settings.roleArn, managedAddOns: 'vpc-cni' as never }), 'vpc-cni', 'stays as it is', 'vpc-cni'],
  [() => EksOrigin.import({ roleArn: settings.roleArn, importLogGroup: 'yes' as never }), 'yes', 'import blocks', 'leave it out'],
  [() => EksOrigin.import({ roleArn: settings.roleArn, importTerraformEntry: 1 as never }), 1, 'import blocks', 'leave it out'],
  [() => EksOrigin.observe({ importTerraformEntry: 'no' as never }), 'no', 'import blocks', 'leave it out'],
  [() => EksOrigin.observe({ region: 'us-east-1' } as never), 'region', 'no other field', 'importTerraformEntry'],
])('refuses what nobody can import: %#', (make, value, rule, remedy) => {
  expectRefusal(make, { path: 'EksOrigin.', value, rule, remedy });
});
