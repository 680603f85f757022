import { Control } from '../../../controls/control';
import { POD_KINDS, type AdmissionPolicy, type MatchedKinds } from '../../admission-policy';

const NETWORK_POLICIES: MatchedKinds = { apiGroups: ['networking.k8s.io'], kinds: ['NetworkPolicy'] };

export const DEFAULT_DENY: AdmissionPolicy = {
  id: 'default-deny',
  folder: __dirname,
  kind: 'HipaaDefaultDeny',
  defaultName: 'hipaa-default-deny',
  purpose: 'Pods run where NetworkPolicies deny every flow by default.',
  control: Control.NW1_DENY_ALL,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.3.2',
  libraries: ['pods', 'review'],
  beyondCel: 'it looks at the NetworkPolicies of the namespace',
  inventory: [{ apiGroups: [''], kinds: ['Namespace'] }, NETWORK_POLICIES],
  parameters: {},
  matches: [...POD_KINDS, NETWORK_POLICIES],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
};
