import { NetworkPolicyMode } from '../profile/network-policy-mode';

const WHEN: Readonly<Record<NetworkPolicyMode, string>> = {
  [NetworkPolicyMode.STRICT]: 'a new pod is closed until its policies are programmed',
  [NetworkPolicyMode.STANDARD]: 'a new pod is open until its policies are programmed',
};

/**
 * What an enforcer in a mode claims; the check reads it, so that an override cannot leave a strict claim on a standard enforcer.
 *
 * @internal
 */
export function enforcementIn(mode: NetworkPolicyMode): string {
  return `the Amazon VPC CNI enforces NetworkPolicies, in ${mode} mode: ${WHEN[mode]}`;
}
