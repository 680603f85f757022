import type { KubernetesVersion } from '../profile/kubernetes-version';
import type { HipaaProfile } from '../profile/profile';
import { CheckContext } from './check-context';
import { deadFlowFindings } from './mesh/dead-flows';
import { policyRuleFindings } from './network/policy-rules';
import { checkObjects } from './objects';
import type { SynthesizedObject } from './synthesized-object';
import { unclaimedFindings } from './unclaimed';
import { workloadFindings } from './workload-security';

/** What is known of PHI namespaces where there is no profile. */
export interface KnownNamespaces {
  readonly names: readonly string[];
  readonly kubernetesVersion: KubernetesVersion;
}

/**
 * What is wrong with the objects of PHI namespaces of an app without a profile: all that needs none. Registries are not known there, nor are exceptions, and no claim is
 * compared with what enforces it.
 */
export function findingsWithoutProfile(objects: readonly SynthesizedObject[], { names, kubernetesVersion }: KnownNamespaces): string[] {
  if (objects.length === 0) return [];
  // All that the judges below read of a profile; registries left out are any.
  const known: ReadOfProfile = { phiNamespaces: names.map((name) => ({ name })), allowedEnvNames: [], platform: { version: kubernetesVersion }, exceptionFor: () => undefined };
  const context = new CheckContext(known as unknown as HipaaProfile, objects);
  return [...checkObjects(objects, []), ...workloadFindings(context), ...policyRuleFindings(context, false), ...deadFlowFindings(context), ...unclaimedFindings(context)];
}

interface ReadOfProfile extends Pick<HipaaProfile, 'allowedEnvNames' | 'exceptionFor'> {
  readonly phiNamespaces: readonly { readonly name: string }[];
  readonly platform: { readonly version: KubernetesVersion };
}
