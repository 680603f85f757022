import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const IMAGE_DIGESTS: AdmissionPolicy = {
  id: 'image-digests',
  folder: __dirname,
  kind: 'HipaaImageDigests',
  defaultName: 'hipaa-image-digests',
  purpose: 'Every image is named by its digest.',
  control: Control.PS3_SUPPLY_CHAIN,
  citation: '45 CFR 164.308(a)(5)(ii)(B)',
  libraries: ['images', 'pods', 'review'],
  cel: ['review', 'pod-spec', 'pods', 'images'],
  parameters: {},
  matches: POD_KINDS,
};
