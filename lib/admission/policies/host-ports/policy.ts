import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const HOST_PORTS: AdmissionPolicy = {
  id: 'host-ports',
  folder: __dirname,
  kind: 'HipaaHostPorts',
  defaultName: 'hipaa-host-ports',
  purpose: 'No container of any kind listens on a port of its node.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.12',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec', 'pods'],
  parameters: {},
  matches: POD_KINDS,
};
