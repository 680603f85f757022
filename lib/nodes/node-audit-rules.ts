import { ControlPlanePaths } from '../control-plane/paths';

/** What differs between the nodes of one platform and of another. @internal */
export interface NodeAuditRulesProps {
  /** Whether the nodes are Arm, whose kernel has other system calls. */
  readonly arm: boolean;
  /** Sockets of container runtimes; the folder of each exists when the rules are loaded. */
  readonly runtimeSockets: readonly string[];
  /**
   * Sockets of KMS plugins, where the control plane is one's own; empty where it encrypts by none. The rules are then about what lies on control planes, too, and about
   * files that some distributions have: every node has the same, as workers lose nothing by a watch on an empty folder.
   */
  readonly kmsSockets?: readonly string[];
  /** A user of the node whose sessions have no login: Session Manager starts a shell and signs nobody in. */
  readonly sessionUser?: string;
}

type Watch = readonly [path: string, permissions: string, key: string];

/** Folders with all that lies in them, whoever touches it. What is mounted below one later is not seen: those who may get there are, by what they open. */
const FOLDERS: readonly Watch[] = [
  // Certificates, keys and static pods.
  ['/etc/kubernetes', 'wa', 'kubernetes'],
  ['/var/lib/kubelet/pki', 'wa', 'kubelet'],
  ['/etc/containerd', 'wa', 'runtime'],
  ['/etc/cni', 'wa', 'runtime'],
  ['/opt/cni/bin', 'wa', 'runtime'],
  ['/etc/systemd/system', 'wa', 'services'],
  ['/etc/sudoers.d', 'wa', 'identity'],
  ['/etc/pam.d', 'wa', 'identity'],
  ['/root/.ssh', 'wa', 'identity'],
  ['/etc/audit', 'wa', 'audit'],
  ['/var/log/audit', 'wa', 'audit'],
];

/** Folders that the node itself works in all the time: what people do there is recorded, reading included. */
const PEOPLES_FOLDERS: readonly Watch[] = [
  // Secrets, tokens and volumes of pods.
  ['/var/lib/kubelet/pods', 'rwxa', 'pod-volumes'],
  ['/var/lib/kubelet', 'rwxa', 'kubelet'],
  ['/var/lib/containerd', 'rwxa', 'runtime'],
  ['/etc/kubernetes', 'rwxa', 'kubernetes'],
];

/** Beside these where the control plane is one's own: the API server's audit log, and the clock's sources as Debian and Ubuntu lay them out. */
const SELF_MANAGED_FOLDERS: readonly Watch[] = [
  [ControlPlanePaths.AUDIT_LOG_DIRECTORY, 'wa', 'api-audit'],
  ['/etc/chrony', 'wa', 'time'],
];

/** What etcd keeps, every Secret among it. It writes there all the time. */
const SELF_MANAGED_PEOPLES_FOLDERS: readonly Watch[] = [['/var/lib/etcd', 'rwxa', 'etcd']];

const SELF_MANAGED_FILES: readonly Watch[] = [
  ['/etc/systemd/timesyncd.conf', 'wa', 'time'],
  ...['etcdctl', 'etcdutl'].flatMap((name) => ['/usr/bin', '/usr/local/bin'].map((folder): Watch => [`${folder}/${name}`, 'wxa', 'etcd'])),
];

const FILES: readonly Watch[] = [
  ['/var/lib/kubelet/config.yaml', 'wa', 'kubelet'],
  ['/var/lib/kubelet/kubeconfig', 'wa', 'kubelet'],
  ...['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/nsswitch.conf'].map((path): Watch => [path, 'wa', 'identity']),
  ...['/etc/localtime', '/etc/chrony.conf'].map((path): Watch => [path, 'wa', 'time']),
  ...['/usr/bin/kubelet', '/usr/bin/containerd', '/usr/bin/runc', '/usr/sbin/runc'].map((path): Watch => [path, 'wa', 'runtime']),
  // Who starts one of these is after a container or its files. A container has files of its own, which these rules do not see.
  ...['crictl', 'ctr', 'nerdctl', 'kubectl'].flatMap((name) => ['/usr/bin', '/usr/local/bin'].map((folder): Watch => [`${folder}/${name}`, 'wxa', 'runtime-tools'])),
  ['/usr/bin/nsenter', 'wxa', 'runtime-tools'],
  ...['/usr/bin/sudo', '/usr/bin/su'].map((path): Watch => [path, 'wxa', 'privilege']),
  ...['/usr/sbin/auditctl', '/usr/sbin/augenrules', '/usr/sbin/auditd'].map((path): Watch => [path, 'wxa', 'audit']),
];

/** Whoever signed in, as root too: the login stays with a person through sudo. Services have none, but for what cron starts. */
const PEOPLE = '-F auid!=unset';
const OPEN_CALLS = 'open,creat,openat,openat2,open_by_handle_at';
const FILE_CALLS = `${OPEN_CALLS},unlink,unlinkat,rename,renameat,renameat2`;
const MOUNT_CALLS = 'mount,umount2,move_mount,open_tree,fsopen,fsmount,pivot_root,setns,unshare';
/** Calls that the kernel of 64-bit Arm never had. auditctl refuses a name that it does not know. */
const NOT_ON_ARM = ['open', 'creat', 'unlink', 'rename'];

/** Calls that 32-bit programs of x86 have beside these. */
const ALSO_IN_32_BIT: Readonly<Record<string, readonly string[]>> = {
  connect: ['socketcall'], umount2: ['umount'], clock_settime: ['clock_settime64', 'stime'], clock_adjtime: ['clock_adjtime64'],
};

/** What rules of one platform are about. */
interface Watched {
  readonly folders: readonly Watch[];
  readonly peoplesFolders: readonly Watch[];
  readonly files: readonly Watch[];
  readonly runtimeSockets: readonly string[];
  readonly kmsSockets: readonly string[];
}

function watched({ runtimeSockets, kmsSockets }: NodeAuditRulesProps): Watched {
  if (kmsSockets === undefined) return { folders: FOLDERS, peoplesFolders: PEOPLES_FOLDERS, files: FILES, runtimeSockets, kmsSockets: [] };
  return {
    folders: [...FOLDERS, ...SELF_MANAGED_FOLDERS],
    peoplesFolders: [...PEOPLES_FOLDERS, ...SELF_MANAGED_PEOPLES_FOLDERS],
    files: [...FILES, ...SELF_MANAGED_FILES],
    runtimeSockets,
    // Where it is: /var/run is a link.
    kmsSockets: [...new Set(kmsSockets.map((socket) => socket.replace(/^\/var\/run\//, '/run/')))],
  };
}

/** Folders that have to be there when the rules are loaded: the kernel refuses a rule on a folder that is missing, and no rule after it is loaded. @internal */
export function auditedFolders(props: NodeAuditRulesProps): readonly string[] {
  const { folders, peoplesFolders, files, runtimeSockets, kmsSockets } = watched(props);
  const named = [...folders, ...peoplesFolders].map(([path]) => path);
  const holding = [...files.map(([path]) => path), ...runtimeSockets, ...kmsSockets].map((path) => path.slice(0, path.lastIndexOf('/')));
  return [...new Set([...named, ...holding])].filter((folder) => !/^(\/etc|\/etc\/systemd|\/run|\/usr\/(local\/)?s?bin)$/.test(folder)).sort();
}

/**
 * Rules of auditd for a Kubernetes node, for audit 3.0 or later. What was there is dropped first, and `-e 2` comes last, which refuses every further change until the node
 * restarts, root's included. Nothing is ignored: a rule that the kernel refuses ends the load, and shows.
 *
 * Rules on folders do not see what is mounted there later, as every Secret of a pod is. So whoever signed in and is root is recorded by each file that they open, wherever
 * it is. Container runtimes and KMS plugins are recorded by who connects to their socket.
 *
 * @internal
 */
export function nodeAuditRules(props: NodeAuditRulesProps): string {
  const { arm, sessionUser } = props;
  const { folders, peoplesFolders, files, runtimeSockets, kmsSockets } = watched(props);
  const architectures = arm ? ['b64'] : ['b64', 'b32'];
  const session = sessionUser === undefined ? [] : [`-F auid=unset -F uid=${sessionUser}`];
  const call = (calls: string, filters: string, key: string): string[] => architectures.map((architecture) => {
    const known = calls.split(',').filter((name) => !(arm && NOT_ON_ARM.includes(name)));
    const more = architecture === 'b32' ? known.flatMap((name) => ALSO_IN_32_BIT[name] ?? []) : [];
    return rule(`-F arch=${architecture}`, `-S ${[...known, ...more].join(',')}`, filters, key);
  });
  return `${[
    '## 45 CFR 164.312(b): who touched what holds PHI on this node.',
    '-D',
    '-b 16384',
    '--backlog_wait_time 60000',
    // A full queue or a lost record is written to the kernel log; to stop the node would let anyone who can flood the queue stop it.
    '-f 1',
    // Who signed in stays who they are, whatever they become.
    '--loginuid-immutable',
    '## Folders and files',
    ...folders.map(([path, permissions, key]) => rule(`-F dir=${path}`, `-F perm=${permissions}`, '', key)),
    ...peoplesFolders.map(([path, permissions, key]) => rule(`-F dir=${path}`, `-F perm=${permissions}`, PEOPLE, key)),
    ...files.map(([path, permissions, key]) => rule(`-F path=${path}`, `-F perm=${permissions}`, '', key)),
    '## Container runtimes',
    ...runtimeSockets.flatMap((socket) => call('connect', `-F path=${socket}`, 'runtime-socket')),
    ...(kmsSockets.length === 0 ? [] : ['## The KMS plugin: who calls it can decrypt', ...kmsSockets.flatMap((socket) => call('connect', `-F path=${socket}`, 'kms-socket'))]),
    '## People',
    ...[PEOPLE, ...session].flatMap((who) => [
      ...call('execve,execveat', who, 'commands'),
      ...call(OPEN_CALLS, `-F exit=-EACCES ${who}`, 'denied'),
      ...call(OPEN_CALLS, `-F exit=-EPERM ${who}`, 'denied'),
    ]),
    ...call(MOUNT_CALLS, PEOPLE, 'mounts'),
    ...call('ptrace,process_vm_readv,process_vm_writev', PEOPLE, 'memory'),
    ...call(FILE_CALLS, `-F euid=0 ${PEOPLE}`, 'root-files'),
    "## Root that nobody signed in for, such as Run Command's: shells of the node",
    ...['/usr/bin/bash', '/usr/bin/dash'].flatMap((shell) => call('execve,execveat', `-F exe=${shell} -F euid=0 -F auid=unset`, 'root-shells')),
    '## Kernel and clock',
    ...call('init_module,finit_module,delete_module', '', 'modules'),
    ...call('settimeofday,clock_settime', '', 'time'),
    // chrony has a user of its own, and adjusts the clock all the time.
    ...call('adjtimex,clock_adjtime', '-F euid=0', 'time'),
    '-e 2',
  ].join('\n')}\n`;
}

function rule(...parts: readonly [string, string, string, string]): string {
  const key = parts[3];
  return ['-a always,exit', ...parts.slice(0, 3).filter((part) => part !== ''), `-F key=hipaa-${key}`].join(' ');
}
