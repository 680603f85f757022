import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { claims } from './rbac/judged-role';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenced } from './terraform-references';

/** Access policies of EKS that change workloads or read Secrets (Amazon EKS, access policy permissions). */
const WIDE = /:cluster-access-policy\/AmazonEKS(ClusterAdmin|Admin|AdminView|Edit|SecretReader)Policy$/;

/** Access that EKS gives beside RBAC to more than reads, where PHI or the log shipper is: told once for a control. */
export function accessPolicies(control: Control, object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(control, object, context, 'EKS access policies', findWide);
}

function* findWide(context: CheckContext): Generator<SetFinding> {
  for (const association of context.ofKind('aws_eks_access_policy_association')) {
    const policy = String(at(association.content, 'policy_arn'));
    if (isElsewhere(association, context)) continue;
    if (!/^arn:[^$]*$/.test(policy)) yield { text: `${describeReference(association.reference)} gives the policy ${policy}: nobody can tell here what it grants` };
    else if (WIDE.test(policy) && !isAdministrator(association, context)) yield { text: `${describeReference(association.reference)} gives ${policy.split('/').at(-1)} to ${String(at(association.content, 'principal_arn'))}` };
  }
}

/** Whether it is for the pipeline, which applies the manifests, or for emergencies: a role whose alarm, reason and hour control AC6 is checked for. */
function isAdministrator(association: SynthesizedObject, context: CheckContext): boolean {
  const { names, terraformRole } = context.profile;
  const principal = String(at(association.content, 'principal_arn'));
  if (principal === terraformRole) return true;
  const role = principal === names.breakGlassRoleArn
    ? context.ofKind('aws_iam_role').find((candidate) => at(candidate.content, 'name') === names.breakGlassRole)
    : referenced(principal, association, 'aws_iam_role', 'arn', context);
  return role !== undefined && at(role.content, 'name') === names.breakGlassRole && claims(role, Control.AC6_BREAK_GLASS);
}

/** Whether it holds in named namespaces alone, none of them with PHI or its logs. */
function isElsewhere({ content }: SynthesizedObject, context: CheckContext): boolean {
  const scope = listAt(content, 'access_scope')[0];
  const namespaces = listAt(scope, 'namespaces').map(String);
  return at(scope, 'type') === 'namespace' && namespaces.length > 0
    && namespaces.every((namespace) => !/[*$]/.test(namespace) && !context.isPhi(namespace) && namespace !== context.profile.names.loggingNamespace);
}
