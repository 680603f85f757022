import { knownClauses } from '../detection/falco/rules';
import { containersOf, titleOf } from '../manifests/pod-containers';
import { areWritable } from '../profile/falco-known-exec';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { tell } from './set-findings';
import { describeReference } from './synthesized-object';

/** Where a container names commands that the kubelet executes in it. */
const COMMANDS: readonly (readonly string[])[] = [
  ...['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => [probe]), ...['postStart', 'preStop'].map((hook) => ['lifecycle', hook]),
];

/**
 * Probes and hooks of PHI pods that are an alert whenever they run: nobody looks at alerts that come every ten seconds. The path of a program is not compared, as links of the
 * image are not known here.
 */
export function unknownExecs(condition: string, context: CheckContext): string | undefined {
  const known = knownClauses(condition);
  if (known === undefined) return 'what is known of probes and hooks is not as it was written';
  const texts: string[] = [];
  for (const [kind, path] of POD_TEMPLATES) {
    for (const { content, reference } of context.ofKind(kind)) {
      if (!context.isPhi(reference.namespace)) continue;
      for (const container of containersOf(at(content, ...path, 'spec'))) {
        for (const where of COMMANDS) {
          const [, ...words] = listAt(container.content, ...where, 'exec', 'command');
          if (at(container.content, ...where, 'exec') === undefined) continue;
          const covered = areWritable(words) && known.some((clause) => clause.namespace === reference.namespace && clause.container === at(container.content, 'name') && clause.args === words.join(' '));
          if (!covered) texts.push(`${describeReference(reference)}, ${titleOf(container)}: ${where.at(-1)} executes a command, which is an alert whenever it runs: probe over HTTPS or TCP, or name it in knownExecs`);
        }
      }
    }
  }
  return tell(texts);
}
