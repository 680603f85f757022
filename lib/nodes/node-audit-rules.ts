/** Where the rules lie on a node; auditd reads the files of this folder in the order of their names, and these come last. @internal */
export const AUDIT_RULES_PATH = '/etc/audit/rules.d/99-hipaa.rules';

/** @internal */
export interface NodeAuditRulesProps {
  /** Whether the nodes are Arm, whose kernel has other system calls. */
  readonly arm: boolean;
  /** Socket of the container runtime. */
  readonly runtimeSocket: string;
}

/** Folders and files that are watched, each with its permissions (read, write, attribute change) and its key. */
const FOLDERS: readonly (readonly [path: string, permissions: string, key: string])[] = [
  // Volumes, tokens and mounted secrets of pods lie below it. Reads by pods stay out, as they never end; those by people are a rule of their own.
  ['/var/lib/kubelet', 'wa', 'hipaa-kubelet'],
  ['/etc/kubernetes', 'rwa', 'hipaa-kubernetes'],
  ['/etc/containerd', 'wa', 'hipaa-runtime'],
  ['/root/.ssh', 'wa', 'hipaa-credentials'],
  ['/root/.kube', 'rwa', 'hipaa-credentials'],
  ['/root/.aws', 'rwa', 'hipaa-credentials'],
  ['/etc/sudoers.d', 'wa', 'hipaa-identity'],
  ['/etc/audit', 'wa', 'hipaa-audit'],
  ['/var/log/audit', 'wa', 'hipaa-audit'],
];
const FILES: readonly (readonly [path: string, permissions: string, key: string])[] = [
  ['/etc/passwd', 'wa', 'hipaa-identity'],
  ['/etc/group', 'wa', 'hipaa-identity'],
  ['/etc/shadow', 'rwa', 'hipaa-identity'],
  ['/etc/gshadow', 'rwa', 'hipaa-identity'],
  ['/etc/sudoers', 'wa', 'hipaa-identity'],
  ['/etc/localtime', 'wa', 'hipaa-time'],
  ['/etc/chrony.conf', 'wa', 'hipaa-time'],
];
/** Whoever signed in, and no service of the system: the login stays with a person through sudo. */
const PEOPLE = '-F auid>=1000 -F auid!=unset';

/** System calls that are recorded, each group with its filters and its key. */
const CALLS: readonly (readonly [calls: string, filters: string, key: string])[] = [
  ['adjtimex,settimeofday,clock_settime', '', 'hipaa-time'],
  ['init_module,finit_module,delete_module', '', 'hipaa-modules'],
  ['execve,execveat', `-F euid=0 ${PEOPLE}`, 'hipaa-root'],
  ['mount,umount2', PEOPLE, 'hipaa-mounts'],
  ['open,openat,openat2', `-F dir=/var/lib/kubelet/pods ${PEOPLE}`, 'hipaa-phi-read'],
];

/** Folders that the kernel has to find when it takes the rules. @internal */
export const AUDITED_FOLDERS: readonly string[] = [...FOLDERS.map(([path]) => path), '/var/lib/kubelet/pods'];

/**
 * Rules of auditd for a Kubernetes node. What was there is dropped first, and `-e 2` comes last, which refuses every further change until the node restarts, root's
 * included. Nothing is ignored: a rule that the kernel refuses ends the load, and shows.
 *
 * @internal
 */
export function nodeAuditRules({ arm, runtimeSocket }: NodeAuditRulesProps): string {
  const architectures = arm ? ['b64'] : ['b64', 'b32'];
  // Arm never had the call, and auditctl refuses a name that it does not know.
  const known = (calls: string): string => (arm ? calls.replace(/^open,/, '') : calls);
  const rule = (...parts: readonly string[]): string => ['-a always,exit', ...parts.filter((part) => part !== '')].join(' ');
  return `${[
    '## 45 CFR 164.312(b): who touched what holds PHI on this node. These folders exist before the rules are loaded:',
    `## ${AUDITED_FOLDERS.join(' ')}`,
    '-D',
    '-b 16384',
    '-f 1',
    ...architectures.flatMap((architecture) => [
      ...FOLDERS.map(([path, permissions, key]) => rule(`-F arch=${architecture}`, `-F dir=${path}`, `-F perm=${permissions}`, `-F key=${key}`)),
      ...FILES.map(([path, permissions, key]) => rule(`-F arch=${architecture}`, `-F path=${path}`, `-F perm=${permissions}`, `-F key=${key}`)),
      // No permission: who calls a socket opens no file.
      rule(`-F arch=${architecture}`, '-S connect', `-F path=${runtimeSocket}`, PEOPLE, '-F key=hipaa-runtime-socket'),
      ...CALLS.map(([calls, filters, key]) => rule(`-F arch=${architecture}`, `-S ${known(calls)}`, filters, `-F key=${key}`)),
    ]),
    '-e 2',
  ].join('\n')}\n`;
}

/**
 * The script that loads the rules on an Amazon Linux 2023 node. Where they do not load, the kubelet is masked, and a node that nobody audits never joins.
 * `AUDITED_FOLDERS` that come later are made for the rules to hold.
 *
 * @internal
 */
export function nodeAuditScript(arm: boolean): string {
  const runtimeSocket = '/run/containerd/containerd.sock';
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    "trap 'systemctl mask kubelet' ERR",
    'command -v augenrules >/dev/null || dnf install --assumeyes audit',
    `mkdir -p ${AUDITED_FOLDERS.join(' ')} /run/containerd`,
    `cat > ${AUDIT_RULES_PATH} <<'RULES'`,
    nodeAuditRules({ arm, runtimeSocket }).trimEnd(),
    'RULES',
    `chmod 0640 ${AUDIT_RULES_PATH}`,
    'systemctl enable --now auditd',
    'augenrules --load',
    '',
  ].join('\n');
}
