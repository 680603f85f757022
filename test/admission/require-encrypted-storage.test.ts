import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { STORAGE_ENCRYPTION } from '../../lib/admission/policies/storage-encryption/policy';
import { RequireEncryptedStorage, type RequireEncryptedStorageProps } from '../../lib/admission/require-encrypted-storage';
import { EncryptedStorageClass } from '../../lib/encryption/encrypted-storage-class';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const synth = (props: Partial<RequireEncryptedStorageProps> = {}) => synthChart((chart) => {
  new RequireEncryptedStorage(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], storageClasses: ['hipaa-encrypted'], ...props });
});

describe('RequireEncryptedStorage', () => {
  test('takes every prop', () => {
    const [constraint, ofCluster, ...others] = synth({ storageClasses: ['hipaa-encrypted', 'archive'], enforcementAction: EnforcementAction.WARN, name: 'storage', exemptions: [] });

    expect(others).toEqual([]);
    expect(constraint.metadata).toEqual({ name: 'storage' });
    expect(ofCluster.metadata).toEqual({ name: 'storage-cluster' });
    for (const { spec } of [constraint, ofCluster]) expect(spec).toMatchObject({ enforcementAction: 'warn', parameters: { storageClasses: ['hipaa-encrypted', 'archive'] } });
  });

  test('judges classes wherever they are, and claims in PHI namespaces', () => {
    const [constraint, ofCluster] = synth();

    expect(constraint.spec.match.namespaces).toEqual(['healthcare-prod']);
    expect(JSON.stringify(constraint.spec.match)).toContain('PersistentVolumeClaim');
    expect(JSON.stringify(constraint.spec.match)).not.toContain('StorageClass');
    expect(ofCluster.spec.match).toEqual({ kinds: [{ apiGroups: ['storage.k8s.io'], kinds: ['StorageClass'] }] });
  });

  test.each([
    ['no list', undefined, undefined, 'name at least one'],
    ['one class in place of a list', 'hipaa-encrypted', 'hipaa-encrypted', 'name at least one'],
    ['an empty list', [], [], 'name at least one'],
    ['a class that is no text', [7], 7, 'name at least one'],
    ['a class twice', ['a', 'b', 'a'], 'a', 'remove one'],
  ])('refuses %s', (_what, storageClasses, value, remedy) => {
    expectRefusal(() => synth({ storageClasses: storageClasses as string[] }), { path: 'Test/Constraint', value, rule: 'control EN3, 45 CFR 164.312(a)(2)(iv)', remedy });
  });

  test.each(['', 'Encrypted', '*'])("refuses the name '%s', which no class has", (name) => {
    expect(() => synth({ storageClasses: [name] })).toThrow('storageClasses');
  });

  test('refuses a prop that it does not know', () => {
    expectRefusal(() => synth({ classes: [] } as never), { path: 'Test/Constraint', value: 'classes', rule: 'HipaaStorageEncryption', remedy: 'storageClasses' });
  });

  test('lets in the class that EncryptedStorageClass makes, and no weaker one', () => {
    const evaluate = evaluatorOf(STORAGE_ENCRYPTION);
    const [made] = synthChart((chart) => new EncryptedStorageClass(chart, 'Volumes', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/phi-volumes', region: 'us-east-1', account: '123456789012' }));
    const judge = (object: unknown): string[] => evaluate({ parameters: { storageClasses: ['hipaa-encrypted'] }, review: { operation: 'CREATE', object } });

    expect(judge(made)).toEqual([]);
    expect(judge({ ...made, parameters: { ...made.parameters as object, encrypted: 'false' } })).toHaveLength(1);
  });
});
