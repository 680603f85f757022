import type { AdmissionPolicy } from '../../admission-policy';

const STRING = { type: 'string' };
const SUBJECTS = { type: 'array', items: { type: 'object', properties: { kind: STRING, name: STRING, namespace: STRING } } };
const BINDING = { type: 'object', properties: { namespace: STRING, name: STRING, roleKind: STRING, roleName: STRING, subjects: SUBJECTS } };

export const BINDING_APPROVAL: AdmissionPolicy = {
  folder: __dirname,
  kind: 'HipaaBindingApproval',
  defaultName: 'hipaa-binding-approval',
  purpose: 'Nobody gets access by a binding that was not approved, or that does not end.',
  libraries: ['review'],
  parameters: {
    approvedBindings: { type: 'array', items: BINDING },
    phiNamespaces: { type: 'array', items: STRING },
  },
  matches: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRoleBinding', 'RoleBinding'] }],
};
