import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

export const SERVICE_EXPOSURE: AdmissionPolicy = {
  id: 'service-exposure',
  folder: __dirname,
  kind: 'HipaaServiceExposure',
  defaultName: 'hipaa-service-exposure',
  purpose: 'What a Service opens outside of the cluster is TLS as far as the pods.',
  control: Control.TX1_INGRESS,
  citation: '45 CFR 164.312(e)(2)(ii)',
  libraries: ['review'],
  cel: ['review'],
  parameters: { tlsPorts: { type: 'array', items: { type: 'integer' } } },
  matches: [{ apiGroups: [''], kinds: ['Service'] }],
};
