import { cite } from '../controls/catalogue';
import { ClaimKind } from '../controls/safeguard';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { describe } from '../profile/errors';
import type { HipaaProfile } from '../profile/profile';
import { CheckContext } from './check-context';
import { checkFor } from './checks';
import { repositoryFindings } from './image-repositories';
import { deadFlowFindings } from './mesh/dead-flows';
import { policyRuleFindings } from './network/policy-rules';
import { quotaFindings } from './quota-fit';
import { unclaimedFindings } from './unclaimed';
import { workloadFindings } from './workload-security';

/**
 * Compares what constructs claim with what was synthesized, patches and overrides included: where an object no longer does what its
 * construct says, the output would look right and not be enforced. Workloads of PHI namespaces are judged whether something claims them or not, and whether quotas let them in;
 * so is whatever else undoes a safeguard there, where no object answers for it.
 */
export function verifyClaims(objects: readonly SynthesizedObject[], profile: HipaaProfile): string[] {
  const context = new CheckContext(profile, objects);
  const unmet = objects.flatMap((object) => object.claims
    .filter((claim) => claim.kind === ClaimKind.IMPLEMENTS && !profile.exceptionFor(claim.control))
    .flatMap((claim) => {
      const failure = checkFor(claim.control, object)?.check(object, context);
      return failure === undefined ? [] : [describe({
        path: object.path,
        problem: `${describeReference(object.reference)} does not enforce what its construct claims`,
        value: failure,
        rule: `control ${cite(claim.control)}`,
        remedy: 'remove the patch or override that weakens it, or add a ControlException for the control to the profile',
      })];
    }));
  return [
    ...unmet, ...workloadFindings(context), ...quotaFindings(context), ...repositoryFindings(context),
    ...policyRuleFindings(context, true), ...deadFlowFindings(context), ...unclaimedFindings(context),
  ];
}
