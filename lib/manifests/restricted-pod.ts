import { at, listAt } from './content';
import { containersOf, titleOf, type PodContainer } from './pod-containers';

/** Images are volumes from Kubernetes 1.33, whose admission allows them (kubernetes/kubernetes#130394); what they hold is judged as any image. */
const VOLUME_TYPES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
/** Sysctls that concern the pod alone; some of them are allowed from Kubernetes 1.29 or 1.32 only, which the API server then says. */
const SYSCTLS = [
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const SECCOMP_TYPES = ['RuntimeDefault', 'Localhost'];
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const HANDLERS = [['livenessProbe'], ['readinessProbe'], ['startupProbe'], ['lifecycle', 'postStart'], ['lifecycle', 'preStop']];

/** Whether a security context, the pod's or a container's, names a seccomp profile that the standard allows. */
export function hasSeccompProfile(context: unknown): boolean {
  return SECCOMP_TYPES.includes(String(at(context, 'seccompProfile', 'type')));
}

/**
 * What the restricted Pod Security Standard forbids in a pod template, and a root file system that can be written, which the standard leaves open
 * (Kubernetes, Pod Security Standards; CIS 5.2.2 to 5.2.12 and 5.6.3). Every container of every kind is judged by what holds for it: its own setting, or
 * else the pod's. A pod for Windows is refused as a whole, because the standard asks most of this of Linux alone.
 */
export function restrictedFlaws(template: unknown): string[] {
  const spec = at(template, 'spec');
  return [...podFlaws(template, spec), ...containersOf(spec).flatMap((container) => [...containerFlaws(container, spec)].map((flaw) => `${titleOf(container)} ${flaw}`))];
}

function* podFlaws(template: unknown, spec: unknown): Generator<string> {
  for (const namespace of ['hostNetwork', 'hostPID', 'hostIPC']) if (!isOff(at(spec, namespace))) yield `${namespace} gives the pod a namespace of its node`;
  if (at(spec, 'os', 'name') === 'windows') yield 'os.name is windows, where seccomp, capabilities and read-only root file systems do not exist';
  for (const volume of listAt(spec, 'volumes')) {
    const types = typeof volume === 'object' && volume !== null ? Object.keys(volume).filter((key) => key !== 'name' && !VOLUME_TYPES.includes(key)) : ['(no volume)'];
    if (types.length > 0) yield `the volume ${String(at(volume, 'name'))} is of the type ${types.join(', ')}`;
  }
  for (const sysctl of listAt(spec, 'securityContext', 'sysctls')) if (!SYSCTLS.includes(String(at(sysctl, 'name')))) yield `the sysctl ${String(at(sysctl, 'name'))} concerns more than the pod`;
  for (const [name, value] of Object.entries((at(template, 'metadata', 'annotations') ?? {}) as object)) {
    if (name.startsWith(APPARMOR_ANNOTATION) && value !== 'runtime/default' && !String(value).startsWith('localhost/')) yield `the annotation ${name} takes the AppArmor profile away`;
  }
  for (const flaw of contextFlaws(at(spec, 'securityContext'))) yield `the pod ${flaw}`;
}

function* containerFlaws({ content }: PodContainer, spec: unknown): Generator<string> {
  if (typeof content !== 'object' || content === null) {
    yield 'is no container';
    return;
  }
  const context = at(content, 'securityContext');
  const effective = (...path: string[]): unknown => at(context, ...path) ?? at(spec, 'securityContext', ...path);
  if (effective('runAsNonRoot') !== true) yield 'may run as root: runAsNonRoot is not true';
  if (!SECCOMP_TYPES.includes(String(effective('seccompProfile', 'type')))) yield 'has no seccomp profile';
  if (!isOff(at(context, 'privileged'))) yield 'is privileged';
  if (at(context, 'allowPrivilegeEscalation') !== false) yield 'may gain privileges: allowPrivilegeEscalation is not false';
  if (at(context, 'readOnlyRootFilesystem') !== true) yield 'may write its root file system: readOnlyRootFilesystem is not true';
  if (!listAt(context, 'capabilities', 'drop').includes('ALL')) yield 'keeps capabilities: capabilities.drop does not name ALL';
  const added = listAt(context, 'capabilities', 'add').filter((capability) => capability !== 'NET_BIND_SERVICE');
  if (added.length > 0) yield `adds the capabilities ${added.join(', ')}`;
  const procMount = at(context, 'procMount');
  if (procMount !== undefined && procMount !== null && procMount !== 'Default') yield `has the procMount ${String(procMount)}`;
  yield* contextFlaws(context);
  if (listAt(content, 'ports').some((port) => !isOff(at(port, 'hostPort')) && at(port, 'hostPort') !== 0)) yield 'takes a port of its node: hostPort';
  for (const handler of HANDLERS) {
    // The kubelet asks from the node's network, which no NetworkPolicy binds.
    if (['httpGet', 'tcpSocket'].some((action) => !isEmpty(at(content, ...handler, action, 'host')))) yield `has the node call another host: ${handler.join('.')}`;
  }
}

/** What a security context, the pod's or a container's, may not say, also where the other one outweighs it. */
function* contextFlaws(context: unknown): Generator<string> {
  if (Number(at(context, 'runAsUser') ?? 1) === 0) yield 'runs as the user 0';
  const seccomp = at(context, 'seccompProfile', 'type');
  if (!isEmpty(seccomp) && !SECCOMP_TYPES.includes(String(seccomp))) yield `has the seccomp profile ${String(seccomp)}`;
  const appArmor = at(context, 'appArmorProfile', 'type');
  if (!isEmpty(appArmor) && !SECCOMP_TYPES.includes(String(appArmor))) yield `has the AppArmor profile ${String(appArmor)}`;
  if (!SELINUX_TYPES.includes(String(at(context, 'seLinuxOptions', 'type') ?? ''))) yield `has the SELinux type ${String(at(context, 'seLinuxOptions', 'type'))}`;
  if (['user', 'role'].some((part) => !isEmpty(at(context, 'seLinuxOptions', part)))) yield 'sets a user or role of SELinux';
  if (!isOff(at(context, 'windowsOptions', 'hostProcess'))) yield 'is a process of a Windows node: hostProcess';
}

/** Anything but an explicit false is a grant: a string or a number is no way to say no. */
function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === false;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
