import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const PRIVILEGED_CONTAINERS: AdmissionPolicy = {
  id: 'privileged-containers',
  folder: __dirname,
  kind: 'HipaaPrivilegedContainers',
  defaultName: 'hipaa-privileged-containers',
  purpose: 'No container of any kind is root on its node.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec', 'pods'],
  parameters: {},
  matches: POD_KINDS,
};
