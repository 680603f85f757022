import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';

/** Policies for the whole cluster by an administrator: one that allows, or passes over, decides before any NetworkPolicy, and a baseline after all of them. */
const ADMIN_GROUP = 'policy.networking.k8s.io';
/** Groups of enforcers with policies of their own: Calico, Cilium, the Amazon VPC CNI. */
const ENFORCER_GROUPS = ['projectcalico.org', 'crd.projectcalico.org', 'cilium.io', 'networking.k8s.aws'];

/** Policies beside Kubernetes' own that could open what a PHI namespace's default deny closes: nobody reads them here. */
export function otherPolicies(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.NW1_DENY_ALL, object, context, 'policies of others', policiesOfOthers);
}

/** Told on the policy itself where nothing claims the control. */
export function* policiesOfOthers(context: CheckContext): Generator<SetFinding> {
  for (const policy of context.ofGroup(ADMIN_GROUP)) {
    const rules = [...listAt(policy.content, 'spec', 'ingress'), ...listAt(policy.content, 'spec', 'egress')];
    const opening = rules.find((rule) => at(rule, 'action') !== 'Deny');
    if (opening !== undefined) yield { text: `${describeReference(policy.reference)} has a rule with the action ${String(at(opening, 'action'))}: what it opens cannot be judged here`, object: policy };
  }
  for (const policy of ENFORCER_GROUPS.flatMap((group) => context.ofGroup(group))) {
    const { kind, namespace } = policy.reference;
    if (!kind?.endsWith('Policy') || kind.startsWith('Staged') || (namespace !== undefined && !context.isPhi(namespace))) continue;
    yield { text: `${describeReference(policy.reference)} of ${policy.reference.apiVersion} cannot be judged here`, object: policy, ...(namespace === undefined ? {} : { namespace }) };
  }
}
