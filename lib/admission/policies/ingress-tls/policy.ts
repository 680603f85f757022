import type { AdmissionPolicy } from '../../admission-policy';

export const INGRESS_TLS: AdmissionPolicy = {
  folder: __dirname,
  kind: 'HipaaIngressTls',
  defaultName: 'hipaa-ingress-tls',
  purpose: 'Every name that an Ingress answers has TLS.',
  libraries: ['review'],
  parameters: {},
  matches: [{ apiGroups: ['networking.k8s.io'], kinds: ['Ingress'] }],
};
