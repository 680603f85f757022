import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { imagesOf } from '../manifests/pod-containers';
import { describe } from '../profile/errors';
import { EksPlatform } from '../profile/platform';
import type { CheckContext } from './check-context';
import { at } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { describeReference } from './synthesized-object';

/**
 * Images of the account's own registry, in the cluster's region, that lie in none of the profile's repositories: nobody makes those, so that the pods would never start,
 * or somebody makes them by hand, with tags that move.
 */
export function repositoryFindings(context: CheckContext): string[] {
  const { platform, account, imageRepositories } = context.profile;
  if (!(platform instanceof EksPlatform) || imageRepositories.length === 0 || context.profile.exceptionFor(Control.PS3_SUPPLY_CHAIN)) return [];
  const own = new RegExp(`^${account}\\.dkr\\.ecr\\.${platform.region}\\.amazonaws\\.com(?:\\.cn)?/([^:@]+)`);
  const told = new Set<string>();
  const findings: string[] = [];
  for (const [kind, path] of POD_TEMPLATES) {
    for (const { content, reference, path: where } of context.ofKind(kind)) {
      for (const { title, image } of imagesOf(at(content, ...path, 'spec'))) {
        const repository = own.exec(String(image))?.[1];
        if (repository === undefined || imageRepositories.includes(repository) || told.has(repository)) continue;
        told.add(repository);
        findings.push(describe({
          path: where,
          problem: `${describeReference(reference)}, ${title}, takes an image of a repository that the profile does not make`,
          value: repository,
          rule: `control ${cite(Control.PS3_SUPPLY_CHAIN)}: images lie in repositories that are scanned, and whose tags stay`,
          remedy: `add '${repository}' to imageRepositories of the profile, or add a ControlException for the control`,
        }));
      }
    }
  }
  return findings;
}
