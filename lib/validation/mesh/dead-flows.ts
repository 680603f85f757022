import { cite } from '../../controls/catalogue';
import { Control } from '../../controls/control';
import { describe } from '../../profile/errors';
import { HBONE_PORT } from '../../profile/mesh-mode';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { readPolicy } from '../network/policy-set';
import { namesSomebody, selects, type Labels } from '../network/selector';
import { POD_TEMPLATES } from '../pod-templates';
import { describeReference } from '../synthesized-object';
import { admits, allows, selectorOf } from './authorization';
import { meshModeOf } from './mesh-mode-of';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * Flows between workloads of PHI namespaces that the network lets pass and the mesh does not: `connections` of cdk8s-plus and NetworkPolicies by hand know nothing of a
 * MeshDefaultDeny. Nothing reaches anybody, and what people take away then is the mesh's denial for all.
 */
export function deadFlowFindings(context: CheckContext): string[] {
  if (context.profile.exceptionFor(Control.TX2_MTLS)) return [];
  return context.ofKind('NetworkPolicy').flatMap((policy) => {
    const { namespace } = policy.reference;
    const mode = meshModeOf(namespace, context);
    if (namespace === undefined || !context.isPhi(namespace) || !(mode?.sidecars === true || mode?.ambient === true)) return [];
    const read = readPolicy(policy);
    if (!read.directions.includes('Ingress') || !namesSomebody(read.selector)) return [];
    const pods = (at(read.selector, 'matchLabels') ?? {}) as Labels;
    const dead = read.Ingress.flatMap((rule) => listAt(rule, 'from').map((peer) => deadPeer(peer, rule, pods, namespace, context))).find((text) => text !== undefined);
    return dead === undefined ? [] : [describe({
      path: policy.path, problem: `${describeReference(policy.reference)} lets a flow pass that the mesh denies`, value: dead,
      rule: `control ${cite(Control.TX2_MTLS)}: in a mesh that denies by default, an AuthorizationPolicy lets each flow in`, remedy: 'use allow of the PhiNamespace in its place: it makes the policies of the network and of the mesh',
    })];
  });
}

function deadPeer(peer: unknown, rule: unknown, pods: Labels, namespace: string, context: CheckContext): string | undefined {
  const selector = at(peer, 'podSelector');
  if (!namesSomebody(selector)) return undefined;
  const named = at(peer, 'namespaceSelector', 'matchLabels', NAMESPACE_NAME);
  const from = at(peer, 'namespaceSelector') === undefined ? namespace : named;
  if (typeof from !== 'string' || !context.isPhi(from)) return undefined;
  // Policies that may be for these pods; where none is, the mesh lets everybody in.
  const policies = context.inNamespace('AuthorizationPolicy', namespace).filter(({ content }) => allows(content)
    && Object.entries(selectorOf(content)).every(([label, value]) => pods[label] === undefined || pods[label] === value));
  if (policies.length === 0) return undefined;
  const rules = policies.flatMap(({ content }) => listAt(content, 'spec', 'rules'));
  const ports = listAt(rule, 'ports').map((entry) => at(entry, 'port')).filter((port): port is number => typeof port === 'number' && port !== HBONE_PORT);
  const accounts = accountsOf(selector, from, context);
  for (const account of accounts.length === 0 ? [undefined] : accounts) {
    const open = rules.filter((one) => admits(one, from, account, namespace));
    const port = ports.find((number) => !open.some((one) => isForPort(one, number)));
    if (open.length === 0) return `no AuthorizationPolicy lets ${account === undefined ? `workloads of ${from}` : `the ServiceAccount ${from}/${account}`} in`;
    if (port !== undefined) return `no AuthorizationPolicy lets ${from} in on port ${port}`;
  }
  return undefined;
}

/** ServiceAccounts of the workloads that a selector takes, as far as they are among the objects. */
function accountsOf(selector: unknown, namespace: string, context: CheckContext): string[] {
  const workloads = [...POD_TEMPLATES].flatMap(([kind, path]) => context.inNamespace(kind, namespace).map(({ content }) => at(content, ...path)));
  return [...new Set(workloads.filter((template) => selects(selector, (at(template, 'metadata', 'labels') ?? {}) as Labels)).map((template) => String(at(template, 'spec', 'serviceAccountName') ?? 'default')))];
}

function isForPort(rule: unknown, port: number): boolean {
  const operations = listAt(rule, 'to').map((entry) => at(entry, 'operation'));
  return operations.length === 0 || operations.some((operation) => {
    const ports = listAt(operation, 'ports').map(String);
    return ports.length === 0 || ports.includes('*') || ports.includes(String(port));
  });
}
