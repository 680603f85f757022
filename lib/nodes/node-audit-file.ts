import type { Construct } from 'constructs';
import { ControlPlaneFile } from '../control-plane/control-plane-file';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import { AUDIT_RULES_PATH, nodeAuditRules } from './node-audit-rules';

export interface NodeAuditFileProps {
  /** Whether the nodes are Arm. A cluster of both needs a file for each. @default false */
  readonly arm?: boolean;
  /** Socket of the container runtime. CRI-O has /run/crio/crio.sock. @default /run/containerd/containerd.sock */
  readonly runtimeSocket?: string;
  /** Name of the file. @default node-audit.rules */
  readonly fileName?: string;
}

/**
 * The rules of auditd for every node of a self-managed cluster, control plane and workers: who touched the folders of pods and of the kubelet, credentials, accounts, the
 * clock, kernel modules and the container runtime's socket, and what people did as root. They cannot be changed until the node restarts (`-e 2`).
 *
 * Serves 45 CFR 164.312(b). The file goes to /etc/audit/rules.d/99-hipaa.rules on each node with auditd, before `augenrules --load`; auditd's log has to leave the node,
 * by a shipper or auditd's own plugin. It is no API object, and nothing here sees whether a node has it.
 *
 * On EKS, `EksNodeGroup` brings the rules to Amazon Linux 2023 itself. Bottlerocket has no auditd: its root file system cannot be written, its kernel is locked down, nobody
 * has a shell, and GuardDuty or Falco watches the processes; control AU10 is not met by that, and no claim is made.
 *
 * @example
 *   new NodeAuditFile(scope, 'NodeAudit', {});
 */
export class NodeAuditFile extends ControlPlaneFile {
  public readonly fileName: string;
  private readonly rules: string;

  public constructor(scope: Construct, id: string, props: NodeAuditFileProps = {}) {
    super(scope, id);
    const path = this.node.path;
    const { arm = false, runtimeSocket = '/run/containerd/containerd.sock', fileName = 'node-audit.rules' } = props;
    checkFields(path, props, ['arm', 'runtimeSocket', 'fileName'], 'a file of audit rules takes no other field');
    if (typeof arm !== 'boolean') throw Errors.refused(path, 'arm is no boolean', arm, 'Linux: system calls by architecture', 'use true or false');
    if (typeof runtimeSocket !== 'string' || !/^(\/[\w.-]+)+\.sock$/.test(runtimeSocket) || /\/\.{1,2}\//.test(runtimeSocket)) {
      throw Errors.refused(path, 'runtimeSocket is no path of a socket', runtimeSocket, 'control AU10, 45 CFR 164.312(b): who calls the container runtime is root on the node', "use a path such as '/run/crio/crio.sock'");
    }
    if (typeof fileName !== 'string' || !/^[a-z0-9][a-z0-9.-]*\.rules$/.test(fileName)) {
      throw Errors.refused(path, 'fileName is no name of a file of rules', fileName, 'augenrules: files end in .rules', "use a name such as 'node-audit.rules'");
    }
    this.fileName = fileName;
    this.rules = nodeAuditRules({ arm, runtimeSocket });
    Safeguard.implement(this, Control.AU10_NODE_AUDIT, `rules of auditd for each node, as ${AUDIT_RULES_PATH}`);
  }

  public override toText(): string {
    return this.rules;
  }

  /** The rules line by line, for those who judge what was written. */
  public toObject(): Record<string, unknown> {
    return { apiVersion: 'auditd/v1', kind: 'AuditRules', path: AUDIT_RULES_PATH, rules: this.rules.trimEnd().split('\n') };
  }
}
