import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const SECCOMP_PROFILE: AdmissionPolicy = {
  id: 'seccomp-profile',
  folder: __dirname,
  kind: 'HipaaSeccompProfile',
  defaultName: 'hipaa-seccomp-profile',
  purpose: 'Every container runs under a seccomp profile.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.6.2',
  libraries: ['pods', 'review', 'security-contexts'],
  cel: ['review', 'pod-spec', 'pods', 'security-contexts'],
  parameters: {},
  matches: POD_KINDS,
};
