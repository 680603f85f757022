import { Control } from '../controls/control';
import { ClaimKind } from '../controls/safeguard';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

const DRIVER = 'secrets-store.csi.k8s.io';
const VAULT = 'vault.hashicorp.com/';
const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];

/** What is wrong with a SecretProviderClass by itself. */
export function weakProviderClass(content: unknown): string | undefined {
  const [provider, parameters] = [at(content, 'spec', 'provider'), at(content, 'spec', 'parameters')];
  if (listAt(content, 'spec', 'secretObjects').length > 0) return 'secretObjects copies secrets into Kubernetes Secrets';
  if (at(parameters, 'objects') === undefined) return 'it names no secret';
  if (provider === 'aws') return undefined;
  if (provider !== 'vault') return `nobody can tell here what the provider ${String(provider)} does`;
  if (!String(at(parameters, 'vaultAddress')).startsWith('https://')) return `Vault is not spoken to over https: ${String(at(parameters, 'vaultAddress'))}`;
  if (!at(parameters, 'audience')) return 'no audience: Vault gets a token that opens the API server too';
  // The provider reads every form of true that Go does.
  return /^(1|t|true)$/i.test(String(at(parameters, 'vaultSkipTLSVerify'))) ? "vaultSkipTLSVerify: Vault's certificate is not checked" : undefined;
}

/** Secrets of PHI namespaces that lie in the cluster, or reach a pod past its volume. */
export function secretCopies(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.PS4_SECRETS, object, context, 'secrets in the cluster', copiedSecrets);
}

/** Told on the object itself where nothing claims the control. */
export function* copiedSecrets(context: CheckContext): Generator<SetFinding> {
  // What falls short of the control itself is counted there.
  for (const copy of [...context.ofKind('ExternalSecret'), ...context.ofKind('ClusterExternalSecret'), ...context.ofKind('SecretProviderClass')]) {
    const { namespace } = copy.reference;
    if (copy.claims.some((claim) => claim.control === Control.PS4_SECRETS && claim.kind !== ClaimKind.LEFT_OPEN)) continue;
    if (copy.reference.kind === 'SecretProviderClass') {
      const flaw = context.isPhi(namespace) ? weakProviderClass(copy.content) : undefined;
      if (flaw !== undefined) yield { text: `${describeReference(copy.reference)}: ${flaw}`, namespace, object: copy };
    } else if (copy.reference.kind === 'ClusterExternalSecret' || context.isPhi(namespace)) {
      yield { text: `${describeReference(copy.reference)} writes a Kubernetes Secret`, object: copy, ...(namespace === undefined ? {} : { namespace }) };
    }
  }
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.ofKind(kind)) {
      const { namespace } = workload.reference;
      if (!context.isPhi(namespace)) continue;
      const pod = at(workload.content, ...path);
      const credential = storeCredential(at(pod, 'spec'));
      // What a container has in its environment, and Vault's agent, are judged on every workload; this is not.
      if (credential !== undefined) yield { text: `${describeReference(workload.reference)} ${credential}`, namespace, object: workload };
      const flaw = credential === undefined ? weakPod(pod) : undefined;
      if (flaw !== undefined) yield { text: `${describeReference(workload.reference)} ${flaw}`, namespace };
    }
  }
}

/** How a pod, or a template of pods, gets at a secret in another way than by a file of its store. */
function weakPod(pod: unknown): string | undefined {
  const spec = at(pod, 'spec');
  for (const container of CONTAINERS.flatMap((list) => listAt(spec, list))) {
    const name = String(at(container, 'name'));
    const variable = listAt(container, 'env').find((entry) => at(entry, 'valueFrom', 'secretKeyRef') !== undefined);
    if (variable !== undefined) return `gives the container ${name} a secret in the environment variable ${String(at(variable, 'name'))}`;
    if (listAt(container, 'envFrom').some((entry) => at(entry, 'secretRef') !== undefined)) return `gives the container ${name} a Secret as environment variables`;
  }
  return weakAgent(at(pod, 'metadata', 'annotations'));
}

function storeCredential(spec: unknown): string | undefined {
  const volume = listAt(spec, 'volumes').find((one) => at(one, 'csi', 'driver') === DRIVER && at(one, 'csi', 'nodePublishSecretRef') !== undefined);
  return volume === undefined ? undefined : 'reads its store with a credential that lies in a Secret (nodePublishSecretRef)';
}

/** What annotations of Vault's injector give away. */
function weakAgent(annotations: unknown): string | undefined {
  const read = (name: string): string => String(at(annotations, `${VAULT}${name}`) ?? '').toLowerCase();
  const isTrue = (name: string): boolean => ['true', 't', '1'].includes(read(name));
  if (!isTrue('agent-inject')) return undefined;
  if (isTrue('agent-inject-token')) return 'has the token of Vault written for its programs';
  if (isTrue('tls-skip-verify')) return "does not check Vault's certificate";
  return read('service') !== '' && !read('service').startsWith('https://') ? 'speaks to Vault without TLS' : undefined;
}
