import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { hardenedPodFlaws, type HardenedPodRules } from '../manifests/hardened-pod';
import { literalSecretsOfConfigMap, type LiteralSecretRules } from '../manifests/literal-secrets';
import type { PodFlaw } from '../manifests/pod-flaw';
import { describe } from '../profile/errors';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { tell } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

const REMEDIES: ReadonlyMap<Control, string> = new Map([
  [Control.PS1_PSA, 'use a HardenedDeployment, HardenedStatefulSet or HardenedCronJob, or set what is missing'],
  [Control.PS3_SUPPLY_CHAIN, "push the image into the profile's imageRegistry, and name it by digest"],
  [Control.PS4_SECRETS, 'keep it in a secret store and mount it as a file'],
  [Control.PS5_QUOTAS, 'give every container requests and limits of cpu and memory'],
]);

/**
 * What is wrong with workloads and ConfigMaps of PHI namespaces, whatever made them. It hangs on no claim: a namespace whose safeguards nobody claims, or where one control is
 * excepted, is judged for the others all the same. An exception of the profile takes out the control that it names. Kinds that Kubernetes does not have, such as an Argo
 * Rollout, are not read; the Pod Security Standard of the namespace judges their pods.
 */
export function workloadFindings(context: CheckContext): string[] {
  const found: string[] = [];
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of phiObjects(context, kind)) found.push(...report(workload, hardenedPodFlaws(at(workload.content, ...path), rulesFor(context, workload)), context));
  }
  for (const configMap of phiObjects(context, 'ConfigMap')) {
    found.push(...report(configMap, literalSecretsOfConfigMap(configMap.content, rulesFor(context, configMap)).map((text) => ({ control: Control.PS4_SECRETS, text })), context));
  }
  return found;
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
  return { registries: [...context.profile.approvedRegistries], ...context.once(`secret rules of ${namespace}`, () => secretRules(context, namespace)) };
}

/** As the constraints in the cluster judge: a name is allowed where every one that binds in the namespace allows it. */
function secretRules(context: CheckContext, namespace: string | undefined): LiteralSecretRules {
  const parameters = context.ofKind('HipaaPlaintextSecrets').filter(({ content }) => listAt(content, 'spec', 'match', 'namespaces').includes(namespace)).map(({ content }) => at(content, 'spec', 'parameters'));
  const allowed = parameters.map((one) => listAt(one, 'allowedNames').map(String));
  return {
    allowedNames: (allowed[0] ?? []).filter((name) => allowed.every((names) => names.includes(name))),
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
