import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const HOST_NAMESPACES: AdmissionPolicy = {
  id: 'host-namespaces',
  folder: __dirname,
  kind: 'HipaaHostNamespaces',
  defaultName: 'hipaa-host-namespaces',
  purpose: 'No pod shares the network, the processes or the shared memory of its node.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.3, 5.2.4, 5.2.5',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec', 'pods'],
  parameters: {},
  matches: POD_KINDS,
};
