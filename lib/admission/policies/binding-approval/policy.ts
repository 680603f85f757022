import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

const STRING = { type: 'string' };
const SUBJECTS = { type: 'array', items: { type: 'object', properties: { kind: STRING, name: STRING, namespace: STRING } } };
const BINDING = { type: 'object', properties: { namespaces: { type: 'array', items: STRING }, name: STRING, roleKind: STRING, roleName: STRING, subjects: SUBJECTS } };

export const BINDING_APPROVAL: AdmissionPolicy = {
  id: 'binding-approval',
  folder: __dirname,
  kind: 'HipaaBindingApproval',
  defaultName: 'hipaa-binding-approval',
  purpose: 'Nobody gets access by a binding that was not approved, or that does not end.',
  control: Control.AC6_BREAK_GLASS,
  citation: '45 CFR 164.312(a)(2)(ii)',
  libraries: ['review'],
  cel: ['review'],
  parameters: {
    approvedBindings: { type: 'array', items: BINDING },
    phiNamespaces: { type: 'array', items: STRING },
    eks: { type: 'boolean' },
  },
  matches: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRoleBinding', 'RoleBinding'] }],
};
