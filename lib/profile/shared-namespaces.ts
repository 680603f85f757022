import { Errors } from './errors';
import type { Names } from './names';
import type { PhiNamespaceSettings } from './phi-namespace-settings';
import { EksPlatform, type Platform } from './platform';

interface NamespacesOfProfile {
  readonly platform: Platform;
  readonly phiNamespaces: readonly PhiNamespaceSettings[];
  readonly names: Names;
}

/**
 * The log shipper reads the nodes' files, which the restricted Pod Security Standard of a PHI namespace forbids; and the policy of an agent opens what is to stay closed.
 *
 * @internal
 */
export function refuseSharedNamespaces({ platform, phiNamespaces, names }: NamespacesOfProfile): void {
  const own = phiNamespaces.find((namespace) => namespace.name === names.loggingNamespace);
  if (own) throw Errors.refused('HipaaProfile.phiNamespaces', "the log shipper's namespace cannot hold PHI", own.name, 'control AC13, 45 CFR 164.308(a)(4)(i)', 'use a namespace of its own');
  if (!(platform instanceof EksPlatform)) return;
  const closed = [...phiNamespaces.map((namespace) => namespace.name), names.loggingNamespace];
  const agent = platform.agentNamespaces.find(({ name }) => closed.includes(name));
  if (agent) {
    throw Errors.refused('HipaaProfile.platform.agentNamespaces', 'an agent stands in a namespace that is closed on its own', agent.name,
      "controls NW1 and AC13, 45 CFR 164.312(a)(1): an agent's policy would open what holds PHI, or ships its logs", 'install the agent in a namespace of its own, and open single flows with AllowFlow');
  }
}
