import { CONTAINERD_SOCKET } from '../profile/runtime-socket';
import { auditdConfiguration, foldersFile, loadRules, nodeAuditGate, rulesFile, type NodeFile } from './node-audit-parts';

/** Where containerd listens on a node of Amazon EKS. */
const RUNTIME_SOCKETS = [CONTAINERD_SOCKET];
/** Nothing in these files is a line of its own like it. */
const END = 'HIPAA-END';

/**
 * The part of an Amazon Linux 2023 node's user data that has auditd record who touched what holds PHI.
 *
 * Serves 45 CFR 164.312(b). cloud-init runs it before the kubelet starts (nodeadm-run.service comes after cloud-final.service). Its first act is to make the kubelet's start
 * depend on a check of the rules that the kernel has: where any step after it fails, the node never becomes Ready, and the node group says so.
 */
export class NodeAuditUserData {
  /**
   * The script, for bash.
   *
   * @param arm whether the node is Graviton.
   * @param sessionUser the user that sessions of Session Manager run as; it is there when the script runs.
   */
  public static script(arm: boolean, sessionUser: string): string {
    const props = { arm, runtimeSockets: RUNTIME_SOCKETS, sessionUser };
    const files = [foldersFile(props), rulesFile('hipaa.rules', props), auditdConfiguration()];
    return [
      '#!/bin/bash',
      'set -euo pipefail',
      ...nodeAuditGate().map(written),
      // The repositories of Amazon Linux are in S3, which nodes without NAT reach by its gateway endpoint.
      'command -v augenrules > /dev/null || dnf install --assumeyes audit',
      ...files.map(written),
      loadRules().trimEnd(),
      '',
    ].join('\n');
  }

  private constructor() {}
}

function written({ target, mode, text }: NodeFile): string {
  return `install -D -m ${mode} /dev/stdin ${target} <<'${END}'\n${text}${END}`;
}
