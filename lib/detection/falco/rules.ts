import * as path from 'node:path';
import { textFile } from '../../manifests/text-file';
import { argumentsOf, type FalcoKnownExec } from '../../profile/falco-known-exec';

/** Files of the rules, in the order in which Falco reads them. @internal */
export const RULE_FILES = { lists: 'phi_lists.yaml', rules: 'phi_rules.yaml' } as const;

/** Where Falco finds its configuration and rules in its container. @internal */
export const FALCO_FOLDER = '/etc/hipaa-falco';

/** Macro of the probes and hooks that are no alert. @internal */
export const KNOWN_EXEC = 'hipaa_known_exec';

const SHELLS = ['ash', 'bash', 'busybox', 'csh', 'dash', 'fish', 'ksh', 'sh', 'tcsh', 'zsh'];
const COPYING_TOOLS = ['awk', 'base64', 'cat', 'cp', 'curl', 'dd', 'grep', 'head', 'less', 'more', 'nc', 'ncat', 'netcat', 'rsync', 'scp', 'sed', 'socat', 'strings', 'tail', 'tar', 'vi', 'vim', 'wget', 'xxd'];
/** Parents of what a container runtime starts, as the kernel names them: at most 15 characters. */
const CONTAINER_RUNTIMES = ['conmon', 'containerd-shim', 'crio', 'crun', 'exe', 'runc', 'runc:[0:PARENT]', 'runc:[1:CHILD]', 'runc:[2:INIT]', 'systemd'];
const PACKAGE_MANAGERS = ['apk', 'apt', 'apt-get', 'dnf', 'dpkg', 'gem', 'microdnf', 'npm', 'pip', 'pip3', 'rpm', 'tdnf', 'yum', 'zypper'];
const PROGRAM_FOLDERS = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/lib', '/usr/local/bin', '/usr/local/sbin', '/lib', '/lib64'];
const METADATA_ADDRESSES = ['169.254.169.254', 'fd00:ec2::254'];
/** What is no internet: private, shared, loopback, link-local and unspecified addresses. Metadata has a rule of its own. @internal */
export const INTERNAL_NETWORKS: readonly string[] = [
  '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '0.0.0.0/32', '::/128', '::1/128', 'fc00::/7', 'fe80::/10',
];
/** Where secrets are mounted as files. @internal */
export const SECRET_FOLDERS: readonly string[] = ['/etc/secrets', '/mnt/secrets-store', '/run/secrets', '/var/run/secrets', '/vault/secrets'];

/** What the rules look for, as far as a platform changes it. @internal */
export interface FalcoListsProps {
  readonly phiNamespaces: readonly string[];
  readonly internalNetworks: readonly string[];
  readonly secretFolders: readonly string[];
  /** @default - none */
  readonly knownExecs?: readonly FalcoKnownExec[];
}

/** @internal */
export function falcoLists(props: FalcoListsProps): string {
  return [
    list('hipaa_phi_namespaces', props.phiNamespaces),
    list('hipaa_internal_networks', props.internalNetworks),
    list('hipaa_secret_folders', props.secretFolders),
    list('hipaa_shells', SHELLS),
    list('hipaa_copying_tools', COPYING_TOOLS),
    list('hipaa_container_runtimes', CONTAINER_RUNTIMES),
    list('hipaa_package_managers', PACKAGE_MANAGERS),
    list('hipaa_program_folders', PROGRAM_FOLDERS),
    list('hipaa_metadata_addresses', METADATA_ADDRESSES),
    knownExecsMacro(props.knownExecs ?? []),
  ].join('\n');
}

/** @internal */
export function falcoRules(): string {
  return textFile(path.join(__dirname, RULE_FILES.rules));
}

/** The items are JSON, which YAML reads: names with a colon or a slash need no further quotes. */
function list(name: string, items: readonly string[]): string {
  return `- list: ${name}\n  items: ${JSON.stringify(items)}\n`;
}

/** No event has the number 0. */
const NEVER = 'evt.num = 0';

/** Values were checked, and hold no quote. */
function knownExecsMacro(execs: readonly FalcoKnownExec[]): string {
  const clauses = execs.map((exec) => `(k8s.ns.name = "${exec.namespace}" and container.name = "${exec.container}" and proc.exepath = "${exec.program}" and proc.args = "${argumentsOf(exec)}")`);
  return `- macro: ${KNOWN_EXEC}\n  condition: ${JSON.stringify(clauses.join(' or ') || NEVER)}\n`;
}

/** A probe or a hook as the rules know it. @internal */
export interface KnownClause {
  readonly namespace: string;
  readonly container: string;
  readonly program: string;
  readonly args: string;
}

/** What a condition of the macro lets pass; undefined where it was written by somebody else. @internal */
export function knownClauses(condition: string): KnownClause[] | undefined {
  if (condition === NEVER) return [];
  const clause = /^\(k8s\.ns\.name = "([^"\\]+)" and container\.name = "([^"\\]+)" and proc\.exepath = "(\/[^"\\]+)" and proc\.args = "([^"\\]*)"\)/;
  const clauses: KnownClause[] = [];
  for (let rest = condition; ;) {
    const match = clause.exec(rest);
    if (!match) return undefined;
    const [text, namespace, container, program, args] = match;
    clauses.push({ namespace, container, program, args });
    rest = rest.slice(text.length);
    if (rest === '') return clauses;
    if (!rest.startsWith(' or ')) return undefined;
    rest = rest.slice(' or '.length);
  }
}
