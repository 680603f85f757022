import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy } from '../../admission-policy';

const TEXT = { type: 'string' };

export const SERVICE_ACCOUNT_TOKENS: AdmissionPolicy = {
  id: 'service-account-tokens',
  folder: __dirname,
  kind: 'HipaaServiceAccountTokens',
  defaultName: 'hipaa-service-account-tokens',
  purpose: 'No pod has a token of the API server that it does not need.',
  control: Control.AC12_SA_TOKENS,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.1.5, 5.1.6',
  libraries: ['pods', 'review'],
  cel: ['review', 'pod-spec'],
  parameters: {
    allowedServiceAccounts: { type: 'array', items: { type: 'object', required: ['namespace', 'name'], properties: { namespace: TEXT, name: TEXT } } },
    apiAudiences: { type: 'array', items: TEXT },
  },
  matches: [...POD_KINDS, { apiGroups: [''], kinds: ['Secret', 'ServiceAccount'] }],
};
