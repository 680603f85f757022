import { join } from 'node:path';
import { Construct } from 'constructs';
import { ControlPlaneFile } from '../control-plane/control-plane-file';
import { ControlPlanePaths } from '../control-plane/paths';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { textFile } from '../manifests/text-file';
import { checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkRuntimeSocket, CONTAINERD_SOCKET } from '../profile/runtime-socket';
import { auditdConfiguration, foldersFile, loadRules, nodeAuditGate, rulesFile, type NodeFile } from './node-audit-parts';

export interface NodeAuditFilesProps {
  /**
   * Sockets of the container runtimes of the nodes; CRI-O has /run/crio/crio.sock.
   * @default - containerd's, /run/containerd/containerd.sock
   */
  readonly runtimeSockets?: readonly string[];
  /**
   * Sockets of the KMS plugins that the API server calls, as those of KmsPlugin: who connects to one is recorded.
   * @default - KmsPlugin's, /var/run/kmsplugin/socket.sock
   */
  readonly kmsSockets?: readonly string[];
}

const FOLDER = 'node-audit';
/** Rules by what `uname -m` says of a node. */
const ARCHITECTURES: readonly (readonly [machine: string, arm: boolean])[] = [['x86_64', false], ['aarch64', true]];

/**
 * What has auditd record, on every node of a self-managed cluster, who touched what holds PHI: the folders of pods and of the kubelet, credentials, accounts, the clock, kernel
 * modules, container runtimes, and what people do as root. Copy the folder `node-audit` onto each node, control plane and workers, and run its `install.sh` as root before
 * kubeadm (`bash install.sh`): it replaces the rules of the distribution, locks its own until the node restarts (`-e 2`), and from then on the kubelet starts only where they
 * are in force. Every node has the same rules, which are about etcd, the KMS plugin and the API server's log as well: on workers those folders stay empty.
 *
 * The script refuses a node without room for 640 MB of records. Nothing stops a node whose disk is full, as that would take etcd's quorum along: auditd gives up its oldest
 * file for new records, and says so in the journal. After `kubeadm reset` a node restarts before it joins again, as the kernel drops rules on folders that are taken away.
 *
 * Serves 45 CFR 164.312(b). Control AU10 is left open: who makes the nodes can tell whether each of them ran the script, and nothing here can. The log leaves the nodes by a
 * FluentBitShipper, which does it by default on a self-managed platform.
 *
 * Not recorded: processes that started before the rules (boot with `audit=1` on the kernel's command line to have them, too), what root has others do who never signed in
 * (`systemd-run`), files that are opened by io_uring, system calls in 32-bit mode on Arm. Commands are recorded with their arguments, which may hold PHI. Where
 * several people sign in as one user, root included, the rules cannot tell one from another.
 *
 * @example
 *   new NodeAuditFiles(scope, 'NodeAudit', { runtimeSockets: ['/run/crio/crio.sock'] });
 */
export class NodeAuditFiles extends Construct {
  public constructor(scope: Construct, id: string, props: NodeAuditFilesProps = {}) {
    super(scope, id);
    checkFields(this.node.path, props, ['runtimeSockets', 'kmsSockets'], 'files of the node audit take no other field');
    const { runtimeSockets = [CONTAINERD_SOCKET], kmsSockets = [ControlPlanePaths.KMS_SOCKET] } = props;
    this.checkRuntimeSockets(runtimeSockets);
    this.checkKmsSockets(kmsSockets);
    const files = [...nodeAuditGate(), foldersFile({ arm: false, runtimeSockets, kmsSockets }), auditdConfiguration()];
    const rules = ARCHITECTURES.map(([machine, arm]) => rulesFile(`hipaa.${machine}.rules`, { arm, runtimeSockets, kmsSockets }));
    const install = new NodeAuditFile(this, 'Resource', 'install.sh', installScript(files, rules[0]));
    for (const { name, text } of [...rules, ...files]) new NodeAuditFile(this, name, name, text);
    Safeguard.leaveOpen(install, Control.AU10_NODE_AUDIT, 'locks rules of auditd on a node, and keeps a kubelet without them from starting, where somebody runs it on each node before the node joins');
  }

  private checkRuntimeSockets(sockets: readonly string[]): void {
    const path = this.node.path;
    if (!Array.isArray(sockets) || sockets.length === 0) {
      throw Errors.refused(path, 'runtimeSockets is no list of sockets', sockets, 'control AU10, 45 CFR 164.312(b): who calls the container runtime is root on the node', "name each: ['/run/crio/crio.sock']");
    }
    for (const socket of sockets as readonly string[]) checkRuntimeSocket(path, 'runtimeSockets', socket);
  }

  private checkKmsSockets(sockets: readonly string[]): void {
    const path = this.node.path;
    const rule = 'control AU10, 45 CFR 164.312(b): who calls a KMS plugin can decrypt what is in etcd';
    if (!Array.isArray(sockets) || sockets.length === 0) throw Errors.refused(path, 'kmsSockets is no list of sockets', sockets, rule, `name each: ['${ControlPlanePaths.KMS_SOCKET}']`);
    const bad = (sockets as readonly unknown[]).find((socket) => typeof socket !== 'string' || !/^\/(run|var\/run|opt|srv)(\/\w[\w.-]*){2,}$/.test(socket));
    if (bad !== undefined) throw Errors.refused(path, 'kmsSockets has an entry that is no path of a socket', bad, rule, `use the path that the EncryptionConfiguration names, such as '${ControlPlanePaths.KMS_SOCKET}'`);
  }
}

/** One of the files. It is text, and read by nobody but the node. */
class NodeAuditFile extends ControlPlaneFile {
  public readonly fileName: string;
  private readonly text: string;

  public constructor(scope: Construct, id: string, name: string, text: string) {
    super(scope, id);
    this.fileName = `${FOLDER}/${name}`;
    this.text = text;
  }

  public override toText(): string {
    return this.text;
  }

  /** What is judged of it: its lines. */
  public toObject(): Record<string, unknown> {
    return { apiVersion: 'node-audit', kind: 'NodeAuditFile', lines: this.text.trimEnd().split('\n') };
  }
}

function installScript(files: readonly NodeFile[], rules: NodeFile): string {
  const copied = ({ name, target, mode }: NodeFile): string => `install -D -m ${mode} "$here/${name}" ${target}\n`;
  return [
    textFile(join(__dirname, 'node-audit-install.sh')),
    ...files.map(copied),
    copied({ ...rules, name: 'hipaa.$(uname -m).rules' }),
    loadRules(),
  ].join('');
}
