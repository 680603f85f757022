import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const STORAGE_ENCRYPTION: AdmissionPolicy = {
  id: 'storage-encryption',
  folder: __dirname,
  kind: 'HipaaStorageEncryption',
  defaultName: 'hipaa-storage-encryption',
  purpose: 'Every volume is made by a class that encrypts it with a key of yours.',
  control: Control.EN3_VOLUMES,
  citation: '45 CFR 164.312(a)(2)(iv)',
  libraries: ['pods', 'review'],
  cel: ['review'],
  parameters: { storageClasses: { type: 'array', items: { type: 'string' } } },
  matches: [...POD_KINDS, { apiGroups: [''], kinds: ['PersistentVolumeClaim'] }, { apiGroups: ['storage.k8s.io'], kinds: ['StorageClass'] }],
};
