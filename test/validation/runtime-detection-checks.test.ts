import { Control } from '../../lib/controls/control';
import { FalcoSensor } from '../../lib/detection/falco/falco-sensor';
import { FluentBitShipper } from '../../lib/audit/fluent-bit-shipper';
import { LogSource } from '../../lib/audit/fluent-bit/log-source';
import type { FalcoKnownExec } from '../../lib/profile/falco-known-exec';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import type { HipaaProfile } from '../../lib/profile/profile';
import { NodeImage } from '../../lib/profile/node-image';
import { Platform } from '../../lib/profile/platform';
import { eksProfile, IMAGE as SHIPPER, selfManagedProfile } from '../support/profiles';
import { beside, manifest, type Weakening } from './weakening';
import { objectsOf, verdictOf } from './own-objects';

const profile = eksProfile();
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/falco@sha256:${'0123456789abcdef'.repeat(4)}`;
const KNOWN: FalcoKnownExec = { namespace: 'patient-data', container: 'postgres', program: '/usr/bin/pg_isready', arguments: ['-U', 'app'] };
const build = (of: HipaaProfile = profile) => objectsOf((chart) => {
  new FalcoSensor(chart, 'Falco', { platform: of.platform, phiNamespaces: ['healthcare-prod', 'patient-data'], image: IMAGE, internalCidrs: ['203.0.113.0/24'], knownExecs: [KNOWN] });
  new FluentBitShipper(chart, 'Shipper', {
    platform: of.platform, cluster: of.cluster, image: SHIPPER, source: LogSource.CONTAINERS, s3: { bucket: of.names.archiveBucket, region: of.region, prefix: 'containers' },
    serviceAccountRoleArn: 'arn:aws:iam::123456789012:role/shipper',
  });
});
const objects = build();

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Change = (value: any) => void;
const inPod = (change: Change): Weakening => (content) => change(content.spec.template.spec);
const inContainer = (change: Change): Weakening => inPod((pod) => change(pod.containers[0]));
const inKind = (kind: string, change: Change): Weakening => (_content, others) => change(others.find((object) => object.reference.kind === kind)!.content);
const inShipper = (change: Change): Weakening => (_content, others) => change((others.find(({ reference: { kind, name } }) => kind === 'DaemonSet' && name === 'fluent-bit')!.content as Record<string, unknown>).spec);
const inShipperConfig = (from: RegExp, to: string): Weakening => (_content, others) => {
  const { data } = others.find(({ reference: { kind, name } }) => kind === 'ConfigMap' && name === 'fluent-bit-config')!.content as { data: Record<string, string> };
  expect(data['fluent-bit.conf']).toMatch(from);
  data['fluent-bit.conf'] = data['fluent-bit.conf'].replace(from, to);
};
const inConfig = (change: Change): Weakening => inKind('ConfigMap', ({ data }) => {
  const config = JSON.parse(data['falco.yaml']);
  change(config);
  data['falco.yaml'] = `${JSON.stringify(config, undefined, 2)}\n`;
});
const inText = (file: string, from: string, to: string): Weakening => inKind('ConfigMap', ({ data }) => {
  expect(data[file]).toContain(from);
  data[file] = data[file].replace(from, to);
});
const without = (kind: string): Weakening => (_content, others) => void others.splice(others.findIndex((object) => object.reference.kind === kind), 1);

describe('checks on Falco', () => {
  test('hold', () => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME)).toBeUndefined();
  });

  test('hold for an app whose nodes of Fargate are named, and for more internal networks', () => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME, inPod((pod) => delete pod.affinity))).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['another program', inContainer((container) => (container.command = ['sleep'])), /falco/],
    ['rules that are disabled by an argument', inContainer((container) => (container.args = ['-o', 'rules[0].disable.rule=*'])), /other arguments/],
    ['another configuration', inContainer((container) => (container.command[2] = '/etc/falco/falco.yaml')), /other arguments/],
    ['no taints tolerated', inPod((pod) => delete pod.tolerations), /tainted/],
    ['one taint tolerated', inPod((pod) => (pod.tolerations = [{ key: 'a', operator: 'Exists' }])), /tainted/],
    ['one effect tolerated', inPod((pod) => (pod.tolerations = [{ operator: 'Exists', effect: 'NoSchedule' }])), /tainted/],
    ['some nodes', inPod((pod) => (pod.nodeSelector.pool = 'a')), /pool: a/],
    ['one node', inPod((pod) => (pod.nodeName = 'a')), /one node/],
    ['some nodes by affinity', inPod((pod) => (pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key = 'pool')), /nodeAffinity/],
    ['no ServiceAccount', without('ServiceAccount'), /no pod starts/],
    ['a restricted namespace', inKind('Namespace', (content) => (content.metadata.labels['pod-security.kubernetes.io/enforce'] = 'restricted')), /does not admit/],
    ['no namespace', without('Namespace'), /does not admit/],
    ['a capability less', inContainer((container) => container.securityContext.capabilities.add.pop()), /SYS_RESOURCE/],
    ['no capabilities', inContainer((container) => delete container.securityContext), /BPF/],
    ['no root of the host', inContainer((container) => (container.env = [])), /HOST_ROOT/],
    ['its own processes alone', inContainer((container) => (container.volumeMounts = container.volumeMounts.filter((mount: { name: string }) => mount.name !== 'proc'))), /processes/],
    ['a folder that is not the processes', inPod((pod) => (pod.volumes[1].hostPath.path = '/tmp')), /processes/],
    ['no configuration', without('ConfigMap'), /no ConfigMap/],
    ['an empty folder over the rules', inContainer((container) => container.volumeMounts.push({ name: 'tmp', mountPath: '/etc/hipaa-falco/phi_rules.yaml' })), /no ConfigMap/],
    ['another ConfigMap', inPod((pod) => (pod.volumes[0].configMap.name = 'other')), /no ConfigMap/],
    ['some keys of the ConfigMap', inPod((pod) => (pod.volumes[0].configMap.items = [{ key: 'falco.yaml', path: 'falco.yaml' }])), /no ConfigMap/],
    ['a configuration that is no JSON', inKind('ConfigMap', ({ data }) => (data['falco.yaml'] = 'engine: {}')), /not the JSON/],
    ['no engine', inConfig((config) => (config.engine.kind = 'nodriver')), /falco\.yaml is not the library's: engine/],
    ['rules that are disabled', inConfig((config) => (config.rules = [{ disable: { rule: '*' } }])), /: rules$/],
    ['fewer system calls', inConfig((config) => (config.base_syscalls = { custom_set: ['!execve'] })), /: base_syscalls$/],
    ['more files of configuration', inConfig((config) => (config.config_files = ['/tmp'])), /: config_files$/],
    ['more files of rules', inConfig((config) => config.rules_files.push('/tmp/x.yaml')), /: rules_files$/],
    ['no files of rules', inConfig((config) => (config.rules_files = [])), /: rules_files$/],
    ['the first rule alone', inConfig((config) => (config.rule_matching = 'first')), /: rule_matching$/],
    ['emergencies alone', inConfig((config) => (config.priority = 'emergency')), /: priority$/],
    ['no output', inConfig((config) => (config.stdout_output.enabled = false)), /: stdout_output$/],
    ['an output past the pipeline', inConfig((config) => (config.http_output = { enabled: true, url: 'http://x' })), /: http_output$/],
    ['no plugin', inConfig((config) => (config.load_plugins = [])), /: load_plugins$/],
    ['another socket', inConfig((config) => (config.plugins[0].init_config.engines.cri.sockets = ['/run/other/x.sock'])), /folder of the container runtime's socket/],
    ['a socket that is not mounted', inContainer((container) => (container.volumeMounts = container.volumeMounts.filter((mount: { name: string }) => mount.name !== 'runtime-socket'))), /socket/],
    ['a weaker rule', inText('phi_rules.yaml', 'proc.name in (hipaa_shells) and', 'proc.name = never and'), /not the library/],
    ['a rule that is off', inText('phi_rules.yaml', '  priority: CRITICAL', '  enabled: false\n  priority: CRITICAL'), /not the library/],
    ['one PHI namespace less', inText('phi_lists.yaml', '"healthcare-prod",', ''), /lacks healthcare-prod/],
    ['command lines in what is written', inConfig((config) => (config.append_output = [{ suggested_output: true, extra_output: '%proc.cmdline' }])), /: append_output$/],
    ['a field that Falco gets one day', inConfig((config) => (config.outputs_queue = { capacity: 1 })), /: outputs_queue$/],
    ['a second engine of containers', inConfig((config) => (config.plugins[0].init_config.engines.docker = { enabled: true })), /: plugins$/],
    ['the same configuration in another form', inKind('ConfigMap', ({ data }) => (data['falco.yaml'] = JSON.stringify(JSON.parse(data['falco.yaml'])))), /: it was written anew$/],
    ['the socket as a file', inContainer((container) => (container.volumeMounts.find(({ name }: { name: string }) => name === 'runtime-socket').mountPath += '/containerd.sock')), /folder of the container runtime's socket/],
    ['a term of no node', inPod((pod) => (pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms = [{}])), /nodeAffinity/],
    ['a term without expressions', inPod((pod) => (pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms = [{ matchExpressions: [] }])), /nodeAffinity/],
    ['no terms', inPod((pod) => (pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms = [])), /nodeAffinity/],
    ['no type of SELinux', inPod((pod) => delete pod.securityContext.seLinuxOptions), /Bottlerocket.*default.*every container/],
    ['the type of every container', inContainer((container) => (container.securityContext.seLinuxOptions = { type: 'container_t' })), /Bottlerocket.*container_t/],
    ['no shipper', (_content, others) => void others.splice(others.findIndex(({ reference: { kind, name } }) => kind === 'DaemonSet' && name === 'fluent-bit'), 1), /alerts stay on the node: no FluentBitShipper/],
    ['a shipper of other logs', inShipperConfig(/\/var\/log\/containers\/\*\.log/, '/var/log/audit.log'), /alerts stay on the node: no FluentBitShipper/],
    ['a shipper that leaves Falco out', inShipperConfig(/(Exclude_Path\s+)(\S+)/, '$1$2,/var/log/containers/*_hipaa-falco_*.log'), /alerts stay on the node: .*exclude_path/],
    ['a shipper that leaves Falco out by a class', inShipperConfig(/(Exclude_Path\s+)(\S+)/, '$1/var/log/containers/[f]alco*.log'), /alerts stay on the node: .*exclude_path/],
    ['a shipper whose filter drops lines', inShipperConfig(/Name\s+record_modifier/, 'Name grep'), /alerts stay on the node: .*grep/],
    ['a shipper that pods may tell to leave them out', inShipperConfig(/K8S-Logging\.Exclude(\s+)Off/, 'K8S-Logging.Exclude$1On'), /alerts stay on the node: .*annotation/],
    ['a shipper into another bucket', inShipperConfig(/bucket(\s+)\S+/, 'bucket$1other'), /alerts stay on the node: .*archive/],
    ['a shipper on some nodes', inShipper((spec) => (spec.template.spec.nodeSelector.pool = 'a')), /alerts stay on the node: .*log shipper runs on some nodes only/],
    ['a shipper that keeps off tainted nodes', inShipper((spec) => (spec.template.spec.tolerations = [])), /alerts stay on the node: .*tainted nodes have no log shipper/],
    ['a macro that knows all', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] = data['phi_lists.yaml'].replace(/condition: ".*"/, 'condition: "evt.num != 0"'))), /probes and hooks/],
    ['a macro that knows more', inText('phi_lists.yaml', '\\"-U app\\")', '\\"-U app\\") or evt.num != 0'), /probes and hooks/],
    ['a macro that knows every argument', inText('phi_lists.yaml', ' and proc.args = \\"-U app\\"', ''), /probes and hooks/],
    ['no macro', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] = data['phi_lists.yaml'].replace(/- macro[^]*/, ''))), /not as it was written/],
    ['a second macro', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] += '- macro: hipaa_inside\n  condition: "evt.num = 0"\n')), /not as it was written/],
    ['one shell less', inText('phi_lists.yaml', '"bash",', ''), /hipaa_shells lacks bash/],
    ['the internet as internal', inText('phi_lists.yaml', '"10.0.0.0/8"', '"10.0.0.0/8","0.0.0.0/0"'), /0\.0\.0\.0\/0/],
    ['half of the internet as internal', inText('phi_lists.yaml', '"10.0.0.0/8"', '"10.0.0.0/8","128.0.0.0/1"'), /128\.0\.0\.0\/1/],
    ['a list twice', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] += '- list: hipaa_shells\n  items: ["x"]\n')), /not as it was written/],
    ['a list that is overridden', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] += '- list: hipaa_shells\n  items: []\n  override: {items: replace}\n')), /not as it was written/],
    ['nothing', (content) => delete content.spec, /falco/],
  ])('fail with %s', (_what, weaken, message) => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME, weaken)).toMatch(message);
  });

  const pod = (containers: object[], namespace = 'patient-data') => beside(manifest('apps/v1', 'StatefulSet', namespace, 'postgres', { spec: { template: { spec: { containers } } } }));
  const exec = (...command: string[]) => ({ exec: { command } });
  test.each<[string, Weakening, RegExp | undefined]>([
    ['a known probe', pod([{ name: 'postgres', livenessProbe: exec('pg_isready', '-U', 'app') }]), undefined],
    ['a probe over TCP', pod([{ name: 'postgres', livenessProbe: { tcpSocket: { port: 5432 } } }]), undefined],
    ['a probe elsewhere', pod([{ name: 'postgres', livenessProbe: exec('/alive') }], 'build'), undefined],
    ['an unknown probe', pod([{ name: 'postgres', readinessProbe: exec('/ready') }]), /StatefulSet patient-data\/postgres, containers\[0\] \(postgres\): readinessProbe .*HTTPS or TCP.*knownExecs/],
    ['a known probe in another container', pod([{ name: 'other', startupProbe: exec('pg_isready', '-U', 'app') }]), /startupProbe/],
    ['a known probe in another namespace', pod([{ name: 'postgres', livenessProbe: exec('pg_isready', '-U', 'app') }], 'healthcare-prod'), /livenessProbe/],
    ['it with another argument', pod([{ name: 'postgres', livenessProbe: exec('pg_isready') }]), /livenessProbe/],
    ['a hook', pod([{ name: 'postgres', lifecycle: { preStop: exec('sleep', '5') } }]), /preStop/],
    ['a hook of a sidecar', beside(manifest('batch/v1', 'CronJob', 'patient-data', 'nightly', { spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ name: 'agent', lifecycle: { postStart: exec('a') } }] } } } } } })), /CronJob.*postStart/],
    ['arguments that no rule holds', pod([{ name: 'postgres', livenessProbe: exec('sh', '-c', 'test "$A"') }]), /livenessProbe/],
  ])('say which probes would be alerts for ever: %s', (_what, add, message) => {
    const finding = verdictOf(profile, objects, Control.AU9_RUNTIME, add);

    if (message === undefined) expect(finding).toBeUndefined();
    else expect(finding).toMatch(message);
  });

  test('ask for the type of SELinux where Bottlerocket runs alone', () => {
    const linux = eksProfile({ platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, nodeGroups: [{ name: 'a', image: NodeImage.AMAZON_LINUX_2023 }] }) });

    expect(verdictOf(linux, objects, Control.AU9_RUNTIME, inPod((spec) => delete spec.securityContext.seLinuxOptions))).toBeUndefined();
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME, inPod((spec) => (spec.securityContext.seLinuxOptions = { type: 'super_t' })))).toBeUndefined();
  });

  test('ask for the shipper on every platform', () => {
    const own = selfManagedProfile();
    const others = build(own).filter(({ reference }) => reference.name !== 'fluent-bit');

    expect(verdictOf(own, others, Control.AU9_RUNTIME)).toMatch(/alerts stay on the node/);
    expect(verdictOf(own, others, Control.AU9_RUNTIME, inConfig((config) => (config.priority = 'emergency')))).toMatch(/: priority$/);
  });
});
