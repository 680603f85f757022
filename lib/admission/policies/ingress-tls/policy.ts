import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

export const INGRESS_TLS: AdmissionPolicy = {
  id: 'ingress-tls',
  folder: __dirname,
  kind: 'HipaaIngressTls',
  defaultName: 'hipaa-ingress-tls',
  purpose: 'Every name that an Ingress answers has TLS.',
  control: Control.TX1_INGRESS,
  citation: '45 CFR 164.312(e)(2)(ii)',
  libraries: ['review'],
  cel: ['review'],
  parameters: {},
  matches: [{ apiGroups: ['networking.k8s.io'], kinds: ['Ingress'] }],
};
