import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { closed, CORE_DNS } from './closed-pods';
import { PolicySet, readPolicy, type Direction } from './policy-set';
import { labelsOfAnybody, selects, type Labels } from './selector';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * Pods of other namespaces with which policies of PHI namespaces let flows pass, and which nothing lets take their part: a flow needs both of its ends. Each is told once.
 * Flows between PHI namespaces are left out, as every pod there is selected, and CoreDNS, which is judged by itself.
 */
export function closedPeers(context: CheckContext): string[] {
  const told = new Map<string, string>();
  for (const { name } of context.profile.phiNamespaces) {
    for (const policy of context.inNamespace('NetworkPolicy', name)) {
      for (const flow of flowsOf(policy)) {
        if (context.isPhi(flow.namespace) || (flow.namespace === 'kube-system' && selects({ matchLabels: CORE_DNS }, flow.pod))) continue;
        const [key, finding] = judge(context, flow) ?? [];
        if (key !== undefined && finding !== undefined && !told.has(key)) told.set(key, finding);
      }
    }
  }
  return [...told.values()];
}

/** What a policy says of pods of a namespace that it names. */
interface Flow {
  readonly policy: SynthesizedObject;
  readonly direction: Direction;
  readonly rule: unknown;
  readonly namespace: string;
  readonly selector: unknown;
  /** One of the pods; without labels where all of the namespace are meant. */
  readonly pod: Labels;
}

function* flowsOf(policy: SynthesizedObject): Generator<Flow> {
  const read = readPolicy(policy);
  for (const direction of read.directions) {
    for (const rule of read[direction]) {
      for (const peer of listAt(rule, direction === 'Ingress' ? 'from' : 'to')) {
        const selector = at(peer, 'podSelector') ?? {};
        for (const namespace of namespacesNamed(at(peer, 'namespaceSelector'))) yield { policy, direction, rule, namespace, selector, pod: examplePod(selector) };
      }
    }
  }
}

function judge(context: CheckContext, flow: Flow): [key: string, finding: string] | undefined {
  const { policy, direction, namespace, selector, pod } = flow;
  const others = PolicySet.of(context, namespace);
  const key = JSON.stringify([namespace, selector]);
  const value = `pods ${JSON.stringify(selector)} of ${namespace}, whom ${describeReference(policy.reference)} names`;
  if (Object.keys(pod).length === 0 ? others.isEmpty : !others.selects(pod)) return [key, closed(namespace, value, `add ${agentOf(namespace)} to agentNamespaces of Platform.eks, or a policy of your own that selects the pods`)];
  const port = shutPort(context, flow, others);
  if (port === undefined) return undefined;
  const [way, prop] = direction === 'Ingress' ? ['to', 'podPorts'] : ['from', 'clientPorts'];
  return [`${key} ${direction} ${port}`, closed(namespace, `${value}, ${way} ${policy.reference.namespace} on port ${port}`, `name the port in ${prop} of the agent in agentNamespaces of Platform.eks, or add a policy of your own that lets the flow pass`)];
}

/** A port of the flow that the policies of the other end keep shut. A name is one of a port of the pods, which nobody knows here. */
function shutPort(context: CheckContext, { policy, direction, rule, pod }: Flow, others: PolicySet): number | undefined {
  const accept = (peer: unknown): boolean => takes(context, peer, policy.reference.namespace!);
  return listAt(rule, 'ports').map((entry) => ({ port: at(entry, 'port'), protocol: String(at(entry, 'protocol') ?? 'TCP') }))
    .filter((entry): entry is { port: number; protocol: string } => typeof entry.port === 'number')
    .find(({ port, protocol }) => !(direction === 'Ingress' ? others.allowsEgress(pod, port, protocol, accept) : others.allowsIngress(pod, port, protocol, accept)))?.port;
}

function agentOf(namespace: string): string {
  return namespace === 'ingress-nginx' ? 'AgentNamespace.ingressNginx([...])' : `{ name: '${namespace}', ... }`;
}

/** Whether a peer of the other end's rule is, or may be, a pod of a PHI namespace. */
function takes(context: CheckContext, peer: unknown, namespace: string): boolean {
  if ((at(peer, 'ipBlock') ?? undefined) !== undefined) return true;
  const selector = at(peer, 'namespaceSelector') ?? undefined;
  const labels = (at(context.find('Namespace', undefined, namespace)?.content, 'metadata', 'labels') ?? {}) as Labels;
  return selector !== undefined && selects(selector, { ...labels, [NAMESPACE_NAME]: namespace });
}

/** Namespaces that a selector names one by one. */
function namespacesNamed(selector: unknown): string[] {
  const name = at(selector, 'matchLabels', NAMESPACE_NAME);
  if (typeof name === 'string') return [name];
  return listAt(selector, 'matchExpressions').filter((requirement) => at(requirement, 'key') === NAMESPACE_NAME && at(requirement, 'operator') === 'In').flatMap((requirement) => listAt(requirement, 'values').map(String));
}

/** Labels of a pod that a selector takes, and no more than it asks for. */
function examplePod(selector: unknown): Labels {
  const chosen = listAt(selector, 'matchExpressions').filter((requirement) => at(requirement, 'operator') === 'In').map((requirement) => [String(at(requirement, 'key')), String(listAt(requirement, 'values')[0])]);
  return { ...labelsOfAnybody(selector), ...Object.fromEntries(chosen) as Labels, ...(at(selector, 'matchLabels') ?? {}) as Labels };
}
