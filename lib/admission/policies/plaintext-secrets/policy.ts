import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

const STRINGS = { type: 'array', items: { type: 'string' } };

export const PLAINTEXT_SECRETS: AdmissionPolicy = {
  folder: __dirname,
  kind: 'HipaaPlaintextSecrets',
  defaultName: 'hipaa-plaintext-secrets',
  purpose: 'No secret stands in clear in a ConfigMap or in a pod specification.',
  libraries: ['pods', 'review'],
  parameters: { allowedNames: STRINGS, extraPatterns: STRINGS },
  matches: [...POD_KINDS, { apiGroups: [''], kinds: ['ConfigMap'] }],
};
