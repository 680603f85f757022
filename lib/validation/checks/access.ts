import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { accessPolicies } from '../eks-access-policies';
import { bindingFindings } from '../rbac/binding-findings';
import { forbiddenBy, judgeRole, ROLE_CONTROLS } from '../rbac/judged-role';
import type { SynthesizedObject } from '../synthesized-object';

const grantsNothingForbidden = (control: Control, kind: string): Check => ({
  control,
  kind,
  check: (object, context) => {
    const own = forbiddenBy(control, judgeRole(object, context), object);
    return both(both(own && `the role ${own}`, bindingFindings(control, object, context)), administrators(control, object, context));
  },
});

const bindsOneGroup = (kind: string, roleKind: string): Check => ({
  control: Control.AC3_LEAST_PRIVILEGE,
  kind,
  check: (object, context) => both(both(misboundGroup(object, roleKind, context), givenBeyond(object, context)), administrators(Control.AC3_LEAST_PRIVILEGE, object, context)),
});

/** What is checked on roles and bindings: each by itself, and what all bindings of a PHI namespace give together. */
export const ACCESS_CHECKS: readonly Check[] = [
  ...ROLE_CONTROLS.flatMap((control) => ['Role', 'ClusterRole'].map((kind) => grantsNothingForbidden(control, kind))),
  bindsOneGroup('RoleBinding', 'Role'),
  bindsOneGroup('ClusterRoleBinding', 'ClusterRole'),
];

function misboundGroup({ content }: SynthesizedObject, roleKind: string, { profile: { groups } }: CheckContext): string | undefined {
  const subjects = listAt(content, 'subjects');
  if (subjects.length === 0) return 'the binding has no subject';
  for (const subject of subjects) {
    if (at(subject, 'kind') !== 'Group') return `the binding has a subject that is no group: ${String(at(subject, 'kind'))} ${String(at(subject, 'name'))}`;
    if (String(at(subject, 'name')).startsWith('system:')) return `the binding gives the role to ${String(at(subject, 'name'))}, a group of Kubernetes' own`;
  }
  if (subjects.length > 1) return `the binding has ${subjects.length} subjects`;
  const group = String(at(subjects[0], 'name'));
  if (!group.startsWith(groups.groupsPrefix)) return `the binding gives the role to ${group}, which the cluster does not know: its groups begin with ${groups.groupsPrefix}`;
  // The roles that the profile names a group for; a role of one's own may go to any group of the identity provider.
  const named = new Map([['hipaa-auditor', groups.auditors], ['hipaa-developer', groups.developers], ['hipaa-security-admin', groups.securityAdmins]])
    .get(String(at(content, 'roleRef', 'name')));
  if (named !== undefined && group !== groups.inCluster(named)) return `the binding gives the role to ${group}, and the profile to ${groups.inCluster(named)}`;
  return at(content, 'roleRef', 'kind') === roleKind ? undefined : `the binding gives a ${String(at(content, 'roleRef', 'kind'))}, not a ${roleKind}`;
}

/** Access entries of EKS give permissions beside every role. */
function administrators(control: Control, object: SynthesizedObject, context: CheckContext): string | undefined {
  return control === Control.AC3_LEAST_PRIVILEGE ? accessPolicies(control, object, context) : undefined;
}

const givenBeyond = (object: SynthesizedObject, context: CheckContext): string | undefined => bindingFindings(Control.AC3_LEAST_PRIVILEGE, object, context);

function both(first: string | undefined, second: string | undefined): string | undefined {
  return first !== undefined && second !== undefined ? `${first}; ${second}` : first ?? second;
}
