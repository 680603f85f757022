import { Control } from '../../controls/control';
import { HBONE_PORT } from '../../profile/mesh-mode';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { allows, isForAll, isForEveryone } from '../mesh/authorization';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { readPolicy } from './policy-set';

/**
 * Policies that open the tunnel of an ambient mesh into a PHI namespace in which no policy of the mesh denies by default: the network sees one port for all of them, so that
 * whoever may speak on it reaches every port.
 */
export function openTunnels(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.NW1_DENY_ALL, object, context, 'tunnels', openedTunnels);
}

/** Told on the policy that opens the tunnel where nothing claims the control. */
export function* openedTunnels(context: CheckContext): Generator<SetFinding> {
  for (const { name: namespace } of context.profile.phiNamespaces) {
    const opening = context.inNamespace('NetworkPolicy', namespace).find(opensTunnel);
    if (!opening) continue;
    const policies = context.inNamespace('AuthorizationPolicy', namespace).filter(({ content }) => allows(content));
    const tunnel = `${describeReference(opening.reference)} opens port ${HBONE_PORT}, which stands for every port in an ambient mesh`;
    if (!policies.some(({ content }) => isForAll(content) && listAt(content, 'spec', 'rules').length === 0)) yield { text: `${tunnel}, and no AuthorizationPolicy denies by default`, namespace, object: opening };
    const open = policies.find(({ content }) => listAt(content, 'spec', 'rules').some(isForEveryone));
    if (open) yield { text: `${tunnel}, and ${describeReference(open.reference)} has a rule that lets everybody in`, namespace, object: open };
  }
}

function opensTunnel(policy: SynthesizedObject): boolean {
  const { directions, Ingress: rules } = readPolicy(policy);
  return directions.includes('Ingress') && rules.some((rule) => listAt(rule, 'ports').some((entry) => {
    const first = at(entry, 'port');
    return (at(entry, 'protocol') ?? 'TCP') === 'TCP' && typeof first === 'number' && first <= HBONE_PORT && HBONE_PORT <= Number(at(entry, 'endPort') ?? first);
  }));
}
