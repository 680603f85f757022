import type { CheckContext } from '../check-context';
import { at } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';

/** What keeps a policy from demanding mutual TLS of every pod of its namespace, on every port. */
export function notStrict({ content }: SynthesizedObject): string | undefined {
  if (at(content, 'spec', 'mtls', 'mode') !== 'STRICT') return `the mode is ${String(at(content, 'spec', 'mtls', 'mode') ?? 'not set')}, and not STRICT`;
  if (selectsSome(content)) return 'the policy selects some workloads, and not all of the namespace';
  const port = laxPort(content);
  return port && `the policy excepts port ${port}`;
}

/** Another policy of the namespace that takes plaintext for some of it. A workload's own wins over the namespace's; of two of the namespace's, the older. */
export function laxBeside(object: SynthesizedObject, context: CheckContext): string | undefined {
  for (const other of context.inNamespace('PeerAuthentication', object.reference.namespace)) {
    if (other === object) continue;
    const mode = at(other.content, 'spec', 'mtls', 'mode') ?? 'UNSET';
    const name = describeReference(other.reference);
    const port = laxPort(other.content);
    if (port !== undefined) return `${name} excepts port ${port}`;
    // What a workload's policy leaves open it has from the namespace; what the namespace's leaves open, from the mesh.
    if (mode !== 'STRICT' && !(mode === 'UNSET' && selectsSome(other.content))) return `${name} sets the mode ${String(mode)} beside it`;
  }
  return undefined;
}

function selectsSome(content: unknown): boolean {
  return Object.keys((at(content, 'spec', 'selector', 'matchLabels') ?? {}) as object).length > 0;
}

function laxPort(content: unknown): string | undefined {
  const ports = (at(content, 'spec', 'portLevelMtls') ?? {}) as Record<string, unknown>;
  return Object.keys(ports).find((port) => !['STRICT', 'UNSET', undefined].includes(at(ports[port], 'mode') as string | undefined));
}
