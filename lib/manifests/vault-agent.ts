import { Control } from '../controls/control';
import { isImageByDigest, isImageOf } from '../profile/checks';
import { at, listAt } from './content';
import type { PodFlaw } from './pod-flaw';

const PREFIX = 'vault.hashicorp.com/';
const SECCOMP_TYPES = ['RuntimeDefault', 'Localhost'];
const SECCOMP_PATH = '/securityContext/seccompProfile';

/**
 * What is wrong with the containers that HashiCorp Vault's injector will add to a pod: they are nowhere in the template, only in its annotations, and the injector
 * writes them after everything else was judged (vault-k8s, agent-inject/agent). Nothing where no agent is asked for.
 *
 * @param registries that images may come from; any where left out.
 */
export function vaultAgentFlaws(template: unknown, registries: readonly string[] | undefined): PodFlaw[] {
  const annotation = annotationsOf(template);
  if (isOff(annotation('agent-inject'))) return [];
  const of = (control: Control) => (text: string): PodFlaw => ({ control, text: `the Vault agent ${text}` });
  return [
    ...[...securityFlaws(annotation, at(template, 'spec'))].map(of(Control.PS1_PSA)),
    ...[...imageFlaws(annotation('agent-image'), registries)].map(of(Control.PS3_SUPPLY_CHAIN)),
    ...[...secretFlaws(annotation, at(template, 'spec'))].map(of(Control.PS4_SECRETS)),
  ];
}

/** Containers as the injector will add them, with what they ask for: a quota counts them. */
export function vaultAgentContainers(template: unknown): { readonly init: unknown[]; readonly running: unknown[] } {
  const annotation = annotationsOf(template);
  if (isOff(annotation('agent-inject'))) return { init: [], running: [] };
  const resources = {
    requests: { 'cpu': annotation('agent-requests-cpu') ?? '250m', 'memory': annotation('agent-requests-mem') ?? '64Mi', 'ephemeral-storage': annotation('agent-requests-ephemeral') },
    limits: { 'cpu': annotation('agent-limits-cpu') ?? '500m', 'memory': annotation('agent-limits-mem') ?? '128Mi', 'ephemeral-storage': annotation('agent-limits-ephemeral') },
  };
  return { init: startsFirst(annotation) ? [{ name: 'vault-agent-init', resources }] : [], running: runsOn(annotation) ? [{ name: 'vault-agent', resources }] : [] };
}

type Annotation = (name: string) => string | undefined;

function annotationsOf(template: unknown): Annotation {
  return (name) => {
    const value = at(template, 'metadata', 'annotations', `${PREFIX}${name}`);
    return value === undefined || value === null ? undefined : String(value);
  };
}

function startsFirst(annotation: Annotation): boolean {
  return !isOff(annotation('agent-pre-populate') ?? 'true');
}

function runsOn(annotation: Annotation): boolean {
  return isOff(annotation('agent-pre-populate-only'));
}

function* securityFlaws(annotation: Annotation, spec: unknown): Generator<string> {
  const context = annotation('agent-set-security-context');
  if (context !== undefined && !isOn(context)) yield `has no security context: agent-set-security-context is '${context}'`;
  for (const name of ['agent-run-as-user', 'agent-run-as-group']) {
    const id = annotation(name);
    if (id !== undefined && !/^[1-9][0-9]*$/.test(id)) yield `may run as root: ${name} is '${id}'`;
  }
  if (!isOff(annotation('agent-run-as-same-user'))) yield 'runs as the user of the program: agent-run-as-same-user is set';
  if (!isOff(annotation('agent-share-process-namespace'))) yield 'shows its processes to the program: agent-share-process-namespace is set';
  const mounts = annotation('agent-copy-volume-mounts');
  if (mounts !== undefined && mounts !== '') yield `sees the volumes of the container ${mounts}: agent-copy-volume-mounts`;
  const podSeccomp = SECCOMP_TYPES.includes(String(at(spec, 'securityContext', 'seccompProfile', 'type')));
  for (const [name, added] of [['agent-json-patch', runsOn(annotation)], ['agent-init-json-patch', startsFirst(annotation)]] as const) {
    const operations = patchOf(annotation(name));
    const other = operations?.find((operation) => !isHarmless(operation));
    if (operations === undefined) yield `is patched by what is no JSON patch: ${name}`;
    else if (other !== undefined) yield `is patched in what its security rests on: ${name} has ${String(at(other, 'op'))} ${String(at(other, 'path'))}`;
    else if (added && !podSeccomp && !operations.some((operation) => at(operation, 'path') === SECCOMP_PATH && at(operation, 'op') !== 'test')) yield `has no seccomp profile: neither the pod nor ${name} gives one`;
  }
}

function* imageFlaws(image: string | undefined, registries: readonly string[] | undefined): Generator<string> {
  if (image === undefined) yield 'has whatever image the injector was installed with: agent-image is missing';
  else if (!isImageByDigest(image)) yield `has an image without registry and digest: ${image}`;
  else if (registries !== undefined && !isImageOf(image, registries)) yield `has an image of another registry than ${registries.join(', ')}: ${image}`;
}

function* secretFlaws(annotation: Annotation, spec: unknown): Generator<string> {
  if (!isOff(annotation('tls-skip-verify'))) yield 'takes secrets from whoever answers: tls-skip-verify is set';
  const service = annotation('service');
  if (service !== undefined && !service.startsWith('https://')) yield `speaks to Vault without TLS: service is '${service}'`;
  const name = annotation('agent-service-account-token-volume-name');
  if (name === undefined || name === '') {
    yield 'has no token of its own: agent-service-account-token-volume-name is missing, and the pod gets no token of the API server';
    return;
  }
  const volume = listAt(spec, 'volumes').find((candidate) => at(candidate, 'name') === name);
  if (!listAt(volume, 'projected', 'sources').some((source) => Boolean(at(source, 'serviceAccountToken', 'path')))) yield `finds no token: the pod has no volume ${name} that projects one`;
}

/** The operations of a patch; none where there is no patch, undefined where it cannot be read. */
function patchOf(text: string | undefined): unknown[] | undefined {
  if (text === undefined || text === '') return [];
  try {
    const patch: unknown = JSON.parse(text);
    return Array.isArray(patch) ? patch : undefined;
  } catch {
    return undefined;
  }
}

/** A patch reaches the whole container, its image and its privileges too: seccomp and resources may be set, and nothing else. */
function isHarmless(operation: unknown): boolean {
  const [op, path] = [at(operation, 'op'), at(operation, 'path')];
  if (op === 'test') return true;
  if (op !== 'add' && op !== 'replace') return false;
  return path === SECCOMP_PATH ? SECCOMP_TYPES.includes(String(at(operation, 'value', 'type'))) : /^\/resources(\/|$)/.test(String(path));
}

/** As the injector reads a switch: what it cannot read, it refuses, and here counts for neither. */
function isOn(value: string): boolean {
  return /^(1|t|true)$/i.test(value);
}

function isOff(value: string | undefined): boolean {
  return value === undefined || /^(0|f|false)?$/i.test(value);
}
