import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Pods of PHI namespaces that ask for a token, which outweighs what their ServiceAccount says. */
export function tokenMounts(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.AC12_SA_TOKENS, object, context, 'pods with tokens', find);
}

function* find(context: CheckContext): Generator<SetFinding> {
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.ofKind(kind)) {
      const { namespace } = workload.reference;
      if (namespace === undefined || !context.isPhi(namespace) || at(workload.content, ...path, 'spec', 'automountServiceAccountToken') !== true) continue;
      yield { text: `${describeReference(workload.reference)} sets automountServiceAccountToken: true`, namespace };
    }
  }
}
