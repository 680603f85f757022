import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Gatekeeper's webhook passes over a namespace with this label, whatever its value. */
const IGNORED = 'admission.gatekeeper.sh/ignore';
/** What Gatekeeper does for constraints; the others are its mutations and its cache. */
const PROCESSES = ['*', 'webhook', 'audit'];

/** What publishes a PHI namespace past every Ingress, or lets an Ingress past the constraint. */
export function waysAround(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.TX1_INGRESS, object, context, 'ways around', publishedPast);
}

/** Told on the object itself where nothing claims the control. */
export function* publishedPast(context: CheckContext): Generator<SetFinding> {
  for (const config of context.ofKind('Config')) {
    const excluded = listAt(config.content, 'spec', 'match').filter((entry) => listAt(entry, 'processes').some((process) => PROCESSES.includes(String(process))))
      .flatMap((entry) => listAt(entry, 'excludedNamespaces')).map(String);
    const phi = context.profile.phiNamespaces.find(({ name }) => excluded.some((pattern) => fits(pattern, name)));
    if (phi) yield { text: `${describeReference(config.reference)} has Gatekeeper pass over ${phi.name}`, object: config };
  }
  for (const namespace of context.ofKind('Namespace')) {
    if (context.isPhi(namespace.reference.name) && at(namespace.content, 'metadata', 'labels', IGNORED) !== undefined) yield { text: `${describeReference(namespace.reference)} has the label ${IGNORED}: Gatekeeper passes over it`, object: namespace };
  }
  for (const service of context.ofKind('Service')) {
    if (!context.isPhi(service.reference.namespace)) continue;
    const type = at(service.content, 'spec', 'type');
    if (type === 'LoadBalancer' || type === 'NodePort') yield { text: `${describeReference(service.reference)} is published as a ${type}: no TLS can be seen`, object: service };
    else if (listAt(service.content, 'spec', 'externalIPs').length > 0) yield { text: `${describeReference(service.reference)} is published by externalIPs: no TLS can be seen`, object: service };
  }
}

/** Namespaces by name, with `*` at either end (Gatekeeper, exempting namespaces). */
function fits(pattern: string, name: string): boolean {
  const text = pattern.replace(/^\*|\*$/g, '');
  if (pattern === '*') return true;
  if (pattern.startsWith('*') && pattern.endsWith('*')) return name.includes(text);
  if (pattern.startsWith('*')) return name.endsWith(text);
  return pattern.endsWith('*') ? name.startsWith(text) : name === text;
}
