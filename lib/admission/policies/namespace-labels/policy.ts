import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

export const NAMESPACE_LABELS: AdmissionPolicy = {
  id: 'namespace-labels',
  folder: __dirname,
  kind: 'HipaaNamespaceLabels',
  defaultName: 'hipaa-namespace-labels',
  purpose: 'A PHI namespace carries the labels by which it is guarded.',
  control: Control.AC13_NAMESPACES,
  citation: '45 CFR 164.308(a)(4)(i)',
  libraries: ['review'],
  cel: ['review'],
  parameters: { podSecurityVersion: { type: 'string', pattern: '^v1[.](2[89]|[3-9][0-9])$' }, verifiedImages: { type: 'boolean' } },
  matches: [{ apiGroups: [''], kinds: ['Namespace'] }],
};
