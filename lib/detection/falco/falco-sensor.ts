import { ApiObject, JsonPatch, type ApiObjectProps } from 'cdk8s';
import { KubeConfigMap, KubeDaemonSet, KubeNamespace, KubeNetworkPolicy, KubeServiceAccount, IntOrString, type Toleration } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { podSecurityLabels } from '../../manifests/pod-security-labels';
import { hashOf } from '../../manifests/text-file';
import { checkCidr, checkDnsLabel, checkFields, checkImageDigest } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkKnownExecs, type FalcoKnownExec } from '../../profile/falco-known-exec';
import { KubernetesVersion } from '../../profile/kubernetes-version';
import { Platform, PlatformKind } from '../../profile/platform';
import { falcoConfig } from './config';
import { falcoPod } from './pod-template';
import { falcoResources, type FalcoResources } from './resources';
import { falcoLists, falcoRules, INTERNAL_NETWORKS, RULE_FILES, SECRET_FOLDERS } from './rules';

export interface FalcoSensorProps {
  readonly platform: Platform;
  /** Every namespace that holds PHI: the rules are about their pods. */
  readonly phiNamespaces: readonly string[];
  /** Falco's image, by digest: 0.43 or later, with its container plugin inside. */
  readonly image: string;
  /**
   * Namespace of Falco, and of nothing else. Never one that holds PHI or is Kubernetes' own.
   * @default hipaa-falco
   */
  readonly namespace?: string;
  /**
   * Name of the DaemonSet and the ServiceAccount; the ConfigMap's is `<name>-config`.
   * @default falco
   */
  readonly name?: string;
  /**
   * Socket of the nodes' container runtime, which names the pod of a process, best in a folder of its own: the folder is mounted. CRI-O has /run/crio/crio.sock.
   * @default /run/containerd/containerd.sock
   */
  readonly runtimeSocket?: string;
  /**
   * Further blocks that are no internet: public addresses of the organisation.
   * @default - private, shared, loopback and link-local addresses
   */
  readonly internalCidrs?: readonly string[];
  /**
   * Further folders, as containers see them, below which secrets are mounted.
   * @default - /etc/secrets, /mnt/secrets-store, /run/secrets, /var/run/secrets and /vault/secrets
   */
  readonly secretFolders?: readonly string[];
  /**
   * Probes and hooks of PHI pods that the kubelet executes in a container, which looks as `kubectl exec` does. One that is not here is a critical alert whenever it runs:
   * probe over HTTPS or TCP where you can.
   * @default - none
   */
  readonly knownExecs?: readonly FalcoKnownExec[];
  /** @default - 100m to 1 core, 512Mi to 1Gi */
  readonly resources?: FalcoResources;
  /**
   * Taints that are tolerated for some seconds only, besides all of them.
   * @default - none: all taints are tolerated
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * Pods of lower priority make room on a full node. GKE admits system classes outside of kube-system where a ResourceQuota names them alone.
   * @default - system-node-critical on EKS and self-managed; none elsewhere
   */
  readonly priorityClassName?: string;
  /**
   * SELinux type of the pods, for nodes with SELinux enforcing, whose type for containers may not look into other processes and write to the runtime's socket: `spc_t`, with
   * container-selinux and on Bottlerocket, which takes it for its `control_t`. Without effect where SELinux is off.
   * @default - spc_t on EKS, as Bottlerocket enforces; the container runtime's choice elsewhere
   */
  readonly seLinuxType?: string;
}

const FIELDS = [
  'platform', 'phiNamespaces', 'image', 'namespace', 'name', 'runtimeSocket', 'internalCidrs', 'secretFolders', 'knownExecs', 'resources', 'tolerations', 'priorityClassName', 'seLinuxType',
];
const KUBERNETES_OWN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const WHY_PRIVILEGED = 'Falco reads processes, the tracing folder and the socket of the container runtime of its node: host paths are allowed at the level privileged alone';

/**
 * Falco on every node: it sees what the processes of PHI pods do, by the kernel's own events, and writes an alert where it is none of an application's business.
 *
 * Serves 45 CFR 164.312(b). Its rules (phi_rules.yaml) are about shells, programs that were executed into a pod, tools that read mounted secrets, calls to the internet and
 * to the metadata service, changed or foreign programs, and package managers, in the PHI namespaces alone. Alerts are JSON lines on standard output, without
 * command lines, as these may carry PHI: ship them with a FluentBitShipper of LogSource.CONTAINERS, without which they end with the pod's log. Falco tells, and stops nothing;
 * it tells the archive and no person. On EKS, findings of GuardDuty ring; elsewhere an owner attests who is told.
 *
 * It loads its modern eBPF probe (Linux 5.8 or later) as root with four capabilities, as Falco documents them, and is never privileged; on a read-only file system, without a
 * token, and with no way in or out of its pods. AppArmor's profile for containers would keep it from looking at other processes, and is off for it. What remains is
 * much: whoever runs as Falco reads each process's memory, and the runtime's socket, read-only or not, is root on the node. So the namespace is Falco's own, it enforces the
 * Pod Security level `privileged`, audits and warns at `restricted`, and says why in an annotation: keep everybody out of it.
 *
 * The kubelet's probes and hooks by `exec` look as `kubectl exec` does: name them in `knownExecs`, or probe over HTTPS or TCP. A program of the image is told from others by the
 * overlay file system of its container; with a snapshotter that uses none, every program is an alert. The image's own rules stay unread, as their output has command lines.
 *
 * Who knows the rules gets by them: a tool under another name, an interpreter or the application itself reads a secret as it may; io_uring opens and connects without a system
 * call that Falco sees; a call that the network drops has no address, and is none of its alerts; a container that is debugged with an image of shells under other names has
 * none. Images without shells, network policies, and the API server's audit log of exec, attach and ephemeral containers stand beside it.
 *
 * @example
 *   new FalcoSensor(chart, 'Falco', {
 *     platform: profile.platform,
 *     phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
 *     image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/falco@sha256:...',
 *   });
 */
export class FalcoSensor extends Construct {
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: FalcoSensorProps) {
    super(scope, id);
    const path = this.node.path;
    check(path, props);
    const { platform, image, name = 'falco', runtimeSocket = '/run/containerd/containerd.sock' } = props;
    this.namespace = props.namespace ?? 'hipaa-falco';
    checkNamespace(path, this.namespace, props.phiNamespaces);
    checkDnsLabel(path, 'name', name);
    const resources = falcoResources(`${path}.resources`, props.resources);
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'runtime-detection' };
    const metadata = (object: string) => ({ name: object, namespace: this.namespace, labels });

    // In the order of the tree, which is that of the file: no pod runs before what bounds it.
    this.addNamespace(platform, labels);
    const deny = new KubeNetworkPolicy(this, 'DefaultDeny', {
      metadata: { name: 'default-deny', namespace: this.namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    Safeguard.implement(deny, Control.NW1_DENY_ALL, 'selects every pod of the namespace and names both directions without a rule');
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', { metadata: metadata(name), automountServiceAccountToken: false });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'gives out no token: Falco asks the API server for nothing');

    const data = {
      'falco.yaml': falcoConfig(runtimeSocket),
      [RULE_FILES.lists]: falcoLists({
        phiNamespaces: props.phiNamespaces,
        internalNetworks: [...INTERNAL_NETWORKS, ...(props.internalCidrs ?? [])],
        secretFolders: [...SECRET_FOLDERS, ...(props.secretFolders ?? [])],
        knownExecs: props.knownExecs,
      }),
      [RULE_FILES.rules]: falcoRules(),
    };
    const configMap = `${name}-config`;
    new KubeConfigMap(this, 'Config', { metadata: metadata(configMap), data });

    const onEks = platform.kind === PlatformKind.EKS;
    const appArmorField = platform.version.isAtLeast(KubernetesVersion.V1_30);
    // Not the class of the bindings: it drops what Kubernetes 1.28 did not know, patches included.
    const daemonSet = new ApiObject(this, 'Resource', KubeDaemonSet.manifest({
      metadata: metadata(name),
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: IntOrString.fromString('10%') } },
        template: falcoPod({
          name, labels, image, configMap, runtimeSocket, resources,
          annotations: { 'checksum/config': hashOf(data), ...(appArmorField ? {} : { 'container.apparmor.security.beta.kubernetes.io/falco': 'unconfined' }) },
          onEks,
          tolerations: props.tolerations ?? [],
          priorityClassName: props.priorityClassName ?? (platform.kind === PlatformKind.EXTERNAL ? undefined : 'system-node-critical'),
          seLinuxType: props.seLinuxType ?? (onEks ? 'spc_t' : undefined),
        }),
      },
    }) as ApiObjectProps);
    // Kubernetes 1.30 made the annotation a field.
    if (appArmorField) daemonSet.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/securityContext/appArmorProfile', { type: 'Unconfined' }));
    Safeguard.implement(daemonSet, Control.AU9_RUNTIME, onEks
      ? 'watches the processes of every PHI pod on every node, and writes alerts that the log shipper carries into the archive; it rings nobody: findings of GuardDuty do'
      : 'watches the processes of every PHI pod on every node, and writes alerts for the log pipeline');
    if (!onEks) Safeguard.leaveOpen(daemonSet, Control.AU9_RUNTIME, 'alerts are lines in the logs of its pods: an owner attests that they leave the node, and who is told of them, by what, and how soon');
  }

  private addNamespace(platform: Platform, labels: Record<string, string>): void {
    clusterScoped(new KubeNamespace(this, 'Namespace', {
      metadata: {
        name: this.namespace,
        labels: {
          'app.kubernetes.io/component': labels['app.kubernetes.io/component'],
          ...podSecurityLabels(platform.version, 'privileged'),
        },
        annotations: { 'cdk8s-hipaa/pod-security-exception': WHY_PRIVILEGED },
      },
    }));
  }
}

function check(path: string, props: FalcoSensorProps): void {
  checkFields(path, props, FIELDS, 'Falco takes no other field');
  if (!(props.platform instanceof Platform)) throw Errors.missing(path, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
  checkImageDigest(path, 'image', props.image);
  checkNames(path, props.phiNamespaces);
  const socket = props.runtimeSocket;
  if (socket !== undefined && (typeof socket !== 'string' || !/^(\/[\w.-]+){2,}\.sock$/.test(socket) || /\/\.{1,2}\//.test(socket))) {
    throw Errors.refused(path, 'runtimeSocket is no path of a socket', socket, 'Falco, container plugin: the socket of a CRI runtime on the node', "use a path such as '/run/crio/crio.sock'");
  }
  for (const cidr of listOf(path, 'internalCidrs', props.internalCidrs)) checkCidr(path, 'internalCidrs', cidr, 8, 32);
  checkKnownExecs(path, props.knownExecs);
  const elsewhere = props.knownExecs?.find(({ namespace }) => !props.phiNamespaces.includes(namespace));
  if (elsewhere !== undefined) {
    throw Errors.refused(path, 'knownExecs names a namespace that nobody watches', elsewhere.namespace, 'control AU9, 45 CFR 164.312(b): the rules are about pods of phiNamespaces', 'name one of phiNamespaces');
  }
  for (const folder of listOf(path, 'secretFolders', props.secretFolders)) {
    if (typeof folder !== 'string' || !/^(\/[\w.-]+)+$/.test(folder)) {
      throw Errors.refused(path, 'secretFolders has an entry that is no folder', folder, 'control AU9, 45 CFR 164.312(b): what is watched is a path in the container', "use an absolute path without a slash at its end, such as '/etc/tls'");
    }
  }
  if (props.seLinuxType !== undefined && (typeof props.seLinuxType !== 'string' || !/^[a-z][a-z0-9_]{0,60}_t$/.test(props.seLinuxType))) {
    throw Errors.refused(path, 'seLinuxType is no type', props.seLinuxType, 'Kubernetes, SELinuxOptions.type: a type of the policy of the nodes', "use a type such as 'spc_t', or leave seLinuxType out");
  }
}

function checkNames(path: string, names: readonly string[]): void {
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size !== names.length) {
    throw Errors.refused(path, 'phiNamespaces names nothing, or one twice', names, 'control AU9, 45 CFR 164.312(b): the rules are about the pods of these namespaces', 'name every namespace that holds PHI: profile.phiNamespaces.map((namespace) => namespace.name)');
  }
  for (const name of names as readonly string[]) checkDnsLabel(path, 'phiNamespaces', name);
}

function checkNamespace(path: string, namespace: string, phiNamespaces: readonly string[]): void {
  checkDnsLabel(path, 'namespace', namespace);
  if (phiNamespaces.includes(namespace) || KUBERNETES_OWN.includes(namespace)) {
    throw Errors.refused(path, "Falco's namespace is one that others use", namespace, 'controls PS1 and AC13, 45 CFR 164.312(a)(1): its Pod Security level is privileged, which no namespace that holds PHI may have', 'leave namespace out, or name one that is Falco\'s alone');
  }
}

function listOf(path: string, prop: string, list: readonly string[] | undefined): readonly string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length === 0) throw Errors.refused(path, `${prop} is no list, or an empty one`, list, `${prop} adds to the defaults`, `name at least one, or leave ${prop} out`);
  return list as readonly string[];
}
