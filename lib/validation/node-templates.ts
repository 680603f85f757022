import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { referenceTo } from './terraform-references';
import { unsettled } from './terraform-settled';

/** The node groups of the stack that start from a template. */
export function groupsOf(template: SynthesizedObject, context: CheckContext): SynthesizedObject[] {
  return context.ofKind('aws_eks_node_group').filter((group) => group.reference.stack === template.reference.stack
    && at(listAt(group.content, 'launch_template')[0], 'id') === referenceTo(template, 'id'));
}

/** A template that no group starts from as it is written now says nothing of any node. */
export function unused(template: SynthesizedObject, context: CheckContext): string | undefined {
  const groups = groupsOf(template, context);
  if (groups.length === 0) return 'no node group of the stack starts from this template';
  for (const group of groups) {
    const name = describeReference(group.reference);
    const version = at(listAt(group.content, 'launch_template')[0], 'version');
    if (version !== referenceTo(template, 'latest_version')) return `${name} starts from version ${String(version)} of this template, not from its newest`;
    const flaw = unsettled(group);
    if (flaw !== undefined) return `${name}: ${flaw}`;
  }
  return undefined;
}
