import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

export const RBAC_WILDCARDS: AdmissionPolicy = {
  id: 'rbac-wildcards',
  folder: __dirname,
  kind: 'HipaaRbacWildcards',
  defaultName: 'hipaa-rbac-wildcards',
  purpose: 'No role grants by a wildcard, or leads to more rights than it names.',
  control: Control.AC4_ESCALATION,
  citation: '45 CFR 164.312(a)(1), CIS Kubernetes 5.1.3, 5.1.8',
  libraries: ['review'],
  cel: ['review'],
  parameters: {},
  matches: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRole', 'Role'] }],
};
