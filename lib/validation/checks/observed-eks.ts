import { EksPostconditions } from '../../access/eks-postconditions';
import { Control } from '../../controls/control';
import { partitionOf } from '../../profile/aws';
import { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Check } from '../check';
import { at, listAt } from '../content';
import type { SynthesizedObject } from '../synthesized-object';

const KIND = 'data.aws_eks_cluster';

/** What is checked on a cluster that is only read: what Terraform demands of it stands in the output, word for word. */
export const OBSERVED_EKS_CHECKS: readonly Check[] = [
  {
    control: Control.AU1_AUDIT_POLICY,
    kind: KIND,
    check: (object, { profile }) => notObserved(object, profile) ?? (demands(object, EksPostconditions.LOG_TYPES) ? undefined : 'no postcondition demands all five log types'),
  },
  {
    control: Control.AC9_PRIVATE_API,
    kind: KIND,
    check: (object, { profile }) => {
      const flaw = notObserved(object, profile);
      if (flaw !== undefined) return flaw;
      if (!demands(object, EksPostconditions.PUBLIC_ENDPOINT_OFF)) return 'no postcondition demands that the public endpoint is off';
      return demands(object, EksPostconditions.PRIVATE_ENDPOINT_ON) ? undefined : 'no postcondition demands that the private endpoint is on';
    },
  },
];

/** What keeps Terraform from reading the cluster of the profile, in each plan. */
function notObserved(object: SynthesizedObject, { cluster, platform }: HipaaProfile): string | undefined {
  if (at(object.content, 'name') !== cluster) return `the cluster is ${String(at(object.content, 'name'))}, not ${cluster}`;
  if (listAt(object.content, 'depends_on').length > 0) return 'it depends on other resources: while they change it is read too late for the plan';
  if (!(platform instanceof EksPlatform)) return undefined;
  const { region, account } = platform;
  return demands(object, `\${self.arn == "arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${cluster}"}`) ? undefined : 'no postcondition demands the ARN of the cluster';
}

function demands({ content }: SynthesizedObject, condition: string): boolean {
  return listAt(content, 'lifecycle').flatMap((block) => listAt(block, 'postcondition')).some((postcondition) => at(postcondition, 'condition') === condition);
}
