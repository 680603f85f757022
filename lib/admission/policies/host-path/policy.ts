import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const HOST_PATH: AdmissionPolicy = {
  id: 'host-path',
  folder: __dirname,
  kind: 'HipaaHostPath',
  defaultName: 'hipaa-host-path',
  purpose: 'No volume is a folder or a disk of the node.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.11',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec'],
  parameters: { phiNamespaces: { type: 'array', items: { type: 'string' } } },
  matches: [...POD_KINDS, { apiGroups: [''], kinds: ['PersistentVolume'] }],
};
