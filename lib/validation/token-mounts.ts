import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at } from './content';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Where the pod's specification is, by kind. */
const POD_SPECS: readonly (readonly [kind: string, path: readonly string[]])[] = [
  ['Pod', ['spec']],
  ['PodTemplate', ['template', 'spec']],
  ...['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet'].map((kind) => [kind, ['spec', 'template', 'spec']] as const),
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
];

/** Pods of PHI namespaces that ask for a token, which outweighs what their ServiceAccount says. */
export function tokenMounts(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.AC12_SA_TOKENS, object, context, 'pods with tokens', find);
}

function* find(context: CheckContext): Generator<SetFinding> {
  for (const [kind, path] of POD_SPECS) {
    for (const workload of context.ofKind(kind)) {
      const { namespace } = workload.reference;
      if (namespace === undefined || !context.isPhi(namespace) || at(workload.content, ...path, 'automountServiceAccountToken') !== true) continue;
      yield { text: `${describeReference(workload.reference)} sets automountServiceAccountToken: true`, namespace };
    }
  }
}
