import { NetworkPolicyMode } from '../../profile/network-policy-mode';
import { EksPlatform } from '../../profile/platform';
import type { CheckContext } from '../check-context';
import { at } from '../content';
import { POD_TEMPLATES } from '../pod-templates';
import { describeReference } from '../synthesized-object';
import { closed, CORE_DNS } from './closed-pods';
import { closedPeers } from './closed-peers';
import { closedSecretsStore, SECRETS_STORE_CLASS } from './closed-secrets-store';
import { PolicySet } from './policy-set';
import type { Labels } from './selector';

const DNS_PORT = 53;

/** Kinds that the judgement needs of a tree; a List holds any of them. */
export const STRICT_MODE_KINDS: ReadonlySet<string> = new Set(['List', ...['Namespace', 'NetworkPolicy', SECRETS_STORE_CLASS, ...POD_TEMPLATES.keys()].flatMap((kind) => [kind, `${kind}List`])]);

/**
 * Pods that strict mode of the Amazon VPC CNI would keep closed for ever, as no NetworkPolicy selects them: CoreDNS, the agents and PHI namespaces of the
 * profile, whatever else the tree emits, and agents that what it emits rests on: those whom flows of PHI namespaces name, and what mounts secrets. Nothing where another
 * enforcer runs, or the mode is another.
 */
export function strictModeFindings(context: CheckContext): string[] {
  const { platform } = context.profile;
  if (!(platform instanceof EksPlatform) || platform.networkPolicyMode !== NetworkPolicyMode.STRICT) return [];
  return [...declaredPods(context), ...namespacesOf(context), ...workloadsOf(context), ...coreDns(context), ...closedPeers(context), ...closedSecretsStore(context)];
}

function declaredPods(context: CheckContext): string[] {
  const { phiNamespaces, names, platform } = context.profile;
  const declared: readonly (readonly [namespace: string, labels: Labels, what: string])[] = [
    ...phiNamespaces.map(({ name }) => [name, {}, 'the PHI namespace'] as const),
    [names.loggingNamespace, {}, "the log shipper's namespace"],
    ...(platform as EksPlatform).agentNamespaces.map(({ name, podLabels = {} }) => [name, podLabels, 'the agent of namespace'] as const),
  ];
  return declared.filter(([namespace, labels]) => !PolicySet.of(context, namespace).selects(labels))
    .map(([namespace, , what]) => closed(namespace, `${what} ${namespace}`, "emit the policies of the profile's HipaaCharts, or remove the override that takes one away"));
}

function namespacesOf(context: CheckContext): string[] {
  const names = context.ofKind('Namespace').map(({ reference }) => reference.name!).filter((name) => !context.isPhi(name));
  return names.filter((name) => PolicySet.of(context, name).isEmpty).map((name) => closed(name, `Namespace ${name}`, 'add a DefaultDenyPolicy, and an AllowFlow for each flow of its pods'));
}

function workloadsOf(context: CheckContext): string[] {
  return [...POD_TEMPLATES].flatMap(([kind, path]) => context.ofKind(kind).filter((workload) => {
    if (at(workload.content, ...path, 'spec', 'hostNetwork') === true) return false;
    const labels = (at(workload.content, ...path, 'metadata', 'labels') ?? {}) as Labels;
    return !PolicySet.of(context, workload.reference.namespace).selects(labels);
  }).map((workload) => closed(workload.path, describeReference(workload.reference), 'add a policy that selects its pods, such as an AllowFlow')));
}

/** Names are what everything else rests on, so that being selected is not enough. */
function coreDns(context: CheckContext): string[] {
  const policies = PolicySet.of(context, 'kube-system');
  const anybody = (): boolean => true;
  const works = policies.selects(CORE_DNS) && ['UDP', 'TCP'].every((protocol) => policies.allowsIngress(CORE_DNS, DNS_PORT, protocol, anybody) && policies.allowsEgress(CORE_DNS, DNS_PORT, protocol, anybody));
  return works ? [] : [closed('kube-system', 'CoreDNS (k8s-app: kube-dns) of kube-system', 'add a CoreDnsPolicy')];
}
