import { isTokenPrefix, PERMANENT_CLAIMS, secondFactorBy } from '../../access/token-claims';
import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { claims } from '../rbac/judged-role';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference } from '../synthesized-object';
import { referenced } from '../terraform-references';

const KIND = 'aws_eks_identity_provider_config';

/** What is checked on the identity provider whose tokens an API server takes. */
export const IDENTITY_PROVIDER_CHECKS: readonly Check[] = [
  {
    control: Control.AC1_UNIQUE_ID,
    kind: KIND,
    check: (object, context) => {
      const cluster = at(object.content, 'cluster_name');
      const ours = cluster === context.profile.cluster || at(referenced(cluster, object, 'aws_eks_cluster', 'name', context)?.content, 'name') === context.profile.cluster;
      if (!ours) return `it is of another cluster than ${context.profile.cluster}: ${String(cluster)}`;
      const oidc = listAt(object.content, 'oidc')[0];
      const claim = at(oidc, 'username_claim');
      if (!PERMANENT_CLAIMS.includes(String(claim))) return `people are named by the claim ${String(claim)}, which may be given to another`;
      const open = ['username_prefix', 'groups_prefix'].find((prefix) => !isTokenPrefix(at(oidc, prefix)));
      if (open !== undefined) return `${open} is ${String(at(oidc, open))}: a token could name a user or group of Kubernetes' own`;
      return setFindings(Control.AC1_UNIQUE_ID, object, context, 'other identity providers', otherProviders);
    },
  },
  {
    control: Control.AC2_MFA,
    kind: KIND,
    check: (object) => {
      const required = Object.entries(at(listAt(object.content, 'oidc')[0], 'required_claims') ?? {});
      const proven = required.some(([claim, value]) => object.claims.some(({ how }) => how === secondFactorBy(claim, String(value))));
      return proven ? undefined : 'tokens need no claim, or another one, that says a second factor was used';
    },
  },
];

/** Those that nobody claims anything for; those that do answer for themselves. */
function* otherProviders(context: CheckContext): Generator<SetFinding> {
  for (const other of context.ofKind(KIND)) {
    if (!claims(other, Control.AC1_UNIQUE_ID)) yield { text: `${describeReference(other.reference)} lets others in: nobody judged how it names them` };
  }
}
