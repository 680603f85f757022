import type { KubernetesVersion } from '../profile/kubernetes-version';

/**
 * Labels of a namespace that pin its Pod Security Standard to the cluster's version. Whatever is enforced, what `restricted` would refuse is audited and warned about.
 *
 * @internal
 */
export function podSecurityLabels(version: KubernetesVersion, enforced: string): Record<string, string> {
  const levels: Record<string, string> = { enforce: enforced, audit: 'restricted', warn: 'restricted' };
  return Object.fromEntries(Object.entries(levels).flatMap(([mode, level]) => [
    [`pod-security.kubernetes.io/${mode}`, level], [`pod-security.kubernetes.io/${mode}-version`, `v${version.version}`],
  ]));
}
