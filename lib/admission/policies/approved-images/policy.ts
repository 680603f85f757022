import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const APPROVED_IMAGES: AdmissionPolicy = {
  id: 'approved-images',
  folder: __dirname,
  kind: 'HipaaApprovedImages',
  defaultName: 'hipaa-approved-images',
  purpose: 'Every image is named in full and comes from an approved registry.',
  control: Control.PS3_SUPPLY_CHAIN,
  citation: '45 CFR 164.308(a)(5)(ii)(B)',
  libraries: ['images', 'pods', 'review'],
  cel: ['review', 'pod-spec', 'pods', 'images'],
  parameters: { registries: { type: 'array', items: { type: 'string' } } },
  matches: POD_KINDS,
};
