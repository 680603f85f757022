import { Capability, ImagePullPolicy, SeccompProfileType, type ContainerProps, type ContainerResources, type ContainerSecurityContextProps } from 'cdk8s-plus-28';
import { literalSecretsOfPod } from '../manifests/literal-secrets';
import { checkImageDigest, checkTexts, isImageOf } from '../profile/checks';
import { Errors } from '../profile/errors';

/** Users and groups below belong to nodes and to what images bring along. */
export const LEAST_USER = 10_000;
const PS1 = 'PS1, 45 CFR 164.312(a)(1)';
const PS3 = 'PS3, 45 CFR 164.308(a)(5)(ii)(B)';
const PS4 = 'PS4, 45 CFR 164.312(a)(1)';
const PS5 = 'PS5, 45 CFR 164.306(a)(1)';

export interface ContainerHardeningProps {
  readonly path: string;
  readonly user: number;
  /** For a container that says nothing of its own. */
  readonly resources: ContainerResources;
  readonly approvedRegistries?: readonly string[];
  readonly allowedEnvNames?: readonly string[];
}

/** The same container with what a PHI namespace demands; a wish that weakens it is refused. */
export function hardenedContainer(hardening: ContainerHardeningProps, container: ContainerProps): ContainerProps {
  const path = `${hardening.path}(${container.name ?? 'main'})`;
  checkApprovedImage(path, container.image, hardening.approvedRegistries);
  for (const list of ['command', 'args'] as const) if (container[list] !== undefined) checkTexts(path, list, container[list], 'Kubernetes, Container: a command line is a list of words', "write ['/bin/api', '--port=8443']");
  checkNoSecrets(path, container, hardening.allowedEnvNames);
  for (const { hostPort } of container.ports ?? []) {
    if (hostPort !== undefined) throw Errors.weakened(path, PS1, 'a container takes a port of its node', hostPort, 'leave hostPort out, and expose the workload by a Service');
  }
  return {
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    ...container,
    resources: container.resources === undefined ? hardening.resources : wholeResources(path, container.resources),
    securityContext: hardenedContext(path, hardening.user, container.securityContext),
  };
}

function hardenedContext(path: string, user: number, given: ContainerSecurityContextProps = {}): ContainerSecurityContextProps {
  const refuse = (field: string, value: unknown): Error => Errors.weakened(path, PS1, `securityContext.${field} weakens a hardened container`, value, `leave ${field} out, or use a workload of cdk8s-plus with a ControlException for the control`);
  if (given.privileged) throw refuse('privileged', given.privileged);
  if (given.allowPrivilegeEscalation) throw refuse('allowPrivilegeEscalation', given.allowPrivilegeEscalation);
  if (given.ensureNonRoot === false) throw refuse('ensureNonRoot', given.ensureNonRoot);
  if (given.readOnlyRootFilesystem === false) throw refuse('readOnlyRootFilesystem', given.readOnlyRootFilesystem);
  for (const field of ['user', 'group'] as const) if (given[field] !== undefined && !(given[field] >= LEAST_USER)) throw refuse(field, given[field]);
  const add = given.capabilities?.add ?? [];
  if (add.some((capability) => capability !== Capability.NET_BIND_SERVICE)) throw refuse('capabilities.add', add);
  if (given.seccompProfile?.type === SeccompProfileType.UNCONFINED) throw refuse('seccompProfile', given.seccompProfile.type);
  return {
    user, group: user, seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
    ...given,
    ensureNonRoot: true, privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
    capabilities: { ...(add.length > 0 ? { add } : {}), drop: [Capability.ALL] },
  };
}

/** @internal */
export function checkApprovedImage(path: string, image: string, registries: readonly string[] | undefined): void {
  checkImageDigest(path, 'image', image);
  if (registries !== undefined && !isImageOf(image, registries)) throw Errors.weakened(path, PS3, 'the image is of no approved registry', image, `push it to one of: ${registries.join(', ')}`);
}

/** A value is never told: it may be the secret. */
function checkNoSecrets(path: string, { envVariables = {}, command, args }: ContainerProps, allowedNames: readonly string[] | undefined): void {
  const variables = Object.entries(envVariables);
  const env = variables.map(([name, { value }]) => ({ name, value: value as unknown }));
  const [literal] = literalSecretsOfPod({ containers: [{ env, command, args }] }, { allowedNames });
  if (literal !== undefined) {
    throw Errors.weakened(path, PS4, 'a literal looks like a secret', literal.replace(/^containers\[0\]\./, ''), 'mount the secret as a file from a secret store and give its path; a name that is none goes into allowedEnvNames, the profile\'s (profile.allowedEnvNames) and the workload\'s');
  }
  const reference = variables.find(([, { valueFrom }]) => (valueFrom as { secretKeyRef?: unknown } | undefined)?.secretKeyRef !== undefined);
  if (reference) throw Errors.weakened(path, PS4, 'an environment variable refers to a Secret', reference[0], 'mount the secret as a file: every child process inherits the environment, and crash reports print it');
}

function wholeResources(path: string, resources: ContainerResources): ContainerResources {
  const { cpu, memory } = resources;
  if (!cpu?.request || !cpu.limit || !memory?.request || !memory.limit) {
    throw Errors.weakened(path, PS5, 'a container has no request or limit', Object.keys(resources), 'give cpu and memory, each with request and limit, or leave resources out');
  }
  // Its disk is written by a patch.
  return { cpu, memory };
}
