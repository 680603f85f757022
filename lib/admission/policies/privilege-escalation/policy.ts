import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const PRIVILEGE_ESCALATION: AdmissionPolicy = {
  id: 'privilege-escalation',
  folder: __dirname,
  kind: 'HipaaPrivilegeEscalation',
  defaultName: 'hipaa-privilege-escalation',
  purpose: 'No process of a container gains more privileges than it started with.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.6',
  libraries: ['pods', 'review', 'security-contexts'],
  cel: ['review', 'pod-spec', 'pods', 'security-contexts'],
  parameters: {},
  matches: POD_KINDS,
};
