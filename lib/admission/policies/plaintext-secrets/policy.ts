import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

const STRINGS = { type: 'array', items: { type: 'string' } };

export const PLAINTEXT_SECRETS: AdmissionPolicy = {
  id: 'plaintext-secrets',
  folder: __dirname,
  kind: 'HipaaPlaintextSecrets',
  defaultName: 'hipaa-plaintext-secrets',
  purpose: 'No secret stands in clear in a ConfigMap or in a pod specification.',
  control: Control.PS4_SECRETS,
  citation: '45 CFR 164.312(a)(1)',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec'],
  beyondCel: 'it decodes base64, and reads command lines and the lines of files',
  hidesValues: true,
  parameters: { allowedNames: STRINGS, extraPatterns: STRINGS },
  matches: [...POD_KINDS, { apiGroups: [''], kinds: ['ConfigMap'] }],
};
