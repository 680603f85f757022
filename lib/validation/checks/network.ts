import { Control } from '../../controls/control';
import type { Check } from '../check';
import { at, listAt } from '../content';
import { openTunnels } from '../network/open-tunnels';
import { otherPolicies } from '../network/other-policies';
import { PolicySet } from '../network/policy-set';

/** Whether a selector is there and empty: it takes every pod. */
const selectsAll = (content: unknown): boolean => {
  const selector = at(content, 'spec', 'podSelector');
  return typeof selector === 'object' && selector !== null && Object.keys(selector).length === 0;
};

/** What is checked on network policies. */
export const NETWORK_CHECKS: readonly Check[] = [
  {
    control: Control.NW1_DENY_ALL,
    kind: 'NetworkPolicy',
    check: (object, context) => {
      const { content, reference } = object;
      if (!selectsAll(content)) return 'the policy does not select every pod';
      const types = listAt(content, 'spec', 'policyTypes');
      if (!types.includes('Ingress') || !types.includes('Egress')) return 'the policy does not name both directions';
      if (listAt(content, 'spec', 'ingress').length + listAt(content, 'spec', 'egress').length > 0) return 'the policy allows flows';
      return PolicySet.of(context, reference.namespace).opening(['Ingress', 'Egress']) ?? otherPolicies(object, context) ?? openTunnels(object, context);
    },
  },
  {
    control: Control.NW3_EGRESS_DNS,
    kind: 'NetworkPolicy',
    check: ({ content, reference }, context) => {
      if (!selectsAll(content)) return 'the policy does not select every pod';
      if (!listAt(content, 'spec', 'policyTypes').includes('Egress')) return 'the policy does not name the direction Egress';
      for (const rule of listAt(content, 'spec', 'egress')) {
        if (listAt(rule, 'to').length === 0) return 'the policy allows DNS to everyone';
        if (listAt(rule, 'ports').length === 0 || listAt(rule, 'ports').some((port) => at(port, 'port') !== 53 || at(port, 'endPort') !== undefined)) return 'the policy allows more than port 53';
      }
      const policies = PolicySet.of(context, reference.namespace);
      return policies.wayToMetadata() ?? policies.opening(['Egress']);
    },
  },
];
