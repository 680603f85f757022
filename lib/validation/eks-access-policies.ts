import type { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

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
    if (WIDE.test(policy)) yield { text: `${describeReference(association.reference)} gives ${policy.split('/').at(-1)} to ${String(at(association.content, 'principal_arn'))}` };
    else if (!/^arn:[^$]*$/.test(policy)) yield { text: `${describeReference(association.reference)} gives the policy ${policy}: nobody can tell here what it grants` };
  }
}

/** Whether it holds in named namespaces alone, none of them with PHI or its logs. */
function isElsewhere({ content }: SynthesizedObject, context: CheckContext): boolean {
  const scope = listAt(content, 'access_scope')[0];
  const namespaces = listAt(scope, 'namespaces').map(String);
  return at(scope, 'type') === 'namespace' && namespaces.length > 0
    && namespaces.every((namespace) => !/[*$]/.test(namespace) && !context.isPhi(namespace) && namespace !== context.profile.names.loggingNamespace);
}
