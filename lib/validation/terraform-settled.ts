import { at, kindOf, listAt } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** Changes that Terraform may ignore, by type: none of them is a safeguard. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  // Read when a cluster is created, and never again; and who reaches the private endpoint of one that was imported.
  aws_eks_cluster: ['bootstrap_self_managed_addons', 'vpc_config[0].security_group_ids'],
  // How many nodes run is for an autoscaler to say, within the bounds that stay written.
  aws_eks_node_group: ['scaling_config[0].desired_size'],
};

/** What keeps Terraform from making a resource as it is written, in this account and region; undefined where it makes it. */
export function unsettled(object: SynthesizedObject): string | undefined {
  const { content } = object;
  const count = at(content, 'count');
  if (count !== undefined && !(Number(count) >= 1)) return Number(count) === 0 ? 'its count is 0: Terraform makes no such resource' : `its count is ${String(count)}: nobody can tell whether Terraform makes it`;
  if (at(content, 'for_each') !== undefined) return 'it has for_each: nobody can tell whether Terraform makes it';
  const provider = at(content, 'provider');
  if (provider !== undefined) return `it is made with the provider ${String(provider)}: nobody can tell in which account and region`;
  const harmless = HARMLESS[kindOf(object)] ?? [];
  const ignored = listAt(content, 'lifecycle').flatMap((block) => listAt(block, 'ignore_changes')).map(String).filter((change) => !harmless.includes(change));
  return ignored.length > 0 ? `its lifecycle ignores changes of ${ignored.join(', ')}: Terraform leaves what somebody changed` : undefined;
}
