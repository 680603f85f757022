import { Control } from '../../controls/control';
import { HOST_ROOT } from '../../detection/falco/config';
import { CAPABILITIES } from '../../detection/falco/capabilities';
import { FALCO_FOLDER, falcoLists, falcoRules, INTERNAL_NETWORKS, RULE_FILES, SECRET_FOLDERS } from '../../detection/falco/rules';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import type { SynthesizedObject } from '../synthesized-object';

const OS = 'kubernetes.io/os';
const RULES_FILES = [`${FALCO_FOLDER}/${RULE_FILES.lists}`, `${FALCO_FOLDER}/${RULE_FILES.rules}`];
/** Priorities of Falco at which no rule here is dropped. */
const PRIORITIES = ['warning', 'notice', 'info', 'informational', 'debug'];
/** A list of blocks that is wider than this calls the internet internal. */
const WIDEST = { ipv4: 8, ipv6: 7 };

/** What is checked on Falco. */
export const RUNTIME_DETECTION_CHECKS: readonly Check[] = [
  {
    control: Control.AU9_RUNTIME,
    kind: 'DaemonSet',
    check: (object, context) => {
      const pod = at(object.content, 'spec', 'template', 'spec');
      const { namespace } = object.reference;
      const falco = listAt(pod, 'containers').find((container) => listAt(container, 'command').includes('/usr/bin/falco'));
      if (!falco) return 'no container runs /usr/bin/falco';
      const configMap = configMapOf(pod, falco);
      const files = configMap === undefined ? undefined : at(context.find('ConfigMap', namespace, configMap)?.content, 'data');
      if (files === undefined) return `no ConfigMap stands at ${FALCO_FOLDER}`;
      return missesNodes(pod) ?? cannotStart(object, pod, falco, context) ?? misconfigured(String(at(files, 'falco.yaml')), pod, falco)
        ?? (at(files, RULE_FILES.rules) === falcoRules() ? undefined : `${RULE_FILES.rules} is not the library's`)
        ?? weakLists(String(at(files, RULE_FILES.lists)), context);
    },
  },
];

/** Why some nodes have no Falco. */
function missesNodes(pod: unknown): string | undefined {
  if (!listAt(pod, 'tolerations').some((toleration) => at(toleration, 'operator') === 'Exists' && at(toleration, 'key') === undefined && at(toleration, 'effect') === undefined)) {
    return 'tainted nodes have no Falco: it does not tolerate every taint';
  }
  const label = Object.entries((at(pod, 'nodeSelector') ?? {}) as object).find(([key, value]) => key !== OS || value !== 'linux');
  if (label) return `Falco runs on some nodes only: nodeSelector ${label.join(': ')}`;
  if (at(pod, 'nodeName') !== undefined) return 'Falco runs on one node alone';
  const terms = listAt(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const isFargate = (term: unknown): boolean => listAt(term, 'matchFields').length === 0 && listAt(term, 'matchExpressions').every((expression) =>
    at(expression, 'key') === 'eks.amazonaws.com/compute-type' && at(expression, 'operator') === 'NotIn' && listAt(expression, 'values').join() === 'fargate');
  return terms.every(isFargate) ? undefined : 'Falco runs on some nodes only: nodeAffinity';
}

/** Why the pods do not come up, or see nothing when they do. */
function cannotStart({ reference: { namespace } }: SynthesizedObject, pod: unknown, falco: unknown, context: CheckContext): string | undefined {
  const account = String(at(pod, 'serviceAccountName'));
  if (!context.find('ServiceAccount', namespace, account)) return `the ServiceAccount ${account} is not among the objects: no pod starts`;
  const level = at(context.find('Namespace', undefined, String(namespace))?.content, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce');
  if (level !== 'privileged') return `the namespace ${String(namespace)} does not admit Falco: its Pod Security level is ${String(level)}`;
  const missing = CAPABILITIES.find((capability) => !listAt(falco, 'securityContext', 'capabilities', 'add').includes(capability));
  if (missing !== undefined) return `Falco lacks the capability ${missing}, and does not start`;
  if (listAt(falco, 'command').slice(1).join(' ') !== `-c ${FALCO_FOLDER}/falco.yaml` || listAt(falco, 'args').length > 0) return 'Falco is started with other arguments';
  if (!listAt(falco, 'env').some((variable) => at(variable, 'name') === 'HOST_ROOT' && at(variable, 'value') === HOST_ROOT)) return `HOST_ROOT is not ${HOST_ROOT}`;
  return mountsHost(pod, falco, '/proc') ? undefined : "Falco does not see the node's processes";
}

/** Whether a path of the node is where Falco looks for it. */
function mountsHost(pod: unknown, falco: unknown, path: string): boolean {
  const mount = listAt(falco, 'volumeMounts').find((candidate) => at(candidate, 'mountPath') === `${HOST_ROOT}${path}` && at(candidate, 'subPath') === undefined);
  return listAt(pod, 'volumes').some((volume) => mount !== undefined && at(volume, 'name') === at(mount, 'name') && at(volume, 'hostPath', 'path') === path);
}

/** The ConfigMap at Falco's folder, where nothing else lies over a part of it. */
function configMapOf(pod: unknown, falco: unknown): string | undefined {
  const mounts = listAt(falco, 'volumeMounts').filter((mount) => `${String(at(mount, 'mountPath'))}/`.startsWith(`${FALCO_FOLDER}/`));
  if (mounts.length !== 1 || at(mounts[0], 'mountPath') !== FALCO_FOLDER || at(mounts[0], 'subPath') !== undefined) return undefined;
  const volume = listAt(pod, 'volumes').find((candidate) => at(candidate, 'name') === at(mounts[0], 'name'));
  const name = at(volume, 'configMap', 'name');
  return typeof name === 'string' && listAt(volume, 'configMap', 'items').length === 0 ? name : undefined;
}

function misconfigured(text: string, pod: unknown, falco: unknown): string | undefined {
  const config = parsed(text);
  if (config === undefined) return 'falco.yaml is not the JSON that was written';
  if (at(config, 'engine', 'kind') !== 'modern_ebpf') return 'the engine is not modern_ebpf';
  if (listAt(config, 'config_files').length > 0) return 'falco.yaml reads further files';
  if (listAt(config, 'rules_files').join() !== RULES_FILES.join()) return `the files of rules are not ${RULES_FILES.join(' and ')} alone`;
  for (const field of ['rules', 'base_syscalls', 'config_files_override', 'rules_file']) if (at(config, field) !== undefined) return `${field} takes rules or events away`;
  if (at(config, 'rule_matching') !== 'all') return 'the first rule that matches hides the others';
  if (!PRIORITIES.includes(String(at(config, 'priority')).toLowerCase())) return `rules below ${String(at(config, 'priority'))} are dropped`;
  if (at(config, 'stdout_output', 'enabled') !== true || at(config, 'json_output') !== true) return 'alerts do not go to standard output as JSON';
  const leaving = ['http_output', 'program_output', 'file_output', 'grpc_output'].find((output) => at(config, output, 'enabled') === true);
  if (leaving !== undefined) return `alerts leave past the log pipeline, by ${leaving}`;
  const plugin = listAt(config, 'plugins').find((candidate) => at(candidate, 'name') === 'container');
  const cri = at(plugin, 'init_config', 'engines', 'cri');
  if (!listAt(config, 'load_plugins').includes('container') || at(cri, 'enabled') !== true) return 'Falco names no pod: the container plugin is off';
  return listAt(cri, 'sockets').some((socket) => mountsHost(pod, falco, String(socket))) ? undefined : "Falco names no pod: it does not see the container runtime's socket";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What lists leave out of what the rules look for. */
function weakLists(text: string, { profile }: CheckContext): string | undefined {
  const actual = listsOf(text);
  if (!actual) return `${RULE_FILES.lists} is not as it was written`;
  const expected = listsOf(falcoLists({ phiNamespaces: profile.phiNamespaces.map(({ name }) => name), internalNetworks: INTERNAL_NETWORKS, secretFolders: SECRET_FOLDERS }))!;
  for (const [name, items] of expected) {
    const missing = items.find((item) => !actual.get(name)?.includes(item));
    if (missing !== undefined && name !== 'hipaa_internal_networks') return `the list ${name} lacks ${missing}`;
  }
  const wide = (actual.get('hipaa_internal_networks') ?? []).find((block) => Number(block.split('/')[1] ?? 0) < (block.includes(':') ? WIDEST.ipv6 : WIDEST.ipv4));
  return wide && `hipaa_internal_networks takes the internet for internal: ${wide}`;
}

/** Lists by name; undefined where the text has anything else, or one twice, as the last would replace the first. */
function listsOf(text: string): Map<string, readonly string[]> | undefined {
  const lists = new Map<string, readonly string[]>();
  for (const entry of text.trimEnd().split(/\n+(?=- )/)) {
    const match = /^- list: (\w+)\n {2}items: (\[[^\n]*\])$/.exec(entry);
    const items = match ? parsed(match[2]) : undefined;
    if (!match || !Array.isArray(items) || lists.has(match[1])) return undefined;
    lists.set(match[1], items.map(String));
  }
  return lists;
}
