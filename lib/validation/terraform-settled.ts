import { at, listAt } from './content';
import type { SynthesizedObject } from './synthesized-object';

/** What keeps Terraform from making a resource as it is written, in this account and region; undefined where it makes it. */
export function unsettled({ content }: SynthesizedObject): string | undefined {
  const count = at(content, 'count');
  if (count !== undefined && !(Number(count) >= 1)) return Number(count) === 0 ? 'its count is 0: Terraform makes no such resource' : `its count is ${String(count)}: nobody can tell whether Terraform makes it`;
  if (at(content, 'for_each') !== undefined) return 'it has for_each: nobody can tell whether Terraform makes it';
  const provider = at(content, 'provider');
  if (provider !== undefined) return `it is made with the provider ${String(provider)}: nobody can tell in which account and region`;
  const ignored = listAt(content, 'lifecycle').flatMap((block) => listAt(block, 'ignore_changes'));
  return ignored.length > 0 ? `its lifecycle ignores changes of ${ignored.join(', ')}: Terraform leaves what somebody changed` : undefined;
}
