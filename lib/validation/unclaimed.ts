import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { describe } from '../profile/errors';
import type { CheckContext } from './check-context';
import { plaintextIngresses } from './ingress-tls';
import { publishedPast } from './ingress-ways-around';
import { plaintextGateways } from './mesh/plaintext-gateways';
import { openedTunnels } from './network/open-tunnels';
import { policiesOfOthers } from './network/other-policies';
import { copiedSecrets } from './secret-copies';
import { unclaimedBindings } from './rbac/binding-findings';
import { ROLE_CONTROLS } from './rbac/judged-role';
import { untoldFindings, type SetFinding } from './set-findings';
import { mountedTokens } from './token-mounts';

type Collect = (context: CheckContext) => Iterable<SetFinding>;

/** What sets of objects are asked for the sake of PHI namespaces, with the question under which an object that claims the control is asked for it. */
const QUESTIONS: readonly (readonly [control: Control, question: string, collect: Collect, remedy: string])[] = [
  [Control.PS4_SECRETS, 'secrets in the cluster', copiedSecrets, 'mount the secret from its store: a SecretsStoreClass'],
  [Control.AC12_SA_TOKENS, 'pods with tokens', mountedTokens, 'set automountServiceAccountToken: false'],
  [Control.TX1_INGRESS, 'ways around', publishedPast, 'publish it by exposeTls of the PhiNamespace'],
  [Control.TX1_INGRESS, 'plaintext ingresses', plaintextIngresses, 'publish it by exposeTls of the PhiNamespace'],
  [Control.TX1_INGRESS, 'plaintext gateways', plaintextGateways, 'serve HTTPS, or TLS that passes through to the workload'],
  [Control.NW1_DENY_ALL, 'policies of others', policiesOfOthers, 'use NetworkPolicies of Kubernetes'],
  [Control.NW1_DENY_ALL, 'tunnels', openedTunnels, 'add a MeshDefaultDeny'],
];

/** What is wrong in PHI namespaces and what no object answers for by a claim: the object itself does. An exception of the profile takes out the control that it names. */
export function unclaimedFindings(context: CheckContext): string[] {
  const untold = [
    ...QUESTIONS.map(([control, question, collect, remedy]) => ({ control, remedy, findings: () => untoldFindings(control, context, question, collect) })),
    ...ROLE_CONTROLS.map((control) => ({ control, remedy: "bind the roles of the PhiNamespace, or one's own that gives less", findings: () => unclaimedBindings(control, context) })),
  ];
  const judged = untold.filter(({ control }) => !context.profile.exceptionFor(control));
  return judged.flatMap(({ control, remedy, findings }) => findings().flatMap(({ text, namespace, object }) => (object === undefined ? [] : [describe({
    path: object.path, problem: 'an object undoes a safeguard of a PHI namespace', value: text, rule: `control ${cite(control)}${namespace === undefined ? '' : `, in ${namespace}`}`,
    remedy: `${remedy}, or add a ControlException for the control to the profile`,
  })])));
}
