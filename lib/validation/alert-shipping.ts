import type { CheckContext } from './check-context';
import { at } from './content';
import { carried } from './log-shipping';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/**
 * What keeps what a container of a DaemonSet writes to standard output from the archive: every shipper has a flaw, or there is none. `missesNodes` says which nodes a pod is
 * kept from.
 */
export function alertsStay(
  { reference: { name, namespace } }: SynthesizedObject, container: string, context: CheckContext, missesNodes: (pod: unknown, program: string) => string | undefined,
): string | undefined {
  const log = { what: 'the logs of containers', folder: '/var/log', file: '/var/log/containers/*.log', sample: `/var/log/containers/${name}-x2x4b_${namespace}_${container}-0123456789ab.log` };
  const flaws: string[] = [];
  for (const shipper of context.ofKind('DaemonSet')) {
    const flaw = carried(shipper, context, log) ?? missesNodes(at(shipper.content, 'spec', 'template', 'spec'), 'log shipper');
    if (flaw === undefined) return undefined;
    // Of the others, only one that reads them says why.
    if (!flaw.includes('does not see') && !flaw.includes('does not read') && !flaw.includes('no configuration')) flaws.push(`${describeReference(shipper.reference)}: ${flaw}`);
  }
  return `alerts stay on the node: ${flaws[0] ?? 'no FluentBitShipper of LogSource.CONTAINERS is in the set'}`;
}
