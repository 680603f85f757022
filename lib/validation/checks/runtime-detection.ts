import * as path from 'node:path';
import { Control } from '../../controls/control';
import { CAPABILITIES } from '../../detection/falco/capabilities';
import { falcoConfig, HOST_ROOT } from '../../detection/falco/config';
import { FALCO_FOLDER, falcoLists, falcoRules, INTERNAL_NETWORKS, KNOWN_EXEC, RULE_FILES, SECRET_FOLDERS } from '../../detection/falco/rules';
import { NodeImage } from '../../profile/node-image';
import { EksPlatform } from '../../profile/platform';
import { alertsStay } from '../alert-shipping';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt, sameContent } from '../content';
import { unknownExecs } from '../known-execs';
import type { SynthesizedObject } from '../synthesized-object';

const OS = 'kubernetes.io/os';
/** A list of blocks that is wider than this calls the internet internal. */
const WIDEST = { ipv4: 8, ipv6: 7 };
/** Types that Bottlerocket lets look into other processes: its `control_t` by the name that others use, and what its admin container has. */
const PRIVILEGED_TYPES = ['spc_t', 'control_t', 'super_t'];

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
      return missesNodes(pod, 'Falco') ?? cannotStart(object, pod, falco, context) ?? confined(pod, falco, context) ?? misconfigured(String(at(files, 'falco.yaml')), pod, falco)
        ?? (at(files, RULE_FILES.rules) === falcoRules() ? undefined : `${RULE_FILES.rules} is not the library's`)
        ?? weakLists(String(at(files, RULE_FILES.lists)), context)
        ?? notCarried(object, String(at(falco, 'name')), context);
    },
  },
];

/** Why some nodes have no pod. */
function missesNodes(pod: unknown, program: string): string | undefined {
  if (!listAt(pod, 'tolerations').some((toleration) => at(toleration, 'operator') === 'Exists' && at(toleration, 'key') === undefined && at(toleration, 'effect') === undefined)) {
    return `tainted nodes have no ${program}: it does not tolerate every taint`;
  }
  const label = Object.entries((at(pod, 'nodeSelector') ?? {}) as object).find(([key, value]) => key !== OS || value !== 'linux');
  if (label) return `${program} runs on some nodes only: nodeSelector ${label.join(': ')}`;
  if (at(pod, 'nodeName') !== undefined) return `${program} runs on one node alone`;
  const required = at(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = listAt(required, 'nodeSelectorTerms');
  // A term without expressions matches no node.
  const isFargate = (term: unknown): boolean => listAt(term, 'matchFields').length === 0 && listAt(term, 'matchExpressions').length > 0 && listAt(term, 'matchExpressions').every((expression) =>
    at(expression, 'key') === 'eks.amazonaws.com/compute-type' && at(expression, 'operator') === 'NotIn' && listAt(expression, 'values').join() === 'fargate');
  return required === undefined || terms.some(isFargate) ? undefined : `${program} runs on some nodes only: nodeAffinity`;
}

/** On EKS the archive is where alerts go. Elsewhere the claim that is left open asks an owner for it. */
function notCarried(object: SynthesizedObject, container: string, context: CheckContext): string | undefined {
  return alertsStay(object, container, context, missesNodes);
}

/** Bottlerocket enforces SELinux, and its type for containers may not look into other processes. */
function confined(pod: unknown, falco: unknown, { profile: { platform } }: CheckContext): string | undefined {
  if (!(platform instanceof EksPlatform)) return undefined;
  const group = platform.nodeGroups.find(({ image = NodeImage.BOTTLEROCKET }) => image.startsWith('BOTTLEROCKET_'));
  const type = at(falco, 'securityContext', 'seLinuxOptions', 'type') ?? at(pod, 'securityContext', 'seLinuxOptions', 'type');
  if (group === undefined || PRIVILEGED_TYPES.includes(String(type))) return undefined;
  return `Falco sees no process on Bottlerocket, which the node group ${group.name} runs: its SELinux type is ${String(type ?? 'that of every container')}, not spc_t`;
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

/** Only the socket is one's own in what was written: an unknown field would be one that takes rules or events away, or sends alerts elsewhere. */
function misconfigured(text: string, pod: unknown, falco: unknown): string | undefined {
  const config = parsed(text);
  if (config === undefined) return 'falco.yaml is not the JSON that was written';
  const socket = String(listAt(listAt(config, 'plugins')[0], 'init_config', 'engines', 'cri', 'sockets')[0]);
  const expected = falcoConfig(socket);
  if (text !== expected) {
    const written = parsed(expected);
    const field = [...new Set([...Object.keys(written as object), ...Object.keys(config as object)])].find((key) => !sameContent(at(written, key), at(config, key)));
    return `falco.yaml is not the library's: ${field ?? 'it was written anew'}`;
  }
  return mountsHost(pod, falco, path.posix.dirname(socket)) ? undefined : "Falco names no pod: it does not see the folder of the container runtime's socket";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What lists leave out of what the rules look for. */
function weakLists(text: string, context: CheckContext): string | undefined {
  const { profile } = context;
  const { lists: actual, knownExec } = listsOf(text) ?? {};
  if (!actual || knownExec === undefined) return `${RULE_FILES.lists} is not as it was written`;
  const phiNamespaces = profile.phiNamespaces.map(({ name }) => name);
  const { lists: expected } = listsOf(falcoLists({ phiNamespaces, internalNetworks: INTERNAL_NETWORKS, secretFolders: SECRET_FOLDERS }))!;
  for (const [name, items] of expected) {
    const missing = items.find((item) => !actual.get(name)?.includes(item));
    if (missing !== undefined && name !== 'hipaa_internal_networks') return `the list ${name} lacks ${missing}`;
  }
  const wide = (actual.get('hipaa_internal_networks') ?? []).find((block) => Number(block.split('/')[1] ?? 0) < (block.includes(':') ? WIDEST.ipv6 : WIDEST.ipv4));
  return wide === undefined ? unknownExecs(knownExec, context) : `hipaa_internal_networks takes the internet for internal: ${wide}`;
}

interface Lists {
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Condition of the probes and hooks that are no alert. */
  readonly knownExec: string;
}

/** Lists by name, and the macro behind them; undefined where the text has anything else, or one twice, as the last would replace the first. */
function listsOf(text: string): Lists | undefined {
  const lists = new Map<string, readonly string[]>();
  const entries = text.trimEnd().split(/\n+(?=- )/);
  const macro = /^- macro: (\w+)\n {2}condition: ("[^\n]*")$/.exec(entries.pop() ?? '');
  const knownExec = macro?.[1] === KNOWN_EXEC ? parsed(macro[2]) : undefined;
  if (typeof knownExec !== 'string') return undefined;
  for (const entry of entries) {
    const match = /^- list: (\w+)\n {2}items: (\[[^\n]*\])$/.exec(entry);
    const items = match ? parsed(match[2]) : undefined;
    if (!match || !Array.isArray(items) || lists.has(match[1])) return undefined;
    lists.set(match[1], items.map(String));
  }
  return { lists, knownExec };
}
