import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const CONTAINER_RESOURCES: AdmissionPolicy = {
  id: 'container-resources',
  folder: __dirname,
  kind: 'HipaaContainerResources',
  defaultName: 'hipaa-container-resources',
  purpose: 'Every container says how much of its node it needs and may take.',
  control: Control.PS5_QUOTAS,
  citation: '45 CFR 164.306(a)(1)',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec', 'pods'],
  parameters: { cpuLimit: { type: 'boolean' } },
  matches: POD_KINDS,
};
