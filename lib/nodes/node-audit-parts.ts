import { join, posix } from 'node:path';
import { textFile } from '../manifests/text-file';
import { auditedFolders, nodeAuditRules, type NodeAuditRulesProps } from './node-audit-rules';

/** A file of a node. @internal */
export interface NodeFile {
  /** Name of the file where it is handed over. */
  readonly name: string;
  /** Where it lies on the node. */
  readonly target: string;
  readonly mode: string;
  readonly text: string;
}

/** Where the rules lie on a node. augenrules reads the files of this folder that end in .rules. @internal */
export const AUDIT_RULES_PATH = '/etc/audit/rules.d/99-hipaa.rules';

/** What keeps a kubelet from starting on a node that nobody audits. They come first: whatever fails after them, the node does not join. @internal */
export function nodeAuditGate(): readonly NodeFile[] {
  return [
    { name: 'kubelet.conf', target: '/etc/systemd/system/kubelet.service.d/99-hipaa-node-audit.conf', mode: '0644', text: own('node-audit-kubelet.conf') },
    { name: 'check.sh', target: '/usr/local/sbin/hipaa-node-audit-check', mode: '0755', text: own('node-audit-check.sh') },
  ];
}

/** @internal */
export function auditdConfiguration(): NodeFile {
  return { name: 'auditd.conf', target: '/etc/audit/auditd.conf', mode: '0640', text: own('auditd.conf') };
}

/** @internal */
export function rulesFile(name: string, props: NodeAuditRulesProps): NodeFile {
  return { name, target: AUDIT_RULES_PATH, mode: '0640', text: nodeAuditRules(props) };
}

/**
 * The folders that rules are about, for systemd-tmpfiles at boot and the check before each start of the kubelet. A mode behind `:` is for new folders alone
 * (tmpfiles.d, from systemd 250 on; the check makes what an older one does not).
 *
 * @internal
 */
export function foldersFile(props: NodeAuditRulesProps): NodeFile {
  const modeOf = (folder: string): string => {
    if (/^\/(etc|opt)\//.test(folder)) return '0755';
    return folder === '/var/lib/containerd' || props.runtimeSockets.some((socket) => posix.dirname(socket) === folder) ? '0711' : '0700';
  };
  return {
    name: 'tmpfiles.conf', target: '/etc/tmpfiles.d/hipaa-node-audit.conf', mode: '0644',
    text: ['# Rules of auditd are about what lies here. Folders that are there keep their mode and owner.', ...auditedFolders(props).map((folder) => `d ${folder} :${modeOf(folder)} - - -`), ''].join('\n'),
  };
}

/** Puts the rules of auditd in force, and fails where they are not. @internal */
export function loadRules(): string {
  return own('node-audit-load.sh');
}

function own(name: string): string {
  return textFile(join(__dirname, name));
}
