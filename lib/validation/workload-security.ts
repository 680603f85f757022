import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { hardenedPodFlaws, type HardenedPodRules } from '../manifests/hardened-pod';
import { literalSecretsOfConfigMap, type LiteralSecretRules } from '../manifests/literal-secrets';
import { containersOf, titleOf } from '../manifests/pod-containers';
import type { PodFlaw } from '../manifests/pod-flaw';
import { describe } from '../profile/errors';
import { MeshMode } from '../profile/mesh-mode';
import { availabilityFlaws } from './availability';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { meshModeOf } from './mesh/mesh-mode-of';
import { POD_TEMPLATES } from './pod-templates';
import { tell } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

const FIRST_WITH_IMAGE_VOLUMES = 33;
/** The first version whose API server keeps restartPolicy of init containers (SidecarContainers, beta). */
const FIRST_WITH_SIDECARS = 29;

const REMEDIES: ReadonlyMap<Control, string> = new Map([
  [Control.PS1_PSA, 'use a HardenedDeployment, HardenedStatefulSet or HardenedCronJob, or set what is missing'],
  [Control.PS3_SUPPLY_CHAIN, "push the image into the profile's imageRegistry, and name it by digest"],
  [Control.PS4_SECRETS, 'keep it in a secret store and mount it as a file'],
  [Control.PS5_QUOTAS, 'give every container requests and limits of cpu and memory, and probes where it has ports; give replicas one PodDisruptionBudget that lets some go, and keep them apart'],
]);

/**
 * What is wrong with workloads, ConfigMaps and Secrets of PHI namespaces, whatever made them. It hangs on no claim: a namespace whose safeguards nobody claims, or where one
 * control is excepted, is judged for the others all the same. An exception of the profile takes out the control that it names. Kinds that Kubernetes does not have, such as an Argo
 * Rollout, are not read; the Pod Security Standard of the namespace judges their pods.
 */
export function workloadFindings(context: CheckContext): string[] {
  const found: string[] = [];
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of phiObjects(context, kind)) {
      const template = at(workload.content, ...path);
      const flaws = [...hardenedPodFlaws(template, rulesFor(context, workload)), ...sidecarFlaws(template, context), ...availabilityFlaws(workload, template, context)];
      found.push(...report(workload, flaws, context));
    }
  }
  for (const configMap of phiObjects(context, 'ConfigMap')) {
    found.push(...report(configMap, literalSecretsOfConfigMap(configMap.content, rulesFor(context, configMap)).map((text) => ({ control: Control.PS4_SECRETS, text })), context));
  }
  for (const secret of phiObjects(context, 'Secret')) {
    const fields = ['data', 'stringData'].filter((field) => Object.keys((at(secret.content, field) ?? {}) as object).length > 0);
    found.push(...report(secret, fields.map((field) => ({ control: Control.PS4_SECRETS, text: `${field} holds its secrets in the manifest: base64 hides nothing` })), context));
  }
  return found;
}

/** Below 1.29 the API server drops the field, and the pod waits for ever for a sidecar to end. */
function sidecarFlaws(template: unknown, { profile }: CheckContext): PodFlaw[] {
  if (profile.platform.version.minor >= FIRST_WITH_SIDECARS) return [];
  return containersOf(at(template, 'spec')).filter(({ list, content }) => list === 'initContainers' && at(content, 'restartPolicy') === 'Always')
    .map((container) => ({ control: Control.PS5_QUOTAS, text: `${titleOf(container)} is a sidecar among the init containers, which Kubernetes runs as one from 1.${FIRST_WITH_SIDECARS} on` }));
}

function phiObjects(context: CheckContext, kind: string): SynthesizedObject[] {
  return context.ofKind(kind).filter(({ reference }) => context.isPhi(reference.namespace));
}

/** One finding a control, so that each says which rule it is and how to mend it. */
function report({ reference, path }: SynthesizedObject, flaws: readonly PodFlaw[], { profile }: CheckContext): string[] {
  return [...REMEDIES].flatMap(([control, remedy]) => {
    const texts = profile.exceptionFor(control) ? [] : flaws.filter((flaw) => flaw.control === control).map(({ text }) => text);
    return texts.length === 0 ? [] : [describe({
      path, problem: `${describeReference(reference)} is not hardened as a PHI namespace demands`, value: tell(texts), rule: `control ${cite(control)}`,
      remedy: `${remedy}, or add a ControlException for the control to the profile`,
    })];
  });
}

function rulesFor(context: CheckContext, { reference: { namespace } }: SynthesizedObject): HardenedPodRules {
  const { platform, mesh } = context.profile;
  // An app without a profile names none: any is taken, by digest.
  const registries = context.profile.approvedRegistries as readonly string[] | undefined;
  return {
    ...(registries === undefined ? {} : { registries: [...registries] }),
    imageVolumes: platform.version.minor >= FIRST_WITH_IMAGE_VOLUMES,
    meshSidecars: mesh?.mode === MeshMode.SIDECAR || meshModeOf(namespace, context)?.sidecars === true,
    ...context.once(`secret rules of ${namespace}`, () => secretRules(context, namespace)),
  };
}

/** A name is allowed where the profile allows it, or as the constraints in the cluster judge: where every one that binds in the namespace allows it. */
function secretRules(context: CheckContext, namespace: string | undefined): LiteralSecretRules {
  const parameters = context.ofKind('HipaaPlaintextSecrets').filter(({ content }) => listAt(content, 'spec', 'match', 'namespaces').includes(namespace)).map(({ content }) => at(content, 'spec', 'parameters'));
  const allowed = parameters.map((one) => listAt(one, 'allowedNames').map(String));
  return {
    allowedNames: [...context.profile.allowedEnvNames, ...(allowed[0] ?? []).filter((name) => allowed.every((names) => names.includes(name)))],
    extraPatterns: parameters.flatMap((one) => listAt(one, 'extraPatterns').flatMap((pattern) => expression(String(pattern)))),
  };
}

/** RE2 writes flags before an expression. What only RE2 reads is the webhook's alone. */
function expression(pattern: string): RegExp[] {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  try {
    return [new RegExp(flags ? pattern.slice(flags[0].length) : pattern, flags?.[1])];
  } catch {
    return [];
  }
}
