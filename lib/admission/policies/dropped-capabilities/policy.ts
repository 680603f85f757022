import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const DROPPED_CAPABILITIES: AdmissionPolicy = {
  id: 'dropped-capabilities',
  folder: __dirname,
  kind: 'HipaaDroppedCapabilities',
  defaultName: 'hipaa-dropped-capabilities',
  purpose: 'Every container drops the capabilities of root.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.8, 5.2.9',
  libraries: ['pods', 'review', 'security-contexts'],
  cel: ['review', 'pod-spec', 'pods', 'security-contexts'],
  parameters: { allowedCapabilities: { type: 'array', items: { type: 'string', enum: ['NET_BIND_SERVICE'] } } },
  matches: POD_KINDS,
};
