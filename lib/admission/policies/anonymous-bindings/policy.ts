import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

export const ANONYMOUS_BINDINGS: AdmissionPolicy = {
  id: 'anonymous-bindings',
  folder: __dirname,
  kind: 'HipaaAnonymousBindings',
  defaultName: 'hipaa-anonymous-bindings',
  purpose: 'Nothing is given to callers that nobody knows, or to everybody who is signed in, beyond what Kubernetes gives them.',
  control: Control.AC14_ANONYMOUS,
  citation: '45 CFR 164.312(d)',
  libraries: ['review'],
  cel: ['review'],
  parameters: {},
  matches: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRole', 'ClusterRoleBinding', 'RoleBinding'] }],
};
