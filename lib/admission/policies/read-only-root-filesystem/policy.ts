import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

export const READ_ONLY_ROOT_FILESYSTEM: AdmissionPolicy = {
  id: 'read-only-root-filesystem',
  folder: __dirname,
  kind: 'HipaaReadOnlyRootFilesystem',
  defaultName: 'hipaa-read-only-root-filesystem',
  purpose: 'No container writes to the file system that its image brought.',
  control: Control.PS1_PSA,
  citation: '45 CFR 164.312(a)(1)',
  libraries: ['pods', 'review', 'security-contexts'],
  cel: ['review', 'pod-spec', 'pods', 'security-contexts'],
  parameters: {},
  matches: POD_KINDS,
};
