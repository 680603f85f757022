import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const APPROVED_IMAGES: AdmissionPolicy = {
  folder: __dirname,
  kind: 'HipaaApprovedImages',
  defaultName: 'hipaa-approved-images',
  purpose: 'Every image comes by its digest from an approved registry.',
  libraries: ['pods', 'review'],
  parameters: { registries: { type: 'array', items: { type: 'string' } } },
  matches: POD_KINDS,
};
