import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const RUN_AS_NON_ROOT: AdmissionPolicy = {
  id: 'run-as-non-root',
  folder: __dirname,
  kind: 'HipaaRunAsNonRoot',
  defaultName: 'hipaa-run-as-non-root',
  purpose: 'No container of any kind runs as root.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.7',
  libraries: ['pods', 'review', 'security-contexts'],
  cel: ['review', 'pod-spec', 'pods', 'security-contexts'],
  parameters: {},
  matches: POD_KINDS,
};
