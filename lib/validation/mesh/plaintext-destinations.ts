import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { meshModeOf, waypointOf } from './mesh-mode-of';

/** Where rules hold for the whole mesh, by Istio's default. */
const ROOT_NAMESPACE = 'istio-system';

/** What has proxies send plaintext from or to a PHI namespace, or writes their configuration by hand, or is encrypted on paper alone. */
export function plaintextDestinations(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.TX2_MTLS, object, context, 'plaintext destinations', find);
}

function* find(context: CheckContext): Generator<SetFinding> {
  for (const rule of context.ofKind('DestinationRule')) {
    const { namespace } = rule.reference;
    const host = String(at(rule.content, 'spec', 'host'));
    const phi = context.isPhi(namespace) ? namespace : context.profile.phiNamespaces.find(({ name }) => reaches(host, name))?.name;
    if (phi === undefined) continue;
    const port = plaintextIn(rule.content);
    if (port !== undefined) yield { text: `${describeReference(rule.reference)} has proxies send plaintext to ${host}${port}`, namespace: phi };
    if (phi === namespace && originatesTls(rule.content) && nobodyReads(host, namespace, context)) {
      yield { text: `${describeReference(rule.reference)} has nobody begin TLS to ${host}: ztunnel reads no DestinationRule, and what a workload sends there goes out as it is`, namespace };
    }
  }
  for (const filter of context.ofKind('EnvoyFilter')) {
    const { namespace } = filter.reference;
    if (context.isPhi(namespace)) yield { text: `${describeReference(filter.reference)} rewrites the proxies of its namespace: nobody read it`, namespace };
    else if (namespace === ROOT_NAMESPACE) yield { text: `${describeReference(filter.reference)} rewrites the proxies of the mesh: nobody read it` };
  }
}

/** Whether a host of another namespace's rule is, or has among it, a Service of this one. A short name is of the rule's own namespace. */
function reaches(host: string, namespace: string): boolean {
  if (host === '*') return true;
  const service = `.${namespace}.svc.cluster.local`;
  if (host.startsWith('*.')) return service.endsWith(host.slice(1)) || host.slice(1) === service;
  return host.endsWith(service) || host.endsWith(`.${namespace}`) || host.endsWith(`.${namespace}.svc`) || new RegExp(`\\.${namespace}\\.svc\\.`).test(host);
}

/** Whether a namespace is ambient, and no waypoint stands before the host. */
function nobodyReads(host: string, namespace: string, context: CheckContext): boolean {
  const mode = meshModeOf(namespace, context);
  if (mode?.ambient !== true || mode.sidecars || mode.waypoint !== undefined) return false;
  return !context.ofGroup('networking.istio.io').some(({ reference, content }) => reference.kind === 'ServiceEntry' && reference.namespace === namespace
    && listAt(content, 'spec', 'hosts').includes(host) && waypointOf(at(content, 'metadata', 'labels')) !== undefined);
}

function originatesTls(content: unknown): boolean {
  return policiesOf(content).some((policy) => [at(policy, 'tls'), ...listAt(policy, 'portLevelSettings').map((settings) => at(settings, 'tls'))]
    .some((tls) => ['SIMPLE', 'MUTUAL'].includes(String(at(tls, 'mode')))));
}

function policiesOf(content: unknown): readonly unknown[] {
  return [at(content, 'spec', 'trafficPolicy'), ...listAt(content, 'spec', 'subsets').map((subset) => at(subset, 'trafficPolicy'))];
}

/** Where a rule sends plaintext: '' for all of it; undefined for nowhere. Settings of TLS without a mode are of the mode DISABLE. */
function plaintextIn(content: unknown): string | undefined {
  for (const policy of policiesOf(content)) {
    if (isPlaintext(at(policy, 'tls'))) return '';
    const port = listAt(policy, 'portLevelSettings').find((settings) => isPlaintext(at(settings, 'tls')));
    if (port !== undefined) return ` on port ${String(at(port, 'port', 'number'))}`;
  }
  return undefined;
}

function isPlaintext(tls: unknown): boolean {
  return tls !== undefined && tls !== null && (at(tls, 'mode') ?? 'DISABLE') === 'DISABLE';
}
