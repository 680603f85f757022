import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const PRIVILEGED_CONTAINERS: AdmissionPolicy = {
  folder: __dirname,
  kind: 'HipaaPrivilegedContainers',
  defaultName: 'hipaa-privileged-containers',
  purpose: 'No container of any kind is root on its node.',
  libraries: ['pods', 'review'],
  parameters: {},
  matches: POD_KINDS,
};
